//! Conditional requests (RFC 9110, section 13): what a client already has is not sent again.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hyper::header::{
    HeaderMap, HeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE,
    IF_UNMODIFIED_SINCE,
};

use crate::moment::Moment;

/// What names the state of the form that would be sent.
#[derive(Clone, Debug)]
pub(super) struct Validators {
    /// Strong, with its quotes.
    pub(super) etag: String,
    /// Seconds since 1970.
    pub(super) modified: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Precondition {
    /// Answer as if nothing had been asked.
    Holds,
    /// 304: the client has it.
    NotModified,
    /// 412.
    Fails,
}

/// The preconditions of a GET or HEAD in the order of section 13.2.2: an entity tag always
/// silences the date that stands beside it.
pub(super) fn evaluate(headers: &HeaderMap, current: &Validators) -> Precondition {
    let holds = if headers.contains_key(IF_MATCH) {
        lists(headers, &IF_MATCH, |tag| tag == current.etag)
    } else {
        !current
            .is_newer_than(headers, &IF_UNMODIFIED_SINCE)
            .unwrap_or(false)
    };
    if !holds {
        return Precondition::Fails;
    }
    let has_it = if headers.contains_key(IF_NONE_MATCH) {
        let weakly = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag) == current.etag;
        lists(headers, &IF_NONE_MATCH, weakly)
    } else {
        !current
            .is_newer_than(headers, &IF_MODIFIED_SINCE)
            .unwrap_or(true)
    };
    if has_it {
        Precondition::NotModified
    } else {
        Precondition::Holds
    }
}

/// Whether a range still fits what the client has of it. A date never does: two states within one
/// second would share it.
pub(super) fn range_fits(headers: &HeaderMap, current: &Validators) -> bool {
    headers
        .get(IF_RANGE)
        .is_none_or(|tag| tag.as_bytes() == current.etag.as_bytes())
}

impl Validators {
    /// Compares with a date header; `None` where either date is absent or makes no sense.
    fn is_newer_than(&self, headers: &HeaderMap, name: &HeaderName) -> Option<bool> {
        let mut dates = headers.get_all(name).iter();
        let (Some(date), None) = (dates.next(), dates.next()) else {
            return None;
        };
        let date = httpdate::parse_http_date(date.to_str().ok()?).ok()?;
        let seconds = date.duration_since(UNIX_EPOCH).ok()?.as_secs();
        Some(self.modified? > seconds)
    }
}

/// Whether a list of entity tags has one that matches, or is `*`. Commas may stand inside a tag.
fn lists(headers: &HeaderMap, name: &HeaderName, matches: impl Fn(&str) -> bool) -> bool {
    headers.get_all(name).iter().any(|line| {
        let Ok(line) = line.to_str() else {
            return false;
        };
        line.trim() == "*" || tags(line).any(&matches)
    })
}

fn tags(mut rest: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let open = if rest.starts_with("W/") { 2 } else { 0 };
        let inner = rest.get(open..)?.strip_prefix('"')?;
        let end = open + 2 + inner.find('"')?;
        let (tag, after) = rest.split_at(end);
        rest = after;
        Some(tag)
    })
}

/// A moment as `Last-Modified` can say it: not before 1970, within four-digit years, and not ahead
/// of the server's clock (section 8.8.2.1).
pub(super) fn http_seconds(moment: Moment, now: SystemTime) -> Option<u64> {
    let seconds = u64::try_from(moment.timestamp().as_second()).ok()?;
    let now = now.duration_since(UNIX_EPOCH).ok()?.as_secs();
    (seconds <= now && seconds < YEAR_10000).then_some(seconds)
}

const YEAR_10000: u64 = 253_402_300_800;

/// `Sun, 06 Nov 1994 08:49:37 GMT`; `seconds` come from `http_seconds`.
pub(super) fn http_date(seconds: u64) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds.min(YEAR_10000 - 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const SECONDS: u64 = 784_111_777;
    const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";

    fn asked(headers: &[(HeaderName, &str)]) -> Precondition {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, value.parse().unwrap());
        }
        let current = Validators {
            etag: "\"abc-br\"".to_owned(),
            modified: Some(SECONDS),
        };
        evaluate(&map, &current)
    }

    #[test]
    fn a_tag_the_client_has_is_not_sent_again() {
        for tag in [
            "\"abc-br\"",
            "W/\"abc-br\"",
            "*",
            "\"x\", \"abc-br\"",
            "\"a,b\",W/\"y\" ,\"abc-br\"",
        ] {
            assert_eq!(
                asked(&[(IF_NONE_MATCH, tag)]),
                Precondition::NotModified,
                "{tag}"
            );
        }
        for tag in [
            "\"abc\"",
            "\"abc-gzip\"",
            "abc-br",
            "\"abc-br",
            "\"x\" junk \"abc-br\"",
            "",
        ] {
            assert_eq!(asked(&[(IF_NONE_MATCH, tag)]), Precondition::Holds, "{tag}");
        }
        let lines = [(IF_NONE_MATCH, "\"x\""), (IF_NONE_MATCH, "\"abc-br\"")];
        assert_eq!(asked(&lines), Precondition::NotModified);
    }

    #[test]
    fn a_date_counts_only_without_a_tag() {
        assert_eq!(
            asked(&[(IF_MODIFIED_SINCE, DATE)]),
            Precondition::NotModified
        );
        assert_eq!(asked(&[(IF_MODIFIED_SINCE, BEFORE)]), Precondition::Holds);
        assert_eq!(
            asked(&[(IF_MODIFIED_SINCE, "yesterday")]),
            Precondition::Holds
        );
        let both = [(IF_NONE_MATCH, "\"old\""), (IF_MODIFIED_SINCE, DATE)];
        assert_eq!(asked(&both), Precondition::Holds);
    }

    #[test]
    fn a_failed_precondition_comes_before_everything() {
        assert_eq!(asked(&[(IF_MATCH, "\"abc-br\"")]), Precondition::Holds);
        assert_eq!(asked(&[(IF_MATCH, "*")]), Precondition::Holds);
        assert_eq!(asked(&[(IF_MATCH, "W/\"abc-br\"")]), Precondition::Fails);
        let both = [(IF_MATCH, "\"old\""), (IF_NONE_MATCH, "\"abc-br\"")];
        assert_eq!(asked(&both), Precondition::Fails);
        assert_eq!(asked(&[(IF_UNMODIFIED_SINCE, DATE)]), Precondition::Holds);
        assert_eq!(asked(&[(IF_UNMODIFIED_SINCE, BEFORE)]), Precondition::Fails);
    }

    #[test]
    fn dates_that_http_cannot_say_are_left_out() {
        let now = UNIX_EPOCH + Duration::from_secs(SECONDS);
        let seconds = |s: i64| http_seconds(Moment::from_git(s, 0).unwrap(), now);
        assert_eq!(seconds(SECONDS as i64), Some(SECONDS));
        assert_eq!(seconds(SECONDS as i64 + 1), None);
        assert_eq!(seconds(-1), None);
        assert_eq!(http_date(SECONDS), DATE);
        assert_eq!(http_date(u64::MAX), "Fri, 31 Dec 9999 23:59:59 GMT");
    }
}
