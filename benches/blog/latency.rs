//! One client that asks for one page at a steady pace, over one connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// 200 requests a second.
const PACE: Duration = Duration::from_millis(5);

pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    request: String,
    /// Seconds to each answer, from when its request was due: one slow answer delays the next
    /// requests, and a client that only timed what it sent would not notice.
    pub(crate) seconds: Vec<f64>,
}

impl Client {
    pub(crate) fn of(address: &str, path: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the daemon listens");
        stream.set_nodelay(true).expect("the system can");
        Self {
            stream: BufReader::new(stream),
            request: format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
            seconds: Vec::new(),
        }
    }

    /// Asks until `enough` says so of a page.
    pub(crate) fn ask_until(&mut self, mut enough: impl FnMut(&str) -> bool) {
        let mut due = Instant::now();
        loop {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let page = self.ask();
            self.seconds.push(due.elapsed().as_secs_f64());
            if enough(&page) {
                return;
            }
            due += PACE;
        }
    }

    fn ask(&mut self) -> String {
        self.stream
            .get_mut()
            .write_all(self.request.as_bytes())
            .expect("the daemon reads");
        let (mut line, mut length) = (String::new(), 0);
        loop {
            line.clear();
            self.stream
                .read_line(&mut line)
                .expect("the daemon answers");
            let header = line.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length: ") {
                length = value.parse().expect("a length is a number");
            }
        }
        let mut body = vec![0; length];
        self.stream
            .read_exact(&mut body)
            .expect("the daemon answers in full");
        String::from_utf8_lossy(&body).into_owned()
    }

    /// The latency that half, and all but one in a hundred, of the requests stayed below; in
    /// milliseconds.
    pub(crate) fn percentiles(mut self) -> String {
        self.seconds.sort_by(f64::total_cmp);
        let all = self.seconds.len();
        let at = |percent: usize| self.seconds[(all * percent / 100).min(all - 1)] * 1000.0;
        format!("{:.2} / {:.2} ms", at(50), at(99))
    }
}
