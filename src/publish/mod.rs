//! Making a site current: written as a release, then swapped in memory.

mod current;

pub(crate) use current::Current;
