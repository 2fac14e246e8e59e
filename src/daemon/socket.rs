//! The socket the site is served on: one that systemd hands over and keeps open over a restart, or one
//! of our own. With two files of `repository/` the one place with unsafe code: a descriptor that was
//! inherited is known by its number alone.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::os::fd::{BorrowedFd, FromRawFd, OwnedFd, RawFd};

use anyhow::{Context, bail};
use rustix::io::{FdFlags, fcntl_getfd, fcntl_setfd};
use rustix::net::sockopt::socket_acceptconn;

const DEFAULT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
/// The first descriptor that is handed over (sd_listen_fds(3)).
const FIRST: RawFd = 3;

/// The socket that was handed over, if one was. To be called once, before anything is opened.
pub(super) fn handed_over(names: &[String]) -> anyhow::Result<Option<TcpListener>> {
    match names {
        [] => Ok(None),
        [_] => adopt()
            .context("the socket that systemd hands over cannot be served on; its unit needs one `ListenStream=` with a port, and `Accept=no`")
            .map(Some),
        names => bail!(
            "systemd hands over {} sockets (`{}`), and byline serves on one: leave one `ListenStream=` in the socket unit; `[::]:80` is for IPv4 too",
            names.len(),
            names.join("`, `"),
        ),
    }
}

#[expect(
    unsafe_code,
    reason = "an inherited descriptor is a bare number until somebody owns it"
)]
fn adopt() -> std::io::Result<TcpListener> {
    // SAFETY: it is only asked whether it is open, and nothing is open yet that could be closed.
    fcntl_getfd(unsafe { BorrowedFd::borrow_raw(FIRST) })?;
    // SAFETY: it is open, and the service manager says that it is for this process. Nothing was
    // opened since the process began, so it is nobody else's.
    let descriptor = unsafe { OwnedFd::from_raw_fd(FIRST) };
    // No command that byline starts may hold the site's address.
    fcntl_setfd(&descriptor, FdFlags::CLOEXEC)?;
    if !socket_acceptconn(&descriptor)? {
        return Err(std::io::Error::other("it does not listen"));
    }
    let listener = TcpListener::from(descriptor);
    // Fails for what has no port.
    listener.local_addr()?;
    Ok(listener)
}

/// Listens: on what was handed over, else where the operator said.
pub(super) async fn listen(
    handed: Option<TcpListener>,
    asked: Option<SocketAddr>,
) -> anyhow::Result<tokio::net::TcpListener> {
    let Some(listener) = handed else {
        let address = asked.unwrap_or(DEFAULT);
        return tokio::net::TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen on `{address}`"));
    };
    let address = listener.local_addr()?;
    // Whoever adds a socket unit means it, and a service that no longer starts helps nobody.
    if let Some(asked) = asked.filter(|asked| *asked != address) {
        tracing::warn!(
            "`listen` is `{asked}`, but systemd hands over a socket: that one is served on"
        );
    }
    listener.set_nonblocking(true)?;
    Ok(tokio::net::TcpListener::from_std(listener)?)
}
