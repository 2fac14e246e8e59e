//! What a mirror takes from a repository on this machine, and how.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::repository::fixture::{Fixture, paths, text, write_file};
use crate::repository::{Error, Oid, Repository};

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).into_iter().flatten();
    let paths = files.map(|file| file.unwrap().path());
    let mut paths: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|it| it == extension))
        .collect();
    paths.sort();
    paths
}

/// A blog in one pack, and where that lies.
fn packed() -> (Fixture, PathBuf) {
    let mut blog = Fixture::new();
    for edit in 0..10 {
        let text = format!("Edit {edit}.\n").repeat(50);
        blog.commit_files(&[("posts/a.md", &text), ("posts/b.md", &text)]);
    }
    blog.git(&["repack", "-q", "-a", "-d"]);
    let packs = blog.blog().join(".git/objects/pack");
    (blog, packs)
}

fn mirrored(blog: &Fixture) -> PathBuf {
    blog.data_dir().join("mirror.git/objects")
}

/// Everything the tip reaches can be read.
fn is_whole(mirror: &mut Repository, tip: Oid) {
    let snapshot = mirror.snapshot().unwrap();
    assert_eq!(snapshot.commit, Some(tip));
    let (commits, walked) = mirror.commits(tip, &|_| false).unwrap();
    assert!(walked.whole);
    let blobs = commits.iter().flat_map(|commit| &commit.changes);
    for blob in blobs.filter_map(|change| change.new) {
        let read = mirror.blob(blob, 1 << 20).unwrap();
        assert_eq!(Oid::of_blob(&read), blob);
    }
}

#[test]
fn a_first_clone_takes_packs_as_they_are() {
    let (mut blog, packs) = packed();
    let tip = blog.commit_files(&[("posts/loose.md", "loose")]);
    let mut mirror = blog.mirror();
    let inodes = |folder: &Path| -> Vec<u64> {
        let files = files(folder, "pack")
            .into_iter()
            .chain(files(folder, "idx"));
        files
            .map(|file| fs::metadata(file).unwrap().ino())
            .collect()
    };
    let taken = inodes(&mirrored(&blog).join("pack"));
    assert!(inodes(&packs).iter().all(|pack| taken.contains(pack)));
    is_whole(&mut mirror, tip);
    fs::remove_dir_all(blog.blog()).unwrap();
    is_whole(&mut mirror, tip);
}

#[test]
fn packs_that_the_source_borrows_are_taken_as_they_are() {
    let (blog, packs) = packed();
    blog.git(&["clone", "-q", "--bare", "--shared", ".", "../lent.git"]);
    blog.git(&[
        "clone",
        "-q",
        "--bare",
        "--shared",
        "../lent.git",
        "../again.git",
    ]);
    let alternates = blog.top.path().join("lent.git/objects/info/alternates");
    let mut lenders = fs::read(&alternates).unwrap();
    // In a circle, and to what is not there.
    lenders.extend_from_slice(b"../../again.git/objects\n../nowhere\n# nor this\n");
    write_file(&alternates, &lenders);
    let tip = blog.tip();
    let borrower = text(&blog.top.path().join("again.git"));
    let mut mirror = Repository::open(&blog.location(borrower)).unwrap();
    mirror.fetch().unwrap();
    let taken = files(&mirrored(&blog).join("pack"), "pack");
    let inode = |path: &PathBuf| fs::metadata(path).unwrap().ino();
    let lent: Vec<u64> = files(&packs, "pack").iter().map(inode).collect();
    assert_eq!(taken.iter().map(inode).collect::<Vec<_>>(), lent);
    assert!(!mirrored(&blog).join("info/alternates").exists());
    fs::remove_dir_all(blog.blog()).unwrap();
    is_whole(&mut mirror, tip);
}

