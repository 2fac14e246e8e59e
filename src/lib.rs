//! byline: a daemon that publishes a blog from a git repository.
//!
//! The modules stand in the order of the flow, bottom to top. A layer uses only what is declared
//! above it here (`tests/it/architecture.rs` checks it):
//!
//! trigger -> source -> provenance -> content -> render -> site -> publish -> serve

// Ground every layer stands on: addresses, times, counts, findings, settings.
mod address;
mod moment;

mod language;

mod tally;

mod diagnostic;

mod config;

// Who signed a commit.
mod signature;

// What a forge tells us.
mod webhook;

// HTTP as byline speaks it to others.
mod client;

// The content repository, and who wrote what when.
mod repository;

mod history;

// What was made before, and what pictures are.
mod memo;

mod image;

// Full-text search.
mod search;

// What the blog says, how it looks, what we make of it.
mod content;

mod render;

mod comparison;

mod output;

// The finished site, made current.
mod site;

mod publish;

// What a post was before: the only pages made when they are asked for.
mod revisions;

// What a search finds.
mod results;

// How far a build is, for whoever waits for it.
mod progress;

// The loop, and what makes it turn.
mod rebuild;

mod trigger;

// Those who are told what became of a build.
mod announce;

// What the benchmarks measure.
#[doc(hidden)]
pub mod parts;

// HTTP, the service as a whole, the command line.
mod serve;

mod daemon;

mod commands;

pub use commands::run;
