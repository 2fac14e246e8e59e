//! Packs written by git, whole and broken, read here and by libgit2.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Kind, Packs, Place, Reader, apply};
use crate::repository::fixture::{Fixture, write_file};
use crate::repository::tree::Tree;
use crate::repository::trees::Trees;
use crate::repository::{Oid, objects};

const LIMIT: u64 = 1 << 20;

/// A history of a folder that changes a little each time, in one pack of deltas.
fn packed(options: &[&str]) -> (Fixture, PathBuf) {
    let mut blog = Fixture::new();
    let text = |post: usize, edit: usize| format!("# Post {post}\n\nEdit {edit}.\n").repeat(40);
    for post in 0..60 {
        blog.write(&format!("posts/{post:03}.md"), &text(post, 0));
    }
    blog.commit("Write");
    for edit in 1..=20 {
        let post = edit * 7 % 60;
        blog.commit_files(&[(&format!("posts/{post:03}.md"), &text(post, edit))]);
    }
    let repack = ["repack", "-q", "-a", "-d", "-f", "--depth=12"];
    blog.git(&[options, &repack].concat());
    let objects = blog.blog().join(".git/objects");
    (blog, objects)
}

fn all(blog: &Fixture) -> Vec<Oid> {
    let arguments = [
        "cat-file",
        "--batch-all-objects",
        "--batch-check=%(objectname)",
    ];
    let names = blog.git(&arguments);
    names.lines().filter_map(Oid::from_hex).collect()
}

/// The whole object, its kind, and how many deltas it took.
fn whole(reader: &mut Reader, place: Place) -> Option<(Kind, Vec<u8>, usize)> {
    let stored = reader.read(place, LIMIT)?;
    let Kind::Delta(base) = stored.kind else {
        return Some((stored.kind, stored.bytes, 0));
    };
    let (kind, base, deltas) = whole(reader, base)?;
    Some((kind, apply(&base, &stored.bytes, LIMIT)?, deltas + 1))
}

fn reads_like_libgit2(options: &[&str]) {
    let (blog, folder) = packed(options);
    let packs = Arc::new(Packs::open(&folder));
    let mut reader = Reader::new(Arc::clone(&packs));
    let repository = git2::Repository::open(blog.blog()).unwrap();
    let odb = repository.odb().unwrap();
    let mut longest = 0;
    for id in all(&blog) {
        let place = reader.find(id).unwrap();
        let (kind, bytes, deltas) = whole(&mut reader, place).unwrap();
        let wanted = odb.read(id.git()).unwrap();
        let name = match kind {
            Kind::Commit => "commit",
            Kind::Tree => "tree",
            Kind::Blob => "blob",
            Kind::Delta(_) => "delta",
        };
        assert_eq!(name, wanted.kind().str());
        assert_eq!(bytes, wanted.data(), "{id}");
        longest = longest.max(deltas);
    }
    assert!(longest > 3, "the longest chain has {longest} deltas");
    assert_eq!(reader.find(Oid([7; 20])), None);
}

#[test]
fn every_object_reads_as_libgit2_reads_it() {
    reads_like_libgit2(&[]);
}

#[test]
fn deltas_may_name_their_base_by_its_id() {
    reads_like_libgit2(&["-c", "repack.useDeltaBaseOffset=false"]);
}

#[test]
fn an_index_says_the_same_whether_or_not_it_is_held() {
    let (blog, folder) = packed(&[]);
    let (packs, held) = (Packs::open(&folder), Packs::open(&folder));
    held.hold();
    let near = |id: Oid| {
        let mut other = id;
        other.0[19] ^= 1;
        other
    };
    for id in all(&blog) {
        assert!(packs.find(id).is_some());
        assert_eq!(packs.find(id), held.find(id));
        assert_eq!((packs.find(near(id)), held.find(near(id))), (None, None));
    }
}

