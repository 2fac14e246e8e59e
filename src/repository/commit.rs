//! Commit objects, read tolerantly: libgit2 refuses a commit without an author, without an
//! address or with a date it cannot hold, and its walk ends there. What can be read is kept.

use super::ident::{Charset, clean, ident, nobody};
use super::{Oid, Person, Signature};

/// Parents looked at; git's own octopus merges stay far below.
const MAX_PARENTS: usize = 64;
const MAX_CO_AUTHORS: usize = 50;

/// What a commit object says.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) tree: Option<Oid>,
    /// Each once, as stated.
    pub(super) parents: Vec<Oid>,
    pub(super) author: Signature,
    pub(super) committer: Signature,
    /// Seconds as the committer line states them, for ordering alone.
    pub(super) seconds: i64,
    pub(super) co_authors: Vec<Person>,
    /// A signature is there; whether it is any good is not asked here.
    pub(super) signed: bool,
    /// What is wrong with it, the first fault found.
    pub(super) fault: Option<&'static str>,
}

/// Reads a raw commit object. Never fails.
pub(super) fn parse(raw: &[u8]) -> Parsed {
    let headers = Headers::read(raw);
    let charset = headers.charset;
    let mut fault = headers.fault;
    let mut signature = |line: Option<&[u8]>, missing| {
        let Some(line) = line else {
            fault = fault.or(Some(missing));
            return (nobody(), 0);
        };
        let stated = ident(line, charset);
        fault = fault.or(stated.fault);
        (stated.signature, stated.seconds)
    };
    let (author, _) = signature(headers.author, "it has no author");
    let (committer, seconds) = signature(headers.committer, "it has no committer");
    if headers.tree.is_none() {
        fault = fault.or(Some("it has no tree"));
    }
    let message = charset.decode(headers.message);
    Parsed {
        tree: headers.tree,
        parents: headers.parents,
        author,
        committer,
        seconds,
        co_authors: co_authors(&message),
        signed: headers.signed,
        fault,
    }
}

/// The first line of a raw commit's message, as it may be shown: an address in it keeps what stands
/// before the `@`. Never fails.
pub(super) fn subject(raw: &[u8]) -> String {
    let headers = Headers::read(raw);
    let message = headers.charset.decode(headers.message);
    let line = message.lines().find(|line| !line.trim().is_empty());
    let words = line.unwrap_or_default().split(' ').map(|word| {
        let (local, host) = word.split_once('@').unwrap_or_default();
        if local.is_empty() || host.is_empty() {
            return word;
        }
        local.trim_start_matches(['<', '(', '['])
    });
    let words: Vec<&str> = words.collect();
    clean(&words.join(" "))
}

struct Headers<'a> {
    tree: Option<Oid>,
    parents: Vec<Oid>,
    author: Option<&'a [u8]>,
    committer: Option<&'a [u8]>,
    charset: Charset,
    message: &'a [u8],
    signed: bool,
    fault: Option<&'static str>,
}

impl<'a> Headers<'a> {
    fn read(raw: &'a [u8]) -> Self {
        let mut headers = Self {
            tree: None,
            parents: Vec::new(),
            author: None,
            committer: None,
            charset: Charset::Utf8,
            message: &[],
            signed: false,
            fault: None,
        };
        let mut rest = raw;
        while !rest.is_empty() {
            let end = rest.iter().position(|byte| *byte == b'\n');
            let (line, after) = end.map_or((rest, &[][..]), |end| (&rest[..end], &rest[end + 1..]));
            rest = after;
            if line.is_empty() {
                headers.message = rest;
                break;
            }
            headers.line(line);
        }
        headers
    }

    /// The first line of a kind counts; a signature's continuation lines begin with a space and
    /// match no key.
    fn line(&mut self, line: &'a [u8]) {
        let Some(space) = line.iter().position(|byte| *byte == b' ') else {
            return;
        };
        let (key, value) = (&line[..space], &line[space + 1..]);
        match key {
            b"tree" if self.tree.is_none() => self.tree = hex(value),
            b"parent" => self.parent(value),
            b"author" if self.author.is_none() => self.author = Some(value),
            b"committer" if self.committer.is_none() => self.committer = Some(value),
            b"gpgsig" => self.signed = true,
            b"encoding" => self.charset = Charset::named(value),
            _ => {}
        }
    }

    fn parent(&mut self, value: &[u8]) {
        match hex(value) {
            Some(_) if self.parents.len() >= MAX_PARENTS => {
                self.fault = Some("it has more than 64 parents");
            }
            Some(id) if !self.parents.contains(&id) => self.parents.push(id),
            Some(_) => {}
            None => self.fault = Some("one of its parents is not an object id"),
        }
    }
}

