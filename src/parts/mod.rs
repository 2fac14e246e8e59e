//! What the benchmarks measure: single parts of a build, behind functions of plain values. Not an
//! interface of the library.

mod history;

use crate::config::HtmlPolicy;
use crate::render::{Links, Theme, highlight, markdown};

pub use history::{HistorySteps, Took, history};

/// Renders Markdown and gives the length of the HTML; 0 for a text that is refused.
#[must_use]
pub fn render_markdown(text: &str) -> usize {
    markdown(text, HtmlPolicy::Trusted, &AsWritten).map_or(0, |rendered| rendered.html.len())
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
    Theme::compile(Vec::new()).is_ok()
}

struct AsWritten;

impl Links for AsWritten {
    fn resolve(&self, _: &str, _: usize) -> Option<String> {
        None
    }
}
