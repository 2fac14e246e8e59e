//! The Markdown of a generated post: a function of its number and of how often it was edited.

use std::fmt::Write as _;

use super::code;
use super::random::Random;

/// In the order of their use; the tail is where a text gets its own words.
const COMMON: [&str; 40] = [
    "the", "of", "and", "to", "a", "in", "is", "that", "for", "it", "as", "with", "on", "this",
    "are", "or", "from", "not", "we", "can", "which", "have", "when", "if", "but", "all", "more",
    "there", "was", "so", "into", "than", "only", "then", "some", "no", "about", "what", "after",
    "any",
];
pub(super) const NOUNS: [&str; 96] = [
    "reader",
    "commit",
    "page",
    "server",
    "draft",
    "branch",
    "theme",
    "letter",
    "editor",
    "engine",
    "garden",
    "method",
    "window",
    "number",
    "story",
    "answer",
    "mirror",
    "paper",
    "signal",
    "bridge",
    "pattern",
    "quarter",
    "shadow",
    "harbour",
    "morning",
    "silence",
    "river",
    "question",
    "weather",
    "copper",
    "lantern",
    "orchard",
    "timber",
    "valley",
    "winter",
    "station",
    "kitchen",
    "parser",
    "buffer",
    "thread",
    "channel",
    "packet",
    "socket",
    "handler",
    "header",
    "footnote",
    "table",
    "section",
    "chapter",
    "index",
    "archive",
    "journal",
    "ledger",
    "schema",
    "column",
    "digest",
    "secret",
    "queue",
    "worker",
    "budget",
    "limit",
    "parcel",
    "replica",
    "backup",
    "retry",
    "failure",
    "report",
    "survey",
    "example",
    "lesson",
    "mistake",
    "idea",
    "design",
    "proposal",
    "proof",
    "fixture",
    "baseline",
    "profile",
    "sample",
    "outlier",
    "violin",
    "bicycle",
    "coffee",
    "bread",
    "platform",
    "candle",
    "mountain",
    "summer",
    "evening",
    "market",
    "island",
    "ferry",
    "lighthouse",
    "anchor",
    "current",
    "shore",
];
const VERBS: [&str; 40] = [
    "reads", "writes", "renders", "parses", "moves", "copies", "fetches", "pushes", "merges",
    "reviews", "checks", "tests", "measures", "explains", "shows", "hides", "splits", "joins",
    "sorts", "folds", "walks", "finds", "replaces", "adds", "keeps", "drops", "opens", "closes",
    "starts", "stops", "waits", "stores", "sends", "receives", "signs", "accepts", "improves",
    "doubles", "allows", "requires",
];
const ADJECTIVES: [&str; 48] = [
    "small", "large", "fast", "slow", "plain", "complex", "steady", "recent", "old", "early",
    "late", "common", "rare", "strict", "loose", "cheap", "quiet", "noisy", "local", "remote",
    "public", "private", "safe", "static", "dynamic", "lazy", "eager", "warm", "cold", "empty",
    "full", "partial", "careful", "honest", "useful", "obvious", "subtle", "broken", "correct",
    "northern", "wooden", "hidden", "narrow", "distant", "patient", "curious", "ordinary", "final",
];
const SUFFIXES: [&str; 8] = ["", "s", "ing", "ed", "er", "ment", "ness", "like"];
const TAGS: usize = 200;
/// How long a body becomes, in bytes: sixteen steps of the long-tailed spread real blogs have, with
/// 7 KB in the mean.
const LENGTHS: [usize; 16] = [
    900, 1400, 1800, 2150, 2500, 2900, 3300, 3750, 4250, 4850, 5500, 6350, 7450, 8950, 11_500,
    17_700,
];

/// A whole file: front matter and Markdown.
pub(super) fn post(number: usize, edits: usize) -> String {
    let mut random = Random::new(number, 0);
    let title = title(number);
    let mut tags: Vec<String> = (0..=random.below(4)).map(|_| tag(&mut random)).collect();
    tags.sort();
    tags.dedup();
    let mut blocks = body(&mut random, number);
    for edit in 1..=edits {
        revise(&mut blocks, &mut Random::new(number, edit));
    }
    let tags = tags.join("\", \"");
    format!(
        "+++\ntitle = \"{title}\"\ntags = [\"{tags}\"]\n+++\n\n{}\n",
        blocks.join("\n\n")
    )
}

fn title(number: usize) -> String {
    let mut random = Random::new(number, 1 << 20);
    let (adjective, noun) = (random.of(&ADJECTIVES), random.of(&NOUNS));
    let (verb, object) = (random.of(&VERBS), random.of(&NOUNS));
    capital(&format!("{adjective} {noun} {verb} {object} {number}"))
}

/// The last part of a post's address, and the stem of its file.
pub(super) fn slug(number: usize) -> String {
    title(number).to_lowercase().replace(' ', "-")
}

fn tag(random: &mut Random) -> String {
    let rank = random.favouring_the_first(TAGS);
    let (adjective, noun) = (
        ADJECTIVES[rank % ADJECTIVES.len()],
        NOUNS[rank * 7 % NOUNS.len()],
    );
    if rank.is_multiple_of(3) {
        return format!("{noun}-{rank}");
    }
    format!("{adjective}-{noun}")
}

