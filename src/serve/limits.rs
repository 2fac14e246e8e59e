//! What a client may take of time, memory and connections. Values, so that tests can be quick.

use std::time::Duration;

#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// From accepting a connection, or from the end of an answer, to the end of the next
    /// request's headers. hyper has this one timer for slow headers and for idle keep-alive, and
    /// cannot tell them apart, so an idle connection ends as early as a slow one.
    pub(super) header_read: Duration,
    /// A client that takes no byte of its answer for this long is cut off.
    pub(super) write_stall: Duration,
    /// Bytes of a webhook's body; GitHub sends no more.
    pub(super) hook_body: u64,
    /// For the whole of a webhook's body, however steadily it drips.
    pub(super) hook_time: Duration,
    /// A body may be this long without one of the `hook_places`: a burst of ordinary pushes, or a
    /// few stalled giants, never makes one wait.
    pub(super) hook_small: u64,
    /// Longer bodies in memory at once.
    pub(super) hook_places: usize,
    /// Connections at once; more wait in the kernel's queue.
    pub(super) connections: u32,
    /// For a client that has just connected to say its first word when the server is told to stop.
    pub(super) first_word: Duration,
    /// For answers under way when the server is told to stop.
    pub(super) drain: Duration,
    /// Between signs of life on a quiet event stream.
    pub(super) heartbeat: Duration,
    /// For a client to close its side after we have closed ours (RFC 9112, section 9.6).
    pub(super) linger: Duration,
    /// For a page of a post's past to be made.
    pub(super) page_wait: Duration,
    /// Before accepting again when the system has no descriptor left.
    pub(super) accept_pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_read: Duration::from_secs(10),
            write_stall: Duration::from_secs(20),
            hook_body: 25 << 20,
            hook_time: Duration::from_secs(10),
            hook_small: 64 << 10,
            hook_places: 4,
            connections: 1024,
            first_word: Duration::from_secs(1),
            drain: Duration::from_secs(30),
            heartbeat: Duration::from_secs(15),
            linger: Duration::from_secs(2),
            page_wait: Duration::from_secs(10),
            accept_pause: Duration::from_millis(100),
        }
    }
}
