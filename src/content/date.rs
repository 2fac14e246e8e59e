//! Dates as people write them in front matter and file names.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

use crate::moment::{Moment, Precision};

/// A date as it was stated: perhaps without a clock time, perhaps without an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stated {
    date: Date,
    time: Option<Time>,
    offset: Option<Offset>,
}

/// What `Stated::parse` reads, for diagnostics.
pub(super) const ACCEPTED: &str =
    "write `2024-05-01`, `2024-05-01 10:00`, `2024-05-01T10:00:00+02:00` or `1 May 2024`";

impl Stated {
    /// A calendar day.
    pub(super) fn day(date: Date) -> Self {
        Self {
            date,
            time: None,
            offset: None,
        }
    }

    /// Reads RFC 3339, the forms other generators take, and English dates.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.len() > 100 {
            return None;
        }
        let mut words: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || c == ',')
            .filter(|word| !word.is_empty())
            .collect();
        if words.first().is_some_and(|word| is_weekday(word)) {
            words.remove(0);
        }
        let (date, rest) = match numeric_date(words.first()?) {
            Some((date, "")) => (date, words[1..].to_vec()),
            Some((date, time)) => {
                let mut rest = vec![time];
                rest.extend(&words[1..]);
                (date, rest)
            }
            None => (english_date(words.get(..3)?)?, words[3..].to_vec()),
        };
        if rest.is_empty() {
            return Some(Self::day(date));
        }
        let (time, offset) = clock(&rest)?;
        Some(Self {
            date,
            time: Some(time),
            offset,
        })
    }

    /// The moment meant; what states no offset is read in `zone`.
    pub(super) fn moment(self, zone: Option<&TimeZone>) -> Option<Moment> {
        let precision = if self.time.is_some() {
            Precision::Second
        } else {
            Precision::Day
        };
        let civil = DateTime::from_parts(self.date, self.time.unwrap_or(Time::midnight()));
        match (self.offset, zone) {
            (Some(offset), _) => Moment::from_civil(civil, offset, precision),
            (None, None) => Moment::from_civil(civil, Offset::UTC, precision),
            (None, Some(zone)) => {
                let zoned = zone.to_ambiguous_zoned(civil).compatible().ok()?;
                // Where a zone skips midnight the day would begin an hour in; its offset counts,
                // the clock of a calendar day stays at midnight.
                match precision {
                    Precision::Day => Moment::from_civil(civil, zoned.offset(), precision),
                    Precision::Second => Some(Moment::from_zoned(&zoned, precision)),
                }
            }
        }
    }
}

/// `2024-05-01`, `2024/5/1`, `2024.05.01`, and what follows a `T`.
fn numeric_date(word: &str) -> Option<(Date, &str)> {
    let (date, time) = word.split_once(['T', 't']).unwrap_or((word, ""));
    let separator = ['-', '/', '.'].into_iter().find(|c| date.contains(*c))?;
    let mut parts = date.split(separator);
    let year = digits(parts.next()?, 4..=4)?;
    let month = digits(parts.next()?, 1..=2)?;
    let day = digits(parts.next()?, 1..=2)?;
    if parts.next().is_some() || (word.len() > date.len() && time.is_empty()) {
        return None;
    }
    Some((civil(year, month, day)?, time))
}

/// `May 1 2024` or `1st May 2024`.
fn english_date(words: &[&str]) -> Option<Date> {
    let [first, second, year] = words else {
        return None;
    };
    let (month, day) = month(first)
        .map(|month| (month, *second))
        .or_else(|| month(second).map(|month| (month, *first)))?;
    let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '.');
    civil(digits(year, 4..=4)?, month, digits(day, 1..=2)?)
}

/// A clock time and perhaps an offset: `10:00`, `10:00:00.5Z`, `10:00 pm +0200`.
fn clock(words: &[&str]) -> Option<(Time, Option<Offset>)> {
    let (first, rest) = words.split_first()?;
    let end = first
        .find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.')
        .unwrap_or(first.len());
    let mut time = time(&first[..end])?;
    let mut words: Vec<&str> = Vec::from([&first[end..]]);
    words.extend(rest);
    words.retain(|word| !word.is_empty());
    if let Some(half) = words.first().and_then(|word| half_of_day(word)) {
        time = twelve_hours(time, half)?;
        words.remove(0);
    }
    match words[..] {
        [] => Some((time, None)),
        [word] => Some((time, Some(offset(word)?))),
        _ => None,
    }
}

fn time(text: &str) -> Option<Time> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = clock.split(':');
    let hour = digits(parts.next()?, 1..=2)?;
    let minute = digits(parts.next()?, 2..=2)?;
    let second = parts.next().map_or(Some(0), |part| digits(part, 2..=2))?;
    let fraction_fits = fraction.bytes().all(|byte| byte.is_ascii_digit()) && fraction.len() <= 9;
    if parts.next().is_some() || !fraction_fits {
        return None;
    }
    // A leap second is the second before it, as everywhere in the calendar used here.
    let second = second.min(59);
    Time::new(
        hour.try_into().ok()?,
        minute.try_into().ok()?,
        second.try_into().ok()?,
        0,
    )
    .ok()
}

