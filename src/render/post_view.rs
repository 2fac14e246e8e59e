//! What a template may see of a post: part of the contract with theme authors, each field described
//! in the manual's page on themes.

use std::borrow::Cow;

use serde::Serialize;

use super::article::Article;
use super::cut::above_cut;
use super::history_view::HistoryView;
use super::kind_view::{KindView, host};
use super::markdown::Heading;
use super::view::{DateView, LinkView, NamedView, author, language, tag};
use crate::address;
use crate::config::{Site, SiteConfig, Stream};
use crate::content::{Kind, Name, Post, Signed, Version, language_name};

/// A text of fewer words is shown whole in lists.
const FULL_IN_LISTS: usize = 120;

/// How much of a text the stream shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InLists {
    /// What it is about.
    Announced,
    /// Up to where its author cut it.
    Begun,
    Whole,
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
    has_code: bool,
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

impl<'a> PostView<'a> {
    /// The post on its own page.
    pub(crate) fn of(article: &'a Article, html: Cow<'a, str>, config: &'a SiteConfig) -> Self {
        let mut view = Self::new(article, config, html, &|_| true);
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
    pub(crate) fn listed(
        article: &'a Article,
        html: &str,
        config: &'a SiteConfig,
        read: &dyn Fn(&str) -> bool,
    ) -> Self {
        if let Some(above) = above_cut(html) {
            // What it refers to may stand below.
            let html = above.replace(" href=\"#", &format!(" href=\"{}#", article.url));
            return Self::new(article, config, Cow::Owned(without_ids(&html)), read);
        }
        let prefix = article.url.trim_matches('/').replace(['/', '%'], "-");
        let html = html
            .replace(" id=\"", &format!(" id=\"{prefix}--"))
            .replace(" href=\"#", &format!(" href=\"#{prefix}--"));
        Self::new(article, config, Cow::Owned(html), read)
    }

    /// The post without its text, for lists of titles.
    pub(crate) fn entry(
        article: &'a Article,
        config: &'a SiteConfig,
        read: &dyn Fn(&str) -> bool,
    ) -> Self {
        Self::new(article, config, Cow::Borrowed(""), read)
    }

    /// Of what takes time to make, only fields that are `read`.
    fn new(
        article: &'a Article,
        config: &'a SiteConfig,
        html: Cow<'a, str>,
        read: &dyn Fn(&str) -> bool,
    ) -> Self {
        let (post, text) = (&article.post, &article.text);
        let (published, updated) = (post.published, post.updated);
        let date = |moment| DateView::within(language(post, &config.site), moment, &config.site);
        let is_updated = updated.civil().date() > published.civil().date();
        let people = |field, names: &[Name]| match read(field) {
            true => names.iter().map(author).collect(),
            false => Vec::new(),
        };
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
            has_code: html.contains("<pre class=\"code"),
            html,
            summary: post.summary.as_deref(),
            excerpt: &text.excerpt,
            announced: Self::in_lists(article, &config.site) == InLists::Announced,
            cut: text.cut,
            published: date(published),
            updated: (is_updated && read("updated")).then(|| date(updated)),
            authors: people("authors", &post.authors),
            contributors: people("contributors", &post.contributors),
            tags: match read("tags") {
                true => post.tags.iter().map(|name| tag(name)).collect(),
                false => Vec::new(),
            },
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
            history: read("history")
                .then(|| HistoryView::of(post, &config.site))
                .flatten(),
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
