//! What a service manager is told (sd_notify(3)): that readers can be served, what became of each
//! build, that the process turns, that it is going. Without one that listens nothing is said.

use std::ffi::OsStr;
use std::future::Future;
use std::io;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::MissedTickBehavior;

use crate::publish::Current;
use crate::rebuild::{RebuildHandle, Report, Stage};

/// A manager that takes nothing does not hold up what it manages.
const PATIENCE: Duration = Duration::from_secs(1);
/// Of a status, in characters.
const LONGEST: usize = 200;

/// Says things to the service manager. One that cannot hear is told of in the log, and does no harm.
#[derive(Clone, Debug)]
pub(super) struct Notices(Option<Arc<(UnixDatagram, SocketAddr)>>);

impl Notices {
    /// To the socket of this name; to nobody without one.
    pub(super) fn to(name: Option<&OsStr>) -> Self {
        let Some(name) = name else {
            return Self(None);
        };
        match socket(name) {
            Ok(socket) => Self(Some(Arc::new(socket))),
            Err(error) => {
                tracing::warn!(%error, "the service manager's socket `{}` cannot be used", name.display());
                Self(None)
            }
        }
    }

    /// Everything is as it shall be: at the start, and after a reload.
    pub(super) fn ready(&self) {
        self.say("READY=1\n");
    }

    pub(super) fn stopping(&self) {
        self.say("STOPPING=1\nSTATUS=finishing the answers it has begun\n");
    }

    /// The settings are being read again; `ready` ends it.
    pub(super) fn reloading(&self) {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        let microseconds = i128::from(now.tv_sec) * 1_000_000 + i128::from(now.tv_nsec) / 1000;
        self.say(&format!("RELOADING=1\nMONOTONIC_USEC={microseconds}\n"));
    }

    /// What the service is doing, in a line for a person.
    pub(super) fn status(&self, words: &str) {
        // What a build says may hold the authors' words: a line of theirs must not be a notice.
        let one_line = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let shown: String = one_line.chars().take(LONGEST).collect();
        self.say(&format!("STATUS={shown}\n"));
    }

    fn alive(&self) {
        self.say("WATCHDOG=1\n");
    }

    fn say(&self, lines: &str) {
        let Some((socket, address)) = self.0.as_deref() else {
            return;
        };
        if let Err(error) = socket.send_to_addr(lines.as_bytes(), address) {
            tracing::warn!(%error, "the service manager does not hear");
        }
    }
}

fn socket(name: &OsStr) -> io::Result<(UnixDatagram, SocketAddr)> {
    let socket = UnixDatagram::unbound()?;
    socket.set_write_timeout(Some(PATIENCE))?;
    let address = match name.as_encoded_bytes() {
        [b'@', name @ ..] => without_path(name)?,
        _ => SocketAddr::from_pathname(name)?,
    };
    Ok((socket, address))
}

#[cfg(target_os = "linux")]
fn without_path(name: &[u8]) -> io::Result<SocketAddr> {
    use std::os::linux::net::SocketAddrExt as _;
    SocketAddr::from_abstract_name(name)
}

#[cfg(not(target_os = "linux"))]
fn without_path(_: &[u8]) -> io::Result<SocketAddr> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Tells of the state as it is now, and then of every build that ends.
pub(super) fn tell(
    notices: Notices,
    report: Report,
    current: Arc<Current>,
) -> impl Future<Output = ()> {
    let mut ended = report.subscribe();
    notices.status(&in_words(&report, &current));
    async move {
        while ended.changed().await.is_ok() {
            notices.status(&in_words(&report, &current));
        }
    }
}

fn in_words(report: &Report, current: &Current) -> String {
    let site = current.get();
    let served = match &site {
        None => "no site yet".to_owned(),
        Some(site) => {
            let commit = site.commit.map(|commit| commit.to_string());
            let at = commit.map(|commit| format!(" at {:.7}", commit.as_str()));
            format!("serving {} posts{}", site.posts, at.unwrap_or_default())
        }
    };
    match report.last() {
        None => format!("{served}; building"),
        Some(build) if build.state == Stage::Failed => {
            let reason = build.reason.unwrap_or_default();
            format!("{served}; the newest build failed: {reason}")
        }
        Some(build) if build.errors.is_empty() => served,
        Some(build) => format!("{served}; errors in the content: {}", build.errors.len()),
    }
}

/// Gives a sign of life twice in each `period`, as long as the process turns: this runtime comes round
/// to it, the loop has not ended, and the locks that every request and every build takes are free.
///
/// How long a build takes is no sign of death. Readers are served meanwhile, its fetch has limits of
/// its own, and a restart would begin the same build anew.
pub(super) async fn watchdog(
    notices: Notices,
    period: Duration,
    queue: RebuildHandle,
    report: Report,
) {
    let mut ticks = tokio::time::interval(period / 2);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        report.health();
        if queue.is_attended() {
            notices.alive();
        } else {
            tracing::error!("the rebuild loop has ended; the service manager is to restart byline");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_one_short_line_whatever_authors_write() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notices");
        let manager = UnixDatagram::bind(&path).unwrap();
        let notices = Notices::to(Some(path.as_os_str()));
        notices.status(&format!("bad\nMAINPID=1\n\n{}", "x".repeat(5000)));
        let mut buffer = [0; 8192];
        let length = manager.recv(&mut buffer).unwrap();
        let said = std::str::from_utf8(&buffer[..length]).unwrap();
        assert!(said.starts_with("STATUS=bad MAINPID=1 xxx"), "{said}");
        assert_eq!((said.lines().count(), said.len()), (1, LONGEST + 8));
    }

    #[test]
    fn nobody_to_hear_it_is_no_failure() {
        Notices::to(None).ready();
        Notices::to(Some(OsStr::new("/nowhere/at/all"))).ready();
    }

    #[tokio::test]
    async fn a_loop_that_has_ended_gives_no_sign_of_life() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notices");
        let manager = UnixDatagram::bind(&path).unwrap();
        manager.set_nonblocking(true).unwrap();
        let notices = Notices::to(Some(path.as_os_str()));
        let queue = RebuildHandle::default();
        let watching = watchdog(
            notices,
            Duration::from_millis(20),
            queue.clone(),
            Report::default(),
        );
        let watching = tokio::spawn(watching);
        let mut buffer = [0; 100];
        let mut heard = 0;
        while heard < 3 {
            tokio::time::sleep(Duration::from_millis(5)).await;
            heard += usize::from(manager.recv(&mut buffer).is_ok());
        }
        drop(queue.attend());
        tokio::time::sleep(Duration::from_millis(50)).await;
        while manager.recv(&mut buffer).is_ok() {}
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(manager.recv(&mut buffer).is_err());
        watching.abort();
    }
}
