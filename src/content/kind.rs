//! What a post is. `kind` says it; else its own keys do: a `question` is an answer, a `link` a
//! link, pictures with few words a photo, all else a text.

use super::front_matter::{Node, Value};
use super::keys::{Keys, scalar};
use super::recording::Recording;
use super::{Image, Kind};

/// Pictures with more words than this are a text with pictures.
const FEW_WORDS: usize = 280;
/// Pictures a post may name in its front matter.
const MAX_IMAGES: usize = 200;

/// The keys that make a kind.
#[derive(Debug, Default)]
pub(super) struct Particulars {
    kind: Option<String>,
    images: Vec<Image>,
    credit: Option<String>,
    credit_url: Option<String>,
    source: Option<String>,
    cite: Option<String>,
    link: Option<String>,
    question: Option<String>,
    asked_by: Option<String>,
    asked_by_url: Option<String>,
    video: Option<Recording>,
    audio: Option<Recording>,
    /// Where each picture without a description stands.
    undescribed: Vec<usize>,
}

/// Reads the keys that make a kind. Many themes use the same names for other things, so what has
/// an unexpected shape is passed over.
pub(super) fn particulars(keys: &mut Keys<'_>) -> Particulars {
    let (images, undescribed) = images(keys);
    Particulars {
        kind: plain(keys, &["kind"])
            .filter(|kind| is_kind(kind))
            .or_else(|| plain(keys, &["type"]).filter(|kind| is_kind(kind)))
            .map(|kind| kind.to_ascii_lowercase()),
        images,
        undescribed,
        credit: plain(keys, &["credit"]),
        credit_url: web(keys, &["crediturl"]),
        source: plain(keys, &["source"]),
        cite: web(keys, &["cite"]),
        link: web(keys, &["link", "externalurl"]),
        question: plain(keys, &["question"]),
        asked_by: plain(keys, &["askedby"]),
        asked_by_url: web(keys, &["askedbyurl"]),
        video: address(keys, &["video"]).map(|src| Recording::read(keys, src)),
        audio: address(keys, &["audio"]).map(|src| Recording::read(keys, src)),
    }
}

impl Particulars {
    /// Whether `kind` says that this is a note, which needs no title.
    pub(super) fn is_note(&self) -> bool {
        self.kind.as_deref() == Some("note")
    }

    /// Whether a key says the kind outright.
    pub(super) fn is_stated(&self) -> bool {
        self.kind.is_some()
    }

    /// Where pictures without a description stand.
    pub(super) fn undescribed(&self) -> &[usize] {
        &self.undescribed
    }

    /// Whether the body has a part in what kind it is.
    pub(super) fn read_body(&self) -> bool {
        let is_hint = !self.images.is_empty() || self.source.is_some() || self.cite.is_some();
        self.kind.is_none() && is_hint
    }

    /// The kind of a post with these keys and this body.
    pub(super) fn kind(self, body: &str) -> Kind {
        let stated = self.kind.clone();
        match (stated.as_deref(), &self) {
            (Some("text" | "note" | "post"), _) => Kind::Text,
            (Some("chat"), _) => Kind::Chat,
            (Some("quote"), _) => self.quote(),
            (Some("photo"), _) => self.photo(),
            (
                Some("answer") | None,
                Self {
                    question: Some(question),
                    ..
                },
            ) => Kind::Answer {
                question: question.clone(),
                asked_by: self.asked_by,
                asked_by_url: self.asked_by_url,
            },
            (
                Some("link") | None,
                Self {
                    link: Some(target), ..
                },
            ) => Kind::Link {
                target: target.clone(),
            },
            (
                Some("video") | None,
                Self {
                    video: Some(of), ..
                },
            ) => Kind::Video(of.clone()),
            (
                Some("audio") | None,
                Self {
                    audio: Some(of), ..
                },
            ) => Kind::Audio(of.clone()),
            (None, _) if !self.images.is_empty() && is_short(body) => self.photo(),
            (None, Self { source, cite, .. })
                if (source.is_some() || cite.is_some()) && is_quote(body) =>
            {
                self.quote()
            }
            _ => Kind::Text,
        }
    }

    fn photo(self) -> Kind {
        Kind::Photo {
            images: self.images,
            credit: self.credit,
            credit_url: self.credit_url,
        }
    }

    fn quote(self) -> Kind {
        Kind::Quote {
            source: self.source,
            cite: self.cite,
        }
    }
}

fn is_kind(kind: &str) -> bool {
    [
        "text", "note", "photo", "quote", "link", "chat", "answer", "video", "audio",
    ]
    .contains(&kind.to_ascii_lowercase().as_str())
}

fn is_short(body: &str) -> bool {
    body.trim().chars().nth(FEW_WORDS).is_none()
}

fn is_quote(body: &str) -> bool {
    body.trim_start().starts_with('>') && !body.trim().contains("\n\n")
}

pub(super) fn plain(keys: &Keys<'_>, names: &[&str]) -> Option<String> {
    keys.find(names)
        .and_then(|entry| scalar(&entry.node))
        .filter(|text| !text.is_empty())
}

/// A page on the web; nothing else is a target a reader may be sent to.
fn web(keys: &Keys<'_>, names: &[&str]) -> Option<String> {
    plain(keys, names).filter(|url| is_web(url))
}

