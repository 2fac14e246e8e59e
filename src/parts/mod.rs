//! What the benchmarks measure: single parts of a build, behind functions of plain values. Not an
//! interface of the library.

mod clock;
mod history;
mod mirror;

use std::path::Path;

use crate::config::{Content, Params, RemoteOptions};
use crate::render::{Links, Theme, highlight, markdown};
use crate::repository::{Location, Repository};

pub use clock::Took;
pub use history::{HistorySteps, history};
pub use mirror::Mirror;

/// Renders Markdown and gives the length of the HTML; 0 for a text that is refused.
#[must_use]
pub fn render_markdown(text: &str) -> usize {
    markdown(text, Content::default().dialect(), &AsWritten)
        .map_or(0, |rendered| rendered.html.len())
}

/// Colours code and gives the HTML.
#[must_use]
pub fn highlight_code(language: &str, code: &str) -> String {
    let mut html = String::new();
    highlight(&mut html, language, code);
    html
}

/// Compiles the built-in theme; whether it did.
#[must_use]
pub fn compile_theme() -> bool {
    Theme::compile("default", Vec::new(), &Params::default()).is_ok()
}

/// A folder on disk that is looked at again and again, as one that is watched.
pub struct Folder(Repository);

impl Folder {
    /// # Errors
    /// What the source says where it cannot be opened.
    pub fn open(folder: &str, data_dir: &Path) -> Result<Self, String> {
        let location = Location {
            source: folder.to_owned(),
            branch: None,
            subdir: None,
            data_dir: data_dir.to_owned(),
            remote: RemoteOptions::default(),
        };
        let repository = Repository::open(&location).map_err(|error| error.to_string())?;
        Ok(Self(repository))
    }

    /// Takes a snapshot and gives the number of files.
    #[must_use]
    pub fn look(&mut self) -> usize {
        self.0.snapshot().map_or(0, |snapshot| snapshot.files.len())
    }
}

struct AsWritten;

impl Links for AsWritten {
    fn resolve(&self, _: &str, _: usize) -> Option<String> {
        None
    }
}
