//! All that the operator set, so that it can be read again: flags and variables stay as they were when
//! the process began, the server's file and the files of secrets may change under it.

use std::path::PathBuf;

use super::{Error, ServeOptions, SourceOptions};

/// Keys of the server's file that byline takes up while it runs.
const LIVE: [&str; 3] = ["poll", "webhook_secret_file", "webhook_sourcehut_key"];

/// Where the settings come from.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// From flags and variables.
    pub(crate) source: SourceOptions,
    pub(crate) options: ServeOptions,
    /// The server's file.
    pub(crate) file: Option<PathBuf>,
}

/// The settings as they were at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    pub(crate) source: SourceOptions,
    pub(crate) options: ServeOptions,
    /// The keys of the server's file as they were written.
    written: toml::Table,
}

impl Settings {
    /// Reads the server's file as it is now.
    pub(crate) fn resolve(&self) -> Result<Resolved, Error> {
        let (mut source, mut options) = (self.source.clone(), self.options.clone());
        let written = match &self.file {
            Some(file) => options.complete(&mut source, file)?,
            None => toml::Table::new(),
        };
        Ok(Resolved {
            source,
            options,
            written,
        })
    }
}

impl Resolved {
    /// The keys of the file that differ in `new` and are heeded at a start alone.
    pub(crate) fn at_restart(&self, new: &Self) -> Vec<String> {
        let both = self.written.keys().chain(new.written.keys());
        let mut keys: Vec<_> = both
            .filter(|key| !LIVE.contains(&key.as_str()))
            .filter(|key| self.written.get(*key) != new.written.get(*key))
            .cloned()
            .collect();
        keys.sort();
        keys.dedup();
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_for_a_restart_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("server.toml");
        let settings = Settings {
            source: SourceOptions::default(),
            options: ServeOptions::default(),
            file: Some(file.clone()),
        };
        let resolve = |text: &str| {
            std::io::Write::write_all(&mut std::fs::File::create(&file).unwrap(), text.as_bytes())
                .unwrap();
            settings.resolve()
        };
        let old = resolve("listen = '127.0.0.1:1'\nbranch = 'main'\npoll = 5\n").unwrap();
        let new = resolve("listen = '127.0.0.1:2'\ndata_dir = 'd'\npoll = 6\n").unwrap();
        assert_eq!(old.at_restart(&new), ["branch", "data_dir", "listen"]);
        assert_eq!((old.options.poll, new.options.poll), (Some(5), Some(6)));
        assert!(resolve("lisen = '127.0.0.1:2'\n").is_err());
    }
}
