//! What a text becomes, feature by feature.

use super::*;

pub(super) const TRUSTED: Dialect = Dialect {
    html: HtmlPolicy::Trusted,
    smart: false,
    emoji: true,
    math: true,
};
const ESCAPED: Dialect = Dialect {
    html: HtmlPolicy::Escaped,
    ..TRUSTED
};

pub(super) struct Untouched;

impl Links for Untouched {
    fn resolve(&self, _: &str, _: usize) -> Option<String> {
        None
    }
}

pub(super) fn html(text: &str) -> String {
    render(text, TRUSTED, &Untouched).unwrap().html
}

#[test]
fn headings_are_anchored_listed_and_below_the_title() {
    let rendered = render("# One\n\n## Two & three\n", TRUSTED, &Untouched).unwrap();
    assert_eq!(
        rendered.html,
        "<h2 id=\"one\">One <a class=\"anchor\" href=\"#one\" aria-label=\"Link to “One”\">#</a></h2>\n\
         <h3 id=\"two--three\">Two &amp; three \
         <a class=\"anchor\" href=\"#two--three\" aria-label=\"Link to “Two &amp; three”\">#</a></h3>\n"
    );
    assert_eq!(
        rendered.toc[1],
        Heading {
            level: 3,
            id: "two--three".into(),
            text: "Two & three".into()
        }
    );
}

#[test]
fn the_dialect_is_githubs() {
    assert!(html("| a |\n|--:|\n| 1 |\n").contains("<th align=\"right\">a</th>"));
    assert!(html("- [x] done\n").contains("type=\"checkbox\""));
    assert!(html("a[^1]\n\n[^1]: b\n").contains("class=\"footnotes\""));
    assert!(html("> [!NOTE]\n> a\n").contains("markdown-alert-note"));
    assert!(html("Term\n\n: Meaning\n").contains("<dt>Term</dt>"));
}

#[test]
fn html_is_shown_as_text_where_authors_are_not_trusted() {
    let rendered = render("<script>x</script>\n\na <b>c</b>\n", ESCAPED, &Untouched).unwrap();
    assert!(
        !rendered.html.contains("<script") && !rendered.html.contains("<b>"),
        "{}",
        rendered.html
    );
}

#[test]
fn a_script_address_is_dropped_where_authors_are_not_trusted() {
    let rendered = render("[a](javascript:alert(1))\n", ESCAPED, &Untouched).unwrap();
    assert!(!rendered.html.contains("javascript"), "{}", rendered.html);
}

#[test]
fn addresses_are_resolved_and_an_excerpt_is_plain() {
    struct Upper;
    impl Links for Upper {
        fn resolve(&self, written: &str, line: usize) -> Option<String> {
            Some(format!("{}-{line}", written.to_uppercase()))
        }
    }
    let rendered = render("a *b*\n\n![c](d.png)\n", TRUSTED, &Upper).unwrap();
    assert!(
        rendered.html.contains("src=\"D.PNG-3\""),
        "{}",
        rendered.html
    );
    assert_eq!((rendered.excerpt.as_str(), rendered.words), ("a b c", 3));
    assert_eq!(rendered.image.as_deref(), Some("D.PNG-3"));
}

#[test]
fn a_text_made_to_hurt_ends_with_a_word_about_it() {
    let quotes = "> ".repeat(500_000);
    let outcome = render(&quotes, TRUSTED, &Untouched);
    assert!(matches!(
        outcome,
        Ok(_) | Err(Refused::Size | Refused::Time)
    ));
    let wiki = "[[ ".repeat(300_000) + "]]";
    assert!(render(&wiki, TRUSTED, &Untouched).is_ok());
    let brackets = "[".repeat(300_000);
    assert!(matches!(
        render(&brackets, TRUSTED, &Untouched),
        Ok(_) | Err(_)
    ));
}

#[test]
fn punctuation_is_smart_where_it_is_asked_for_and_never_in_code() {
    let text = "\"It's\" -- a `\"--\"` ...\n\n    \"--\"\n";
    assert!(html(text).contains("<p>&quot;It's&quot; -- a"));
    let smart = Dialect {
        smart: true,
        ..TRUSTED
    };
    let html = render(text, smart, &Untouched).unwrap().html;
    assert!(
        html.contains("<p>“It’s” – a <code>&quot;--&quot;</code> …</p>"),
        "{html}"
    );
    assert!(html.contains(">&quot;--&quot;\n</code>"), "{html}");
}

#[test]
fn emoji_have_names_but_not_in_code_and_can_be_switched_off() {
    let text = "# :tada: It\n\n:tada: `:tada:` :nosuch: 10:30:20\n\n![:cat:](a.png)\n";
    let shown = html(text);
    assert!(
        shown.contains("<p>🎉 <code>:tada:</code> :nosuch: 10:30:20</p>"),
        "{shown}"
    );
    assert!(shown.contains("<h2 id=\"tada-it\">🎉 It <a"), "{shown}");
    assert!(shown.contains("alt=\"🐱\""), "{shown}");
    let plain = Dialect {
        emoji: false,
        ..TRUSTED
    };
    assert!(
        render(text, plain, &Untouched)
            .unwrap()
            .html
            .contains("<p>:tada:")
    );
}

struct Named;

impl Links for Named {
    fn resolve(&self, _: &str, _: usize) -> Option<String> {
        None
    }

