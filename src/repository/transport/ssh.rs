//! `ssh://`: the system's `ssh` as a child, so that keys, agent, configuration and known hosts are the
//! user's own. It never asks anybody anything and never takes a host key it does not know.

use std::ffi::OsString;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{Channel, Fault, said, target};
use crate::client::{self, CONNECT, STALL};
use crate::config::{OURS_ALONE, RemoteOptions};
use crate::repository::fetch::Deadline;

/// What `ssh` and the other side say of themselves, from the beginning.
const MAX_SAID: usize = 8 << 10;
/// A pipe that can be written to takes this much at once (`PIPE_BUF`).
const AT_ONCE: usize = 4096;
/// How long it may take to end when all is said.
const FAREWELL: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(5);

/// A running `ssh`, ended with the value.
pub(super) struct Ssh {
    target: target::Ssh,
    child: Child,
    /// Gone once there is nothing more to say.
    input: Option<ChildStdin>,
    output: ChildStdout,
    said: Arc<Mutex<Vec<u8>>>,
    deadline: Deadline,
}

impl Ssh {
    /// Starts it. Whether it reaches anybody is seen when it is read from.
    pub(super) fn start(
        target: &target::Ssh,
        options: &RemoteOptions,
        deadline: Deadline,
    ) -> Result<Self, Fault> {
        let mut command = Command::new("ssh");
        command.args(arguments(target, options));
        // libgit2 speaks the protocol's first version only, and what is secret is no business of a
        // command in the user's ssh configuration.
        let secret = [
            "GIT_PROTOCOL",
            "BYLINE_REMOTE_TOKEN",
            "BYLINE_WEBHOOK_SECRET",
        ];
        for variable in secret.iter().chain(&OURS_ALONE) {
            command.env_remove(variable);
        }
        Self::run(command, target.clone(), deadline)
    }

    fn run(mut command: Command, target: target::Ssh, deadline: Deadline) -> Result<Self, Fault> {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|source| match source.kind() {
            ErrorKind::NotFound => Fault::NoSsh,
            _ => Fault::SshNotRun { source },
        })?;
        let said = Arc::new(Mutex::new(Vec::new()));
        if let Some(errors) = child.stderr.take() {
            let said = Arc::clone(&said);
            thread::spawn(move || listen(errors, &said));
        }
        Ok(Self {
            target,
            input: child.stdin.take(),
            output: child.stdout.take().expect("a pipe was asked for"),
            child,
            said,
            deadline,
        })
    }

    /// Why it has nothing more to give: its own end, once it has come to it.
    fn ending(&mut self) -> Option<Fault> {
        self.input = None;
        let code = match await_end(&mut self.child, FAREWELL)? {
            status if status.success() => return None,
            status => status.code(),
        };
        // A moment for what was said to arrive. Not until its end: a connection that `ssh` shares
        // (`ControlPersist`) keeps that open.
        thread::sleep(PAUSE * 10);
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        Some(said::fault(&said, code, &self.target))
    }
}

impl Channel for Ssh {
    fn receive(&mut self, buffer: &mut [u8]) -> Result<usize, Fault> {
        wait(&self.output, PollFlags::IN, self.deadline)?;
        match self.output.read(buffer) {
            Ok(0) => self.ending().map_or(Ok(0), Err),
            Ok(count) => Ok(count),
            Err(source) => Err(Fault::SshNotRun { source }),
        }
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        for part in bytes.chunks(AT_ONCE) {
            let Some(input) = &mut self.input else {
                return Err(client::Error::Cut.into());
            };
            wait(&*input, PollFlags::OUT, self.deadline)?;
            if let Err(source) = input.write_all(part) {
                return Err(match source.kind() {
                    ErrorKind::BrokenPipe => {
                        self.ending().unwrap_or_else(|| client::Error::Cut.into())
                    }
                    _ => Fault::SshNotRun { source },
                });
            }
        }
        Ok(())
    }
}

impl Drop for Ssh {
    fn drop(&mut self) {
        self.input = None;
        let patience = FAREWELL.min(self.deadline.left());
        if await_end(&mut self.child, patience).is_none() {
            // Whether it was quicker does not matter.
            self.child.kill().ok();
            self.child.wait().ok();
        }
    }
}

/// Its exit status, if it ends in time.
fn await_end(child: &mut Child, patience: Duration) -> Option<std::process::ExitStatus> {
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if begun.elapsed() < patience => thread::sleep(PAUSE),
            Ok(None) | Err(_) => return None,
        }
    }
}

/// Waits until the pipe can be read from or written to, or has ended.
fn wait(pipe: &impl AsFd, what: PollFlags, deadline: Deadline) -> Result<(), Fault> {
    let begun = Instant::now();
    loop {
        let left = STALL.saturating_sub(begun.elapsed());
        let patience = deadline.patience(left).ok_or(client::Error::Late)?;
        let timeout = Timespec::try_from(patience).ok();
        match poll(&mut [PollFd::new(pipe, what)], timeout.as_ref()) {
            Ok(0) if deadline.has_passed() => return Err(client::Error::Late.into()),
            Ok(0) => {
                return Err(client::Error::Stalled {
                    seconds: STALL.as_secs(),
                }
                .into());
            }
            Ok(_) => return Ok(()),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => {
                return Err(Fault::SshNotRun {
                    source: io::Error::from(error),
                });
            }
        }
    }
}

