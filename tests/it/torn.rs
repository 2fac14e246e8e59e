//! While commit after commit is published, a reader never sees anything but whole pages.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use crate::harness::{Blog, Connection, Response, Server, patiently};

const ROUNDS: u32 = 20;

/// What one reader has seen.
#[derive(Default)]
struct Seen {
    /// By page and tag, since a tag names one state of one page.
    bodies: HashMap<(&'static str, String), Vec<u8>>,
    newest: u32,
}

/// The newest round both pages have been seen in; before any, none.
const NONE: u32 = u32::MAX;

#[test]
fn twenty_commits_in_lock_step_never_show_a_torn_empty_or_mixed_page() {
    let blog = Blog::of_two_posts();
    write_round(&blog, 0);
    let remote = blog.bare();
    let server = remote.serve();
    let (seen, done) = (AtomicU32::new(NONE), AtomicBool::new(false));
    thread::scope(|threads| {
        let reader = threads.spawn(|| read(&server, &seen, &done));
        for round in 0..=ROUNDS {
            if round > 0 {
                write_round(&blog, round);
                remote.push();
                assert_eq!(server.rebuilt()["state"], "published");
            }
            patiently("the reader sees the round or has failed", || {
                let noticed = seen.load(Ordering::SeqCst) == round;
                (noticed || reader.is_finished()).then_some(())
            });
        }
        done.store(true, Ordering::SeqCst);
        let pages = reader.join().unwrap();
        assert_eq!(
            pages,
            2 * (ROUNDS as usize + 1),
            "each round of each page has its own tag"
        );
    });
}

/// Both posts say the same round, many times over.
fn write_round(blog: &Blog, round: u32) {
    for name in ["left", "right"] {
        let line = format!("Round {round}.\n\n");
        blog.write(
            &format!("posts/{name}.md"),
            format!("# Pair\n\n{}", line.repeat(200)),
        );
    }
    blog.commit(
        "2024-03-01T12:00:00+00:00",
        "Ann",
        &format!("Round {round}"),
    );
}

/// Fetches both posts over one connection until told to end; the number of distinct pages seen.
fn read(server: &Server, seen: &AtomicU32, done: &AtomicBool) -> usize {
    let mut connection = server.connect();
    let mut memory = Seen::default();
    while !done.load(Ordering::SeqCst) {
        memory.look("/left/", &fetch(&mut connection, "/left/"));
        let both = memory.newest;
        memory.look("/right/", &fetch(&mut connection, "/right/"));
        seen.store(both, Ordering::SeqCst);
    }
    memory.bodies.len()
}

fn fetch(connection: &mut Connection, path: &str) -> Response {
    connection.get(path).unwrap().is(200)
}

impl Seen {
    fn look(&mut self, path: &'static str, page: &Response) {
        let text = page.text();
        assert!(text.trim_end().ends_with("</html>"), "torn: {text}");
        let rounds = rounds_in(&text);
        assert!(rounds.len() >= 200, "{} lines of 200: {text}", rounds.len());
        let round = rounds[0];
        assert!(
            rounds.iter().all(|&other| other == round),
            "mixed: {rounds:?}"
        );
        assert!(round >= self.newest, "{round} after {}", self.newest);
        self.newest = round;
        let tag = page.header("etag").unwrap().to_owned();
        let known = self
            .bodies
            .entry((path, tag))
            .or_insert_with(|| page.body.clone());
        assert_eq!(*known, page.body, "one tag, two bodies");
    }
}

fn rounds_in(text: &str) -> Vec<u32> {
    text.split("<p>Round ")
        .skip(1)
        .map(|rest| rest.split('.').next().unwrap().parse().unwrap())
        .collect()
}