fn hex(value: &[u8]) -> Option<Oid> {
    Oid::from_hex(std::str::from_utf8(value).ok()?)
}

/// The people named by `Co-authored-by:` in the paragraphs of trailers that end a message.
/// Squashed commits leave a blank line between one co-author and the next.
fn co_authors(message: &str) -> Vec<Person> {
    let lines: Vec<&str> = message.lines().map(str::trim).collect();
    let paragraphs: Vec<&[&str]> = lines
        .split(|line| line.is_empty())
        .filter(|paragraph| !paragraph.is_empty())
        .collect();
    let body = paragraphs.get(1..).unwrap_or_default();
    let closing = body
        .iter()
        .rev()
        .enumerate()
        .take_while(|(back, lines)| *back == 0 || lines.iter().all(|line| is_trailer(line)))
        .count();
    let mut people = Vec::new();
    let trailers = body[body.len() - closing..].iter().copied().flatten();
    for person in trailers.flat_map(|line| co_authors_of(line)) {
        if people.len() < MAX_CO_AUTHORS && !people.contains(&person) {
            people.push(person);
        }
    }
    people
}

fn is_trailer(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, _)| {
        !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    })
}

/// The people that a line names, if it is such a trailer: one as a rule, but some write several
/// into it.
fn co_authors_of(line: &str) -> impl Iterator<Item = Person> {
    let trailer = line.split_once(':');
    let mut rest = trailer
        .filter(|(key, _)| key.trim().eq_ignore_ascii_case("co-authored-by"))
        .map(|(_, value)| value.trim());
    let people = std::iter::from_fn(move || {
        let value = rest.take()?;
        let Some((one, others)) = first_of_several(value) else {
            return Some(co_author(value));
        };
        rest = Some(others);
        Some(co_author(one))
    });
    people.filter(|person| *person != Person::default())
}

/// Cuts `Bob <b@x>, Cid <c@x>` after Bob's address; `None` where no other address follows.
fn first_of_several(value: &str) -> Option<(&str, &str)> {
    let (one, rest) = value.split_once('>')?;
    let (_, address) = one.rsplit_once('<')?;
    let rest = rest.trim_start_matches([',', ';', '&', ' ']);
    let others = rest.strip_prefix("and ").unwrap_or(rest);
    // What stands in brackets and is no address can be part of a name.
    (address.contains('@') && others.contains('<')).then_some((one, others))
}

