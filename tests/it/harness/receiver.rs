//! A server that is told things: it keeps every request, and answers as the test says.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use super::daemon::patiently;

/// What listens until the test ends.
pub(crate) struct Receiver {
    address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    requests: Vec<Heard>,
    /// Statuses of the answers to come; 200 when there are none.
    answers: VecDeque<u16>,
    /// Status and body of every answer.
    always: Option<(u16, String)>,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    /// Method and target.
    pub(crate) line: String,
    head: String,
    pub(crate) body: Vec<u8>,
    /// What it was answered with.
    pub(crate) status: u16,
}

impl Receiver {
    pub(crate) fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let kept = Arc::new(Mutex::new(Kept::default()));
        let shared = Arc::clone(&kept);
        // The thread ends with the process; a connection that breaks is the client's affair.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                hear(stream, &shared).ok();
            }
        });
        Self { address, kept }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Answers the next requests with these statuses.
    pub(crate) fn answer(&self, statuses: &[u16]) {
        self.kept.lock().unwrap().answers.extend(statuses);
    }

    /// Answers everything from now on with this status and body.
    pub(crate) fn answer_with(&self, status: u16, body: &str) {
        self.kept.lock().unwrap().always = Some((status, body.to_owned()));
    }

    /// As if nothing had been heard, and all to come were welcome.
    pub(crate) fn forget(&self) {
        *self.kept.lock().unwrap() = Kept::default();
    }

    /// All requests so far.
    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.kept.lock().unwrap().requests.clone()
    }

    /// Waits for the first request that is one of those meant.
    pub(crate) fn hears(&self, what: &str, meant: impl Fn(&Heard) -> bool) -> Heard {
        patiently(what, || self.heard().into_iter().find(&meant))
    }
}

impl Heard {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

fn hear(stream: TcpStream, kept: &Mutex<Kept>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut line, mut head) = (String::new(), String::new());
    reader.read_line(&mut line)?;
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header)? <= 2 {
            break;
        }
        head.push_str(&header);
    }
    let mut heard = Heard {
        line: line.trim_end().trim_end_matches(" HTTP/1.1").to_owned(),
        head,
        body: Vec::new(),
        status: 0,
    };
    let length = heard.header("content-length");
    heard.body = vec![0; length.map_or(0, |length| length.trim().parse().unwrap())];
    reader.read_exact(&mut heard.body)?;
    let mut kept = kept.lock().unwrap();
    let status = kept.answers.pop_front().unwrap_or(200);
    let (status, body) = kept.always.clone().unwrap_or((status, "{}".to_owned()));
    heard.status = status;
    kept.requests.push(heard);
    drop(kept);
    write!(
        reader.get_mut(),
        "HTTP/1.1 {status} Answer\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}
