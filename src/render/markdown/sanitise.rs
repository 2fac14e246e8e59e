//! HTML of authors who are not wholly trusted, with what could harm readers taken out. The whole
//! text passes, not its pieces: `<b>` and its `</b>` are two pieces of Markdown.

use std::borrow::Cow;
use std::sync::LazyLock;

use ammonia::Builder;

/// What our own writing of a text needs besides what any text may hold.
const TAGS: [&str; 7] = [
    "section",
    "input",
    "mark",
    "ins",
    "del",
    "figure",
    "figcaption",
];
const MATHS: [&str; 25] = [
    "math",
    "menclose",
    "merror",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mroot",
    "mrow",
    "mprescripts",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
];
const MATH_ATTRIBUTES: [&str; 22] = [
    "display",
    "displaystyle",
    "scriptlevel",
    "mathvariant",
    "stretchy",
    "symmetric",
    "largeop",
    "fence",
    "form",
    "separator",
    "lspace",
    "rspace",
    "minsize",
    "maxsize",
    "movablelimits",
    "accent",
    "accentunder",
    "linethickness",
    "width",
    "height",
    "depth",
    "columnspan",
];
/// Classes that are ours; a theme's others could lay a text over the page.
const CLASSES: [&str; 15] = [
    "anchor",
    "code",
    "contains-task-list",
    "diff",
    "file",
    "footnotes",
    "formula",
    "footnote-ref",
    "footnote-backref",
    "line",
    "left",
    "right",
    "center",
    "wide",
    "scroll",
];
const CLASS_STARTS: [&str; 4] = ["hl-", "language-", "markdown-alert", "menv-"];

static BUILDER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .add_tags(TAGS)
        .add_tags(MATHS)
        .add_tags(["munderover"])
        .add_generic_attributes([
            "class",
            "id",
            "tabindex",
            "role",
            "aria-label",
            "data-line",
            "lang",
            "dir",
        ])
        .add_tag_attributes("input", ["type", "checked", "disabled"])
        .add_tag_attributes(
            "a",
            [
                "data-footnote-ref",
                "data-footnote-backref",
                "data-footnote-backref-idx",
            ],
        )
        .add_tag_attributes("section", ["data-footnotes"])
        .add_tag_attributes(
            "img",
            ["srcset", "sizes", "loading", "decoding", "fetchpriority"],
        )
        .add_tag_attributes("details", ["open"])
        // Whatever an author writes, a box is one that nobody can fill.
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .link_rel(None)
        .attribute_filter(filter);
    for tag in MATHS {
        builder.add_tag_attributes(tag, MATH_ATTRIBUTES);
    }
    builder
});

/// Cleans the HTML of a text.
pub(super) fn sanitised(html: &str) -> String {
    BUILDER.clean(html).to_string()
}

