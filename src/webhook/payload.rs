//! Where the JSON of a delivery stands: bare in the body, or as an HTML form would send it,
//! `payload=%7B%22ref%22...`.

use std::borrow::Cow;

use percent_encoding::percent_decode;

use super::{Headers, Malformed, Rejected};

/// How the JSON comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    Json,
    Form,
}

impl Media {
    pub(super) fn of(headers: Headers<'_>) -> Result<Self, Rejected> {
        let value = headers
            .only("content-type")
            .map_err(|_missing| Rejected::UnsupportedMediaType)?;
        let essence = value.split(|&byte| byte == b';').next().unwrap_or_default();
        let essence = essence.trim_ascii().to_ascii_lowercase();
        match essence.as_slice() {
            b"application/json" => Ok(Self::Json),
            b"application/x-www-form-urlencoded" => Ok(Self::Form),
            _ => Err(Rejected::UnsupportedMediaType),
        }
    }

    /// The JSON within a body.
    pub(super) fn payload(self, body: &[u8]) -> Result<Cow<'_, [u8]>, Malformed> {
        match self {
            Self::Json => Ok(Cow::Borrowed(body)),
            Self::Form => form(body).map(Cow::Owned).ok_or(Malformed::Form),
        }
    }
}

/// The JSON of a delivery that is proved.
pub(super) fn of<'a>(headers: Headers<'_>, body: &'a [u8]) -> Result<Cow<'a, [u8]>, Rejected> {
    Ok(Media::of(headers)?.payload(body)?)
}

/// The value of the form's one field `payload`.
fn form(form: &[u8]) -> Option<Vec<u8>> {
    let mut values = form
        .split(|&byte| byte == b'&')
        .filter_map(|field| field.strip_prefix(b"payload="));
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    let spaced: Vec<u8> = value
        .iter()
        .map(|&byte| if byte == b'+' { b' ' } else { byte })
        .collect();
    Some(percent_decode(&spaced).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_the_one_payload() {
        assert_eq!(
            form(b"a=b&payload=%7B%22ref%22:+%22x%2By%22%7D").unwrap(),
            b"{\"ref\": \"x+y\"}"
        );
    }

    #[test]
    fn no_payload_or_two_are_refused() {
        assert_eq!(form(b""), None);
        assert_eq!(form(b"payloads=1"), None);
        assert_eq!(form(b"payload=1&payload=2"), None);
    }
}
