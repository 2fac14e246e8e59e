//! The page with the search form, and what can be found of each entry. What is found is answered
//! by the server, or in an export by a script from an index beside the page.

use std::sync::Arc;

use serde::Serialize;

use super::entry::Entry;
use super::{Edition, Output, Rendition, Texts};
use crate::address::SEARCH;
use crate::config::Dialect;
use crate::memo::{Key, KeyMaker};
use crate::render::plain;
use crate::render::search_view::SearchView;
use crate::render::view::{PageView, SiteView};
use crate::search::Analysed;

pub(super) const OUTPUT: Output = Output {
    name: "search",
    list,
};

#[derive(Serialize)]
struct View<'a> {
    site: SiteView<'a>,
    page: PageView,
    search: SearchView,
}

fn list<'a>(edition: &'a Edition<'a>) -> Vec<Rendition<'a>> {
    let made_of = KeyMaker::new("search");
    let page = edition.rendition(("search", SEARCH), made_of, move || {
        Ok(View {
            site: edition.site(),
            page: PageView {
                noindex: true,
                canonical: None,
                ..edition.page("search", &edition.says("search", &[]), SEARCH)
            },
            search: SearchView::default(),
        })
    });
    vec![Rendition {
        noindex: true,
        ..page
    }]
}

impl Texts {
    /// The posts and pages of the last build, and the key of what can be found of each.
    pub(crate) fn entries(&self) -> (Vec<Arc<Entry>>, Vec<Key>) {
        let [posts, pages] = [&self.last.posts, &self.last.pages];
        let entries = posts.all.iter().chain(&pages.all).cloned().collect();
        let facts = posts.facts.iter().chain(&pages.facts);
        (entries, facts.map(|facts| facts.keys.feed).collect())
    }
}

impl Entry {
    /// The words it can be found by, given the bytes its post was read from.
    pub(crate) fn analysed(&self, bytes: &[u8], dialect: Dialect) -> Analysed {
        let words = self.post.body(bytes).unwrap_or_default();
        let mut sections = plain::facts(&self.post, &self.name());
        sections.extend(plain::text(&self.post, words, dialect));
        Analysed::new(self.keys.feed, &sections)
    }

    /// Slug and name of each tag.
    pub(crate) fn tags(&self) -> &[(String, String)] {
        &self.tags
    }
}
