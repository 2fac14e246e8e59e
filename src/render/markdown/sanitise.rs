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
const CLASSES: [&str; 14] = [
    "anchor",
    "code",
    "contains-task-list",
    "diff",
    "file",
    "footnotes",
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
