//! A video or a sound: the file or the page it is on, and what goes with it.

use serde::{Deserialize, Serialize};

use super::front_matter::{Node, Value};
use super::keys::{Keys, scalar};
use super::kind::{is_address, is_web, plain};

/// Captions in more languages than this are left out.
const MAX_CAPTIONS: usize = 50;

/// Files a browser plays, by the ending of their name.
const TYPES: [(&str, &str); 15] = [
    ("mp4", "video/mp4"),
    ("m4v", "video/mp4"),
    ("webm", "video/webm"),
    ("ogv", "video/ogg"),
    ("mov", "video/quicktime"),
    ("mkv", "video/x-matroska"),
    ("mp3", "audio/mpeg"),
    ("m4a", "audio/mp4"),
    ("aac", "audio/aac"),
    ("ogg", "audio/ogg"),
    ("oga", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("flac", "audio/flac"),
    ("wav", "audio/wav"),
    ("weba", "audio/webm"),
];

/// A video or a sound.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Recording {
    /// As written: a file of the repository, or an address on the web.
    pub(crate) src: String,
    /// A picture to show until it plays.
    pub(crate) poster: Option<String>,
    pub(crate) captions: Vec<Captions>,
    pub(crate) transcript: Option<Transcript>,
}

/// A file of captions (WebVTT).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Captions {
    pub(crate) src: String,
    /// That of the blog if none is stated.
    pub(crate) language: Option<String>,
    pub(crate) label: Option<String>,
}

/// Where what is said can be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Transcript {
    File(String),
    /// The post's own words are it.
    Body,
}

impl Recording {
    pub(super) fn read(keys: &Keys<'_>, src: String) -> Self {
        Self {
            src,
            poster: plain(keys, &["poster"]).filter(|src| is_address(src)),
            captions: captions(keys),
            transcript: transcript(keys),
        }
    }

    /// Its media type, where it is a file; a page elsewhere has none.
    pub(crate) fn media_type(&self) -> Option<&'static str> {
        let path = self.src.split(['?', '#']).next().unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or_default();
        let ending = name.rsplit_once('.').map(|(_, ending)| ending);
        let known = ending.and_then(|ending| {
            let known = TYPES.iter();
            let mut known = known.filter(|(name, _)| name.eq_ignore_ascii_case(ending));
            known.next().map(|(_, kind)| *kind)
        });
        known.or_else(|| (!is_web(&self.src)).then_some("application/octet-stream"))
    }

    /// Where the page it is on keeps a player for other sites, if it is known to.
    pub(crate) fn player(&self) -> Option<String> {
        if self.media_type().is_some() {
            return None;
        }
        let (host, path) = self.src.split_once("://")?.1.split_once('/')?;
        let host = host.to_ascii_lowercase();
        let path = path.split('#').next().unwrap_or_default();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let site = host.strip_prefix("www.").unwrap_or(&host);
        let site = site.strip_prefix("m.").unwrap_or(site);
        let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
        let of = |id: &str, start: &str| is_id(id).then(|| format!("https://{start}{id}"));
        match (site, parts.as_slice()) {
            ("youtube.com", ["watch"]) => {
                let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
                let (_, id) = pairs.find(|(name, _)| *name == "v")?;
                of(id, "www.youtube-nocookie.com/embed/")
            }
            ("youtube.com" | "youtube-nocookie.com", ["embed" | "shorts" | "live", id])
            | ("youtu.be", [id]) => of(id, "www.youtube-nocookie.com/embed/"),
            ("vimeo.com", [id]) | ("player.vimeo.com", ["video", id])
                if id.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                of(id, "player.vimeo.com/video/")
            }
            // PeerTube has its videos under the same paths on every host.
            (_, ["w", id] | ["videos", "watch" | "embed", id]) if id.len() >= 20 => {
                of(id, &format!("{host}/videos/embed/"))
            }
            _ => None,
        }
    }
}

fn is_id(id: &str) -> bool {
    let part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=64).contains(&id.len()) && id.bytes().all(part)
}

fn captions(keys: &Keys<'_>) -> Vec<Captions> {
    let Some(entry) = keys.find(&["captions"]) else {
        return Vec::new();
    };
    match &entry.node.value {
        Value::List(items) => {
            let items = items.iter().take(MAX_CAPTIONS);
            items.filter_map(some_captions).collect()
        }
        _ => some_captions(&entry.node).into_iter().collect(),
    }
}

