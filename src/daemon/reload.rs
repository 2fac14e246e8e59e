//! What SIGHUP asks for: the settings are read again, and what can change in a running server changes.
//! All of it or nothing: a mistake leaves everything as it was.

use std::future::pending;
use std::io::IsTerminal as _;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::notices::Notices;
use crate::config::{Resolved, ServeOptions, Settings};
use crate::rebuild::{Cause, RebuildHandle};
use crate::webhook::Trust;

const POLL: u64 = 300;

/// Takes up changed settings.
pub(super) struct Reload {
    pub(super) settings: Settings,
    /// What the process started with.
    pub(super) started: Resolved,
    pub(super) trust: Arc<ArcSwapOption<Trust>>,
    pub(super) poll: watch::Sender<Duration>,
    pub(super) queue: RebuildHandle,
    pub(super) notices: Notices,
}

/// Whose deliveries count, by the secrets as they are now.
pub(super) fn trust(options: &ServeOptions) -> anyhow::Result<Option<Trust>> {
    let sourcehut = options.webhook_sourcehut_key.as_deref();
    Ok(Trust::new(options.secrets()?, sourcehut)?)
}

/// Between looks at the remote; zero where there shall be none.
pub(super) fn poll(options: &ServeOptions) -> Duration {
    Duration::from_secs(options.poll.unwrap_or(POLL))
}

/// The signal that asks for it. On a terminal it keeps its other meaning, that the terminal has gone,
/// and ends the process.
pub(super) fn hangups() -> std::io::Result<Option<Signal>> {
    let terminal = std::io::stdin().is_terminal() || std::io::stderr().is_terminal();
    (!terminal)
        .then(|| signal(SignalKind::hangup()))
        .transpose()
}

impl Reload {
    /// Takes up the settings at each signal. Never ends.
    pub(super) async fn at_each(self, hangups: Option<Signal>) {
        let Some(mut hangups) = hangups else {
            return pending().await;
        };
        while hangups.recv().await.is_some() {
            self.notices.reloading();
            // Files are read: a few, and small ones.
            if let Err(error) = tokio::task::block_in_place(|| self.take_up()) {
                tracing::error!("the settings stay as they were: {error:#}");
            }
            self.notices.ready();
        }
    }

    fn take_up(&self) -> anyhow::Result<()> {
        let new = self.settings.resolve()?;
        let trust = trust(&new.options)?;
        // Whatever could fail has not: from here on everything is swapped.
        self.trust.store(trust.map(Arc::new));
        let period = poll(&new.options);
        self.poll.send_if_modified(|known| {
            let changes = *known != period;
            *known = period;
            changes
        });
        let waiting = self.started.at_restart(&new);
        if !waiting.is_empty() {
            let keys = waiting.join("`, `");
            tracing::warn!("`{keys}` changed in the server's file: restart byline to apply it");
        }
        self.queue.request(Cause::Asked)?;
        tracing::info!("the settings were read again");
        Ok(())
    }
}
