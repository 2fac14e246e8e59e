//! The one cell readers look at. Only the rebuild loop writes it; a request takes the site once and
//! finishes on it, so no answer mixes two sites.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use tokio::sync::watch;

use crate::site::Site;

/// What is being served.
#[derive(Debug)]
pub(crate) struct Current {
    site: ArcSwapOption<Site>,
    /// Counts swaps, for live reload.
    swaps: watch::Sender<u64>,
}

impl Current {
    pub(crate) fn empty() -> Self {
        Self {
            site: ArcSwapOption::empty(),
            swaps: watch::Sender::new(0),
        }
    }

    /// The site as of now; `None` before the first one.
    pub(crate) fn get(&self) -> Option<Arc<Site>> {
        self.site.load_full()
    }

    /// Replaces the site whole.
    pub(crate) fn swap(&self, site: Arc<Site>) {
        self.site.store(Some(site));
        self.swaps.send_modify(|count| *count += 1);
    }

    /// Replaces the site by one that says the same: nobody who looks at it need be told.
    pub(super) fn refine(&self, site: Arc<Site>) {
        self.site.store(Some(site));
    }

    /// Tells of every swap from now on.
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.swaps.subscribe()
    }
}
