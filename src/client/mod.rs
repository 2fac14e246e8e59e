//! HTTP as byline speaks it to others: whom it believes, how long it waits, and what went wrong.
//! The only doorway to `ureq` and `rustls`, but for git's own conversation in
//! `repository/transport/`. Nothing of the environment's proxies is used, and no redirect is
//! followed: where something is sent is what was configured.

mod error;
mod failing;
mod roots;

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::time::Duration;

use ureq::http::Request;
use ureq::tls::TlsConfig;
use ureq::{Agent, Body};
use url::Url;

pub(crate) use error::Error;

/// How long a server may take to be found and to take a connection.
pub(crate) const CONNECT: Duration = Duration::from_secs(10);
/// How long it may be silent.
pub(crate) const STALL: Duration = Duration::from_secs(30);
/// Bytes of an answer that are read: what forges and byline itself say is far shorter.
const LONGEST: u64 = 1 << 20;

/// Whom to believe: the operator's own certificates if there are some, else the system's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Authority<'a> {
    pub(crate) file: Option<&'a Path>,
    /// The option it is named with.
    pub(crate) flag: &'static str,
}

/// Connections to other servers, kept while they are of use.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    agent: Agent,
    flag: &'static str,
}

/// What is asked of another server.
#[derive(Clone, Debug)]
pub(crate) struct Question<'a> {
    pub(crate) method: &'static str,
    pub(crate) url: &'a Url,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a [u8],
    /// For all of it.
    pub(crate) patience: Duration,
}

/// What another server said.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Client {
    /// Connections under this name, to servers that `authority` vouches for.
    pub(crate) fn new(authority: Authority<'_>, name: &str) -> Result<Self, Error> {
        let roots = roots::roots(authority.file)?;
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // Not the environment's: what it names would see where content comes from.
            .proxy(None)
            .user_agent(name)
            .accept_encoding("identity")
            .timeout_resolve(Some(CONNECT))
            .timeout_connect(Some(CONNECT))
            .timeout_per_read(Some(STALL))
            .timeout_per_write(Some(STALL))
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .build();
        Ok(Self {
            agent: config.new_agent(),
            flag: authority.flag,
        })
    }

    /// The agent itself, for a conversation of another shape.
    pub(crate) fn agent(&self) -> &Agent {
        &self.agent
    }

    /// What an error of a conversation with `url` means.
    pub(crate) fn failing(&self, error: ureq::Error, url: &Url) -> Error {
        failing::failing(error, url, self.flag)
    }

    /// Asks, and waits for the whole answer.
    pub(crate) fn ask(&self, question: &Question<'_>) -> Result<Answer, Error> {
        let (status, body) = self.begin(question)?;
        let mut bytes = Vec::new();
        let read = body.into_reader().take(LONGEST).read_to_end(&mut bytes);
        read.map_err(|error| self.failing(error.into(), question.url))?;
        Ok(Answer {
            status,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        })
    }

    /// Asks, and hands over each line as it comes, while `wants` more.
    pub(crate) fn follow(
        &self,
        question: &Question<'_>,
        mut wants: impl FnMut(u16, &str) -> bool,
    ) -> Result<u16, Error> {
        let (status, body) = self.begin(question)?;
        let mut lines = BufReader::new(body.into_reader());
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = lines.by_ref().take(LONGEST).read_until(b'\n', &mut line);
            let read = read.map_err(|error| self.failing(error.into(), question.url))?;
            let text = String::from_utf8_lossy(&line);
            if read == 0 || !wants(status, text.trim_end_matches(['\r', '\n'])) {
                return Ok(status);
            }
        }
    }

    fn begin(&self, question: &Question<'_>) -> Result<(u16, Body), Error> {
        let url = question.url;
        let mut request = Request::builder().method(question.method).uri(url.as_str());
        for (name, value) in question.headers {
            request = request.header(*name, *value);
        }
        let response = match question.body {
            [] => {
                let request = request.body(()).map_err(ureq::Error::from);
                let limited = request.map(|request| self.limited(request, question.patience));
                limited.and_then(|request| self.agent.run(request))
            }
            body => {
                let request = request.body(body).map_err(ureq::Error::from);
                let limited = request.map(|request| self.limited(request, question.patience));
                limited.and_then(|request| self.agent.run(request))
            }
        };
        let response = response.map_err(|error| self.failing(error, url))?;
        Ok((response.status().as_u16(), response.into_body()))
    }

    fn limited<S: ureq::AsSendBody>(&self, request: Request<S>, patience: Duration) -> Request<S> {
        let limited = self.agent.configure_request(request);
        limited.timeout_global(Some(patience)).build()
    }
}

/// Whether an address is one of this machine, so that nobody else reads what is sent there.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
