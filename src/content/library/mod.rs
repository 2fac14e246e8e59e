//! The whole blog of one revision, read from its texts: each document on its own and in parallel,
//! then what they mean together, in an order that depends on nothing but the input.

mod arranged;
mod documents;
mod pointers;
mod readings;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::config::SiteConfig;
use crate::content::collision::Claims;
use crate::content::former;
use crate::content::layout::{self, Layout, Place};
use crate::content::old_versions::Versions;
use crate::content::post::Reader;
use crate::content::revisions;
use crate::content::translation;
use crate::content::{DateFrom, Findings, Judged, Library, OldVersions, Post, StaticFile};
use crate::diagnostic::Diagnostic;
use crate::history::History;
use crate::moment::Moment;
use crate::repository::{Oid, SourceFile};

use arranged::{Arranged, Given};
use documents::Documents;
pub(crate) use pointers::left_out as lfs_pointer;
pub(crate) use readings::{Count, Readings};

/// Everything a blog is read from.
pub(crate) struct Input<'a> {
    pub(crate) config: &'a SiteConfig,
    pub(crate) files: &'a Arc<Vec<SourceFile>>,
    /// Gives the bytes of one of them, or what is said of it where that cannot be.
    pub(crate) read: &'a Read<'a>,
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
    /// Of the keys it is judged by: another number, and they may be others.
    pub(crate) keys: u64,
    /// Those that earlier builds read.
    pub(crate) old_versions: &'a mut OldVersions,
    /// What earlier builds read documents as.
    pub(crate) readings: &'a mut Readings,
    /// Whether there are pages of the past of posts, where authors ask for them.
    pub(crate) history_pages: bool,
}

/// Reads a file, side by side with others.
pub(crate) type Read<'a> = dyn Fn(&SourceFile) -> Result<Vec<u8>, Diagnostic> + Sync + 'a;

impl Library {
    /// Reads the blog. What is wrong is found and said; what is right is published.
    pub(crate) fn read(mut input: Input<'_>) -> (Arc<Self>, Findings) {
        let layout = Layout::new(&input.config.content);
        let reader = Reader::new(&input, &layout);
        let mut findings = Findings::new();
        let documents = Documents {
            reader: &reader,
            read: input.read,
            older: input.older,
            judge: input.judge,
        };
        input.readings.heed(&reader);
        if let Some(library) = Self::edited(&documents, &mut input, &mut findings) {
            return (library, in_order(findings));
        }
        let all = documents.read(input.files, input.readings, &mut findings);
        let pointers = pointers::among(&mut input, &layout, &mut findings);
        let mut versions = Versions::new(&reader, documents.older, input.old_versions);
        let posts = all.posts.clone();
        let mut sources = Cow::Borrowed(input.files.as_slice());
        if !pointers.is_empty() {
            sources
                .to_mut()
                .retain(|file| !pointers.contains(&*file.path));
        }
        let given = (posts, &*sources);
        let library = Self::arrange(&reader, given, &mut versions, &mut findings);
        let library = Arc::new(library);
        let due = arranged::due(&all.posts).into_iter().chain(versions.due());
        let due = due.min();
        findings.extend(versions.finish());
        let told = all.told.values().flatten();
        let everything = told.chain(&findings).cloned().collect();
        let passing = |post: &Arc<Post>| {
            post.date_from == DateFrom::Uncommitted || post.public_history.is_some()
        };
        if !all.broken && !all.posts.iter().any(passing) {
            let slots = arranged::slots(&library, &all.posts);
            input.readings.arranged = Some(Arranged {
                library: Arc::clone(&library),
                findings,
                told: all.told,
                given: Given::of(&input),
                documents: all.files.into_iter().zip(slots).collect(),
                due,
            });
        }
        (library, in_order(everything))
    }

    /// The blog of the last build with some documents edited, if that is all that happened.
    fn edited(
        documents: &Documents<'_>,
        input: &mut Input<'_>,
        findings: &mut Findings,
    ) -> Option<Arc<Self>> {
        let mut arranged = input.readings.arranged.take()?;
        let edited = arranged.edited(input)?;
        let mut made = Vec::new();
        for document in edited {
            let file = &input.files[arranged.documents[document].0];
            let mut told = Findings::new();
            let reading = documents.again(file, &mut told)?;
            let before = input.readings.known(&file.path)?;
            if !arranged::stands_as(before, &reading) {
                return None;
            }
            made.push((document, file, reading, told));
        }
        input.readings.count = Count {
            made: made.len(),
            kept: arranged.documents.len() - made.len(),
        };
        for (document, file, reading, told) in made {
            arranged.replace(document, Arc::clone(&reading.post));
            arranged.tell(&file.path, told);
            input.readings.keep(&file.path, reading);
        }
        arranged.go_on(input);
        findings.extend(arranged.findings());
        let library = Arc::clone(&arranged.library);
        input.readings.arranged = Some(arranged);
        Some(library)
    }

    /// Gives out the addresses and puts everything in its order.
    fn arrange(
        reader: &Reader<'_>,
        (posts, sources): (Vec<Arc<Post>>, &[SourceFile]),
        versions: &mut Versions<'_>,
        findings: &mut Findings,
    ) -> Self {
        let (hidden, public): (Vec<_>, Vec<_>) = posts
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
        files.sort_by(|a, b| a.url.cmp(&b.url));
        for (_, post) in &mut public {
            claims.aliases(post, findings);
        }
        translation::find(&mut public, reader.layout);
        let old = former::find(versions, &public, sources, (&mut claims, findings));
        revisions::find(versions, &mut public);
        // A translation stands beside the stream, as pages do: the original is in it.
        let aside = |(page, post): &(bool, Arc<Post>)| *page || post.translated.is_some();
        let (pages, posts): (Vec<_>, Vec<_>) = public.into_iter().partition(aside);
        let next_scheduled = hidden
            .iter()
            .filter(|post| post.scheduled && !post.draft)
            .map(|post| post.published)
            .min();
        let mut pages: Vec<Arc<Post>> = pages.into_iter().map(|(_, post)| post).collect();
        let place = |page: &Arc<Post>| (page.translated.is_some(), page.path.clone());
        pages.sort_by_cached_key(place);
        Self {
            posts: newest_first(posts.into_iter().map(|(_, post)| post)),
            unpublished: newest_first(hidden),
            pages,
            files: Arc::new(files),
            moved: old.moved,
            gone: old.gone,
            next_scheduled,
        }
    }
}

fn in_order(mut findings: Findings) -> Findings {
    findings.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
    findings
}

fn newest_first(posts: impl IntoIterator<Item = Arc<Post>>) -> Vec<Arc<Post>> {
    let mut posts: Vec<Arc<Post>> = posts.into_iter().collect();
    posts.sort_by(|a, b| (Reverse(a.published), &a.path).cmp(&(Reverse(b.published), &b.path)));
    posts
}

/// What is served as it is. The files of a bundle stand under its post's address, and are served
/// only while the post is.
fn files(
    reader: &Reader<'_>,
    public: &[(bool, Arc<Post>)],
    sources: &[SourceFile],
) -> Vec<StaticFile> {
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
                    .get(&*file.path)
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
