//! When a document was published and updated, by the first source that answers.

use super::date::Stated;
use super::fields::Fields;
use super::post::{Document, Reader};
use super::{DateFrom, Findings, UpdatedFrom};
use crate::diagnostic::Diagnostic;
use crate::history::FileHistory;
use crate::moment::Moment;
use crate::repository::Oid;

/// Where a publication date came from, and the date.
pub(super) struct Dated {
    pub(super) published: Moment,
    pub(super) from: DateFrom,
    /// The author stated it, so it may lie ahead.
    pub(super) stated: bool,
    pub(super) in_front_matter: Option<Moment>,
    pub(super) in_name: Option<Moment>,
}

impl Reader<'_> {
    /// Front matter, then the name, then history, then now.
    pub(super) fn dated(
        &self,
        fields: &Fields,
        document: &Document<'_>,
        warnings: &mut Findings,
    ) -> Dated {
        let zone = self.zone.as_ref();
        let in_name = document.name.date.filter(|_| !document.spot.page);
        let in_front_matter = fields.date.and_then(|date| date.moment(zone));
        let in_name = in_name.and_then(|day| Stated::day(day).moment(zone));
        let stated = in_front_matter
            .map(|moment| (moment, DateFrom::FrontMatter))
            .or_else(|| Some((in_name?, DateFrom::FileName)));
        if let Some((moment, from)) = stated {
            return Dated {
                published: self.shown(moment),
                from,
                stated: true,
                in_front_matter,
                in_name,
            };
        }
        let committed = document.history.and_then(|history| history.published);
        if document.history.is_some() && committed.is_none() {
            warnings.push(
                Diagnostic::warning("date", "no commit in reach has a usable date; dated now")
                    .help("state a `date` in the front matter, or fetch the whole history"),
            );
        }
        Dated {
            published: self.shown(committed.unwrap_or(self.now)),
            from: if committed.is_some() {
                DateFrom::Git
            } else {
                DateFrom::Uncommitted
            },
            stated: false,
            in_front_matter,
            in_name,
        }
    }

    /// Never before it was published, and where it came from.
    pub(super) fn updated(
        &self,
        fields: &Fields,
        dated: &Dated,
        history: Option<&FileHistory>,
    ) -> (Moment, UpdatedFrom) {
        let stated = fields
            .updated
            .and_then(|date| date.moment(self.zone.as_ref()));
        stated
            .map(|moment| (moment, UpdatedFrom::FrontMatter))
            // The commit that brought the post is no update of it, however old the stated date.
            .or_else(|| {
                let changed = history.filter(|history| history.updated > history.published)?;
                Some((changed.updated?, UpdatedFrom::Git))
            })
            .map(|(moment, from)| (self.shown(moment), from))
            .filter(|(updated, _)| *updated > dated.published)
            .unwrap_or((dated.published, UpdatedFrom::Published))
    }

    /// The commit of an update that git dates, if readers shall know what it changed.
    pub(super) fn changed_by(&self, updated: Moment, history: Option<&FileHistory>) -> Option<Oid> {
        let told = self.config.provenance.changes;
        let history = history.filter(|history| told && history.updated > history.published)?;
        let at = history.updated?;
        let by_git = at.timestamp() == updated.timestamp();
        let mut revisions = history.revisions.iter();
        let last = revisions.find(|revision| revision.time == Some(at))?;
        by_git.then_some(last.commit)
    }

    /// On the clock of the blog, where it has one.
    pub(super) fn shown(&self, moment: Moment) -> Moment {
        self.zone
            .as_ref()
            .map_or(moment, |zone| moment.in_zone(zone))
    }
}
