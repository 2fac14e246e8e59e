//! Who wrote what was published, and who changed it since.

use std::collections::HashMap;
use std::sync::Arc;

use super::log::{Entry, Log};
use super::reading::Reading;
use super::{Edit, Rules};
use crate::repository::Person;

/// People in order, each once: the same address or the same name is the same person.
#[derive(Default)]
pub(super) struct Credits {
    pub(super) people: Vec<Person>,
    /// How many of them are authors; the others are contributors.
    pub(super) authors: usize,
    names: HashMap<String, usize>,
    addresses: HashMap<String, usize>,
}

/// A commit's author and co-authors by their numbers in the log.
type Numbers = (u32, Box<[u32]>);

/// Whom the commits of one file name; those that name the same share it.
#[derive(Default)]
pub(super) struct Names {
    known: HashMap<Numbers, Arc<[Person]>>,
}

/// Someone a commit names.
pub(super) struct Named<'a> {
    /// By a trailer, not as its author.
    pub(super) trailer: bool,
    pub(super) committed: &'a Person,
    /// As the blog knows them; `None` for whoever is never to be named.
    pub(super) person: Option<Person>,
}

/// What one commit of the trail means for whom it names.
pub(super) struct Work<'a> {
    /// Where in the trail it is.
    pub(super) at: usize,
    pub(super) edit: Edit,
    pub(super) named: Vec<Named<'a>>,
}

/// Authors, the oldest first, and contributors, likewise. `publishing` is the touch that published
/// the file on its own branch.
pub(super) fn credit(
    file: &mut Reading<'_>,
    publishing: usize,
    rules: &Rules<'_>,
) -> (Vec<Person>, Vec<Person>) {
    let Credits {
        mut people,
        authors,
        ..
    } = gather(file, publishing, rules, None);
    let contributors = people.split_off(authors);
    (people, contributors)
}

/// The same, with what each commit meant for it written to `ledger`, if there is one.
pub(super) fn gather<'a>(
    file: &mut Reading<'a>,
    publishing: usize,
    rules: &Rules<'_>,
    mut ledger: Option<&mut Vec<Work<'a>>>,
) -> Credits {
    let mut known = Credits::default();
    let log = file.past.log;
    let writes = |at: &usize| {
        let node = file.node(*at);
        node.touch && node.oid.is_some()
    };
    let oldest = (0..file.trail.len()).rev().find(writes);
    for at in (0..file.trail.len()).rev() {
        let named = named(log, log.entry(file.node(at).commit), rules);
        let mut people = named.iter().filter_map(|named| named.person.as_ref());
        // What a commit of people already named changed makes no difference: its blobs are not
        // asked for.
        if ledger.is_some() || people.any(|person| known.find(person).is_none()) {
            // The oldest in reach counts in any case, since nobody else can be named for what it
            // holds.
            let edit = match oldest {
                Some(oldest) if oldest == at => Edit::Wrote,
                _ => file.edit(at, rules),
            };
            if edit == Edit::Wrote {
                let people = named.iter().filter_map(|named| named.person.as_ref());
                people.for_each(|person| known.add(person));
            }
            if let Some(ledger) = &mut ledger {
                ledger.push(Work { at, edit, named });
            }
        }
        if at == publishing {
            known.authors = known.people.len();
        }
    }
    known
}

/// A commit's author and co-authors.
pub(super) fn named<'a>(log: &'a Log, commit: &'a Entry, rules: &Rules<'_>) -> Vec<Named<'a>> {
    let author = std::iter::once((false, commit.author.person));
    let trailers = commit.co_authors.iter().map(|&number| (true, number));
    author
        .chain(trailers)
        .map(|(trailer, number)| {
            let committed = log.person(number);
            Named {
                trailer,
                committed,
                person: credited(committed, rules),
            }
        })
        .collect()
}

/// Someone as the blog knows them, unless they are never to be named.
fn credited(committed: &Person, rules: &Rules<'_>) -> Option<Person> {
    if (rules.excluded)(&committed.name) {
        return None;
    }
    let person = rules.mailmap.person(committed);
    let person = Person {
        name: without_address(&person.name),
        ..person
    };
    let named = !person.name.is_empty() && !(rules.excluded)(&person.name);
    named.then_some(person)
}

/// A name that is an address (some set `user.name` so) keeps what stands before the `@`: no
/// address from a commit is ever published.
pub(super) fn without_address(name: &str) -> String {
    let words = name
        .split_whitespace()
        .map(|word| match word.split_once('@') {
            Some((local, host)) if !host.is_empty() => local.trim_start_matches(['<', '(']),
            _ => word,
        });
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

impl Names {
    /// A commit's author and co-authors as the blog knows them.
    pub(super) fn of(&mut self, log: &Log, commit: &Entry, rules: &Rules<'_>) -> Arc<[Person]> {
        let who = (commit.author.person, commit.co_authors.clone());
        let people = self.known.entry(who).or_insert_with(|| {
            let mut people = Credits::default();
            let named = named(log, commit, rules).into_iter();
            named
                .filter_map(|named| named.person)
                .for_each(|person| people.add(&person));
            people.people.into()
        });
        Arc::clone(people)
    }
}

impl Credits {
    /// Which of the people someone is.
    pub(super) fn find(&self, person: &Person) -> Option<usize> {
        let by_name = self.names.get(&person.name);
        by_name
            .or_else(|| self.addresses.get(&address(person)))
            .copied()
    }

    pub(super) fn add(&mut self, person: &Person) {
        if self.find(person).is_some() {
            return;
        }
        let number = self.people.len();
        let address = address(person);
        // An empty address is nobody's, and so the same as no other.
        if !address.is_empty() {
            self.addresses.insert(address, number);
        }
        self.names.insert(person.name.clone(), number);
        self.people.push(person.clone());
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
