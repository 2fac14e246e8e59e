//! What a template may see: the contract with theme authors. Each field is described in the
//! manual's page on themes.

use std::borrow::Cow;

use serde::Serialize;

use super::article::Article;
use super::cut::above_cut;
use super::history_view::HistoryView;
use super::kind_view::{KindView, host};
use super::markdown::Heading;
use crate::address;
use crate::config::{MenuEntry, Site, SiteConfig, Stream};
use crate::content::{Kind, Name, Post, Signed, Version, language_name};
use crate::moment::{Moment, Precision};

/// A text of fewer words is shown whole in lists.
const FULL_IN_LISTS: usize = 120;

/// `site`: the same on every page.
#[derive(Debug, Serialize)]
pub(crate) struct SiteView<'a> {
    title: &'a str,
    description: &'a str,
    url: &'a str,
    language: &'a str,
    locale: String,
    menu: &'a [MenuEntry],
    footer: Option<&'a str>,
    me: &'a [String],
    generator: &'static str,
}

/// `page`: what the page says about itself, for its head.
#[derive(Debug, Default, Serialize)]
pub(crate) struct PageView {
    pub(crate) kind: &'static str,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) path: String,
    pub(crate) canonical: Option<String>,
    pub(crate) noindex: bool,
    pub(crate) image: Option<String>,
    pub(crate) image_alt: Option<String>,
    pub(crate) image_width: Option<u32>,
    pub(crate) image_height: Option<u32>,
    pub(crate) published: Option<String>,
    pub(crate) updated: Option<String>,
    pub(crate) json_ld: Option<String>,
    pub(crate) fediverse: Vec<String>,
    /// `None` for the blog's own.
    pub(crate) language: Option<String>,
    pub(crate) versions: Vec<VersionView>,
    pub(crate) feeds: FeedsView,
    pub(crate) feeds_title: String,
}

/// One language a page is to be had in, as search engines are told.
#[derive(Debug, Serialize)]
pub(crate) struct VersionView {
    pub(crate) hreflang: String,
    pub(crate) url: String,
}

/// The feeds a page belongs to.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct FeedsView {
    pub(crate) atom: String,
    pub(crate) rss: String,
    pub(crate) json: String,
}

/// How much of a text the stream shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InLists {
    /// What it is about.
    Announced,
    /// Up to where its author cut it.
    Begun,
    Whole,
}

/// A link with its text.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub(crate) struct LinkView {
    pub(crate) title: String,
    pub(crate) url: String,
}

/// A person or a tag with their page.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub(crate) struct NamedView {
    pub(crate) name: String,
    pub(crate) url: String,
}

/// A date, for machines and for people.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub(crate) struct DateView {
    pub(crate) iso: String,
    pub(crate) display: String,
    time: Option<String>,
    zone: Option<String>,
}

/// `post`: one post or page.
#[derive(Debug, Serialize)]
pub(crate) struct PostView<'a> {
    url: &'a str,
    canonical: Option<String>,
    title: Option<&'a str>,
    name: String,
    kind: &'static str,
    html: Cow<'a, str>,
    summary: Option<&'a str>,
    excerpt: &'a str,
    announced: bool,
    cut: bool,
    published: DateView,
    updated: Option<DateView>,
    authors: Vec<NamedView>,
    contributors: Vec<NamedView>,
    tags: Vec<NamedView>,
    words: usize,
    reading_minutes: usize,
    toc: &'a [Heading],
    question_html: Option<&'a str>,
    in_reply_to: Vec<LinkView>,
    syndication: Vec<LinkView>,
    translations: Vec<TranslationView>,
    revisions: usize,
    commit: Option<String>,
    verified: Option<&'a str>,
    signature: Option<SignatureView<'a>>,
    history: Option<HistoryView>,
    #[serde(flatten)]
    of_kind: KindView<'a>,
}

/// The same text in another language.
#[derive(Debug, Serialize)]
struct TranslationView {
    language: String,
    name: String,
    url: String,
}

