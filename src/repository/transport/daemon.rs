//! `git://`: a git daemon's port, without any secret or any proof of who answers.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::{Channel, Fault, target};
use crate::client::{self, CONNECT, STALL};
use crate::repository::fetch::Deadline;

/// A connection to a git daemon.
pub(super) struct Daemon {
    host: String,
    stream: TcpStream,
    deadline: Deadline,
}

impl Daemon {
    /// Connects and asks for the repository (`git help protocol-pack`, "Git transport").
    pub(super) fn connect(target: &target::Daemon, deadline: Deadline) -> Result<Self, Fault> {
        let stream = connect(&target.host, target.port)?;
        let mut daemon = Self {
            host: target.host.clone(),
            stream,
            deadline,
        };
        daemon.send(request(target).as_bytes())?;
        Ok(daemon)
    }

    fn fault(&self, source: io::Error) -> Fault {
        use io::ErrorKind as Kind;
        let error = match source.kind() {
            Kind::WouldBlock | Kind::TimedOut if self.deadline.has_passed() => client::Error::Late,
            Kind::WouldBlock | Kind::TimedOut => client::Error::Stalled {
                seconds: STALL.as_secs(),
            },
            Kind::ConnectionReset | Kind::BrokenPipe | Kind::UnexpectedEof => client::Error::Cut,
            _ => client::Error::Unreachable {
                host: self.host.clone(),
                source,
            },
        };
        error.into()
    }

    /// How long to wait for bytes at most.
    fn patience(&self) -> Result<Option<Duration>, Fault> {
        let left = self.deadline.patience(STALL);
        Ok(Some(left.ok_or(client::Error::Late)?))
    }
}

impl Channel for Daemon {
    fn receive(&mut self, buffer: &mut [u8]) -> Result<usize, Fault> {
        let patience = self.patience()?;
        let set = self.stream.set_read_timeout(patience);
        set.and_then(|()| self.stream.read(buffer))
            .map_err(|error| self.fault(error))
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let patience = self.patience()?;
        let set = self.stream.set_write_timeout(patience);
        set.and_then(|()| self.stream.write_all(bytes))
            .map_err(|error| self.fault(error))
    }
}

/// The first packet: its length in hex, then what is wanted.
fn request(target: &target::Daemon) -> String {
    let target::Daemon { host, port, path } = target;
    let host = match host.contains(':') {
        true => format!("[{host}]"),
        false => host.clone(),
    };
    let line = format!("git-upload-pack {path}\0host={host}:{port}\0");
    format!("{:04x}{line}", line.len() + 4)
}

/// The first of the host's addresses that takes a connection.
fn connect(host: &str, port: u16) -> Result<TcpStream, client::Error> {
    let mut last = None;
    for address in resolve(host, port)? {
        match TcpStream::connect_timeout(&address, CONNECT) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = Some(error),
        }
    }
    match last {
        None => Err(client::Error::NoSuchHost {
            host: host.to_owned(),
        }),
        Some(error) if error.kind() == io::ErrorKind::TimedOut => Err(no_answer(host)),
        Some(source) => Err(client::Error::Unreachable {
            host: host.to_owned(),
            source,
        }),
    }
}

/// Apart, since the system's resolver cannot be told when to give up.
fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, client::Error> {
    let (tell, told) = mpsc::channel();
    let name = (host.to_owned(), port);
    // Nobody may listen any more.
    thread::spawn(move || tell.send(name.to_socket_addrs().map(Vec::from_iter)).ok());
    match told.recv_timeout(CONNECT) {
        Ok(Ok(addresses)) => Ok(addresses),
        Ok(Err(_)) => Err(client::Error::NoSuchHost {
            host: host.to_owned(),
        }),
        Err(_) => Err(no_answer(host)),
    }
}

fn no_answer(host: &str) -> client::Error {
    client::Error::NoAnswer {
        host: host.to_owned(),
        seconds: CONNECT.as_secs(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_asked_for_by_path_and_host() {
        let target = target::Daemon {
            host: "example.org".to_owned(),
            port: 9418,
            path: "/blog.git".to_owned(),
        };
        assert_eq!(
            request(&target),
            "0034git-upload-pack /blog.git\0host=example.org:9418\0"
        );
    }
}
