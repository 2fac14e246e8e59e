//! Which of two sequences' members stay the same: anchors that occur once on both sides first
//! (the patience of Bram Cohen's diff), the shortest edit between them (Myers, 1986).
//!
//! Our own, because the work must be bounded by counts: the crates for it bound it by a clock, or
//! only on input that means no harm.

use std::collections::HashMap;
use std::ops::Range;

/// Edits looked for between two anchors. The trace of the search takes the square of it.
const MOST_EDITS: usize = 1024;

/// Steps that counting one member costs, where one comparison costs one.
const LOOKUP: usize = 8;

/// What is left of the steps a comparison may take.
#[derive(Debug)]
pub(super) struct Effort {
    left: usize,
    /// Whether something was left out for want of steps.
    pub(super) spent: bool,
}

impl Effort {
    pub(super) fn new(steps: usize) -> Self {
        Self {
            left: steps,
            spent: false,
        }
    }

    /// Takes `steps`, if there are so many.
    pub(super) fn take(&mut self, steps: usize) -> bool {
        let enough = steps <= self.left;
        if enough {
            self.left -= steps;
        } else {
            self.spent = true;
        }
        enough
    }
}

/// A stretch of both sequences that is still to be aligned.
#[derive(Clone, Debug)]
struct Gap {
    old: Range<usize>,
    new: Range<usize>,
}

/// Pairs of equal members, in order on both sides. Where the effort is spent, members stay
/// without a partner.
pub(super) fn align(old: &[u64], new: &[u64], effort: &mut Effort) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut gaps = vec![Gap {
        old: 0..old.len(),
        new: 0..new.len(),
    }];
    while let Some(gap) = gaps.pop() {
        let gap = without_ends(gap, old, new, &mut pairs);
        if gap.old.is_empty() || gap.new.is_empty() {
            continue;
        }
        if !effort.take(LOOKUP * (gap.old.len() + gap.new.len())) {
            continue;
        }
        let common = Common::of(&gap, old, new);
        if common.anchors.is_empty() {
            common.shortest(old, new, effort, &mut pairs);
        } else {
            gaps.extend(between(&gap, &common.anchors));
            pairs.extend(common.anchors);
        }
    }
    pairs.sort_unstable();
    pairs
}

/// Pairs what both sides begin and end with; gives what lies between.
fn without_ends(mut gap: Gap, old: &[u64], new: &[u64], pairs: &mut Vec<(usize, usize)>) -> Gap {
    while !gap.old.is_empty() && !gap.new.is_empty() && old[gap.old.start] == new[gap.new.start] {
        pairs.push((gap.old.start, gap.new.start));
        gap.old.start += 1;
        gap.new.start += 1;
    }
    while !gap.old.is_empty() && !gap.new.is_empty() && old[gap.old.end - 1] == new[gap.new.end - 1]
    {
        gap.old.end -= 1;
        gap.new.end -= 1;
        pairs.push((gap.old.end, gap.new.end));
    }
    gap
}

/// What both sides of a gap have; nothing else can be paired.
struct Common {
    old: Vec<usize>,
    new: Vec<usize>,
    /// The longest row of members that occur once on each side, in one order on both.
    anchors: Vec<(usize, usize)>,
}

impl Common {
    fn of(gap: &Gap, old: &[u64], new: &[u64]) -> Self {
        let (in_old, in_new) = (places(&gap.old, old), places(&gap.new, new));
        let once = gap.new.clone().filter_map(|at| {
            let (was, is) = (in_old.get(&new[at])?, in_new.get(&new[at])?);
            Some(((*was)?, (*is)?))
        });
        Self {
            anchors: longest_ascent(&once.collect::<Vec<_>>()),
            old: gap
                .old
                .clone()
                .filter(|at| in_new.contains_key(&old[*at]))
                .collect(),
            new: gap
                .new
                .clone()
                .filter(|at| in_old.contains_key(&new[*at]))
                .collect(),
        }
    }

    /// Myers' greedy search, given up after `MOST_EDITS`: what is so different is better read as
    /// replaced.
    fn shortest(
        &self,
        old: &[u64],
        new: &[u64],
        effort: &mut Effort,
        pairs: &mut Vec<(usize, usize)>,
    ) {
        let was: Vec<u64> = self.old.iter().map(|at| old[*at]).collect();
        let is: Vec<u64> = self.new.iter().map(|at| new[*at]).collect();
        let most = MOST_EDITS.min(was.len() + is.len());
        let mut search = Search::new(&was, &is);
        for edits in 0..=most {
            let Some(steps) = search.advance(edits) else {
                search.walk_back(edits, |x, y| pairs.push((self.old[x], self.new[y])));
                return;
            };
            if !effort.take(steps) {
                return;
            }
        }
        effort.spent = true;
    }
}

/// Where each member of a range stands, if it stands there once.
fn places(range: &Range<usize>, all: &[u64]) -> HashMap<u64, Option<usize>> {
    let mut places = HashMap::with_capacity(range.len());
    for at in range.clone() {
        places
            .entry(all[at])
            .and_modify(|place| *place = None)
            .or_insert(Some(at));
    }
    places
}

