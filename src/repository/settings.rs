//! libgit2's process-wide settings; with `transport/register.rs` and `daemon/socket.rs` the only places
//! with unsafe code. They are not thread safe, so they are made once, before there is a second thread.

use std::ffi::c_int;
use std::sync::Once;

use git2::{ConfigLevel, opts};

use super::Error;
use super::address::Address;

/// Of packs, in windows of which few are wanted at a time.
const MAPPED_BYTES: usize = 64 << 20;
const WINDOW_BYTES: usize = 16 << 20;
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
    // Objects are hashed when they are fetched, and zlib's checksum tells when they rot; hashing
    // each again at each read costs twice as much as all the rest of a walk over history.
    opts::strict_hash_verification(false);
    libgit2_sys::init();
    // SAFETY: called once, before any other thread uses libgit2, with the argument types that
    // libgit2's `settings.c` reads for each option.
    unsafe {
        opts::set_verify_owner_validation(true)?;
        opts::set_mwindow_size(WINDOW_BYTES)?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::Repository;
    use crate::repository::fixture::Fixture;

    #[test]
    fn settings_are_accepted_and_a_flipped_byte_is_still_found() {
        configure("/srv/blog.git").unwrap();
        let mut blog = Fixture::new();
        let text: String = (0..200_000u32)
            .map(|n| (b'a' + (n % 23) as u8) as char)
            .collect();
        blog.commit_files(&[("a.md", &text)]);
        let mut mirror = blog.mirror();
        let file = mirror.snapshot().unwrap().files[0].clone();
        drop(mirror);
        flip_bytes(&blog.data_dir().join("mirror.git/objects/pack"));
        let mut mirror = Repository::open(&blog.bare()).unwrap();
        let broken = mirror.read(&file).is_err() || mirror.snapshot().is_err();
        assert!(broken);
        mirror.fetch().unwrap();
        mirror.snapshot().unwrap();
        assert_eq!(mirror.read(&file).unwrap(), text.as_bytes());
    }

    /// Flips a bit in every eighth byte between the head and the trailer of each pack.
    fn flip_bytes(folder: &std::path::Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "pack") {
                continue;
            }
            let mut bytes = std::fs::read(&path).unwrap();
            let end = bytes.len() - 20;
            bytes[12..end]
                .iter_mut()
                .step_by(8)
                .for_each(|byte| *byte ^= 4);
            std::fs::remove_file(&path).unwrap();
            std::io::Write::write_all(&mut std::fs::File::create(&path).unwrap(), &bytes).unwrap();
        }
    }
}
