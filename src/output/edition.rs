//! The blog as outputs see it: entries, the groups they fall into, and how their pages are made.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;

use super::entries::Facts;
use super::entry::{Entry, Shown};
use super::links::LinkMap;
use super::shape::{Group, Shape};
use super::texts::{Last, ReadPost, Renderer, Texts};
use super::{Rendition, feed};
use crate::config::SiteConfig;
use crate::content::{Library, StaticFile};
use crate::diagnostic::Diagnostic;
use crate::memo::{Key, KeyMaker, fingerprint};
use crate::moment::Moment;
use crate::render::Theme;
use crate::render::view::{FeedsView, PageView, SiteView};

/// One revision, rendered.
pub(crate) struct Edition<'a> {
    pub(crate) config: &'a SiteConfig,
    pub(crate) theme: &'a Theme,
    /// Newest first.
    pub(crate) posts: &'a [Arc<Entry>],
    pub(crate) pages: &'a [Arc<Entry>],
    pub(crate) files: &'a [StaticFile],
    /// By slug.
    pub(crate) tags: &'a [Group],
    /// By handle.
    pub(crate) authors: &'a [Group],
    /// Of the program and of what all pages say of the blog.
    pub(super) site_key: Key,
    pub(super) shape: &'a Shape,
    /// The last change of all.
    last_updated: Option<Moment>,
    pub(super) contents: feed::Contents,
    texts: &'a Texts,
    links: Arc<LinkMap>,
    pub(super) read: &'a ReadPost<'a>,
}

/// What an edition is made from.
#[derive(Clone, Copy)]
pub(crate) struct Sources<'a> {
    pub(crate) config: &'a SiteConfig,
    pub(crate) theme: &'a Theme,
    pub(crate) library: &'a Library,
    pub(crate) read: &'a ReadPost<'a>,
    /// Which program makes it: another may make other pages from the same.
    pub(crate) program: &'a str,
}

impl<'a> Edition<'a> {
    /// Renders what is not known. A post that cannot be rendered is left out and told.
    pub(crate) fn render(sources: Sources<'a>, texts: &'a mut Texts) -> (Self, Vec<Diagnostic>) {
        let Sources {
            config,
            theme,
            library,
            read,
            program,
        } = sources;
        let mut findings = Vec::new();
        texts.update((config, theme), library, read, &mut findings);
        let site_key = KeyMaker::new("site")
            .text(program)
            .key(fingerprint(&SiteView::of(&config.site)))
            .text(&config.site.date_format)
            .finish();
        let frame = |template| {
            let made = KeyMaker::new(template).key(site_key);
            made.key(theme.key(template)).finish()
        };
        texts.key_pages([frame("post"), frame("page")]);
        let texts = &*texts;
        let Last {
            posts,
            pages,
            shape,
            ..
        } = &texts.last;
        let edition = Self {
            config,
            theme,
            tags: &shape.tags,
            authors: &shape.authors,
            shape,
            last_updated: posts.facts.iter().map(|facts| facts.updated).max(),
            posts: &posts.all,
            pages: &pages.all,
            files: &library.files,
            site_key,
            contents: feed::Contents::default(),
            texts,
            links: texts.links(),
            read,
        };
        (edition, findings)
    }

    /// `site` as templates see it.
    pub(crate) fn site(&self) -> SiteView<'_> {
        SiteView::of(&self.config.site)
    }

    /// `page` for an address of this site, with the feeds of the whole blog.
    pub(crate) fn page(&self, kind: &'static str, title: &str, path: &str) -> PageView {
        PageView {
            title: title.to_owned(),
            description: self.config.site.description.clone(),
            ..self.page_at(kind, path)
        }
    }

    /// The same without title and description.
    pub(super) fn page_at(&self, kind: &'static str, path: &str) -> PageView {
        let base_url = self.config.site.base_url.as_deref();
        let path = crate::address::encoded(path);
        PageView {
            kind,
            canonical: base_url.map(|base| format!("{base}{path}")),
            path,
            feeds: FeedsView::below("/"),
            feeds_title: self.config.site.title.clone(),
            ..PageView::default()
        }
    }

    /// A page of a template at an address; `made_of` names all that the view shows besides the
    /// blog, and the view is made only if such a page is not known.
    pub(super) fn rendition<V: Serialize>(
        &'a self,
        (template, path): (&'static str, impl Into<Cow<'a, str>>),
        made_of: KeyMaker,
        view: impl Fn() -> Result<V, Diagnostic> + Send + Sync + 'a,
    ) -> Rendition<'a> {
        let path = path.into();
        let key = made_of
            .text(&path)
            .key(self.site_key)
            .key(self.theme.key(template))
            .finish();
        self.keyed((template, path), key, view)
    }

    /// The same where the key of all that it shows, address and frame among it, is at hand.
    pub(super) fn keyed<V: Serialize>(
        &'a self,
        (template, path): (&'static str, Cow<'a, str>),
        key: Key,
        view: impl Fn() -> Result<V, Diagnostic> + Send + Sync + 'a,
    ) -> Rendition<'a> {
        let make = move || {
            let html = self.theme.render(template, &view()?)?;
            Ok(html.into_bytes())
        };
        Rendition::made(path, "text/html; charset=utf-8", key, make)
    }

    /// What the templates read of posts.
    pub(super) fn shown(&self) -> &Shown {
        self.texts.shown()
    }

    /// The HTML of a text.
    pub(super) fn html(&self, entry: &Entry) -> Result<Arc<str>, Diagnostic> {
        self.renderer().html(entry)
    }

    /// The same for the page of the text itself.
    pub(super) fn own_html(&self, entry: &Entry) -> Result<Arc<str>, Diagnostic> {
        self.renderer().own_html(entry)
    }

    fn renderer(&self) -> Renderer<'_> {
        Renderer {
            html: self.config.content.html,
            links: &self.links,
            htmls: &self.texts.htmls,
            read: self.read,
        }
    }

    /// The last change of the whole blog.
    pub(crate) fn last_updated(&self) -> Option<Moment> {
        self.last_updated
    }

    /// The keys of the page at a place among the posts, and of one among the pages.
    pub(super) fn page_keys(&self) -> [impl Fn(usize) -> Key; 2] {
        let Last { posts, pages, .. } = &self.texts.last;
        [posts, pages].map(|entries| move |index| entries.page_key(index))
    }

    /// What is often asked of posts, by place.
    pub(super) fn facts(&self) -> &'a [Facts] {
        &self.texts.last.posts.facts
    }

    /// The same of pages.
    pub(super) fn page_facts(&self) -> &'a [Facts] {
        &self.texts.last.pages.facts
    }
}
