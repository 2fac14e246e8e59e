//! Remotes over the network. libgit2 asks for bytes and gives bytes; where they come from is one of
//! three channels: HTTP with TLS, the system's `ssh`, or a git daemon's port.
//!
//! libgit2's own transports are not used: they know no deadline, follow redirects and would need
//! OpenSSL. All of a remote's bytes pass through `Stream`, which counts them and watches the clock.

mod daemon;
mod fault;
mod http;
mod places;
mod register;
mod said;
mod secret;
mod ssh;
mod target;

use std::cell::RefCell;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use git2::transport::{Service, SmartSubtransport, SmartSubtransportStream};

use super::Error;
use super::address::Redacted;
use super::fetch::Deadline;
use crate::client;
use crate::config::RemoteOptions;
use fault::Refused;

pub(super) use fault::Fault;
pub(super) use target::Target;

/// Most bytes of its list of branches and tags, and of everything: as many as a site's files may have.
const MAX_OFFER: u64 = 64 << 20;
const MAX_BYTES: u64 = 8 << 30;
/// What libgit2 says last to a remote that keeps its connection.
const FAREWELL: &[u8] = b"0000";
/// Who was refused is not asked again for this long, with the same secret: forges lock out who
/// knocks too often.
const RESPITE: Duration = Duration::from_secs(60);

/// A remote, and how it is reached.
pub(super) struct Remote {
    pub(super) address: Redacted,
    target: Target,
    options: RemoteOptions,
    refusal: RefCell<Option<Refusal>>,
}

/// When which token was refused.
struct Refusal {
    at: Instant,
    token: Option<String>,
    how: Refused,
}

/// One fetch while it runs.
struct Transfer {
    target: Target,
    options: RemoteOptions,
    token: Option<String>,
    deadline: Deadline,
    /// The first thing that went wrong, which libgit2 would only tell as words of its own.
    fault: Mutex<Option<Fault>>,
}

/// Where a remote's bytes come from and go to.
trait Channel: Send + 'static {
    /// As many bytes as are there, at least one; 0 at the end.
    fn receive(&mut self, buffer: &mut [u8]) -> Result<usize, Fault>;

    fn send(&mut self, bytes: &[u8]) -> Result<(), Fault>;
}

thread_local! {
    /// What the fetch on this thread is about: libgit2 makes a transport from an address alone.
    static UNDERWAY: RefCell<Option<Arc<Transfer>>> = const { RefCell::new(None) };
}

impl Remote {
    /// Checks that what the operator named can be read; the remote itself is not asked.
    pub(super) fn new(
        address: Redacted,
        target: Target,
        options: RemoteOptions,
    ) -> Result<Self, Error> {
        options.check()?;
        Ok(Self {
            address,
            target,
            options,
            refusal: RefCell::default(),
        })
    }

    /// Lets `work` fetch from the address it is given. An error is told by what went wrong on the
    /// way, where that is why.
    pub(super) fn fetch<T>(
        &self,
        deadline: Deadline,
        work: impl FnOnce(&str) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let token = match self.target {
            Target::Http(_) => self.options.token(),
            Target::Ssh(_) | Target::Daemon(_) => Ok(None),
        };
        let token =
            token.map_err(|error| self.error(client::Error::from(error).into(), deadline))?;
        if let Some(how) = self.refused(&token) {
            return Err(self.error(how.into(), deadline));
        }
        register::register().map_err(Error::git("set up libgit2", self.address.to_string()))?;
        let transfer = Arc::new(Transfer {
            target: self.target.clone(),
            options: self.options.clone(),
            token,
            deadline,
            fault: Mutex::new(None),
        });
        UNDERWAY.set(Some(Arc::clone(&transfer)));
        let outcome = work(register::URL);
        UNDERWAY.set(None);
        match (outcome, transfer.first_fault()) {
            (Err(_), Some(fault)) => {
                self.note(&fault, &transfer.token);
                Err(self.error(fault, deadline))
            }
            (outcome, _) => outcome,
        }
    }

    fn error(&self, fault: Fault, deadline: Deadline) -> Error {
        match fault {
            fault if fault.is_late() => deadline.error(&self.address),
            fault => Error::Transfer {
                remote: self.address.clone(),
                fault: Box::new(fault),
            },
        }
    }

    /// How it refused this token a moment ago.
    fn refused(&self, token: &Option<String>) -> Option<Refused> {
        let refusal = self.refusal.borrow();
        let recent = refusal
            .as_ref()
            .filter(|refusal| refusal.token == *token && refusal.at.elapsed() < RESPITE)?;
        Some(recent.how.clone())
    }

    fn note(&self, fault: &Fault, token: &Option<String>) {
        if let Fault::Refused(how) = fault {
            *self.refusal.borrow_mut() = Some(Refusal {
                at: Instant::now(),
                token: token.clone(),
                how: how.clone(),
            });
        }
    }
}

impl Transfer {
    /// Keeps the first fault, and gives libgit2 an error to carry out.
    fn keep(&self, fault: Fault) -> io::Error {
        let mut kept = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get_or_insert(fault);
        io::Error::other("the transfer failed")
    }

    fn first_fault(&self) -> Option<Fault> {
        let mut fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        fault.take()
    }
}

/// What libgit2 talks to in a remote's stead.
struct Subtransport {
    transfer: Arc<Transfer>,
    client: Option<Arc<http::Client>>,
}

