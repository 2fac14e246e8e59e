//! All there is to say of one document, as `why --json` says it and as the table is made from. The
//! order of the fields is the order in the output.

use std::collections::BTreeMap;

use serde::Serialize;

use super::git::Git;
use crate::content::{
    AddressFrom, AuthorsFrom, DateFrom, DraftFrom, KindFrom, Name, Origins, Post, SlugFrom,
    TitleFrom, Traced, UpdatedFrom,
};
use crate::diagnostic::Diagnostic;
use crate::moment::Moment;
use crate::rebuild::{Explained, Reading};
use crate::repository::Oid;

#[derive(Serialize)]
pub(super) struct Account<'a> {
    pub(super) path: &'a str,
    pub(super) state: State,
    /// The commit whose files were read.
    pub(super) revision: Option<Oid>,
    /// `None` where no version can be read.
    pub(super) facts: Option<Facts<'a>>,
    /// `None` where nothing is committed.
    pub(super) git: Option<Git<'a>>,
    pub(super) findings: &'a [Diagnostic],
}

/// What becomes of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    Published,
    Page,
    Draft,
    Scheduled,
    /// It cannot be read, and an older version stands in for it.
    LastGoodVersion,
    LeftOut,
}

/// The facts that readers see; `from` is null for a version that stands in.
#[derive(Serialize)]
pub(super) struct Facts<'a> {
    pub(super) title: Fact<Option<&'a str>, TitleFrom>,
    pub(super) url: Address<'a>,
    pub(super) kind: Fact<&'static str, KindFrom>,
    pub(super) tags: &'a [String],
    pub(super) draft: Fact<bool, DraftFrom>,
    pub(super) scheduled: bool,
    pub(super) published: Published,
    pub(super) updated: Fact<Moment, UpdatedFrom>,
    pub(super) authors: Fact<Vec<&'a str>, AuthorsFrom>,
    pub(super) contributors: Vec<&'a str>,
    /// Names of commits that `[authors]` shows as others.
    pub(super) known_as: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
pub(super) struct Fact<T, From> {
    pub(super) value: T,
    pub(super) from: Option<From>,
}

#[derive(Serialize)]
pub(super) struct Address<'a> {
    pub(super) value: &'a str,
    pub(super) from: Option<AddressFrom>,
    /// The blog's, where that made it.
    pub(super) pattern: Option<&'a str>,
    pub(super) slug_from: Option<SlugFrom>,
    /// Addresses it had, which lead to it.
    pub(super) former: Vec<&'a str>,
}

#[derive(Serialize)]
pub(super) struct Published {
    pub(super) value: Moment,
    pub(super) from: DateFrom,
    pub(super) in_front_matter: Option<Moment>,
    pub(super) in_file_name: Option<Moment>,
}

impl<'a> Account<'a> {
    pub(super) fn new(
        reading: &'a Reading,
        path: &'a str,
        explained: &'a Explained,
        findings: &'a [Diagnostic],
    ) -> Self {
        let library = &reading.library;
        let among = |posts: &'a [std::sync::Arc<Post>]| posts.iter().find(|post| post.path == path);
        let published = among(&library.posts);
        let page = among(&library.pages);
        let hidden = among(&library.unpublished);
        let state = match (&explained.document, published, page, hidden) {
            (Err(_), Some(_), ..) | (Err(_), _, Some(_), _) => State::LastGoodVersion,
            (_, Some(_), ..) => State::Published,
            (_, _, Some(_), _) => State::Page,
            (_, _, _, Some(post)) if post.draft => State::Draft,
            (_, _, _, Some(_)) => State::Scheduled,
            (_, None, None, None) => State::LeftOut,
        };
        let facts = match &explained.document {
            Ok(traced) => Some(Facts::of(&traced.post, Some(traced), reading)),
            Err(_) => published
                .or(page)
                .map(|post| Facts::of(post, None, reading)),
        };
        let history = explained.history.as_ref();
        Self {
            path,
            state,
            revision: reading.commit,
            facts,
            git: history.map(|history| Git::of(history, &explained.subjects)),
            findings,
        }
    }
}

impl<'a> Facts<'a> {
    /// The facts of a post; `traced` says where they are from.
    fn of(post: &'a Post, traced: Option<&'a Traced>, reading: &'a Reading) -> Self {
        let origins = traced.map(|traced| &traced.origins);
        let names = traced.iter().flat_map(|traced| &traced.names);
        let renamed = names.filter(|(name, known)| **name != known.shown);
        let known_as = renamed.map(|(name, known)| (name.as_str(), known.shown.as_str()));
        Self {
            title: Fact {
                value: post.title.as_deref(),
                from: origins.map(|origins| origins.title),
            },
            url: Address::of(post, origins, reading),
            kind: Fact {
                value: post.kind.name(),
                from: origins.map(|origins| origins.kind),
            },
            tags: &post.tags,
            draft: Fact {
                value: post.draft,
                from: origins.and_then(|origins| origins.draft),
            },
            scheduled: post.scheduled,
            published: Published {
                value: post.published,
                from: post.date_from,
                in_front_matter: origins.and_then(|origins| origins.in_front_matter),
                in_file_name: origins.and_then(|origins| origins.in_name),
            },
            updated: Fact {
                value: post.updated,
                from: origins.map(|origins| origins.updated),
            },
            authors: Fact {
                value: shown(&post.authors),
                from: origins.map(|origins| origins.authors),
            },
            contributors: shown(&post.contributors),
            known_as: known_as.collect(),
        }
    }
}

impl<'a> Address<'a> {
    fn of(post: &'a Post, origins: Option<&Origins>, reading: &'a Reading) -> Self {
        let pattern = reading.config.content.permalink.as_str();
        let from = origins.map(|origins| origins.address);
        let slugged = match from {
            Some(AddressFrom::FrontMatter) | None => false,
            Some(AddressFrom::Pattern) => pattern.contains(":slug") || pattern.contains(":path"),
            Some(AddressFrom::StatedPattern | AddressFrom::Path | AddressFrom::Slug) => true,
        };
        let moved = reading.library.moved.iter();
        let former = moved.filter(|(_, now)| **now == post.url);
        Self {
            value: &post.url,
            from,
            pattern: (from == Some(AddressFrom::Pattern)).then_some(pattern),
            slug_from: origins.filter(|_| slugged).map(|origins| origins.slug),
            former: former.map(|(former, _)| former.as_str()).collect(),
        }
    }
}

fn shown(names: &[Name]) -> Vec<&str> {
    names.iter().map(|name| name.shown.as_str()).collect()
}
