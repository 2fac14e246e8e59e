//! Raw tree objects. libgit2's own tree parsing and diff cost 35 to 50 times as much on large
//! flat folders, so entries are read where they lie.

#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use super::Oid;

/// One entry of a tree object, borrowed from its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub(super) kind: Kind,
    pub(super) name: &'a [u8],
    pub(super) id: Oid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    Symlink,
    Submodule,
    Unknown,
}

/// A tree object whose entries can be reached by number, in git's order and without duplicates.
pub(super) struct Tree {
    raw: Vec<u8>,
    /// Where each entry begins, and the end of the last.
    offsets: Vec<u32>,
    /// The entries had to be put in order, so that `raw` is not what git has.
    mended: bool,
}

impl Tree {
    /// Reads a tree; a hostile one is put in order first, and what cannot be read ends it.
    pub(super) fn parse(raw: Vec<u8>) -> Self {
        let (offsets, ordered) = offsets(&raw);
        if ordered {
            let mended = false;
            return Self {
                raw,
                offsets,
                mended,
            };
        }
        let mut entries: Vec<&[u8]> = offsets
            .windows(2)
            .map(|ends| &raw[ends[0] as usize..ends[1] as usize])
            .collect();
        entries.sort_by(|a, b| compare(a, b));
        entries.dedup_by(|later, first| compare(later, first) == Ordering::Equal);
        let raw = entries.concat();
        let offsets = self::offsets(&raw).0;
        let mended = true;
        Self {
            raw,
            offsets,
            mended,
        }
    }

    /// Reads a tree that is much like another: only what differs is taken apart.
    pub(super) fn parse_like(raw: Vec<u8>, other: &Self) -> Self {
        let (front, back) = shared(&raw, other);
        let (begin, end) = (other.offsets[front], other.offsets[other.len() - back]);
        let tail = other.raw.len() - end as usize;
        let Some(middle) = raw.get(begin as usize..raw.len() - tail) else {
            return Self::parse(raw);
        };
        let (inside, ordered) = offsets(middle);
        let whole = inside
            .last()
            .is_some_and(|end| *end as usize == middle.len());
        let offsets: Vec<u32> = other.offsets[..front]
            .iter()
            .copied()
            .chain(inside.iter().map(|offset| begin + offset))
            .chain(
                other.offsets[other.len() - back..]
                    .iter()
                    .skip(1)
                    .map(|offset| begin + length(middle) + (offset - end)),
            )
            .collect();
        let seams = [front, front + inside.len() - 1];
        let tree = Self {
            raw,
            offsets,
            mended: false,
        };
        if whole && ordered && seams.into_iter().all(|seam| tree.joins(seam)) {
            tree
        } else {
            Self::parse(tree.raw)
        }
    }

    /// The object's bytes as git has them; `None` where they were put in order.
    pub(super) fn stored(&self) -> Option<&[u8]> {
        (!self.mended).then_some(&self.raw[..])
    }

    /// Whether the entries to both sides of a place are in order.
    fn joins(&self, place: usize) -> bool {
        if place == 0 || place >= self.len() {
            return true;
        }
        match (self.entry(place - 1), self.entry(place)) {
            (Some(a), Some(b)) => in_order(&a, &b),
            _ => false,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Bytes held in memory.
    pub(super) fn weight(&self) -> usize {
        self.raw.len() + self.offsets.len() * size_of::<u32>()
    }

    /// The entry's bytes; equal bytes mean an equal entry.
    pub(super) fn bytes(&self, index: usize) -> &[u8] {
        &self.raw[self.offsets[index] as usize..self.offsets[index + 1] as usize]
    }

    pub(super) fn entry(&self, index: usize) -> Option<Entry<'_>> {
        split(self.bytes(index)).map(|(entry, _)| entry)
    }

    /// Entries at the start and at the end that two trees share, found by comparing memory.
    pub(super) fn shared_ends(&self, other: &Self) -> (usize, usize) {
        let (front, back) = shared(&other.raw, self);
        let most = self.len().min(other.len());
        let front = front.min(most);
        (front, back.min(most - front))
    }
}

/// How many entries of a tree stand whole at the start and at the end of some bytes, without
/// overlap in either.
fn shared(raw: &[u8], tree: &Tree) -> (usize, usize) {
    let prefix = common_prefix(raw, &tree.raw);
    let front = tree
        .offsets
        .partition_point(|offset| *offset as usize <= prefix)
        .saturating_sub(1);
    let used = tree.offsets[front] as usize;
    let suffix = common_suffix(&raw[used..], &tree.raw[used..]);
    let ends = tree.raw.len() - suffix;
    let back = tree
        .offsets
        .partition_point(|offset| (*offset as usize) < ends);
    (front, tree.len() - back.clamp(front, tree.len()))
}

/// The entries of a raw tree in the order they stand, duplicates and all; `Err` where the bytes
/// stop making sense.
pub(super) fn entries(raw: &[u8]) -> impl Iterator<Item = Result<Entry<'_>, Unreadable>> {
    let mut rest = raw;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some((entry, after)) = split(rest) else {
            rest = &[];
            return Some(Err(Unreadable));
        };
        rest = after;
        Some(Ok(entry))
    })
}

