//! What Unicode's CLDR says of a language: how it writes dates, which plural form a count takes, and
//! which way it runs. The only doorway to `icu_*`. Pure: what is looked up once is remembered.

mod dates;
mod part;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, RwLock};

use icu_locale::{Direction, Locale, LocaleDirectionality};
use icu_plurals::{PluralCategory, PluralRules, PluralRulesOptions};

use crate::moment::Moment;
use dates::Dates;

/// What byline itself is written in, and what a tag that cannot be read stands for.
const ENGLISH: &str = "en";

/// The rules of one language.
#[derive(Debug)]
pub(crate) struct Language {
    plurals: Option<PluralRules>,
    right_to_left: bool,
    dates: Dates,
}

impl Language {
    /// The language of a BCP 47 tag. Of one that CLDR does not know, the rules are those of English.
    pub(crate) fn of(tag: &str) -> Arc<Self> {
        static KNOWN: LazyLock<RwLock<BTreeMap<String, Arc<Language>>>> =
            LazyLock::new(RwLock::default);
        let known = KNOWN.read().unwrap_or_else(|held| held.into_inner());
        if let Some(language) = known.get(tag) {
            return Arc::clone(language);
        }
        drop(known);
        let language = Arc::new(Self::new(tag));
        let mut known = KNOWN.write().unwrap_or_else(|held| held.into_inner());
        known.insert(tag.to_owned(), Arc::clone(&language));
        language
    }

    fn new(tag: &str) -> Self {
        let locale = locale(tag);
        let options = PluralRulesOptions::default();
        Self {
            plurals: PluralRules::try_new((&locale).into(), options).ok(),
            right_to_left: LocaleDirectionality::new_extended().get(&locale.id)
                == Some(Direction::RightToLeft),
            dates: Dates::of(&locale),
        }
    }

    /// `rtl` or `ltr`, as HTML has it.
    pub(crate) fn direction(&self) -> &'static str {
        if self.right_to_left { "rtl" } else { "ltr" }
    }

    /// The form a text takes with a count, by CLDR's name: `one`, `few`, `other`…
    pub(crate) fn plural(&self, count: u64) -> &'static str {
        let rules = self.plurals.as_ref();
        named(rules.map_or(PluralCategory::Other, |rules| rules.category_for(count)))
    }

    /// All forms that whole numbers of things have, with fractions' where CLDR tells them apart.
    pub(crate) fn plurals(&self) -> impl Iterator<Item = &'static str> {
        self.plurals
            .iter()
            .flat_map(PluralRules::categories)
            .map(named)
    }

    /// A day as the language writes it, with the month in words: `7 novembre 2026`.
    pub(crate) fn day(&self, moment: Moment) -> String {
        self.dates.long(moment)
    }

    /// The month in words, as it stands alone.
    pub(crate) fn month(&self, moment: Moment) -> String {
        self.dates.month(moment)
    }

    /// By a `strftime` pattern, with the language's names of months and days.
    pub(crate) fn formatted(&self, moment: Moment, pattern: &str) -> Option<String> {
        self.dates.formatted(moment, pattern)
    }
}

/// Without a region, English is the one that puts the day first, as all but a few of its countries.
fn locale(tag: &str) -> Locale {
    let tag = if tag.eq_ignore_ascii_case(ENGLISH) {
        "en-GB"
    } else {
        tag
    };
    tag.parse().unwrap_or_else(|_| locale(ENGLISH))
}

fn named(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 7 November 2026, a Saturday.
    fn moment() -> Moment {
        Moment::from_git(1_794_052_800, 60).unwrap()
    }

    #[test]
    fn a_day_is_written_as_the_language_does() {
        for (tag, day) in [
            ("en", "7 November 2026"),
            ("en-US", "November 7, 2026"),
            ("de", "7. November 2026"),
            ("es", "7 de noviembre de 2026"),
            ("pl", "7 listopada 2026"),
            ("ja", "2026年11月7日"),
            ("zz-not-a-tag-at-all", "7 November 2026"),
        ] {
            assert_eq!(Language::of(tag).day(moment()), day, "{tag}");
        }
    }

    #[test]
    fn names_in_a_pattern_are_the_languages() {
        let written = |tag, pattern| Language::of(tag).formatted(moment(), pattern).unwrap();
        assert_eq!(written("en", "%a %-d %b %Y"), "Sat 7 Nov 2026");
        assert_eq!(written("fr", "%A %-d %B %Y"), "samedi 7 novembre 2026");
        assert_eq!(written("pl", "%-d %B, 100%%"), "7 listopada, 100%");
        assert_eq!(
            written("fr", "%Y-%m-%d %H:%M %:z"),
            "2026-11-07 13:00 +01:00"
        );
        assert_eq!(Language::of("pl").month(moment()), "listopad");
        assert_eq!(Language::of("fr").formatted(moment(), "%!"), None);
    }

    #[test]
    fn counts_and_directions_follow_the_language() {
        let form = |tag, count| Language::of(tag).plural(count);
        assert_eq!([form("en", 1), form("en", 2)], ["one", "other"]);
        assert_eq!(
            [form("pl", 1), form("pl", 3), form("pl", 5)],
            ["one", "few", "many"]
        );
        assert_eq!(form("ja", 1), "other");
        assert_eq!(Language::of("ar").plurals().count(), 6);
        assert_eq!(Language::of("ar").direction(), "rtl");
        assert_eq!(Language::of("he-IL").direction(), "rtl");
        assert_eq!(Language::of("de").direction(), "ltr");
    }
}
