//! `[security]`: where to tell of a weakness, for `/.well-known/security.txt` (RFC 9116).

use jiff::Timestamp;
use serde::Deserialize;
use toml::value::Datetime;

/// Whom to tell.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Security {
    /// Addresses to write to (`mailto:`, `https:`, `tel:`), the best first.
    pub(crate) contact: Vec<String>,
    /// Until when this holds: a time with its offset.
    pub(crate) expires: Option<Datetime>,
    /// A page that says what may be tried and what becomes of reports.
    pub(crate) policy: Option<String>,
    /// Languages reports may be in, as tags; the blog's own if there are none.
    pub(crate) languages: Vec<String>,
}

impl Security {
    /// Whether it no longer holds at a second since 1970. What is not set holds for ever.
    pub(crate) fn is_past(&self, second: i64) -> bool {
        let expires = self.expires.map(|time| time.to_string().parse());
        matches!(expires, Some(Ok::<Timestamp, _>(time)) if time.as_second() < second)
    }

    /// The key that cannot be meant, with what is wrong and what to do.
    pub(super) fn refusal(&self) -> Option<(&'static str, String, &'static str)> {
        if *self == Self::default() {
            return None;
        }
        let fits = |url: &String, starts: &[&str]| {
            let clean = !url.contains(|c: char| c.is_control() || c == ' ');
            clean && starts.iter().any(|start| url.starts_with(start))
        };
        let contact = |url: &&String| !fits(url, &["mailto:", "https://", "tel:"]);
        if let Some(wrong) = self.contact.iter().find(contact) {
            let help = "write `mailto:you@example.org` or an `https://` address";
            return Some(("contact", format!("`{wrong}` is no way to reach you"), help));
        }
        if self.contact.is_empty() {
            let message = "`[security]` names nobody to write to".to_owned();
            return Some(("contact", message, "add `contact = [\"mailto:…\"]`"));
        }
        let is_whole = |time: Datetime| time.date.is_some() && time.offset.is_some();
        if !self.expires.is_some_and(is_whole) {
            let message = "`[security]` does not say until when it holds".to_owned();
            let help = "add `expires = 2027-06-01T00:00:00Z`, within a year from now";
            return Some(("expires", message, help));
        }
        let policy = self.policy.as_ref();
        let policy = policy.filter(|url| !fits(url, &["https://"]))?;
        let help = "use an `https://` address";
        Some((
            "policy",
            format!("`{policy}` is no address of a page"),
            help,
        ))
    }
}
