//! Blobs read side by side, wherever they lie.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use crate::repository::fixture::{Fixture, text, write_file};
use crate::repository::{Contents, Error, Oid, Repository};

/// Some blobs in one pack, as deltas of each other, some in another, and some loose.
fn scattered() -> (Fixture, Vec<(Oid, String)>) {
    let mut blog = Fixture::new();
    let words = |post: usize, edit: usize| format!("Post {post}, edit {edit}. ").repeat(200 + edit);
    let mut written = Vec::new();
    for edit in 0..30 {
        let text = words(edit % 3, edit);
        blog.commit_files(&[(&format!("{}.md", edit % 3), &text)]);
        written.push((blog.object("blob", text.as_bytes()), text));
        match edit {
            15 => drop(blog.git(&["repack", "-q", "-a", "-d", "-f"])),
            25 => drop(blog.git(&["repack", "-q", "-d"])),
            _ => {}
        }
    }
    (blog, written)
}

fn read_all(contents: &Contents, written: &[(Oid, String)]) {
    let ids: Vec<Oid> = written.iter().map(|(id, _)| *id).collect();
    let read = contents.each(&ids, 1 << 20, |_, blob| blob.unwrap());
    for ((_, text), read) in written.iter().zip(read) {
        assert_eq!(read, text.as_bytes());
    }
    written.par_iter().for_each(|(id, text)| {
        assert_eq!(contents.blob(*id, 1 << 20).unwrap(), text.as_bytes());
    });
}

#[test]
fn blobs_read_the_same_from_packs_loose_and_in_a_mirror() {
    let (blog, written) = scattered();
    let packs = fs::read_dir(blog.blog().join(".git/objects/pack")).unwrap();
    let is_pack = |path: &PathBuf| path.extension().is_some_and(|it| it == "pack");
    let paths = packs.map(|pack| pack.unwrap().path());
    assert_eq!(paths.filter(is_pack).count(), 2);
    for repository in [blog.working_tree(), blog.mirror()] {
        let contents = repository.contents().unwrap();
        read_all(&contents, &written);
        contents.forget();
        read_all(&contents, &written);
    }
}

#[test]
fn blobs_that_are_borrowed_from_elsewhere_are_read_too() {
    let (blog, written) = scattered();
    blog.git(&["clone", "-q", "--shared", ".", "../borrower"]);
    let borrower = blog.location(text(&blog.top.path().join("borrower")));
    let borrower = Repository::open(&borrower).unwrap();
    read_all(&borrower.contents().unwrap(), &written);
}

#[test]
fn what_is_no_blob_is_said_in_the_same_words_as_ever() {
    let (mut blog, written) = scattered();
    let tip = blog.tip();
    let size = written[0].1.len() as u64;
    blog.git(&["repack", "-q", "-a", "-d"]);
    let loose = blog.commit_files(&[("new.md", "new")]);
    let contents = blog.working_tree().contents().unwrap();
    for commit in [tip, loose] {
        let read = contents.blob(commit, 1 << 20);
        assert!(matches!(read, Err(Error::WrongKind { .. })), "{read:?}");
    }
    let missing = contents.blob(Oid([7; 20]), 1 << 20);
    assert!(matches!(missing, Err(Error::Missing { .. })));
    let large = contents.blob(written[0].0, size - 1);
    assert!(matches!(large, Err(Error::TooLarge { .. })), "{large:?}");
    assert!(contents.blob(written[0].0, size).is_ok());
}

#[test]
fn packs_that_come_with_a_fetch_are_read_and_those_that_stay_are_not_opened_again() {
    let (mut blog, written) = scattered();
    let mut mirror = blog.mirror();
    mirror.snapshot().unwrap();
    let before = mirror.contents().unwrap();
    mirror.snapshot().unwrap();
    assert!(Arc::ptr_eq(&before, &mirror.contents().unwrap()));
    blog.commit_files(&[("new.md", "new")]);
    blog.git(&["repack", "-q", "-a", "-d", "-f"]);
    mirror.fetch().unwrap();
    let snapshot = mirror.snapshot().unwrap();
    let new = snapshot.files.iter().find(|file| &*file.path == "new.md");
    assert_eq!(mirror.read(new.unwrap()).unwrap(), b"new");
    read_all(&mirror.contents().unwrap(), &written);
    read_all(&before, &written);
}

#[test]
fn a_blob_that_rots_in_a_mirror_is_damage_and_the_next_fetch_mends_it() {
    let (blog, written) = scattered();
    drop(blog.mirror());
    let packs = blog.data_dir().join("mirror.git/objects/pack");
    for entry in fs::read_dir(&packs).unwrap() {
        let path = entry.unwrap().path();
        let mut bytes = fs::read(&path).unwrap();
        if path.extension().is_some_and(|it| it == "pack") {
            let middle = bytes.len() / 8..bytes.len() - 20;
            let flipped = bytes[middle].iter_mut().step_by(8);
            flipped.for_each(|byte| *byte ^= 4);
            fs::remove_file(&path).unwrap();
            write_file(&path, &bytes);
        }
    }
    let mut mirror = Repository::open(&blog.bare()).unwrap();
    let contents = mirror.contents().unwrap();
    let read = |contents: &Contents| {
        let read = written.iter().map(|(id, _)| contents.blob(*id, 1 << 20));
        read.filter(Result::is_err).count()
    };
    assert!(read(&contents) > 0);
    mirror.fetch().unwrap();
    mirror.snapshot().unwrap();
    assert_eq!(read(&mirror.contents().unwrap()), 0);
}

#[test]
fn commits_read_ahead_from_a_pack_are_those_that_are_read_one_by_one() {
    let blog = Fixture::new();
    let mut stream = String::new();
    for number in 0..1500 {
        let text = format!("Text {number}.\n");
        stream.push_str(&format!(
            "commit refs/heads/main\nauthor Ann <ann@x> {number} +0100\ncommitter Ben <ben@x> {number} +0100\ndata 1\nx\nM 644 inline posts/{}.md\ndata {}\n{text}\n",
            number % 30,
            text.len()
        ));
    }
    blog.git_with(&["fast-import", "--quiet"], stream.as_bytes());
    let tip = blog.tip();
    let read = || {
        let (commits, walked) = blog.working_tree().commits(tip, &|_| false).unwrap();
        assert!(walked.whole);
        format!("{commits:?}")
    };
    // Trees and texts lie between the commits until they are packed again.
    let scattered = read();
    blog.git(&["repack", "-q", "-a", "-d"]);
    assert_eq!(read(), scattered);
    assert_eq!(scattered.matches("committer").count(), 1500);
    let packs = blog.blog().join(".git/objects/pack");
    let away = blog.top.path().join("away");
    fs::rename(&packs, &away).unwrap();
    let files = fs::read_dir(&away)
        .unwrap()
        .map(|file| file.unwrap().path());
    let pack = files.filter(|path| path.extension().is_some_and(|it| it == "pack"));
    for pack in pack {
        blog.git_with(&["unpack-objects", "-q"], &fs::read(pack).unwrap());
    }
    assert_eq!(read(), scattered);
}
