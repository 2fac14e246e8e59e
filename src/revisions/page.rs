//! Making one page of the past: read from the object database, rendered and compared within the
//! bounds those layers have.

use std::io::Write;
use std::sync::Arc;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Made;
use super::shelf::{Looked, Past, Shelf};
use crate::address::{encoded, is_external};
use crate::comparison::{Bounds, Phrases, compare};
use crate::content::{MAX_SOURCE, PublicRevision};
use crate::diagnostic::Diagnostic;
use crate::render::history_view::{ChangesView, EditView, RevisionView};
use crate::render::post_view::PostView;
use crate::render::view::{FeedsView, LinkView, PageView, SiteView};
use crate::render::{Article, Labels, Links, Text, Theme, escape_into};
use crate::repository::{self, ObjectReader};
use crate::site::{Body, Resource};

/// Why a page cannot be made.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("there is no repository")]
    NoRepository,
    #[error("it cannot be read from the repository")]
    Repository(#[from] repository::Error),
    #[error("what the commit holds is no published document")]
    NoDocument,
    #[error("{}", .0.message)]
    Render(Diagnostic),
}

/// `history.hbs`.
#[derive(Serialize)]
struct ListPage<'a> {
    site: SiteView<'a>,
    page: PageView,
    post: LinkView,
    revisions: Vec<RevisionView>,
}

/// `revision.hbs`.
#[derive(Serialize)]
struct RevisionPage<'a> {
    site: SiteView<'a>,
    page: PageView,
    post: PostView<'a>,
    current: LinkView,
    revision: RevisionView,
    changes: Option<ChangesView>,
    newer: Option<LinkView>,
    older: Option<LinkView>,
    all: LinkView,
}

/// The page at a path of the shelf.
pub(super) fn make(shelf: &Shelf, path: &str) -> Made {
    let (base, id) = super::split(path)?;
    let Looked { past, revision, .. } = shelf.look(base, id)?;
    let maker = Maker { shelf, past };
    let html = match revision {
        None => maker.list(),
        Some(at) => maker.revision(at),
    };
    match html {
        Ok(html) => Some(Arc::new(resource(html))),
        Err(error) => {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::warn!(path, %error, cause, "a page of a revision cannot be made");
            None
        }
    }
}

/// A revision as it stood, and its text.
type Old = (Article, String);

struct Maker<'a> {
    shelf: &'a Shelf,
    past: &'a Past,
}

impl Maker<'_> {
    fn list(&self) -> Result<String, Error> {
        let objects = self.objects()?;
        let title = self.says("history-of", &[("name", &self.past.name)]);
        let view = ListPage {
            site: SiteView::of(&self.shelf.config.site, &self.shelf.theme),
            page: self.page("history", title, None),
            post: self.current(),
            revisions: (0..self.past.public.revisions.len())
                .map(|at| self.described(at, &objects))
                .collect(),
        };
        self.rendered("history", &view)
    }

    fn revision(&self, at: usize) -> Result<String, Error> {
        let objects = self.objects()?;
        let old = self.article(at, &objects)?;
        let (article, html) = &old;
        let revision = self.described(at, &objects);
        let name = article.name();
        let title = format!("{name} ({})", revision.id);
        let before = self.article(at + 1, &objects).ok();
        let view = RevisionPage {
            site: SiteView::of(&self.shelf.config.site, &self.shelf.theme),
            page: self.page("revision", title, Some(at)),
            post: PostView::of(article, html.into(), &self.shelf.config),
            current: self.current(),
            revision,
            changes: before.map(|before| self.changes(&before, &old)),
            newer: at.checked_sub(1).and_then(|newer| self.link(newer)),
            older: self.link(at + 1),
            all: LinkView {
                title: self.says("history", &[]),
                url: encoded(&self.past.address(None)),
            },
        };
        self.rendered("revision", &view)
    }

    fn objects(&self) -> Result<ObjectReader, Error> {
        let objects = self.shelf.objects.as_ref().ok_or(Error::NoRepository)?;
        Ok(objects.open()?)
    }

    fn article(&self, at: usize, objects: &ObjectReader) -> Result<Old, Error> {
        let (config, past) = (&self.shelf.config, self.past);
        let revision = past.public.revisions.get(at).ok_or(Error::NoDocument)?;
        let bytes = objects.blob(revision.blob, MAX_SOURCE)?;
        let post = revision
            .read(&bytes, (config, &past.history), &past.url)
            .ok_or(Error::NoDocument)?;
        let links = OldLinks {
            shelf: self.shelf,
            past,
            revision,
        };
        let words = post.body(&bytes).ok_or(Error::NoDocument)?;
        let rendered = Text::render(&post, words, config.content.dialect(), &links);
        let (text, html) = rendered.map_err(Error::Render)?;
        Ok((Article::new(Arc::new(post), Arc::new(text)), html))
    }

    fn described(&self, at: usize, objects: &ObjectReader) -> RevisionView {
        let revisions = &self.past.public.revisions;
        let revision = &revisions[at];
        let url = encoded(&self.past.address(Some(at)));
        RevisionView {
            id: self.past.ids[at].clone(),
            url: self.past.public.full.then_some(url),
            edit: EditView::of(revision, &self.shelf.config.site),
            // A commit that cannot be read goes without.
            subject: objects.subject(revision.commit).unwrap_or_default(),
            newest: at == 0,
            first: at + 1 == revisions.len(),
        }
    }

    fn link(&self, at: usize) -> Option<LinkView> {
        Some(LinkView {
            title: self.past.ids.get(at)?.clone(),
            url: encoded(&self.past.address(Some(at))),
        })
    }

    fn current(&self) -> LinkView {
        LinkView {
            title: self.past.name.clone(),
            url: encoded(&self.past.url),
        }
    }

    fn page(&self, kind: &'static str, title: String, revision: Option<usize>) -> PageView {
        let site = &self.shelf.config.site;
        let current = encoded(&self.past.url);
        PageView {
            kind,
            title,
            path: encoded(&self.past.address(revision)),
            canonical: site
                .base_url
                .as_ref()
                .map(|base| format!("{base}{current}")),
            noindex: true,
            feeds: FeedsView::below("/"),
            feeds_title: site.title.clone(),
            ..PageView::default()
        }
    }

    /// A text of the theme in the blog's language.
    fn says(&self, name: &str, values: &[(&str, &str)]) -> String {
        let Shelf { theme, config, .. } = self.shelf;
        theme.says(&config.site.language, name, values)
    }

    /// What changed between two revisions. Ids of the comparison are made its own, since the text as
    /// it stood is on the same page.
    fn changes(&self, before: &Old, after: &Old) -> ChangesView {
        let titled = before.0.post.title != after.0.post.title;
        let asked = before.0.text.question != after.0.text.question;
        let says = |name| self.says(name, &[]);
        let [added, removed] = ["added", "removed"].map(says);
        let [restyled, picture] = ["formatting-changed", "picture"].map(says);
        let phrases = Phrases {
            added: &added,
            removed: &removed,
            restyled: &restyled,
            picture: &picture,
            unchanged: &|count: usize| {
                self.says("unchanged-paragraphs", &[("count", &count.to_string())])
            },
        };
        let text = |old| compared(old, titled, asked);
        let found = compare(&text(before), &text(after), &phrases, &Bounds::default());
        ChangesView {
            html: found
                .html
                .replace(" id=\"", " id=\"changes--")
                .replace(" href=\"#", " href=\"#changes--"),
            added_words: found.added_words,
            removed_words: found.removed_words,
            whole: found.whole,
        }
    }

    fn rendered(&self, template: &str, view: &impl Serialize) -> Result<String, Error> {
        self.shelf
            .theme
            .render(template, view)
            .map_err(Error::Render)
    }
}

