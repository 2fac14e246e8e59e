//! How a remote is reached: who byline is to it, and whom it takes for it. The secret itself is never
//! kept here, only where to find it.

use std::path::PathBuf;

use clap::Args;

use super::Error;
use super::token::TokenPlaces;

/// What every command that can read from a remote takes.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct RemoteOptions {
    /// File with the token for an http or https remote; read anew at each fetch
    #[arg(long, value_name = "FILE", env = "BYLINE_REMOTE_TOKEN_FILE")]
    pub(crate) remote_token_file: Option<PathBuf>,
    /// User the token belongs to, for forges that ask [default: x-access-token]
    #[arg(long, value_name = "NAME", env = "BYLINE_REMOTE_USER")]
    pub(crate) remote_user: Option<String>,
    /// Certificates (PEM) to know an https remote by, in place of the system's
    #[arg(long, value_name = "FILE", env = "BYLINE_REMOTE_CA_FILE")]
    pub(crate) remote_ca_file: Option<PathBuf>,
    /// Private key for an ssh remote [default: those ssh finds]
    #[arg(long, value_name = "FILE", env = "BYLINE_SSH_KEY_FILE")]
    pub(crate) ssh_key_file: Option<PathBuf>,
    /// Host keys to know an ssh remote by [default: those ssh finds]
    #[arg(long, value_name = "FILE", env = "BYLINE_SSH_KNOWN_HOSTS_FILE")]
    pub(crate) ssh_known_hosts_file: Option<PathBuf>,
}

impl RemoteOptions {
    /// The token as it is now: from the file, else from the variable, else from systemd's credentials.
    pub(crate) fn token(&self) -> Result<Option<String>, Error> {
        let places = TokenPlaces {
            file: self.remote_token_file.as_ref(),
            variable: "BYLINE_REMOTE_TOKEN",
            credential: "remote-token",
        };
        places.read()
    }

    /// Whether what is named is there and can be read, asked once at the start.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.token()?;
        let files = [
            &self.remote_ca_file,
            &self.ssh_key_file,
            &self.ssh_known_hosts_file,
        ];
        files
            .into_iter()
            .flatten()
            .try_for_each(|file| super::read(file).map(drop))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_token_is_read_anew_each_time_and_an_empty_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        let write = |text: &str| {
            let mut file = std::fs::File::create(&file).unwrap();
            file.write_all(text.as_bytes()).unwrap();
        };
        let options = RemoteOptions {
            remote_token_file: Some(file.clone()),
            ..RemoteOptions::default()
        };
        assert!(matches!(options.check(), Err(Error::Read { .. })));
        write("first\n");
        assert_eq!(options.token().unwrap().as_deref(), Some("first"));
        write("second");
        assert_eq!(options.token().unwrap().as_deref(), Some("second"));
        write(" \n");
        assert!(matches!(options.token(), Err(Error::EmptyToken { .. })));
    }
}
