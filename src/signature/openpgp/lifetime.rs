//! From when to when an OpenPGP key may sign.

/// In seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lifetime {
    pub(super) from: i64,
    /// The first second after it.
    pub(super) until: i64,
}

impl Lifetime {
    /// From a key's creation for `expires` seconds; without end for 0 and for none.
    pub(super) fn new(created: i64, expires: Option<u32>) -> Self {
        let until = match expires {
            None | Some(0) => i64::MAX,
            Some(seconds) => created + i64::from(seconds),
        };
        Self {
            from: created,
            until,
        }
    }

    /// Ended by a revocation. One that says that the key was replaced or retired leaves what it has
    /// signed before; any other may come after a theft, and whoever has the key can backdate.
    /// RFC 9580, section 5.2.3.31.
    #[must_use]
    pub(super) fn revoked(self, at: i64, reason: Option<u8>) -> Self {
        let until = match reason {
            Some(1 | 3) => at,
            _ => i64::MIN,
        };
        self.within(Self {
            from: i64::MIN,
            until,
        })
    }

    #[must_use]
    pub(super) fn within(self, other: Self) -> Self {
        Self {
            from: self.from.max(other.from),
            until: self.until.min(other.until),
        }
    }

    /// Whether it covers a time; an unknown one never.
    pub(super) fn covers(self, time: Option<i64>) -> bool {
        time.is_some_and(|time| self.from <= time && time < self.until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(lifetime: Lifetime) -> [bool; 4] {
        [9, 10, 19, 20].map(|time| lifetime.covers(Some(time)))
    }

    #[test]
    fn ends_at_its_expiry_or_at_a_harmless_revocation() {
        let ever = Lifetime::new(10, Some(0));
        assert_eq!(covered(ever), [false, true, true, true]);
        let ten = Lifetime::new(10, Some(10));
        assert_eq!(covered(ten), [false, true, true, false]);
        assert_eq!(
            covered(ever.revoked(20, Some(3))),
            [false, true, true, false]
        );
        assert!(!ever.covers(None));
    }

    #[test]
    fn a_theft_spoils_what_was_signed_before() {
        let stolen = Lifetime::new(10, None).revoked(20, Some(2));
        assert_eq!(covered(stolen), [false; 4]);
        assert_eq!(
            covered(Lifetime::new(10, None).revoked(20, None)),
            [false; 4]
        );
    }
}
