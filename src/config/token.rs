//! Secrets of one line, wherever the operator keeps them: a file, a variable, systemd's credentials.
//! Read anew whenever they are needed, so that a new one needs no restart.

use std::path::{Path, PathBuf};

use super::Error;
use super::server::{credential, variable};

/// Where a token may be found. The first that is there counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenPlaces<'a> {
    pub(crate) file: Option<&'a PathBuf>,
    /// Of the environment.
    pub(crate) variable: &'static str,
    /// File of systemd's credential directory.
    pub(crate) credential: &'static str,
}

impl TokenPlaces<'_> {
    /// The token as it is now; `None` where nobody gave one.
    pub(crate) fn read(self) -> Result<Option<String>, Error> {
        if let Some(file) = self.file {
            return read(file).map(Some);
        }
        if let Some(token) = variable(self.variable) {
            return checked(&token, format!("`{}`", self.variable)).map(Some);
        }
        credential(self.credential)
            .map(|file| read(&file))
            .transpose()
    }
}

fn read(file: &Path) -> Result<String, Error> {
    checked(&super::read(file)?, format!("`{}`", file.display()))
}

/// Without the newline that editors and `echo` leave.
fn checked(token: &str, origin: String) -> Result<String, Error> {
    match token.trim() {
        "" => Err(Error::EmptyToken { origin }),
        token => Ok(token.to_owned()),
    }
}
