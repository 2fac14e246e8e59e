//! A remote over `http://`: the least server that puts `git http-backend` behind a port, and can
//! be told to fail the ways a forge fails.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::thread;

use super::git;

/// Serves every repository in a folder until the test ends.
pub(crate) struct SmartHttp {
    address: SocketAddr,
    failure: Arc<Mutex<Option<&'static str>>>,
}

struct Request {
    method: String,
    path: String,
    query: String,
    content_type: String,
    body: Vec<u8>,
}

impl SmartHttp {
    pub(crate) fn over(home: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let failure = Arc::new(Mutex::new(None));
        let (home, shared) = (home.to_path_buf(), Arc::clone(&failure));
        // The thread ends with the process; a connection that breaks is the client's affair.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (home, fail) = (home.clone(), *shared.lock().unwrap());
                thread::spawn(move || answer(stream, &home, fail).ok());
            }
        });
        Self { address, failure }
    }

    pub(crate) fn url(&self, name: &str) -> String {
        format!("http://{}/{name}", self.address)
    }

    /// Answers everything with this head and body, or works again.
    pub(crate) fn fail(&self, answer: Option<&'static str>) {
        *self.failure.lock().unwrap() = answer;
    }
}

fn answer(stream: TcpStream, home: &Path, fail: Option<&str>) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let Some(request) = read(&mut stream)? else {
        return Ok(());
    };
    let reply = match fail {
        Some(reply) => reply.as_bytes().to_vec(),
        None => backend(home, &request)?,
    };
    stream.get_mut().write_all(&reply)
}

fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
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

fn chunks(stream: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
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
    // libgit2 takes the end of a connection for an error, so the length is stated.
    let body = output.windows(4).position(|four| four == b"\r\n\r\n");
    let length = output.len() - body.map_or(output.len(), |at| at + 4);
    let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n");
    Ok([head.as_bytes(), &output].concat())
}