fn some_captions(node: &Node) -> Option<Captions> {
    let Value::Table(entries) = &node.value else {
        let src = scalar(node).filter(|src| !src.is_empty() && is_address(src))?;
        return Some(Captions {
            src,
            language: None,
            label: None,
        });
    };
    let get = |names: &[&str]| {
        let mut entries = entries.iter();
        let entry = entries.find(|entry| names.contains(&entry.name().as_str()));
        let text = entry.and_then(|entry| scalar(&entry.node));
        text.filter(|text| !text.is_empty())
    };
    Some(Captions {
        src: get(&["src", "url", "path"]).filter(|src| is_address(src))?,
        language: get(&["language", "lang", "srclang"]),
        label: get(&["label", "title"]),
    })
}

fn transcript(keys: &Keys<'_>) -> Option<Transcript> {
    match plain(keys, &["transcript"])?.as_str() {
        "false" => None,
        "true" => Some(Transcript::Body),
        src if is_address(src) => Some(Transcript::File(src.to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::front_matter::FrontMatter;
    use super::*;

    fn read(block: &str) -> Recording {
        let text = format!("+++\n{block}\n+++\n");
        let matter = FrontMatter::read(&text).unwrap();
        Recording::read(&Keys::of(&matter, &text), "talk.mp4".to_owned())
    }

    fn of(src: &str) -> Recording {
        Recording {
            src: src.to_owned(),
            ..Recording::default()
        }
    }

    #[test]
    fn captions_are_one_file_or_several() {
        let captions = |block| read(block).captions;
        assert_eq!(captions("captions = 'a.vtt'")[0].src, "a.vtt");
        let two = captions("captions = [{src='a.vtt', lang='de', label='Deutsch'}, 'b.vtt']");
        assert_eq!(two[0].language.as_deref(), Some("de"));
        assert_eq!(two[0].label.as_deref(), Some("Deutsch"));
        assert_eq!(two[1].src, "b.vtt");
        assert_eq!(captions("captions = 'javascript:x'"), []);
        assert_eq!(captions("captions = [[], {lang='de'}]"), []);
    }

    #[test]
    fn a_transcript_is_a_file_or_the_words_below() {
        let transcript = |block| read(block).transcript;
        let file = Transcript::File("said.txt".to_owned());
        assert_eq!(transcript("transcript = 'said.txt'"), Some(file));
        assert_eq!(transcript("transcript = true"), Some(Transcript::Body));
        assert_eq!(transcript("transcript = false"), None);
        assert_eq!(transcript("transcript = 'data:x'"), None);
        assert_eq!(read("poster = 'data:x'").poster, None);
    }

    #[test]
    fn a_file_has_a_type_and_a_page_has_none() {
        for (src, kind) in [
            ("a.MP3", Some("audio/mpeg")),
            ("https://a.org/b.webm?x=1#t=3", Some("video/webm")),
            ("talk", Some("application/octet-stream")),
            ("https://a.org/watch", None),
            ("https://a.mp4/watch", None),
        ] {
            assert_eq!(of(src).media_type(), kind, "{src}");
        }
    }

    #[test]
    fn known_pages_have_players() {
        for (src, player) in [
            (
                "https://www.youtube.com/watch?list=x&v=aB3-_x",
                "https://www.youtube-nocookie.com/embed/aB3-_x",
            ),
            (
                "https://youtu.be/aB3?t=4",
                "https://www.youtube-nocookie.com/embed/aB3",
            ),
            (
                "https://vimeo.com/76979871",
                "https://player.vimeo.com/video/76979871",
            ),
            (
                "https://tube.example/w/kkGMgK9ZtnKfYAgnEtQxbv",
                "https://tube.example/videos/embed/kkGMgK9ZtnKfYAgnEtQxbv",
            ),
        ] {
            assert_eq!(of(src).player().as_deref(), Some(player), "{src}");
        }
        for src in [
            "https://vimeo.com/about",
            "https://youtu.be/a\"b",
            "https://youtube.com.evil.example/watch?v=a",
            "https://wiki.example/w/index.php",
            "https://a.org",
            "a.mp4",
        ] {
            assert_eq!(of(src).player(), None, "{src}");
        }
    }
}
