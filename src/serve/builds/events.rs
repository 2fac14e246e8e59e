//! A build as server-sent events: its state at once and at each change, until it has ended.

use super::state;
use crate::rebuild::{RebuildHandle, Report};
use crate::serve::Server;
use crate::serve::events::{Listener, Waited};
use crate::serve::reply::Reply;

pub(super) fn follow(server: &Server, id: &str) -> Reply {
    let (reply, listener) = Listener::open(server);
    let (rebuild, report) = (server.app.rebuild.clone(), server.app.report.clone());
    tokio::spawn(tell(listener, rebuild, report, id.to_owned()));
    reply
}

async fn tell(mut listener: Listener, rebuild: RebuildHandle, report: Report, id: String) {
    let mut changes = report.follow();
    let mut told = String::new();
    loop {
        changes.borrow_and_update();
        let Some(build) = state(&rebuild, &report, &id) else {
            return;
        };
        let Ok(json) = serde_json::to_string(&build) else {
            return;
        };
        if json != told {
            let event = format!("event: build\ndata: {json}\n\n");
            if !listener.send(event).await {
                return;
            }
            told = json;
        }
        if build.state.is_end() {
            return;
        }
        match listener.wait(changes.changed()).await {
            Waited::Changed(_) => {}
            Waited::Quiet if listener.beat().await => {}
            Waited::Quiet | Waited::Over => return,
        }
    }
}
