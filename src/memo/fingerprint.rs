//! The key of any value that can be serialized: what a template would be shown, without making the
//! page.

use serde::Serialize;
use serde_json::Value;

use super::Key;

/// The key of a value. Where `read` is given, only those fields of the value itself count that it
/// says are read; what is below them counts whole.
pub(crate) fn fingerprint<V: Serialize>(value: &V, read: Option<&dyn Fn(&str) -> bool>) -> Key {
    let bytes = match read {
        None => serde_json::to_vec(value),
        Some(read) => serde_json::to_vec(&seen(value, read)),
    };
    Key::of(&bytes.expect(PLAIN))
}

/// A value as who reads only some of its fields sees it.
pub(crate) fn seen<V: Serialize>(value: &V, read: &dyn Fn(&str) -> bool) -> Value {
    let mut value = serde_json::to_value(value).expect(PLAIN);
    if let Value::Object(fields) = &mut value {
        fields.retain(|name, _| read(name));
    }
    value
}

const PLAIN: &str = "views hold nothing but texts, numbers and lists";

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct View {
        title: &'static str,
        words: usize,
    }

    #[test]
    fn only_what_is_read_counts() {
        let (one, two) = (
            View {
                title: "a",
                words: 1,
            },
            View {
                title: "a",
                words: 2,
            },
        );
        assert_ne!(fingerprint(&one, None), fingerprint(&two, None));
        let title = |name: &str| name == "title";
        assert_eq!(
            fingerprint(&one, Some(&title)),
            fingerprint(&two, Some(&title))
        );
        let words = |name: &str| name == "words";
        assert_ne!(
            fingerprint(&one, Some(&words)),
            fingerprint(&two, Some(&words))
        );
    }
}
