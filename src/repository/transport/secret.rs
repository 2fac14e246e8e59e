//! Who byline is to an HTTP remote, and which addresses may learn it. Prints nothing.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;
use url::Url;

use super::fault::Refused;
use crate::client::is_loopback;

/// Forges take any user with a token, and GitHub's documents call theirs this.
const USER: &str = "x-access-token";

/// Who byline is to the remote.
pub(super) struct Secret {
    user: String,
    password: String,
    origin: Origin,
}

/// Where a secret is from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// User and password of the address: whoever wrote `http://` there wants them sent so.
    Typed,
    /// The user of the address alone, as forges show it to be copied. Now and then it is a token;
    /// more often what is there can be read without it.
    User,
    /// A token, for the user of the address.
    TokenOfUser,
    Token,
}

impl Secret {
    /// The address's own user and password, else the token.
    pub(super) fn of(url: &Url, user: Option<&str>, token: Option<&str>) -> Option<Self> {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let named = Some(decoded(url.username())).filter(|name| !name.is_empty());
        let origin = match (url.password(), token, &named) {
            (Some(_), ..) => Origin::Typed,
            (None, Some(_), Some(_)) => Origin::TokenOfUser,
            (None, Some(_), None) => Origin::Token,
            (None, None, Some(_)) => Origin::User,
            (None, None, None) => return None,
        };
        let typed = url.password().map(decoded);
        let default = match origin {
            Origin::Token => user.unwrap_or(USER),
            Origin::Typed | Origin::User | Origin::TokenOfUser => "",
        };
        Some(Self {
            user: named.unwrap_or_else(|| default.to_owned()),
            password: typed.unwrap_or_else(|| token.unwrap_or_default().to_owned()),
            origin,
        })
    }

    /// Whether it is told only to a remote that asks.
    pub(super) fn waits(&self) -> bool {
        self.origin == Origin::User
    }

    /// What it means that it was not taken. What was typed is not shown: there are tokens that stand
    /// in the place of a user.
    pub(super) fn refused(&self) -> Refused {
        match self.origin {
            Origin::Token => Refused::Unauthorized {
                user: self.user.clone(),
            },
            Origin::Typed | Origin::User | Origin::TokenOfUser => Refused::Typed,
        }
    }

    /// As a request says it (RFC 7617).
    pub(super) fn header(&self) -> String {
        let pair = format!("{}:{}", self.user, self.password);
        format!("Basic {}", BASE64_STANDARD.encode(pair))
    }

    /// In the clear only to this machine, or where that was typed.
    pub(super) fn may_go(&self, url: &Url) -> bool {
        let typed = matches!(self.origin, Origin::Typed | Origin::User);
        typed || url.scheme() == "https" || is_loopback(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(url: &str, user: Option<&str>, token: Option<&str>) -> Option<(String, String)> {
        let secret = Secret::of(&Url::parse(url).unwrap(), user, token)?;
        Some((secret.user, secret.password))
    }

    fn pair(user: &str, password: &str) -> Option<(String, String)> {
        Some((user.to_owned(), password.to_owned()))
    }

    #[test]
    fn what_is_typed_with_the_address_goes_first() {
        let typed = "https://ann:p%40ss@example.org/blog";
        assert_eq!(secret(typed, Some("x"), Some("t")), pair("ann", "p@ss"));
        let user = "https://ann@example.org/blog";
        assert_eq!(secret(user, Some("x"), Some("t")), pair("ann", "t"));
        assert_eq!(secret(user, Some("x"), None), pair("ann", ""));
        let plain = "https://example.org/blog";
        assert_eq!(secret(plain, Some("x"), Some("t")), pair("x", "t"));
        assert_eq!(secret(plain, None, Some("t")), pair(USER, "t"));
        assert_eq!(secret(plain, Some("x"), None), None);
    }

    #[test]
    fn a_token_goes_over_tls_or_to_this_machine() {
        let goes = |typed: &str, to: &str| {
            let secret = Secret::of(&Url::parse(typed).unwrap(), None, Some("t")).unwrap();
            secret.may_go(&Url::parse(to).unwrap())
        };
        assert!(goes("http://example.org/b", "https://example.org/b"));
        for local in [
            "http://localhost/b",
            "http://127.0.0.1:3000/b",
            "http://[::1]/b",
        ] {
            assert!(goes(local, local));
        }
        assert!(!goes("http://example.org/b", "http://example.org/b"));
        assert!(!goes("http://ann@example.org/b", "http://example.org/b"));
        assert!(goes("http://ann:x@example.org/b", "http://example.org/b"));
    }

    #[test]
    fn it_is_said_as_rfc_7617_has_it() {
        let url = Url::parse("https://Aladdin:open%20sesame@example.org").unwrap();
        let secret = Secret::of(&url, None, None).unwrap();
        assert_eq!(secret.header(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    }
}
