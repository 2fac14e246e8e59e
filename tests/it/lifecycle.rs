//! Started, told, restarted and stopped, as a service manager does it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::harness::{Blog, Connection, Systemd};

/// Asks for a page over fresh connections until told to stop; how many answers came.
fn keep_asking(address: SocketAddr, pause: Duration, stop: &AtomicBool) -> Result<usize, String> {
    let mut answers = 0;
    while !stop.load(Ordering::Relaxed) {
        let failed = |error| format!("after {answers} answers: {error}");
        let mut connection = Connection::open(address).map_err(failed)?;
        // What was accepted may not have said a word yet when the server is told to stop.
        thread::sleep(pause);
        let answer = connection.get("/cats/").map_err(failed)?;
        if answer.status != 200 {
            return Err(format!("after {answers} answers: {}", answer.status));
        }
        answers += 1;
    }
    Ok(answers)
}

#[test]
fn a_restart_on_systemds_socket_drops_no_request() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let systemd = Systemd::new(blog.home()).with_socket();
    let start = || systemd.start(remote.path(), &["--poll", "0"]);
    let mut server = start();
    assert_eq!(server.address(), systemd.address());
    server.wait_until_ready();
    let stop = AtomicBool::new(false);
    let answers: Vec<_> = thread::scope(|scope| {
        let clients = [0, 0, 3, 30].map(|pause| {
            let (address, pause) = (systemd.address(), Duration::from_millis(pause));
            let stop = &stop;
            scope.spawn(move || keep_asking(address, pause, stop))
        });
        for _ in 0..5 {
            thread::sleep(Duration::from_millis(200));
            server.terminate();
            assert_eq!(server.exit_code(), Some(0), "{}", server.log());
            thread::sleep(Duration::from_millis(100));
            server = start();
            server.wait_until_ready();
        }
        stop.store(true, Ordering::Relaxed);
        clients
            .into_iter()
            .map(|client| client.join().unwrap())
            .collect()
    });
    eprintln!("answers over five restarts: {answers:?}");
    for answer in answers {
        assert!(answer.unwrap() > 20);
    }
}

#[test]
fn systemds_socket_wins_over_the_address_and_the_log_says_so() {
    let blog = Blog::of_two_posts();
    let systemd = Systemd::new(blog.home()).with_socket();
    let source = blog.dir().to_str().unwrap();
    let server = systemd.start(source, &["--listen", "127.0.0.1:1"]);
    assert_eq!(server.address(), systemd.address());
    let log = server.log();
    assert!(log.contains("`listen` is `127.0.0.1:1`, but systemd"), "{log}");
}