/// Keeps the beginning of what is said, and lets the rest go by so that nobody waits for a reader.
fn listen(mut errors: ChildStderr, said: &Mutex<Vec<u8>>) {
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = errors.read(&mut buffer) {
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MAX_SAID.saturating_sub(said.len());
        said.extend_from_slice(&buffer[..count.min(room)]);
    }
}

fn arguments(target: &target::Ssh, options: &RemoteOptions) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = Vec::new();
    let mut option = |text: String| arguments.extend(["-o".into(), text.into()]);
    option("BatchMode=yes".to_owned());
    option("StrictHostKeyChecking=yes".to_owned());
    option(format!("ConnectTimeout={}", CONNECT.as_secs()));
    // A peer that is gone is noticed, also where byline has ended meanwhile.
    option("ServerAliveInterval=10".to_owned());
    option("ClearAllForwardings=yes".to_owned());
    option("PermitLocalCommand=no".to_owned());
    // A connection that is there may be shared; this one ends with the fetch, and others' with it.
    option("ControlMaster=no".to_owned());
    if let Some(file) = &options.ssh_known_hosts_file {
        option(format!("UserKnownHostsFile={}", quoted(file)));
        option("GlobalKnownHostsFile=/dev/null".to_owned());
    }
    if let Some(file) = &options.ssh_key_file {
        option(format!("IdentityFile={}", quoted(file)));
        option("IdentitiesOnly=yes".to_owned());
    }
    // No terminal, no forwarded agent, no windows.
    arguments.extend(["-T", "-a", "-x"].map(OsString::from));
    if let Some(port) = target.port {
        arguments.extend(["-p".into(), port.to_string().into()]);
    }
    let place = match &target.user {
        Some(user) => format!("{user}@{}", target.host),
        None => target.host.clone(),
    };
    let wanted = format!("git-upload-pack {}", shell(&target.path));
    arguments.extend([place.into(), wanted.into()]);
    arguments
}

/// A path as `ssh` reads options: `%` begins a token, and a space another path.
fn quoted(path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    format!("\"{}\"", path.to_string_lossy().replace('%', "%%"))
}

/// One word for the shell of the other side, in the quotes that `git-shell` takes as well.
fn shell(path: &str) -> String {
    let path = path.replace('\'', r"'\''").replace('!', r"'\!'");
    format!("'{path}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> target::Ssh {
        target::Ssh {
            user: Some("git".to_owned()),
            host: "example.org".to_owned(),
            port: Some(2222),
            path: "/srv/it's \"here\"; rm -rf $HOME!".to_owned(),
        }
    }

    fn words(options: &RemoteOptions) -> Vec<String> {
        let words = arguments(&target(), options).into_iter();
        words.map(|word| word.into_string().unwrap()).collect()
    }

    #[test]
    fn nobody_is_asked_and_no_unknown_host_is_taken() {
        let words = words(&RemoteOptions::default());
        let all = words.join(" ");
        assert!(all.contains("-o BatchMode=yes -o StrictHostKeyChecking=yes"));
        assert!(!all.contains("KnownHosts") && !all.contains("Identit"));
        assert_eq!(
            words[words.len() - 4..],
            [
                "-p",
                "2222",
                "git@example.org",
                r#"git-upload-pack '/srv/it'\''s "here"; rm -rf $HOME'\!''"#
            ]
        );
    }

    #[test]
    fn keys_and_known_hosts_can_be_named() {
        let options = RemoteOptions {
            ssh_key_file: Some("/etc/byline/my key".into()),
            ssh_known_hosts_file: Some("/etc/byline/100%".into()),
            ..RemoteOptions::default()
        };
        let all = words(&options).join(" ");
        assert!(all.contains("UserKnownHostsFile=\"/etc/byline/100%%\""));
        assert!(all.contains("GlobalKnownHostsFile=/dev/null"));
        assert!(all.contains("IdentityFile=\"/etc/byline/my key\" -o IdentitiesOnly=yes"));
    }

    #[test]
    fn one_that_says_nothing_is_ended_at_the_deadline() {
        let mut sleep = Command::new("sleep");
        sleep.arg("60");
        let deadline = Deadline::of(Duration::from_millis(100));
        let begun = Instant::now();
        let mut ssh = Ssh::run(sleep, target(), deadline).unwrap();
        let fault = ssh.receive(&mut [0; 10]).unwrap_err();
        assert!(fault.is_late(), "{fault}");
        drop(ssh);
        assert!(begun.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn the_other_shell_reads_back_the_path() {
        let path = target().path;
        let echo = Command::new("sh")
            .args(["-c", &format!("printf %s {}", shell(&path))])
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(echo.stdout).unwrap(), path);
    }
}
