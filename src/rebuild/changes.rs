//! What a build changed for readers: which posts, which addresses. For the people and programs that
//! are told of a publication; nothing that is published depends on it.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use crate::content::{Library, Post};
use crate::memo::{Key, KeyMaker, Table};
use crate::publish::Difference;

/// The name it is kept under in the data directory.
const NAME: &str = "readers";
/// What is kept outlives the program that wrote it; another form of it would be another number.
const FORM: &str = "1";
/// Most posts and addresses of each list: whoever has to know more looks at everything.
const LISTED: usize = 100;

/// What a build changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Changes {
    pub(crate) posts: Posts,
    pub(crate) urls: Urls,
    /// How many posts and addresses the lists have no room for.
    pub(crate) left_out: usize,
}

/// Posts that readers see now, see otherwise, or see no more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Posts {
    pub(crate) added: Vec<Told>,
    pub(crate) changed: Vec<Told>,
    /// The addresses they had.
    pub(crate) removed: Vec<Arc<str>>,
}

/// One post as it is told of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Told {
    pub(crate) path: String,
    pub(crate) url: String,
    pub(crate) title: Option<String>,
}

/// Addresses whose answers are new, other ones, or gone; paths of the site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Urls {
    pub(crate) added: Vec<Arc<str>>,
    pub(crate) changed: Vec<Arc<str>>,
    pub(crate) removed: Vec<Arc<str>>,
}

/// The posts that readers have, by address: a hash of what each is read from.
#[derive(Debug, Default)]
pub(crate) struct Readers(Table<Key>);

impl Readers {
    /// Goes on from what an earlier run kept, so that a restart makes no news.
    pub(crate) fn kept(data_dir: &Path) -> Self {
        Self(Table::open(data_dir, NAME, FORM))
    }

    /// What they see that they did not see before.
    pub(super) fn see(&mut self, library: &Library, difference: Difference) -> Changes {
        let mut posts = Posts::default();
        for post in &library.posts {
            let (at, is) = (place(&post.url), content(post));
            let before = self.0.get(at).copied();
            if before == Some(is) {
                continue;
            }
            self.0.put(at, is);
            let new = difference
                .added
                .binary_search_by(|url| (**url).cmp(&post.url));
            if new.is_ok() {
                posts.added.push(Told::of(post));
            } else if before.is_some() {
                posts.changed.push(Told::of(post));
            }
        }
        let removed = difference.removed.iter();
        let removed = removed.filter(|url| self.0.get(place(url)).is_some());
        posts.removed = removed.map(Arc::clone).collect();
        let urls = || library.posts.iter().map(|post| place(&post.url)).collect();
        self.0.keep(library.posts.len(), &urls);
        let Difference {
            added,
            changed,
            removed,
        } = difference;
        let urls = Urls {
            added,
            changed,
            removed,
        };
        Changes {
            posts,
            urls,
            left_out: 0,
        }
        .cut()
    }
}

impl Changes {
    /// Whether readers see nothing else than before.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// No longer than what can be told.
    fn cut(mut self) -> Self {
        fn cut<T>(list: &mut Vec<T>) -> usize {
            let more = list.len().saturating_sub(LISTED);
            list.truncate(LISTED);
            list.shrink_to_fit();
            more
        }
        let Self { posts, urls, .. } = &mut self;
        self.left_out = cut(&mut posts.added)
            + cut(&mut posts.changed)
            + [
                &mut posts.removed,
                &mut urls.added,
                &mut urls.changed,
                &mut urls.removed,
            ]
            .map(cut)
            .iter()
            .sum::<usize>();
        self
    }
}

/// The posts in a few words; nothing where they are as before.
impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Posts {
            added,
            changed,
            removed,
        } = &self.posts;
        let counts = [
            (added.len(), "new"),
            (changed.len(), "changed"),
            (removed.len(), "gone"),
        ];
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        let words: Vec<String> = counts
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        f.write_str(&words.join(", "))
    }
}

impl Told {
    fn of(post: &Arc<Post>) -> Self {
        Self {
            path: post.path.clone(),
            url: post.url.clone(),
            title: post.title.clone(),
        }
    }
}

fn place(url: &str) -> Key {
    KeyMaker::new("address").text(url).finish()
}

fn content(post: &Post) -> Key {
    let blob = post.text.blob.map(|oid| oid.0).unwrap_or_default();
    KeyMaker::new("post").text(&post.path).bytes(&blob).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_cut_and_the_rest_is_counted() {
        let urls = |count: usize| (0..count).map(|at| format!("/{at}/").into()).collect();
        let changes = Changes {
            urls: Urls {
                added: urls(LISTED),
                changed: urls(LISTED + 7),
                removed: urls(LISTED + 1),
            },
            ..Changes::default()
        };
        let cut = changes.cut();
        assert_eq!(cut.left_out, 8);
        assert_eq!(cut.urls.changed.len(), LISTED);
        assert!(!cut.is_empty() && Changes::default().cut().is_empty());
    }

    #[test]
    fn a_few_words_name_only_what_there_is() {
        let mut changes = Changes::default();
        assert_eq!(changes.to_string(), "");
        changes.posts.removed.push("/a/".into());
        let told = Told {
            path: "posts/b.md".to_owned(),
            url: "/b/".to_owned(),
            title: None,
        };
        changes.posts.added = vec![told; 2];
        assert_eq!(changes.to_string(), "2 new, 1 gone");
    }
}