/// A tree object is not one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

/// Git's order: names as bytes, a folder as if it ended in `/`.
pub(super) fn order(a: &Entry<'_>, b: &Entry<'_>) -> Ordering {
    key(a).cmp(key(b))
}

fn key<'a>(entry: &Entry<'a>) -> impl Iterator<Item = u8> + 'a {
    let slash = (entry.kind == Kind::Folder).then_some(b'/');
    entry.name.iter().copied().chain(slash)
}

fn compare(a: &[u8], b: &[u8]) -> Ordering {
    match (split(a), split(b)) {
        (Some((a, _)), Some((b, _))) => order(&a, &b),
        _ => Ordering::Equal,
    }
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

/// Where entries begin, and whether they stand in git's order, each once.
fn offsets(raw: &[u8]) -> (Vec<u32>, bool) {
    let mut offsets = vec![0];
    let mut ordered = true;
    let mut rest = raw;
    let mut last: Option<Entry<'_>> = None;
    while let Some((entry, after)) = split(rest) {
        ordered &= last.is_none_or(|last| in_order(&last, &entry));
        last = Some(entry);
        rest = after;
        let Ok(offset) = u32::try_from(raw.len() - rest.len()) else {
            break;
        };
        offsets.push(offset);
    }
    (offsets, ordered)
}

/// `a` before `b`; the plain comparison settles nearly all without looking at the slash.
fn in_order(a: &Entry<'_>, b: &Entry<'_>) -> bool {
    let common = a.name.len().min(b.name.len());
    match a.name[..common].cmp(&b.name[..common]) {
        Ordering::Less => true,
        Ordering::Greater => false,
        Ordering::Equal => order(a, b) == Ordering::Less,
    }
}

fn split(raw: &[u8]) -> Option<(Entry<'_>, &[u8])> {
    let space = raw.iter().take(8).position(|byte| *byte == b' ')?;
    let mode = raw[..space].iter().try_fold(0u32, |mode, digit| {
        (b'0'..=b'7')
            .contains(digit)
            .then(|| mode * 8 + u32::from(digit - b'0'))
    })?;
    let rest = &raw[space + 1..];
    let end = rest.iter().position(|byte| *byte == 0)?;
    let id: [u8; 20] = rest.get(end + 1..end + 21)?.try_into().ok()?;
    let entry = Entry {
        kind: kind(mode),
        name: &rest[..end],
        id: Oid(id),
    };
    Some((entry, &rest[end + 21..]))
}

fn kind(mode: u32) -> Kind {
    match mode & 0o170_000 {
        0o100_000 => Kind::File,
        0o040_000 => Kind::Folder,
        0o120_000 => Kind::Symlink,
        0o160_000 => Kind::Submodule,
        _ => Kind::Unknown,
    }
}

fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    const BLOCK: usize = 64;
    let blocks = a
        .chunks_exact(BLOCK)
        .zip(b.chunks_exact(BLOCK))
        .take_while(|(a, b)| a == b)
        .count()
        * BLOCK;
    let tail = a[blocks..]
        .iter()
        .zip(&b[blocks..])
        .take_while(|(a, b)| a == b)
        .count();
    blocks + tail
}

fn common_suffix(a: &[u8], b: &[u8]) -> usize {
    const BLOCK: usize = 64;
    let blocks = a
        .rchunks_exact(BLOCK)
        .zip(b.rchunks_exact(BLOCK))
        .take_while(|(a, b)| a == b)
        .count()
        * BLOCK;
    let (a, b) = (&a[..a.len() - blocks], &b[..b.len() - blocks]);
    let tail = a.iter().rev().zip(b.iter().rev());
    blocks + tail.take_while(|(a, b)| a == b).count()
}

/// Looks a path up, part by part; `read` gives a tree's bytes.
pub(super) fn find<E>(
    root: Oid,
    path: &str,
    mut read: impl FnMut(Oid) -> Result<Vec<u8>, E>,
) -> Result<Option<(Kind, Oid)>, E> {
    let mut found = (Kind::Folder, root);
    for part in path.split('/').filter(|part| !part.is_empty()) {
        if found.0 != Kind::Folder {
            return Ok(None);
        }
        let raw = read(found.1)?;
        let entry = entries(&raw)
            .filter_map(Result::ok)
            .find(|entry| entry.name == part.as_bytes());
        let Some(entry) = entry else {
            return Ok(None);
        };
        found = (entry.kind, entry.id);
    }
    Ok(Some(found))
}
