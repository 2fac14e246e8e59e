//! Who wrote what was published, and who changed it since.

use std::collections::HashSet;

use super::Rules;
use super::log::{Entry, Log};
use super::reading::Reading;
use crate::repository::Person;

/// People in order, each once: the same address or the same name is the same person.
#[derive(Default)]
struct Credits {
    people: Vec<Person>,
    names: HashSet<String>,
    addresses: HashSet<String>,
}

/// Authors, the oldest first, and contributors, likewise. `publishing` is the touch that published
/// the file on its own branch.
pub(super) fn credit(
    file: &mut Reading<'_>,
    publishing: usize,
    rules: &Rules<'_>,
) -> (Vec<Person>, Vec<Person>) {
    let mut known = Credits::default();
    let mut authors = 0;
    let writes = |at: &usize| {
        let node = file.node(*at);
        node.touch && node.oid.is_some()
    };
    let oldest = (0..file.trail.len()).rev().find(writes);
    for event in (0..file.trail.len()).rev() {
        let log = file.past.log;
        let wrote = credited(log, log.entry(file.node(event).commit), rules);
        // What a commit of people already named changed makes no difference: its blobs are not
        // asked for.
        let news = wrote.iter().any(|person| !known.has(person));
        if news && (oldest == Some(event) || counts(file, event, rules)) {
            wrote.into_iter().for_each(|person| known.add(person));
        }
        if event == publishing {
            authors = known.people.len();
        }
    }
    let contributors = known.people.split_off(authors);
    (known.people, contributors)
}

/// Whether a commit wrote: changed what readers read, and is not to be looked past. The oldest in
/// reach counts in any case, since nobody else can be named for what it holds.
fn counts(file: &mut Reading<'_>, event: usize, rules: &Rules<'_>) -> bool {
    !file.ignores(event, rules) && file.changed(event)
}

/// A commit's author and co-authors as the blog knows them.
fn credited(log: &Log, commit: &Entry, rules: &Rules<'_>) -> Vec<Person> {
    std::iter::once(&commit.author.person)
        .chain(&commit.co_authors)
        .map(|&number| log.person(number))
        .filter(|person| !(rules.excluded)(&person.name))
        .map(|person| rules.mailmap.person(person))
        .map(|person| Person {
            name: without_address(&person.name),
            ..person
        })
        .filter(|person| !person.name.is_empty() && !(rules.excluded)(&person.name))
        .collect()
}

/// A name that is an address (some set `user.name` so) keeps what stands before the `@`: no
/// address from a commit is ever published.
fn without_address(name: &str) -> String {
    let words = name
        .split_whitespace()
        .map(|word| match word.split_once('@') {
            Some((local, host)) if !host.is_empty() => local.trim_start_matches(['<', '(']),
            _ => word,
        });
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

impl Credits {
    fn has(&self, person: &Person) -> bool {
        self.names.contains(&person.name) || self.addresses.contains(&address(person))
    }

    fn add(&mut self, person: Person) {
        if self.has(&person) {
            return;
        }
        // An empty address is nobody's, and so the same as no other.
        self.addresses
            .extend(Some(address(&person)).filter(|address| !address.is_empty()));
        self.names.insert(person.name.clone());
        self.people.push(person);
    }
}

fn address(person: &Person) -> String {
    person.email.trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::fixture::{Edit, Past, names};

    #[test]
    fn whoever_only_flips_a_draft_is_not_its_author() {
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| {
                t.write("posts/a.md", "draft\ntext");
            })
            .commit("cat", "2024-01-02", |t| {
                t.write("posts/a.md", "draft\ntext more");
            })
            .commit("bob", "2024-02-01", |t| t.write("posts/a.md", "text more"))
            .commit("dan", "2024-03-01", |t| {
                t.write("posts/a.md", "text more still");
            })
            .commit("eve", "2024-04-01", |t| {
                t.write("posts/a.md", "tags: x\ntext more still");
            });
        let file = past.file("posts/a.md");
        assert_eq!(names(&file.authors), ["ann", "cat"]);
        assert_eq!(names(&file.contributors), ["dan"]);
    }

    #[test]
    fn co_authors_follow_the_author_of_their_commit_each_person_once() {
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| t.write("posts/a.md", "text"))
            .with("Bob Roe <bob@home>")
            .with("Ann A. <ANN@example.org>")
            .commit("cat", "2024-02-01", |t| t.write("posts/a.md", "text more"))
            .with("Bob Roe <bob@work>")
            .with("dan");
        let file = past.file("posts/a.md");
        assert_eq!(names(&file.authors), ["ann", "Bob Roe"]);
        assert_eq!(names(&file.contributors), ["cat", "dan"]);
    }

    #[test]
    fn the_mailmap_applies_to_authors_and_trailers() {
        let past = Past::new()
            .commit("al", "2024-01-01", |t| t.write("posts/a.md", "text"))
            .with("b <b@home>")
            .commit("ann", "2024-02-01", |t| t.write("posts/a.md", "text more"))
            .mailmap("Ann Lee <ann@x> <al@example.org>\nAnn Lee <ann@example.org>\nBob <b@home>");
        let file = past.file("posts/a.md");
        assert_eq!(names(&file.authors), ["Ann Lee", "Bob"]);
        assert!(file.contributors.is_empty());
    }

    #[test]
    fn bots_and_people_without_a_name_are_never_listed() {
        let past = Past::new()
            .commit("import[bot]", "2024-01-01", |t| {
                t.write("posts/a.md", "text");
            })
            .with("ann")
            .commit(" <x@y>", "2024-02-01", |t| {
                t.write("posts/a.md", "text more");
            })
            .but(|commit| Arc::make_mut(&mut commit.author.person).name.clear())
            .commit("b[bot]", "2024-03-01", |t| {
                t.write("posts/a.md", "text again");
            })
            .mailmap("Bob <b[bot]@example.org>");
        let file = past.file("posts/a.md");
        assert_eq!(names(&file.authors), ["ann"]);
        assert!(file.contributors.is_empty());
    }

    #[test]
    fn an_ignored_commit_makes_no_contributor_but_the_first_writer_stays_author() {
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| t.write("posts/a.md", "text"))
            .ignored()
            .commit("bob", "2024-02-01", |t| t.write("posts/a.md", "Text."))
            .ignored();
        let file = past.file("posts/a.md");
        assert_eq!(names(&file.authors), ["ann"]);
        assert!(file.contributors.is_empty());
    }

    #[test]
    fn a_cherry_pick_keeps_its_author() {
        let past = Past::new()
            .commit("bob", "2024-01-01", |t| t.write("posts/old.md", "old"))
            .commit("bob", "2024-02-01", |t| t.write("posts/a.md", "text"))
            .authored("ann", "2024-01-15");
        assert_eq!(names(&past.file("posts/a.md").authors), ["ann"]);
    }
}
