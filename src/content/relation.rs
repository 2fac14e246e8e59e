//! What a post belongs to and hangs together with: its series, what it replies to, its copies
//! elsewhere, and whether it stays on top of the stream.

use super::front_matter::Value;
use super::keys::{Keys, scalar};
use super::kind::{is_web, plain};
use super::slug::slugify;

/// Addresses under one key.
const MAX_ADDRESSES: usize = 20;
const MAX_NAME: usize = 100;

/// What front matter says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ties {
    pub(crate) series: Option<Series>,
    /// Pages on the web it is a reply to.
    pub(crate) in_reply_to: Vec<String>,
    /// Pages on the web that are copies of it.
    pub(crate) syndication: Vec<String>,
    /// Stays on top of the front page.
    pub(crate) pinned: bool,
}

/// A series, and which part of it a post is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Series {
    pub(crate) name: String,
    /// Part of the address: `/series/SLUG/`.
    pub(crate) slug: String,
    /// Parts without a number follow those with one, by date.
    pub(crate) part: Option<u32>,
}

impl Ties {
    /// Reads the keys. Many themes use some of the names for other things, so what has an
    /// unexpected shape is passed over.
    pub(super) fn read(keys: &mut Keys<'_>) -> Self {
        Self {
            series: series(keys),
            in_reply_to: addresses(keys, "inreplyto"),
            syndication: addresses(keys, "syndication"),
            pinned: plain(keys, &["pinned", "sticky"]).as_deref() == Some("true"),
        }
    }
}

/// Hugo has a list of them, of which the first counts.
fn series(keys: &Keys<'_>) -> Option<Series> {
    let entry = keys.find(&["series"])?;
    let name = match &entry.node.value {
        Value::List(items) => items.first().and_then(scalar),
        Value::Text(_) | Value::Number(_) => scalar(&entry.node),
        _ => None,
    }?;
    let name = super::cut(&name, MAX_NAME);
    let slug = slugify(&name);
    let part = plain(keys, &["part", "seriesorder", "seriespart"]);
    (!slug.is_empty()).then(|| Series {
        slug,
        name,
        part: part.and_then(|part| part.parse().ok()),
    })
}

/// Addresses on the web; what is none is told.
fn addresses(keys: &mut Keys<'_>, name: &str) -> Vec<String> {
    let Some(entry) = keys.find(&[name]) else {
        return Vec::new();
    };
    let written = match &entry.node.value {
        Value::List(items) => items.iter().filter_map(scalar).collect(),
        _ => Vec::from_iter(scalar(&entry.node)),
    };
    let mut found: Vec<String> = Vec::new();
    for address in written.into_iter().filter(|text| !text.is_empty()) {
        if !is_web(&address) {
            let message = format!("`{}` holds `{address}`", entry.key);
            let help = "each is the address of a page on the web, `https://…`";
            keys.warn("front-matter", entry, message, help.to_owned());
        } else if !found.contains(&address) && found.len() < MAX_ADDRESSES {
            found.push(address);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::front_matter::FrontMatter;
    use super::*;

    fn read(block: &str) -> (Ties, usize) {
        let text = format!("+++\n{block}\n+++\n");
        let matter = FrontMatter::read(&text).unwrap();
        let mut keys = Keys::of(&matter, &text);
        (Ties::read(&mut keys), keys.faults.len())
    }

    #[test]
    fn a_series_has_a_name_and_maybe_a_part() {
        let of = |block| {
            let series = read(block).0.series?;
            Some((series.slug, series.part))
        };
        let slug = |slug: &str, part| Some((slug.to_owned(), part));
        assert_eq!(of("series = 'On Boats'"), slug("on-boats", None));
        assert_eq!(of("series = ['a', 'b']\npart = 2"), slug("a", Some(2)));
        assert_eq!(of("series = 'a'\npart = 'two'"), slug("a", None));
        assert_eq!(of("series = '!'"), None);
        assert_eq!(of("series = {a = 1}"), None);
        assert_eq!(of("part = 2"), None);
    }

    #[test]
    fn addresses_are_of_the_web_and_told_if_not() {
        let (ties, told) =
            read("in_reply_to = ['https://a.org/1', 'javascript:x', 'https://a.org/1']");
        assert_eq!(ties.in_reply_to, ["https://a.org/1"]);
        assert_eq!(told, 1);
        let (ties, told) = read("syndication = 'https://b.org/'\npinned = true");
        assert_eq!((ties.syndication.len(), ties.pinned, told), (1, true, 0));
        assert!(!read("pinned = 3").0.pinned);
    }
}