/// A path of this site or a page on the web.
fn address(keys: &Keys<'_>, names: &[&str]) -> Option<String> {
    plain(keys, names).filter(|url| is_address(url))
}

pub(super) fn is_web(url: &str) -> bool {
    let start = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    (start.starts_with("http://") || start.starts_with("https://"))
        && !url.contains(char::is_whitespace)
}

/// No scheme but the web's: `javascript:` and `data:` are no pictures.
pub(super) fn is_address(url: &str) -> bool {
    let path = url.split(['/', '?', '#']).next().unwrap_or_default();
    is_web(url) || !path.contains(':')
}

/// The pictures, and where those stand that have no description.
fn images(keys: &Keys<'_>) -> (Vec<Image>, Vec<usize>) {
    let Some(entry) = keys.find(&["images", "image", "photos", "photo"]) else {
        return (Vec::new(), Vec::new());
    };
    let mut images: Vec<(Image, usize)> = match &entry.node.value {
        Value::List(items) => items.iter().take(MAX_IMAGES).filter_map(image).collect(),
        _ => image(&entry.node).into_iter().collect(),
    };
    // Beside a single picture its words may stand as keys of their own.
    if let [(only, _)] = images.as_mut_slice() {
        if only.alt.is_empty() {
            only.alt = plain(keys, &["alt", "imagealt"]).unwrap_or_default();
        }
        only.caption = only.caption.take().or_else(|| plain(keys, &["caption"]));
    }
    let undescribed = images.iter().filter(|(image, _)| image.alt.is_empty());
    let undescribed = undescribed.map(|(_, at)| *at).collect();
    let images = images.into_iter().map(|(image, _)| image).collect();
    (images, undescribed)
}

fn image(node: &Node) -> Option<(Image, usize)> {
    let Value::Table(entries) = &node.value else {
        let src = scalar(node).filter(|src| !src.is_empty() && is_address(src))?;
        let image = Image {
            src,
            alt: String::new(),
            caption: None,
        };
        return Some((image, node.at));
    };
    let get = |names: &[&str]| {
        entries
            .iter()
            .find(|entry| names.contains(&entry.name().as_str()))
            .and_then(|entry| scalar(&entry.node))
            .filter(|text| !text.is_empty())
    };
    let image = Image {
        src: get(&["src", "url", "path"]).filter(|src| is_address(src))?,
        alt: get(&["alt"]).unwrap_or_default(),
        caption: get(&["caption", "title"]),
    };
    Some((image, node.at))
}

#[cfg(test)]
mod tests {
    use super::super::front_matter::FrontMatter;
    use super::*;

    fn kind(block: &str, body: &str) -> Kind {
        let text = format!("+++\n{block}\n+++\n{body}");
        let matter = FrontMatter::read(&text).unwrap();
        particulars(&mut Keys::of(&matter, &text)).kind(body)
    }

    #[test]
    fn keys_tell_the_kind() {
        assert_eq!(kind("", "Words"), Kind::Text);
        assert_eq!(kind("link = 'https://a.org'", "").name(), "link");
        assert_eq!(kind("question = 'Why?'", "So.").name(), "answer");
        assert_eq!(kind("image = 'a.jpg'", "Few words").name(), "photo");
        assert_eq!(
            kind("image = 'a.jpg'", &"many words ".repeat(50)),
            Kind::Text
        );
        assert_eq!(kind("cite = 'https://a.org'", "> Said").name(), "quote");
        assert_eq!(kind("video = 'v.mp4'", "").name(), "video");
        assert_eq!(kind("kind = 'chat'", "A: hi"), Kind::Chat);
        assert_eq!(kind("type = 'post'\nlayout = 'x'", ""), Kind::Text);
    }

    #[test]
    fn a_single_picture_takes_its_words_from_beside_it() {
        let Kind::Photo { images, credit, .. } = kind(
            "image = 'a.jpg'\nalt = 'A hill'\ncaption = 'May'\ncredit = 'Ann'",
            "",
        ) else {
            unreachable!("a picture without words is a photo")
        };
        assert_eq!(
            (images[0].alt.as_str(), images[0].caption.as_deref()),
            ("A hill", Some("May"))
        );
        assert_eq!(credit.as_deref(), Some("Ann"));
        let Kind::Photo { images, .. } = kind("images = [{src = 'a.jpg', alt = 'x'}, 'b.jpg']", "")
        else {
            unreachable!("pictures without words are a photo")
        };
        assert_eq!(
            (images[0].alt.as_str(), images[1].src.as_str()),
            ("x", "b.jpg")
        );
    }

    #[test]
    fn a_script_is_no_address() {
        assert_eq!(kind("link = 'javascript:alert(1)'", ""), Kind::Text);
        assert_eq!(kind("image = 'javascript:alert(1)'", ""), Kind::Text);
        assert_eq!(kind("video = 'data:text/html,x'", ""), Kind::Text);
        let Kind::Answer { asked_by_url, .. } =
            kind("question = 'a'\nasked_by_url = 'javascript:x'", "")
        else {
            unreachable!("a question is an answer")
        };
        assert_eq!(asked_by_url, None);
    }
}
