//! Which replaced blocks are the same block, edited: those that share most of their words, in
//! order.

use super::alignment::{Effort, align};
use super::elements::{single, wholes};
use super::tree::{Content, Node, Words, atom_key, hash};

/// In thousandths, how much two blocks have to share.
const ALIKE: usize = 400;
/// Where there are more blocks than this, old and new multiplied, those that share a rare phrase
/// are paired first, and others only between them.
const FEW: usize = 1_600;
/// Where there are more even then, nothing is paired.
const MOST: usize = 40_000;

/// What a block says, for likeness.
#[derive(Default)]
struct Profile {
    /// Hashes of its words, sorted.
    words: Vec<u64>,
    /// The least hash of two words in a row: most likely the same after a small edit (a MinHash).
    phrase: u64,
}

/// Two lists of blocks, to be paired.
struct Blocks<'n, 'a> {
    old: &'n [Node<'a>],
    new: &'n [Node<'a>],
    was: Vec<Profile>,
    is: Vec<Profile>,
}

/// Pairs of blocks, in order on both sides, that share the most words in all.
pub(super) fn pair(old: &[Node<'_>], new: &[Node<'_>], effort: &mut Effort) -> Vec<(usize, usize)> {
    if old.is_empty() || new.is_empty() {
        return Vec::new();
    }
    let blocks = Blocks {
        old,
        new,
        was: profiles(old),
        is: profiles(new),
    };
    if old.len() * new.len() <= FEW {
        return blocks.between((0, 0), (old.len(), new.len()), effort);
    }
    let phrases = |all: &[Profile]| all.iter().map(|one| one.phrase).collect::<Vec<_>>();
    let mut first = align(&phrases(&blocks.was), &phrases(&blocks.is), effort);
    first.retain(|(x, y)| blocks.alike(*x, *y) >= ALIKE);
    let mut pairs = Vec::new();
    let mut at = (0, 0);
    for (x, y) in first.into_iter().chain([(old.len(), new.len())]) {
        pairs.extend(blocks.between(at, (x, y), effort));
        pairs.extend((x < old.len()).then_some((x, y)));
        at = (x + 1, y + 1);
    }
    pairs
}

impl Blocks<'_, '_> {
    /// The best pairs in a part of the lists.
    fn between(
        &self,
        from: (usize, usize),
        to: (usize, usize),
        effort: &mut Effort,
    ) -> Vec<(usize, usize)> {
        let (old, new) = (to.0 - from.0, to.1 - from.1);
        let words =
            |profiles: &[Profile]| profiles.iter().map(|one| one.words.len()).sum::<usize>();
        let (was, is) = (
            words(&self.was[from.0..to.0]),
            words(&self.is[from.1..to.1]),
        );
        if old * new > MOST {
            effort.spent = true;
            return Vec::new();
        }
        if old * new == 0 || !effort.take(old * new + was * new + is * old) {
            return Vec::new();
        }
        let pairs = best(old, new, |x, y| self.alike(from.0 + x, from.1 + y));
        pairs
            .into_iter()
            .map(|(x, y)| (from.0 + x, from.1 + y))
            .collect()
    }

    /// In thousandths; zero for blocks that cannot be shown as one.
    fn alike(&self, x: usize, y: usize) -> usize {
        if same_shell(&self.old[x], &self.new[y]) {
            likeness(self.old[x].name(), &self.was[x].words, &self.is[y].words)
        } else {
            0
        }
    }
}

