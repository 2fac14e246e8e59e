//! `byline.toml`: what the authors set. Every key is optional, and its doc comment is what the
//! manual says of it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::params::Params;
use super::security::Security;

/// The author's settings.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SiteConfig {
    pub(crate) site: Site,
    pub(crate) content: Content,
    pub(crate) provenance: Provenance,
    pub(crate) feed: Feed,
    pub(crate) security: Security,
    /// Settings of the theme: `[params]`.
    pub(crate) params: Params,
    /// The blog's authors by handle: `[authors.ann]`.
    pub(crate) authors: BTreeMap<String, Author>,
}

/// `[site]`: how the blog presents itself.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Site {
    /// Name of the blog.
    pub(crate) title: String,
    /// One sentence about it, for the front page and search engines.
    pub(crate) description: String,
    /// Where readers find it, `https://example.org`; feeds and canonical links need it.
    pub(crate) base_url: Option<String>,
    /// Language of the blog (BCP 47).
    pub(crate) language: String,
    /// The built-in theme that files under `theme/` stand in for: `"default"` or `"plain"`.
    pub(crate) theme: String,
    /// Zone for dates that state none, and to show all dates in (IANA name). Without it a date
    /// is shown on the clock of its author.
    pub(crate) timezone: Option<String>,
    /// How dates are written (`strftime`); without it as the blog's language does, with the month
    /// in words.
    pub(crate) date_format: Option<String>,
    /// Posts on a page of the stream.
    pub(crate) posts_per_page: usize,
    /// `"summaries"`: the stream shows long texts by their summary; `"full"`: whole.
    pub(crate) stream: Stream,
    /// Related posts shown below a post, at most.
    pub(crate) related: usize,
    /// Years after which a post says how old it is, counted to the blog's last change; 0 for never.
    pub(crate) age_notice: usize,
    /// A picture is drawn for each post and page without one, for previews elsewhere.
    pub(crate) cards: bool,
    /// Links in the header.
    pub(crate) menu: Vec<MenuEntry>,
    /// A line of text at the foot of each page.
    pub(crate) footer: Option<String>,
    /// Profiles elsewhere of who the blog is by, for `rel="me"`.
    pub(crate) me: Vec<String>,
}

/// What the stream shows of long texts.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Stream {
    #[default]
    Summaries,
    Full,
}

/// One link of the menu.
#[derive(Clone, Debug, Deserialize, PartialEq, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MenuEntry {
    /// Text of the link.
    pub(crate) name: String,
    /// Path or URL it leads to.
    pub(crate) url: String,
}

/// `[content]`: where posts are and what becomes of them.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Content {
    /// Folders of posts; `"."` is the whole repository.
    pub(crate) posts: Vec<String>,
    /// Folders of standing pages.
    pub(crate) pages: Vec<String>,
    /// Folder names that mark what is in them as drafts.
    pub(crate) drafts: Vec<String>,
    /// Files that are neither posts, pages nor served (globs such as `*.psd` or `notes/**`).
    pub(crate) ignore: Vec<String>,
    /// Address of a post: `:slug`, `:title`, `:year`, `:month`, `:day`, `:path`, `:category`.
    pub(crate) permalink: String,
    /// Languages that texts are translated to: `pier.fr.md` is `pier.md` in French.
    pub(crate) languages: Vec<String>,
    /// `"trusted"`: HTML in Markdown is passed through; `"sanitised"`: what could harm is taken out;
    /// `"escaped"`: it is shown as text.
    pub(crate) html: HtmlPolicy,
    /// Straight quotes become curly, `--` and `---` dashes, `...` an ellipsis; never in code.
    pub(crate) smart: bool,
    /// `:tada:` becomes the emoji GitHub knows by that name; never in code.
    pub(crate) emoji: bool,
    /// `$…$`, `$$…$$` and fences of `math` become MathML.
    pub(crate) math: bool,
    /// `"isolate"`: a broken post keeps its last good version and the rest is published;
    /// `"reject"`: any error keeps the whole last good site.
    pub(crate) on_error: OnError,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum HtmlPolicy {
    #[default]
    Trusted,
    Escaped,
    Sanitised,
}

/// How the authors' Markdown is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) html: HtmlPolicy,
    pub(crate) smart: bool,
    pub(crate) emoji: bool,
    pub(crate) math: bool,
}

