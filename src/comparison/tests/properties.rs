//! What holds for every comparison, over random edits of random documents and over tag soup.

use std::collections::HashSet;

use super::compared;
use crate::comparison::elements::{Kind, element, wholes};
use crate::comparison::markup::{Item, Markup, decoded};

/// Marsaglia's xorshift: the same documents on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn pick<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.roll(all.len())]
    }
}

const WORDS: [&str; 16] = [
    "a",
    "the",
    "cat",
    "house",
    "under",
    "&amp;",
    "&lt;",
    "walked",
    "yesterday",
    ",",
    ".",
    "春眠",
    "กขค",
    "naïve",
    "one\ntwo",
    "it's",
];
const FORMS: [(&str, &str); 5] = [
    ("<em>", "</em>"),
    ("<a href=\"/x\" id=\"i\">", "</a>"),
    ("<strong>", "</strong>"),
    ("<code>", "</code>"),
    ("<del>", "</del>"),
];

fn words(dice: &mut Dice) -> String {
    let mut words = String::new();
    for _ in 0..=dice.roll(12) {
        let word = dice.pick(&WORDS);
        let (open, close) = FORMS[dice.roll(FORMS.len())];
        let gap = dice.pick(&[" ", " ", " ", "\n", ""]);
        if dice.roll(5) == 0 {
            words.push_str(&format!("{open}{word} {}{close}{gap}", dice.pick(&WORDS)));
        } else {
            words.push_str(&format!("{word}{gap}"));
        }
    }
    words
}

fn block(dice: &mut Dice, depth: usize) -> String {
    match dice.roll(if depth == 0 { 4 } else { 9 }) {
        0 => format!("<h2 id=\"h{}\">{}</h2>\n", dice.roll(5), words(dice)),
        1 => format!(
            "<pre class=\"code\"><code>{}\n{}\n</code></pre>\n",
            words(dice),
            words(dice)
        ),
        4 => format!(
            "<blockquote>\n{}</blockquote>\n",
            blocks(dice, depth - 1, 3)
        ),
        5 => {
            let items = (0..=dice.roll(4)).map(|_| format!("<li>{}</li>\n", words(dice)));
            format!("<ul>\n{}</ul>\n", items.collect::<String>())
        }
        6 => {
            let rows = (0..=dice.roll(3))
                .map(|_| format!("<tr><td>{}</td><td>{}</td></tr>", words(dice), words(dice)));
            format!(
                "<table><tbody>{}</tbody></table>\n",
                rows.collect::<String>()
            )
        }
        7 => format!(
            "<ol><li>{}{}</li></ol>",
            words(dice),
            blocks(dice, depth - 1, 2)
        ),
        _ => format!("<p>{}</p>\n", words(dice)),
    }
}

fn blocks(dice: &mut Dice, depth: usize, most: usize) -> String {
    (0..=dice.roll(most)).map(|_| block(dice, depth)).collect()
}

/// Replaces, doubles and drops some words and whole lines.
fn edited(dice: &mut Dice, html: &str) -> String {
    let mut edited = String::new();
    for line in html.split_inclusive('\n') {
        // Lines that open and close the same tags may go or come.
        let closed = line.starts_with("<p>") && line.ends_with("</p>\n");
        match dice.roll(12) {
            0 if closed => {}
            1 if closed => edited.push_str(&format!("{line}<p>{}</p>\n", words(dice))),
            _ => {
                for word in line.split_inclusive(' ') {
                    let plain = !word.contains(['<', '\n']);
                    match dice.roll(10) {
                        0 if plain => {}
                        1 if plain => edited.push_str(&format!("{} ", dice.pick(&WORDS))),
                        2 if plain => edited.push_str(&format!("<b>{}</b> ", word.trim())),
                        _ => edited.push_str(word),
                    }
                }
            }
        }
    }
    edited
}

fn soup(dice: &mut Dice) -> String {
    const BITS: [&str; 40] = [
        "<p>",
        "</p>",
        "<div id=a>",
        "</div>",
        "<ul>",
        "<li id='b'>",
        "</li>",
        "</ul>",
        "<table>",
        "<tr>",
        "<td>",
        "</td>",
        "</table>",
        "<thead>",
        "<caption>",
        "<b>",
        "</b>",
        "<i id=a>",
        "</i>",
        "<a href=/x name=y>",
        "</a>",
        "<pre>",
        "</pre>",
        "<details>",
        "<summary>",
        "<figure>",
        "<figcaption>",
        "<img src=x alt='a b' onerror=x>",
        "<br>",
        "<hr>",
        "<!-- x -->",
        "<script>x</script>",
        "<svg onload=x>",
        "<dl>",
        "<dt>",
        "<dd>",
        "<del>",
        "</del>",
        "<ins>",
        "<h2>",
    ];
    let mut soup = String::new();
    for _ in 0..=dice.roll(40) {
        soup.push_str(dice.pick(&BITS));
        if dice.roll(2) == 0 {
            soup.push_str(dice.pick(&WORDS));
        }
    }
    // Some tags lose a part of themselves.
    if dice.roll(3) == 0 {
        let letters: Vec<char> = soup.chars().collect();
        let cut = dice.roll(letters.len());
        let until = (cut + dice.roll(6)).min(letters.len());
        soup = letters[..cut].iter().chain(&letters[until..]).collect();
    }
    soup
}

