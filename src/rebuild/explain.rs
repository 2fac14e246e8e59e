//! One document of a revision explained: read again by itself, with its history, for whoever asks
//! where its facts come from.

use std::collections::BTreeMap;

use super::pipeline::{Error, Pipeline};
use crate::config::SiteConfig;
use crate::content::{self, Input, Layout, OldVersions, Readings, Traced};
use crate::diagnostic::Diagnostic;
use crate::history::Explanation;
use crate::moment::Moment;
use crate::repository::{Oid, Snapshot, SourceFile};

/// What there is to say of one document.
pub(crate) struct Explained {
    /// What its text says, or all that is wrong with it.
    pub(crate) document: Result<Traced, Vec<Diagnostic>>,
    /// `None` for what is not committed.
    pub(crate) history: Option<Explanation>,
    /// The first lines of the messages of the commits that `history` rests on.
    pub(crate) subjects: BTreeMap<Oid, String>,
}

impl Pipeline {
    /// Explains a file of a snapshot; `config` is that of the reading made of it, which was the last.
    pub(crate) fn explain(
        &self,
        snapshot: &Snapshot,
        config: &SiteConfig,
        file: &SourceFile,
        now: Moment,
    ) -> Result<Explained, Error> {
        let layout = Layout::new(&config.content);
        let bytes = self.repository().read(file)?;
        let input = Input {
            config,
            files: &std::sync::Arc::default(),
            read: &content::nothing,
            history: self.provenance.history(),
            uncommitted: &snapshot.uncommitted,
            user_name: snapshot.user_name.as_deref(),
            now,
            older: &|_| None,
            judge: &|_| None,
            keys: 0,
            old_versions: &mut OldVersions::default(),
            readings: &mut Readings::default(),
            history_pages: false,
        };
        let committed = !snapshot.uncommitted.contains(&*file.path);
        let history = match snapshot.commit.filter(|_| committed) {
            Some(tip) => {
                let blog = (config, &layout);
                self.provenance
                    .explain(self.repository(), tip, blog, &file.path)?
            }
            None => None,
        };
        Ok(Explained {
            document: content::trace(&input, &file.path, &bytes),
            subjects: self.subjects(history.as_ref()),
            history,
        })
    }

    /// A commit that cannot be read again goes without.
    fn subjects(&self, history: Option<&Explanation>) -> BTreeMap<Oid, String> {
        let Some(history) = history else {
            return BTreeMap::new();
        };
        let dating = history.candidates.iter().map(|candidate| candidate.commit);
        let changing = history.revisions.iter().map(|version| version.commit);
        dating
            .chain(changing)
            .chain(history.migration)
            .filter_map(|commit| Some((commit, self.repository().subject(commit).ok()?)))
            .collect()
    }
}
