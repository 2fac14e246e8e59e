//! What pages say besides what authors wrote, in the language of the blog or of a text; and what a
//! blog sets of its theme without a template.

use crate::harness::{Blog, Built};

const DAY: &str = "2026-11-07T09:00:00+00:00";

fn blog(config: &str) -> Blog {
    let blog = Blog::new();
    blog.write("byline.toml", config)
        .write(
            "posts/pier.md",
            "---\ntags: [wood]\n---\n\n# The pier\n\nWood.\n",
        )
        .commit(DAY, "Ann", "Write");
    blog
}

/// What `check` says of a blog it refuses.
fn refused(blog: &Blog) -> String {
    blog.byline(&["check"]).exits(1).err
}

#[test]
fn pages_speak_the_language_of_the_blog() {
    let blog = blog("[site]\nlanguage = \"de\"\ntitle = \"Steg\"\n");
    let text = "# Notiz\n\n> [!NOTE]\n> Holz.\n\nText[^1].\n\n- [x] a\n\n| a |\n|---|\n| b |\n\n[^1]: Fuß.\n";
    blog.write("posts/text.md", text)
        .commit(DAY, "Ann", "Write");
    let server = blog.serve();
    let home = server.get("/").is(200);
    home.shows("<html lang=\"de\" dir=\"ltr\">")
        .shows(">7. November 2026")
        .shows(">Suche</a>")
        .shows("Zum Inhalt springen")
        .hides("Skip to content");
    server
        .get("/archive/")
        .shows("<title>Archiv · Steg</title>");
    server.get("/archive/2026/").shows(">November ");
    server.get("/tags/wood/").shows("1 Beitrag");
    server
        .get("/text/")
        .shows("class=\"markdown-alert-title\">Hinweis<")
        .shows("aria-label=\"erledigt\"")
        .shows("aria-label=\"Tabelle 1\"")
        .shows("aria-label=\"Zurück zu ")
        .hides("Back to reference");
    let missing = server.get("/nothing/").is(404);
    missing.hides("No page here");
    let found = server.eventually_is("/-/search/?q=pier", 200);
    found.shows("1 Treffer").shows("<title>Suche: pier");
}

#[test]
fn a_translation_is_framed_in_its_own_language_and_runs_its_own_way() {
    let blog = blog("[content]\nlanguages = [\"ar\"]\n");
    blog.write("posts/pier.ar.md", "# الرصيف\n\nخشب.\n\n> [!NOTE]\n> نص.\n")
        .commit(DAY, "Ann", "Translate");
    let server = blog.serve();
    server
        .get("/pier/")
        .shows("<html lang=\"en\" dir=\"ltr\">")
        .shows("Skip to content");
    let page = server.get("/ar/pier/").is(200);
    page.shows("<html lang=\"ar\" dir=\"rtl\">")
        .shows("نوفمبر")
        .shows("بقلم")
        .hides("Skip to content")
        .hides(">Note<");
}

#[test]
fn one_text_is_replaced_by_one_line_and_a_new_language_is_a_file() {
    let blog = blog("[site]\nlanguage = \"da\"\n");
    let kept = blog.home().join("kept");
    let first = Built::warm(&blog, &kept);
    let home = |built: &Built| String::from_utf8(built.files["index.html"].clone()).unwrap();
    assert!(home(&first).contains("Skip to content") && home(&first).contains(">7. november 2026"));
    blog.write(
        "theme/i18n/da.toml",
        "skip-to-content = \"Gå til indholdet\"\n",
    )
    .commit(DAY, "Ann", "Speak");
    let second = Built::warm(&blog, &kept);
    assert!(home(&second).contains("Gå til indholdet"));
    second.is(&Built::cold(&blog), "with a text of its own");
    blog.write("theme/i18n/da.toml", "skip-to-content = \"Gå {sted\"\n");
    let said = refused(&blog);
    assert!(said.contains("theme/i18n/da.toml:1:19"), "{said}");
    assert!(said.contains("has a `{` that no `}` closes"), "{said}");
}

#[test]
fn a_template_that_asks_for_what_is_not_there_is_shown_with_its_line() {
    let blog = blog("");
    for (template, line, says) in [
        (
            "a\n{{t \"skip-to-contnet\"}}\n",
            "404.hbs:2:5",
            "did you mean `skip-to-content`?",
        ),
        (
            "{{t \"page\"}}",
            "404.hbs:1:5",
            "shows `{number}`, which is not given: `number=…`",
        ),
        ("{{t \"by\"}}", "404.hbs:1:5", "has a place for a block"),
        (
            "{{#if a}}\n{{#t \"more\"}}x{{/t}}{{/if}}",
            "404.hbs:2:6",
            "has no `{}`",
        ),
    ] {
        blog.write("theme/404.hbs", template);
        let said = refused(&blog);
        assert!(said.contains(line) && said.contains(says), "{said}");
    }
}

#[test]
fn parameters_of_the_theme_are_set_and_those_it_does_not_have_are_refused() {
    let blog = blog("[params]\naccent = \"#0B6570\"\nreading_time = false\n");
    blog.write(
        "posts/long.md",
        format!("# Long\n\n{}\n", "word ".repeat(300)),
    )
    .commit(DAY, "Ann", "Write");
    let server = blog.serve();
    server.get("/long/").is(200).hides("min read");
    let text = server.get("/long/").text();
    let sheet = text
        .split("href=\"")
        .find(|at| at.contains(".css\""))
        .unwrap();
    let css = server.get(sheet.split('"').next().unwrap()).is(200).text();
    assert!(css.contains("light-dark(#0b6570, #ff7b85)"), "{css}");
    drop(server);

    blog.write("byline.toml", "[params]\nacent = \"#0b6570\"\n");
    let said = refused(&blog);
    assert!(
        said.contains("byline.toml:2:1") && said.contains("did you mean `accent`?"),
        "{said}"
    );
    blog.write("byline.toml", "[params]\naccent = \"teal\"\n");
    assert!(refused(&blog).contains("has to be a colour such as `#b8122a`"));
    blog.write("byline.toml", "[params]\naccent = \"#eeeeee\"\n");
    let warned = blog.byline(&["check"]).succeeds();
    assert!(warned.err.contains("warning[contrast]"), "{}", warned.err);
}

#[test]
fn a_theme_declares_parameters_of_its_own() {
    let blog = blog("[params]\nmasthead = \"large\"\ncolumns = 3\n");
    let theme = "name = \"mine\"\n[params.masthead]\ntype = \"choice\"\noptions = [\"plain\", \"large\"]\n\
        default = \"plain\"\n[params.columns]\ntype = \"integer\"\ndefault = 2\n";
    blog.write("theme/theme.toml", theme)
        .write(
            "theme/404.hbs",
            "<{{site.params.masthead}} {{site.params.accent}}>",
        )
        .write("theme/static/more.css", "main{columns:var(--columns)}")
        .commit(DAY, "Ann", "Style");
    let server = blog.serve();
    server.get("/nothing/").is(404).shows("<large #b8122a>");
    blog.write(
        "theme/theme.toml",
        theme.replace("\"plain\"\n[", "\"wide\"\n["),
    );
    let said = refused(&blog);
    assert!(
        said.contains("theme/theme.toml:2:1") || said.contains("theme/theme.toml:"),
        "{said}"
    );
    assert!(said.contains("the default of `params.masthead`"), "{said}");
}
