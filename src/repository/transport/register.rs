//! Tells libgit2 of byline's own transport, under a scheme nobody types. The only unsafe code here beside
//! `settings`: libgit2 keeps its transports in a global without a lock.

use std::sync::Once;

use git2::transport::{self, Transport};

use super::Subtransport;

const SCHEME: &str = "byline";
/// What libgit2 is told to fetch from. It never learns the real address, and so cannot show it.
pub(super) const URL: &str = "byline://remote";

/// Registers the transport, once per process.
#[expect(unsafe_code, reason = "libgit2's list of transports is a plain global")]
pub(super) fn register() -> Result<(), git2::Error> {
    static ONCE: Once = Once::new();
    let mut outcome = Ok(());
    ONCE.call_once(|| {
        // SAFETY: libgit2 looks into its list when it connects to a remote. Every fetch comes by here
        // first and waits for this call, and nothing else in byline connects.
        outcome = unsafe {
            transport::register(SCHEME, |remote| {
                let subtransport = Subtransport::underway()?;
                Transport::smart(remote, subtransport.is_stateless(), subtransport)
            })
        };
    });
    outcome
}
