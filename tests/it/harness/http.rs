//! An HTTP/1.1 client that shows what is on the wire: one connection, one exchange after another,
//! nothing retried, nothing decoded, nothing followed.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// No answer of a server that works takes this long, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// One keep-alive connection.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
}

/// One answer as it came.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
        })
    }

    /// One exchange.
    pub(crate) fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Response> {
        self.send(&request(method, path, headers, body))?;
        self.receive(method == "HEAD")
    }

    pub(crate) fn get(&mut self, path: &str) -> io::Result<Response> {
        self.ask("GET", path, &[], b"")
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    /// The next answer; that to a HEAD has no body.
    pub(crate) fn receive(&mut self, head: bool) -> io::Result<Response> {
        let status = self
            .line()?
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .ok_or_else(|| io::Error::other("no status line"))?;
        let headers = self.headers()?;
        let mut response = Response {
            status,
            headers,
            body: Vec::new(),
        };
        if !head && status != 304 && status != 204 && status >= 200 {
            response.body = self.body(&response)?;
        }
        Ok(response)
    }

    /// The body of an answer whose first line has been read.
    pub(crate) fn finish(&mut self) -> io::Result<Vec<u8>> {
        let headers = self.headers()?;
        self.body(&Response {
            status: 200,
            headers,
            body: Vec::new(),
        })
    }

    /// One line of a head or of an event stream, without its end.
    pub(crate) fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }

    fn headers(&mut self) -> io::Result<Vec<(String, String)>> {
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else {
                return Ok(headers);
            };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }

    fn body(&mut self, response: &Response) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        if let Some(length) = response.header("content-length") {
            body.resize(length.parse().map_err(io::Error::other)?, 0);
            self.stream.read_exact(&mut body)?;
        } else if response.header("transfer-encoding") == Some("chunked") {
            while let size @ 1.. =
                usize::from_str_radix(&self.line()?, 16).map_err(io::Error::other)?
            {
                let start = body.len();
                body.resize(start + size, 0);
                self.stream.read_exact(&mut body[start..])?;
                self.line()?;
            }
            self.line()?;
        } else {
            self.stream.read_to_end(&mut body)?;
        }
        Ok(body)
    }
}

/// The bytes of a request.
pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: blog.example\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    if !body.is_empty() || method == "POST" {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    head += "\r\n";
    [head.as_bytes(), body].concat()
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every header line, to be searched.
    pub(crate) fn head(&self) -> String {
        self.headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {} {}", self.status, self.text()))
    }

    /// Asserts the status.
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.head(), self.text());
        self
    }

    /// Asserts that a text is in the body.
    pub(crate) fn shows(self, text: &str) -> Self {
        assert!(self.text().contains(text), "no `{text}` in {}", self.text());
        self
    }

    /// Asserts that a text is not in the body of a page that is otherwise there.
    pub(crate) fn hides(self, text: &str) -> Self {
        assert!(!self.body.is_empty(), "an empty page hides everything");
        assert!(!self.text().contains(text), "`{text}` in {}", self.text());
        self
    }
}
