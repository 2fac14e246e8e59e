//! Posts and pages by what authors call them: `[[Name]]` is one's title, the last part of its
//! address, or the name of its file. Made only when a text asks.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::address::encoded;
use crate::content::{Library, Post};
use crate::diagnostic::nearest;

#[derive(Debug, Default)]
pub(crate) struct Names<'a> {
    posts: Cow<'a, [Arc<Post>]>,
    pages: Cow<'a, [Arc<Post>]>,
    addresses: OnceLock<HashMap<String, String>>,
}

impl<'a> Names<'a> {
    pub(crate) fn of(library: &'a Library) -> Self {
        Self {
            posts: Cow::Borrowed(&library.posts),
            pages: Cow::Borrowed(&library.pages),
            addresses: OnceLock::new(),
        }
    }

    /// The same, to be kept longer than the library.
    pub(crate) fn kept(library: &Library) -> Names<'static> {
        Names {
            posts: Cow::Owned(library.posts.clone()),
            pages: Cow::Owned(library.pages.clone()),
            addresses: OnceLock::new(),
        }
    }

    /// The address of what is called so; `name#section` is a section of it.
    pub(crate) fn find(&self, name: &str) -> Option<String> {
        let (name, section) = match name.split_once('#') {
            Some((name, section)) => (name, Some(section)),
            None => (name, None),
        };
        let url = encoded(self.addresses().get(&called(name))?);
        Some(match section {
            Some(section) => format!("{url}#{}", encoded(section)),
            None => url,
        })
    }

    /// The known name that is meant, if one is near enough.
    pub(super) fn nearest(&self, name: &str) -> Option<&str> {
        let mut known: Vec<&str> = self.addresses().keys().map(String::as_str).collect();
        known.sort_unstable();
        nearest(&called(name), known)
    }

    /// A title wins over an address and that over a file, and of two the newer post.
    fn addresses(&self) -> &HashMap<String, String> {
        self.addresses.get_or_init(|| {
            let mut all = HashMap::new();
            let documents = || self.posts.iter().chain(self.pages.iter());
            let mut add = |name: &str, url: &str| {
                let name = called(name);
                if !name.is_empty() {
                    all.entry(name).or_insert_with(|| url.to_owned());
                }
            };
            for post in documents() {
                add(post.title.as_deref().unwrap_or_default(), &post.url);
            }
            for post in documents() {
                let slug = post.url.trim_end_matches('/').rsplit('/').next();
                add(slug.unwrap_or_default(), &post.url);
            }
            for post in documents() {
                add(file_name(&post.path), &post.url);
                add(&post.path, &post.url);
            }
            all
        })
    }
}

/// The file's name without its ending; of a bundle, the folder's.
fn file_name(path: &str) -> &str {
    let path = path.rsplit_once('.').map_or(path, |(path, _)| path);
    let path = path.strip_suffix("/index").unwrap_or(path);
    path.rsplit('/').next().unwrap_or(path)
}

/// One spelling for names that a person would take for the same.
fn called(name: &str) -> String {
    let name = name.trim();
    let name = name.strip_suffix(".md").unwrap_or(name);
    let letters = name.chars().flat_map(char::to_lowercase).map(|c| match c {
        '_' | '-' | '–' | '—' => ' ',
        '’' | '‘' => '\'',
        '“' | '”' => '"',
        c => c,
    });
    let spaced: String = letters.collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelt_as_people_spell_them() {
        assert_eq!(called(" The  Old-Pier.md "), "the old pier");
        assert_eq!(called("It’s_so"), "it's so");
        assert_eq!(file_name("posts/a/index.md"), "a");
        assert_eq!(file_name("posts/2024-05-01-b.markdown"), "2024-05-01-b");
        assert_eq!(file_name("c.md"), "c");
    }
}
