//! systemd as a service meets it, played: a socket that outlives the process, a place that hears its
//! notices, the variables that say so. No systemd is needed.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::daemon::Server;
use super::git;
use super::program::BYLINE;

/// Only a failing test waits this long.
const PATIENCE: Duration = Duration::from_secs(60);

/// The service manager of one service.
pub(crate) struct Systemd {
    home: PathBuf,
    notices: UnixDatagram,
    variables: Vec<(&'static str, String)>,
    socket: Option<TcpListener>,
}

impl Systemd {
    /// Hears notices.
    pub(crate) fn new(home: &Path) -> Self {
        let path = home.join("notices");
        let notices = UnixDatagram::bind(&path).unwrap();
        Self::hearing(home, notices, path.to_str().unwrap())
    }

    /// Hears them at a socket that has a name and no path.
    pub(crate) fn without_a_path(home: &Path) -> Self {
        use std::os::linux::net::SocketAddrExt as _;
        let name = format!("byline-{}", home.display());
        let address = std::os::unix::net::SocketAddr::from_abstract_name(&name).unwrap();
        let notices = UnixDatagram::bind_addr(&address).unwrap();
        Self::hearing(home, notices, &format!("@{name}"))
    }

    fn hearing(home: &Path, notices: UnixDatagram, name: &str) -> Self {
        notices.set_read_timeout(Some(PATIENCE)).unwrap();
        Self {
            home: home.to_owned(),
            notices,
            variables: vec![("NOTIFY_SOCKET", name.to_owned())],
            socket: None,
        }
    }

    /// Holds the socket of the service, as a `.socket` unit does.
    pub(crate) fn with_socket(mut self) -> Self {
        self.socket = Some(TcpListener::bind("127.0.0.1:0").unwrap());
        self
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.to_owned()));
        self
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.socket.as_ref().unwrap().local_addr().unwrap()
    }

    /// Starts the service; what was listened on before it ran is answered by it.
    pub(crate) fn start(&self, source: &str, flags: &[&str]) -> Server {
        let data = self.home.join("data-systemd");
        let fixed = ["serve", source, "--data-dir", data.to_str().unwrap()];
        let arguments = fixed.iter().chain(flags).map(|&flag| flag.to_owned());
        Server::run(self.command(), &self.home, &data, arguments.collect())
    }

    /// byline with the socket as descriptor 3, and told so under its own process id: a shell has
    /// that id before it becomes byline.
    fn command(&self) -> Command {
        let handing = "export LISTEN_PID=$$; exec \"$0\" \"$@\" 3<&0 </dev/null";
        let mut command = match &self.socket {
            None => git::clean(BYLINE, &self.home),
            Some(socket) => {
                let mut shell = git::clean("sh", &self.home);
                shell.args(["-c", handing, BYLINE]);
                shell.env("LISTEN_FDS", "1");
                shell.stdin(Stdio::from(OwnedFd::from(socket.try_clone().unwrap())));
                shell
            }
        };
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// The next notice that says this.
    pub(crate) fn hears(&self, text: &str) -> String {
        let [notice] = self.hears_all([text]);
        notice
    }

    /// The next notices that say these, in whatever order they come.
    pub(crate) fn hears_all<const N: usize>(&self, texts: [&str; N]) -> [String; N] {
        let mut buffer = [0; 8192];
        let mut found = [const { None }; N];
        let mut heard = Vec::new();
        while found.contains(&None) {
            let Ok(length) = self.notices.recv(&mut buffer) else {
                panic!("not all of {texts:?} are among {heard:#?}");
            };
            let notice = String::from_utf8(buffer[..length].to_vec()).unwrap();
            if let Some(at) = texts.iter().position(|text| notice.contains(text)) {
                found[at].get_or_insert(notice.clone());
            }
            heard.push(notice);
        }
        found.map(Option::unwrap)
    }

    /// Everything that was said and not yet heard.
    pub(crate) fn backlog(&self) -> Vec<String> {
        self.notices.set_nonblocking(true).unwrap();
        let mut heard = Vec::new();
        let mut buffer = [0; 8192];
        loop {
            match self.notices.recv(&mut buffer) {
                Ok(length) => heard.push(String::from_utf8_lossy(&buffer[..length]).into_owned()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => panic!("{error}"),
            }
        }
        self.notices.set_nonblocking(false).unwrap();
        heard
    }
}
