//! A run of the program whose standard error is a terminal.

use std::io::Read as _;
use std::path::Path;
use std::process::Stdio;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::git;
use super::program::{BYLINE, Ran};

impl Ran {
    /// Runs it to its end; `err` is all that the terminal got, with what moves and clears.
    pub(crate) fn on_terminal(
        home: &Path,
        dir: &Path,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&screen).unwrap();
        unlockpt(&screen).unwrap();
        let name = ptsname(&screen, Vec::new()).unwrap();
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let terminal = rustix::fs::open(name, flags, Mode::empty()).unwrap();
        let child = git::clean(BYLINE, home)
            .current_dir(dir)
            .args(arguments)
            .env("TERM", "xterm")
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(terminal)
            .spawn()
            .unwrap();
        let mut shown = Vec::new();
        let mut screen = std::fs::File::from(screen);
        let mut buffer = [0; 4096];
        // Reading fails once nobody has the terminal open any more.
        while let Ok(count @ 1..) = screen.read(&mut buffer) {
            shown.extend_from_slice(&buffer[..count]);
        }
        let output = child.wait_with_output().unwrap();
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8_lossy(&shown).replace("\r\n", "\n"),
        }
    }
}