#[test]
fn an_index_whose_ids_are_unevenly_spread_is_searched_to_its_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pack-x.idx");
    let ids: Vec<[u8; 20]> = (0..5000_u32)
        .map(|number| {
            let mut id = [0; 20];
            id[0] = 7;
            id[16..].copy_from_slice(&(number * 2).to_be_bytes());
            id
        })
        .collect();
    let mut bytes = b"\xfftOc\0\0\0\x02".to_vec();
    let fan_out = |first: u32| if first < 7 { 0 } else { 5000_u32 };
    bytes.extend((0..256).flat_map(|first| fan_out(first).to_be_bytes()));
    bytes.extend(ids.concat());
    bytes.extend([0; 5000 * 4]);
    bytes.extend((0..5000_u32).flat_map(|number| (number * 3).to_be_bytes()));
    bytes.extend([0; 40]);
    write_file(&path, &bytes);
    let index = super::Index::open(&path).unwrap();
    for (number, id) in ids.iter().enumerate() {
        assert_eq!(index.find(Oid(*id)), Some(number as u64 * 3));
        let mut missing = *id;
        missing[19] |= 1;
        assert_eq!(index.find(Oid(missing)), None);
    }
    write_file(&path, &bytes[..bytes.len() - 1]);
    assert!(super::Index::open(&path).is_err());
}

#[test]
fn trees_made_from_deltas_equal_those_read_alone() {
    let (blog, folder) = packed(&[]);
    let packs = Arc::new(Packs::open(&folder));
    let repository = git2::Repository::open(blog.blog()).unwrap();
    let odb = repository.odb().unwrap();
    let mut trees = Trees::new(&odb, packs);
    let mut seen = 0;
    for id in all(&blog) {
        let Ok(object) = objects::tree(&odb, id) else {
            continue;
        };
        let (made, alone) = (
            trees.get(Some(id)).unwrap(),
            Tree::parse(object.data().to_vec()),
        );
        assert_eq!(made.stored(), alone.stored());
        let entries = |tree: &Tree| -> Vec<Vec<u8>> {
            (0..tree.len())
                .map(|place| tree.bytes(place).to_vec())
                .collect()
        };
        assert_eq!(entries(&made), entries(&alone));
        seen += 1;
    }
    assert!(seen > 40, "{seen} trees");
}

#[test]
fn an_object_over_the_limit_is_not_inflated() {
    let (blog, folder) = packed(&[]);
    let packs = Arc::new(Packs::open(&folder));
    let mut reader = Reader::new(Arc::clone(&packs));
    let places = all(&blog).into_iter().filter_map(|id| reader.find(id));
    let large: Vec<_> = places.collect();
    assert!(large.iter().any(|place| reader.read(*place, 100).is_none()));
    assert!(
        large
            .iter()
            .all(|place| reader.read(*place, LIMIT).is_some())
    );
}

#[test]
fn a_broken_pack_reads_wrong_or_not_at_all_but_does_no_harm() {
    let (blog, folder) = packed(&[]);
    let ids = all(&blog);
    for extension in ["idx", "pack"] {
        let file = fs::read_dir(folder.join("pack"))
            .unwrap()
            .map(|file| file.unwrap().path())
            .find(|path| path.extension().is_some_and(|found| found == extension))
            .unwrap();
        let bytes = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        let broken = (0..bytes.len()).step_by(211).flat_map(|place| {
            let mut flipped = bytes.clone();
            flipped[place] ^= 0xff;
            [flipped, bytes[..place].to_vec()]
        });
        for bytes in broken {
            write_file(&file, &bytes);
            let packs = Arc::new(Packs::open(&folder));
            let mut reader = Reader::new(Arc::clone(&packs));
            for id in &ids {
                let _read = reader.find(*id).and_then(|place| whole(&mut reader, place));
            }
        }
        write_file(&file, &bytes);
    }
}

#[test]
fn a_folder_without_packs_holds_nothing() {
    let blog = Fixture::new();
    let packs = Packs::open(&blog.blog().join(".git/objects"));
    assert_eq!(packs.find(Oid([0; 20])), None);
}
