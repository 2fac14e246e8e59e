//! A post or page as outputs see it: the article, and a key for each way in which it is shown, so
//! that a page is made again when something it shows has changed, and only then.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use serde::Serialize;
use serde_json::Value;

use super::bonds::Bonds;
use super::card;
use super::feed;
use super::links::Asked;
use super::renderer::Rendered;
use crate::address;
use crate::config::SiteConfig;
use crate::content::{Kind, Post, Recording, slugify};
use crate::image::{CARD_HEIGHT, CARD_WIDTH};
use crate::language::Language;
use crate::memo::{Key, KeyMaker, fingerprint, fingerprints, seen};
use crate::render::json_ld;
use crate::render::post_view::{InLists, PostView};
use crate::render::view::{NamedView, PageView, VersionView, author};
use crate::render::{Article, Reads, Text, Theme};

/// One post or page.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(super) article: Article,
    pub(super) rendered: Arc<Rendered>,
    pub(super) keys: Keys,
    /// Slug and name of each tag.
    pub(super) tags: Vec<(String, String)>,
    pub(super) bonds: Bonds,
    /// Where the picture is that was drawn for it.
    pub(super) card: Option<String>,
    /// Its identity in feeds, as long as no other post has the same origin.
    pub(super) id: String,
    /// As lists of titles show it, once one does: most are in several.
    line: OnceLock<Value>,
}

/// Of all that is shown of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Keys {
    /// On its own page.
    pub(super) page: Key,
    /// In the stream.
    pub(super) listed: Key,
    /// In lists of titles.
    pub(super) line: Key,
    /// In feeds.
    pub(super) feed: Key,
    /// As the neighbour of another.
    pub(super) link: Key,
    /// In the sitemap.
    pub(super) place: Key,
}

/// What the templates read of the posts they are given.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shown {
    post: Reads,
    page: Reads,
    stream: Reads,
    lists: Reads,
}

impl Entry {
    /// The entry as a list of titles shows it: only what its template reads, and so what its key
    /// tells of.
    pub(super) fn line(&self, config: &SiteConfig, shown: &Shown) -> &Value {
        let read = |field: &str| shown.lists.reads(field);
        let line = || seen(&PostView::entry(&self.article, config, &read), &read);
        self.line.get_or_init(line)
    }

    /// Whether both are in the same groups and have the same identity.
    pub(super) fn groups_as(&self, other: &Self) -> bool {
        let (post, other_post) = (&self.article.post, &other.article.post);
        self.tags == other.tags
            && post.ties.series == other_post.ties.series
            && post.authors == other_post.authors
            && feed::origin(post) == feed::origin(other_post)
    }

    /// The video or the sound it is.
    pub(super) fn recording(&self) -> Option<&Recording> {
        match &self.article.text.kind {
            Kind::Video(recording) | Kind::Audio(recording) => Some(recording),
            _ => None,
        }
    }

    /// Whether there is something to say of its links, formulas or shortcodes.
    pub(super) fn is_told(&self) -> bool {
        self.rendered.asked.iter().any(Asked::is_broken) || !self.text.unmade.is_empty()
    }

    /// The entry in the stream; `html` where that shows its text.
    pub(super) fn listed(&self, html: Option<&str>, config: &SiteConfig, shown: &Shown) -> Value {
        let read = |field: &str| shown.stream.reads(field);
        let view = match html {
            Some(html) => PostView::listed(&self.article, html, config, &read),
            None => PostView::entry(&self.article, config, &read),
        };
        seen(&view, &read)
    }
}

/// What feeds say of a post, besides its text.
#[derive(Serialize)]
struct FeedFacts<'a> {
    name: String,
    title: Option<&'a str>,
    url: &'a str,
    published: String,
    updated: String,
    authors: Vec<NamedView>,
    tags: &'a [String],
    summary: Option<&'a str>,
    description: &'a str,
    image: Option<&'a str>,
    target: Option<&'a str>,
    id: &'a str,
}

impl Shown {
    pub(super) fn by(theme: &Theme) -> Self {
        let lists =
            ["archive", "year", "tag", "author", "series"].map(|template| theme.reads(template));
        Self {
            post: theme.reads("post"),
            page: theme.reads("page"),
            stream: theme.reads("index"),
            lists: lists.into_iter().fold(Reads::default(), Reads::or),
        }
    }

    /// Whether the template of posts reads something that is beside the post.
    pub(super) fn beside(&self, name: &str) -> bool {
        self.post.reads(name)
    }
}

