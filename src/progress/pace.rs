//! From looks at a tally to what is said of it: how much is done of how much, and how fast.

use std::cmp::Ordering;
use std::time::Duration;

use crate::tally::{Seen, Stage};

/// A rate over less than this says nothing.
const LEAST: Duration = Duration::from_millis(400);
/// Characters of a bar.
const WIDTH: u64 = 24;

/// What earlier looks at a tally saw.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// The first look at the present stage, and when that was.
    first: Option<(Seen, Duration)>,
}

/// What there is to say of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) stage: Stage,
    pub(super) done: u64,
    pub(super) total: Option<u64>,
    /// Since the stage began.
    pub(super) per_second: Option<u64>,
}

impl Pace {
    /// Takes a look at a time since the start.
    pub(super) fn look(&mut self, seen: Option<Seen>, at: Duration) -> Option<Step> {
        let seen = seen?;
        let same = self.first.filter(|(first, _)| first.turn == seen.turn);
        let (first, begun) = *self.first.insert(same.unwrap_or((seen, at)));
        let took = at.saturating_sub(begun);
        let done = seen.done.saturating_sub(first.done);
        let rate = u128::from(done) * 1000 / took.as_millis().max(1);
        let rate = u64::try_from(rate).ok().filter(|rate| *rate > 0);
        Some(Step {
            stage: seen.stage,
            done: seen.done,
            total: seen.total,
            per_second: rate.filter(|_| took >= LEAST),
        })
    }
}

impl Step {
    /// How much of a total that is known is done, as a bar.
    pub(super) fn bar(&self) -> String {
        let Some(total) = self.total.filter(|total| *total > 0) else {
            return String::new();
        };
        let full = u128::from(self.done.min(total)) * u128::from(WIDTH) / u128::from(total);
        let bar = (0..u128::from(WIDTH)).map(|at| match at.cmp(&full) {
            Ordering::Less => '=',
            Ordering::Equal => '>',
            Ordering::Greater => ' ',
        });
        format!("[{}] ", bar.collect::<String>())
    }

    /// One line for a terminal.
    pub(super) fn line(&self) -> String {
        let (verb, noun) = self.stage.words();
        let done = grouped(self.done);
        let total = self.total.map(|total| format!(" of {}", grouped(total)));
        let rate = self.per_second.map(|rate| format!("  {}/s", grouped(rate)));
        let (total, rate) = (total.unwrap_or_default(), rate.unwrap_or_default());
        format!("{verb}  {done}{total} {noun}{rate}")
    }
}

/// A number with a comma between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::Tally;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn thousands_stand_apart() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (12_345, "12,345"),
            (1_002_003, "1,002,003"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn a_line_says_what_is_done_of_what_and_how_fast() {
        let mut step = Step {
            stage: Stage::Texts,
            done: 6120,
            total: Some(9800),
            per_second: Some(3100),
        };
        assert_eq!(step.line(), "rendering  6,120 of 9,800 texts  3,100/s");
        step.per_second = None;
        assert_eq!(step.line(), "rendering  6,120 of 9,800 texts");
        step.total = None;
        step.stage = Stage::Commits;
        assert_eq!(step.line(), "reading  6,120 commits");
    }

    #[test]
    fn a_bar_is_as_full_as_the_work_is_done() {
        let bar = |done, total| {
            Step {
                stage: Stage::Texts,
                done,
                total,
                per_second: None,
            }
            .bar()
        };
        assert_eq!(bar(0, Some(10)), "[>                       ] ");
        assert_eq!(bar(5, Some(10)), "[============>           ] ");
        assert_eq!(bar(10, Some(10)), "[========================] ");
        assert_eq!(bar(5, None), "");
    }

    #[test]
    fn the_rate_is_that_of_the_stage_at_hand() {
        let (tally, mut pace) = (Tally::default(), Pace::default());
        assert_eq!(pace.look(tally.seen(), SECOND), None);
        tally.begin(Stage::Documents, 1000);
        tally.add(100);
        let mut rate = |at| pace.look(tally.seen(), at).unwrap().per_second;
        assert_eq!(rate(SECOND), None);
        tally.add(100);
        assert_eq!(rate(SECOND + LEAST / 2), None, "too soon to tell");
        assert_eq!(rate(SECOND * 3), Some(50));
        tally.begin(Stage::Texts, 1000);
        tally.add(10);
        assert_eq!(rate(SECOND * 4), None);
        tally.add(90);
        assert_eq!(rate(SECOND * 5), Some(90));
    }
}
