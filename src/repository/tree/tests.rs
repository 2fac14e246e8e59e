//! Trees as git writes them, and as only an enemy would.

use super::*;

fn raw(entries: &[(&str, &str, u8)]) -> Vec<u8> {
    let mut raw = Vec::new();
    for (mode, name, id) in entries {
        raw.extend_from_slice(format!("{mode} {name}\0").as_bytes());
        raw.extend_from_slice(&[*id; 20]);
    }
    raw
}

fn names(tree: &Tree) -> Vec<String> {
    (0..tree.len())
        .map(|index| String::from_utf8(tree.entry(index).unwrap().name.to_vec()).unwrap())
        .collect()
}

#[test]
fn a_folder_sorts_as_if_it_ended_in_a_slash() {
    let raw = raw(&[
        ("100644", "a.md", 1),
        ("40000", "a", 2),
        ("100644", "a0", 3),
    ]);
    let tree = Tree::parse(raw.clone());
    assert_eq!(names(&tree), ["a.md", "a", "a0"]);
    assert_eq!(tree.raw, raw);
}

#[test]
fn a_disordered_tree_is_put_in_order_and_the_first_of_twins_wins() {
    let tree = Tree::parse(raw(&[
        ("100644", "b", 1),
        ("100644", "a", 2),
        ("100644", "b", 3),
    ]));
    assert_eq!(names(&tree), ["a", "b"]);
    assert_eq!(tree.entry(1).unwrap().id, Oid([1; 20]));
}

#[test]
fn bytes_that_make_no_sense_end_the_tree() {
    let mut bytes = raw(&[("100644", "a", 1)]);
    bytes.extend_from_slice(b"100644 cut\0short");
    assert_eq!(Tree::parse(bytes.clone()).len(), 1);
    assert_eq!(entries(&bytes).last(), Some(Err(Unreadable)));
    assert_eq!(Tree::parse(b"777777777777 x\0".to_vec()).len(), 0);
}

#[test]
fn a_tree_read_by_its_likeness_to_another_is_as_if_read_alone() {
    let names = ["a", "b", "b0", "c", "d"];
    let trees: Vec<Vec<u8>> = (0..3_u32.pow(5))
        .map(|choice| {
            let ids = (0..5).map(|at| u8::try_from(choice / 3_u32.pow(at) % 3).unwrap());
            let kept = names.iter().zip(ids).filter(|(_, id)| *id > 0);
            let entries: Vec<_> = kept.map(|(name, id)| ("100644", *name, id)).collect();
            raw(&entries)
        })
        .collect();
    for (old, new) in trees
        .iter()
        .flat_map(|old| trees.iter().map(move |new| (old, new)))
    {
        let (alone, like) = (
            Tree::parse(new.to_vec()),
            Tree::parse_like(new.to_vec(), &Tree::parse(old.to_vec())),
        );
        assert_eq!((like.raw, like.offsets), (alone.raw, alone.offsets));
    }
}

#[test]
fn a_disordered_tree_is_put_in_order_also_by_its_likeness_to_another() {
    let file = |name, id| ("100644", name, id);
    let old = Tree::parse(raw(&[file("a", 1), file("b", 1), file("c", 1)]));
    let strange = [
        raw(&[file("a", 1), file("c", 1), file("b", 1)]),
        raw(&[file("b", 1), file("a", 1), file("c", 1)]),
        raw(&[file("a", 1), file("b", 1), file("b", 2), file("c", 1)]),
        [&raw(&[file("a", 1)]), b"100644 cut".as_slice()].concat(),
        [
            &raw(&[file("a", 1)]),
            b"junk".as_slice(),
            &raw(&[file("c", 1)]),
        ]
        .concat(),
    ];
    for new in strange {
        let (alone, like) = (Tree::parse(new.clone()), Tree::parse_like(new, &old));
        assert_eq!(self::names(&like), self::names(&alone));
    }
}

#[test]
fn finds_what_two_trees_share_at_both_ends() {
    let old = Tree::parse(raw(&[
        ("100644", "a", 1),
        ("100644", "b", 1),
        ("100644", "d", 1),
    ]));
    let new = Tree::parse(raw(&[
        ("100644", "a", 1),
        ("100644", "b", 2),
        ("100644", "c", 2),
        ("100644", "d", 1),
    ]));
    assert_eq!(old.shared_ends(&new), (1, 1));
    assert_eq!(new.shared_ends(&old), (1, 1));
    assert_eq!(old.shared_ends(&old), (3, 0));
    assert_eq!(Tree::parse(Vec::new()).shared_ends(&old), (0, 0));
}
