//! What a restless author writes: documents, settings and templates, by dice.

use std::fmt::Write as _;

use super::dice::Dice;

const WORDS: [&str; 12] = [
    "cats", "sleep", "all", "day", "and", "dogs", "bark", "*at*", "`night`", "while", "owls",
    "watch",
];
const TAGS: [&str; 5] = ["pets", "Pets", "wild", "Füße", "c++"];

/// A paragraph, or something else that stands in a text.
pub(super) fn paragraph(dice: &mut Dice) -> String {
    match dice.roll(10) {
        0 => format!("\n## Part {}\n\nText.\n", dice.roll(100)),
        1 => "\n```rust\nfn main() {}\n```\n".to_owned(),
        2 => format!("\nNoted.[^{0}]\n\n[^{0}]: Down here.\n", dice.roll(1000)),
        3 => "\n> [!TIP]\n> An alert.\n".to_owned(),
        4 => "\n<!--more-->\n".to_owned(),
        5 => format!(
            "\nSee [[Title {}]], [[slug-{}|it]] and [[n{}]].\n",
            dice.roll(9),
            dice.roll(9),
            dice.roll(9)
        ),
        6 if dice.one_in(2) => format!(
            "\n{{{{< {} src=\"n1.md\" alt=a >}}}}\nOf [[Title {}]].\n{{{{< /{0} >}}}}\n",
            dice.pick(&["figure", "figure", "badge"]),
            dice.roll(9)
        ),
        6 => "\n\"So\" $x^2$, $\\frac{$ and :tada: <b onclick=a>b</b>.\n".to_owned(),
        7 => "\nAnn: It is.\nBob: It is *not*.\n".to_owned(),
        _ => {
            let words = (0..5 + dice.roll(20)).map(|_| dice.pick(&WORDS));
            format!("\n{}.\n", words.collect::<Vec<_>>().join(" "))
        }
    }
}

/// A whole post or page.
pub(super) fn document(dice: &mut Dice) -> String {
    let mut text = String::new();
    if !dice.one_in(4) {
        writeln!(text, "---").unwrap();
        for _ in 0..1 + dice.roll(4) {
            let field = field(dice);
            let name = field.split(':').next().unwrap_or_default();
            if !text.contains(&format!("\n{name}:")) {
                text += &field;
            }
        }
        writeln!(text, "---").unwrap();
    }
    if dice.one_in(2) {
        writeln!(text, "\n# Number {}", dice.roll(20)).unwrap();
    }
    for _ in 0..1 + dice.roll(3) {
        text += &paragraph(dice);
    }
    text
}

/// A line of front matter.
fn field(dice: &mut Dice) -> String {
    let number = dice.roll(9);
    match dice.roll(17) {
        0 | 1 => format!("title: Title {number}\n"),
        2 | 3 => format!("tags: [{}, \"{}\"]\n", dice.pick(&TAGS), dice.pick(&TAGS)),
        4 => format!("date: 2023-0{}-1{number}\n", 1 + dice.roll(9)),
        5 => format!("draft: {}\n", dice.pick(&["true", "false"])),
        6 => format!("summary: In short {number}\n"),
        7 => format!("aliases: [/old/{number}/]\n"),
        8 => format!("slug: slug-{number}\n"),
        9 => format!("authors: [{}]\n", dice.pick(&["ann", "Bob", "Eve"])),
        10 => format!("history: {}\n", dice.pick(&["full", "summary", "off"])),
        11 => format!("updated: 2023-11-0{}\n", 1 + dice.roll(9)),
        12 => format!(
            "series: {}\npart: {number}\n",
            dice.pick(&["Boats", "boats", "Bread"])
        ),
        13 => format!("pinned: {}\n", dice.pick(&["true", "false"])),
        14 => dice
            .pick(&[
                "audio: /song.mp3\ntranscript: true\n",
                "video: /song.mp3\nposter: view.svg\ncaptions: song.vtt\n",
                "video: https://youtu.be/abc\n",
                "in_reply_to: https://example.org/\n",
                "syndication: [https://example.org/1, https://example.org/2]\n",
            ])
            .to_owned(),
        _ => dice
            .pick(&[
                "link: https://example.org/\n",
                "question: Why?\n",
                "kind: note\n",
                "kind: quote\nsource: Somebody\n",
                "image: view.svg\n",
                "kind: chat\n",
            ])
            .to_owned(),
    }
}

