//! Dates as a language writes them, and its names for the months and days of a `strftime` pattern.

use icu_calendar::{Date, Iso};
use icu_datetime::fieldsets::enums::{CalendarPeriodFieldSet, DateFieldSet};
use icu_datetime::fieldsets::{E, M, MD, YMD};
use icu_datetime::{DateTimeFormatter, parts};
use icu_locale::Locale;
use writeable::{Part, Writeable};

use super::part::part;
use crate::moment::Moment;

type Formatter = Option<DateTimeFormatter<DateFieldSet>>;

/// How a language writes dates; each way is `None` where CLDR has nothing of it.
#[derive(Debug)]
pub(super) struct Dates {
    long: Formatter,
    /// Months in full and short, beside a day: some languages tell these from months alone.
    months: [Formatter; 2],
    month: Option<DateTimeFormatter<CalendarPeriodFieldSet>>,
    /// In full and short.
    weekdays: [Formatter; 2],
}

impl Dates {
    pub(super) fn of(locale: &Locale) -> Self {
        let of = |fields| DateTimeFormatter::try_new(locale.into(), fields).ok();
        let month = CalendarPeriodFieldSet::M(M::long());
        Self {
            long: of(DateFieldSet::YMD(YMD::long())),
            months: [MD::long(), MD::medium()].map(|fields| of(DateFieldSet::MD(fields))),
            month: DateTimeFormatter::try_new(locale.into(), month).ok(),
            weekdays: [E::long(), E::short()].map(|fields| of(DateFieldSet::E(fields))),
        }
    }

    /// A day with its month in words.
    pub(super) fn long(&self, moment: Moment) -> String {
        let written = written(self.long.as_ref(), moment, None);
        written.unwrap_or_else(|| moment.rfc3339())
    }

    /// The month in words, as it stands alone.
    pub(super) fn month(&self, moment: Moment) -> String {
        let date = date(moment).zip(self.month.as_ref());
        let name = date.map(|(date, month)| month.format(&date).to_string());
        name.unwrap_or_default()
    }

    /// By a `strftime` pattern whose names of months and weekdays are the language's.
    pub(super) fn formatted(&self, moment: Moment, pattern: &str) -> Option<String> {
        let mut own = String::with_capacity(pattern.len() + 16);
        let mut rest = pattern;
        while let Some(at) = rest.find('%') {
            let (before, directive) = rest.split_at(at);
            own.push_str(before);
            let letter = directive[1..].chars().next();
            let length = 1 + letter.map_or(0, char::len_utf8);
            match letter.and_then(|letter| self.name(letter, moment)) {
                Some(name) => own.push_str(&name.replace('%', "%%")),
                None => own.push_str(&directive[..length]),
            }
            rest = &directive[length..];
        }
        own.push_str(rest);
        moment.format(&own).ok()
    }

    /// What a directive of `strftime` stands for, where that is a name.
    fn name(&self, directive: char, moment: Moment) -> Option<String> {
        let (formatter, part) = match directive {
            'B' => (&self.months[0], parts::MONTH),
            'b' | 'h' => (&self.months[1], parts::MONTH),
            'A' => (&self.weekdays[0], parts::WEEKDAY),
            'a' => (&self.weekdays[1], parts::WEEKDAY),
            _ => return None,
        };
        let name = written(formatter.as_ref(), moment, Some(part))?;
        // Where months are numbers, their names are numbers with a word.
        let number = name.chars().all(char::is_numeric);
        Some(if number { self.month(moment) } else { name })
    }
}

/// What a formatter makes of a day, or one part of that.
fn written(
    formatter: Option<&DateTimeFormatter<DateFieldSet>>,
    moment: Moment,
    only: Option<Part>,
) -> Option<String> {
    let written = formatter?.format(&date(moment)?);
    Some(match only {
        None => written.write_to_string().into_owned(),
        Some(only) => part(&written, only),
    })
}

fn date(moment: Moment) -> Option<Date<Iso>> {
    let date = moment.civil().date();
    let [month, day] = [date.month(), date.day()].map(i8::unsigned_abs);
    Date::try_new_iso(date.year().into(), month, day).ok()
}
