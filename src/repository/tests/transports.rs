//! Remotes that take their time: whatever way they are reached, a fetch ends at its deadline.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::{Duration, Instant};

use crate::config::RemoteOptions;
use crate::repository::Error;
use crate::repository::address::{Address, Redacted};
use crate::repository::fetch::{Deadline, fetch};
use crate::repository::transport::Remote;
use crate::tally::Tally;

/// Takes connections and gives a byte of an endless answer now and then, after a beginning.
fn dripping(beginning: &'static [u8]) -> SocketAddr {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    thread::spawn(move || {
        for mut client in server.incoming().flatten() {
            thread::spawn(move || {
                let asked = client.read(&mut [0; 4096]).is_ok_and(|count| count > 0);
                let begun = asked && client.write_all(beginning).is_ok();
                while begun && client.write_all(b"0").is_ok() {
                    thread::sleep(Duration::from_millis(20));
                }
            });
        }
    });
    address
}

fn ends_at_its_deadline(url: &str) {
    let Ok(Address::Network(target)) = Address::parse(url) else {
        unreachable!("{url} is a remote")
    };
    let address = Redacted(url.to_owned());
    let remote = Remote::new(address, target, RemoteOptions::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mirror = git2::Repository::init_bare(folder.path()).unwrap();
    let begun = Instant::now();
    let deadline = Deadline::of(Duration::from_millis(300));
    let error = fetch(&mirror, &remote, None, deadline, &Tally::default());
    let error = error.map(|fetched| fetched.branch).unwrap_err();
    assert!(matches!(error, Error::Deadline { .. }), "{url}: {error:?}");
    assert!(begun.elapsed() < Duration::from_secs(10), "{url}");
}

#[test]
fn one_that_drips_is_left_at_the_deadline() {
    let headers = dripping(b"HTTP/1.1 200 OK\r\nX-Header: ");
    ends_at_its_deadline(&format!("http://{headers}/blog"));
    let body = dripping(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\nContent-Length: 9999\r\n\r\n0fff",
    );
    ends_at_its_deadline(&format!("http://{body}/blog"));
    let daemon = dripping(b"0fff");
    ends_at_its_deadline(&format!("git://{daemon}/blog"));
}

#[test]
fn one_that_is_silent_is_left_at_the_deadline() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    for scheme in ["http", "https", "git"] {
        ends_at_its_deadline(&format!("{scheme}://{address}/blog"));
    }
}