/// Settings that byline takes.
pub(super) fn config(dice: &mut Dice) -> String {
    let mut text = format!("[site]\ntitle = \"Blog {}\"\n", dice.roll(3));
    let site = [
        "base_url = \"https://blog.example\"\n",
        "base_url = \"https://other.example\"\n",
        "date_format = \"%Y-%m-%d %H:%M\"\n",
        "timezone = \"Asia/Tokyo\"\n",
        "posts_per_page = 3\n",
        "footer = \"The end\"\n",
        "theme = \"plain\"\n",
        "menu = [{ name = \"About\", url = \"/about/\" }]\n",
        "description = \"About it.\"\n",
        "stream = \"full\"\n",
        "related = 1\n",
        "age_notice = 1\n",
        "cards = true\n",
        "language = \"pl\"\n",
        "me = [\"https://social.example/@blog\"]\n",
    ];
    let keys = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
    for line in site {
        if dice.one_in(3) && !text.contains(&keys(line)) {
            text += line;
        }
    }
    text += "[content]\n";
    text += dice.pick(&[
        "",
        "",
        "permalink = \"/:year/:slug/\"\n",
        "html = \"escaped\"\n",
        "languages = [\"fr\"]\n",
        "html = \"sanitised\"\n",
        "smart = true\nemoji = false\nmath = false\n",
    ]);
    text += "[provenance]\n";
    text += dice.pick(&[
        "",
        "",
        "",
        "history = \"full\"\n",
        "history = \"summary\"\n",
    ]);
    text += dice.pick(&["", "changes = true\n"]);
    text += dice.pick(&["", "exclude = [\"*[bot]\"]\n"]);
    text += dice.pick(&["", "date = \"author\"\n", "date = \"committer\"\n"]);
    text += dice.pick(&[
        "",
        "[feed]\nitems = 4\n",
        "[feed]\nitems = 2\narchives = true\n",
    ]);
    text += dice.pick(&[
        "",
        "[authors.ann]\nname = \"Ann Lee\"\ngit = [\"Ann\"]\n",
        "[authors.ann]\nname = \"Ann Lee\"\nbio = \"She.\"\navatar = \"posts/view.svg\"\nme = [\"https://social.example/@ann\"]\ngit = [\"Ann\", \"Bob\"]\n",
    ]);
    text
}

/// A file of a theme, and what is in it.
pub(super) fn theme(dice: &mut Dice) -> (&'static str, &'static str) {
    const FILES: [(&str, &str); 17] = [
        ("theme/shortcodes/badge.hbs", "<b>{{src}}{{{inner}}}</b>\n"),
        (
            "theme/shortcodes/figure.hbs",
            "<i>{{alt}}{{> partials/footer}}</i>\n",
        ),
        (
            "theme/shortcodes/figure.hbs",
            "<u>{{alt}}{{asset \"style.css\"}}</u>\n",
        ),
        ("theme/static/style.css", "body { color: red }\n"),
        ("theme/static/style.css", "body { color: blue }\n"),
        (
            "theme/partials/footer.hbs",
            "<footer>{{site.title}}</footer>\n",
        ),
        (
            "theme/partials/neighbours.hbs",
            "{{older.title}} {{newer.url}}\n",
        ),
        (
            "theme/partials/post-line.hbs",
            "<li>{{name}} {{words}} {{updated.iso}} {{#each tags}}{{name}}{{/each}}</li>\n",
        ),
        (
            "theme/partials/post-line.hbs",
            "<li>{{#each authors}}{{name}}{{/each}} {{excerpt}} {{path}} {{kind}}</li>\n",
        ),
        (
            "theme/archive.hbs",
            "{{#each years}}{{#each posts as |page|}}{{page.title}} {{page.url}}{{/each}}{{/each}}\n",
        ),
        (
            "theme/tag.hbs",
            "{{tag.name}}{{#each posts}}{{summary}}{{/each}}\n",
        ),
        (
            "theme/author.hbs",
            "{{#each posts}}{{#each this}}{{#unless (eq @key \"history\")}}{{@key}}={{this}}{{/unless}}\n{{/each}}{{/each}}\n",
        ),
        (
            "theme/index.hbs",
            "{{#each posts}}{{lookup this \"title\"}} {{#if body}}{{{body}}}{{/if}}{{/each}}\n",
        ),
        (
            "theme/index.hbs",
            "{{#each posts}}{{updated.display}} {{url}}\n{{/each}}\n",
        ),
        (
            "theme/post.hbs",
            "{{post.title}} {{post.updated.iso}} {{{post.html}}}\n",
        ),
        (
            "theme/partials/see-also.hbs",
            "{{#each backlinks}}{{url}} {{/each}}\n",
        ),
        ("theme/404.hbs", "{{site.description}} {{page.title}}\n"),
    ];
    FILES[dice.roll(FILES.len())]
}
