//! What a reader types finds what an author wrote.

use super::*;
use crate::memo::{Key, KeyMaker};

type Text<'a> = &'a [(Field, &'a str)];

fn key(name: &str) -> Key {
    KeyMaker::new("test").text(name).finish()
}

fn analysed(key: Key, text: Text<'_>) -> Analysed {
    let sections = text.iter();
    let sections: Vec<Section> = sections
        .map(|(field, text)| Section::new(*field, *text))
        .collect();
    Analysed::new(key, &sections)
}

/// The index of some texts, each of which is its own key.
fn updated(store: &mut Store, texts: &[Text<'_>]) -> Index {
    let key = |text: &Text<'_>| key(&format!("{text:?}"));
    let keys: Vec<Key> = texts.iter().map(key).collect();
    let load = |places: &[u32]| {
        let places = places.iter().map(|at| *at as usize);
        places.map(|at| analysed(keys[at], texts[at])).collect()
    };
    store.update(&keys, &load, &|| false).unwrap().unwrap()
}

fn index(texts: &[Text<'_>]) -> Index {
    updated(&mut Store::new(None, "test"), texts)
}

fn found(index: &Index, query: &str) -> Vec<u32> {
    let hits = index.find(&Query::parse(query), &|_| true);
    hits.page(1, 100).iter().map(|hit| hit.item).collect()
}

#[test]
fn words_phrases_and_beginnings_are_found() {
    use Field::{Body, Code, Tag, Title};
    let index = index(&[
        &[(Title, "Git push"), (Body, "is how Crème is published")],
        &[
            (Body, "push the git"),
            (Code, "git push --no-verify\nlibgit2::Error"),
        ],
        &[
            (Tag, "rust"),
            (Body, "std::io::Error and foo_bar 東京タワー"),
        ],
        &[(Title, "Publishing"), (Body, "the Error of io std")],
    ]);
    for (query, expected) in [
        ("git ", &[0, 1][..]),
        ("\"git push\"", &[0, 1]),
        ("\"push the\"", &[1]),
        ("\"push is\"", &[]),
        ("publ", &[3, 0]),
        ("publ* ", &[3, 0]),
        ("publ ", &[]),
        ("creme ", &[0]),
        ("CRÈME ", &[0]),
        ("std::io::Error ", &[2]),
        ("\"io std\" ", &[3]),
        ("foo_bar ", &[2]),
        ("bar ", &[2]),
        ("--no-verify ", &[1]),
        ("libgit2 ", &[1]),
        ("libgi", &[1]),
        ("東京", &[2]),
        ("京タ", &[2]),
        ("東タ", &[]),
        ("rust ", &[2]),
        ("nowhere ", &[]),
        ("\"\"", &[]),
    ] {
        assert_eq!(found(&index, query), expected, "{query}");
    }
}

#[test]
fn the_whole_text_of_an_error_finds_its_post_first() {
    let error = "error[E0502]: cannot borrow `list` as mutable because it is also borrowed";
    let scattered = "cannot borrow list as it is mutable because error E0502 also borrowed error";
    let texts: [Text<'_>; 3] = [
        &[(Field::Title, scattered), (Field::Body, scattered)],
        &[(Field::Body, "Something else"), (Field::Code, error)],
        &[(Field::Heading, scattered), (Field::Code, scattered)],
    ];
    let index = index(&texts);
    for query in [
        error,
        "cannot borrow `list` as mutable",
        "E0502]: cannot borr",
    ] {
        assert_eq!(found(&index, query).first(), Some(&1), "{query}");
    }
    // What the reader's own program says may differ in a word.
    let other = "error[E0502]: cannot borrow `names` as mutable because it is also borrowed";
    assert_eq!(found(&index, other).first(), Some(&1));
}

#[test]
fn a_word_counts_by_where_it_stands_and_how_rare_it_is() {
    use Field::{Body, Heading, Title};
    let filler = "lorem ipsum dolor ".repeat(30);
    let index = index(&[
        &[(Body, "a cat "), (Body, &filler)],
        &[(Heading, "cat"), (Body, &filler)],
        &[(Title, "cat"), (Body, &filler)],
        &[(Body, &filler)],
    ]);
    assert_eq!(found(&index, "cat "), [2, 1, 0]);
    // Of equals the first, which is the newest.
    assert_eq!(found(&index, "lorem ipsum ").len(), 4);
    assert_eq!(found(&index, "dolor ")[..2], [2, 3]);
}

#[test]
fn only_what_is_allowed_is_found() {
    let texts: [Text<'_>; 3] = [
        &[(Field::Body, "one cat")],
        &[(Field::Body, "two cats, a cat")],
        &[(Field::Body, "cat three")],
    ];
    let index = index(&texts);
    let odd = |item: u32| item.is_multiple_of(2);
    let hits = index.find(&Query::parse("cat "), &odd);
    assert_eq!(hits.len(), 2);
    let hits = index.find(&Query::parse("tag:x"), &odd);
    let items: Vec<u32> = hits.page(1, 10).iter().map(|hit| hit.item).collect();
    assert_eq!(items, [0, 2]);
    assert_eq!(hits.page(2, 1).len(), 1);
    assert!(hits.page(9, 10).is_empty() && hits.page(usize::MAX, 10).is_empty());
}

#[test]
fn what_is_edited_is_found_as_it_is_now() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Store::new(Some(folder.path().to_owned()), "test");
    let mut store = open();
    let texts: Vec<String> = (0..40).map(|n| format!("word{n} all")).collect();
    let sections: Vec<[(Field, &str); 1]> = texts
        .iter()
        .map(|text| [(Field::Body, text.as_str())])
        .collect();
    let mut all: Vec<Text<'_>> = sections.iter().map(|text| &text[..]).collect();
    for count in 1..=40 {
        let index = updated(&mut store, &all[..count]);
        assert_eq!(found(&index, "all ").len(), count);
        assert_eq!(
            found(&index, &format!("word{} ", count - 1)),
            [count as u32 - 1]
        );
        assert!(store.count() < 10, "{} segments", store.count());
    }
    all.remove(7);
    let before = updated(&mut store, &all);
    assert!(found(&before, "word7 ").is_empty());
    assert_eq!(found(&before, "word8 "), [7]);
    let mut store = open();
    let none = |_: &[u32]| -> Vec<Analysed> { unreachable!("all is kept") };
    let keys: Vec<Key> = all.iter().map(|text| key(&format!("{text:?}"))).collect();
    let again = store.update(&keys, &none, &|| false).unwrap().unwrap();
    assert_eq!(found(&again, "word39 "), [38]);
    let gone = updated(&mut store, &[]);
    assert!(found(&gone, "all ").is_empty() && store.count() == 0);
    assert_eq!(
        found(&before, "word8 "),
        [7],
        "whoever has an index keeps it"
    );
    assert!(store.update(&keys, &none, &|| true).unwrap().is_none());
}

#[test]
fn a_damaged_segment_is_made_again_or_finds_less() {
    let folder = tempfile::tempdir().unwrap();
    let open = |program| Store::new(Some(folder.path().to_owned()), program);
    let text: Text<'_> = &[
        (Field::Title, "One"),
        (Field::Body, "a cat and a dog, a cat"),
    ];
    updated(&mut open("1"), &[text]);
    let path = folder.path().join("1");
    let whole = std::fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xff;
        put(&folder.path().join("7"), &bytes);
        let mut store = open("1");
        let index = updated(&mut store, &[text]);
        for query in ["cat ", "\"a cat\"", "o"] {
            let hits = index.find(&Query::parse(query), &|_| true);
            for hit in hits.page(1, 10) {
                index.excerpt(hit, &Query::parse(query));
            }
        }
    }
    put(&path, &whole[..whole.len() - 1]);
    assert_eq!(found(&updated(&mut open("1"), &[text]), "cat "), [0]);
    assert_eq!(found(&updated(&mut open("2"), &[text]), "cat "), [0]);
}

fn put(path: &std::path::Path, bytes: &[u8]) {
    use std::io::Write;
    let mut file = std::fs::File::create(path).unwrap();
    file.write_all(bytes).unwrap();
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

#[test]
fn every_word_of_any_text_finds_it() {
    let pieces = [
        "cat",
        "Größe",
        "naïve",
        "東京",
        "--flag",
        "a_b",
        "x::y",
        "“q”",
        "E0502",
        "🎉",
        "\u{301}",
        "ﬁ",
        "שלום",
        "\u{202e}",
        "don't",
        "ไทย",
        "1.5",
        "İ",
        "\n",
        "\0",
        "ǅ",
        "한국",
    ];
    let mut dice = Dice(7);
    for _ in 0..200 {
        let count = 1 + dice.below(20);
        let glue = ["", " ", "-"][dice.below(3)];
        let parts = (0..count).map(|_| pieces[dice.below(pieces.len())]);
        let text = parts.collect::<Vec<_>>().join(glue);
        let index = index(&[&[(Field::Body, &text)], &[(Field::Code, "nothing")]]);
        let mut all = Vec::new();
        words::words(&text, |word, at| {
            all.push((word.to_owned(), text[at].to_owned()));
        });
        for (word, written) in all {
            for query in [format!("{word} "), format!("{written} "), written.clone()] {
                assert_eq!(
                    found(&index, &query).first(),
                    Some(&0),
                    "{query:?} in {text:?}"
                );
            }
        }
        let query = Query::parse(&text);
        if !query.is_empty() && !text.contains("tag:") {
            assert_eq!(found(&index, &text).first(), Some(&0), "{text:?}");
        }
    }
}
