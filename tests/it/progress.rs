//! Long work says how far it is: in a bar on a terminal, in lines elsewhere, and short work says nothing.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use crate::harness::{Blog, Ran};

const BAR: &str = "fetching  0 objects";
const CLEARED: &str = "\u{1b}[2K";

/// The address of a remote that thinks for a while and then has nothing.
fn slow_remote(pause: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/blog.git", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let read = client.read(&mut [0; 4096]).unwrap();
        assert!(read > 0);
        thread::sleep(pause);
        client
            .write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .unwrap();
    });
    url
}

/// `byline list` of such a remote, on a terminal.
fn on_terminal(flags: &[&str], environment: &[(&str, &str)]) -> Ran {
    let blog = Blog::new();
    let url = slow_remote(Duration::from_millis(1500));
    let arguments = [&["list", &url], flags].concat();
    Ran::on_terminal(blog.home(), blog.dir(), &arguments, environment).exits(1)
}

#[test]
fn a_terminal_shows_a_bar_and_nothing_is_left_of_it() {
    let ran = on_terminal(&[], &[]);
    assert!(ran.err.contains(BAR), "{:?}", ran.err);
    let (_, left) = ran.err.rsplit_once(CLEARED).unwrap();
    assert!(left.starts_with("error: "), "{:?}", ran.err);
    assert_eq!(ran.out, "");
}

#[test]
fn a_bar_has_no_colours() {
    let ran = on_terminal(&[], &[("NO_COLOR", "1")]);
    assert!(ran.err.contains(BAR), "{:?}", ran.err);
    assert!(!ran.err.contains("\u{1b}[3"), "{:?}", ran.err);
}

#[test]
fn there_is_no_bar_where_none_was_wanted_or_can_be_drawn() {
    let quiet = on_terminal(&["--quiet"], &[]);
    let dumb = on_terminal(&[], &[("TERM", "dumb")]);
    let json = on_terminal(&["--log-format", "json"], &[]);
    for ran in [quiet, dumb, json] {
        assert!(ran.err.starts_with("error: "), "{:?}", ran.err);
    }
}

#[test]
fn short_work_says_the_same_on_a_terminal_and_elsewhere() {
    let blog = Blog::of_two_posts();
    let ran = Ran::on_terminal(blog.home(), blog.dir(), &["list"], &[]).succeeds();
    let piped = blog.byline(&["list"]).succeeds();
    assert_eq!(ran.out, piped.out);
    assert_eq!(piped.err, "");
    let left = ran.err.rsplit(CLEARED).next().unwrap();
    assert_eq!(left, "");
}

#[test]
fn a_log_has_a_line_every_five_seconds() {
    let blog = Blog::new();
    let url = slow_remote(Duration::from_millis(5600));
    let ran = blog.byline(&["list", &url]).exits(1);
    let lines: Vec<&str> = ran
        .err
        .lines()
        .filter(|line| line.contains("INFO"))
        .collect();
    assert_eq!(lines.len(), 1, "{}", ran.err);
    assert!(lines[0].ends_with("fetching objects done=0"), "{}", ran.err);
}
