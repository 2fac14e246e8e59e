//! The whole blog of one revision, read from its texts: each document on its own and in parallel,
//! then what they mean together, in an order that depends on nothing but the input.

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::config::SiteConfig;
use crate::content::collision::Claims;
use crate::content::former;
use crate::content::layout::{self, Layout, Place};
use crate::content::old_versions::Versions;
use crate::content::post::{Readable, Reader};
use crate::content::revisions;
use crate::content::signed::signed;
use crate::content::source;
use crate::content::standing::is_draft;
use crate::content::{Findings, Judged, Library, MAX_SOURCE, OldVersions, Post, StaticFile, Text};
use crate::diagnostic::{Diagnostic, Severity};
use crate::history::History;
use crate::moment::Moment;
use crate::repository::{Oid, SourceFile};

/// Versions of a broken document that are tried.
const MAX_VERSIONS: usize = 100;

/// Everything a blog is read from.
pub(crate) struct Input<'a> {
    pub(crate) config: &'a SiteConfig,
    pub(crate) files: &'a [SourceFile],
    /// The bytes of each file whose place is a post, a page or a draft and whose size is within
    /// the limit.
    pub(crate) texts: Vec<Text>,
    pub(crate) history: &'a History,
    /// Paths that no commit holds.
    pub(crate) uncommitted: &'a HashSet<String>,
    /// Who writes what is not committed.
    pub(crate) user_name: Option<&'a str>,
    pub(crate) now: Moment,
    /// The bytes of an older version.
    pub(crate) older: &'a dyn Fn(Oid) -> Option<Vec<u8>>,
    /// What the signature of a commit is worth; `None` where it cannot be told.
    pub(crate) judge: &'a dyn Fn(Oid) -> Option<Judged>,
    /// Those that earlier builds read.
    pub(crate) old_versions: &'a mut OldVersions,
    /// Whether there are pages of the past of posts, where authors ask for them.
    pub(crate) history_pages: bool,
}

impl Library {
    /// Reads the blog. What is wrong is found and said; what is right is published.
    pub(crate) fn read(input: Input<'_>) -> (Self, Findings) {
        let layout = Layout::new(&input.config.content);
        let reader = Reader::new(&input, &layout);
        let mut findings = Findings::new();
        let documents = Documents {
            reader: &reader,
            older: input.older,
            judge: input.judge,
        };
        let mut posts = documents.read(input.files, input.texts, &mut findings);
        if !input.history_pages {
            posts.iter_mut().for_each(|post| post.public_history = None);
        }
        let mut library = Self::arrange(
            &documents,
            posts,
            input.files,
            input.old_versions,
            &mut findings,
        );
        library.files.sort_by(|a, b| a.url.cmp(&b.url));
        findings.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
        (library, findings)
    }

    /// Gives out the addresses and puts everything in its order.
    fn arrange(
        documents: &Documents<'_>,
        posts: Vec<Post>,
        sources: &[SourceFile],
        old_versions: &mut OldVersions,
        findings: &mut Findings,
    ) -> Self {
        let reader = documents.reader;
        let (hidden, public): (Vec<Post>, Vec<Post>) = posts
            .into_iter()
            .partition(|post| post.draft || post.scheduled);
        let public = public
            .into_iter()
            .map(|post| (reader.layout.spot(&post.path).page, post))
            .collect();
        let mut claims = Claims::default();
        let mut public = claims.documents(public, findings);
        let mut files = files(reader, &public, sources);
        claims.files(&mut files, findings);
        for (_, post) in &mut public {
            claims.aliases(post, findings);
        }
        let mut versions = Versions::new(reader, documents.older, old_versions);
        let old = former::find(&mut versions, &public, sources, (&mut claims, findings));
        revisions::find(&mut versions, &mut public);
        findings.extend(versions.finish());
        let (pages, posts): (Vec<_>, Vec<_>) = public.into_iter().partition(|(page, _)| *page);
        let next_scheduled = hidden
            .iter()
            .filter(|post| post.scheduled && !post.draft)
            .map(|post| post.published)
            .min();
        let mut pages = shared(pages.into_iter().map(|(_, post)| post));
        pages.sort_by(|a, b| a.path.cmp(&b.path));
        Self {
            posts: newest_first(posts.into_iter().map(|(_, post)| post)),
            unpublished: newest_first(hidden),
            pages,
            files,
            moved: old.moved,
            gone: old.gone,
            next_scheduled,
        }
    }
}

fn shared(posts: impl IntoIterator<Item = Post>) -> Vec<Arc<Post>> {
    posts.into_iter().map(Arc::new).collect()
}

fn newest_first(posts: impl IntoIterator<Item = Post>) -> Vec<Arc<Post>> {
    let mut posts = shared(posts);
    posts.sort_by(|a, b| (Reverse(a.published), &a.path).cmp(&(Reverse(b.published), &b.path)));
    posts
}

/// The documents of a revision, with what stands in for the broken ones.
struct Documents<'a> {
    reader: &'a Reader<'a>,
    older: &'a dyn Fn(Oid) -> Option<Vec<u8>>,
    judge: &'a dyn Fn(Oid) -> Option<Judged>,
}