impl Content {
    pub(crate) fn dialect(&self) -> Dialect {
        Dialect {
            html: self.html,
            smart: self.smart,
            emoji: self.emoji,
            math: self.math,
        }
    }
}

impl Dialect {
    /// One number for each of them.
    pub(crate) fn number(self) -> u64 {
        let flags = [self.smart, self.emoji, self.math];
        flags.into_iter().fold(self.html as u64, |number, flag| {
            number * 2 + u64::from(flag)
        })
    }
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OnError {
    #[default]
    Isolate,
    Reject,
}

/// `[provenance]`: how dates and authors are taken from commits.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Provenance {
    /// `"landed"`, `"author"` or `"committer"`.
    pub(crate) date: DateRule,
    /// File that lists commits which do not count as updates.
    pub(crate) ignore_revs: String,
    /// Names that are never authors or contributors (globs such as `*[bot]`).
    pub(crate) exclude: Vec<String>,
    /// File of the SSH keys whose signatures count, as `ssh-keygen` reads it; read as committed.
    pub(crate) allowed_signers: String,
    /// Files of the OpenPGP keys whose signatures count (globs in the name); read as committed.
    pub(crate) keys: Vec<String>,
    /// `"off"`; `"summary"`: posts list who edited them when; `"full"`: and show every text that
    /// was published, with what changed. A post's front matter may say otherwise.
    pub(crate) history: HistoryPages,
    /// Posts say what their last update changed, in the words of its commit.
    pub(crate) changes: bool,
}

/// What readers are shown of a post's past.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum HistoryPages {
    #[default]
    Off,
    Summary,
    Full,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DateRule {
    #[default]
    Landed,
    Author,
    Committer,
}

/// `[feed]`: what the feeds hold.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Feed {
    /// Posts in a feed, newest first.
    pub(crate) items: usize,
    /// Posts that are no longer in the blog's own feed stay in archives of it (RFC 5005).
    pub(crate) archives: bool,
    /// A WebSub hub that tells subscribers of new posts.
    pub(crate) hub: Option<String>,
}

/// `[authors.HANDLE]`: one author.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Author {
    /// Name as shown; the handle if absent.
    pub(crate) name: Option<String>,
    /// Home page, or profile elsewhere.
    pub(crate) url: Option<String>,
    /// Picture, a path in the repository or a URL.
    pub(crate) avatar: Option<String>,
    /// A sentence or two.
    pub(crate) bio: Option<String>,
    /// Profiles elsewhere, for `rel="me"`.
    pub(crate) me: Vec<String>,
    /// Account in the Fediverse, `@ann@social.example`, that link previews name.
    pub(crate) fediverse: Option<String>,
    /// Names as they stand in commits.
    pub(crate) git: Vec<String>,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            title: "A blog".to_owned(),
            description: String::new(),
            base_url: None,
            language: "en".to_owned(),
            theme: "default".to_owned(),
            timezone: None,
            date_format: None,
            posts_per_page: 10,
            stream: Stream::default(),
            related: 3,
            age_notice: 0,
            cards: false,
            menu: Vec::new(),
            footer: None,
            me: Vec::new(),
        }
    }
}

impl Default for Content {
    fn default() -> Self {
        Self {
            posts: vec!["posts".to_owned()],
            pages: vec!["pages".to_owned()],
            drafts: vec!["drafts".to_owned(), "_drafts".to_owned()],
            ignore: Vec::new(),
            permalink: "/:slug/".to_owned(),
            languages: Vec::new(),
            html: HtmlPolicy::default(),
            smart: false,
            emoji: true,
            math: true,
            on_error: OnError::default(),
        }
    }
}

impl Default for Provenance {
    fn default() -> Self {
        Self {
            date: DateRule::default(),
            ignore_revs: ".git-blame-ignore-revs".to_owned(),
            exclude: Vec::new(),
            allowed_signers: ".allowed_signers".to_owned(),
            keys: vec![".keys/*.asc".to_owned(), ".keys/*.gpg".to_owned()],
            history: HistoryPages::default(),
            changes: false,
        }
    }
}

impl Default for Feed {
    fn default() -> Self {
        Self {
            items: 20,
            archives: false,
            hub: None,
        }
    }
}