/// Links of an old text: from where it lay then, else from where it lies now, since the files of a
/// bundle move with it. What leads nowhere stays relative to the post.
struct OldLinks<'a> {
    shelf: &'a Shelf,
    past: &'a Past,
    revision: &'a PublicRevision,
}

impl Links for OldLinks<'_> {
    fn resolve(&self, written: &str, _: usize) -> Option<String> {
        let (links, url) = (&self.shelf.links, self.past.url.as_str());
        links
            .resolve((&self.revision.path, url), written)
            .or_else(|| links.resolve((&self.past.path, url), written))
            .or_else(|| {
                let relative = !written.starts_with(['#', '?', '/']) && !is_external(written);
                relative.then(|| format!("{}{written}", encoded(url)))
            })
    }

    fn named(&self, name: &str, _: usize) -> Option<String> {
        self.shelf.names.find(name)
    }

    fn theme(&self) -> Option<&Theme> {
        Some(&self.shelf.theme)
    }

    fn labels(&self) -> Arc<Labels> {
        let Shelf { theme, config, .. } = self.shelf;
        theme.labels(&config.site.language)
    }
}

/// What is compared of an article: its text, below title and question where they differ.
fn compared((article, text): &Old, titled: bool, asked: bool) -> String {
    let mut html = String::new();
    if let Some(title) = article.post.title.as_ref().filter(|_| titled) {
        html.push_str("<h2>");
        escape_into(&mut html, title);
        html.push_str("</h2>\n");
    }
    if let Some(question) = article.text.question.as_ref().filter(|_| asked) {
        html.push_str(&format!("<blockquote>\n{question}</blockquote>\n"));
    }
    html + text
}

fn resource(html: String) -> Resource {
    let digest = Sha256::digest(html.as_bytes());
    let hash = digest.iter().take(16).map(|byte| format!("{byte:02x}"));
    let gzip = compressed(html.as_bytes()).filter(|form| form.len() < html.len());
    // As the built-in template of videos has it; a theme of another way has a link.
    let frames = html.contains(" data-player=\"");
    Resource {
        content_type: "text/html; charset=utf-8".to_owned(),
        etag: hash.collect(),
        last_modified: None,
        immutable: false,
        noindex: true,
        frames,
        gzip: gzip.map(|form| Body::Memory(Bytes::from(form))),
        brotli: None,
        identity: Body::Memory(Bytes::from(html)),
    }
}

/// Quickly, since somebody waits.
fn compressed(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}
