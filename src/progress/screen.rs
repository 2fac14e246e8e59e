//! The terminal that a bar and the log share: what is logged stands above the bar, and nothing is
//! left of the bar when it goes.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::pace::Step;

/// One line, cut where the terminal ends.
const TEMPLATE: &str = "{wide_msg}";
const DRAWN_PER_SECOND: u8 = 20;

/// Standard error of a command, with a bar in its last line or without. Clones are the same screen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Screen(Arc<Mutex<Option<ProgressBar>>>);

impl Screen {
    /// Shows a step in place of the last.
    pub(super) fn show(&self, step: &Step) {
        let mut shown = self.shown();
        let bar = shown.get_or_insert_with(|| {
            let target = ProgressDrawTarget::stderr_with_hz(DRAWN_PER_SECOND);
            let style = ProgressStyle::with_template(TEMPLATE);
            ProgressBar::with_draw_target(None, target)
                .with_style(style.unwrap_or_else(|_invalid| ProgressStyle::default_bar()))
        });
        // Drawn by this alone, so that no frame holds parts of two steps.
        bar.set_message(step.bar() + &step.line());
    }

    /// Takes the bar away.
    pub(super) fn clear(&self) {
        if let Some(bar) = self.shown().take() {
            bar.finish_and_clear();
        }
    }

    fn shown(&self) -> MutexGuard<'_, Option<ProgressBar>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &*self.shown() {
            Some(bar) => bar.suspend(|| io::stderr().write(bytes)),
            None => io::stderr().write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
