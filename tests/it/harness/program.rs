//! One run of the program to its end: what it said and how it left.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use super::git;

/// The program under test.
pub(crate) const BYLINE: &str = env!("CARGO_BIN_EXE_byline");

/// A finished run.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn of(home: &Path, dir: &Path, arguments: &[&str]) -> Self {
        Self::under(home, dir, arguments, &[])
    }

    /// The same with more in its environment.
    pub(crate) fn under(
        home: &Path,
        dir: &Path,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let output = git::clean(BYLINE, home)
            .current_dir(dir)
            .args(arguments)
            .envs(environment.iter().copied())
            .output()
            .unwrap();
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Starts a run and ends it as `kill -9` does, unless it is quicker.
    pub(crate) fn killed(home: &Path, dir: &Path, arguments: &[&str], after: Duration) {
        let mut child = git::clean(BYLINE, home)
            .current_dir(dir)
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(after);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Asserts the exit code.
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "standard output:\n{}\nstandard error:\n{}",
            self.out,
            self.err
        );
        self
    }

    pub(crate) fn succeeds(self) -> Self {
        self.exits(0)
    }

    /// Standard output as JSON, whatever the exit code.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{error} in:\n{}\n{}", self.out, self.err))
    }

    /// Asserts that something was said to the person, on either stream.
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(
            self.out.contains(text) || self.err.contains(text),
            "`{text}` is neither in standard output:\n{}\nnor in standard error:\n{}",
            self.out,
            self.err
        );
        self
    }
}

/// Every file under a folder by its relative path, with its bytes.
pub(crate) fn files_under(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}
