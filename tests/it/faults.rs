//! What is kept from one run to the next, damaged, foreign or half written: the next run is right
//! all the same.
//!
//! `BYLINE_STEPS=500 BYLINE_SEED=7 cargo test --test it faults` does more harm, and other.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::harness::{
    Built, Dice, Ran, Response, Restless, Server, difference, patiently, seed, steps,
};

/// Copies a folder with the links in it.
fn copy(from: &Path, to: &Path) {
    if to.exists() {
        fs::remove_dir_all(to).unwrap();
    }
    let copied = Command::new("cp").arg("-a").args([from, to]).status();
    assert!(copied.unwrap().success());
}

/// The files of a data directory that are kept and can be made again, each once.
fn kept_files(data: &Path) -> Vec<PathBuf> {
    let mut files = ["texts", "history", "beginnings"]
        .map(|name| data.join(name))
        .to_vec();
    let releases = [data.join("releases"), data.join("build/releases")];
    for folder in releases.iter().filter(|folder| folder.is_dir()) {
        for release in fs::read_dir(folder).unwrap() {
            let release = release.unwrap().path();
            if !release.is_symlink() {
                let inside = fs::read_dir(release).unwrap();
                files.extend(inside.map(|file| file.unwrap().path()));
            }
        }
    }
    files.sort();
    files
}

/// Harms one of the files; what was done. `others` are files of another blog.
fn harm(dice: &mut Dice, data: &Path, others: &[PathBuf]) -> String {
    let files = kept_files(data);
    // The current release is where harm can be seen.
    let current = files.iter().filter(|file| {
        let release = file.parent().unwrap();
        let link = release.parent().unwrap().join("current");
        !link.exists() || link.canonicalize().unwrap() == release.canonicalize().unwrap()
    });
    let current: Vec<&PathBuf> = current.collect();
    let all: Vec<&PathBuf> = files.iter().collect();
    let among = if dice.one_in(4) { &all } else { &current };
    let file = among[dice.roll(among.len())];
    let mut bytes = fs::read(file).unwrap_or_default();
    let what = match dice.roll(7) {
        0 => {
            bytes.truncate(dice.roll(bytes.len() + 1));
            "cut"
        }
        1 | 2 if !bytes.is_empty() => {
            let place = dice.roll(bytes.len());
            bytes[place] ^= 1 << dice.roll(8);
            "flipped"
        }
        3 => {
            fs::remove_file(file).ok();
            return format!("{} deleted", file.display());
        }
        4 => {
            let same = others
                .iter()
                .filter(|other| other.file_name() == file.file_name());
            let same: Vec<&PathBuf> = same.collect();
            if !same.is_empty() {
                bytes = fs::read(same[dice.roll(same.len())]).unwrap();
            }
            "another's"
        }
        5 => {
            bytes = fs::read(all[dice.roll(all.len())]).unwrap_or_default();
            "another file"
        }
        _ => {
            let text = String::from_utf8_lossy(&bytes);
            let text = text.replace("\"format\":", "\"format\":1");
            bytes = text.replacen("byline ", "byline 1", 1).into_bytes();
            "another format"
        }
    };
    // Not in place: other releases share the file.
    fs::remove_file(file).ok();
    fs::write(file, bytes).unwrap();
    format!("{} {what}", file.display())
}

/// A blog of a certain age and its data directory.
fn aged(seed: u64) -> (Restless, PathBuf) {
    let mut author = Restless::of(seed);
    let kept = author.blog.home().join("kept");
    for _ in 0..4 {
        author.edit();
        Built::warm(&author.blog, &kept);
    }
    (author, kept)
}

#[test]
fn a_build_over_damaged_or_foreign_files_is_right() {
    let seed = seed().unwrap_or(5);
    let mut dice = Dice::of(seed);
    let (mut author, kept) = aged(seed);
    let (_stranger, theirs) = aged(seed + 1);
    let others = kept_files(&theirs);
    let harmed = author.blog.home().join("harmed");
    for step in 0..steps().unwrap_or(40) {
        if step % 10 == 9 {
            author.edit();
            Built::warm(&author.blog, &kept);
        }
        copy(&kept, &harmed);
        let mut when = format!("seed {seed}, step {step}");
        for _ in 0..1 + dice.roll(2) {
            when += &format!(", {}", harm(&mut dice, &harmed, &others));
        }
        let cold = Built::cold(&author.blog);
        Built::warm(&author.blog, &harmed).is(&cold, &when);
        let again = Built::warm(&author.blog, &harmed);
        again.is(&cold, &format!("{when}, again"));
        assert_eq!((again.made("texts"), again.made("pages")), (0, 0), "{when}");
    }
}

#[test]
fn a_data_directory_of_another_blog_misleads_no_build() {
    let (author, _) = aged(7);
    let (_stranger, theirs) = aged(8);
    let foreign = author.blog.home().join("foreign");
    copy(&theirs, &foreign);
    let cold = Built::cold(&author.blog);
    Built::warm(&author.blog, &foreign).is(&cold, "over what another kept");
}

