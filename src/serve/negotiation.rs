//! Which form of a resource a client takes best (RFC 9110, section 12.5).

use hyper::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderName};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Identity,
    Gzip,
    Brotli,
}

impl Coding {
    /// As `Content-Encoding` names it; `None` for the identity.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }
}

/// The coding to answer with, out of the identity and those of `made`. The client's weights
/// decide; where they tie, the smaller form wins. A client that refuses everything gets the
/// identity, as section 12.5.3 allows.
pub(super) fn coding(headers: &HeaderMap, made: &[Coding]) -> Coding {
    let offers = weighted(headers, &ACCEPT_ENCODING);
    let weight = |coding: Coding| {
        let names: &[&str] = match coding {
            Coding::Identity => &["identity"],
            Coding::Gzip => &["gzip", "x-gzip"],
            Coding::Brotli => &["br"],
        };
        let named = offers
            .iter()
            .find(|(name, _)| names.contains(&name.as_str()));
        let any = || offers.iter().find(|(name, _)| name == "*");
        named.or_else(any).map(|(_, weight)| *weight)
    };
    [Coding::Brotli, Coding::Gzip]
        .into_iter()
        .filter(|coding| made.contains(coding))
        .filter_map(|coding| Some((coding, weight(coding).filter(|weight| *weight > 0)?)))
        // Of equals `max_by_key` takes the last: brotli.
        .rev()
        .max_by_key(|(_, weight)| *weight)
        .filter(|(_, best)| weight(Coding::Identity).is_none_or(|identity| identity <= *best))
        .map_or(Coding::Identity, |(coding, _)| coding)
}

/// How a client would have it told what becomes of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Telling {
    Page,
    Json,
    /// Server-sent events, which are sent to whoever names them alone, as browsers' `EventSource`
    /// does.
    Events,
}

/// What the client names most warmly; JSON for whoever names nothing.
pub(super) fn telling(headers: &HeaderMap) -> Telling {
    let weight = warmth(headers);
    let others = weight("text/html").max(weight("application/json"));
    if weight("text/event-stream") > others {
        Telling::Events
    } else if prefers_html(headers) {
        Telling::Page
    } else {
        Telling::Json
    }
}

/// Whether the client is a browser rather than a script: it names HTML at least as warmly as JSON.
pub(super) fn prefers_html(headers: &HeaderMap) -> bool {
    let weight = warmth(headers);
    let html = weight("text/html");
    html > 0 && html >= weight("application/json")
}

/// Whether the client asks for JSON rather than HTML by name.
pub(super) fn prefers_json(headers: &HeaderMap) -> bool {
    warmth(headers)("application/json") > 0 && !prefers_html(headers)
}

/// How warmly the client names a media type.
fn warmth(headers: &HeaderMap) -> impl Fn(&str) -> u16 {
    let offers = weighted(headers, &ACCEPT);
    move |wanted| {
        let offer = offers.iter().find(|(name, _)| name == wanted);
        offer.map_or(0, |(_, weight)| *weight)
    }
}

/// The names of a header's list with their weights in thousandths; members that make no sense are
/// left out.
fn weighted(headers: &HeaderMap, header: &HeaderName) -> Vec<(String, u16)> {
    headers
        .get_all(header)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .filter_map(|member| {
            let mut parts = member.split(';').map(str::trim);
            let name = parts.next().filter(|name| !name.is_empty())?;
            let weight = parts
                .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
                .map_or(Some(1000), thousandths)?;
            Some((name.to_ascii_lowercase(), weight))
        })
        .collect()
}

/// `qvalue`: `0`, `1`, or either with up to three decimals, at most 1.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if !decimals.bytes().all(|byte| byte.is_ascii_digit()) || decimals.len() > 3 {
        return None;
    }
    let fraction: u16 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(fraction),
        "1" if fraction == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    fn chosen(accept: &str, made: &[Coding]) -> Coding {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_str(accept).unwrap());
        coding(&headers, made)
    }

    #[test]
    fn weights_decide_and_brotli_breaks_ties() {
        let both = [Coding::Brotli, Coding::Gzip];
        for (accept, expected) in [
            ("gzip, deflate, br, zstd", Coding::Brotli),
            ("gzip", Coding::Gzip),
            ("x-gzip", Coding::Gzip),
            ("GZIP;Q=0.5", Coding::Gzip),
            ("br;q=0.5, gzip;q=0.8", Coding::Gzip),
            ("br;q=0, gzip", Coding::Gzip),
            ("gzip;q=0", Coding::Identity),
            ("gzip;q=0.000", Coding::Identity),
            ("*", Coding::Brotli),
            ("*;q=0", Coding::Identity),
            ("*;q=0.5, br;q=0", Coding::Gzip),
            ("identity", Coding::Identity),
            ("identity, gzip;q=0.5", Coding::Identity),
            ("identity;q=0.5, gzip;q=0.5", Coding::Gzip),
            ("identity;q=0", Coding::Identity),
            ("br;q=2", Coding::Identity),
            ("br;q=", Coding::Identity),
            ("br;q=0.1234", Coding::Identity),
            ("", Coding::Identity),
            (";;,,", Coding::Identity),
        ] {
            assert_eq!(chosen(accept, &both), expected, "{accept}");
        }
        assert_eq!(chosen("br", &[Coding::Gzip]), Coding::Identity);
        assert_eq!(coding(&HeaderMap::new(), &both), Coding::Identity);
    }

    #[test]
    fn a_browser_is_told_from_a_script() {
        let prefers = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            prefers_html(&headers)
        };
        assert!(prefers("text/html,application/xhtml+xml,*/*;q=0.8"));
        assert!(!prefers("*/*"));
        assert!(!prefers("application/json, text/html;q=0.9"));
        assert!(!prefers("text/html;q=0"));
    }
}
