//! The one place that reads the clock for a build; everything below is handed the time.

use jiff::Zoned;

use crate::moment::{Moment, Precision};

/// Now, on this machine's clock and in its zone.
#[expect(clippy::disallowed_methods, reason = "a build's time enters here")]
pub(crate) fn now() -> Moment {
    Moment::from_zoned(&Zoned::now(), Precision::Second)
}