impl Subtransport {
    /// For the fetch on this thread.
    fn underway() -> Result<Self, git2::Error> {
        let transfer = UNDERWAY.with_borrow(Clone::clone);
        let transfer = transfer.ok_or_else(|| git2::Error::from_str("no fetch is underway"))?;
        let client = match &transfer.target {
            Target::Http(url) => Some(http::Client::new(url, &transfer)),
            Target::Ssh(_) | Target::Daemon(_) => None,
        };
        let client = client.transpose().map_err(|fault| kept(&transfer, fault))?;
        Ok(Self {
            client: client.map(Arc::new),
            transfer,
        })
    }

    /// Whether each question is a request of its own.
    fn is_stateless(&self) -> bool {
        self.client.is_some()
    }

    fn open(&self, service: Service) -> Result<Box<dyn Channel>, Fault> {
        let Transfer {
            target,
            options,
            deadline,
            ..
        } = &*self.transfer;
        Ok(match (target, &self.client, service) {
            (Target::Http(_), Some(client), Service::UploadPackLs) => Box::new(client.offer()?),
            (Target::Http(_), Some(client), _) => Box::new(http::Exchange::new(Arc::clone(client))),
            (Target::Ssh(target), ..) => Box::new(ssh::Ssh::start(target, options, *deadline)?),
            (Target::Daemon(target), ..) => Box::new(daemon::Daemon::connect(target, *deadline)?),
            (Target::Http(_), None, _) => return Err(client::Error::Cut.into()),
        })
    }
}

impl SmartSubtransport for Subtransport {
    fn action(
        &self,
        _url: &str,
        service: Service,
    ) -> Result<Box<dyn SmartSubtransportStream>, git2::Error> {
        if matches!(service, Service::ReceivePack | Service::ReceivePackLs) {
            return Err(git2::Error::from_str("byline never pushes"));
        }
        let channel = self
            .open(service)
            .map_err(|fault| kept(&self.transfer, fault))?;
        Ok(Box::new(Stream {
            channel,
            transfer: Arc::clone(&self.transfer),
            received: 0,
            limit: match service {
                Service::UploadPackLs => MAX_OFFER,
                _ => MAX_BYTES,
            },
        }))
    }

    fn close(&self) -> Result<(), git2::Error> {
        Ok(())
    }
}

fn kept(transfer: &Transfer, fault: Fault) -> git2::Error {
    git2::Error::from_str(&transfer.keep(fault).to_string())
}

/// A channel with its bounds. What goes wrong is kept, since libgit2 tells none of it on.
struct Stream {
    channel: Box<dyn Channel>,
    transfer: Arc<Transfer>,
    received: u64,
    limit: u64,
}

impl Stream {
    fn receive(&mut self, buffer: &mut [u8]) -> Result<usize, Fault> {
        if self.transfer.deadline.has_passed() {
            return Err(client::Error::Late.into());
        }
        let count = self.channel.receive(buffer)?;
        self.received += count as u64;
        match self.received > self.limit {
            true if self.limit == MAX_OFFER => Err(Fault::TooManyBranches),
            true => Err(Fault::TooLarge),
            false => Ok(count),
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.receive(buffer)
            .map_err(|fault| self.transfer.keep(fault))
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Nothing is asked before all that is offered has been read.
        self.limit = MAX_BYTES;
        match self.channel.send(bytes) {
            Ok(()) => Ok(bytes.len()),
            // Whoever has gone already needs no farewell, and how it failed says nothing of the fetch.
            Err(_) if bytes == FAREWELL => Ok(bytes.len()),
            Err(fault) => Err(self.transfer.keep(fault)),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A remote that never ends.
    struct Endless;

    impl Channel for Endless {
        fn receive(&mut self, buffer: &mut [u8]) -> Result<usize, Fault> {
            Ok(buffer.len())
        }

        fn send(&mut self, _: &[u8]) -> Result<(), Fault> {
            Err(client::Error::Cut.into())
        }
    }

    fn stream(received: u64, limit: u64) -> Stream {
        let target = Target::parse("git://example.org/blog", "git").unwrap();
        Stream {
            channel: Box::new(Endless),
            transfer: Arc::new(Transfer {
                target,
                options: RemoteOptions::default(),
                token: None,
                deadline: Deadline::of(client::STALL),
                fault: Mutex::new(None),
            }),
            received,
            limit,
        }
    }

    #[test]
    fn a_remote_that_sends_without_end_is_left() {
        for (limit, is_that) in [(MAX_OFFER, "branches"), (MAX_BYTES, "GiB")] {
            let mut stream = stream(limit - 10, limit);
            assert_eq!(stream.read(&mut [0; 10]).unwrap(), 10);
            stream.read(&mut [0; 1]).unwrap_err();
            let fault = stream.transfer.first_fault().unwrap().to_string();
            assert!(fault.contains(is_that), "{fault}");
        }
    }

    #[test]
    fn a_farewell_that_nobody_hears_is_no_fault() {
        let mut stream = stream(0, MAX_BYTES);
        stream.write_all(FAREWELL).unwrap();
        assert!(stream.transfer.first_fault().is_none());
        stream.write_all(b"0032want").unwrap_err();
        assert!(stream.transfer.first_fault().is_some());
    }
}