/// `post.signature`: what the signature of its text is worth.
#[derive(Debug, Serialize)]
struct SignatureView<'a> {
    state: &'static str,
    signer: Option<&'a str>,
    checked: bool,
    key: Option<&'a str>,
}

impl<'a> SiteView<'a> {
    pub(crate) fn of(site: &'a Site) -> Self {
        Self {
            title: &site.title,
            description: &site.description,
            url: site.base_url.as_deref().unwrap_or_default(),
            language: &site.language,
            locale: site.language.replace('-', "_"),
            menu: &site.menu,
            footer: site.footer.as_deref(),
            me: &site.me,
            generator: concat!("byline ", env!("CARGO_PKG_VERSION")),
        }
    }
}

impl PageView {
    /// The page at an address, with what is said `about` the document it shows.
    pub(crate) fn saying(self, about: Self) -> Self {
        Self {
            kind: self.kind,
            path: self.path,
            canonical: self.canonical,
            noindex: self.noindex,
            feeds: self.feeds,
            feeds_title: self.feeds_title,
            ..about
        }
    }
}

impl FeedsView {
    /// The three feeds below a folder of the site (`/`, `/tags/cats/`).
    pub(crate) fn below(folder: &str) -> Self {
        let folder = address::encoded(folder);
        Self {
            atom: format!("{folder}atom.xml"),
            rss: format!("{folder}rss.xml"),
            json: format!("{folder}feed.json"),
        }
    }
}

impl DateView {
    pub(crate) fn of(moment: Moment, site: &Site) -> Self {
        let timed = moment.precision() == Precision::Second;
        let formatted = |pattern: &str| moment.format(pattern).ok();
        Self {
            iso: moment.rfc3339(),
            // The pattern was tried when the configuration was read.
            display: formatted(&site.date_format).unwrap_or_else(|| moment.rfc3339()),
            time: formatted("%H:%M").filter(|_| timed),
            zone: formatted("%:z").filter(|_| timed),
        }
    }
}

impl<'a> PostView<'a> {
    /// The post on its own page.
    pub(crate) fn of(article: &'a Article, html: Cow<'a, str>, config: &'a SiteConfig) -> Self {
        let mut view = Self::new(article, config, html);
        view.of_kind = view.of_kind.first_at_once();
        view
    }

    /// How much of a text the stream shows.
    pub(crate) fn in_lists(article: &Article, site: &Site) -> InLists {
        let text = &article.text;
        let short = !matches!(text.kind, Kind::Text) || text.words < FULL_IN_LISTS;
        match site.stream {
            _ if text.cut => InLists::Begun,
            Stream::Summaries if !short => InLists::Announced,
            _ => InLists::Whole,
        }
    }

    /// The post among others, with its text; its ids are made the page's own by the post's
    /// address.
    pub(crate) fn listed(article: &'a Article, html: &str, config: &'a SiteConfig) -> Self {
        if let Some(above) = above_cut(html) {
            // What it refers to may stand below.
            let html = above.replace(" href=\"#", &format!(" href=\"{}#", article.url));
            return Self::new(article, config, Cow::Owned(without_ids(&html)));
        }
        let prefix = article.url.trim_matches('/').replace(['/', '%'], "-");
        let html = html
            .replace(" id=\"", &format!(" id=\"{prefix}--"))
            .replace(" href=\"#", &format!(" href=\"#{prefix}--"));
        Self::new(article, config, Cow::Owned(html))
    }

    /// The post without its text, for lists of titles.
    pub(crate) fn entry(article: &'a Article, config: &'a SiteConfig) -> Self {
        Self::new(article, config, Cow::Borrowed(""))
    }