fn half_of_day(word: &str) -> Option<i8> {
    match word.to_ascii_lowercase().as_str() {
        "am" => Some(0),
        "pm" => Some(12),
        _ => None,
    }
}

fn twelve_hours(time: Time, half: i8) -> Option<Time> {
    if !(1..=12).contains(&time.hour()) {
        return None;
    }
    Time::new(time.hour() % 12 + half, time.minute(), time.second(), 0).ok()
}

/// `Z`, `UTC`, `+02:00`, `+0200`, `+02`.
fn offset(word: &str) -> Option<Offset> {
    if ["z", "utc", "gmt"].contains(&word.to_ascii_lowercase().as_str()) {
        return Some(Offset::UTC);
    }
    let (sign, rest) = match word.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let rest = rest.replace(':', "");
    let (hours, minutes) = rest.split_at_checked(2)?;
    let hours = digits(hours, 2..=2)?;
    let minutes = if minutes.is_empty() {
        0
    } else {
        digits(minutes, 2..=2)?
    };
    if hours > 23 || minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * i32::from(hours * 60 + minutes) * 60).ok()
}

fn civil(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

fn digits(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<i16> {
    let fits = length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

fn month(word: &str) -> Option<i16> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let index = MONTHS
        .iter()
        .position(|name| word.len() >= 3 && name.starts_with(&word))?;
    i16::try_from(index + 1).ok()
}

fn is_weekday(word: &str) -> bool {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    word.len() >= 3
        && [
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
        ]
        .iter()
        .any(|name| name.starts_with(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        Some(Stated::parse(text)?.moment(None)?.rfc3339())
    }

    #[test]
    fn reads_the_forms_people_write() {
        for (text, meant) in [
            ("2024-05-01", "2024-05-01T00:00:00+00:00"),
            ("2024/5/1", "2024-05-01T00:00:00+00:00"),
            ("2024-05-01T10:48:00Z", "2024-05-01T10:48:00+00:00"),
            ("2024-05-01T10:48:00.123+02:00", "2024-05-01T10:48:00+02:00"),
            ("2024-05-01t10:48:00-05:30", "2024-05-01T10:48:00-05:30"),
            ("2024-05-01 10:48", "2024-05-01T10:48:00+00:00"),
            ("2024-05-01 10:48:09 +0200", "2024-05-01T10:48:09+02:00"),
            ("2024-05-01 10:48:09 UTC", "2024-05-01T10:48:09+00:00"),
            ("2024-05-01 9:48 PM", "2024-05-01T21:48:00+00:00"),
            ("2024-05-01 12:05am", "2024-05-01T00:05:00+00:00"),
            ("Jul 8 2022", "2022-07-08T00:00:00+00:00"),
            ("July 8, 2022", "2022-07-08T00:00:00+00:00"),
            ("8 July 2022", "2022-07-08T00:00:00+00:00"),
            ("Sept. 3rd, 2022", "2022-09-03T00:00:00+00:00"),
            (
                "Wed, 01 May 2024 10:00:00 +0200",
                "2024-05-01T10:00:00+02:00",
            ),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"),
        ] {
            assert_eq!(read(text).as_deref(), Some(meant), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_not_guessed() {
        for text in [
            "",
            "soon",
            "31 Feb 2024",
            "2024-02-30",
            "2024-13-01",
            "24-05-01",
            "01/05/2024",
            "2024-05-01T",
            "2024-05-01 25:00",
            "2024-05-01 10",
            "2024-05-01 10:00 Mars",
            "2024-05-01 10:00 +99:00",
            "2024-05-01 10:00 Z Z",
            "May 2024",
            "2024",
            "١٢-٠٥-٢٠٢٤",
            "2024-05-01 10:00 +é",
            "2024-05-01-02",
            "10:00:00",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn without_an_offset_the_sites_zone_counts() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let moment = |text| Stated::parse(text).unwrap().moment(Some(&zone)).unwrap();
        assert_eq!(moment("2024-05-01").rfc3339(), "2024-05-01T00:00:00-04:00");
        assert_eq!(moment("2024-05-01").precision(), Precision::Day);
        assert_eq!(
            moment("2024-01-01 10:00").rfc3339(),
            "2024-01-01T10:00:00-05:00"
        );
        assert_eq!(
            moment("2024-01-01 10:00Z").rfc3339(),
            "2024-01-01T10:00:00+00:00"
        );
    }

    #[test]
    fn a_day_whose_midnight_does_not_exist_is_still_that_day() {
        let zone = TimeZone::get("America/Sao_Paulo").unwrap();
        let moment = Stated::parse("2018-11-04")
            .unwrap()
            .moment(Some(&zone))
            .unwrap();
        assert_eq!(&moment.rfc3339()[..10], "2018-11-04");
    }
}