fn co_author(value: &str) -> Person {
    let (name, email) = match value.rsplit_once('<') {
        Some((name, rest)) => (name, rest.split('>').next().unwrap_or_default()),
        None => (value, ""),
    };
    Person {
        name: clean(name),
        email: clean(email),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n";

    fn commit(headers: &str, message: &str) -> Parsed {
        parse(format!("{HEAD}{headers}\n{message}").as_bytes())
    }

    fn person(name: &str, email: &str) -> Person {
        Person {
            name: name.to_owned(),
            email: email.to_owned(),
        }
    }

    #[test]
    fn reads_a_signed_commit() {
        let parsed = commit(
            "parent 1111111111111111111111111111111111111111\nauthor Ann <ann@x> 1714553280 +0545\ncommitter Ben <ben@x> 1714553281 -0330\ngpgsig -----BEGIN\n \n author Eve <e@x> 1 +0000\n -----END\n",
            "Add a post\n\nAt length.\n",
        );
        assert_eq!(parsed.fault, None);
        assert_eq!(parsed.parents, [Oid([0x11; 20])]);
        assert_eq!(*parsed.author.person, person("Ann", "ann@x"));
        assert_eq!(
            parsed.author.time.unwrap().rfc3339(),
            "2024-05-01T14:33:00+05:45"
        );
        assert_eq!(
            parsed.committer.time.unwrap().rfc3339(),
            "2024-05-01T05:18:01-03:30"
        );
    }

    #[test]
    fn keeps_what_can_be_read_of_a_malformed_commit() {
        for (headers, fault) in [
            ("committer B <b@x> 1 +0000\n", "it has no author"),
            (
                "author A 1 +0000\ncommitter B <b@x> 1 +0000\n",
                "a name has no address",
            ),
            (
                "author A <a@x> soon +0000\ncommitter B <b@x> 1 +0000\n",
                "a date cannot be read",
            ),
            (
                "author A <a@x> 9223372036854775807 +0000\ncommitter B <b@x> 1 +0000\n",
                "a date cannot be read",
            ),
            (
                "author A <a@x> 99999999999999999999 +0000\ncommitter B <b@x> 1 +0000\n",
                "a date cannot be read",
            ),
        ] {
            let parsed = commit(headers, "x");
            assert_eq!(parsed.fault, Some(fault), "{headers}");
            assert_eq!(parsed.author.time, None);
            assert!(parsed.tree.is_some() && parsed.committer.time.is_some());
        }
        assert_eq!(parse(b"").fault, Some("it has no author"));
        assert_eq!(parse(b"\xff\xfe\0").tree, None);
    }

    #[test]
    fn names_lose_control_characters_and_keep_their_brackets() {
        let parsed = commit(
            "author <script>\x1b[31m\u{202e} <a@x> 1 +9999\ncommitter B <b@x> 1 +0000\n",
            "x",
        );
        assert_eq!(*parsed.author.person, person("<script>[31m", "a@x"));
        assert_eq!(
            parsed.author.time.unwrap().rfc3339(),
            "1970-01-01T00:00:01+00:00"
        );
    }

    #[test]
    fn a_stated_latin_1_name_is_read_as_such() {
        let mut raw = HEAD.as_bytes().to_vec();
        raw.extend_from_slice(
            b"author Andr\xe9 <a@x> 1 +0000\ncommitter B <b@x> 1 +0000\nencoding ISO-8859-1\n\nx",
        );
        let parsed = parse(&raw);
        assert_eq!(
            (parsed.author.person.name.as_str(), parsed.fault),
            ("André", None)
        );
        let unstated = raw.clone();
        let cut = String::from_utf8_lossy(&unstated).find("encoding").unwrap();
        let parsed = parse(&unstated[..cut - 2]);
        assert_eq!(parsed.author.person.name, "Andr\u{fffd}");
        assert!(parsed.fault.is_some());
    }

    #[test]
    fn co_authors_come_from_the_closing_paragraphs() {
        let parsed = commit(
            "author A <a@x> 1 +0000\ncommitter A <a@x> 1 +0000\n",
            "Subject\n\nCo-authored-by: Not <not@x>\n\nBody text\n\nCo-Authored-By: Ben <ben@x>\n\nSigned-off-by: Z <z@x>\nco-authored-by: Cy D. <cy@x>\nCo-authored-by: Ben <ben@x>\n",
        );
        assert_eq!(
            parsed.co_authors,
            [person("Ben", "ben@x"), person("Cy D.", "cy@x")]
        );
    }

    #[test]
    fn several_co_authors_in_one_trailer_are_several_people() {
        let named = |value: &str| {
            let people = co_authors_of(value);
            people
                .map(|person| (person.name, person.email))
                .collect::<Vec<_>>()
        };
        let bob = ("Bob".to_owned(), "b@x".to_owned());
        let cid = ("Cid".to_owned(), "c@x".to_owned());
        for between in [", ", "; ", " & ", " and ", ", and ", " "] {
            let value = format!("Co-authored-by: Bob <b@x>{between}Cid <c@x>");
            assert_eq!(named(&value), [bob.clone(), cid.clone()], "{value}");
        }
        for (value, name) in [
            ("Lee, Ann <a@x>", "Lee, Ann"),
            ("Ann <the cat> Lee <a@x>", "Ann <the cat> Lee"),
            ("Andrea <a@x>, and more", "Andrea"),
        ] {
            let one = [(name.to_owned(), "a@x".to_owned())];
            assert_eq!(named(&format!("Co-authored-by: {value}")), one);
        }
        assert!(named("Reviewed-by: Bob <b@x>, Cid <c@x>").is_empty());
    }

    #[test]
    fn a_subject_is_the_first_line_without_addresses_and_control_characters() {
        let read = |message: &str| subject(format!("{HEAD}\n{message}").as_bytes());
        assert_eq!(read("\n \nFix\x1b[2J it\nBody"), "Fix[2J it");
        assert_eq!(
            read("Thank @ann and <bob@mail.invalid> at 5 @ 6"),
            "Thank @ann and bob at 5 @ 6"
        );
        assert_eq!(read(""), "");
        assert_eq!(subject(b"\xff\xfe"), "");
    }

    #[test]
    fn a_subject_is_never_a_trailer() {
        let parsed = commit("", "Co-authored-by: A <a@x>\n");
        assert!(parsed.co_authors.is_empty());
    }

    #[test]
    fn a_commit_with_thousands_of_parents_is_cut() {
        let parents: String = (0..5000).map(|n| format!("parent {n:040x}\n")).collect();
        let parsed = commit(&parents, "x");
        assert_eq!(parsed.parents.len(), MAX_PARENTS);
        assert_eq!(parsed.fault, Some("it has more than 64 parents"));
    }
}
