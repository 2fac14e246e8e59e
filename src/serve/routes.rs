//! Every route, in one table. What is not content lives under `/-/`; everything else is asked of
//! the site, and below `@` of its past.

use std::future::Future;
use std::pin::Pin;

use hyper::body::Incoming;
use hyper::header::{ALLOW, HeaderValue};
use hyper::{Request, StatusCode};

use super::Server;
use super::path::{self, Unusable};
use super::reply::{self, Reply};
use super::{builds, health, hook, live, revisions, search, site};

/// A request without its body.
pub(super) type Head = Request<()>;

/// A request on its way to a handler.
pub(super) struct Call {
    pub(super) head: Head,
    /// Decoded; starts with `/`.
    pub(super) path: String,
}

/// A request's body, and whether it was read to its end.
pub(super) struct Inbound {
    pub(super) incoming: Incoming,
    pub(super) ended: bool,
}

type Later<'a> = Pin<Box<dyn Future<Output = Reply> + Send + 'a>>;

enum Handler {
    /// Answers from memory; a body sent along is not read.
    Now(fn(&Server, &Call) -> Reply),
    /// May wait: for the body, or for a page to be made.
    Later(for<'a> fn(&'a Server, &'a Call, &'a mut Inbound) -> Later<'a>),
}

struct Route {
    at: At,
    methods: &'static str,
    handler: Handler,
}

enum At {
    Exactly(&'static str),
    Under(&'static str),
    Through(&'static str),
}

const READ: &str = "GET, HEAD, OPTIONS";
/// What is allowed somewhere.
const ALL: &str = "GET, HEAD, POST, OPTIONS";
/// Methods of RFC 9110, section 9, and RFC 5789: one that is not among them means nothing here.
const KNOWN: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
];

const ROUTES: &[Route] = &[
    Route {
        at: At::Exactly("/-/hook"),
        methods: "POST, OPTIONS",
        handler: Handler::Later(|server, call, inbound| {
            Box::pin(hook::post(server, call, inbound))
        }),
    },
    Route {
        at: At::Exactly("/-/byline.css"),
        methods: READ,
        handler: Handler::Now(|_, _| reply::style()),
    },
    Route {
        at: At::Exactly("/-/builds.js"),
        methods: READ,
        handler: Handler::Now(builds::script),
    },
    Route {
        at: At::Under("/-/builds/"),
        methods: READ,
        handler: Handler::Now(builds::get),
    },
    Route {
        at: At::Exactly("/-/livez"),
        methods: READ,
        handler: Handler::Now(health::livez),
    },
    Route {
        at: At::Exactly("/-/readyz"),
        methods: READ,
        handler: Handler::Now(health::readyz),
    },
    Route {
        at: At::Exactly("/-/healthz"),
        methods: READ,
        handler: Handler::Now(health::healthz),
    },
    Route {
        at: At::Exactly("/-/live"),
        methods: READ,
        handler: Handler::Now(live::events),
    },
    Route {
        at: At::Exactly("/-/live.js"),
        methods: READ,
        handler: Handler::Now(live::script),
    },
    Route {
        at: At::Exactly("/-/search"),
        methods: READ,
        handler: Handler::Later(|server, call, _| Box::pin(search::get(server, call))),
    },
    // Where the form stands in an export, and so what pages link to.
    Route {
        at: At::Exactly("/-/search/"),
        methods: READ,
        handler: Handler::Later(|server, call, _| Box::pin(search::get(server, call))),
    },
    // Before the site, so that no post can take an address from the server.
    Route {
        at: At::Under("/-/"),
        methods: READ,
        handler: Handler::Now(|_, _| nothing_here()),
    },
    // A post at such an address still comes first.
    Route {
        at: At::Through("/@"),
        methods: READ,
        handler: Handler::Later(|server, call, _| Box::pin(revisions::get(server, call))),
    },
    Route {
        at: At::Under("/"),
        methods: READ,
        handler: Handler::Now(site::get),
    },
];

pub(super) async fn answer(server: &Server, head: Head, inbound: &mut Inbound) -> Reply {
    let method = head.method().as_str();
    if !KNOWN.contains(&method) {
        return reply::text(StatusCode::NOT_IMPLEMENTED, "no such method is known here");
    }
    // The one target that is no path but says something (RFC 9112, section 3.2.4).
    if method == "OPTIONS" && head.uri().path() == "*" {
        return allowed(reply::nothing(), ALL);
    }
    if method == "CONNECT" {
        return allowed(refused(), ALL);
    }
    let path = match path::decode(head.uri().path()) {
        Ok(path) => path,
        Err(Unusable::Malformed) => {
            return reply::text(StatusCode::BAD_REQUEST, "the path makes no sense");
        }
        Err(Unusable::Nowhere) => return site::nowhere(server, &head),
    };
    let Some(route) = ROUTES.iter().find(|route| route.at.is(&path)) else {
        return nothing_here();
    };
    let method = head.method().as_str();
    if method == "OPTIONS" {
        return allowed(reply::nothing(), route.methods);
    }
    if !route.methods.split(", ").any(|known| known == method) {
        return allowed(refused(), route.methods);
    }
    let call = Call { head, path };
    match route.handler {
        Handler::Now(handler) => handler(server, &call),
        Handler::Later(handler) => handler(server, &call, inbound).await,
    }
}

fn refused() -> Reply {
    reply::text(StatusCode::METHOD_NOT_ALLOWED, "not with this method")
}

/// Says which methods there are (RFC 9110, section 10.2.1).
fn allowed(mut reply: Reply, methods: &'static str) -> Reply {
    let methods = HeaderValue::from_static(methods);
    reply.headers_mut().insert(ALLOW, methods);
    reply
}

/// 404 outside the site.
pub(super) fn nothing_here() -> Reply {
    reply::text(StatusCode::NOT_FOUND, "nothing here")
}

impl At {
    fn is(&self, path: &str) -> bool {
        match self {
            Self::Exactly(here) => path == *here,
            Self::Under(folder) => path.starts_with(folder),
            Self::Through(mark) => path.contains(mark),
        }
    }
}

impl Inbound {
    pub(super) fn new(incoming: Incoming) -> Self {
        Self {
            incoming,
            ended: false,
        }
    }
}