    fn named(&self, name: &str, line: usize) -> Option<String> {
        (name != "Nowhere").then(|| format!("/{}-{line}/", name.to_lowercase()))
    }
}

#[test]
fn wiki_links_lead_to_what_is_called_so() {
    let html = |text: &str| render(text, TRUSTED, &Named).unwrap().html;
    assert_eq!(
        html("a [[Cats]] and\n[[ cats | *the* <cat> ]], [[Nowhere|b]] [[Nowhere]]\n"),
        "<p>a <a href=\"/cats-1/\">Cats</a> and\n[[ cats | <em>the</em> <cat> ]], b Nowhere</p>\n"
    );
    assert_eq!(
        html("| [[a\\|b]] |\n|---|\n| [[c]] |\n")
            .matches("<a href=\"/")
            .count(),
        2
    );
    for text in [
        "[[1]](/x)\n",
        "`[[a]]`\n",
        "    [[a]]\n",
        "\\[[a]]\n",
        "![[a]]\n",
        "[[ ]]\n",
        "[[a\n]]\n",
        "[see [[a]] here](/x)\n",
        "[[1]]\n\n[1]: /x\n",
    ] {
        assert_eq!(
            html(text),
            render(text, TRUSTED, &Untouched).unwrap().html,
            "{text}"
        );
        assert!(
            !html(text).contains("/a-1/") && !html(text).contains("/1-1/"),
            "{text}"
        );
    }
}

#[test]
fn formulas_become_mathml_and_prices_stay() {
    let shown = html("So $a^2$ and\n\n$$\\frac{a}{b}$$\n\n```math\nx\n```\n\n$`y`$\n");
    assert_eq!(shown.matches("<math").count(), 4, "{shown}");
    assert_eq!(shown.matches("display=\"block\"").count(), 2, "{shown}");
    for text in [
        "$5 and $6",
        "US$5 for me, A$6 for you",
        "costs 5$ or 6$",
        "$HOME and $PATH",
        "`$a$`",
        "\\$a\\$",
    ] {
        assert!(!html(text).contains("<math"), "{text}: {}", html(text));
    }
    assert_eq!(
        html("US$5 for me, A$6 for you"),
        "<p>US$5 for me, A$6 for you</p>\n"
    );
    let plain = Dialect {
        math: false,
        ..TRUSTED
    };
    assert_eq!(
        render("$a$", plain, &Untouched).unwrap().html,
        "<p>$a$</p>\n"
    );
}

#[test]
fn a_broken_formula_is_shown_and_told() {
    let rendered = render("a\n\nb $\\frac{a<$ c\n", TRUSTED, &Untouched).unwrap();
    assert!(
        rendered
            .html
            .contains("b <code class=\"math\">\\frac{a&lt;</code> c"),
        "{}",
        rendered.html
    );
    assert_eq!(rendered.unmade.len(), 1);
    let unmade = &rendered.unmade[0];
    assert_eq!((unmade.line, unmade.column), (3, 3));
    assert_eq!(unmade.snippet, "b $\\frac{a<$ c");
}

#[test]
fn pictures_have_sizes_and_headings_names_of_their_own() {
    assert_eq!(
        html("![a](b.png \"t\"){width=300 .right} c\n"),
        "<p><img src=\"b.png\" alt=\"a\" title=\"t\" width=\"300\" class=\"right\" loading=\"lazy\" decoding=\"async\" /> c</p>\n"
    );
    for text in [
        "![a](b.png){width=300px}",
        "![a](b.png){onload=x}",
        "![a](b.png){.evil}",
        "![a](b.png){width=3 width=4}",
        "![a](b.png){",
        "![a](b.png){}",
        "![a](b.png) {.right}",
    ] {
        let shown = html(text);
        let (_, behind) = text.split_once(')').unwrap();
        assert!(
            shown.contains(&format!(
                "alt=\"a\" loading=\"lazy\" decoding=\"async\" />{behind}</p>"
            )),
            "{shown}"
        );
    }
    let headings = render(
        "## It\n\n## Other {#it}\n\n## Named {#Own_1.a}\n\n## Not {#}\n\n## Own1a\n",
        TRUSTED,
        &Untouched,
    );
    let toc = headings.unwrap().toc;
    let ids: Vec<(&str, &str)> = toc
        .iter()
        .map(|h| (h.id.as_str(), h.text.as_str()))
        .collect();
    assert_eq!(
        ids,
        [
            ("it", "It"),
            ("it-1", "Other"),
            ("Own_1.a", "Named"),
            ("not-", "Not {#}"),
            ("own1a", "Own1a")
        ]
    );
}

#[test]
fn a_fence_says_more_where_it_is_told_to_and_is_plain_where_not() {
    assert_eq!(
        html("```rust\nfn\n```\n"),
        "<pre class=\"code\" tabindex=\"0\"><code class=\"language-rust\">\
         <span class=\"hl-keyword\">fn\n</span></code></pre>\n"
    );
    assert!(
        html("- a\n\n  ```rust title=\"a.rs\"\n  fn\n  ```\n")
            .contains("<figcaption>a.rs</figcaption>")
    );
    for language in ["mermaid", "dot"] {
        let shown = html(&format!("```{language}\na -> \"b\"\n```\n"));
        assert!(shown.contains(">a -&gt; &quot;b&quot;\n</code>"), "{shown}");
    }
}