/// The pairs of the greatest sum, by the usual table of best beginnings.
fn best(old: usize, new: usize, alike: impl Fn(usize, usize) -> usize) -> Vec<(usize, usize)> {
    let width = new + 1;
    let mut sums = vec![0_u32; (old + 1) * width];
    let mut taken = vec![false; (old + 1) * width];
    for x in 0..old {
        for y in 0..new {
            let likeness = alike(x, y);
            let without = sums[x * width + y + 1].max(sums[(x + 1) * width + y]);
            let with = sums[x * width + y] + u32::try_from(likeness).unwrap_or(0);
            let here = (x + 1) * width + y + 1;
            taken[here] = likeness >= ALIKE && with > without;
            sums[here] = if taken[here] { with } else { without };
        }
    }
    let (mut x, mut y) = (old, new);
    let mut pairs = Vec::new();
    while x > 0 && y > 0 {
        if taken[x * width + y] {
            (x, y) = (x - 1, y - 1);
            pairs.push((x, y));
        } else if sums[(x - 1) * width + y] >= sums[x * width + y - 1] {
            x -= 1;
        } else {
            y -= 1;
        }
    }
    pairs.reverse();
    pairs
}

/// Whether one can be shown inside the tags of the other. Of parts only the name counts: a cell
/// that is aligned anew is the same cell.
fn same_shell(old: &Node<'_>, new: &Node<'_>) -> bool {
    match (&old.content, &new.content) {
        (Content::Run(_), Content::Run(_)) => true,
        (Content::Element { tag: was, .. }, Content::Element { tag: is, .. }) => {
            let part = !wholes(was.name).is_empty();
            let forms = was.name == is.name && (part || was.telling().eq(is.telling()));
            forms && single_parts(old).eq(single_parts(new))
        }
        _ => false,
    }
}

/// The parts a block has at most once, and whether they come first: two figures whose captions
/// stand above and below cannot be shown as one.
fn single_parts<'n>(node: &'n Node<'_>) -> impl Iterator<Item = (bool, &'static str)> + 'n {
    let children = node.children().iter().enumerate();
    children
        .filter(|(_, child)| single(child.name()))
        .map(|(at, child)| (at == 0, child.name()))
}

/// Dice's coefficient of two sorted profiles, in thousandths. Cells, runs, and parts there is
/// only one of go together however little they share: a table must keep its columns.
fn likeness(name: &str, was: &[u64], is: &[u64]) -> usize {
    let bound = single(name) || matches!(name, "" | "td" | "th");
    let least = if bound { 500 } else { 0 };
    if was.is_empty() && is.is_empty() {
        return 1000;
    }
    let (mut x, mut y, mut common) = (0, 0, 0);
    while x < was.len() && y < is.len() {
        match was[x].cmp(&is[y]) {
            std::cmp::Ordering::Less => x += 1,
            std::cmp::Ordering::Greater => y += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                x += 1;
                y += 1;
            }
        }
    }
    least.max(2000 * common / (was.len() + is.len()))
}

fn profiles(nodes: &[Node<'_>]) -> Vec<Profile> {
    let profiles = nodes.iter().map(|node| {
        let mut words = Vec::new();
        gather(node, &mut words);
        let phrases = words.windows(2).map(|two| hash(&two)).min();
        let phrase = phrases.or(words.first().copied()).unwrap_or(0);
        words.sort_unstable();
        Profile { words, phrase }
    });
    profiles.collect()
}

/// The words of a node, as hashes. Punctuation separates and does not count.
fn gather(node: &Node<'_>, words: &mut Vec<u64>) {
    node.children()
        .iter()
        .for_each(|child| gather(child, words));
    let Content::Run(pieces) = &node.content else {
        return;
    };
    for piece in pieces {
        match &piece.words {
            Words::Atom(tag) => words.push(atom_key(tag)),
            Words::Text(text) => {
                let parts = text.split(|c: char| !(without_spaces(c) || c.is_alphanumeric()));
                parts.filter(|part| !part.is_empty()).for_each(|part| {
                    if part.contains(without_spaces) {
                        words.extend(part.chars().map(|letter| hash(&letter)));
                    } else {
                        words.push(hash(&part));
                    }
                });
            }
        }
    }
}

/// Whether a letter belongs to a script that writes no spaces between words, roughly: what
/// begins with Thai, and is not Hangul syllables.
fn without_spaces(letter: char) -> bool {
    letter >= '\u{e00}' && !('\u{ac00}'..'\u{d7b0}').contains(&letter)
}
