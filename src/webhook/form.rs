//! A payload sent as an HTML form would send it: `payload=%7B%22ref%22...`.

use percent_encoding::percent_decode;

/// The value of the form's one field `payload`.
pub(super) fn payload(form: &[u8]) -> Option<Vec<u8>> {
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
            payload(b"a=b&payload=%7B%22ref%22:+%22x%2By%22%7D").unwrap(),
            b"{\"ref\": \"x+y\"}"
        );
    }

    #[test]
    fn no_payload_or_two_are_refused() {
        assert_eq!(payload(b""), None);
        assert_eq!(payload(b"payloads=1"), None);
        assert_eq!(payload(b"payload=1&payload=2"), None);
    }
}
