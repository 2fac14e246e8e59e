//! HTTP: the only doorway to hyper. Connections are accepted, bounded in number, time and memory,
//! and drained here; what a request is answered is decided in `routes`.
//!
//! No handler starts git or renders anything: pages come from the current site's map, and a push
//! only asks the rebuild loop to look again. What a post was before is asked of `revisions`, and
//! what a search finds of `results`, which make such pages apart from all this and within bounds.

mod body;
mod builds;
mod conditional;
mod connection;
mod events;
mod framing;
mod health;
mod hook;
mod limits;
mod live;
mod negotiation;
mod path;
mod range;
mod reply;
mod revisions;
mod routes;
mod search;
mod shutdown;
mod site;
#[cfg(test)]
mod tests;
mod wire;

use std::future::Future;
use std::sync::{Arc, Mutex};

use arc_swap::ArcSwapOption;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use crate::publish::Current;
use crate::rebuild::{BuildId, RebuildHandle, Report};
use crate::results::Results;
use crate::revisions::Revisions;
use crate::webhook::{Seen, Trust};

use limits::Limits;
use shutdown::Phase;

pub(crate) use shutdown::shutdown_signal;

/// What is served and told of.
pub(crate) struct App {
    pub(crate) current: Arc<Current>,
    pub(crate) report: Report,
    pub(crate) rebuild: RebuildHandle,
    /// Without it there is no webhook.
    pub(crate) trust: Arc<ArcSwapOption<Trust>>,
    /// Short name of the published branch, once it is known.
    pub(crate) branch: Arc<ArcSwapOption<String>>,
    /// The pages of the past of what is served.
    pub(crate) revisions: Arc<Revisions>,
    /// Searches what is served.
    pub(crate) results: Arc<Results>,
    /// Pages reload themselves when the site is swapped.
    pub(crate) live: bool,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the system's random source cannot be read")]
    Random { source: getrandom::Error },
}

/// What every connection shares.
struct Server {
    app: App,
    limits: Limits,
    phase: watch::Receiver<Phase>,
    /// Places for long webhook bodies.
    hook_places: Semaphore,
    /// Deliveries that count once and were taken.
    seen: Mutex<Seen>,
    /// Tells this run of the program from the one before it, for pages that reload themselves.
    run: BuildId,
}

/// Serves until `shutdown` resolves, then drains: answers under way are finished for up to 30
/// seconds, or until a second signal.
pub(crate) async fn run(
    listener: TcpListener,
    app: App,
    shutdown: impl Future<Output = ()>,
) -> Result<(), Error> {
    // Heeds signals only once it is waited for, so that it is the second one.
    let hurry = async { shutdown_signal().await };
    run_within(Limits::default(), listener, app, (shutdown, hurry)).await
}

async fn run_within(
    limits: Limits,
    listener: TcpListener,
    app: App,
    (shutdown, hurry): (impl Future<Output = ()>, impl Future<Output = ()>),
) -> Result<(), Error> {
    let (phase, phases) = watch::channel(Phase::Serving);
    let server = Arc::new(Server {
        app,
        limits,
        phase: phases,
        hook_places: Semaphore::new(limits.hook_places),
        seen: Mutex::default(),
        run: BuildId::random().map_err(|source| Error::Random { source })?,
    });
    let places = Arc::new(Semaphore::new(limits.connections as usize));

    tokio::select! {
        // First, so that no connection is accepted before signals are heeded.
        biased;
        () = shutdown => {}
        () = accept(&listener, &server, &places) => {}
    }
    drop(listener);
    phase.send_replace(Phase::Draining);
    tokio::select! {
        // Every place is free again once every connection has ended.
        _ = places.acquire_many(limits.connections) => {}
        () = tokio::time::sleep(limits.drain) => {
            tracing::warn!("connections were cut: their answers took too long");
        }
        () = hurry => tracing::warn!("connections were cut: a second signal came"),
    }
    phase.send_replace(Phase::Cut);
    Ok(())
}

/// Accepts for ever. A place is taken first, so that past the limit the kernel's queue fills and
/// nobody already connected notices.
async fn accept(listener: &TcpListener, server: &Arc<Server>, places: &Arc<Semaphore>) {
    loop {
        let Ok(place) = Arc::clone(places).acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, _)) => {
                let server = Arc::clone(server);
                // A panic in a handler ends this task and its connection, nothing else.
                tokio::spawn(async move {
                    attend(stream, server).await;
                    drop(place);
                });
            }
            Err(error) if is_the_clients(&error) => tracing::trace!(%error, "lost before accept"),
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted for the moment");
                tokio::time::sleep(server.limits.accept_pause).await;
            }
        }
    }
}

async fn attend(stream: TcpStream, server: Arc<Server>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::trace!(%error, "lost after accept");
        return;
    }
    connection::serve(stream, server).await;
}

/// Errors of one connection that `accept` reports; anything else (no descriptors, no memory) would
/// come again at once, and the loop would spin.
fn is_the_clients(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

impl Server {
    fn is_draining(&self) -> bool {
        *self.phase.borrow() != Phase::Serving
    }
}
