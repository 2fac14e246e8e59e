//! A running daemon, and pages asked of it over HTTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::process::{self, BYLINE};

const SECRET: &str = "benchmark";
/// How long the daemon must have used no CPU to count as idle, and how long that is waited for.
const IDLE: Duration = Duration::from_millis(300);
const PATIENCE: Duration = Duration::from_secs(900);

/// A daemon on a free port; it is killed when dropped.
pub(crate) struct Daemon {
    child: Child,
    pub(crate) address: String,
    /// Since when it runs.
    started: Instant,
    /// Seconds from start to the first page.
    pub(crate) ready: f64,
}

impl Daemon {
    pub(crate) fn start(source: &Path, data: &Path) -> Self {
        let started = Instant::now();
        let mut child = Command::new(BYLINE)
            .args(["serve", "--listen", "127.0.0.1:0", "--poll", "0"])
            .arg("--data-dir")
            .arg(data)
            .arg(source)
            .env("BYLINE_WEBHOOK_SECRET", SECRET)
            .stderr(Stdio::piped())
            .spawn()
            .expect("byline runs");
        let mut log = BufReader::new(child.stderr.take().expect("standard error is a pipe"));
        let mut line = String::new();
        let address = loop {
            line.clear();
            let read = log.read_line(&mut line).expect("byline logs text");
            assert!(read > 0, "byline ended");
            if let Some((_, address)) = line.trim().split_once("listening on http://") {
                break address.to_owned();
            }
        };
        // Somebody must read the log, or the daemon would wait for room in the pipe.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        let mut daemon = Self {
            child,
            address,
            started,
            ready: 0.0,
        };
        while !daemon.get("/").starts_with("HTTP/1.1 200") {
            pause(started);
        }
        daemon.ready = started.elapsed().as_secs_f64();
        daemon
    }

    /// Tells it of a push as a forge does. Gives where the build can be asked for.
    pub(crate) fn push(&self) -> String {
        let body = "{\"ref\":\"refs/heads/main\"}";
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any key will do");
        mac.update(body.as_bytes());
        let tag: String = mac
            .finalize()
            .into_bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let headers = format!(
            "X-Hub-Signature-256: sha256={tag}\r\nX-GitHub-Event: push\r\n\
             Content-Type: application/json\r\n"
        );
        let answer = self.ask("POST", "/-/hook", &headers, body);
        assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
        let url = json(&answer)["status_url"].clone();
        url.as_str().expect("the build has an address").to_owned()
    }

    /// The stages of a build, in milliseconds, once it has ended.
    pub(crate) fn stages(&self, build: &str) -> serde_json::Value {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            let answer = self.ask("GET", build, "Accept: application/json\r\n", "");
            let state = json(&answer);
            if state["state"] == "published" {
                return state["timings_ms"].clone();
            }
            pause(started);
        }
        serde_json::Value::Null
    }

    /// Waits until the page at `path` shows `text`.
    pub(crate) fn wait_for(&self, path: &str, text: &str) {
        let started = Instant::now();
        while !self.get(path).contains(text) {
            assert!(started.elapsed() < PATIENCE, "{path} never shows `{text}`");
            pause(started);
        }
    }

    /// Seconds from its start until the page at `path` shows `text`.
    pub(crate) fn shows_after_start(&self, path: &str, text: &str) -> f64 {
        self.wait_for(path, text);
        self.started.elapsed().as_secs_f64()
    }

    /// Waits until it has nothing to do: compressed forms are made after a site is published.
    pub(crate) fn settle(&self) {
        let started = Instant::now();
        let mut used = process::cpu(self.child.id());
        loop {
            std::thread::sleep(IDLE);
            let now = process::cpu(self.child.id());
            // A tick that merely ended now is no work.
            if now - used < 0.015 || started.elapsed() > PATIENCE {
                return;
            }
            used = now;
        }
    }

    pub(crate) fn peak_mib(&self) -> u64 {
        process::peak(self.child.id())
    }

    pub(crate) fn get(&self, path: &str) -> String {
        self.ask("GET", path, "", "")
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let mut answer = Vec::new();
        let mut stream = TcpStream::connect(&self.address).expect("the daemon listens");
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Content-Length: {length}\r\n{headers}\r\n{body}"
        );
        stream
            .write_all(request.as_bytes())
            .expect("the daemon reads");
        stream.read_to_end(&mut answer).expect("the daemon answers");
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A millisecond, and longer where so little is no longer seen in the result: each question takes a
/// port of its own, and there are not enough for a thousand a second.
fn pause(since: Instant) {
    std::thread::sleep((since.elapsed() / 200).max(Duration::from_millis(1)));
}

fn json(answer: &str) -> serde_json::Value {
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body);
    serde_json::from_str(body.unwrap_or_default()).unwrap_or_default()
}
