//! A remote over `http://` or `https://`: the least server that puts `git http-backend` behind a
//! port, and can be told to fail the ways a forge fails.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::git;
use super::tls::Certified;

/// Between the parts of a slow answer.
const DRIP: Duration = Duration::from_millis(5);

/// Serves every repository in a folder until the test ends.
pub(crate) struct SmartHttp {
    address: SocketAddr,
    scheme: &'static str,
    conduct: Arc<Mutex<Conduct>>,
}

/// How it behaves.
#[derive(Clone, Default)]
struct Conduct {
    /// Everything is answered with this head and body.
    failure: Option<String>,
    /// The one `Authorization` that is let in.
    password: Option<String>,
    /// Packs end after so many bytes.
    cut: Option<usize>,
    /// Answers come so many bytes at a time, with a pause after each.
    slow: Option<usize>,
    /// What comes before a path is led on to the path without it.
    moved: Option<&'static str>,
    /// Requests so far.
    asked: usize,
}

struct Request {
    method: String,
    path: String,
    query: String,
    content_type: String,
    authorization: String,
    body: Vec<u8>,
}

impl SmartHttp {
    pub(crate) fn over(home: &Path) -> Self {
        Self::serve(home, "http", |stream| Box::new(stream))
    }

    /// The same behind TLS.
    pub(crate) fn over_tls(home: &Path, certified: &Certified) -> Self {
        let config = certified.server();
        Self::serve(home, "https", move |stream| {
            let session = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            Box::new(rustls::StreamOwned::new(session, stream))
        })
    }

    fn serve(
        home: &Path,
        scheme: &'static str,
        wrap: impl Fn(TcpStream) -> Box<dyn Wire> + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let conduct = Arc::new(Mutex::new(Conduct::default()));
        let (home, shared) = (home.to_path_buf(), Arc::clone(&conduct));
        // The thread ends with the process; a connection that breaks is the client's affair.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (home, conduct) = (home.clone(), Arc::clone(&shared));
                let wire = wrap(stream);
                thread::spawn(move || answer(wire, &home, &conduct).ok());
            }
        });
        Self {
            address,
            scheme,
            conduct,
        }
    }

    pub(crate) fn url(&self, name: &str) -> String {
        self.url_at("127.0.0.1", name)
    }

    /// By another name of this machine, or with a user before it.
    pub(crate) fn url_at(&self, host: &str, name: &str) -> String {
        format!("{}://{host}:{}/{name}", self.scheme, self.address.port())
    }

    /// Answers everything with this head and body, or works again.
    pub(crate) fn fail(&self, answer: Option<&str>) {
        self.conduct.lock().unwrap().failure = answer.map(str::to_owned);
    }

    /// Lets in only who says this `Authorization`.
    pub(crate) fn ask_for(&self, authorization: &str) {
        self.conduct.lock().unwrap().password = Some(authorization.to_owned());
    }

    /// Ends packs after so many bytes, or lets them be whole again.
    pub(crate) fn cut(&self, after: Option<usize>) {
        self.conduct.lock().unwrap().cut = after;
    }

    /// Sends so many bytes at a time, with a pause after each.
    pub(crate) fn drip(&self, bytes: usize) {
        self.conduct.lock().unwrap().slow = Some(bytes);
    }

    /// Leads on from below `/NAME` to the same without it.
    pub(crate) fn moved_from(&self, name: &'static str) {
        self.conduct.lock().unwrap().moved = Some(name);
    }

    /// How many requests have come.
    pub(crate) fn asked(&self) -> usize {
        self.conduct.lock().unwrap().asked
    }
}

/// A connection, plain or not.
trait Wire: Read + Write + Send {}

impl<T: Read + Write + Send> Wire for T {}