/// The answers of a server to some addresses.
fn answers(server: &Server, paths: &[String]) -> Vec<(u16, Vec<u8>)> {
    let mut connection = server.connect();
    let answers = paths.iter().map(|path| match is_copy(path) {
        true => copy_of_picture(server, path),
        false => connection.get(path).unwrap(),
    });
    answers.map(|answer| (answer.status, answer.body)).collect()
}

/// Whether it is the address of a smaller copy of a picture.
fn is_copy(path: &str) -> bool {
    path.starts_with("/assets/image.")
}

/// A smaller copy of a picture, once it is made: until then the picture itself stands in for it.
fn copy_of_picture(server: &Server, path: &str) -> Response {
    patiently(path, || {
        let answer = server.get(path);
        let rule = answer.header("cache-control").unwrap_or_default();
        (answer.status != 200 || rule.contains("immutable")).then_some(answer)
    })
}

#[test]
fn a_daemon_that_starts_over_damaged_files_serves_nothing_wrong() {
    let seed = seed().unwrap_or(6);
    let mut dice = Dice::of(seed);
    let mut author = Restless::of(seed);
    let remote = author.blog.bare().path().to_owned();
    let home = author.blog.home().to_path_buf();
    let mut server = Server::start(&home, &remote, &["--poll", "0"]);
    for step in 0..steps().unwrap_or(12) {
        if step % 3 == 2 {
            author.edit();
            author
                .blog
                .git(&["push", "--quiet", "--force", &remote, "HEAD"]);
        }
        server.relaunch();
        server.caught_up(&author.blog);
        let cold = Built::cold(&author.blog);
        let names = cold.files.keys().filter(|name| name.is_ascii());
        let paths: Vec<String> = names
            .map(|name| format!("/{}", name.strip_suffix("index.html").unwrap_or(name)))
            .collect();
        let before = answers(&server, &paths);
        server.kill_9();
        let done = harm(&mut dice, server.data_dir(), &[]);
        server.relaunch();
        server.wait_until_ready();
        for (at, after) in answers(&server, &paths).iter().enumerate() {
            let when = format!("seed {seed}, step {step}, {done}: {}", paths[at]);
            assert_eq!(after.0, before[at].0, "{when}");
            let difference = || difference(&after.1, &before[at].1);
            assert!(after.1 == before[at].1, "{when}, {}", difference());
        }
        assert!(!server.log().contains("panicked"), "{}", server.log());
    }
}

#[test]
fn builds_killed_at_any_moment_leave_nothing_that_misleads_the_next() {
    let seed = seed().unwrap_or(9);
    let mut dice = Dice::of(seed);
    let (mut author, kept) = aged(seed);
    for step in 0..steps().unwrap_or(12) {
        let done = author.edit();
        let out = author.blog.home().join("warm");
        let arguments = [
            "build",
            "--out",
            out.to_str().unwrap(),
            "--data-dir",
            kept.to_str().unwrap(),
        ];
        let mut after = Vec::new();
        for _ in 0..1 + dice.roll(4) {
            after.push(Duration::from_micros(dice.roll(120_000) as u64));
            Ran::killed(
                author.blog.home(),
                author.blog.dir(),
                &arguments,
                *after.last().unwrap(),
            );
        }
        let when = format!("seed {seed}, step {step}, {done}, killed after {after:?}");
        Built::warm(&author.blog, &kept).is(&Built::cold(&author.blog), &when);
    }
}

#[test]
fn a_daemon_killed_between_pushes_catches_up_and_serves_what_a_fresh_build_has() {
    let seed = seed().unwrap_or(10);
    let mut dice = Dice::of(seed);
    let mut author = Restless::of(seed);
    let remote = author.blog.bare();
    let path = remote.path().to_owned();
    let mut server = remote.serve();
    for step in 0..steps().unwrap_or(8) {
        let mut done = String::new();
        for _ in 0..1 + dice.roll(3) {
            done += &author.edit();
            author
                .blog
                .git(&["push", "--quiet", "--force", &path, "HEAD"]);
            server.hook(&crate::harness::push_of("main")).is(202);
            std::thread::sleep(Duration::from_millis(dice.roll(60) as u64));
        }
        server.kill_9();
        server.relaunch();
        server.caught_up(&author.blog);
        let texts = author
            .blog
            .git(&["grep", "-h", "^", "HEAD", "--", "*.md", "*.toml"]);
        let cold = Built::cold(&author.blog);
        let plain = cold.files.iter().filter(|_| !texts.contains("history"));
        for (name, bytes) in plain.filter(|(name, _)| name.is_ascii() && !name.starts_with('.')) {
            let path = format!("/{name}");
            let answer = match is_copy(&path) {
                true => copy_of_picture(&server, &path),
                false => server.get(&path),
            };
            if answer.status == 200 {
                let difference = difference(&answer.body, bytes);
                assert!(
                    answer.body == *bytes,
                    "seed {seed}, step {step}, {done}: {name}, {difference}"
                );
            }
        }
    }
}
