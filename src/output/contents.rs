//! The texts of posts as feeds have them: with addresses that mean the same anywhere, made fit for XML
//! and for JSON once for all feeds, as far as there is room.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::value::{RawValue, to_raw_value};

use super::entry::Entry;
use super::{Edition, xml};
use crate::diagnostic::Diagnostic;
use crate::memo::Key;
use crate::render::picture::without_copies;

/// Bytes of texts that are held for further feeds.
const ROOM: usize = 16 << 20;

#[derive(Default)]
pub(super) struct Contents {
    held: Mutex<(HashMap<Key, Arc<Content>>, usize)>,
}

/// A text with addresses that mean the same anywhere.
pub(super) struct Content {
    /// As it stands between tags of XML.
    pub(super) xml: String,
    /// As a string of JSON.
    pub(super) json: Box<RawValue>,
}

impl Contents {
    pub(super) fn of(
        &self,
        edition: &Edition<'_>,
        entry: &Entry,
    ) -> Result<Arc<Content>, Diagnostic> {
        let held = || self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let key = entry.rendered.key;
        if let Some(known) = held().0.get(&key) {
            return Ok(Arc::clone(known));
        }
        let html = absolute(edition, entry)?;
        let content = Arc::new(Content {
            xml: xml::escaped(&html),
            json: to_raw_value(&html).expect("a text is always JSON"),
        });
        let size = content.xml.len() + content.json.get().len();
        let (known, bytes) = &mut *held();
        if *bytes + size <= ROOM && known.insert(key, Arc::clone(&content)).is_none() {
            *bytes += size;
        }
        Ok(content)
    }
}

/// A post's text with addresses that mean the same anywhere.
fn absolute(edition: &Edition<'_>, entry: &Entry) -> Result<String, Diagnostic> {
    let html = edition.html(entry)?;
    let html = without_copies(&html);
    Ok(match &edition.config.site.base_url {
        Some(base_url) => whole(&html, base_url, &entry.url),
        None => html.into_owned(),
    })
}

/// HTML with whole addresses instead of those that lead to a place on this site.
fn whole(html: &str, base_url: &str, post_url: &str) -> String {
    let mut whole = String::with_capacity(html.len() + html.len() / 16);
    let mut rest = html;
    while let Some(at) = rest.find('=') {
        let (before, after) = rest.split_at(at + 1);
        whole.push_str(before);
        rest = after;
        // Quotes in text are escaped, so these stand only in tags.
        let Some(value) = after.strip_prefix('"') else {
            continue;
        };
        let is =
            |name: &str| before[..at].ends_with(name) && before[..at - name.len()].ends_with(' ');
        let is_place = value.starts_with('/') && !value.starts_with("//");
        let is_part = value.starts_with('#') && is("href");
        if is_part || is_place && ["href", "src", "poster"].into_iter().any(is) {
            whole.push('"');
            whole.push_str(base_url);
            whole.push_str(if is_part { post_url } else { "" });
            rest = value;
        }
    }
    whole.push_str(rest);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_on_the_site_are_made_whole() {
        let html = |base: &str, post: &str| {
            format!(
                "<a class=\"b\" href=\"{base}/a/?x=&quot;/b\"><img src=\"{base}/c.png\" alt=\"/d\"></a> href=/e \
                 <a href=\"{post}#f\">a=b</a><a href=\"//g/\" data-href=\"/h\"></a>\
                 <video poster=\"{base}/i.png\" src=\"https://j/\"></video> ="
            )
        };
        let made = whole(&html("", ""), "https://blog.example", "/cats/");
        assert_eq!(
            made,
            html("https://blog.example", "https://blog.example/cats/")
        );
    }
}
