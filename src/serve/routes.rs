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

const READ: &str = "GET, HEAD";

const ROUTES: &[Route] = &[
    Route {
        at: At::Exactly("/-/hook"),
        methods: "POST",
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
    if !route
        .methods
        .split(", ")
        .any(|method| method == head.method().as_str())
    {
        let mut reply = reply::text(StatusCode::METHOD_NOT_ALLOWED, "not with this method");
        reply
            .headers_mut()
            .insert(ALLOW, HeaderValue::from_static(route.methods));
        return reply;
    }
    let call = Call { head, path };
    match route.handler {
        Handler::Now(handler) => handler(server, &call),
        Handler::Later(handler) => handler(server, &call, inbound).await,
    }
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
