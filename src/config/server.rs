//! The operator's settings: flags, `BYLINE_*` variables and the server's file, in that order.
//! Nothing an author pushes can change one of them.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Deserialize;

use super::{AnnounceOptions, Error, RemoteOptions, StatusForge};

/// Which blog, read from where: what every command that reads a source takes.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct SourceOptions {
    /// A folder, a bare repository or a URL [default: the current folder]
    pub(crate) source: Option<String>,
    /// Where the mirror and the releases are kept
    #[arg(long, value_name = "DIR", env = "BYLINE_DATA_DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// A file that stands in for the repository's own byline.toml
    #[arg(long, value_name = "FILE", env = "BYLINE_SITE_CONFIG")]
    pub(crate) site_config: Option<PathBuf>,
    /// The published branch [default: the remote's HEAD]
    #[arg(long, value_name = "NAME", env = "BYLINE_BRANCH")]
    pub(crate) branch: Option<String>,
    /// The folder of the repository that holds the blog
    #[arg(long, value_name = "DIR", env = "BYLINE_SUBDIR")]
    pub(crate) subdir: Option<String>,
    #[command(flatten)]
    pub(crate) remote: RemoteOptions,
}

/// What `serve` takes besides.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ServeOptions {
    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR", env = "BYLINE_LISTEN")]
    pub(crate) listen: Option<SocketAddr>,
    /// Seconds between looks at the remote; 0 never looks [default: 300]
    #[arg(long, value_name = "SECONDS", env = "BYLINE_POLL")]
    pub(crate) poll: Option<u64>,
    /// File with the secret that pushes are signed with; a second line is a second secret
    #[arg(long, value_name = "FILE", env = "BYLINE_WEBHOOK_SECRET_FILE")]
    pub(crate) webhook_secret_file: Option<PathBuf>,
    /// Public key of the SourceHut whose pushes count: `sr.ht`, or another instance's in base64
    #[arg(long, value_name = "KEY", env = "BYLINE_WEBHOOK_SOURCEHUT_KEY")]
    pub(crate) webhook_sourcehut_key: Option<String>,
    #[command(flatten)]
    pub(crate) announce: AnnounceOptions,
}

/// The server's file (`--config`): the same names as the flags, `-` written `_`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ServerFile {
    source: Option<String>,
    data_dir: Option<PathBuf>,
    site_config: Option<PathBuf>,
    branch: Option<String>,
    subdir: Option<String>,
    listen: Option<SocketAddr>,
    poll: Option<u64>,
    webhook_secret_file: Option<PathBuf>,
    webhook_sourcehut_key: Option<String>,
    remote_token_file: Option<PathBuf>,
    remote_user: Option<String>,
    remote_ca_file: Option<PathBuf>,
    ssh_key_file: Option<PathBuf>,
    ssh_known_hosts_file: Option<PathBuf>,
    public_url: Option<String>,
    status_token_file: Option<PathBuf>,
    status_forge: Option<StatusForge>,
    status_repository: Option<String>,
    notify_url: Option<String>,
    notify_secret_file: Option<PathBuf>,
}

/// The webhook's secret, and the other one while they are rotated.
pub(crate) type SecretPair = (Vec<u8>, Option<Vec<u8>>);

impl ServeOptions {
    /// Fills what neither a flag nor a variable set from the server's file. Paths in the file are
    /// relative to it. Returns the file as it is written.
    pub(super) fn complete(
        &mut self,
        source: &mut SourceOptions,
        file: &Path,
    ) -> Result<toml::Table, Error> {
        let text = super::read(file)?;
        let wrong = |error: toml::de::Error| Error::Server {
            path: file.to_owned(),
            reason: error.to_string().trim_end().to_owned(),
        };
        let set: ServerFile = toml::from_str(&text).map_err(wrong)?;
        let written = toml::from_str(&text).map_err(wrong)?;
        let beside = |path: PathBuf| {
            file.parent()
                .map_or_else(|| path.clone(), |folder| folder.join(&path))
        };
        let fill = |option: &mut Option<PathBuf>, from: Option<PathBuf>| {
            if option.is_none() {
                *option = from.map(beside);
            }
        };
        fill(&mut source.data_dir, set.data_dir);
        fill(&mut source.site_config, set.site_config);
        fill(&mut self.webhook_secret_file, set.webhook_secret_file);
        let remote = &mut source.remote;
        fill(&mut remote.remote_token_file, set.remote_token_file);
        fill(&mut remote.remote_ca_file, set.remote_ca_file);
        fill(&mut remote.ssh_key_file, set.ssh_key_file);
        fill(&mut remote.ssh_known_hosts_file, set.ssh_known_hosts_file);
        let announce = &mut self.announce;
        fill(&mut announce.status_token_file, set.status_token_file);
        fill(&mut announce.notify_secret_file, set.notify_secret_file);
        let or = |option: &mut Option<String>, from| *option = option.take().or(from);
        or(&mut announce.public_url, set.public_url);
        or(&mut announce.status_repository, set.status_repository);
        or(&mut announce.notify_url, set.notify_url);
        announce.status_forge = announce.status_forge.or(set.status_forge);
        or(&mut remote.remote_user, set.remote_user);
        or(&mut source.source, set.source);
        or(&mut source.branch, set.branch);
        or(&mut source.subdir, set.subdir);
        self.listen = self.listen.or(set.listen);
        self.poll = self.poll.or(set.poll);
        or(&mut self.webhook_sourcehut_key, set.webhook_sourcehut_key);
        Ok(written)
    }

