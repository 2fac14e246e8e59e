//! byline: a daemon that publishes a blog from a git repository.
//!
//! The modules stand in the order of the flow, bottom to top. A layer uses only what is declared
//! above it here (`tests/it/architecture.rs` checks it):
//!
//! trigger -> source -> provenance -> content -> render -> site -> publish -> serve

mod commands;
mod config;
mod content;
mod diagnostic;
mod history;
mod address;
mod moment;
mod output;
mod publish;
mod rebuild;
mod render;
mod repository;
mod serve;
mod site;
mod trigger;
mod webhook;
