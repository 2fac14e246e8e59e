//! `.git-blame-ignore-revs`: the commits that reformatted rather than wrote.

use std::collections::HashSet;

use crate::repository::Oid;

/// The commits listed, as git reads the file: a full id to the line, `#` begins a comment. A line
/// that is no full id is passed over, so that one slip does not undo the others.
pub(crate) fn ignored_revisions(text: &str) -> HashSet<Oid> {
    text.lines()
        .filter_map(|line| Oid::from_hex(line.split('#').next()?.trim()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_ids_are_read_and_comments_and_abbreviations_are_not() {
        let full = "0123456789abcdef0123456789abcdef01234567";
        let text =
            format!("# reformatted\n\n  {full}  # all of it\n0123456\n#{full}\r\nnonsense\n");
        let expected = HashSet::from([Oid::from_hex(full).unwrap()]);
        assert_eq!(ignored_revisions(&text), expected);
    }
}
