//! The key of any value that can be serialized: what a template would be shown, without making the
//! page.

use serde::Serialize;
use serde_json::Value;

use super::{Key, KeyMaker};

/// The key of a value.
pub(crate) fn fingerprint<V: Serialize>(value: &V) -> Key {
    Key::of(&serde_json::to_vec(value).expect(PLAIN))
}

/// The keys of a value for several who read only some of its fields; what is below a field counts
/// whole.
pub(crate) fn fingerprints<V: Serialize, const N: usize>(
    value: &V,
    reads: [&dyn Fn(&str) -> bool; N],
) -> [Key; N] {
    let value = serde_json::to_value(value).expect(PLAIN);
    let fields = value.as_object().into_iter().flatten();
    let fields: Vec<(&String, Vec<u8>)> = fields
        .map(|(name, value)| (name, serde_json::to_vec(value).expect(PLAIN)))
        .collect();
    reads.map(|read| {
        let seen = fields.iter().filter(|(name, _)| read(name));
        let made = KeyMaker::new("fields");
        let add = |made: KeyMaker, (name, json): &(&String, Vec<u8>)| made.text(name).bytes(json);
        seen.fold(made, add).finish()
    })
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
        assert_ne!(fingerprint(&one), fingerprint(&two));
        let of =
            |view: &View| fingerprints(view, [&|name| name == "title", &|name| name == "words"]);
        let ([title, words], [other_title, other_words]) = (of(&one), of(&two));
        assert_eq!(title, other_title);
        assert_ne!(words, other_words);
        assert_ne!(title, words);
    }
}
