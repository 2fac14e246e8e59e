//! A text as the words that can be searched for, each folded so that case, accents and width make
//! no difference. Code falls into its parts: `std::io::Error` is three words that follow each other.

use std::ops::Range;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Bytes of a folded word; what follows in a longer one makes no difference.
const LONGEST: usize = 64;

/// What a character is to words.
enum Part {
    Inside,
    /// A word of its own, in scripts that put no spaces between words.
    Alone,
    /// Neither ends a word nor is part of it.
    Nothing,
    Gap,
}

/// Calls `each` with every word, folded, and where it stands.
pub(crate) fn words(text: &str, mut each: impl FnMut(&str, Range<usize>)) {
    let bytes = text.as_bytes();
    let mut word = String::with_capacity(LONGEST + 16);
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        word.clear();
        while let Some(&byte) = bytes.get(at) {
            if byte.is_ascii() {
                let run = bytes[at..].iter();
                let run = run.take_while(|byte| byte.is_ascii_alphanumeric()).count();
                if run == 0 {
                    break;
                }
                push_ascii(&mut word, &text[at..at + run]);
                at += run;
                continue;
            }
            let Some(c) = text[at..].chars().next() else {
                break;
            };
            match part(c) {
                Part::Inside => fold(&mut word, c),
                Part::Alone if at == start => {
                    fold(&mut word, c);
                    at += c.len_utf8();
                    break;
                }
                Part::Nothing if at > start => {}
                Part::Alone | Part::Nothing | Part::Gap => break,
            }
            at += c.len_utf8();
        }
        if !word.is_empty() {
            each(&word, start..at);
        }
        if at == start {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
}

/// The words of a text with one space between them.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    words(text, |word, _| {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    });
    folded
}

fn part(c: char) -> Part {
    match c {
        // Soft hyphens and joiners are hints to whoever sets the text.
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => Part::Nothing,
        _ if is_combining_mark(c) => Part::Nothing,
        _ if !c.is_alphanumeric() => Part::Gap,
        // Thai, Lao, Myanmar, Khmer; kana; Han.
        '\u{e00}'..='\u{eff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3041}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}'
        | '\u{20000}'..='\u{3ffff}' => Part::Alone,
        _ => Part::Inside,
    }
}

fn push_ascii(word: &mut String, letters: &str) {
    let start = word.len();
    let room = LONGEST.saturating_sub(start).min(letters.len());
    word.push_str(&letters[..room]);
    word[start..].make_ascii_lowercase();
}

fn push(word: &mut String, c: char) {
    if word.len() + c.len_utf8() <= LONGEST {
        word.push(c);
    }
}

fn fold(word: &mut String, c: char) {
    decompose_compatible(c, |c| {
        for c in c.to_lowercase() {
            match c {
                // Letters that no decomposition brings to those people type for them.
                'ß' => "ss".chars().for_each(|c| push(word, c)),
                'æ' => "ae".chars().for_each(|c| push(word, c)),
                'œ' => "oe".chars().for_each(|c| push(word, c)),
                'þ' => "th".chars().for_each(|c| push(word, c)),
                'ø' => push(word, 'o'),
                'ł' => push(word, 'l'),
                'đ' | 'ð' => push(word, 'd'),
                'ı' => push(word, 'i'),
                'ς' => push(word, 'σ'),
                c if c.is_alphanumeric() && !is_combining_mark(c) => push(word, c),
                _ => {}
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_width_make_no_difference() {
        for (text, expected) in [
            ("Crème BRÛLÉE", "creme brulee"),
            ("Cre\u{300}me", "creme"),
            ("Straße ＡＢＣ１ ﬁn", "strasse abc1 fin"),
            (
                "Ærø Łódź Đà Nẵng İstanbul ılık",
                "aero lodz da nang istanbul ilik",
            ),
            ("ὈΔΥΣΣΕΎΣ Ёлка", "οδυσσευσ елка"),
            ("co\u{ad}operate", "cooperate"),
            ("שָׁלוֹם مُحَمَّد", "שלום محمد"),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
    }

    #[test]
    fn code_falls_into_its_parts_in_order() {
        for (text, expected) in [
            ("error[E0502]:", "error e0502"),
            ("std::io::Error", "std io error"),
            ("foo_bar --no-verify libgit2", "foo bar no verify libgit2"),
            ("don't a.b(c)", "don t a b c"),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
    }

    #[test]
    fn scripts_without_spaces_are_words_by_character() {
        assert_eq!(folded("東京タワーABC"), "東 京 タ ワ ー abc");
        assert_eq!(folded("한국어 검색"), folded("한국어 검색"));
        assert_eq!(folded("한국어 검색").split(' ').count(), 2);
    }

    #[test]
    fn where_a_word_stands_is_told_in_bytes() {
        let text = "… Él: naïve";
        let mut found = Vec::new();
        words(text, |word, at| {
            found.push((word.to_owned(), text[at].to_owned()));
        });
        assert_eq!(
            found,
            [
                ("el".to_owned(), "Él".to_owned()),
                ("naive".to_owned(), "naïve".to_owned())
            ]
        );
    }

    #[test]
    fn what_is_no_word_is_none_and_a_long_one_is_cut() {
        for nothing in [
            "",
            "\u{300}\u{301}",
            "🎉 👩‍👩‍👧",
            "\"\"\"''",
            "\u{200d}\u{feff}",
        ] {
            assert_eq!(folded(nothing), "", "{nothing:?}");
        }
        assert_eq!(folded(&"é".repeat(1000)).len(), LONGEST);
    }
}
