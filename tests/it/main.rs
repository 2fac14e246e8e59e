//! The end-to-end tests: the real binary, real git, real HTTP, one harness, one sentence a test.
//!
//! `harness` makes blogs, remotes and servers; each other file holds the tests of one feature.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a failing step of a test ends the test, and tests read and write files"
)]

mod architecture;
mod broken;
mod cards;
mod commands;
mod crash;
mod dates;
mod docs;
mod equality;
mod faults;
mod feeds;
mod forges;
mod golden;
mod harness;
mod histories;
mod hook;
mod hostile;
mod http;
mod https;
mod identity;
mod images;
mod kept;
mod kinds;
mod languages;
mod lifecycle;
mod listing;
mod live;
mod markdown;
mod metadata;
mod moved;
mod once;
mod oracle;
mod posts;
mod privacy;
mod progress;
mod remotes;
mod reproducible;
mod revisions;
mod search;
mod signed;
mod ssh;
mod theme;
mod told;
mod torn;
mod translations;
mod trigger;
mod ways;
mod why;