fn body(random: &mut Random, number: usize) -> Vec<String> {
    let mut length = LENGTHS[random.below(LENGTHS.len())];
    if random.chance(1) {
        length *= 8;
    }
    let mut blocks = vec![paragraph(random)];
    let mut notes = Vec::new();
    let mut size = 0;
    while size < length {
        let mut block = block(random, number);
        if block.starts_with(|first: char| first.is_alphabetic()) && random.chance(60) {
            let note = notes.len() + 1;
            write!(block, "[^{note}]").expect("memory takes it");
            notes.push(format!("[^{note}]: {}", sentence(random)));
        }
        size += block.len();
        blocks.push(block);
    }
    blocks.extend(notes);
    blocks
}

fn block(random: &mut Random, number: usize) -> String {
    match random.below(100) {
        0..50 => paragraph(random),
        50..66 => heading(random),
        66..78 => code::block(random),
        78..87 => list(random),
        87..91 => format!("> {}", paragraph(random)),
        91..94 => table(random),
        94..96 => format!(
            "![A {}](/img/{}-{}.png)",
            random.of(&NOUNS),
            random.of(&NOUNS),
            random.below(40)
        ),
        _ if number == 0 => paragraph(random),
        _ => {
            let other = slug(random.below(number));
            format!(
                "See [the {}](/{other}/) too. {}",
                random.of(&NOUNS),
                sentence(random)
            )
        }
    }
}

/// What one more commit changes: a paragraph more, or a sentence more or other words in one.
fn revise(blocks: &mut Vec<String>, random: &mut Random) {
    let at = random.below(blocks.len());
    let is_text = blocks[at].starts_with(|first: char| first.is_alphabetic());
    match random.below(20) {
        0..3 => blocks.push(format!("**Update:** {}", paragraph(random))),
        3..6 => blocks.insert(at, paragraph(random)),
        _ if !is_text => blocks.insert(0, paragraph(random)),
        6..13 => blocks[at] = format!("{} {}", blocks[at], sentence(random)),
        _ => blocks[at] = paragraph(random),
    }
}

fn paragraph(random: &mut Random) -> String {
    let mut text = sentence(random);
    for _ in 0..=random.below(5) {
        text.push(' ');
        text += &sentence(random);
    }
    text
}

fn sentence(random: &mut Random) -> String {
    let mut text = String::new();
    for at in 0..8 + random.below(16) {
        if at > 0 {
            text.push(' ');
        }
        word(&mut text, random);
    }
    capital(text.trim_end_matches(',')) + "."
}

fn word(text: &mut String, random: &mut Random) {
    let word = match random.below(100) {
        0..42 => COMMON[random.favouring_the_first(COMMON.len())],
        42..70 => NOUNS[random.favouring_the_first(NOUNS.len())],
        70..80 => random.of(&VERBS),
        _ => random.of(&ADJECTIVES),
    };
    let result = match random.below(1000) {
        0..18 => write!(text, "**{word}**"),
        18..36 => write!(text, "*{word}*"),
        36..62 => write!(text, "`{word}_{}()`", random.of(&NOUNS)),
        62..78 => write!(
            text,
            "[{word} {}](https://example.org/{word})",
            random.of(&NOUNS)
        ),
        78..80 => write!(text, "~~{word}~~"),
        80..110 => write!(text, "{word},"),
        110..200 => write!(text, "{word}{}", random.of(&SUFFIXES)),
        _ => write!(text, "{word}"),
    };
    result.expect("memory takes it");
}

fn heading(random: &mut Random) -> String {
    let marks = if random.chance(650) { "##" } else { "###" };
    let (adjective, noun) = (random.of(&ADJECTIVES), random.of(&NOUNS));
    format!("{marks} {} {noun}", capital(adjective))
}

fn list(random: &mut Random) -> String {
    let kind = random.below(10);
    let mut items = Vec::new();
    for number in 1..4 + random.below(5) {
        let mark = match kind {
            0..6 => "- ".to_owned(),
            6..9 => format!("{number}. "),
            _ => format!("- [{}] ", random.of(&["x", " "])),
        };
        items.push(mark + &sentence(random));
        if kind < 6 && random.chance(150) {
            items.push(format!("  - {}", sentence(random)));
        }
    }
    items.join("\n")
}

fn table(random: &mut Random) -> String {
    let columns = 3 + random.below(3);
    let mut rows = vec![
        cells(columns, || random.of(&NOUNS).to_owned()),
        cells(columns, || random.of(&["---", "--:", ":--"]).to_owned()),
    ];
    for _ in 0..3 + random.below(7) {
        rows.push(cells(columns, || match random.below(3) {
            0 => random.below(10_000).to_string(),
            1 => format!("`{}`", random.of(&NOUNS)),
            _ => format!("{} {}", random.of(&ADJECTIVES), random.of(&NOUNS)),
        }));
    }
    rows.join("\n")
}

fn cells(columns: usize, mut cell: impl FnMut() -> String) -> String {
    let cells: Vec<String> = (0..columns).map(|_| cell()).collect();
    format!("| {} |", cells.join(" | "))
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next()
        .map(|first| first.to_uppercase().chain(rest).collect())
        .unwrap_or_default()
}
