//! What a template may see: the contract with theme authors. Each field is described in the
//! manual's page on themes.

use serde::Serialize;
use serde_json::{Map, Value};

use super::theme::Theme;
use crate::address;
use crate::config::{MenuEntry, Site};
use crate::content::{Name, Post, Version};
use crate::language::Language;
use crate::moment::{Moment, Precision};

/// `site`: the same on every page.
#[derive(Debug, Serialize)]
pub(crate) struct SiteView<'a> {
    title: &'a str,
    description: &'a str,
    url: &'a str,
    language: &'a str,
    direction: &'static str,
    locale: String,
    params: &'a Map<String, Value>,
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
    pub(crate) direction: Option<&'static str>,
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

impl<'a> SiteView<'a> {
    pub(crate) fn of(site: &'a Site, theme: &'a Theme) -> Self {
        Self {
            title: &site.title,
            description: &site.description,
            url: site.base_url.as_deref().unwrap_or_default(),
            language: &site.language,
            direction: Language::of(&site.language).direction(),
            locale: site.language.replace('-', "_"),
            params: theme.params(),
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
    /// On a page in the blog's own language.
    pub(crate) fn of(moment: Moment, site: &Site) -> Self {
        Self::within(&site.language, moment, site)
    }

    pub(crate) fn within(language: &str, moment: Moment, site: &Site) -> Self {
        let timed = moment.precision() == Precision::Second;
        let formatted = |pattern: &str| moment.format(pattern).ok();
        let language = Language::of(language);
        let own = site.date_format.as_deref();
        // The pattern was tried when the configuration was read.
        let own = own.and_then(|pattern| language.formatted(moment, pattern));
        Self {
            iso: moment.rfc3339(),
            display: own.unwrap_or_else(|| language.day(moment)),
            time: formatted("%H:%M").filter(|_| timed),
            zone: formatted("%:z").filter(|_| timed),
        }
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

/// The language a text is in.
pub(crate) fn language<'a>(post: &'a Post, site: &'a Site) -> &'a str {
    let translated = post.translated.as_ref();
    translated.map_or(&site.language, |of| &of.language)
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