    fn new(article: &'a Article, config: &'a SiteConfig, html: Cow<'a, str>) -> Self {
        let (post, text) = (&article.post, &article.text);
        let (published, updated) = (post.published, post.updated);
        Self {
            url: &article.url,
            canonical: config
                .site
                .base_url
                .as_ref()
                .map(|base| format!("{base}{}", article.url)),
            title: post.title.as_deref(),
            name: article.name(),
            kind: text.kind.name(),
            html,
            summary: post.summary.as_deref(),
            excerpt: &text.excerpt,
            announced: Self::in_lists(article, &config.site) == InLists::Announced,
            cut: text.cut,
            published: DateView::of(published, &config.site),
            updated: (updated.civil().date() > published.civil().date())
                .then(|| DateView::of(updated, &config.site)),
            authors: post.authors.iter().map(author).collect(),
            contributors: post.contributors.iter().map(author).collect(),
            tags: post.tags.iter().map(|name| tag(name)).collect(),
            words: text.words,
            reading_minutes: text.words.div_ceil(230).max(1),
            toc: &text.toc,
            question_html: text.question.as_deref(),
            in_reply_to: elsewhere(&post.ties.in_reply_to),
            syndication: elsewhere(&post.ties.syndication),
            translations: TranslationView::others(post, &config.site),
            revisions: post
                .history
                .as_ref()
                .map_or(0, |history| history.revisions.len()),
            commit: post.history.as_ref().map(|history| history.commit.short()),
            verified: post.signed.as_ref().and_then(signer),
            signature: post.signed.as_ref().map(SignatureView::of),
            history: HistoryView::of(post, &config.site),
            of_kind: KindView::of(text, &config.site.language),
        }
    }
}

impl TranslationView {
    fn others(post: &Post, site: &Site) -> Vec<Self> {
        let others = post.versions.iter().filter(|other| other.url != post.url);
        let view = |other: &Version| {
            let language = other.language.as_ref().unwrap_or(&site.language);
            Self {
                language: language.clone(),
                name: language_name(language).to_owned(),
                url: address::encoded(&other.url),
            }
        };
        others.map(view).collect()
    }
}

impl VersionView {
    /// All languages a text is to be had in; what is in the blog's own is for everybody else too.
    pub(crate) fn all(post: &Post, site: &Site) -> Vec<Self> {
        let mut all = Vec::with_capacity(post.versions.len() + 1);
        for Version { language, url } in &post.versions {
            let url = address::absolute(site.base_url.as_deref(), &address::encoded(url));
            let hreflang = language.as_ref().unwrap_or(&site.language).clone();
            if language.is_none() {
                let (hreflang, url) = ("x-default".to_owned(), url.clone());
                all.push(Self { hreflang, url });
            }
            all.push(Self { hreflang, url });
        }
        all
    }
}

impl<'a> SignatureView<'a> {
    fn of(signed: &'a Signed) -> Self {
        let none = Self {
            state: signed.state(),
            signer: signer(signed),
            checked: false,
            key: None,
        };
        match signed {
            Signed::Verified { key, .. } => Self {
                checked: true,
                key: Some(key),
                ..none
            },
            Signed::Forge { name, checked } => Self {
                signer: Some(name),
                checked: *checked,
                ..none
            },
            Signed::Unknown { key } => Self {
                key: key.as_deref(),
                ..none
            },
            Signed::Bad { .. } => none,
        }
    }
}

/// The name of who is verified to have signed.
fn signer(signed: &Signed) -> Option<&str> {
    signed.by().map(|name| name.shown.as_str())
}

/// HTML whose elements cannot be linked to: the whole text has those ids, on its own page.
fn without_ids(html: &str) -> String {
    let mut parts = html.split(" id=\"");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('"').map_or(part, |(_, rest)| rest));
    }
    plain
}

/// Pages elsewhere, called by their hosts.
fn elsewhere(addresses: &[String]) -> Vec<LinkView> {
    let link = |url: &String| LinkView {
        title: host(url).unwrap_or(url).to_owned(),
        url: url.clone(),
    };
    addresses.iter().map(link).collect()
}

/// An author with their page on this site.
pub(crate) fn author(name: &Name) -> NamedView {
    NamedView {
        name: name.shown.clone(),
        url: address::encoded(&format!("/authors/{}/", name.handle)),
    }
}

/// A tag with its page.
pub(crate) fn tag(name: &str) -> NamedView {
    let url = address::encoded(&format!("/tags/{}/", crate::content::slugify(name)));
    NamedView {
        name: name.to_owned(),
        url,
    }
}
