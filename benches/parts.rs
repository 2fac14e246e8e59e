//! Single parts of a build, timed one by one: `cargo bench --bench parts`.

use criterion::{Criterion, criterion_group, criterion_main};

const PROSE: &str =
    "## Part\n\nSome *plain* words with a [link](https://example.org) and `code`.\n\n";
const CODE: &str =
    "```rust\nfn part(count: usize) -> usize {\n    // half\n    count / 2\n}\n```\n\n";

fn parts(criterion: &mut Criterion) {
    let prose = PROSE.repeat(80);
    let code = CODE.repeat(10);
    criterion.bench_function("markdown, 6 KB of prose", |bencher| {
        bencher.iter(|| byline::parts::render_markdown(&prose));
    });
    criterion.bench_function("markdown, 10 blocks of code", |bencher| {
        bencher.iter(|| byline::parts::render_markdown(&code));
    });
    criterion.bench_function("built-in theme, compiled", |bencher| {
        bencher.iter(byline::parts::compile_theme);
    });
}

criterion_group!(benches, parts);
criterion_main!(benches);
