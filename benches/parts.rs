//! Single parts of a build, timed one by one: `cargo bench --bench parts`.

#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark writes the blog it looks at"
)]

use std::process::Command;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// A block as posts hold it, of languages read by hand and of one with a grammar alone.
const BLOCKS: [(&str, &str); 13] = [
    (
        "rust",
        "/// Counts words.\npub fn count(text: &str, limit: usize) -> Option<u64> {\n    let mut total = 0_u64;\n    for (at, line) in text.lines().enumerate().take(limit) {\n        total += line.trim().parse::<u64>().ok()? * (at as u64 + 17);\n    }\n    println!(\"{total} words\");\n    Some(total)\n}\n",
    ),
    (
        "bash",
        "set -euo pipefail\ndir=\"${1:-/tmp/posts}\"\nfor f in $(git ls-files '*.md'); do\n  if [ \"$(wc -c < \"$f\")\" -gt 40 ]; then\n    echo \"$f is large\" >&2\n  fi\ndone\ngit log --format='%an %ad' -- posts | sort | head -n 3\n",
    ),
    (
        "python",
        "@dataclass(frozen=True)\nclass Record:\n    name: str\n    size: float = 4.5\n\n    def scaled(self, k: float) -> float:\n        \"\"\"The size, larger.\"\"\"\n        return self.size * k  # in pixels\n\nprint(f\"{record.name:<20} {len(out)}\")\n",
    ),
    (
        "javascript",
        "export async function load(page, opts = { retries: 3 }) {\n  for (let i = 0; i < opts.retries; i++) {\n    const res = await fetch(`/api/${page}?try=${i}`);\n    if (res.ok) return res.json(); // done\n  }\n  throw new Error('load failed');\n}\n",
    ),
    (
        "json",
        "{\n  \"count\": 12,\n  \"names\": [\"a\", \"b-c\", null, true],\n  \"nested\": { \"x\": 1.25, \"ok\": false }\n}\n",
    ),
    (
        "toml",
        "[package]\nname = \"a\"\nversion = \"0.1.1\"\n\n[package.dependencies]\nb = { version = \"1\", features = [\"full\"] }\n",
    ),
    (
        "yaml",
        "jobs:\n  - name: build\n    run: make all # everything\n    timeout: 30\n  - name: publish\n    if: success()\n",
    ),
    (
        "html",
        "<section class=\"a\">\n  <h2 id=\"b\">b</h2>\n  <p>Some <em>c</em> text &amp; more.</p>\n  <ul><li>1</li></ul>\n</section>\n",
    ),
    (
        "css",
        ".a > .b:hover {\n  margin: 0 auto 3px;\n  color: #3a40ff;\n  transition: opacity 0.3s ease-in;\n}\n@media (max-width: 30em) { .c { display: none; } }\n",
    ),
    (
        "go",
        "func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {\n\tif r.ContentLength > 40 {\n\t\thttp.Error(w, \"too large\", http.StatusRequestEntityTooLarge)\n\t\treturn\n\t}\n\tfmt.Fprintf(w, \"%s: %d\\n\", s.Name, s.Size)\n}\n",
    ),
    (
        "c",
        "#include <stdio.h>\n\nstatic int hash(const char *s, size_t n)\n{\n    int h = 7;\n    for (size_t i = 0; i < n && s[i]; i++) {\n        h = h * 31 + s[i]; /* hash */\n    }\n    return h;\n}\n",
    ),
    (
        "sql",
        "SELECT post.id, count(*) AS words\n  FROM post JOIN word ON word.post_id = post.id\n WHERE word.size > 4 AND post.state = 'open'\n GROUP BY post.id ORDER BY words DESC LIMIT 10;\n",
    ),
    (
        "ruby",
        "class Post\n  attr_reader :title # a string\n  def initialize(title:, size: 4)\n    @title = title\n    puts \"#{title} has #{size}\" unless size.nil?\n  end\nend\n",
    ),
];

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

fn highlighting(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("highlight");
    for (language, code) in BLOCKS {
        group.throughput(Throughput::Bytes(code.len() as u64));
        group.bench_function(language, |bencher| {
            bencher.iter(|| byline::parts::highlight_code(language, code));
        });
    }
}

/// A saved file costs a look at all of them.
fn looking(criterion: &mut Criterion) {
    let top = tempfile::tempdir().expect("there is room for a folder");
    let blog = top.path().join("blog");
    for number in 0..10_000 {
        let folder = blog.join(format!("posts/{}", number % 60));
        std::fs::create_dir_all(&folder).expect("the folder is new");
        let file = folder.join(format!("a-post-of-some-name-{number}.md"));
        std::fs::write(file, format!("# Post {number}\n")).expect("the folder is there");
    }
    let name = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"];
    for arguments in [
        &["init", "-q"][..],
        &["add", "."],
        &["commit", "-qm", "Add"],
    ] {
        let git = Command::new("git")
            .current_dir(&blog)
            .args(name)
            .args(arguments)
            .status();
        assert!(
            git.is_ok_and(|status| status.success()),
            "git {arguments:?}"
        );
    }
    // What was just written is not taken to be settled.
    std::thread::sleep(std::time::Duration::from_secs(3));
    let mut folder = byline::parts::Folder::open(&blog.to_string_lossy(), &top.path().join("data"))
        .expect("the folder is a repository");
    assert_eq!(folder.look(), 10_000);
    criterion.bench_function("folder of 10,000 files, looked at again", |bencher| {
        bencher.iter(|| folder.look());
    });
}

criterion_group!(benches, parts, highlighting, looking);
criterion_main!(benches);
