//! Which deliveries were taken of late, for schemes that say each counts once. A value: whoever
//! holds it says what time it is.

use std::collections::VecDeque;

use super::signature::WINDOW;
use crate::moment::Moment;

/// More than any sender makes within the window; beyond it the oldest is forgotten.
const MOST: usize = 1024;

/// The ids of proven deliveries, oldest first, each with the second it was taken in.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    latest: VecDeque<(Vec<u8>, i64)>,
}

impl Seen {
    /// Whether a delivery of this id was taken so lately that its signature could still be sent
    /// again. Its timestamp may lie one window ahead of us and holds for one more; whoever sends
    /// the id later than that has signed it anew, and means it.
    pub(crate) fn has(&self, id: &[u8], now: Moment) -> bool {
        let second = now.timestamp().as_second();
        self.latest
            .iter()
            .any(|(known, at)| known == id && second.saturating_sub(*at) <= 2 * WINDOW)
    }

    pub(crate) fn insert(&mut self, id: Vec<u8>, now: Moment) {
        if self.latest.len() == MOST {
            self.latest.pop_front();
        }
        self.latest.push_back((id, now.timestamp().as_second()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Moment {
        Moment::from_git(second, 0).unwrap()
    }

    #[test]
    fn an_id_counts_once_for_as_long_as_its_signature_holds() {
        let mut seen = Seen::default();
        seen.insert(b"a".to_vec(), at(1000));
        assert!(seen.has(b"a", at(1000)) && seen.has(b"a", at(1600)));
        assert!(!seen.has(b"a", at(1601)), "signed anew");
        assert!(seen.has(b"a", at(900)), "the clock was set back");
        assert!(!seen.has(b"b", at(1000)));
    }

    #[test]
    fn it_never_grows_beyond_its_bound() {
        let mut seen = Seen::default();
        for number in 0..=MOST {
            seen.insert(number.to_string().into_bytes(), at(1000));
        }
        assert_eq!(seen.latest.len(), MOST);
        assert!(!seen.has(b"0", at(1000)) && seen.has(b"1", at(1000)));
    }
}
