//! Translations: `pier.fr.md` beside `pier.md`, in a language the blog lists. Each version of a text
//! names all the others.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::Post;
use super::layout::Layout;

/// What a document is that is in a language of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Translated {
    /// As the blog's settings spell it.
    pub(crate) language: String,
    /// Of a post, and not of a standing page.
    pub(crate) is_post: bool,
}

/// One version of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    /// `None` for the blog's own language.
    pub(crate) language: Option<String>,
    pub(crate) url: String,
}

/// Tells the versions of each text of one another: that in the blog's own language first, then by
/// language.
pub(super) fn find(public: &mut [(bool, Arc<Post>)], layout: &Layout) {
    let of = public.iter().filter(|(_, post)| post.translated.is_some());
    let originals: HashSet<String> = of.map(|(_, post)| layout.original(&post.path)).collect();
    if originals.is_empty() {
        return;
    }
    let mut texts: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, (_, post)) in public.iter().enumerate() {
        let original = layout.original(&post.path);
        if originals.contains(&original) {
            texts.entry(original).or_default().push(index);
        }
    }
    for places in texts.into_values().filter(|places| places.len() > 1) {
        let version = |place: &usize| {
            let post = &public[*place].1;
            let language = post.translated.as_ref().map(|of| of.language.clone());
            let url = post.url.clone();
            Version { language, url }
        };
        let mut versions: Vec<Version> = places.iter().map(version).collect();
        // Files of two endings may be in one language.
        versions.sort_by(|a, b| (&a.language, &a.url).cmp(&(&b.language, &b.url)));
        versions.dedup_by(|later, first| later.language == first.language);
        for place in places {
            Arc::make_mut(&mut public[place].1)
                .versions
                .clone_from(&versions);
        }
    }
}

/// What those who read a language call it; its tag where we do not know.
pub(crate) fn name(language: &str) -> &str {
    let known = |tag: &str| {
        let names = NAMES
            .iter()
            .find(|(known, _)| tag.eq_ignore_ascii_case(known));
        names.map(|(_, name)| *name)
    };
    let base = language.split('-').next().unwrap_or(language);
    // Of a region's the tag says which: `de-AT` and `de-CH` may stand side by side.
    known(language).unwrap_or_else(|| match known(base) {
        Some(name) if base.len() == language.len() => name,
        _ => language,
    })
}

const NAMES: &[(&str, &str)] = &[
    ("ar", "العربية"),
    ("bg", "български"),
    ("bn", "বাংলা"),
    ("ca", "català"),
    ("cs", "čeština"),
    ("cy", "Cymraeg"),
    ("da", "dansk"),
    ("de", "Deutsch"),
    ("el", "Ελληνικά"),
    ("en", "English"),
    ("eo", "Esperanto"),
    ("es", "español"),
    ("et", "eesti"),
    ("eu", "euskara"),
    ("fa", "فارسی"),
    ("fi", "suomi"),
    ("fr", "français"),
    ("ga", "Gaeilge"),
    ("gl", "galego"),
    ("he", "עברית"),
    ("hi", "हिन्दी"),
    ("hr", "hrvatski"),
    ("hu", "magyar"),
    ("hy", "հայերեն"),
    ("id", "Bahasa Indonesia"),
    ("is", "íslenska"),
    ("it", "italiano"),
    ("ja", "日本語"),
    ("ka", "ქართული"),
    ("ko", "한국어"),
    ("la", "Latina"),
    ("lt", "lietuvių"),
    ("lv", "latviešu"),
    ("nb", "norsk bokmål"),
    ("nl", "Nederlands"),
    ("nn", "norsk nynorsk"),
    ("no", "norsk"),
    ("pl", "polski"),
    ("pt", "português"),
    ("pt-BR", "português do Brasil"),
    ("ro", "română"),
    ("ru", "русский"),
    ("sk", "slovenčina"),
    ("sl", "slovenščina"),
    ("sr", "српски"),
    ("sv", "svenska"),
    ("sw", "Kiswahili"),
    ("ta", "தமிழ்"),
    ("th", "ไทย"),
    ("tr", "Türkçe"),
    ("uk", "українська"),
    ("ur", "اردو"),
    ("vi", "Tiếng Việt"),
    ("zh", "中文"),
    ("zh-Hans", "简体中文"),
    ("zh-Hant", "繁體中文"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_have_names_of_their_own() {
        for (tag, called) in [
            ("fr", "français"),
            ("FR", "français"),
            ("pt-BR", "português do Brasil"),
            ("de-CH", "de-CH"),
            ("tlh", "tlh"),
        ] {
            assert_eq!(name(tag), called);
        }
        assert!(NAMES.is_sorted_by_key(|(tag, _)| *tag));
    }
}