fn answer(wire: Box<dyn Wire>, home: &Path, conduct: &Mutex<Conduct>) -> io::Result<()> {
    let mut stream = BufReader::new(wire);
    let Some(request) = read(&mut stream)? else {
        return Ok(());
    };
    let conduct = {
        let mut conduct = conduct.lock().unwrap();
        conduct.asked += 1;
        conduct.clone()
    };
    let reply = reply(home, &request, &conduct)?;
    let wire = stream.get_mut();
    for part in reply.chunks(conduct.slow.unwrap_or(reply.len()).max(1)) {
        wire.write_all(part)?;
        wire.flush()?;
        if conduct.slow.is_some() {
            thread::sleep(DRIP);
        }
    }
    Ok(())
}

fn reply(home: &Path, request: &Request, conduct: &Conduct) -> io::Result<Vec<u8>> {
    let status = |status: &str| {
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n");
        head.into_bytes()
    };
    if let Some(failure) = &conduct.failure {
        return Ok(failure.as_bytes().to_vec());
    }
    let wanted = conduct.password.as_ref();
    if wanted.is_some_and(|wanted| *wanted != request.authorization) {
        return Ok([status("401 Unauthorized"), b"\r\n".to_vec()].concat());
    }
    let rest = conduct
        .moved
        .and_then(|from| request.path.strip_prefix(from));
    if let Some(rest) = rest {
        let location = format!("Location: {rest}?{}\r\n\r\n", request.query);
        return Ok([status("301 Moved Permanently"), location.into_bytes()].concat());
    }
    let mut whole = backend(home, request)?;
    if let (Some(after), "POST") = (conduct.cut, request.method.as_str()) {
        let head = whole.windows(4).position(|four| four == b"\r\n\r\n");
        whole.truncate(head.unwrap_or(0) + after);
    }
    Ok(whole)
}

fn read(stream: &mut BufReader<Box<dyn Wire>>) -> io::Result<Option<Request>> {
    let mut first = String::new();
    stream.read_line(&mut first)?;
    let mut words = first.split_whitespace();
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        return Ok(None);
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        content_type: String::new(),
        authorization: String::new(),
        body: Vec::new(),
    };
    let (mut length, mut chunked) = (0, false);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().map_err(io::Error::other)?,
            "content-type" => value.trim().clone_into(&mut request.content_type),
            "authorization" => value.trim().clone_into(&mut request.authorization),
            "transfer-encoding" => chunked = true,
            _ => {}
        }
    }
    request.body = if chunked {
        chunks(stream)?
    } else {
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        body
    };
    Ok(Some(request))
}

fn chunks(stream: &mut BufReader<Box<dyn Wire>>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let size = usize::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
        let start = body.len();
        body.resize(start + size, 0);
        stream.read_exact(&mut body[start..])?;
        stream.read_line(&mut line)?;
        if size == 0 {
            return Ok(body);
        }
    }
}

/// Runs `git http-backend` as the CGI program it is (RFC 3875).
fn backend(home: &Path, request: &Request) -> io::Result<Vec<u8>> {
    let mut child = git::git(home, home)
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", home)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REQUEST_METHOD", &request.method)
        .env("PATH_INFO", &request.path)
        .env("QUERY_STRING", &request.query)
        .env("CONTENT_TYPE", &request.content_type)
        .env("CONTENT_LENGTH", request.body.len().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut input = child.stdin.take().unwrap();
    let body = request.body.clone();
    thread::spawn(move || input.write_all(&body).ok());
    let output = child.wait_with_output()?.stdout;
    let status = output
        .strip_prefix(b"Status: ")
        .and_then(|rest| rest.split(|&byte| byte == b'\r').next())
        .map_or_else(
            || "200 OK".to_owned(),
            |status| String::from_utf8_lossy(status).into_owned(),
        );
    // Over TLS the end of a connection is no end of an answer, so the length is stated.
    let body = output.windows(4).position(|four| four == b"\r\n\r\n");
    let length = output.len() - body.map_or(output.len(), |at| at + 4);
    let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n");
    Ok([head.as_bytes(), &output].concat())
}
