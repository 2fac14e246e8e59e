//! The layer as a whole, on repositories made with the real git.

mod contents;
mod hostile;
mod local;
mod mirrors;
mod transports;
mod working_trees;
