//! `Range` (RFC 9110, section 14): one stretch of bytes. Several at once are answered with the
//! whole, as section 14.2 allows: merging them is how small requests make large answers.

/// What a `Range` header asks of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Whole,
    Part {
        start: u64,
        /// Never 0.
        length: u64,
    },
    /// 416.
    Unsatisfiable,
}

/// Reads the header against a body of `total` bytes; what it cannot make sense of is ignored.
pub(super) fn parse(value: &str, total: u64) -> Wanted {
    let Some((unit, set)) = value.split_once('=') else {
        return Wanted::Whole;
    };
    let set = set.trim();
    let Some((first, last)) = set.split_once('-') else {
        return Wanted::Whole;
    };
    if !unit.trim().eq_ignore_ascii_case("bytes") || set.contains(',') {
        return Wanted::Whole;
    }
    match (number(first), number(last)) {
        (None, Some(suffix)) if first.is_empty() => {
            part(total.saturating_sub(suffix), total, total)
        }
        (Some(start), None) if last.is_empty() => part(start, total, total),
        (Some(start), Some(end)) if start <= end => part(start, end.saturating_add(1), total),
        _ => Wanted::Whole,
    }
}

/// From `start` up to `end` (exclusive), cut at `total`.
fn part(start: u64, end: u64, total: u64) -> Wanted {
    match end.min(total).checked_sub(start) {
        None | Some(0) => Wanted::Unsatisfiable,
        Some(length) => Wanted::Part { start, length },
    }
}

/// Digits only; a number too large for any file is as good as infinite.
fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_cut_to_the_body() {
        let part = |start, length| Wanted::Part { start, length };
        for (value, expected) in [
            ("bytes=0-0", part(0, 1)),
            ("bytes=2-4", part(2, 3)),
            ("Bytes = 2-4", part(2, 3)),
            ("bytes=7-", part(7, 3)),
            ("bytes=7-99999999999999999999999", part(7, 3)),
            ("bytes=-3", part(7, 3)),
            ("bytes=-30", part(0, 10)),
        ] {
            assert_eq!(parse(value, 10), expected, "{value}");
        }
    }

    #[test]
    fn beyond_the_end_is_unsatisfiable() {
        for value in [
            "bytes=10-",
            "bytes=10-20",
            "bytes=-0",
            "bytes=99999999999999999999999-",
        ] {
            assert_eq!(parse(value, 10), Wanted::Unsatisfiable, "{value}");
        }
        assert_eq!(parse("bytes=0-", 0), Wanted::Unsatisfiable);
    }

    #[test]
    fn several_or_senseless_ranges_get_the_whole() {
        for value in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=5-2",
            "bytes=+1-2",
            "bytes=0-1,3-4",
            "lines=0-1",
            "bytes=1-2-3",
            "bytes=--3",
        ] {
            assert_eq!(parse(value, 10), Wanted::Whole, "{value}");
        }
    }
}
