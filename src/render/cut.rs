//! `<!--more-->` on a line of its own: lists show a text up to there.

use comrak::nodes::{AstNode, NodeValue};

/// What stands in the HTML where the text is cut. Headings have no colon in their ids.
const MARK: &str = "<span id=\"page:more\"></span>\n";

/// Puts the mark in the place of the first cut; whether there is one.
pub(super) fn mark<'a>(root: &'a AstNode<'a>) -> bool {
    // Inside of a list or a quotation there is no place to cut.
    for node in root.children() {
        let mut data = node.data_mut();
        let is_cut = matches!(&data.value, NodeValue::HtmlBlock(block) if is_cut(&block.literal));
        if is_cut {
            data.value = NodeValue::Raw(MARK.to_owned());
            return true;
        }
    }
    false
}

/// The part of a text that lists show, if it is cut.
pub(super) fn above_cut(html: &str) -> Option<&str> {
    html.find(MARK).map(|at| &html[..at])
}

fn is_cut(literal: &str) -> bool {
    let inner = literal.trim().strip_prefix("<!--");
    let inner = inner.and_then(|rest| rest.strip_suffix("-->"));
    inner.is_some_and(|word| word.trim().eq_ignore_ascii_case("more"))
}

#[cfg(test)]
mod tests {
    use super::super::markdown::{Links, render};
    use super::*;
    use crate::config::{Dialect, HtmlPolicy};

    struct Untouched;

    impl Links for Untouched {
        fn resolve(&self, _: &str, _: usize) -> Option<String> {
            None
        }
    }

    fn cut(text: &str, html: HtmlPolicy) -> Option<String> {
        let dialect = Dialect {
            html,
            ..Dialect::default()
        };
        let rendered = render(text, dialect, &Untouched).unwrap();
        let above = above_cut(&rendered.html).map(str::to_owned);
        assert_eq!(rendered.cut, above.is_some(), "{text}");
        above
    }

    #[test]
    fn a_text_is_cut_where_a_line_says_so() {
        for policy in [HtmlPolicy::Trusted, HtmlPolicy::Escaped] {
            for mark in ["<!--more-->", "<!-- more -->", "<!-- MORE -->"] {
                let text = format!("One.\n\n{mark}\n\nTwo.\n\n<!--more-->\n");
                let above = cut(&text, policy);
                assert_eq!(above.as_deref(), Some("<p>One.</p>\n"), "{text}");
            }
        }
    }

    #[test]
    fn nothing_else_cuts() {
        for text in [
            "One. <!--more--> Two.",
            "> One.\n> <!--more-->\n",
            "```\n<!--more-->\n```\n",
            "<!--nevermore-->\n",
        ] {
            assert_eq!(cut(text, HtmlPolicy::Trusted), None, "{text}");
        }
    }
}