/// Without white space, which is not compared.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The text, without what stands in elements that `left_out` names or in what is said unseen.
fn text(html: &str, left_out: &str) -> String {
    let (mut text, mut open) = (String::new(), Vec::new());
    for item in Markup::new(html) {
        match item {
            Item::Open { name, attributes } => {
                let unseen = attributes.contains(&("class", "unseen")) || name == "summary";
                open.push(unseen || name == left_out);
            }
            Item::Close { .. } => drop(open.pop()),
            Item::Text(part) if !open.contains(&true) => text.push_str(&decoded(part)),
            Item::Text(_) => {}
        }
    }
    bare(&text)
}

/// Panics unless all tags are balanced and stand where they may, ids are unique, and nothing runs.
pub(super) fn check_form(html: &str) {
    let mut open: Vec<String> = Vec::new();
    let mut ids = HashSet::new();
    for item in Markup::new(html) {
        match item {
            Item::Text(_) => {}
            Item::Close { name } => assert_eq!(open.pop().as_deref(), Some(&*name), "{html}"),
            Item::Open { name, attributes } => {
                check_place(&name, &open, html);
                for (key, value) in attributes {
                    assert!(
                        key != "id" || ids.insert(value.to_owned()),
                        "{value}: {html}"
                    );
                    assert!(!key.starts_with("on") && key != "name", "{html}");
                    let removed = open.iter().any(|name| name == "del");
                    assert!(!removed || !["id", "href", "src"].contains(&key), "{html}");
                }
                if !["br", "img", "input", "hr", "wbr"].contains(&&*name) {
                    open.push(name.into_owned());
                }
            }
        }
    }
    assert_eq!(open, Vec::<String>::new(), "{html}");
}

fn check_place(name: &str, open: &[String], html: &str) {
    let transparent = |name: &str| matches!(name, "ins" | "del");
    let parent = open.last().map_or("", String::as_str);
    let frame = matches!(element(parent), Some((_, Kind::Frame(_))));
    let fits = if wholes(name).is_empty() {
        !frame
    } else {
        wholes(name).contains(&parent)
    };
    assert!(fits, "<{name}> in <{parent}>: {html}");
    let is_block = !matches!(element(name), Some((_, Kind::Inline | Kind::Atom)));
    let words_only = |name: &String| {
        let kind = element(name).map(|(_, kind)| kind);
        !transparent(name) && matches!(kind, Some(Kind::Text | Kind::Inline))
    };
    assert!(
        transparent(name) || !is_block || !open.iter().any(words_only),
        "<{name}> in {open:?}: {html}"
    );
}

#[test]
fn both_texts_can_be_read_back() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for _ in 0..500 {
        let old = blocks(&mut dice, 2, 8);
        let new = edited(&mut dice, &old);
        let html = compared(&old, &new).html;
        check_form(&html);
        assert_eq!(
            text(&html, "del"),
            text(&new, ""),
            "{old}\n->\n{new}\n=\n{html}"
        );
        assert_eq!(
            text(&html, "ins"),
            text(&old, ""),
            "{old}\n->\n{new}\n=\n{html}"
        );
    }
}

#[test]
fn whatever_comes_in_what_goes_out_is_well_formed() {
    let mut dice = Dice(0xd1b5_4a32_d192_ed03);
    for _ in 0..1500 {
        let old = soup(&mut dice);
        let new = if dice.roll(2) == 0 {
            soup(&mut dice)
        } else {
            edited(&mut dice, &old)
        };
        check_form(&compared(&old, &new).html);
    }
}

#[test]
fn a_text_is_no_different_from_itself() {
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    for _ in 0..200 {
        let body = if dice.roll(2) == 0 {
            soup(&mut dice)
        } else {
            blocks(&mut dice, 2, 8)
        };
        let comparison = compared(&body, &body);
        assert_eq!((comparison.added_words, comparison.removed_words), (0, 0));
        assert!(
            !comparison.html.contains("unseen") && comparison.whole,
            "{body}"
        );
    }
}
