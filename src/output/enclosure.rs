//! The file of a video or a sound, as feeds hand it over to players.

use super::Edition;
use crate::memo::KeyMaker;

/// A file that goes with a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Enclosure {
    /// Path on the site, or the address of a file elsewhere.
    pub(super) url: String,
    pub(super) media_type: &'static str,
    /// In bytes; not known of a file elsewhere.
    pub(super) length: Option<u64>,
}

impl Enclosure {
    /// What goes with the post at a place. A page elsewhere that shows a video is no file.
    pub(super) fn of(edition: &Edition<'_>, place: usize) -> Option<Self> {
        edition.marked().recordings.binary_search(&place).ok()?;
        let recording = edition.posts[place].recording()?;
        let path = recording.src.split(['?', '#']).next()?;
        let path = percent_encoding::percent_decode_str(path)
            .decode_utf8()
            .ok()?;
        let files = edition.files;
        let found = files.binary_search_by(|file| file.url.as_str().cmp(&path));
        let file = found.ok().map(|at| &files[at]);
        let is_ours = !crate::address::is_external(&recording.src);
        // A file that is not there is nothing to be fetched.
        if is_ours && file.is_none() {
            return None;
        }
        Some(Self {
            url: recording.src.clone(),
            media_type: recording.media_type()?,
            length: file.map(|file| file.source.size),
        })
    }

    pub(super) fn part_of(&self, made: KeyMaker) -> KeyMaker {
        let made = made.text(&self.url).text(self.media_type);
        made.number(self.length.unwrap_or(u64::MAX))
    }
}
