//! What authors write with, from a push to the page: names that come and go, formulas that break,
//! settings that change.

use crate::harness::{Blog, Built, photo};

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

#[test]
fn a_shortcode_is_what_the_theme_makes_of_it() {
    let blog = Blog::new();
    blog.write(
        "posts/a/index.md",
        "# A\n\n{{< figure src=\"b.jpg\" alt=\"x\\\"<y\" >}}\nOf *it*, [[B]].\n{{< /figure >}}\n\n\
         Say {{< badge text=\"so\" >}} and `{{< badge >}}`.\n\n```\n{{< nosuch >}}\n```\n\n\
         {{< details summary=\"More\" >}}\n```\n{{< /details >}}\n```\n\n- [n](../b.md) {{< badge text=2 />}}\n{{< /details >}}\n\n[gone](c.md) [[Gone]]\n",
    )
    .write("posts/a/b.jpg", photo((8, 6), 1, 1))
    .write("posts/b.md", "# B\n\nPlain {{ text }} {{<3}}.\n")
    .write("theme/shortcodes/badge.hbs", "{{!-- needs text --}}<b class=\"badge\">{{text}}</b>")
    .commit(DAY, "Ann", "Add");
    let kept = blog.home().join("kept");
    let built = Built::warm(&blog, &kept);
    built.is(&Built::cold(&blog), "at first");
    let page = String::from_utf8(built.files["a/index.html"].clone()).unwrap();
    for shown in [
        "<figcaption><p>Of <em>it</em>, <a href=\"/b/\">B</a>.</p>",
        "<img src=\"/a/b.jpg\" alt=\"x&quot;&lt;y\" width=\"8\" height=\"6\" fetchpriority=\"high\" decoding=\"async\">",
        "<p>Say <b class=\"badge\">so</b> and <code>{{&lt; badge &gt;}}</code>.</p>",
        ">{{&lt; nosuch &gt;}}\n</code>",
        "<summary>More</summary>",
        ">{{&lt; /details &gt;}}\n</code>",
        "<li><a href=\"/b/\">n</a> <b class=\"badge\">2</b></li>",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(
        !page.contains("<p><figure") && !page.contains('\u{fdd0}'),
        "{page}"
    );
    let told = blog.check();
    let lines: Vec<_> = told["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| w["line"].clone())
        .collect();
    assert_eq!(lines, [21, 21], "{told:#}");

    // The theme changes: the texts that use it are made anew, and no others.
    blog.write("theme/shortcodes/badge.hbs", "<i>{{text}}</i>")
        .commit(DAY, "Ann", "Restyle");
    let built = Built::warm(&blog, &kept);
    built.is(&Built::cold(&blog), "another shortcode");
    assert_eq!(built.made("texts"), 1);
    let page = String::from_utf8(built.files["a/index.html"].clone()).unwrap();
    assert!(page.contains("Say <i>so</i> and"), "{page}");
}

#[test]
fn a_shortcode_that_cannot_be_made_is_an_error_with_its_place() {
    for (text, message, line, column) in [
        ("{{< figure src=\"a\" >}}\n", "`figure` needs `alt`", 3, 1),
        (
            "a {{< /figure >}}\n",
            "nothing is open that `/figure` could end",
            3,
            3,
        ),
        (
            "{{< details summary=a >}}\n\nx {{< video >}}\n{{< /details >}}\n",
            "`video` needs `src`",
            5,
            3,
        ),
        (
            "{{< figure src=\"a >}}\n",
            "a quotation mark of `figure` is never closed",
            3,
            1,
        ),
    ] {
        let blog = Blog::new();
        blog.write("posts/a.md", format!("# A\n\n{text}"))
            .commit(DAY, "Ann", "Add");
        let told = blog.check();
        let error = &told["errors"][0];
        assert_eq!(error["code"], "shortcode", "{told:#}");
        assert_eq!(error["message"], message);
        assert_eq!(
            (&error["line"], &error["column"]),
            (&line.into(), &column.into()),
            "{text}"
        );
    }
    let deep = "{{< details summary=a >}}\n".repeat(20) + &"{{< /details >}}\n".repeat(20);
    let blog = Blog::new();
    blog.write("posts/a.md", deep).commit(DAY, "Ann", "Add");
    assert!(blog.check().to_string().contains("more than 8 deep"));
}

#[test]
fn a_shortcode_the_theme_does_not_have_is_shown_as_it_is_written() {
    let blog = Blog::new();
    blog.write(
        "posts/a.md",
        "# A\n\nb {{< figur src=\"a\" >}}\n\n{{< tweet 7 >}}\n\n{{< callout >}}\nOf *this*.\n{{< /callout >}}\n",
    )
    .commit(DAY, "Ann", "Add");
    let told = blog.check();
    let warnings = told["warnings"].as_array().unwrap();
    let places: Vec<_> = warnings
        .iter()
        .map(|told| {
            (
                told["code"].as_str(),
                told["line"].as_u64(),
                told["column"].as_u64(),
            )
        })
        .collect();
    let at = |line, column| (Some("shortcode"), Some(line), Some(column));
    assert_eq!(places, [at(3, 3), at(5, 1), at(7, 1)], "{told:#}");
    assert_eq!(warnings[0]["help"], "did you mean `figure`?");
    let page = String::from_utf8(Built::cold(&blog).files["a/index.html"].clone()).unwrap();
    for part in [
        "<p>b {{&lt; figur src=&quot;a&quot; &gt;}}</p>",
        "<p>{{&lt; tweet 7 &gt;}}</p>",
        "<p>{{&lt; callout &gt;}}</p>\n<p>Of <em>this</em>.</p>\n<p>{{&lt; /callout &gt;}}</p>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[test]
fn a_shortcode_adds_nothing_to_what_an_untrusted_author_may_do() {
    let blog = Blog::new();
    blog.write("byline.toml", "[content]\nhtml = \"sanitised\"\n")
        .write(
            "posts/a.md",
            "# A\n\n{{< video src=\"v.mp4\" caption=\"<script>x\" >}}\n\n<b onclick=x>b</b>\n\n\
             {{< details summary=a >}}\n<script>alert(1)</script>\n{{< /details >}}\n",
        )
        .write(
            "posts/b.md",
            "# B\n\n{{< figure src=a alt=b link=\"javascript:alert(1)\" >}}\n",
        )
        .commit(DAY, "Ann", "Add");
    let server = blog.serve();
    server
        .get("/a/")
        .is(200)
        .shows("<video src=\"v.mp4\"")
        .shows("&lt;script&gt;x")
        .hides("alert(1)")
        .hides("onclick");
    server.get("/b/").is(404);
    assert!(
        blog.check()
            .to_string()
            .contains("no address that is allowed here")
    );
}
