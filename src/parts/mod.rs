//! What the benchmarks measure: single parts of a build, behind functions of plain values. Not an
//! interface of the library.

mod clock;
mod history;
mod mirror;

use crate::config::HtmlPolicy;
use crate::render::{Links, Theme, markdown};

pub use clock::Took;
pub use history::{HistorySteps, history};
pub use mirror::Mirror;

/// Renders Markdown and gives the length of the HTML; 0 for a text that is refused.
#[must_use]
pub fn render_markdown(text: &str) -> usize {
    markdown(text, HtmlPolicy::Trusted, &AsWritten).map_or(0, |rendered| rendered.html.len())
}

/// Compiles the built-in theme; whether it did.
#[must_use]
pub fn compile_theme() -> bool {
    Theme::compile(Vec::new()).is_ok()
}

struct AsWritten;

impl Links for AsWritten {
    fn resolve(&self, _: &str, _: usize) -> Option<String> {
        None
    }
}
