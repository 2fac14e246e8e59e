//! Long builds say how far they are: in a bar on a terminal, in lines of a log. A thread looks at the
//! tally now and then, so that whoever counts waits for nothing.

mod pace;
mod screen;

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::tally::Tally;
use pace::{Pace, Step};

pub(crate) use screen::Screen;

/// What the log knows the lines by.
pub(crate) const TARGET: &str = "byline::progress";
/// Between two looks.
const LOOK: Duration = Duration::from_millis(100);
/// Work that is done before needs no bar.
const PATIENCE: Duration = Duration::from_millis(500);
/// Between two lines, and before the first.
const LINES: Duration = Duration::from_secs(5);

/// How progress is shown.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    Nothing,
    Lines,
    Bar(Screen),
}

/// Shows the progress of what is counted, until it is dropped.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    pub(crate) fn start(tally: &Tally, form: Form) -> Self {
        let tally = tally.clone();
        let (end, ended) = channel();
        let mut showing = match form {
            Form::Nothing => return Self::default(),
            Form::Lines => Showing::Lines {
                last: Duration::ZERO,
            },
            Form::Bar(screen) => Showing::Bar(screen),
        };
        let watch = move || {
            let (begun, mut pace) = (Instant::now(), Pace::default());
            while ended.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
                let at = begun.elapsed();
                if let Some(step) = pace.look(tally.seen(), at) {
                    showing.show(&step, at);
                }
            }
            showing.end();
        };
        // Without a thread the work is done all the same.
        let thread = thread::Builder::new().name("progress".to_owned());
        Self {
            end: Some(end),
            thread: thread.spawn(watch).ok(),
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.end.take());
        // What is said next shall not meet the bar.
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

enum Showing {
    Lines { last: Duration },
    Bar(Screen),
}

impl Showing {
    /// Shows a step at a time since the start, if it is time to.
    fn show(&mut self, step: &Step, at: Duration) {
        match self {
            Self::Bar(screen) if at >= PATIENCE => screen.show(step),
            Self::Lines { last } if at.saturating_sub(*last) >= LINES => {
                *last = at;
                log(step);
            }
            Self::Bar(_) | Self::Lines { .. } => {}
        }
    }

    fn end(&self) {
        if let Self::Bar(screen) = self {
            screen.clear();
        }
    }
}

fn log(step: &Step) {
    let (verb, noun) = step.stage.words();
    tracing::info!(
        target: TARGET,
        done = step.done,
        of = step.total,
        per_second = step.per_second,
        "{verb} {noun}"
    );
}
