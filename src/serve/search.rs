//! `/-/search?q=`: read from the query, asked of whoever searches, waited for, and sent like any
//! page of the site. With nothing to search for it is the page with the form.

use hyper::StatusCode;
use hyper::header::{HeaderValue, VARY};
use percent_encoding::percent_decode_str;
use tokio::time::timeout;

use crate::address::SEARCH;
use crate::results::{Asked, LONGEST, Made, PAGES, Question};
use crate::site::Answer;

use super::reply::{self, Reply};
use super::routes::Call;
use super::{Server, live, negotiation, site};

/// Seconds after which a search that could not be had is worth another try.
const AGAIN: &str = "5";

pub(super) async fn get(server: &Server, call: &Call) -> Reply {
    let mut reply = found(server, call).await;
    // One address, two forms.
    reply
        .headers_mut()
        .append(VARY, HeaderValue::from_static("Accept"));
    reply
}

async fn found(server: &Server, call: &Call) -> Reply {
    let shown = live::shown(server);
    let shown = shown.as_deref();
    let question = match question(call) {
        Ok(question) => question,
        Err(reason) => return reply::text(StatusCode::BAD_REQUEST, &reason),
    };
    if question.text.is_empty() && !question.json {
        let Some(current) = server.app.current.get() else {
            return site::not_yet(shown);
        };
        return match current.lookup(SEARCH) {
            Some(Answer::Resource(page)) => site::page(page, &call.head, shown),
            Some(Answer::Redirect(_) | Answer::Gone) | None => site::nowhere(server, &call.head),
        };
    }
    let sent = |made: Made| match made {
        Some(page) => site::page(&page, &call.head, shown),
        None => reply::text(
            StatusCode::INTERNAL_SERVER_ERROR,
            "what was found cannot be shown",
        ),
    };
    match server.app.results.ask(question) {
        Asked::NotYet => later("the blog is being looked through; search again in a moment"),
        Asked::Busy => later("too many search at once; try again in a moment"),
        Asked::Soon(made) => match timeout(server.limits.page_wait, made).await {
            Ok(Ok(made)) => sent(made),
            Ok(Err(_)) | Err(_) => later("too many search at once; try again in a moment"),
        },
    }
}

/// What is asked; an error says what cannot be meant.
fn question(call: &Call) -> Result<Question, String> {
    let query = call.head.uri().query().unwrap_or_default();
    let value = |name: &str| {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let mut values = pairs
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value);
        values.next().map(decoded)
    };
    let text = value("q").unwrap_or_default().trim_start().to_owned();
    if text.chars().count() > LONGEST {
        return Err(format!("a search has at most {LONGEST} characters"));
    }
    let page = value("page").unwrap_or_else(|| "1".to_owned());
    let page = page.parse().ok().filter(|page| (1..=PAGES).contains(page));
    let page = page.ok_or_else(|| format!("`page` is a number from 1 to {PAGES}"))?;
    let json = match value("format").as_deref() {
        None | Some("") => negotiation::prefers_json(call.head.headers()),
        Some("json") => true,
        Some("html") => false,
        Some(_) => return Err("`format` is `html` or `json`".to_owned()),
    };
    Ok(Question { text, page, json })
}

/// A value of a query as forms send it.
fn decoded(value: &str) -> String {
    let spaced = value.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

fn later(reason: &str) -> Reply {
    let reply = reply::text(StatusCode::SERVICE_UNAVAILABLE, reason);
    reply::retry_after(reply, AGAIN)
}
