//! Markdown to HTML: GitHub's dialect with footnotes, alerts, description lists and heading
//! anchors. Bounded in time and size, because an author's text may be built to hurt.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::{self, Write};
use std::time::{Duration, Instant};

use comrak::adapters::SyntaxHighlighterAdapter;
use comrak::html::format_node_default;
use comrak::nodes::{AstNode, NodeHeading, NodeValue};
use comrak::options::Plugins;
use comrak::{Arena, Options, create_formatter};

use super::escape::escaped;
use super::highlight::highlight;
use crate::config::HtmlPolicy;

/// A text that takes longer to parse is left out; ordinary ones take under a millisecond.
pub(super) const LONGEST: Duration = Duration::from_secs(5);
/// Nested quotes and footnotes can make the output many times the source.
const LARGEST: usize = 16 * 1024 * 1024;
/// Words of an excerpt.
const EXCERPT_WORDS: usize = 40;

/// What becomes of the addresses written in a text.
pub(crate) trait Links {
    /// The address to write instead of `written`, or `None` to leave it. `line` counts from 1 in
    /// the text; a target that is not there is noted by the implementer.
    fn resolve(&self, written: &str, line: usize) -> Option<String>;
}

/// A text as HTML, with what lists and feeds say of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rendered {
    pub(crate) html: String,
    pub(crate) toc: Vec<Heading>,
    pub(crate) words: usize,
    /// The first words, as plain text.
    pub(crate) excerpt: String,
    /// The first picture's address, resolved.
    pub(crate) image: Option<String>,
}

/// One heading of the table of contents.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Heading {
    pub(crate) level: u8,
    pub(crate) id: String,
    pub(crate) text: String,
}

/// Why a text could not be rendered.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TooMuch {
    #[error("the text takes more than {} seconds to read as Markdown", LONGEST.as_secs())]
    Time,
    #[error("the text becomes more than {} MiB of HTML", LARGEST / 1024 / 1024)]
    Size,
}

/// Renders one text.
pub(crate) fn render(text: &str, html: HtmlPolicy, links: &dyn Links) -> Result<Rendered, TooMuch> {
    let options = options(html);
    let arena = Arena::new();
    let deadline = Instant::now() + LONGEST;
    let root = comrak::try_parse_document(&arena, text, &options, &|| Instant::now() >= deadline)
        .map_err(|comrak::ParseCancelled| TooMuch::Time)?;

    let mut rendered = Rendered::default();
    let mut plain = String::new();
    survey(root, links, &mut rendered, &mut plain);
    rendered.words = plain.split_whitespace().count();
    rendered.excerpt = excerpt(&plain);

    let mut output = Bounded {
        html: String::with_capacity(text.len() * 2),
        deadline,
    };
    let colours = Colours;
    let mut plugins = Plugins::default();
    plugins.render.codefence_syntax_highlighter = Some(&colours);
    let seen = Formatter::format_document_with_plugins(
        root,
        &options,
        &mut output,
        &plugins,
        Seen::default(),
    );
    rendered.toc = match seen {
        Ok(seen) => seen.toc,
        Err(fmt::Error) if output.html.len() < LARGEST / 2 => return Err(TooMuch::Time),
        Err(fmt::Error) => return Err(TooMuch::Size),
    };
    rendered.html = output.html;
    Ok(rendered)
}

pub(super) fn options(html: HtmlPolicy) -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.description_lists = true;
    options.extension.alerts = true;
    options.parse.tasklist_in_table = true;
    options.render.r#unsafe = html == HtmlPolicy::Trusted;
    options.render.escape = html == HtmlPolicy::Escaped;
    options
}

