//! `https://` and `http://`: git's smart protocol as two kinds of requests (`git help
//! protocol-http`). A redirect is followed only to the same host and never away from TLS, and
//! secrets go to the host that was configured and nowhere else.

use std::io::Read;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ureq::http::Response;
use ureq::{Body, BodyReader, RequestBuilder};
use url::Url;

use super::fault::Refused;
use super::places::{below, redirect, shown, with_service, without_service};
use super::secret::Secret;
use super::{Channel, Fault, Transfer};
use crate::client::{self, Authority};
use crate::repository::fetch::Deadline;

/// Some forges answer as git does only to what calls itself git.
const AGENT: &str = concat!("git/2.0 (byline ", env!("CARGO_PKG_VERSION"), ")");
const OFFER: &str = "application/x-git-upload-pack-advertisement";
const ASK: &str = "application/x-git-upload-pack-request";
const RESULT: &str = "application/x-git-upload-pack-result";
const MAX_REDIRECTS: usize = 3;
/// What can be asked in one request: some hundred commits at 50 bytes each.
const MAX_REQUEST: usize = 1 << 20;

/// The connections of one fetch.
pub(super) struct Client {
    client: client::Client,
    deadline: Deadline,
    secret: Option<Secret>,
    /// Whether the secret is told: not where it may well do without.
    tells: AtomicBool,
    /// The repository's address, without a secret; another after a redirect.
    base: Mutex<Url>,
}

impl Client {
    pub(super) fn new(url: &Url, transfer: &Transfer) -> Result<Self, Fault> {
        let options = &transfer.options;
        let authority = Authority {
            file: options.remote_ca_file.as_deref(),
            flag: "--remote-ca-file",
        };
        let client = client::Client::new(authority, AGENT)?;
        let mut base = url.clone();
        // Both fail only where there is no host, and there is one.
        base.set_username("").ok();
        base.set_password(None).ok();
        let token = transfer.token.as_deref();
        let secret = Secret::of(url, options.remote_user.as_deref(), token);
        Ok(Self {
            client,
            deadline: transfer.deadline,
            tells: AtomicBool::new(secret.as_ref().is_none_or(|secret| !secret.waits())),
            secret,
            base: Mutex::new(base),
        })
    }

    /// Asks which branches there are.
    pub(super) fn offer(&self) -> Result<Answer, Fault> {
        let mut url = with_service(&self.base());
        for _ in 0..=MAX_REDIRECTS + 1 {
            let request = self.request(self.client.agent().get(url.as_str()), &url);
            let request = request.header("accept", OFFER);
            let response = request.call();
            let response = response.map_err(|error| self.client.failing(error, &url))?;
            if response.status() == 401 && !self.tells.swap(true, Ordering::Relaxed) {
                continue;
            }
            let Some(next) = redirect(&response, &url)? else {
                let answer = self.answer(response, &url, OFFER)?;
                let base =
                    without_service(&url).ok_or_else(|| Fault::Redirect { to: shown(&url) })?;
                *self.base.lock().unwrap_or_else(PoisonError::into_inner) = base;
                return Ok(answer);
            };
            url = next;
        }
        Err(Fault::Redirects)
    }

    fn ask(&self, body: &[u8]) -> Result<Answer, Fault> {
        let url = below(&self.base(), "git-upload-pack");
        let request = self.request(self.client.agent().post(url.as_str()), &url);
        let request = request.header("content-type", ASK);
        let request = request.header("accept", RESULT);
        let response = request.send(body);
        let response = response.map_err(|error| self.client.failing(error, &url))?;
        match redirect(&response, &url)? {
            // Not here: what was asked would be asked of somebody else.
            Some(to) => Err(Fault::Redirect { to: shown(&to) }),
            None => self.answer(response, &url, RESULT),
        }
    }

    fn base(&self) -> Url {
        let base = self.base.lock().unwrap_or_else(PoisonError::into_inner);
        base.clone()
    }

    /// With the time that is left for all of it, and with the secret where it may be sent to.
    fn request<T>(&self, request: RequestBuilder<T>, url: &Url) -> RequestBuilder<T> {
        let left = Some(self.deadline.left());
        let request = request.config().timeout_global(left).build();
        let secret = self.secret.as_ref();
        let tells = self.tells.load(Ordering::Relaxed);
        match secret.filter(|secret| tells && secret.may_go(url)) {
            Some(secret) => request.header("authorization", secret.header()),
            None => request,
        }
    }

    /// The body of a response that is one of git's.
    fn answer(&self, response: Response<Body>, url: &Url, wanted: &str) -> Result<Answer, Fault> {
        match response.status().as_u16() {
            200 => {}
            401 => return Err(self.unauthorized(url).into()),
            403 => return Err(Refused::Forbidden.into()),
            404 | 410 => return Err(Fault::NotFound),
            status @ (429 | 500..=599) => return Err(Fault::Trouble { status }),
            status => return Err(Fault::Status { status }),
        }
        let kind = response.body().mime_type().unwrap_or_default();
        if kind != wanted {
            let kind = kind.chars().filter(|c| !c.is_control() && *c != '`');
            return Err(Fault::NotGit {
                kind: kind.take(60).collect(),
            });
        }
        Ok(Answer {
            body: response.into_body().into_reader(),
            client: self.client.clone(),
            url: url.clone(),
        })
    }

    fn unauthorized(&self, url: &Url) -> Refused {
        match &self.secret {
            None => Refused::Anonymous,
            Some(secret) if !secret.may_go(url) => Refused::Withheld,
            Some(secret) => secret.refused(),
        }
    }
}

/// What a remote answers.
pub(super) struct Answer {
    body: BodyReader<'static>,
    client: client::Client,
    url: Url,
}

impl Channel for Answer {
    fn receive(&mut self, buffer: &mut [u8]) -> Result<usize, Fault> {
        let read = self.body.read(buffer);
        read.map_err(|error| self.client.failing(error.into(), &self.url).into())
    }

    fn send(&mut self, _: &[u8]) -> Result<(), Fault> {
        Err(client::Error::Cut.into())
    }
}

/// One question and its answer.
pub(super) struct Exchange {
    client: Arc<Client>,
    question: Vec<u8>,
    answer: Option<Answer>,
}

impl Exchange {
    pub(super) fn new(client: Arc<Client>) -> Self {
        Self {
            client,
            question: Vec::new(),
            answer: None,
        }
    }
}

impl Channel for Exchange {
    fn receive(&mut self, buffer: &mut [u8]) -> Result<usize, Fault> {
        let answer = match &mut self.answer {
            Some(answer) => answer,
            none => none.insert(self.client.ask(&mem::take(&mut self.question))?),
        };
        answer.receive(buffer)
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        if self.answer.is_some() || self.question.len() + bytes.len() > MAX_REQUEST {
            return Err(client::Error::Cut.into());
        }
        self.question.extend_from_slice(bytes);
        Ok(())
    }
}
