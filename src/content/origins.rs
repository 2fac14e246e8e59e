//! Where each fact of a document came from. It is known while a document is read and not kept with
//! it: who asks has one document read again.

use std::collections::BTreeMap;

use serde::Serialize;

use super::layout::{Layout, Place};
use super::post::{Readable, Reader};
use super::{Findings, Input, Name, Post};
use crate::moment::Moment;

/// The source of each fact of one document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origins {
    pub(crate) title: TitleFrom,
    pub(crate) address: AddressFrom,
    pub(crate) slug: SlugFrom,
    pub(crate) kind: KindFrom,
    /// What makes it a draft, if it is one.
    pub(crate) draft: Option<DraftFrom>,
    /// The date that front matter states.
    pub(crate) in_front_matter: Option<Moment>,
    /// The date in the name of the file or its folders.
    pub(crate) in_name: Option<Moment>,
    pub(crate) updated: UpdatedFrom,
    pub(crate) authors: AuthorsFrom,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TitleFrom {
    /// It states one, or by `kind` that none is needed.
    FrontMatter,
    /// A first-level heading that opens the text.
    Heading,
    /// Its words; a name that is only a date or a number gives none.
    FileName,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AddressFrom {
    /// A path it states.
    FrontMatter,
    /// A pattern it states.
    StatedPattern,
    /// The blog's pattern.
    Pattern,
    /// Where a page's file lies.
    Path,
    /// The pattern gave no path.
    Slug,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SlugFrom {
    FrontMatter,
    FileName,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum KindFrom {
    /// A key names it.
    FrontMatter,
    /// Its other keys and its text tell.
    Content,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DraftFrom {
    FrontMatter,
    /// The name of the file or of a folder.
    Path,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum UpdatedFrom {
    FrontMatter,
    Git,
    /// Nothing later than the publication is known.
    Published,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AuthorsFrom {
    FrontMatter,
    Git,
    /// git's `user.name`, for what is not committed.
    UserName,
}

impl SlugFrom {
    pub(super) fn of(stated: bool) -> Self {
        if stated {
            Self::FrontMatter
        } else {
            Self::FileName
        }
    }
}

impl KindFrom {
    pub(super) fn of(stated: bool) -> Self {
        if stated {
            Self::FrontMatter
        } else {
            Self::Content
        }
    }
}

impl DraftFrom {
    pub(super) fn of(stated: bool, place: Place) -> Option<Self> {
        match place {
            Place::Draft => Some(Self::Path),
            _ if stated => Some(Self::FrontMatter),
            _ => None,
        }
    }
}

/// One document read by itself.
#[derive(Debug)]
pub(crate) struct Traced {
    pub(crate) post: Post,
    pub(crate) origins: Origins,
    /// How the blog calls the people whom history names.
    pub(crate) names: BTreeMap<String, Name>,
}

/// Reads one document as `Library::read` does; what it says of other documents is not asked.
pub(crate) fn trace(input: &Input<'_>, path: &str, bytes: &[u8]) -> Result<Traced, Findings> {
    let layout = Layout::new(&input.config.content);
    let reader = Reader::new(input, &layout);
    let Readable { post, origins, .. } = reader.read(path, bytes)?;
    let history = post.history.iter();
    let people = history.flat_map(|history| history.authors.iter().chain(&history.contributors));
    let names = people
        .filter_map(|person| Some((person.name.clone(), reader.registry.name(&person.name)?)))
        .collect();
    Ok(Traced {
        post,
        origins,
        names,
    })
}
