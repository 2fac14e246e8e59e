//! Everyone told: what became of a build, as commit statuses on the forge and as a signed message
//! to an address of the operator's. One thread does it, apart from builds and readers; what cannot
//! be told now is tried again, and a message also after a restart.

mod attempt;
mod message;
mod outbox;
mod settings;
mod status;

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::client;
use crate::rebuild::{BuildState, chain, now};
use attempt::Outcome;
use outbox::{Letter, Outbox, To};
use settings::{Hook, Settings};
use status::{Statuses, Verdict};

pub(crate) use settings::Unusable;

/// The clock may be set while a letter waits: look again at least this often.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Tells of builds.
pub(crate) struct Announcer {
    statuses: Option<Statuses>,
    hook: Option<Hook>,
    /// Where the operator says that the blog is, else where its authors said so last.
    public_url: Option<String>,
    from_authors: Option<String>,
    outbox: Outbox,
    /// What was said last of which commit.
    said: Option<(String, Verdict)>,
}

impl Announcer {
    /// Checks the settings; `None` where nobody is to be told. `source` is what is served.
    pub(crate) fn new(
        options: &crate::config::AnnounceOptions,
        remote: &crate::config::RemoteOptions,
        (source, data_dir): (&str, &Path),
    ) -> Result<Option<Self>, Unusable> {
        let Settings {
            statuses,
            hook,
            public_url,
        } = Settings::new(options, remote, source)?;
        if statuses.is_none() && hook.is_none() {
            return Ok(None);
        }
        Ok(Some(Self {
            outbox: Outbox::open(data_dir, hook.is_some()),
            statuses,
            hook,
            public_url,
            from_authors: None,
            said: None,
        }))
    }

    /// Listens on a thread of its own for as long as there are builds.
    pub(crate) fn start(self, builds: Receiver<BuildState>) -> std::io::Result<()> {
        thread::Builder::new()
            .name("announce".to_owned())
            .spawn(move || self.run(&builds))?;
        Ok(())
    }

    fn run(mut self, builds: &Receiver<BuildState>) {
        loop {
            let wait = self.outbox.wait(seconds()).min(LONGEST_WAIT);
            match builds.recv_timeout(wait) {
                Ok(build) => self.hear(&build),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            // Of what came meanwhile the newest is worth telling first.
            while let Ok(build) = builds.try_recv() {
                self.hear(&build);
            }
            if let Some(letter) = self.outbox.due(seconds()) {
                self.send(letter);
            }
        }
    }

    /// Writes the letters about one state of a build.
    fn hear(&mut self, build: &BuildState) {
        if !build.is_new {
            return;
        }
        if build.base_url.is_some() {
            self.from_authors.clone_from(&build.base_url);
        }
        if let (Some(statuses), Some(commit)) = (&self.statuses, &build.commit) {
            let verdict = Verdict::of(build);
            let again = self.said.as_ref();
            let again =
                again.is_some_and(|(of, said)| of == commit && !said.gives_way_to(&verdict));
            if !again {
                let body = statuses.body(&verdict, self.link(build).as_deref());
                self.outbox.put(Letter::status(commit, body, seconds()));
                self.said = Some((commit.clone(), verdict));
            }
        }
        if self.hook.is_some() {
            let link = self.link(build);
            if let Some(body) = message::of(build, (self.base(), link), now()) {
                self.outbox.put(Letter::message(&build.id, body, seconds()));
            }
        }
    }

    fn base(&self) -> Option<&str> {
        let base = self.public_url.as_deref().or(self.from_authors.as_deref());
        base.map(|base| base.trim_end_matches('/'))
    }

    fn link(&self, build: &BuildState) -> Option<String> {
        let base = self.base()?;
        Some(format!("{base}/-/builds/{}", build.id))
    }

    /// Sends one letter, and decides what becomes of it.
    fn send(&mut self, letter: Letter) {
        let outcome = match (&letter.to, &self.statuses, &self.hook) {
            (To::Status { commit }, Some(statuses), _) => statuses.send(commit, &letter.body),
            (To::Hook, _, Some(hook)) => hook.send(&letter, seconds()),
            _ => return,
        };
        let (what, is_kept) = (letter.to.what(), letter.to == To::Hook);
        match outcome {
            Outcome::Taken => tracing::debug!(what, id = %letter.id, "told"),
            Outcome::Refused { reason } => {
                tracing::warn!(what, id = %letter.id, reason, "not told, and not tried again");
            }
            Outcome::Unwanted => {
                tracing::warn!(
                    what,
                    "the receiver wants no more messages (410); none is sent until byline starts again"
                );
                self.hook = None;
                self.outbox.forget_messages();
            }
            Outcome::Later { reason } => {
                let next = self.outbox.again(letter, seconds());
                match next {
                    Some(wait) => tracing::warn!(what, reason, next_try_s = wait, "not told yet"),
                    None => tracing::warn!(what, reason, "not told, after many attempts"),
                }
            }
        }
        if is_kept {
            self.outbox.keep();
        }
    }
}

impl Outcome {
    /// What an answer, or none, means to whoever has to be told.
    fn of(answer: Result<client::Answer, client::Error>) -> Self {
        match answer {
            Ok(answer) => Self::of_status(answer.status, &answer.body),
            Err(error) => Self::Later {
                reason: chain(&error),
            },
        }
    }
}

/// Seconds since 1970: what waits in a file outlives the machine's other clocks.
fn seconds() -> i64 {
    now().timestamp().as_second()
}
