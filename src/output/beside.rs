//! What the page of a post leads to besides its neighbours: the other parts of its series, related
//! posts, and those that link to it.

use std::sync::Arc;

use serde::Serialize;

use super::entries::Facts;
use super::entry::Entry;
use super::relations::Relations;
use super::series;
use super::shape::Shape;
use crate::memo::KeyMaker;
use crate::render::view::LinkView;

/// Of a longer series only the parts before and after are shown: with a list of all on each, a new
/// part would change the pages of all.
const MOST_PARTS: usize = 50;

/// How the posts of a build lead to each other.
#[derive(Clone, Copy)]
pub(super) struct Beside<'a> {
    pub(super) relations: &'a Relations,
    pub(super) shape: &'a Shape,
    /// Whether pages show the series they are part of.
    pub(super) series: bool,
    /// Other posts may be shown than in the build before.
    pub(super) moved: bool,
}

/// `series`: which part of one a post is.
#[derive(Debug, Serialize)]
pub(super) struct SeriesView {
    name: String,
    url: String,
    number: usize,
    count: Option<usize>,
    previous: Option<LinkView>,
    next: Option<LinkView>,
    parts: Vec<PartView>,
}

/// Each of `series.parts`.
#[derive(Debug, Serialize)]
struct PartView {
    title: String,
    url: String,
    current: bool,
}

/// The parts of a series that a page shows.
struct Part<'a> {
    name: &'a str,
    slug: &'a str,
    /// From 1.
    number: usize,
    /// Places of all parts, or of those beside it.
    places: &'a [usize],
    all: bool,
}

impl<'a> Beside<'a> {
    fn part(&self, index: usize) -> Option<Part<'a>> {
        let (group, at) = self.shape.part(index).filter(|_| self.series)?;
        let all = group.posts.len() <= MOST_PARTS;
        let beside = at.saturating_sub(1)..(at + 2).min(group.posts.len());
        Some(Part {
            name: &group.name,
            slug: &group.slug,
            number: at + 1,
            places: if all {
                &group.posts
            } else {
                &group.posts[beside]
            },
            all,
        })
    }

    /// Adds all of it to the key of the page of the post at a place.
    pub(super) fn part_of(&self, made: KeyMaker, index: usize, facts: &[Facts]) -> KeyMaker {
        let add = |made: KeyMaker, place: usize| made.key(facts[place].keys.link);
        let made = match self.part(index) {
            Some(part) => {
                let made = made.text(part.name).text(part.slug);
                let made = made.number(part.number as u64);
                let made = made.number(part.places.len() as u64);
                part.places.iter().copied().fold(made, add)
            }
            None => made.number(0),
        };
        if self.relations.is_empty() {
            return made;
        }
        let made = self.relations.related(index).fold(made.number(1), add);
        let made = self.relations.backlinks(index).fold(made.number(2), add);
        made.number(3)
    }

    /// Whether the page of the post at a place leads to one of some places.
    pub(super) fn shows(&self, index: usize, any: &[usize]) -> bool {
        let of_series = |part: Part<'_>| part.places.iter().any(|place| any.contains(place));
        self.relations.shows(index, any) || self.part(index).is_some_and(of_series)
    }

    pub(super) fn series(&self, index: usize, posts: &[Arc<Entry>]) -> Option<SeriesView> {
        let part = self.part(index)?;
        let at = part.places.iter().position(|place| *place == index)?;
        let beside = |at: Option<usize>| {
            let place = part.places.get(at?)?;
            Some(link(&posts[*place]))
        };
        let parts = part.places.iter().filter(|_| part.all).map(|place| {
            let LinkView { title, url } = link(&posts[*place]);
            PartView {
                title,
                url,
                current: *place == index,
            }
        });
        Some(SeriesView {
            name: part.name.to_owned(),
            url: crate::address::encoded(&series::path(part.slug)),
            number: part.number,
            count: part.all.then_some(part.places.len()),
            previous: beside(at.checked_sub(1)),
            next: beside(Some(at + 1)),
            parts: parts.collect(),
        })
    }

    pub(super) fn related(&self, index: usize, posts: &[Arc<Entry>]) -> Vec<LinkView> {
        let places = self.relations.related(index);
        places.map(|place| link(&posts[place])).collect()
    }

    pub(super) fn backlinks(&self, index: usize, posts: &[Arc<Entry>]) -> Vec<LinkView> {
        let places = self.relations.backlinks(index);
        places.map(|place| link(&posts[place])).collect()
    }
}

/// A post as others call it.
pub(super) fn link(entry: &Entry) -> LinkView {
    LinkView {
        title: entry.article.name(),
        url: entry.article.url.clone(),
    }
}