impl Documents<'_> {
    fn read(&self, files: &[SourceFile], texts: Vec<Text>, findings: &mut Findings) -> Vec<Post> {
        let reader = self.reader;
        let mut read: HashMap<String, Result<Readable, Broken>> = texts
            .into_par_iter()
            .map(|text| {
                let path = text.source.path;
                let outcome = reader.read(&path, &text.bytes).map_err(|errors| Broken {
                    errors,
                    taken_back: is_draft(&text.bytes),
                });
                (path, outcome)
            })
            .collect();
        let mut posts = Vec::new();
        for file in files {
            let place = reader.layout.place(&file.path);
            if !matches!(place, Place::Post | Place::Page | Place::Draft) {
                continue;
            }
            let outcome = read.remove(file.path.as_str());
            match outcome.unwrap_or_else(|| Err(unread(file))) {
                Ok(mut readable) => {
                    findings.append(&mut readable.warnings);
                    posts.push(self.signed(readable.post, file.oid, findings));
                }
                Err(broken) if place == Place::Draft => findings.extend(as_warnings(broken.errors)),
                Err(broken) => posts.extend(self.stand_in(file, broken, findings)),
            }
        }
        posts
    }

    /// The last good version of a broken document, if that was published.
    fn stand_in(&self, file: &SourceFile, broken: Broken, findings: &mut Findings) -> Option<Post> {
        let found = (!broken.taken_back).then(|| self.last_good(file)).flatten();
        let outcome = match &found {
            Some((_, oid)) => format!("its last good version ({}) stays up", oid.short()),
            None => "the document is left out".to_owned(),
        };
        findings.extend(broken.errors.into_iter().map(|mut error| {
            if error.is_error() {
                let help = error.help.take();
                let help = help.map_or(String::new(), |help| format!("{help}; "));
                error.help = Some(format!("{help}{outcome}"));
            }
            error
        }));
        found.map(|(post, oid)| self.signed(post, oid, findings))
    }

    /// The post with what its signature is worth; `oid` is the content it was read from.
    fn signed(&self, mut post: Post, oid: Oid, findings: &mut Findings) -> Post {
        let file = (post.path.as_str(), oid);
        let history = post.history.as_deref();
        let (signed, bad) = signed(file, history, self.judge, &self.reader.registry);
        findings.extend(bad);
        post.signed = signed;
        post
    }

    /// The newest version that can be read. One that is a draft, or not yet due, ends the search:
    /// what was taken back stays taken back.
    fn last_good(&self, file: &SourceFile) -> Option<(Post, Oid)> {
        if self.reader.uncommitted.contains(&file.path) {
            return None;
        }
        let history = self.reader.history.files.get(file.path.as_str())?;
        let mut seen = HashSet::from([file.oid]);
        let versions = history.revisions.iter();
        let older = versions.filter_map(|revision| Some((revision.blob?, revision.time)));
        for (oid, time) in older
            .filter(|(oid, _)| seen.insert(*oid))
            .take(MAX_VERSIONS)
        {
            let Some(bytes) = (self.older)(oid) else {
                continue;
            };
            match self.reader.read(&file.path, &bytes) {
                Ok(Readable { post, .. }) if post.draft || post.scheduled => return None,
                Ok(readable) => return Some((readable.post.at_time(time), oid)),
                Err(_) if is_draft(&bytes) => return None,
                Err(_) => {}
            }
        }
        None
    }
}

/// A document that cannot be read.
struct Broken {
    errors: Findings,
    /// It says that it is a draft, even so.
    taken_back: bool,
}

/// A broken draft keeps no reader waiting.
fn as_warnings(errors: Findings) -> Findings {
    let soften = |error| Diagnostic {
        severity: Severity::Warning,
        ..error
    };
    errors.into_iter().map(soften).collect()
}

/// What is said of a document whose bytes were not given.
fn unread(file: &SourceFile) -> Broken {
    let found = if file.size > MAX_SOURCE {
        source::too_large()
    } else {
        Diagnostic::error("unreadable", "the document could not be read")
    };
    Broken {
        errors: vec![found.path(file.path.as_str())],
        taken_back: false,
    }
}

/// What is served as it is. The files of a bundle stand under its post's address, and are served
/// only while the post is.
fn files(reader: &Reader<'_>, public: &[(bool, Post)], sources: &[SourceFile]) -> Vec<StaticFile> {
    let mut bundles: HashMap<&str, Option<&str>> = HashMap::new();
    for file in sources {
        if let Some(folder) = bundle(reader.layout, &file.path) {
            bundles.entry(folder).or_insert(None);
        }
    }
    for (_, post) in public {
        if let Some(folder) = bundle(reader.layout, &post.path) {
            bundles.insert(folder, Some(&post.url));
        }
    }
    sources
        .iter()
        .filter(|file| reader.layout.place(&file.path) == Place::File)
        .filter_map(|file| {
            let url = match enclosing(&bundles, &file.path) {
                Some((folder, Some(url))) => format!("{url}{}", &file.path[folder.len() + 1..]),
                Some((_, None)) => return None,
                None => format!("/{}", file.path),
            };
            Some(StaticFile {
                url,
                source: file.clone(),
                updated: reader
                    .history
                    .files
                    .get(file.path.as_str())
                    .and_then(|history| history.updated),
            })
        })
        .collect()
}

/// The folder of a bundle, given the path of its document.
fn bundle<'p>(layout: &Layout, path: &'p str) -> Option<&'p str> {
    let spot = layout.spot(path);
    let document = matches!(spot.place, Place::Post | Place::Page | Place::Draft);
    let folder = path.rsplit_once('/')?.0;
    (document && layout::stem(path) == Some("index") && spot.below.contains('/')).then_some(folder)
}

/// The innermost bundle a file lies in.
fn enclosing<'b>(
    bundles: &HashMap<&'b str, Option<&'b str>>,
    path: &str,
) -> Option<(&'b str, Option<&'b str>)> {
    let mut folder = path;
    while let Some((outer, _)) = folder.rsplit_once('/') {
        if let Some((known, url)) = bundles.get_key_value(outer) {
            return Some((known, *url));
        }
        folder = outer;
    }
    None
}
