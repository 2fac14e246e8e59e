//! Texts with shortcodes: what the theme makes of each is put where its mark came out.

use std::sync::Arc;

use comrak::nodes::{AstNode, NodeValue};
use serde_json::{Map, Value};

use super::shortcode::{Call, Marked, Wrong, mark, paragraph};
use super::{LARGEST, Links, Refused, Rendered, write};
use crate::config::{Dialect, HtmlPolicy};
use crate::diagnostic::nearest;
use crate::render::escape::escaped;
use crate::render::picture::{Picture, Wish, attributes};
use crate::render::{Labels, Theme};

/// Shortcodes within shortcodes.
const DEEPEST: usize = 8;
/// Arguments that are addresses, and are resolved as those of links are.
const ADDRESSES: [&str; 4] = ["src", "href", "link", "poster"];

/// What texts within texts are rendered with.
#[derive(Clone, Copy)]
struct Terms<'a> {
    dialect: Dialect,
    links: &'a dyn Links,
    theme: &'a Theme,
    depth: usize,
}

/// Links of a text that stands in another, or has lost lines to marks.
struct Moved<'a> {
    links: &'a dyn Links,
    marked: &'a Marked<'a>,
}

/// Links of a text that begins further down.
struct Below<'a> {
    links: &'a dyn Links,
    lines: usize,
}

impl Links for Moved<'_> {
    fn labels(&self) -> Arc<Labels> {
        self.links.labels()
    }

    fn resolve(&self, written: &str, line: usize) -> Option<String> {
        self.links.resolve(written, self.marked.line(line))
    }

    fn named(&self, name: &str, line: usize) -> Option<String> {
        self.links.named(name, self.marked.line(line))
    }

    fn picture(&self, resolved: &str) -> Option<Picture> {
        self.links.picture(resolved)
    }
}

impl Links for Below<'_> {
    fn labels(&self) -> Arc<Labels> {
        self.links.labels()
    }

    fn resolve(&self, written: &str, line: usize) -> Option<String> {
        self.links.resolve(written, line + self.lines)
    }

    fn named(&self, name: &str, line: usize) -> Option<String> {
        self.links.named(name, line + self.lines)
    }

    fn uses(&self, shortcode: &str) {
        self.links.uses(shortcode);
    }

    fn picture(&self, resolved: &str) -> Option<Picture> {
        self.links.picture(resolved)
    }
}

/// Renders a text that may have shortcodes of the theme.
pub(super) fn render(
    text: &str,
    dialect: Dialect,
    links: &dyn Links,
    theme: &Theme,
) -> Result<Rendered, Refused> {
    let depth = 0;
    Terms {
        dialect,
        links,
        theme,
        depth,
    }
    .render(text)
}

