//! When to stop: SIGTERM or SIGINT, and what a connection hears of it.

use std::future::Future;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// How far the server is on its way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Serving,
    /// Answers under way are finished, no new request is taken.
    Draining,
    /// Whatever is left is dropped.
    Cut,
}

/// Resolves at the next SIGTERM or SIGINT after this call.
pub(crate) fn shutdown_signal() -> impl Future<Output = ()> {
    let [terminate, interrupt] = [SignalKind::terminate(), SignalKind::interrupt()].map(signals);
    async {
        tokio::select! {
            () = next(terminate) => {}
            () = next(interrupt) => {}
        }
    }
}

fn signals(kind: SignalKind) -> Option<Signal> {
    let number = kind.as_raw_value();
    signal(kind)
        .inspect_err(|error| tracing::error!(%error, "signal {number} cannot be waited for"))
        .ok()
}

async fn next(signals: Option<Signal>) {
    if let Some(mut signals) = signals
        && signals.recv().await.is_some()
    {
        return;
    }
    std::future::pending::<()>().await;
}
