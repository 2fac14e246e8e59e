//! When to stop: SIGTERM or SIGINT, and what a connection hears of it.

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

/// Resolves at the next SIGTERM or SIGINT.
pub(crate) async fn shutdown_signal() {
    tokio::select! {
        () = next(SignalKind::terminate()) => {}
        () = next(SignalKind::interrupt()) => {}
    }
}

async fn next(kind: SignalKind) {
    match signal(kind) {
        Ok(mut signals) => wait(&mut signals).await,
        Err(error) => {
            tracing::error!(%error, "signal {} cannot be waited for", kind.as_raw_value());
            std::future::pending::<()>().await;
        }
    }
}

async fn wait(signals: &mut Signal) {
    if signals.recv().await.is_none() {
        std::future::pending::<()>().await;
    }
}
