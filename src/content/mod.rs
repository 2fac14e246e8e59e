//! What the blog says: every post, page and file of one revision, read and validated. Pure: bytes
//! and provenance in, a `Library` and its diagnostics out. A broken post is a diagnostic, never a
//! failure.

mod address;
mod collision;
mod date;
mod dated;
mod fields;
mod former;
mod front_matter;
mod heading;
mod keys;
mod kind;
mod layout;
mod library;
mod name;
mod old_versions;
mod origins;
mod permalink;
mod post;
mod recording;
mod registry;
mod relation;
mod revisions;
mod signed;
mod slug;
mod source;
mod standing;
mod translation;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(crate) use layout::{Layout, Place};
pub(crate) use library::{Count, Input, Readings, lfs_pointer};
pub(crate) use old_versions::OldVersions;
pub(crate) use origins::{
    AddressFrom, AuthorsFrom, DraftFrom, KindFrom, Origins, SlugFrom, TitleFrom, Traced,
    UpdatedFrom, trace,
};
pub(crate) use permalink::pointed_at;
pub(crate) use recording::{Recording, Transcript};
pub(crate) use relation::Ties;
pub(crate) use revisions::{PublicHistory, PublicRevision};
pub(crate) use signed::{Judged, Signed};
pub(crate) use slug::slugify;
pub(crate) use source::{beginning, is_lfs_pointer};
pub(crate) use standing::Meaning;
pub(crate) use translation::{Translated, Version, name as language_name};

use crate::diagnostic::Diagnostic;
use crate::history::FileHistory;
use crate::moment::Moment;
use crate::repository::{Oid, SourceFile};

/// Everything one revision of the content repository holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Library {
    /// Published posts, newest first (by publication, then path).
    pub(crate) posts: Vec<Arc<Post>>,
    /// Drafts and posts whose stated date lies ahead: listed for authors, never rendered.
    pub(crate) unpublished: Vec<Arc<Post>>,
    /// Standing pages by path.
    pub(crate) pages: Vec<Arc<Post>>,
    /// What is served as it is.
    pub(crate) files: Arc<Vec<StaticFile>>,
    /// Where published posts and pages stood before, and where each stands now.
    pub(crate) moved: BTreeMap<String, String>,
    /// Where posts and pages stood that were published and are no more.
    pub(crate) gone: BTreeSet<String>,
    /// When the next scheduled post is due.
    pub(crate) next_scheduled: Option<Moment>,
}

/// A dated entry of the stream, or a standing page.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    /// Path in the content folder.
    pub(crate) path: String,
    /// Address on the site, beginning and ending with `/`, not percent-encoded.
    pub(crate) url: String,
    pub(crate) kind: Kind,
    /// `None` for a note without one.
    pub(crate) title: Option<String>,
    pub(crate) summary: Option<String>,
    /// Where its words are.
    pub(crate) text: TextAt,
    /// Lines of the file before the body, so that a position in the body can be told as the file's.
    pub(crate) body_line: u32,
    pub(crate) published: Moment,
    pub(crate) updated: Moment,
    pub(crate) date_from: DateFrom,
    pub(crate) authors: Vec<Name>,
    pub(crate) contributors: Vec<Name>,
    pub(crate) tags: Vec<String>,
    pub(crate) aliases: Vec<String>,
    /// The commit of its last update, where readers are told what that changed.
    pub(crate) changed_by: Option<Oid>,
    /// What it belongs to and hangs together with.
    pub(crate) ties: Ties,
    /// `None` for one in the blog's own language.
    pub(crate) translated: Option<Translated>,
    /// Where its text is to be read in all its languages, if there is more than one.
    pub(crate) versions: Vec<Version>,
    /// Front matter has a part in the address: a version with another may have stood elsewhere.
    pub(crate) stated_address: bool,
    pub(crate) draft: bool,
    pub(crate) scheduled: bool,
    /// `None` where the text as it stands is not signed, or not committed.
    pub(crate) signed: Option<Signed>,
    /// What history alone says; `None` for an uncommitted file.
    pub(crate) history: Option<Arc<FileHistory>>,
    /// What readers may see of it; `None` where the authors did not ask for that.
    pub(crate) public_history: Option<PublicHistory>,
}

