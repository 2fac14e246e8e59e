//! Started, told, restarted and stopped, as a service manager does it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::{Blog, Connection, SECRET, Server, Systemd, patiently, push_of, request};

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
    server.says("`listen` is `127.0.0.1:1`, but systemd");
}

#[test]
fn systemd_is_told_of_readiness_of_builds_and_of_the_end() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let systemd = Systemd::new(blog.home());
    let flags = ["--listen", "127.0.0.1:0", "--poll", "0"];
    let mut server = systemd.start(remote.path(), &flags);
    // Not before somebody is answered, and then even without a site.
    assert_eq!(systemd.hears(""), "STATUS=no site yet; building\n");
    let served = format!("STATUS=serving 2 posts at {}\n", &blog.head()[..7]);
    systemd.hears_all(["READY=1\n", &served]);

    blog.write("byline.toml", "[site]\nnonsense\n").commit(
        "2024-03-01T12:00:00+00:00",
        "Ann",
        "Break it",
    );
    remote.push();
    server.signal("HUP");
    let reloading = systemd.hears("RELOADING=1\n");
    let since = reloading.split_once("MONOTONIC_USEC=").unwrap().1;
    assert!(since.trim().parse::<u64>().unwrap() > 0, "{reloading}");
    let [failed, _] = systemd.hears_all(["the newest build failed", "READY=1\n"]);
    assert!(failed.starts_with(served.trim()), "{failed}");
    assert_eq!(failed.lines().count(), 1, "{failed}");

    server.terminate();
    systemd.hears("STOPPING=1\n");
    assert_eq!(server.exit_code(), Some(0));
    assert!(
        !systemd
            .backlog()
            .iter()
            .any(|notice| notice.contains("WATCHDOG"))
    );
}

#[test]
fn a_kept_site_is_served_when_systemd_hears_that_it_is_ready() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let systemd = Systemd::without_a_path(blog.home());
    let flags = ["--listen", "127.0.0.1:0", "--poll", "0"];
    let mut server = systemd.start(remote.path(), &flags);
    server.wait_until_ready();
    server.terminate();
    assert_eq!(server.exit_code(), Some(0));
    systemd.hears("STOPPING=1");
    remote.away();
    let server = systemd.start(remote.path(), &flags);
    systemd.hears("READY=1");
    server.get("/cats/").is(200).shows("Cats sleep");
}

#[test]
fn a_sign_of_life_comes_twice_in_each_period() {
    let blog = Blog::of_two_posts();
    let systemd = Systemd::new(blog.home()).with("WATCHDOG_USEC", "400000");
    let source = blog.dir().to_str().unwrap();
    let mut server = systemd.start(source, &["--listen", "127.0.0.1:0"]);
    server.wait_until_ready();
    systemd.backlog();
    let begun = Instant::now();
    for _ in 0..6 {
        systemd.hears("WATCHDOG=1\n");
    }
    // A machine under load is late now and then.
    let took = begun.elapsed();
    let expected = Duration::from_millis(900)..Duration::from_secs(10);
    assert!(expected.contains(&took), "{took:?}");
    server.get("/-/livez").is(200);
    server.kill_9();
}

#[test]
fn a_signal_swaps_the_secret_and_names_what_needs_a_restart() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let secret = remote.secret("former secret of the hook");
    let file = blog.home().join("server.toml");
    let settings = |text: &str| {
        let fixed = format!("poll = 0\nwebhook_secret_file = '{secret}'\n");
        std::fs::write(&file, fixed + text).unwrap();
    };
    settings("branch = 'main'\n");
    let systemd = Systemd::new(blog.home()).with_socket();
    let server = systemd.start(remote.path(), &["--config", file.to_str().unwrap()]);
    server.wait_until_ready();
    server.hook(&push_of("main")).is(401);
    let reload = || {
        server.signal("HUP");
        systemd.hears("RELOADING=1");
        systemd.hears("READY=1");
    };

    remote.secret(SECRET);
    settings("branch = 'other'\ndata_dir = 'elsewhere'\n");
    reload();
    server.hook(&push_of("main")).is(202);
    server.says("`branch`, `data_dir` changed");

    for (what, text) in [("lisen", "lisen = 'x'\n"), ("holds no secret", "")] {
        settings(text);
        if text.is_empty() {
            remote.secret("");
        }
        reload();
        server.says("the settings stay as they were");
        server.says(what);
        server.hook(&push_of("main")).is(202);
    }
}

#[test]
fn a_webhook_secret_is_found_among_systemds_credentials() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    std::fs::write(blog.home().join("webhook-secret"), SECRET).unwrap();
    let systemd = Systemd::new(blog.home())
        .with_socket()
        .with("CREDENTIALS_DIRECTORY", blog.home().to_str().unwrap());
    let server = systemd.start(remote.path(), &["--poll", "0"]);
    server.wait_until_ready();
    server.hook(&push_of("main")).is(202);
}

#[test]
fn what_was_begun_is_finished_unless_a_second_signal_comes() {
    let blog = Blog::of_two_posts();
    blog.write("big.bin", vec![7; 24 << 20]).commit(
        "2024-03-01T12:00:00+00:00",
        "Ann",
        "Add something big",
    );
    let mut server = blog.serve();
    let slow = |server: &Server| {
        let mut slow = server.connect();
        slow.send(&request("GET", "/big.bin", &[], b"")).unwrap();
        assert!(slow.line().unwrap().contains("200"));
        slow
    };
    let mut patient = slow(&server);
    server.terminate();
    patiently("nobody new is accepted", || {
        Connection::open(server.address()).err()
    });
    assert!(server.lives(), "an answer is still under way");
    let answer = patient.finish().unwrap();
    assert_eq!(answer.len(), 24 << 20);
    drop(patient);
    assert_eq!(server.exit_code(), Some(0));

    server.relaunch();
    server.wait_until_ready();
    let stuck = slow(&server);
    let begun = Instant::now();
    server.terminate();
    patiently("nobody new is accepted", || {
        Connection::open(server.address()).err()
    });
    assert!(server.lives(), "an answer is still under way");
    server.terminate();
    assert_eq!(server.exit_code(), Some(0));
    server.says("a second signal came");
    assert!(begun.elapsed() < Duration::from_secs(20));
    drop(stuck);
}