/// One pass over the document: addresses resolved, headings moved below the page's own, plain text
/// gathered.
fn survey<'a>(
    root: &'a AstNode<'a>,
    links: &dyn Links,
    rendered: &mut Rendered,
    plain: &mut String,
) {
    // A page has one `h1`, its title: a text that uses level 1 itself moves down by one.
    let demote = root.descendants().any(|node| {
        matches!(
            node.data().value,
            NodeValue::Heading(NodeHeading { level: 1, .. })
        )
    });
    for node in root.descendants() {
        let mut data = node.data_mut();
        let line = data.sourcepos.start.line;
        match &mut data.value {
            NodeValue::Link(link) => {
                if let Some(resolved) = links.resolve(&link.url, line) {
                    link.url = resolved;
                }
            }
            NodeValue::Image(link) => {
                if let Some(resolved) = links.resolve(&link.url, line) {
                    link.url = resolved;
                }
                if rendered.image.is_none() {
                    rendered.image = Some(link.url.clone());
                }
            }
            NodeValue::Heading(heading) => {
                heading.level = (heading.level + u8::from(demote)).min(6);
                plain.push('\n');
            }
            NodeValue::Text(text) => plain.push_str(text),
            NodeValue::Code(code) => plain.push_str(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => plain.push(' '),
            value if value.block() => plain.push('\n'),
            _ => {}
        }
    }
}

fn excerpt(plain: &str) -> String {
    let mut words = plain.split_whitespace();
    let mut excerpt = words
        .by_ref()
        .take(EXCERPT_WORDS)
        .collect::<Vec<_>>()
        .join(" ");
    if words.next().is_some() {
        excerpt.push('…');
    }
    excerpt
}

/// What the formatter has met so far.
#[derive(Default)]
struct Seen {
    toc: Vec<Heading>,
    tables: usize,
}

create_formatter!(Formatter<Seen>, {
    NodeValue::Heading(ref heading) => |context, node, entering| {
        if entering {
            let text = node.collect_text();
            let id = context.anchorizer.anchorize(&text);
            context.cr()?;
            write!(context, "<h{} id=\"{}\">", heading.level, escaped(&id))?;
            context.user.toc.push(Heading { level: heading.level, id, text });
        } else {
            if let Some(Heading { id, text, .. }) = context.user.toc.last() {
                let (id, text) = (escaped(id), escaped(text));
                write!(context, " <a class=\"anchor\" href=\"#{id}\" aria-label=\"Link to “{text}”\">#</a>")?;
            }
            writeln!(context, "</h{}>", heading.level)?;
        }
    },
    NodeValue::Table(_) => |context, node, entering| {
        if entering {
            context.cr()?;
            context.user.tables += 1;
            let number = context.user.tables;
            writeln!(context, "<div class=\"scroll\" role=\"region\" aria-label=\"Table {number}\" tabindex=\"0\">")?;
            return format_node_default(context, node, entering);
        }
        format_node_default(context, node, entering)?;
        context.write_str("</div>\n")?;
    },
    NodeValue::TaskItem(ref item) => |context, node, entering| {
        let in_list = node.parent().is_some_and(|parent| matches!(parent.data().value, NodeValue::List(_)));
        if !entering || !in_list {
            return format_node_default(context, node, entering);
        }
        // A box needs a name of its own (WCAG 2.2, 4.1.2); the text beside it is not its label.
        let (state, name) = if item.symbol.is_some() { (" checked=\"\"", "done") } else { ("", "to do") };
        context.cr()?;
        write!(context, "<li><input type=\"checkbox\" aria-label=\"{name}\"{state} disabled=\"\" /> ")?;
    },
});

/// The way code blocks are written.
struct Colours;

impl SyntaxHighlighterAdapter for Colours {
    fn write_highlighted(
        &self,
        output: &mut dyn Write,
        language: Option<&str>,
        code: &str,
    ) -> fmt::Result {
        // `rust,ignore` and `rust{1,3}` name a language and something else.
        let language = language
            .unwrap_or_default()
            .split([',', '{', ':', ' '])
            .next()
            .unwrap_or_default();
        let mut html = String::with_capacity(code.len() * 3);
        highlight(&mut html, &language.to_ascii_lowercase(), code);
        output.write_str(&html)
    }

    fn write_pre_tag(
        &self,
        output: &mut dyn Write,
        _: HashMap<&'static str, Cow<'_, str>>,
    ) -> fmt::Result {
        // Code may be wider than the page: who uses a keyboard must be able to scroll it.
        output.write_str("<pre class=\"code\" tabindex=\"0\">")
    }

    fn write_code_tag(
        &self,
        output: &mut dyn Write,
        attributes: HashMap<&'static str, Cow<'_, str>>,
    ) -> fmt::Result {
        match attributes.get("class") {
            Some(class) => write!(output, "<code class=\"{}\">", escaped(class)),
            None => output.write_str("<code>"),
        }
    }
}

/// Output that refuses to grow without end, in size or in time.
struct Bounded {
    html: String,
    deadline: Instant,
}

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.html.len() + text.len() > LARGEST {
            return Err(fmt::Error);
        }
        // Reading the clock costs more than most writes: once in a while is enough.
        if self.html.len() >> 16 != (self.html.len() + text.len()) >> 16
            && Instant::now() >= self.deadline
        {
            return Err(fmt::Error);
        }
        self.html.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Untouched;

    impl Links for Untouched {
        fn resolve(&self, _: &str, _: usize) -> Option<String> {
            None
        }
    }

    fn html(text: &str) -> String {
        render(text, HtmlPolicy::Trusted, &Untouched).unwrap().html
    }

    #[test]
    fn headings_are_anchored_listed_and_below_the_title() {
        let rendered =
            render("# One\n\n## Two & three\n", HtmlPolicy::Trusted, &Untouched).unwrap();
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
        let rendered = render(
            "<script>x</script>\n\na <b>c</b>\n",
            HtmlPolicy::Escaped,
            &Untouched,
        )
        .unwrap();
        assert!(
            !rendered.html.contains("<script") && !rendered.html.contains("<b>"),
            "{}",
            rendered.html
        );
    }

    #[test]
    fn a_script_address_is_dropped_where_authors_are_not_trusted() {
        let rendered = render(
            "[a](javascript:alert(1))\n",
            HtmlPolicy::Escaped,
            &Untouched,
        )
        .unwrap();
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
        let rendered = render("a *b*\n\n![c](d.png)\n", HtmlPolicy::Trusted, &Upper).unwrap();
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
        let outcome = render(&quotes, HtmlPolicy::Trusted, &Untouched);
        assert!(matches!(
            outcome,
            Ok(_) | Err(TooMuch::Size | TooMuch::Time)
        ));
        let brackets = "[".repeat(300_000);
        assert!(matches!(
            render(&brackets, HtmlPolicy::Trusted, &Untouched),
            Ok(_) | Err(_)
        ));
    }
}