    /// The webhook's secrets; where there are none, no trigger is taken.
    pub(crate) fn secrets(&self) -> Result<Option<SecretPair>, Error> {
        webhook_secrets(self.webhook_secret_file.as_deref())
    }
}

/// The secrets of pushes: those of a file, else that of the variable, else those of systemd's credential.
pub(crate) fn webhook_secrets(file: Option<&Path>) -> Result<Option<SecretPair>, Error> {
    let of_file = |file: &Path| Ok((super::read(file)?, format!("`{}`", file.display())));
    let (text, origin) = if let Some(file) = file {
        of_file(file)?
    } else if let Some(text) = variable("BYLINE_WEBHOOK_SECRET") {
        (text, "`BYLINE_WEBHOOK_SECRET`".to_owned())
    } else if let Some(file) = credential("webhook-secret") {
        of_file(&file)?
    } else {
        return Ok(None);
    };
    let mut lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| line.as_bytes().to_vec());
    let Some(secret) = lines.next() else {
        return Err(Error::EmptySecret { origin });
    };
    let other = lines.next();
    match lines.next() {
        None => Ok(Some((secret, other))),
        Some(_) => Err(Error::TooManySecrets { origin }),
    }
}

impl SourceOptions {
    /// What is read: the current folder where nothing was named.
    pub(crate) fn source(&self) -> &str {
        self.source.as_deref().unwrap_or(".")
    }

    /// The data directory: the one that was set, else systemd's, else one of this source's own
    /// below the user's state folder.
    pub(crate) fn data_dir(&self) -> Result<PathBuf, Error> {
        if let Some(folder) = &self.data_dir {
            return Ok(folder.clone());
        }
        if let Some(folder) = variable("STATE_DIRECTORY") {
            return Ok(PathBuf::from(folder));
        }
        let state = variable("XDG_STATE_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(PathBuf::from(variable("HOME")?).join(".local/state")))
            .ok_or(Error::NoDataDir)?;
        Ok(state.join("byline").join(self.state_name()))
    }

    /// A name for this source among the user's others: readable, and unique by a hash.
    fn state_name(&self) -> String {
        use sha2::{Digest, Sha256};
        let whole = std::fs::canonicalize(self.source()).map_or_else(
            |_| self.source().to_owned(),
            |path| path.to_string_lossy().into_owned(),
        );
        let settings = [
            Some(whole.as_str()),
            self.branch.as_deref(),
            self.subdir.as_deref(),
        ];
        let identity = settings.map(Option::unwrap_or_default).join("\0");
        let hash: String = Sha256::digest(&identity)
            .iter()
            .take(4)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        // What stands before an `@` or after a `?` may be a secret.
        let shown = whole.split(['?', '#']).next().unwrap_or_default();
        let name: String = shown
            .trim_end_matches(['/', '.'])
            .rsplit(['/', ':', '@'])
            .next()
            .unwrap_or_default()
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
            .collect();
        format!("{}-{hash}", name.trim_matches('.'))
    }
}

/// A variable of the environment; an empty one is none.
#[expect(clippy::disallowed_methods, reason = "this is where settings are read")]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A file of systemd's credential directory, if it is there.
pub(super) fn credential(name: &str) -> Option<PathBuf> {
    let file = Path::new(&variable("CREDENTIALS_DIRECTORY")?).join(name);
    file.exists().then_some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_data_directory_holds_no_secret() {
        for (source, name) in [
            (
                "https://ann:hush@example.org/blog.git?token=hush",
                "blog.git-",
            ),
            ("https://ann:hush@example.org", "example.org-"),
            ("git@example.org:ann/blog.git", "blog.git-"),
        ] {
            let options = SourceOptions {
                source: Some(source.to_owned()),
                ..SourceOptions::default()
            };
            let made = options.state_name();
            assert!(made.starts_with(name) && !made.contains("hush"), "{made}");
        }
    }
}