#[test]
fn a_pack_whose_index_is_not_its_own_is_read_object_by_object() {
    let size = |path: &Path| fs::metadata(path).unwrap().len() as usize;
    let spoil: [fn(&mut Vec<u8>); 4] = [
        |index| index.truncate(index.len() - 1),
        |index| index[0] ^= 1,
        |index| {
            let trailer = index.len() - 40;
            index[trailer] ^= 1;
        },
        |index| index.extend([0; 4000 * 8]),
    ];
    for spoil in spoil {
        let (blog, packs) = packed();
        let index = files(&packs, "idx").remove(0);
        let good = fs::read(&index).unwrap();
        assert_eq!(good.len(), size(&index));
        let mut bytes = good.clone();
        spoil(&mut bytes);
        fs::remove_file(&index).unwrap();
        write_file(&index, &bytes);
        let copy = super::super::adopt::pack(
            &index.with_extension("pack"),
            &blog.data_dir().join("packs"),
            &|| true,
        );
        assert!(!copy.unwrap());
        assert!(files(&blog.data_dir().join("packs"), "pack").is_empty());
    }
}

#[test]
fn a_pack_that_is_a_link_is_not_taken() {
    let (blog, packs) = packed();
    for extension in ["pack", "idx"] {
        let file = files(&packs, extension).remove(0);
        let elsewhere = blog.top.path().join(extension);
        fs::rename(&file, &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &file).unwrap();
        let pack = file.with_extension("pack");
        let taken = super::super::adopt::pack(&pack, &blog.data_dir(), &|| true);
        assert!(!taken.unwrap(), "{extension}");
        fs::remove_file(&file).unwrap();
        fs::rename(&elsewhere, &file).unwrap();
    }
}

#[test]
fn a_small_push_leaves_no_pack_and_a_large_one_does() {
    let (mut blog, _) = packed();
    let mut mirror = blog.mirror();
    let packs = mirrored(&blog).join("pack");
    for push in 0..5 {
        let tip = blog.commit_files(&[("posts/a.md", &format!("Push {push}."))]);
        mirror.fetch().unwrap();
        is_whole(&mut mirror, tip);
        assert_eq!(files(&packs, "pack").len(), 1);
    }
    blog.git(&["repack", "-q", "-a", "-d"]);
    let tip = blog.commit_files(&[("posts/c.md", "Beside a pack that came with a repack.")]);
    mirror.fetch().unwrap();
    is_whole(&mut mirror, tip);
    let names: Vec<String> = (0..200).map(|post| format!("posts/{post}.md")).collect();
    let files_of: Vec<(&str, &str)> = names.iter().map(|name| (&name[..], &name[..])).collect();
    let tip = blog.commit_files(&files_of);
    mirror.fetch().unwrap();
    is_whole(&mut mirror, tip);
    assert_eq!(files(&packs, "pack").len(), 2);
}

#[test]
fn merges_and_shared_trees_of_a_small_push_are_whole() {
    let (mut blog, _) = packed();
    let mut mirror = blog.mirror();
    blog.git(&["checkout", "-q", "-b", "side"]);
    blog.commit_files(&[("x/y/a.md", "a"), ("z/y/a.md", "a")]);
    blog.git(&["checkout", "-q", "main"]);
    blog.commit_files(&[("posts/new.md", "new")]);
    blog.git(&["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
    let tip = blog.tip();
    mirror.fetch().unwrap();
    is_whole(&mut mirror, tip);
    assert!(paths(&mirror.snapshot().unwrap()).contains(&"z/y/a.md"));
}

#[test]
fn an_object_under_a_wrong_name_is_not_taken_for_it() {
    let (mut blog, _) = packed();
    let mut mirror = blog.mirror();
    let objects = blog.blog().join(".git/objects");
    blog.commit_files(&[("posts/a.md", "The right words.")]);
    let place = |id: Oid| {
        let name = id.to_string();
        objects.join(&name[..2]).join(&name[2..])
    };
    let right = blog.object("blob", b"The right words.");
    let wrong = blog.object("blob", b"The wrong words.");
    fs::remove_file(place(right)).unwrap();
    fs::copy(place(wrong), place(right)).unwrap();
    // Fetched or not, nothing else stands under that name.
    let _either = mirror.fetch();
    let read = mirror.blob(right, 1 << 20);
    assert!(matches!(read, Err(Error::Missing { .. })), "{read:?}");
}
