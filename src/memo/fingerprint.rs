//! The key of any value that can be serialized: what a template would be shown, without making the
//! page.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

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
    let json = serde_json::to_string(value).expect(PLAIN);
    let fields = fields(&json);
    reads.map(|read| {
        let seen = fields.iter().filter(|(name, _)| read(name));
        let made = KeyMaker::new("fields");
        let add =
            |made: KeyMaker, (name, json): (&&str, &&RawValue)| made.text(name).text(json.get());
        seen.fold(made, add).finish()
    })
}

/// A value as who reads only some of its fields sees it.
pub(crate) fn seen<V: Serialize>(value: &V, read: &dyn Fn(&str) -> bool) -> Value {
    let json = serde_json::to_string(value).expect(PLAIN);
    let fields = fields(&json).into_iter().filter(|(name, _)| read(name));
    let field =
        |(name, json): (&str, &RawValue)| (name.to_owned(), json.get().parse().expect(PLAIN));
    Value::Object(fields.map(field).collect())
}

/// The fields of a value, none of which is taken apart.
fn fields(json: &str) -> BTreeMap<&str, &RawValue> {
    serde_json::from_str(json).expect(PLAIN)
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
        let seen = seen(
            &View {
                title: "a\"ß",
                words: 1,
            },
            &|name| name == "title",
        );
        assert_eq!(seen, serde_json::json!({"title": "a\"ß"}));
    }
}
