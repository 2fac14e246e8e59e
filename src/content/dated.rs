//! When a document was published and updated, by the first source that answers.

use super::date::Stated;
use super::fields::Fields;
use super::post::{Document, Reader};
use super::{DateFrom, Findings};
use crate::diagnostic::Diagnostic;
use crate::history::FileHistory;
use crate::moment::Moment;

/// Where a publication date came from, and the date.
pub(super) struct Dated {
    pub(super) published: Moment,
    pub(super) from: DateFrom,
    /// The author stated it, so it may lie ahead.
    pub(super) stated: bool,
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
        let stated = fields
            .date
            .and_then(|date| date.moment(zone))
            .map(|moment| (moment, DateFrom::FrontMatter))
            .or_else(|| {
                let day = Stated::day(in_name?).moment(zone)?;
                Some((day, DateFrom::FileName))
            });
        if let Some((moment, from)) = stated {
            return Dated {
                published: self.shown(moment),
                from,
                stated: true,
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
        }
    }

    /// Never before it was published.
    pub(super) fn updated(
        &self,
        fields: &Fields,
        dated: &Dated,
        history: Option<&FileHistory>,
    ) -> Moment {
        let stated = fields
            .updated
            .and_then(|date| date.moment(self.zone.as_ref()));
        stated
            // The commit that brought the post is no update of it, however old the stated date.
            .or_else(|| {
                history
                    .filter(|history| history.updated > history.published)
                    .and_then(|history| history.updated)
            })
            .map(|moment| self.shown(moment))
            .filter(|updated| *updated > dated.published)
            .unwrap_or(dated.published)
    }

    /// On the clock of the blog, where it has one.
    fn shown(&self, moment: Moment) -> Moment {
        self.zone
            .as_ref()
            .map_or(moment, |zone| moment.in_zone(zone))
    }
}
