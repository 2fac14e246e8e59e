//! What is kept of a history between runs: it makes the next one quick and never another.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::harness::{Blog, Remote};

const MAY: &str = "2024-05-01T09:00:00+02:00";
const JUNE: &str = "2024-06-01T09:00:00+02:00";

/// The listing by way of a data directory.
fn listed(blog: &Blog, remote: &Remote<'_>, data: &str) -> Value {
    let ran = blog.byline(&["list", "--json", "--data-dir", data, remote.path()]);
    ran.succeeds().json()
}

/// Asserts that the kept data directory says what a fresh one says, and gives the kept file.
#[track_caller]
fn agrees(blog: &Blog, remote: &Remote<'_>) -> PathBuf {
    let folder = |name: &str| blog.home().join(name).to_str().unwrap().to_owned();
    let (kept, fresh) = (folder("kept"), folder("fresh"));
    let said = listed(blog, remote, &kept);
    assert_eq!(said, listed(blog, remote, &fresh));
    assert_ne!(said, Value::Array(Vec::new()));
    fs::remove_dir_all(&fresh).unwrap();
    blog.home().join("kept/history")
}

#[test]
fn a_history_continued_by_pushes_and_a_force_push_is_that_of_a_fresh_clone() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let file = agrees(&blog, &remote);
    let before = fs::metadata(&file).unwrap().len();
    blog.mv("posts/cats.md", "posts/felines.md")
        .commit(MAY, "Cid", "Rename")
        .branch("side")
        .write("posts/owls.md", "Owls hoot.\n")
        .commit(MAY, "Dan", "Owls")
        .checkout("main")
        .merge("side", JUNE, "Ann");
    remote.push();
    agrees(&blog, &remote);
    assert!(
        fs::metadata(&file).unwrap().len() > before,
        "it is continued"
    );
    blog.git(&["reset", "--quiet", "--hard", "refs/good"]);
    blog.write("posts/cats.md", "# Cats\n\nCats sleep all night.\n")
        .commit(JUNE, "Eve", "Another past");
    remote.push();
    agrees(&blog, &remote);
}

#[test]
fn a_kept_history_that_is_damaged_is_read_anew() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let file = agrees(&blog, &remote);
    let whole = fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 0x20;
    let cut = whole[..whole.len() * 2 / 3].to_vec();
    for damaged in [flipped, cut, Vec::new(), b"\xff\0\xff".to_vec()] {
        fs::write(&file, damaged).unwrap();
        agrees(&blog, &remote);
        assert_eq!(fs::read(&file).unwrap(), whole, "it is whole again");
    }
}

#[test]
fn a_history_kept_by_another_version_is_read_anew() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let file = agrees(&blog, &remote);
    let whole = fs::read(&file).unwrap();
    let end = whole.iter().position(|&byte| byte == b'\n').unwrap();
    let title = String::from_utf8(whole[..end].to_vec()).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    assert!(title.contains(version), "{title}");
    let mut other = title.replace(version, "99.0.0").into_bytes();
    other.extend_from_slice(&whole[end..]);
    fs::write(&file, other).unwrap();
    agrees(&blog, &remote);
    assert_eq!(fs::read(&file).unwrap(), whole);
}
