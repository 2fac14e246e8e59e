//! `valid-after` and `valid-before` of the allowed signers.

use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Both ends belong to it, as in OpenSSH.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Validity {
    pub(super) after: Option<i64>,
    pub(super) before: Option<i64>,
}

impl Validity {
    /// Whether it holds at a time in seconds since 1970; at an unknown one only what always holds.
    pub(super) fn covers(self, time: Option<i64>) -> bool {
        let Some(time) = time else {
            return self == Self::default();
        };
        self.after.is_none_or(|after| after <= time)
            && self.before.is_none_or(|before| time <= before)
    }
}

/// `YYYYMMDD`, `YYYYMMDDhhmm` or `YYYYMMDDhhmmss`, and `Z` or not, in seconds since 1970.
///
/// Without `Z`, OpenSSH means the machine's own zone. Here it is UTC too: who has signed a post
/// must not depend on where it is asked.
pub(super) fn time(text: &str) -> Option<i64> {
    let digits = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    let right = matches!(digits.len(), 8 | 12 | 14) && digits.bytes().all(|b| b.is_ascii_digit());
    if !right {
        return None;
    }
    let number = |from: usize, to: usize| digits.get(from..to).map_or(Some(0), |d| d.parse().ok());
    let part = |from| number(from, from + 2).and_then(|n| i8::try_from(n).ok());
    let civil = DateTime::new(
        number(0, 4)?,
        part(4)?,
        part(6)?,
        part(8)?,
        part(10)?,
        part(12)?,
        0,
    );
    let seconds = Offset::UTC.to_timestamp(civil.ok()?).ok()?.as_second();
    // OpenSSH keeps 0 for "not stated" and refuses it, and what lies before it.
    (seconds > 0).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_all_their_forms() {
        assert_eq!(time("20240102"), Some(1_704_153_600));
        assert_eq!(time("202401020304"), Some(1_704_164_640));
        assert_eq!(time("20240102030405"), Some(1_704_164_645));
        assert_eq!(time("20240102030405Z"), Some(1_704_164_645));
        for no in [
            "2024",
            "20240230",
            "202401022504",
            "2024010203040",
            "2024-01-02",
            "Z",
            "",
            "+2024010",
            "19700101",
            "20240102ZZ",
        ] {
            assert_eq!(time(no), None, "{no}");
        }
    }

    #[test]
    fn both_ends_belong_to_it() {
        let validity = Validity {
            after: Some(10),
            before: Some(20),
        };
        let covered = [9, 10, 20, 21].map(|time| validity.covers(Some(time)));
        assert_eq!(covered, [false, true, true, false]);
        assert!(!validity.covers(None) && Validity::default().covers(None));
    }
}
