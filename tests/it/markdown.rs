//! What authors write with, from a push to the page: names that come and go, formulas that break,
//! settings that change.

use crate::harness::{Blog, Built};

const DAY: &str = "2024-01-01T09:00:00+01:00";

#[test]
fn a_wiki_link_follows_the_name_it_says() {
    let blog = Blog::new();
    blog.write(
        "posts/a.md",
        "# One\n\nOf [[The Harbour]], [[harbor]] and\n`[[x]]` [[c|that]].\n",
    )
    .write("posts/b.md", "# The Harbour\n\nB.\n")
    .write("pages/c.md", "# Of C\n\nC.\n")
    .commit(DAY, "Ann", "Add");
    let kept = blog.home().join("kept");
    let built = Built::warm(&blog, &kept);
    built.is(&Built::cold(&blog), "at first");
    let page = String::from_utf8(built.files["a/index.html"].clone()).unwrap();
    assert!(
        page.contains("<a href=\"/b/\">The Harbour</a>, harbor and"),
        "{page}"
    );
    assert!(
        page.contains("<code>[[x]]</code> <a href=\"/c/\">that</a>"),
        "{page}"
    );
    let told = blog.check();
    let warning = &told["warnings"][0];
    assert_eq!(warning["code"], "broken-link", "{told:#}");
    assert_eq!(warning["message"], "nothing here is called `harbor`");
    assert_eq!(
        (&warning["line"], &warning["column"]),
        (&3.into(), &4.into())
    );
    assert_eq!(told["warnings"].as_array().unwrap().len(), 1, "{told:#}");

    // The title alone changes: no file, no address.
    blog.write("posts/b.md", "# Harbor\n\nB.\n")
        .commit(DAY, "Ann", "Edit");
    let built = Built::warm(&blog, &kept);
    built.is(&Built::cold(&blog), "another title");
    let page = String::from_utf8(built.files["a/index.html"].clone()).unwrap();
    assert!(
        page.contains("Of The Harbour, <a href=\"/b/\">harbor</a>"),
        "{page}"
    );

    blog.rm("posts/b.md").commit(DAY, "Ann", "Delete");
    Built::warm(&blog, &kept).is(&Built::cold(&blog), "deleted");
}

#[test]
fn a_broken_formula_is_told_where_it_stands() {
    let blog = Blog::new();
    blog.write(
        "posts/a.md",
        "---\ntitle: A\n---\n\nWell, $\\frac{a$ it is.\n",
    )
    .commit(DAY, "Ann", "Add");
    let told = blog.check();
    let warning = &told["warnings"][0];
    assert_eq!(warning["code"], "formula", "{told:#}");
    assert_eq!(warning["path"], "posts/a.md");
    assert_eq!(
        (&warning["line"], &warning["column"]),
        (&5.into(), &7.into())
    );
    let server = blog.serve();
    server
        .get("/a/")
        .is(200)
        .shows("<code class=\"math\">\\frac{a</code>");
}

#[test]
fn settings_of_markdown_make_texts_anew() {
    let blog = Blog::new();
    blog.write(
        "posts/a.md",
        "# A\n\n\"So\" :tada: $x$ <b onclick=\"x()\">b</b>\n",
    )
    .commit(DAY, "Ann", "Add");
    let kept = blog.home().join("kept");
    for (setting, shown) in [
        ("", "&quot;So&quot; 🎉 <math"),
        ("smart = true", "“So” 🎉 <math"),
        ("emoji = false", "&quot;So&quot; :tada: <math"),
        ("math = false", "🎉 $x$ <b onclick=\"x()\">"),
        ("html = \"sanitised\"", "<b>b</b>"),
        (
            "html = \"escaped\"",
            "&lt;b onclick=&quot;x()&quot;&gt;b&lt;/b&gt;",
        ),
    ] {
        blog.write("byline.toml", format!("[content]\n{setting}\n"))
            .commit(DAY, "Ann", "Set");
        let built = Built::warm(&blog, &kept);
        built.is(&Built::cold(&blog), setting);
        let page = String::from_utf8(built.files["a/index.html"].clone()).unwrap();
        assert!(page.contains(shown), "{setting}: {page}");
    }
}
