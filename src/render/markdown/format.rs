//! How the nodes of a text are written that comrak would write in another way.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::{self, Write};
use std::sync::Arc;

use comrak::adapters::SyntaxHighlighterAdapter;
use comrak::create_formatter;
use comrak::html::format_node_default;
use comrak::nodes::{AlertType, AstNode, NodeValue};

use super::attributes::Attributes;
use super::fence::{self, Fence, language};
use super::math::mathml;
use super::{Heading, Part, Unmade};
use crate::render::Labels;
use crate::render::escape::escaped;
use crate::render::highlight::highlight;
use crate::render::picture::{Picture, attributes};

/// What the formatter has met so far.
pub(super) struct Seen {
    pub(super) toc: Vec<Heading>,
    pub(super) unmade: Vec<Unmade>,
    /// By address.
    pub(super) pictures: HashMap<String, Picture>,
    pub(super) attributes: Attributes,
    /// Whether formulas are read.
    pub(super) math: bool,
    tables: usize,
    labels: Arc<Labels>,
}

/// Asked for by comrak, which is always given one.
impl Default for Seen {
    fn default() -> Self {
        Self::new(false, Labels::english())
    }
}

impl Seen {
    pub(super) fn new(math: bool, labels: Arc<Labels>) -> Self {
        Self {
            toc: Vec::new(),
            unmade: Vec::new(),
            pictures: HashMap::new(),
            attributes: Attributes::default(),
            math,
            tables: 0,
            labels,
        }
    }

    /// The formula of a node as MathML; as it was written if it is broken, which is told.
    fn formula(&mut self, node: &AstNode<'_>, formula: &str, is_display: bool) -> String {
        let reason = match mathml(formula, is_display) {
            Ok(html) => return html,
            Err(reason) => reason,
        };
        let at = node.data().sourcepos.start;
        self.unmade.push(Unmade {
            what: Part::Formula,
            help: "mend the formula; until then it is shown as it is written".to_owned(),
            line: at.line,
            column: at.column.max(1),
            reason,
            snippet: String::new(),
        });
        format!("<code class=\"math\">{}</code>", escaped(formula))
    }
}

/// What a heading says, and what its anchor is made of: an emoji is there by its name.
fn words<'a>(heading: &'a AstNode<'a>) -> (String, String) {
    let text = heading.collect_text();
    let is_emoji = |node: &'a AstNode<'a>| matches!(node.data().value, NodeValue::ShortCode(_));
    if !heading.children().any(is_emoji) {
        return (text.clone(), text);
    }
    let (mut text, mut named) = (String::new(), String::new());
    for child in heading.children() {
        if let NodeValue::ShortCode(emoji) = &child.data().value {
            text.push_str(&emoji.emoji);
            named.push_str(&emoji.code);
            continue;
        }
        let words = child.collect_text();
        text.push_str(&words);
        named.push_str(&words);
    }
    (text, named)
}

/// Gives alerts that have no title of their own one in the language of the text.
pub(super) fn name_alerts<'a>(root: &'a AstNode<'a>, labels: &Labels) {
    for node in root.descendants() {
        if let NodeValue::Alert(alert) = &mut node.data_mut().value
            && alert.title.is_none()
        {
            let name = match alert.alert_type {
                AlertType::Note => "alert-note",
                AlertType::Tip => "alert-tip",
                AlertType::Important => "alert-important",
                AlertType::Warning => "alert-warning",
                AlertType::Caution => "alert-caution",
            };
            alert.title = Some(labels.get(name).to_owned());
        }
    }
}

/// The ways back from footnotes, which comrak labels in English.
pub(super) fn with_ways_back(html: String, labels: &Labels) -> String {
    const ENGLISH: &str = " aria-label=\"Back to reference ";
    let label = labels.get("back-to-reference");
    let Some((before, behind)) = label.split_once("{number}") else {
        return html;
    };
    if !html.contains(ENGLISH) {
        return html;
    }
    let mut parts = html.split(ENGLISH);
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once('"').unwrap_or((part, ""));
        let label = escaped(&format!("{before}{number}{behind}"));
        written.push_str(&format!(" aria-label=\"{label}\"{rest}"));
    }
    written
}

create_formatter!(Formatter<Seen>, {
    NodeValue::Heading(ref heading) => |context, node, entering| {
        if entering {
            let (text, named) = words(node);
            let id = match context.user.attributes.id(node) {
                Some(own) => {
                    // Told to the anchorizer, so that no other heading takes it.
                    let free = context.anchorizer.anchorize(own);
                    if free.len() > own.len() { free } else { own.to_owned() }
                }
                None => context.anchorizer.anchorize(&named),
            };
            context.cr()?;
            write!(context, "<h{} id=\"{}\">", heading.level, escaped(&id))?;
            context.user.toc.push(Heading { level: heading.level, id, text });
        } else {
            if let Some(Heading { id, text, .. }) = context.user.toc.last() {
                let label = escaped(&context.user.labels.get("link-to").replace("{text}", text));
                let id = escaped(id);
                write!(context, " <a class=\"anchor\" href=\"#{id}\" aria-label=\"{label}\">#</a>")?;
            }
            writeln!(context, "</h{}>", heading.level)?;
        }
    },
    NodeValue::Math(ref math) => |context, node, entering| {
        if entering {
            let html = context.user.formula(node, &math.literal, math.display_math);
            context.write_str(&html)?;
        }
    },
    NodeValue::CodeBlock(ref block) => |context, node, entering| {
        let is_formula = context.user.math && language(&block.info) == "math";
        if !is_formula {
            let Some(fence) = Fence::read(&block.info) else {
                return format_node_default(context, node, entering);
            };
            if entering {
                context.cr()?;
                context.write_str(&fence.html(&block.literal))?;
            }
        } else if entering {
            context.cr()?;
            let html = context.user.formula(node, &block.literal, true);
            writeln!(context, "<p>{html}</p>")?;
        }
    },
    NodeValue::Image(ref link) => |context, node, entering| {
        if entering {
            return format_node_default(context, node, entering);
        }
        if !link.title.is_empty() {
            write!(context, "\" title=\"{}", escaped(&link.title))?;
        }
        let seen = &context.user;
        let picture = seen.pictures.get(&link.url);
        let attributes = attributes(&link.url, picture, seen.attributes.wish(node));
        write!(context, "\"{attributes} />")?;
    },
    NodeValue::WikiLink(ref link) => |context, node, entering| {
        if entering {
            write!(context, "<a href=\"{}\">", escaped(&link.url))?;
        } else {
            context.write_str("</a>")?;
        }
    },
    NodeValue::Table(_) => |context, node, entering| {
        if entering {
            context.cr()?;
            context.user.tables += 1;
            let number = context.user.tables.to_string();
            let label = escaped(&context.user.labels.get("table-numbered").replace("{number}", &number));
            writeln!(context, "<div class=\"scroll\" role=\"region\" aria-label=\"{label}\" tabindex=\"0\">")?;
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
        let (state, name) = if item.symbol.is_some() { (" checked=\"\"", "done") } else { ("", "to-do") };
        let name = escaped(context.user.labels.get(name));
        context.cr()?;
        write!(context, "<li><input type=\"checkbox\" aria-label=\"{name}\"{state} disabled=\"\" /> ")?;
    },
});

/// The way code blocks are written.
pub(super) struct Colours;

impl SyntaxHighlighterAdapter for Colours {
    fn write_highlighted(
        &self,
        output: &mut dyn Write,
        language: Option<&str>,
        code: &str,
    ) -> fmt::Result {
        let language = fence::language(language.unwrap_or_default());
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
