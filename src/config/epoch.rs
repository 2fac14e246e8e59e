//! The time that stands for now where whoever builds has fixed it, as reproducible-builds.org asks.

use super::Error;
use crate::moment::Moment;

/// The moment that `SOURCE_DATE_EPOCH` names, in UTC; `None` where it is not set.
pub(crate) fn source_date_epoch() -> Result<Option<Moment>, Error> {
    let Some(value) = std::env::var_os("SOURCE_DATE_EPOCH") else {
        return Ok(None);
    };
    let value = value.to_string_lossy();
    match moment(&value) {
        Some(moment) => Ok(Some(moment)),
        None => Err(Error::SourceDateEpoch {
            value: value.into_owned(),
        }),
    }
}

/// Digits alone: a sign, a space or a fraction is more likely a mistake than meant.
fn moment(seconds: &str) -> Option<Moment> {
    let digits = !seconds.is_empty() && seconds.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = seconds.parse().ok().filter(|_| digits)?;
    Moment::from_git(seconds, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_seconds_are_a_time_and_nothing_else_is() {
        let shown = |text| moment(text).map(Moment::rfc3339);
        assert_eq!(shown("0").as_deref(), Some("1970-01-01T00:00:00+00:00"));
        assert_eq!(
            shown("1893456000").as_deref(),
            Some("2030-01-01T00:00:00+00:00")
        );
        let bad = [
            "",
            " 1",
            "+1",
            "-1",
            "1.5",
            "1e9",
            "2030-01-01",
            "1893456000 ",
            "99999999999999",
            "99999999999999999999",
        ];
        for bad in bad {
            assert_eq!(shown(bad), None, "{bad:?}");
        }
    }
}
