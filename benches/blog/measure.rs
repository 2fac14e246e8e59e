//! Running the program and looking at it from outside: wall and CPU time, peak memory, a page over
//! HTTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

pub(crate) const BYLINE: &str = env!("CARGO_BIN_EXE_byline");
const SECRET: &str = "benchmark";

/// One command from start to end.
pub(crate) struct Run {
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
    pub(crate) peak_mib: u64,
    output: String,
}

/// A daemon on a free port.
pub(crate) struct Daemon {
    child: Child,
    address: String,
    /// Seconds from start to the first page.
    pub(crate) ready: f64,
}

impl Run {
    pub(crate) fn of(command: &mut Command) -> Self {
        let started = Instant::now();
        let mut child = command.stdout(Stdio::piped()).spawn().expect("byline runs");
        let (mut cpu_seconds, mut peak_mib) = (0.0, 0);
        // The figures go with the process: the last look before its end is kept. Its report is
        // short enough to wait in the pipe.
        while child.try_wait().expect("byline ends").is_none() {
            cpu_seconds = cpu(child.id()).max(cpu_seconds);
            peak_mib = peak(child.id()).max(peak_mib);
            std::thread::sleep(Duration::from_millis(5));
        }
        let wall = started.elapsed().as_secs_f64();
        let mut output = String::new();
        let mut stdout = child.stdout.take().expect("standard output is a pipe");
        stdout
            .read_to_string(&mut output)
            .expect("byline writes text");
        Self {
            wall,
            cpu: cpu_seconds,
            peak_mib,
            output,
        }
    }

    /// The stages of `--json`, on one line.
    pub(crate) fn timings(&self) -> String {
        let report: serde_json::Value = serde_json::from_str(&self.output).unwrap_or_default();
        report["timings_ms"].to_string()
    }
}

impl Daemon {
    pub(crate) fn start(source: &Path, data: &Path) -> Self {
        let started = Instant::now();
        let mut child = Command::new(BYLINE)
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--poll",
                "0",
                "--data-dir",
            ])
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
            assert!(
                log.read_line(&mut line).expect("byline logs text") > 0,
                "byline ended"
            );
            if let Some((_, address)) = line.trim().split_once("listening on http://") {
                break address.to_owned();
            }
        };
        // Somebody must read the log, or the daemon would wait for room in the pipe.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        let mut daemon = Self {
            child,
            address,
            ready: 0.0,
        };
        while !daemon.ask("GET", "/", &[], "").starts_with("HTTP/1.1 200") {
            std::thread::sleep(Duration::from_millis(2));
        }
        daemon.ready = started.elapsed().as_secs_f64();
        daemon
    }

    /// Seconds from a signed push to the page at `path` showing `text`.
    pub(crate) fn push_until(&self, path: &str, text: &str) -> f64 {
        let started = Instant::now();
        let body = "{\"ref\":\"refs/heads/main\"}";
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any key will do");
        mac.update(body.as_bytes());
        let tag: String = mac
            .finalize()
            .into_bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let signature = format!("X-Hub-Signature-256: sha256={tag}");
        let headers = [
            signature.as_str(),
            "X-GitHub-Event: push",
            "Content-Type: application/json",
        ];
        let answer = self.ask("POST", "/-/hook", &headers, body);
        assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
        while !self.ask("GET", path, &[], "").contains(text) {
            std::thread::sleep(Duration::from_millis(2));
        }
        started.elapsed().as_secs_f64()
    }

    pub(crate) fn peak_mib(&self) -> u64 {
        peak(self.child.id())
    }

    fn ask(&self, method: &str, path: &str, headers: &[&str], body: &str) -> String {
        let mut answer = Vec::new();
        let mut stream = TcpStream::connect(&self.address).expect("the daemon listens");
        let headers: String = headers
            .iter()
            .map(|header| format!("{header}\r\n"))
            .collect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len()
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

/// Peak resident memory; 0 where the system has no `/proc`.
fn peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok())
        .unwrap_or_default()
        / 1024
}

/// CPU seconds so far, all threads, at the usual 100 ticks a second.
fn cpu(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    ticks / 100.0
}
