//! `kill -9` at any moment, and then nothing but the data directory: the last good site is there.

use std::thread;
use std::time::{Duration, Instant};

use crate::harness::{Blog, Server, patiently, push_of};

/// What the design promises is a second; a slow machine under load is given this.
const SOON: Duration = Duration::from_secs(5);

/// A blog whose build takes a while.
fn big_blog() -> Blog {
    let blog = Blog::of_two_posts();
    for number in 0..200 {
        let words = "long ".repeat(300);
        blog.write(
            &format!("posts/p{number}.md"),
            format!("# P{number}\n\nRound 0. {words}\n"),
        );
    }
    blog.commit("2024-03-01T12:00:00+00:00", "Ann", "Write much");
    blog
}

fn rewrite(blog: &Blog, round: usize) {
    for number in 0..200 {
        let words = "long ".repeat(300);
        blog.write(
            &format!("posts/p{number}.md"),
            format!("# P{number}\n\nRound {round}. {words}\n"),
        );
    }
    blog.commit("2024-03-02T12:00:00+00:00", "Ann", "Rewrite everything");
}

/// The round a page is of; every page of a whole site is of the same.
fn round_of(server: &Server, path: &str) -> usize {
    let text = server.get(path).is(200).text();
    let (_, after) = text.split_once("Round ").unwrap();
    let (round, _) = after.split_once('.').unwrap();
    round.parse().unwrap()
}

#[test]
fn killed_in_the_middle_of_a_build_and_without_a_remote_it_serves_the_last_good_site_at_once() {
    let blog = big_blog();
    let remote = blog.bare();
    let mut server = remote.serve();
    rewrite(&blog, 1);
    remote.push();
    let queued = server.hook(&push_of("main")).is(202).json();
    let id = queued["build"].as_str().unwrap().to_owned();
    let stage = patiently("the build has begun", || {
        let stage = server.build(&id)["state"].as_str().unwrap().to_owned();
        (!matches!(stage.as_str(), "waiting" | "fetching")).then_some(stage)
    });
    server.kill_9();
    std::fs::remove_dir_all(remote.dir()).unwrap();
    let begun = Instant::now();
    server.relaunch();
    patiently("a page is served", || {
        (server.get("/cats/").status == 200).then_some(())
    });
    let took = begun.elapsed();
    eprintln!("killed while {stage}; the last good site was back after {took:?}");
    assert!(took < SOON, "{took:?}");
    server.get("/-/readyz").is(200);
    let round = round_of(&server, "/p0/");
    assert_eq!(round_of(&server, "/p199/"), round);
    server.get("/dogs/").is(200).shows("Dogs bark");
}

#[test]
fn killed_at_any_moment_it_comes_back_whole_and_catches_up() {
    let blog = big_blog();
    let remote = blog.bare();
    let mut server = remote.serve();
    for (round, delay) in [(1, 0), (2, 60), (3, 200), (4, 500)] {
        rewrite(&blog, round);
        remote.push();
        server.hook(&push_of("main")).is(202);
        thread::sleep(Duration::from_millis(delay));
        server.kill_9();
        server.relaunch();
        server.wait_until_ready();
        let mut connection = server.connect();
        for path in ["/", "/p0/", "/p150/", "/atom.xml"] {
            connection.get(path).unwrap().is(200);
        }
        server.eventually("/p150/", &format!("Round {round}."));
        assert_eq!(round_of(&server, "/p0/"), round);
    }
}

#[test]
fn a_release_that_was_damaged_on_disk_is_not_served_but_built_anew() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let mut server = remote.serve();
    server.kill_9();
    let mut damaged = 0;
    let data = server.data_dir().to_path_buf();
    for (name, bytes) in crate::harness::files_under(&data) {
        if name.contains("release") && bytes.len() > 20 {
            std::fs::write(data.join(name), &bytes[..bytes.len() / 2]).unwrap();
            damaged += 1;
        }
    }
    assert!(damaged > 0, "a release was written");
    server.relaunch();
    server.wait_until_ready();
    server
        .get("/cats/")
        .is(200)
        .shows("Cats sleep all day.")
        .shows("</html>");
}

#[test]
fn deleting_the_data_directory_loses_nothing_but_time() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let mut server = remote.serve();
    let before = server.get("/").is(200).body;
    server.kill_9();
    std::fs::remove_dir_all(server.data_dir()).unwrap();
    server.relaunch();
    server.wait_until_ready();
    assert_eq!(server.get("/").is(200).body, before);
}
