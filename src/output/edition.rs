//! The blog as outputs see it: rendered articles and the groups they fall into.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::links::LinkMap;
use crate::config::SiteConfig;
use crate::content::{Library, Name, StaticFile, slugify};
use crate::diagnostic::Diagnostic;
use crate::moment::Moment;
use crate::render::Article;
use crate::render::Theme;
use crate::render::view::{FeedsView, PageView, SiteView};

/// One revision, rendered.
pub(crate) struct Edition<'a> {
    pub(crate) config: &'a SiteConfig,
    pub(crate) theme: &'a Theme,
    /// Newest first.
    pub(crate) posts: Vec<Article>,
    pub(crate) pages: Vec<Article>,
    pub(crate) files: &'a [StaticFile],
    /// By slug.
    pub(crate) tags: Vec<Group>,
    /// By handle.
    pub(crate) authors: Vec<Group>,
}

/// Posts that share a tag or an author.
pub(crate) struct Group {
    /// Last part of the address.
    pub(crate) slug: String,
    pub(crate) name: String,
    /// Indices into `Edition::posts`, newest first.
    pub(crate) posts: Vec<usize>,
}

impl<'a> Edition<'a> {
    /// Renders every text. A post that cannot be rendered is left out and told.
    pub(crate) fn render(
        config: &'a SiteConfig,
        theme: &'a Theme,
        library: &'a Library,
    ) -> (Self, Vec<Diagnostic>) {
        let links = LinkMap::new(config, library);
        let render = |post: &std::sync::Arc<crate::content::Post>| {
            let resolver = links.from(post);
            let article =
                Article::render(std::sync::Arc::clone(post), config.content.html, &resolver);
            (article, resolver.into_findings())
        };
        let mut findings = Vec::new();
        let mut keep = |rendered: Vec<(Result<Article, Diagnostic>, Vec<Diagnostic>)>| {
            let mut articles = Vec::with_capacity(rendered.len());
            for (article, notes) in rendered {
                findings.extend(notes);
                match article {
                    Ok(article) => articles.push(article),
                    Err(problem) => findings.push(problem),
                }
            }
            articles
        };
        let posts = keep(library.posts.par_iter().map(render).collect());
        let pages = keep(library.pages.par_iter().map(render).collect());
        let tags = group(&posts, |article| {
            article
                .post
                .tags
                .iter()
                .map(|tag| (slugify(tag), tag.clone()))
                .collect()
        });
        let authors = group(&posts, |article| {
            article.post.authors.iter().map(named).collect()
        });
        (
            Self {
                config,
                theme,
                posts,
                pages,
                files: &library.files,
                tags,
                authors,
            },
            findings,
        )
    }

    /// `site` as templates see it.
    pub(crate) fn site(&self) -> SiteView<'_> {
        SiteView::of(&self.config.site)
    }

    /// `page` for an address of this site, with the feeds of the whole blog.
    pub(crate) fn page(&self, kind: &'static str, title: &str, path: &str) -> PageView {
        let base_url = self.config.site.base_url.as_deref();
        let path = crate::address::encoded(path);
        PageView {
            kind,
            title: title.to_owned(),
            description: self.config.site.description.clone(),
            canonical: base_url.map(|base| format!("{base}{path}")),
            path,
            feeds: FeedsView::below("/"),
            feeds_title: self.config.site.title.clone(),
            ..PageView::default()
        }
    }

    /// The last change among some posts.
    pub(crate) fn updated(&self, posts: impl IntoIterator<Item = usize>) -> Option<Moment> {
        posts
            .into_iter()
            .map(|index| self.posts[index].post.updated)
            .max()
    }

    /// The last change of the whole blog.
    pub(crate) fn last_updated(&self) -> Option<Moment> {
        self.updated(0..self.posts.len())
    }
}

fn named(name: &Name) -> (String, String) {
    (name.handle.clone(), name.shown.clone())
}

/// Gathers posts under keys; the spelling of the newest post names the group.
fn group(posts: &[Article], keys: impl Fn(&Article) -> Vec<(String, String)>) -> Vec<Group> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for (index, article) in posts.iter().enumerate() {
        for (slug, name) in keys(article) {
            let group = groups.entry(slug).or_insert_with_key(|slug| Group {
                slug: slug.clone(),
                name,
                posts: Vec::new(),
            });
            if group.posts.last() != Some(&index) {
                group.posts.push(index);
            }
        }
    }
    groups.into_values().collect()
}