impl Terms<'_> {
    fn render(&self, text: &str) -> Result<Rendered, Refused> {
        let is_inner = self.depth > 0;
        let marked = mark(text).map_err(Refused::Shortcode)?;
        if marked.calls.is_empty() {
            return write(text, self.dialect, self.links, (None, is_inner));
        }
        let links = Moved {
            links: self.links,
            marked: &marked,
        };
        let among = (Some(&marked), is_inner);
        let mut rendered = write(&marked.text, self.dialect, &links, among)?;
        for unmade in &mut rendered.unmade {
            unmade.line = marked.line(unmade.line);
        }
        let mut made = Vec::with_capacity(marked.calls.len());
        let mut bytes = rendered.html.len();
        for (index, call) in marked.calls.iter().enumerate() {
            let whole = paragraph(index);
            let mark = &whole[3..whole.len() - 4];
            if !rendered.html.contains(mark) {
                // It stands in code.
                made.push(String::new());
                continue;
            }
            if self.theme.shortcode(call.name).is_some() || call.inner.is_some() {
                rendered.html = rendered.html.replace(&whole, mark);
            }
            let html = self.call(text, call, &mut rendered)?;
            bytes += html.len();
            if bytes > LARGEST {
                return Err(Refused::Size);
            }
            made.push(html);
        }
        let html = marked.replaced(&rendered.html, |call, (index, in_tag)| match in_tag {
            true => escaped(call.source),
            false => made[index].clone(),
        });
        Ok(Rendered { html, ..rendered })
    }

    /// What the theme makes of one.
    fn call(&self, text: &str, call: &Call<'_>, whole: &mut Rendered) -> Result<String, Refused> {
        let name = call.name;
        let wrong = |message: String, help: String| {
            Refused::Shortcode(Wrong::new(call.offset, message, help))
        };
        self.links.uses(name);
        let Some(needed) = self.theme.shortcode(name) else {
            return self.unknown(text, call, whole);
        };
        for argument in needed {
            if !call.arguments.contains_key(argument) {
                let help = format!("write `{{{{< {name} {argument}=\"…\" >}}}}`");
                return Err(wrong(format!("`{name}` needs `{argument}`"), help));
            }
        }
        if self.depth >= DEEPEST {
            let message = format!("shortcodes lie more than {DEEPEST} deep in each other");
            return Err(wrong(message, "take some apart".to_owned()));
        }
        let line = text[..call.offset].matches('\n').count() + 1;
        let mut view = Map::new();
        let positional = call.positional.iter().cloned().map(Value::String);
        view.insert("args".to_owned(), Value::Array(positional.collect()));
        for (key, value) in &call.arguments {
            let value = match ADDRESSES.contains(key) {
                true => self
                    .address(value, line)
                    .map_err(|(message, help)| wrong(message, help))?,
                false => value.clone(),
            };
            view.insert((*key).to_owned(), Value::String(value));
        }
        if let Some(Value::String(src)) = view.get("src") {
            let side = |name| call.arguments.get(name)?.parse().ok();
            let wish = Wish {
                width: side("width"),
                height: side("height"),
                ..Wish::default()
            };
            let picture = self.links.picture(src);
            let attributes = attributes(src, picture.as_ref(), Some(&wish));
            view.insert("attributes".to_owned(), Value::String(attributes));
        }
        if let Some((inner, line)) = call.inner {
            let html = self.inner(text, (inner, line), whole)?;
            view.insert("inner".to_owned(), Value::String(html));
        }
        let html = self.theme.render(&format!("shortcodes/{name}"), &view);
        html.map_err(|problem| {
            let help = format!("mend `theme/shortcodes/{name}.hbs`");
            wrong(format!("`{name}`: {}", problem.message), help)
        })
    }

    /// One that the theme doesn't have is shown as it was written, around what stands in it.
    fn unknown(
        &self,
        text: &str,
        call: &Call<'_>,
        whole: &mut Rendered,
    ) -> Result<String, Refused> {
        let name = call.name;
        let (message, add) = (
            format!("the theme has no shortcode `{name}`, so it is shown as it is written"),
            format!("add `theme/shortcodes/{name}.hbs`, or put it in backticks if it is text"),
        );
        let known = nearest(name, self.theme.shortcodes());
        let help = known.map_or(add, |known| format!("did you mean `{known}`?"));
        whole.unmade.push(call.unmade(text, message, help));
        let Some((inner, line)) = call.inner else {
            return Ok(escaped(call.source));
        };
        let html = self.inner(text, (inner, line), whole)?;
        let (open, close) = call.around(inner);
        Ok(format!(
            "<p>{}</p>\n{html}<p>{}</p>\n",
            escaped(open),
            escaped(close)
        ))
    }

    fn address(&self, written: &str, line: usize) -> Result<String, (String, String)> {
        let scheme = written.split_once(':').map(|(scheme, _)| scheme.trim());
        let is_known = scheme.is_none_or(|scheme| {
            scheme.contains('/')
                || ["http", "https", "mailto"].contains(&&*scheme.to_ascii_lowercase())
        });
        if !is_known && self.dialect.html != HtmlPolicy::Trusted {
            let message = format!("`{written}` is no address that is allowed here");
            return Err((message, "link to `https:` or to a file".to_owned()));
        }
        let resolved = self.links.resolve(written, line);
        Ok(resolved.unwrap_or_else(|| written.to_owned()))
    }

    /// The HTML of what stands between a shortcode and its end.
    fn inner(
        &self,
        text: &str,
        (inner, line): (&str, usize),
        whole: &mut Rendered,
    ) -> Result<String, Refused> {
        let links = Below {
            links: self.links,
            lines: line - 1,
        };
        let terms = Terms {
            links: &links,
            depth: self.depth + 1,
            ..*self
        };
        let begins = inner.as_ptr() as usize - text.as_ptr() as usize;
        let rendered = terms.render(inner).map_err(|refused| match refused {
            Refused::Shortcode(wrong) => Refused::Shortcode(Wrong {
                offset: wrong.offset + begins,
                ..wrong
            }),
            other => other,
        })?;
        whole.words += rendered.words;
        whole.image = whole.image.take().or(rendered.image);
        whole
            .unmade
            .extend(rendered.unmade.into_iter().map(|mut unmade| {
                unmade.line += line - 1;
                unmade
            }));
        Ok(rendered.html)
    }
}

/// Puts back what was written where a shortcode can't stand: in code, in HTML, in what becomes an
/// attribute.
pub(super) fn restore<'a>(root: &'a AstNode<'a>, marked: &Marked<'_>) {
    for node in root.descendants() {
        let is_attribute = || {
            node.ancestors().skip(1).any(|above| {
                matches!(
                    above.data().value,
                    NodeValue::Heading(_) | NodeValue::Image(_)
                )
            })
        };
        let restore = |text: &mut String| {
            if text.contains(super::shortcode::MARK) {
                *text = marked.restored(text);
            }
        };
        match &mut node.data_mut().value {
            NodeValue::Text(text) if text.contains(super::shortcode::MARK) && is_attribute() => {
                *text = marked.restored(text).into();
            }
            NodeValue::Code(code) => restore(&mut code.literal),
            NodeValue::CodeBlock(block) => {
                restore(&mut block.literal);
                restore(&mut block.info);
            }
            NodeValue::HtmlBlock(block) => restore(&mut block.literal),
            NodeValue::HtmlInline(html) => restore(html),
            NodeValue::Math(math) => restore(&mut math.literal),
            NodeValue::Link(link) | NodeValue::Image(link) => {
                restore(&mut link.url);
                restore(&mut link.title);
            }
            NodeValue::FootnoteReference(note) => restore(&mut note.name),
            NodeValue::FootnoteDefinition(note) => restore(&mut note.name),
            _ => {}
        }
    }
}
