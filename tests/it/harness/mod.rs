//! What every test starts from: a blog to write and commit, a remote to push to, a server to ask.

mod blog;
mod built;
mod crawl;
mod daemon;
mod dice;
mod git;
mod hooks;
mod http;
mod photo;
mod program;
mod receiver;
mod remote;
mod restless;
mod signing;
mod smart_http;
mod systemd;
mod terminal;
mod tls;
mod words;
mod xml;

pub(crate) use blog::Blog;
pub(crate) use built::{Built, difference};
pub(crate) use crawl::crawl;
pub(crate) use daemon::{Server, patiently};
pub(crate) use dice::{Dice, seed, steps};
pub(crate) use hooks::{
    SECRET, SourceHut, base64, hex_tag, push_of, signature, standard_signature,
};
pub(crate) use http::{Connection, Response, request};
pub(crate) use photo::{PLACE, photo, size};
pub(crate) use program::{Ran, files_under};
pub(crate) use receiver::{Heard, Receiver};
pub(crate) use remote::{GitDaemon, Remote};
pub(crate) use restless::Restless;
pub(crate) use signing::SigningKey;
pub(crate) use smart_http::SmartHttp;
pub(crate) use systemd::Systemd;
pub(crate) use tls::Certified;
pub(crate) use xml::Xml;
