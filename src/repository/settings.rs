//! libgit2's process-wide settings; the one place with unsafe code. They are not thread safe, so
//! they are made once, before there is a second thread.

use std::ffi::c_int;
use std::sync::Once;

use git2::{ConfigLevel, opts};

use super::Error;
use super::address::Address;

const CONNECT_TIMEOUT_MS: c_int = 10_000;
const STALL_TIMEOUT_MS: c_int = 30_000;
const MAPPED_BYTES: usize = 256 << 20;
const CACHE_BYTES: isize = 32 << 20;
/// Most objects in one pack.
pub(super) const MAX_PACK_OBJECTS: usize = 2_000_000;

/// Makes the settings for one source, once per process and before threads are started.
///
/// A network mirror sees no configuration of the user or the machine: an `insteadOf`, a proxy or
/// a helper there would change where content comes from. A path keeps it, for `user.name` and
/// `safe.directory`.
pub(crate) fn configure(source: &str) -> Result<(), Error> {
    static ONCE: Once = Once::new();
    let isolated = matches!(Address::parse(source), Ok(Address::Network(_)));
    let mut outcome = Ok(());
    ONCE.call_once(|| outcome = apply(isolated));
    outcome.map_err(Error::git("set up libgit2", source_shown(source)))
}

fn source_shown(source: &str) -> String {
    super::address::Redacted(source.to_owned()).to_string()
}

#[expect(
    unsafe_code,
    reason = "libgit2's options are plain globals behind a variadic C function"
)]
fn apply(isolated: bool) -> Result<(), git2::Error> {
    opts::strict_object_creation(true);
    opts::strict_hash_verification(true);
    libgit2_sys::init();
    // SAFETY: called once, before any other thread uses libgit2, with the argument types that
    // libgit2's `settings.c` reads for each option.
    unsafe {
        opts::set_verify_owner_validation(true)?;
        opts::set_server_connect_timeout_in_milliseconds(CONNECT_TIMEOUT_MS)?;
        opts::set_server_timeout_in_milliseconds(STALL_TIMEOUT_MS)?;
        opts::set_mwindow_mapped_limit(MAPPED_BYTES)?;
        opts::set_cache_max_size(CACHE_BYTES)?;
        libgit2_sys::git_libgit2_opts(
            libgit2_sys::GIT_OPT_SET_PACK_MAX_OBJECTS as c_int,
            MAX_PACK_OBJECTS,
        );
        libgit2_sys::git_libgit2_opts(
            libgit2_sys::GIT_OPT_ENABLE_FSYNC_GITDIR as c_int,
            1 as c_int,
        );
        if isolated {
            for level in [
                ConfigLevel::System,
                ConfigLevel::Global,
                ConfigLevel::XDG,
                ConfigLevel::ProgramData,
            ] {
                opts::set_search_path(level, "")?;
            }
        }
    }
    Ok(())
}
