//! What makes the loop turn besides a webhook: the clock and the file system. Each holds a handle
//! of the queue and does nothing but ask.

pub(crate) mod poll;
pub(crate) mod watch;
