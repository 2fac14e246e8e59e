//! byline: a daemon that publishes a blog from a git repository.
//!
//! The modules stand in the order of the flow, bottom to top. A layer uses only what is declared
//! above it here (`tests/it/architecture.rs` checks it; the empty lines keep rustfmt from sorting
//! them):
//!
//! trigger -> source -> provenance -> content -> render -> site -> publish -> serve

mod moment;

mod diagnostic;

mod address;

mod config;

mod webhook;

mod repository;

mod history;

mod content;

mod render;

mod output;

mod site;

mod publish;

mod rebuild;

mod trigger;

mod serve;

mod commands;
