//! A request's header lines as they came: what must stand there once is taken only if it does.

use super::{Malformed, Rejected};

/// A request's header lines, in order; names are compared without case.
#[derive(Clone, Copy)]
pub(crate) struct Headers<'a>(pub(crate) &'a [(&'a str, &'a [u8])]);

impl<'a> Headers<'a> {
    pub(super) fn all(self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.0
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }

    pub(super) fn has(self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// The value of a header that must stand there once.
    pub(super) fn only(self, name: &'static str) -> Result<&'a [u8], Malformed> {
        let mut values = self.all(name);
        match (values.next(), values.next()) {
            (Some(value), None) => Ok(value),
            (None, _) | (Some(_), Some(_)) => Err(Malformed::Header { name }),
        }
    }

    /// The value of a header that proves something. Were the first of two enough, a proxy that
    /// looks at the last could be told something else.
    pub(super) fn proof(self, name: &str) -> Result<&'a [u8], Rejected> {
        let mut values = self.all(name);
        match (values.next(), values.next()) {
            (None | Some(b""), None) | (None, Some(_)) => Err(Rejected::Unsigned),
            (Some(value), None) => Ok(value),
            (Some(_), Some(_)) => Err(Rejected::BadSignature),
        }
    }

    /// What follows the name of a scheme in `Authorization`, whose case does not matter (RFC 9110,
    /// section 11.1).
    pub(super) fn authorization(self, scheme: &str) -> Option<&'a [u8]> {
        let value = self.all("authorization").next()?;
        let (name, rest) = value.split_at_checked(scheme.len())?;
        let rest = rest.strip_prefix(b" ")?;
        name.eq_ignore_ascii_case(scheme.as_bytes())
            .then(|| rest.trim_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_stands_there_once_or_proves_nothing() {
        let lines: [(&str, &[u8]); 4] = [("A", b"1"), ("b", b""), ("c", b"1"), ("C", b"1")];
        let headers = Headers(&lines);
        assert_eq!(headers.proof("a").unwrap(), b"1");
        for (name, twice) in [("b", false), ("c", true), ("d", false)] {
            let refused = headers.proof(name).unwrap_err();
            assert_eq!(matches!(refused, Rejected::BadSignature), twice, "{name}");
            assert_eq!(matches!(refused, Rejected::Unsigned), !twice, "{name}");
        }
    }

    #[test]
    fn the_scheme_of_an_authorization_is_a_word_of_its_own() {
        let given = |value: &'static [u8]| {
            let lines = [("Authorization", value)];
            Headers(&lines).authorization("Bearer").map(<[u8]>::to_vec)
        };
        assert_eq!(given(b"bearer  hush ").unwrap(), b"hush");
        assert_eq!(given(b"Bearerhush"), None);
        assert_eq!(given(b"Basic hush"), None);
        assert_eq!(given(b"Bear"), None);
    }
}
