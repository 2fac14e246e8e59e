//! The blog as outputs see it: entries, the groups they fall into, and how their pages are made.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;

use super::Rendition;
use super::beside::Beside;
use super::contents::Contents;
use super::entries::{Facts, Frame, Marked};
use super::entry::{Entry, Shown};
use super::links::{LinkMap, Ways};
use super::names::Names;
use super::pictures::{Gallery, ReadFile};
use super::relations::Wanted;
use super::renderer::{ReadPost, Renderer};
use super::shape::{Group, Shape};
use super::texts::{Last, Texts};
use crate::config::SiteConfig;
use crate::content::{Library, StaticFile};
use crate::diagnostic::Diagnostic;
use crate::memo::{Key, KeyMaker, fingerprint};
use crate::moment::Moment;
use crate::render::Theme;
use crate::render::view::{FeedsView, PageView, SiteView};
use crate::repository::Oid;

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
    /// By slug, each with its parts in their order.
    pub(crate) series: &'a [Group],
    /// Of the program and of what all pages say of the blog.
    pub(super) site_key: Key,
    pub(super) shape: &'a Shape,
    /// The last change of all.
    last_updated: Option<Moment>,
    aged: Frame,
    subject: &'a ReadSubject<'a>,
    pub(super) contents: Contents,
    pub(super) texts: &'a Texts,
    links: Arc<LinkMap>,
    names: Names<'a>,
    pub(super) read: &'a ReadPost<'a>,
}

/// Gives the subject of a commit, if it can be read.
pub(crate) type ReadSubject<'a> = dyn Fn(Oid) -> Option<String> + Sync + 'a;

/// What an edition is made from.
#[derive(Clone, Copy)]
pub(crate) struct Sources<'a> {
    pub(crate) config: &'a SiteConfig,
    pub(crate) theme: &'a Theme,
    pub(crate) library: &'a Library,
    pub(crate) read: &'a ReadPost<'a>,
    pub(crate) subject: &'a ReadSubject<'a>,
    pub(crate) read_file: &'a ReadFile<'a>,
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
            subject,
            read_file,
            program,
        } = sources;
        let mut findings = Vec::new();
        texts.look(library, read_file, &mut findings);
        texts.update((config, theme), library, read, &mut findings);
        let site_key = KeyMaker::new("site")
            .text(program)
            .key(fingerprint(&SiteView::of(&config.site, theme)))
            .text(config.site.date_format.as_deref().unwrap_or_default())
            .keys(theme.texts_key().into_iter())
            .finish();
        let frame = |template| {
            let made = KeyMaker::new(template).key(site_key);
            made.key(theme.key(template)).finish()
        };
        let last_updated = texts.last.posts.facts.iter();
        let last_updated = last_updated.map(|facts| facts.updated).max();
        findings.extend(doubts(config, theme, last_updated));
        let aged = aged(config, last_updated);
        let frame = |template, aged| Frame {
            key: frame(template),
            aged,
        };
        let frames = [frame("post", aged), frame("page", None)];
        texts.key_pages(frames, wanted(config, texts.shown()));
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
            series: &shape.series,
            shape,
            last_updated,
            aged: frames[0],
            subject,
            posts: &posts.all,
            pages: &pages.all,
            files: &library.files,
            site_key,
            contents: Contents::default(),
            texts,
            links: texts.links(),
            names: Names::of(library),
            read,
        };
        (edition, findings)
    }

    /// `site` as templates see it.
    pub(crate) fn site(&self) -> SiteView<'_> {
        SiteView::of(&self.config.site, self.theme)
    }

    /// A text of the theme in the blog's language.
    pub(super) fn says(&self, name: &str, values: &[(&str, &str)]) -> String {
        self.theme.says(&self.config.site.language, name, values)
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

    /// The pictures among the files.
    pub(super) fn gallery(&self) -> &'a Gallery {
        self.texts.gallery()
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
            dialect: self.config.content.dialect(),
            ways: Ways {
                links: &self.links,
                names: &self.names,
                theme: self.theme,
                site: &self.config.site,
            },
            htmls: &self.texts.htmls,
            words: None,
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

    /// How posts lead to each other.
    pub(super) fn beside(&self) -> Beside<'_> {
        self.texts.ties()
    }

    /// Places of posts that have something few have.
    pub(super) fn marked(&self) -> &Marked {
        &self.texts.last.posts.marked
    }

    /// Whether the page of a post says how old it is.
    pub(super) fn is_aged(&self, entry: &Entry) -> bool {
        self.aged.ages(entry.post.updated)
    }

    /// What the last update of a post changed, where readers are told.
    pub(super) fn change(&self, entry: &Entry) -> Option<String> {
        let subject = (self.subject)(entry.post.changed_by?);
        subject.filter(|subject| !subject.is_empty())
    }

    /// The address of a file of the repository; as written where there is none.
    pub(super) fn file_url(&self, written: &str) -> String {
        let found = self.links.resolve(("", "/"), written);
        found.unwrap_or_else(|| written.to_owned())
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

/// What pages of posts show of others.
fn wanted(config: &SiteConfig, shown: &Shown) -> Wanted {
    Wanted {
        related: if shown.beside("related") {
            config.site.related
        } else {
            0
        },
        backlinks: shown.beside("backlinks"),
    }
}

/// What is doubtful about the settings.
fn doubts<'a>(
    config: &'a SiteConfig,
    theme: &'a Theme,
    last_updated: Option<Moment>,
) -> impl Iterator<Item = Diagnostic> {
    let expired = expired(config, last_updated).into_iter();
    expired.chain(theme.warnings().iter().cloned())
}

/// Compared with what was published last and not with now, like all that a build says.
fn expired(config: &SiteConfig, last_updated: Option<Moment>) -> Option<Diagnostic> {
    let last = last_updated?.timestamp().as_second();
    config.security.is_past(last).then(|| {
        let message = "`security.expires` is past, so what `security.txt` says no longer counts";
        let found = Diagnostic::warning("security-expired", message).path("byline.toml");
        found.help("see whether it still holds, and set a time within the next year")
    })
}

/// Posts changed before this second say how old they are. It is counted from the last change of
/// the blog and not from now, so that the same commit makes the same pages on any day.
fn aged(config: &SiteConfig, last_updated: Option<Moment>) -> Option<i64> {
    const YEAR: i64 = 31_557_600;
    let years = i64::try_from(config.site.age_notice).ok()?;
    let last = last_updated?.timestamp().as_second();
    (years > 0).then(|| last.saturating_sub(years * YEAR))
}
