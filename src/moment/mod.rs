//! A point in time as a blog means it: an instant, the UTC offset it was written in, and whether
//! the clock time was stated at all. Nothing here reads a clock.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

/// An instant with the offset of whoever wrote it down.
///
/// Ordered by instant, so two moments in different offsets compare as points in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    timestamp: Timestamp,
    offset: Offset,
    precision: Precision,
}

/// Whether a clock time was stated or only a calendar day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Precision {
    /// A calendar day; it is never shifted into another zone.
    Day,
    /// A full date and time.
    Second,
}

impl Moment {
    /// A commit's time: seconds since 1970 and minutes east of UTC. `None` where the calendar
    /// (years -9999 to 9999) ends; an offset git could never mean is read as UTC.
    pub(crate) fn from_git(seconds: i64, offset_minutes: i32) -> Option<Self> {
        let timestamp = Timestamp::from_second(seconds).ok()?;
        let offset = Some(offset_minutes)
            .filter(|minutes| minutes.abs() <= 24 * 60)
            .and_then(|minutes| Offset::from_seconds(minutes * 60).ok())
            .unwrap_or(Offset::UTC);
        Some(Self {
            timestamp,
            offset,
            precision: Precision::Second,
        })
    }

    /// A stated date and time in `offset`.
    pub(crate) fn from_civil(
        civil: DateTime,
        offset: Offset,
        precision: Precision,
    ) -> Option<Self> {
        let timestamp = offset.to_timestamp(civil).ok()?;
        Some(Self {
            timestamp,
            offset,
            precision,
        })
    }

    /// An instant as seen in a zone.
    pub(crate) fn from_zoned(zoned: &Zoned, precision: Precision) -> Self {
        Self {
            timestamp: zoned.timestamp(),
            offset: zoned.offset(),
            precision,
        }
    }

    /// The same instant on the clocks of `zone`; a calendar day stays as it was written.
    #[must_use]
    pub(crate) fn in_zone(self, zone: &TimeZone) -> Self {
        match self.precision {
            Precision::Day => self,
            Precision::Second => Self {
                offset: zone.to_offset(self.timestamp),
                ..self
            },
        }
    }

    /// The instant, for comparison and HTTP dates.
    pub(crate) fn timestamp(self) -> Timestamp {
        self.timestamp
    }

    /// Minutes east of UTC.
    pub(crate) fn offset_minutes(self) -> i32 {
        self.offset.seconds() / 60
    }

    /// Date and time on the author's clock.
    pub(crate) fn civil(self) -> DateTime {
        self.offset.to_datetime(self.timestamp)
    }

    /// Whether a clock time was stated.
    pub(crate) fn precision(self) -> Precision {
        self.precision
    }

    /// RFC 3339 with a numeric offset (`+00:00`, never `Z`), whole seconds.
    pub(crate) fn rfc3339(self) -> String {
        let civil = self.civil();
        let seconds = self.offset.seconds();
        let sign = if seconds < 0 { '-' } else { '+' };
        let minutes = seconds.unsigned_abs() / 60;
        let mut text = String::with_capacity(25);
        match u32::from(civil.year().unsigned_abs()) {
            year @ 0..=9999 if civil.year() >= 0 => {
                digits(&mut text, year / 100);
                digits(&mut text, year % 100);
            }
            _ => text.push_str(&format!("{:04}", civil.year())),
        }
        for (before, number) in [
            ('-', civil.month()),
            ('-', civil.day()),
            ('T', civil.hour()),
            (':', civil.minute()),
            (':', civil.second()),
        ] {
            text.push(before);
            digits(&mut text, number.unsigned_abs().into());
        }
        text.push(sign);
        digits(&mut text, minutes / 60);
        text.push(':');
        digits(&mut text, minutes % 60);
        text
    }

    /// A calendar date, or date and time, by a `strftime` pattern on the author's clock.
    pub(crate) fn format(self, pattern: &str) -> Result<String, jiff::Error> {
        let zoned = self.timestamp.to_zoned(TimeZone::fixed(self.offset));
        jiff::fmt::strtime::format(pattern, &zoned)
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.timestamp.cmp(&other.timestamp)
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl serde::Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

/// Two digits, as the parts of a date have; `format!` takes ten times as long.
fn digits(text: &mut String, number: u32) {
    for digit in [number / 10 % 10, number % 10] {
        text.extend(char::from_digit(digit, 10));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_commits_own_offset() {
        let moment = Moment::from_git(1_714_553_280, 345).unwrap();
        assert_eq!(moment.rfc3339(), "2024-05-01T14:33:00+05:45");
    }

    #[test]
    fn refuses_times_beyond_the_calendar_and_reads_odd_offsets_as_utc() {
        assert_eq!(Moment::from_git(i64::MAX, 0), None);
        assert_eq!(
            Moment::from_git(0, 9999).unwrap().rfc3339(),
            "1970-01-01T00:00:00+00:00"
        );
    }

    #[test]
    fn a_calendar_day_is_never_shifted() {
        let day = jiff::civil::date(2024, 5, 1).at(0, 0, 0, 0);
        let moment = Moment::from_civil(day, Offset::UTC, Precision::Day).unwrap();
        assert_eq!(
            moment.in_zone(&TimeZone::get("America/New_York").unwrap()),
            moment
        );
    }
}
