//! What one published site knows of the past of its posts: which revisions readers may see, under
//! which ids, and all that a page of them is made from.

use std::collections::HashMap;
use std::sync::Arc;

use crate::config::SiteConfig;
use crate::content::{Library, Post, PublicHistory, PublicRevision};
use crate::history::FileHistory;
use crate::output::{LinkMap, Names};
use crate::render::Theme;
use crate::render::view::DateView;
use crate::repository::{Objects, Oid};

/// Digits of an id in an address, at least.
const SHORT: usize = 7;
/// Digits of a whole id.
const LONG: usize = 40;

/// The past of everything that is published.
#[derive(Debug)]
pub(crate) struct Shelf {
    /// The commit of the site it belongs to.
    pub(super) commit: Option<Oid>,
    pub(super) config: SiteConfig,
    pub(super) theme: Arc<Theme>,
    pub(super) links: LinkMap,
    pub(super) names: Names<'static>,
    pub(super) objects: Option<Objects>,
    /// By address.
    posts: HashMap<String, Past>,
}

/// The past of one post or page.
#[derive(Debug)]
pub(super) struct Past {
    pub(super) url: String,
    /// Its path in the content folder now.
    pub(super) path: String,
    pub(super) name: String,
    pub(super) history: Arc<FileHistory>,
    pub(super) public: PublicHistory,
    /// The shortest id of each revision that is no other's.
    pub(super) ids: Vec<String>,
}

/// What an address stands for.
pub(super) struct Looked<'a> {
    /// The one canonical form of the address.
    pub(super) address: String,
    pub(super) past: &'a Past,
    /// Which revision; `None` for the list.
    pub(super) revision: Option<usize>,
}

impl Shelf {
    /// What the site of `library` shows of its past. Without `objects` nothing can be read, so
    /// there is nothing to show.
    pub(crate) fn new(
        library: &Library,
        commit: Option<Oid>,
        (config, theme): (SiteConfig, Arc<Theme>),
        objects: Option<Objects>,
    ) -> Self {
        let documents = library.posts.iter().chain(&library.pages);
        let posts: HashMap<String, Past> = documents
            .filter_map(|post| Past::of(post, &config, &theme))
            .map(|past| (past.url.clone(), past))
            .collect();
        let (links, names) = if posts.is_empty() {
            (LinkMap::default(), Names::default())
        } else {
            (LinkMap::new(&config, library), Names::kept(library))
        };
        Self {
            commit,
            config,
            theme,
            links,
            names,
            objects,
            posts,
        }
    }

    /// The page below the post at `base` whose address ends with `@` and this.
    pub(super) fn look(&self, base: &str, id: &str) -> Option<Looked<'_>> {
        let past = self.posts.get(base)?;
        let digits = id.strip_suffix('/').unwrap_or(id);
        let revision = match digits {
            "" => None,
            digits => Some(past.find(digits)?),
        };
        Some(Looked {
            address: past.address(revision),
            past,
            revision,
        })
    }
}

impl Past {
    fn of(post: &Post, config: &SiteConfig, theme: &Theme) -> Option<Self> {
        let public = post.public_history.clone()?;
        let newest = public.revisions.first()?;
        let dated = || DateView::of(newest.time, &config.site);
        Some(Self {
            url: post.url.clone(),
            path: post.path.clone(),
            name: post.title.clone().unwrap_or_else(|| {
                let language = &config.site.language;
                theme.says(language, "note-of", &[("date", &dated().display)])
            }),
            history: Arc::clone(post.history.as_ref()?),
            ids: short_ids(&public.revisions),
            public,
        })
    }

    /// The revision with an id that begins so, if there is one and no other.
    fn find(&self, digits: &str) -> Option<usize> {
        let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !self.public.full || !hexadecimal || !(SHORT..=LONG).contains(&digits.len()) {
            return None;
        }
        let digits = digits.to_ascii_lowercase();
        let revisions = self.public.revisions.iter().enumerate();
        let mut found =
            revisions.filter(|(_, revision)| revision.commit.to_string().starts_with(&digits));
        let (at, _) = found.next()?;
        found.next().is_none().then_some(at)
    }

    /// The decoded address of a page of it.
    pub(super) fn address(&self, revision: Option<usize>) -> String {
        match revision.and_then(|at| self.ids.get(at)) {
            Some(id) => format!("{}@{id}/", self.url),
            None => format!("{}@/", self.url),
        }
    }
}

/// For each revision the fewest digits that tell it from the others.
fn short_ids(revisions: &[PublicRevision]) -> Vec<String> {
    let ids: Vec<String> = revisions
        .iter()
        .map(|revision| revision.commit.to_string())
        .collect();
    let mut sorted: Vec<&String> = ids.iter().collect();
    sorted.sort_unstable();
    let shared = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let digits = |id: &String| {
        let at = sorted.partition_point(|other| *other < id);
        let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
        let others = beside.filter_map(|at| sorted.get(at));
        others.map(|other| shared(id, other) + 1).max()
    };
    ids.iter()
        .map(|id| id[..digits(id).unwrap_or(SHORT).clamp(SHORT, LONG)].to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Moment;

    fn past(ids: &[&str], full: bool) -> Past {
        let revision = |id: &&str| PublicRevision {
            commit: Oid::from_hex(&format!("{id:0<40}")).unwrap(),
            time: Moment::from_git(0, 0).unwrap(),
            path: "posts/a.md".into(),
            blob: Oid([0; 20]),
            authors: Vec::new(),
        };
        let revisions: Vec<PublicRevision> = ids.iter().map(revision).collect();
        Past {
            url: "/a/".to_owned(),
            path: "posts/a.md".to_owned(),
            name: "A".to_owned(),
            history: Arc::new(crate::history::FileHistory {
                published: None,
                updated: None,
                rule: crate::history::Rule::Landed,
                commit: Oid([0; 20]),
                authors: Vec::new(),
                contributors: Vec::new(),
                revisions: Vec::new(),
                former_paths: Vec::new(),
                former: Vec::new(),
                versions: Vec::new(),
            }),
            ids: short_ids(&revisions),
            public: PublicHistory { full, revisions },
        }
    }

    #[test]
    fn an_id_is_as_short_as_it_can_be_and_no_shorter_than_seven_digits() {
        let past = past(&["abcdef01", "abcdef02", "1234567"], true);
        assert_eq!(past.ids, ["abcdef01", "abcdef02", "1234567"]);
        assert_eq!(past.address(Some(2)), "/a/@1234567/");
        assert_eq!(past.address(None), "/a/@/");
    }

    #[test]
    fn a_revision_is_found_by_any_prefix_that_is_its_alone() {
        let past = past(&["abcdef01", "abcdef02", "1234567"], true);
        assert_eq!(past.find("abcdef02"), Some(1));
        assert_eq!(past.find("ABCDEF020"), Some(1));
        assert_eq!(past.find(&format!("{:0<40}", "1234567")), Some(2));
        for none in [
            "abcdef0",
            "123456",
            "1234568",
            "+123456",
            &format!("{:0<41}", "1234567"),
        ] {
            assert_eq!(past.find(none), None, "{none}");
        }
    }

    #[test]
    fn a_summary_has_no_page_for_a_revision() {
        assert_eq!(past(&["1234567"], false).find("1234567"), None);
    }
}