/// The longest part of `pairs`, sorted by the second, that ascends in the first as well.
fn longest_ascent(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // `ends[n]` is the pair that ends the best ascent of n + 1 pairs.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (at, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].0 < pair.0);
        before.push(length.checked_sub(1).map(|last| ends[last]));
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut next = ends.last().copied();
    let mut ascent = Vec::with_capacity(ends.len());
    while let Some(at) = next {
        ascent.push(pairs[at]);
        next = before[at];
    }
    ascent.reverse();
    ascent
}

fn between(gap: &Gap, anchors: &[(usize, usize)]) -> Vec<Gap> {
    let mut from = (gap.old.start, gap.new.start);
    let mut gaps = Vec::with_capacity(anchors.len() + 1);
    for (old, new) in anchors.iter().copied().chain([(gap.old.end, gap.new.end)]) {
        gaps.push(Gap {
            old: from.0..old,
            new: from.1..new,
        });
        from = (old + 1, new + 1);
    }
    gaps
}

/// The furthest places reached with each number of edits.
struct Search<'a> {
    old: &'a [u64],
    new: &'a [u64],
    /// For each number of edits d, how far into `old` each diagonal -d, -d + 2, ... d got.
    reached: Vec<Vec<usize>>,
}

impl<'a> Search<'a> {
    fn new(old: &'a [u64], new: &'a [u64]) -> Self {
        Self {
            old,
            new,
            reached: Vec::new(),
        }
    }

    /// Where diagonal `index` begins with one edit more than the last row: whether by an
    /// insertion (from the diagonal above), and how far into `old`.
    fn start(&self, edits: usize, index: usize) -> (bool, usize) {
        let Some(row) = edits.checked_sub(1).map(|last| &self.reached[last]) else {
            return (false, 0);
        };
        // Diagonal `index` of this row lies between `index - 1` and `index` of the last.
        let removed = index.checked_sub(1).map(|below| row[below] + 1);
        let inserted = row.get(index).copied();
        match (removed, inserted) {
            (Some(removed), Some(inserted)) if removed > inserted => (false, removed),
            (_, Some(inserted)) => (true, inserted),
            (Some(removed), None) => (false, removed),
            (None, None) => (false, 0),
        }
    }

    /// Goes as far as `edits` edits lead; the steps it took, or `None` when the end was reached.
    fn advance(&mut self, edits: usize) -> Option<usize> {
        let mut steps = edits + 1;
        let mut row = Vec::with_capacity(edits + 1);
        for index in 0..=edits {
            let (_, start) = self.start(edits, index);
            let mut x = start;
            // The diagonal is 2 * index - edits, and y = x - diagonal. Beyond an edge nothing
            // matches; the place still counts, so that its neighbours may start from it.
            let mut y = x + edits - 2 * index;
            while x < self.old.len() && y < self.new.len() && self.old[x] == self.new[y] {
                x += 1;
                y += 1;
            }
            steps += x - start;
            row.push(x);
            if x == self.old.len() && y == self.new.len() {
                self.reached.push(row);
                return None;
            }
        }
        self.reached.push(row);
        Some(steps)
    }

    /// Gives the equal pairs on the way that reached the end.
    fn walk_back(&self, edits: usize, mut found: impl FnMut(usize, usize)) {
        let Some(mut index) = self.reached[edits].len().checked_sub(1) else {
            return;
        };
        let mut edits = edits;
        loop {
            let (inserted, start) = self.start(edits, index);
            let mut x = self.reached[edits][index];
            while x > start {
                x -= 1;
                found(x, x + edits - 2 * index);
            }
            if edits == 0 {
                return;
            }
            index -= usize::from(!inserted);
            edits -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aligned(old: &str, new: &str) -> String {
        let keys = |text: &str| text.bytes().map(u64::from).collect::<Vec<_>>();
        let mut effort = Effort::new(1_000_000);
        let pairs = align(&keys(old), &keys(new), &mut effort);
        assert!(!effort.spent);
        for (x, y) in &pairs {
            assert_eq!(old.as_bytes()[*x], new.as_bytes()[*y]);
        }
        assert!(
            pairs
                .windows(2)
                .all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1),
            "{pairs:?}"
        );
        pairs
            .iter()
            .map(|(x, _)| old.as_bytes()[*x] as char)
            .collect()
    }

    #[test]
    fn what_both_have_in_one_order_is_kept() {
        for (old, new, kept) in [
            ("", "", ""),
            ("abc", "", ""),
            ("", "abc", ""),
            ("abc", "abc", "abc"),
            ("abc", "axc", "ac"),
            ("abcd", "bcda", "bcd"),
            ("ababab", "bababa", "babab"),
            ("aabb", "bbaa", "bb"),
            ("abcabba", "cbabac", "baba"),
            ("xaaay", "zaaaw", "aaa"),
        ] {
            let found = aligned(old, new);
            assert_eq!(found.len(), kept.len(), "{old} {new}: {found}");
        }
    }

    #[test]
    fn the_longest_ascent_is_found() {
        let pairs = [(3, 0), (0, 1), (4, 2), (1, 3), (2, 4)];
        assert_eq!(longest_ascent(&pairs), [(0, 1), (1, 3), (2, 4)]);
    }

    #[test]
    fn spent_effort_leaves_members_without_a_partner() {
        let (old, new) = ([1, 2, 3, 2, 1, 9], [5, 2, 1, 3, 1, 2, 9]);
        let mut effort = Effort::new(40);
        assert_eq!(align(&old, &new, &mut effort), [(5, 6)]);
        assert!(effort.spent);
    }
}
