//! A running `byline serve`: started, asked, killed, started again.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::blog::Blog;
use super::git;
use super::hooks::{SECRET, push_of, signature};
use super::http::{Connection, Response};
use super::program::BYLINE;

/// How long anything may take before a test calls it lost. Only a failing test waits this long.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(25);
const ANNOUNCED: &str = "listening on http://";

/// The server of one blog; ends with the test.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    log: Arc<Mutex<String>>,
    home: PathBuf,
    data: PathBuf,
    arguments: Vec<String>,
}

impl Server {
    /// Starts it and waits until it is ready.
    pub(crate) fn start(home: &Path, source: &str, flags: &[&str]) -> Self {
        let server = Self::launch(home, source, flags);
        server.wait_until_ready();
        server
    }

    /// Starts it and waits only until it listens.
    pub(crate) fn launch(home: &Path, source: &str, flags: &[&str]) -> Self {
        let name = source.rsplit('/').next().unwrap_or_default();
        let data = home.join(format!("data-{name}"));
        let fixed = ["serve", source, "--listen", "127.0.0.1:0", "--data-dir"];
        let arguments = fixed
            .into_iter()
            .chain([data.to_str().unwrap()])
            .chain(flags.iter().copied())
            .map(str::to_owned)
            .collect();
        Self::spawn(home, &data, arguments)
    }

    fn spawn(home: &Path, data: &Path, arguments: Vec<String>) -> Self {
        Self::run(git::clean(BYLINE, home), home, data, arguments)
    }

    /// Runs a command that is byline, or becomes it.
    pub(super) fn run(
        mut command: Command,
        home: &Path,
        data: &Path,
        arguments: Vec<String>,
    ) -> Self {
        let mut child = command
            .current_dir(home)
            .args(&arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (announce, announced) = channel();
        let stderr = child.stderr.take().unwrap();
        let shared = Arc::clone(&log);
        thread::spawn(move || keep_log(stderr, &shared, &announce));
        let address = address_of(&announced, &mut child, &log);
        Self {
            child,
            address,
            log,
            home: home.to_path_buf(),
            data: data.to_path_buf(),
            arguments,
        }
    }

    pub(crate) fn wait_until_ready(&self) {
        let begun = Instant::now();
        while self.get("/-/readyz").status != 200 {
            let waited = begun.elapsed() > PATIENCE;
            assert!(!waited, "never ready; the server said:\n{}", self.log());
            thread::sleep(PAUSE);
        }
    }

    /// Waits until it serves the newest commit of a blog.
    pub(crate) fn caught_up(&self, blog: &Blog) {
        let head = blog.head();
        patiently("the newest commit is served", || {
            let ready = self.get("/-/readyz").json();
            (ready["commit"] == head).then_some(())
        });
    }

    pub(crate) fn connect(&self) -> Connection {
        Connection::open(self.address)
            .unwrap_or_else(|error| panic!("{error}; the server said:\n{}", self.log()))
    }

    /// The data directory, made for this source alone.
    pub(crate) fn data_dir(&self) -> &Path {
        &self.data
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// One request on a connection of its own.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Response {
        self.send(method, path, headers, b"")
    }

    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response {
        self.connect()
            .ask(method, path, headers, body)
            .unwrap_or_else(|error| {
                panic!("{method} {path}: {error}; the server said:\n{}", self.log())
            })
    }

    pub(crate) fn get(&self, path: &str) -> Response {
        self.ask("GET", path, &[])
    }

    /// Waits until a page holds a text.
    pub(crate) fn eventually(&self, path: &str, text: &str) -> Response {
        patiently(&format!("`{path}` shows `{text}`"), || {
            Some(self.get(path)).filter(|page| page.text().contains(text))
        })
    }

    /// Waits until an address answers with a status.
    pub(crate) fn eventually_is(&self, path: &str, status: u16) -> Response {
        patiently(&format!("`{path}` answers {status}"), || {
            Some(self.get(path)).filter(|page| page.status == status)
        })
    }

    /// Sends a body to the hook, signed, as GitHub sends a push.
    pub(crate) fn hook(&self, body: &str) -> Response {
        let signed = signature(SECRET, body.as_bytes());
        let headers = [
            ("Content-Type", "application/json"),
            ("X-GitHub-Event", "push"),
            ("X-Hub-Signature-256", signed.as_str()),
        ];
        self.send("POST", "/-/hook", &headers, body.as_bytes())
    }

    /// Tells of a push to `main` and waits for what becomes of it.
    pub(crate) fn rebuilt(&self) -> Value {
        let queued = self.hook(&push_of("main")).is(202).json();
        self.build_settled(queued["build"].as_str().unwrap())
    }

    /// One build as it stands.
    pub(crate) fn build(&self, id: &str) -> Value {
        let accept = [("Accept", "application/json")];
        self.ask("GET", &format!("/-/builds/{id}"), &accept)
            .is(200)
            .json()
    }

    /// One build once it has ended.
    pub(crate) fn build_settled(&self, id: &str) -> Value {
        patiently(&format!("build {id} ends"), || {
            let build = self.build(id);
            let stage = build["state"].as_str().unwrap().to_owned();
            matches!(stage.as_str(), "published" | "failed").then_some(build)
        })
    }

    /// Everything said on standard error so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits until it has said this on standard error.
    pub(crate) fn says(&self, text: &str) {
        patiently(&format!("the server says `{text}`"), || {
            self.log().contains(text).then_some(())
        });
    }

    /// Whether the process still runs.
    pub(crate) fn lives(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Ends it as `kill -9` does.
    pub(crate) fn kill_9(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again as it was started, without waiting for readiness.
    pub(crate) fn relaunch(&mut self) {
        if self.lives() {
            self.kill_9();
        }
        *self = Self::spawn(&self.home, &self.data, self.arguments.clone());
    }

    /// Asks it to end in good order.
    pub(crate) fn terminate(&self) {
        self.signal("TERM");
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        git::run(git::clean("kill", &self.home).args(["-s", name, &pid]));
    }

    /// Its exit code, once it has ended.
    pub(crate) fn exit_code(&mut self) -> Option<i32> {
        patiently("the server ends", || self.child.try_wait().unwrap()).code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already ended is as good.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Tries again and again until there is an answer.
pub(crate) fn patiently<T>(what: &str, mut attempt: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = attempt() {
            return answer;
        }
        assert!(begun.elapsed() < PATIENCE, "waited in vain: {what}");
        thread::sleep(PAUSE);
    }
}

fn keep_log(stderr: ChildStderr, log: &Mutex<String>, announce: &Sender<SocketAddr>) {
    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        if let Some((_, address)) = line.split_once(ANNOUNCED) {
            let address = address
                .chars()
                .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ':'))
                .collect::<String>();
            // Nobody waits for a second announcement.
            announce.send(address.parse().unwrap()).ok();
        }
        *log.lock().unwrap() += &(line + "\n");
    }
}

fn address_of(
    announced: &Receiver<SocketAddr>,
    child: &mut Child,
    log: &Mutex<String>,
) -> SocketAddr {
    match announced.recv_timeout(PATIENCE) {
        Ok(address) => address,
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            child.kill().ok();
            panic!(
                "the server never listened; it said:\n{}",
                log.lock().unwrap()
            )
        }
    }
}