/// Where a document's words are. They are read when they are rendered, and not held: a blog is
/// larger than what one build shows of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TextAt {
    /// The content the document was read from.
    pub(crate) blob: Option<Oid>,
    /// That is an older version than the one at its path.
    pub(crate) older: bool,
    /// Where the words begin in the decoded text: below front matter, and below a heading that
    /// became the title.
    begin: usize,
}

impl Post {
    /// The Markdown in the bytes the post was read from; `None` where they are other bytes.
    pub(crate) fn body<'b>(&self, bytes: &'b [u8]) -> Option<&'b str> {
        source::decode(bytes).ok()?.get(self.text.begin..)
    }

    /// The post as read from a content, which may be an older one than the file's.
    fn of(self, blob: Oid, older: bool) -> Self {
        let begin = self.text.begin;
        let blob = Some(blob);
        let text = TextAt { blob, older, begin };
        Self { text, ..self }
    }

    /// The post as a version of that time: what changed it later is not in it.
    fn at_time(mut self, time: Option<Moment>) -> Self {
        let by_git = self.history.as_ref().and_then(|history| history.updated);
        if let (Some(time), true) = (time, by_git == Some(self.updated)) {
            self.updated = time.max(self.published);
        }
        self
    }
}

/// What a post is, with what only that kind has.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Kind {
    Text,
    Photo {
        images: Vec<Image>,
        credit: Option<String>,
        credit_url: Option<String>,
    },
    Quote {
        source: Option<String>,
        cite: Option<String>,
    },
    Link {
        target: String,
    },
    Chat,
    Answer {
        question: String,
        asked_by: Option<String>,
        asked_by_url: Option<String>,
    },
    Video(Recording),
    Audio(Recording),
}

/// A picture of a photo post.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Image {
    /// As written: relative to the post, absolute on the site, or a URL.
    pub(crate) src: String,
    pub(crate) alt: String,
    pub(crate) caption: Option<String>,
}

/// An author by the name shown, with the registry's handle if there is an entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Name {
    /// Shown to readers.
    pub(crate) shown: String,
    /// Part of the author page's address: `/authors/HANDLE/`.
    pub(crate) handle: String,
}

/// Where a publication date came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DateFrom {
    FrontMatter,
    FileName,
    Git,
    Uncommitted,
}

/// A file served as it is.
#[derive(Clone, Debug)]
pub(crate) struct StaticFile {
    /// Address on the site, beginning with `/`, not percent-encoded.
    pub(crate) url: String,
    pub(crate) source: SourceFile,
    pub(crate) updated: Option<Moment>,
}

impl Kind {
    /// The name used in JSON, templates and front matter.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Photo { .. } => "photo",
            Self::Quote { .. } => "quote",
            Self::Link { .. } => "link",
            Self::Chat => "chat",
            Self::Answer { .. } => "answer",
            Self::Video(_) => "video",
            Self::Audio(_) => "audio",
        }
    }
}

/// Diagnostics gathered on the way.
pub(crate) type Findings = Vec<Diagnostic>;

/// Documents above this many bytes are not read.
pub(crate) const MAX_SOURCE: u64 = 1024 * 1024;

/// Reads no file, for who has the one document that matters.
pub(crate) fn nothing(file: &SourceFile) -> Result<Vec<u8>, Diagnostic> {
    Err(Diagnostic::error("source", "the file is not read").path(&*file.path))
}

/// At most `limit` characters, the last of which says that there were more.
fn cut(text: &str, limit: usize) -> String {
    if text.chars().nth(limit).is_none() {
        return text.to_owned();
    }
    text.chars().take(limit - 1).chain(['…']).collect()
}