impl Entry {
    pub(super) fn new(
        post: &Arc<Post>,
        rendered: Arc<Rendered>,
        (config, shown, is_page): (&SiteConfig, &Shown, bool),
    ) -> Self {
        let article = Article::new(Arc::clone(post), Arc::clone(&rendered.text));
        let id = feed::id(post);
        let keys = Keys::of(&article, &rendered, &id, (config, shown, is_page));
        let tags = post.tags.iter();
        let tags: Vec<_> = tags.map(|tag| (slugify(tag), tag.clone())).collect();
        let bonds = Bonds::of(post, (&article.url, &tags), &rendered.asked);
        Self {
            card: card::path(&article, config),
            tags,
            bonds,
            article,
            rendered,
            keys,
            id,
            line: OnceLock::new(),
        }
    }
}

impl Keys {
    fn of(
        article: &Article,
        rendered: &Rendered,
        id: &str,
        (config, shown, is_page): (&SiteConfig, &Shown, bool),
    ) -> Self {
        let text = rendered.key;
        let entry = PostView::entry(article, config, &|_| true);
        let shows_text = PostView::in_lists(article, &config.site) != InLists::Announced;
        let translated = article.post.translated.as_ref();
        let is_page = is_page && !translated.is_some_and(|of| of.is_post);
        let own = if is_page { &shown.page } else { &shown.post };
        let read = |field: &str| own.reads(field);
        let stream = |field: &str| shown.stream.reads(field);
        let lists = |field: &str| shown.lists.reads(field);
        let [own, stream, line] = fingerprints(&entry, [&read, &stream, &lists]);
        let with = |kind: &str, key: Key| KeyMaker::new(kind).key(key);
        let listed = with("listed", stream);
        let listed = if shows_text { listed.key(text) } else { listed };
        let updated = article.post.updated.rfc3339();
        let changed_by = article.post.changed_by.map(|commit| commit.0);
        let changed_by = changed_by.unwrap_or_default();
        let place = KeyMaker::new("place").text(&article.url).text(&updated);
        let versions = article.post.versions.iter();
        let place = versions.fold(place, |made, version| {
            let language = version.language.as_deref().unwrap_or_default();
            made.text(&version.url).text(language)
        });
        Self {
            page: with("page", own)
                .key(fingerprint(&PageView::about(article, config, !is_page)))
                .key(text)
                .bytes(&changed_by)
                .finish(),
            listed: listed.finish(),
            line,
            feed: with("feed", fingerprint(&FeedFacts::of(article, id)))
                .key(text)
                .finish(),
            link: KeyMaker::new("link")
                .text(&article.name())
                .text(&article.url)
                .finish(),
            place: place.finish(),
        }
    }
}

impl<'a> FeedFacts<'a> {
    fn of(article: &'a Article, id: &'a str) -> Self {
        let post = &article.post;
        Self {
            name: article.name(),
            title: post.title.as_deref(),
            url: &article.url,
            published: post.published.rfc3339(),
            updated: post.updated.rfc3339(),
            authors: post.authors.iter().map(author).collect(),
            tags: &post.tags,
            summary: post.summary.as_deref(),
            description: article.description(),
            image: article.image(),
            target: match &article.text.kind {
                Kind::Link { target } => Some(target),
                _ => None,
            },
            id,
        }
    }
}

impl PageView {
    /// What the page of a post or a page says about itself.
    pub(super) fn about(article: &Article, config: &SiteConfig, is_post: bool) -> Self {
        let card = card::path(article, config).map(|path| address::encoded(&path));
        let image = article.image().or(card.as_deref());
        let base_url = config.site.base_url.as_deref();
        let translated = article.post.translated.as_ref();
        let Text { kind, pictures, .. } = &*article.text;
        let shown = match kind {
            Kind::Photo { images, .. } => images.first(),
            _ => None,
        };
        let picture = pictures.first().and_then(Option::as_ref);
        let size = match (&card, picture) {
            (Some(_), _) => Some((CARD_WIDTH, CARD_HEIGHT)),
            (None, picture) => picture.map(|picture| (picture.width, picture.height)),
        };
        Self {
            title: article.name(),
            description: article.description().to_owned(),
            image: image.map(|image| address::absolute(base_url, image)),
            image_alt: match &card {
                Some(_) => Some(article.name()),
                None => shown.map(|shown| shown.alt.clone()),
            },
            image_width: size.map(|(width, _)| width),
            image_height: size.map(|(_, height)| height),
            published: is_post.then(|| article.post.published.rfc3339()),
            updated: Some(article.post.updated.rfc3339()),
            json_ld: Some(json_ld::of_article(article, config, (image, is_post))),
            language: translated.map(|of| of.language.clone()),
            direction: translated.map(|of| Language::of(&of.language).direction()),
            versions: VersionView::all(&article.post, &config.site),
            fediverse: article
                .post
                .authors
                .iter()
                .filter_map(|name| config.authors.get(&name.handle)?.fediverse.clone())
                .collect(),
            ..Self::default()
        }
    }
}

impl Deref for Entry {
    type Target = Article;

    fn deref(&self) -> &Article {
        &self.article
    }
}
