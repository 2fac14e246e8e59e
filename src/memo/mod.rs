//! What was made before, found again by what it was made of. A value whose key is known is never
//! made twice; a key says all that the value depends on, so nothing here is ever out of date.
//! Deleting what is kept loses nothing but time.

mod aside;
mod fingerprint;
mod journal;
mod key;
mod table;

pub(crate) use aside::Aside;
pub(crate) use fingerprint::{fingerprint, fingerprints, seen};
pub(crate) use journal::{Journal, checksum};
pub(crate) use key::{Key, KeyMaker};
pub(crate) use table::Table;