fn filter<'v>(_: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    match attribute {
        "class" => {
            let is_ours = |class: &&str| {
                CLASSES.contains(class) || CLASS_STARTS.iter().any(|start| class.starts_with(start))
            };
            let ours: Vec<&str> = value.split_ascii_whitespace().filter(is_ours).collect();
            (!ours.is_empty()).then(|| Cow::Owned(ours.join(" ")))
        }
        "tabindex" => Some(Cow::Borrowed("0")),
        "role" => (value == "region").then_some(Cow::Borrowed(value)),
        _ => Some(Cow::Borrowed(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{TRUSTED, Untouched, html};
    use super::super::{Dialect, HtmlPolicy, render};

    const SANITISED: Dialect = Dialect {
        html: HtmlPolicy::Sanitised,
        ..TRUSTED
    };

    fn clean(text: &str) -> String {
        render(text, SANITISED, &Untouched).unwrap().html
    }

    const HOSTILE: [&str; 27] = [
        "<script>alert(1)</script>",
        "a <script src=//x></script>",
        "<SCRIPT/x>alert(1)</SCRIPT>",
        "<img src=x onerror=alert(1)>",
        "a <b onclick='alert(1)'>b</b>",
        "<a href=\"javascript:alert(1)\">a</a>",
        "<a href=\"java&#x73;cript&colon;alert(1)\">a</a>",
        "<a href=\" &#9;JaVa\tScript:alert(1)\">a</a>",
        "<a href=\"data:text/html,<script>alert(1)</script>\">a</a>",
        "<style>body{display:none}</style>",
        "<p style=\"position:fixed;inset:0\">a</p>",
        "<svg><script>alert(1)</script></svg>",
        "<svg onload=alert(1)>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
        "<math href=\"javascript:alert(1)\">a</math>",
        "<math><annotation-xml encoding=\"text/html\"><script>alert(1)</script></annotation-xml></math>",
        "<form action=//evil><input name=password type=password><button formaction=//evil>a</button></form>",
        "<meta http-equiv=refresh content=\"0;url=//evil\">",
        "<base href=//evil>",
        "<iframe src=//evil></iframe>",
        "<object data=//evil></object><embed src=//evil>",
        "<link rel=stylesheet href=//evil>",
        "<p class=\"site-header overlay\">a</p>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
        "<!-- --!><img src=x onerror=alert(1)> -->",
        "[a](javascript:alert(1)) <b>",
    ];

    #[test]
    fn what_could_harm_readers_is_taken_out() {
        for hostile in HOSTILE {
            let shown = clean(&format!("{hostile}\n\nbehind\n"));
            let small = shown.to_ascii_lowercase();
            for bad in [
                "<script",
                "onerror",
                "onclick",
                "onload",
                "javascript:",
                "<style",
                "style=",
                "<svg",
                "<form",
                "<button",
                "<meta",
                "<base",
                "<iframe",
                "<object",
                "<embed",
                "<link",
                "overlay",
                "data:text",
                "password",
            ] {
                // What is text is no harm.
                let tags: String = small
                    .split('<')
                    .skip(1)
                    .filter_map(|tag| tag.split_once('>'))
                    .fold(String::new(), |tags, (tag, _)| format!("{tags}<{tag}>"));
                assert!(!tags.contains(bad), "{hostile}: {shown}");
            }
            assert!(shown.contains("behind"), "{hostile}: {shown}");
        }
        let harmless = "<details open><summary>a</summary>b</details> <kbd>c</kbd>\n";
        assert!(clean(harmless).contains("<summary>a</summary>"));
        assert!(
            clean("a <b>c").contains("<b>c</b>"),
            "what is open is closed"
        );
    }

    #[test]
    fn what_is_never_closed_takes_no_longer_than_it_may() {
        for bit in [
            "<div>",
            "<b>",
            "<p><table>",
            "<a href=x>",
            "<i><p>",
            "<li>",
            "<!--",
            "<svg>",
            "<math><mi>",
        ] {
            for bytes in [16 * 1024, 1024 * 1024] {
                let outcome = render(&bit.repeat(bytes / bit.len()), SANITISED, &Untouched);
                assert!(outcome.is_ok() || bytes > 16 * 1024, "{bit}");
            }
        }
    }

    #[test]
    fn sanitising_keeps_what_markdown_itself_makes() {
        let text = "# A\n\n[^n] [l](/a) ~~s~~\n\n[^n]: note\n\n- [x] t\n- [ ] u\n\n| a |\n|--:|\n| 1 |\n\n> [!NOTE]\n> a\n\n\
                Term\n\n: Meaning\n\n```rust title=\"a.rs\" linenos {1}\nfn x() {}\n```\n\n```rust diff\n+fn\n-a\n```\n\n\
                $x^2 + \\frac{a}{b}$\n\n![a](b.png \"t\"){width=3 .right}\n";
        let trusted = html(text);
        assert_eq!(clean(text), trusted, "without HTML nothing is to do");
        let marked = clean(&format!("{text}\n<b>x</b>\n"));
        // Attributes may change places; none may be missing.
        let parts = |html: &str| {
            let mut parts: Vec<String> = html
                .replace("<p><b>x</b></p>", "")
                .replace("=\"\"", "")
                .split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '/'))
                .filter(|part| !part.is_empty())
                .map(|part| part.replace("&quot;", "\"").replace("&#39;", "'"))
                .collect();
            parts.sort_unstable();
            parts
        };
        assert_eq!(parts(&marked), parts(&trusted));
    }
}
