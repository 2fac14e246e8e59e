//! Who wrote what was published, and who changed it since.

use std::collections::HashSet;

use super::Rules;
use super::reading::Reading;
use crate::repository::{Commit, Person};

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
    for event in (0..file.events.len()).rev() {
        let wrote = credited(file.commit(event), rules);
        // What a commit of people already named changed makes no difference: its blobs are not
        // asked for.
        if wrote.iter().any(|person| !known.has(person)) && counts(file, event, rules) {
            wrote.into_iter().for_each(|person| known.add(person));
        }
        if event == publishing {
            authors = known.people.len();
        }
    }
    let contributors = known.people.split_off(authors);
    (known.people, contributors)
}

/// Whoever first wrote a file is its author even if the commit is listed as one to look past.
fn counts(file: &mut Reading<'_>, event: usize, rules: &Rules<'_>) -> bool {
    let oldest = event + 1 == file.events.len();
    (oldest || !rules.ignored.contains(&file.commit(event).id)) && file.changed(event)
}

/// A commit's author and co-authors as the blog knows them.
fn credited(commit: &Commit, rules: &Rules<'_>) -> Vec<Person> {
    std::iter::once(&commit.author.person)
        .chain(&commit.co_authors)
        .filter(|person| !(rules.excluded)(&person.name))
        .map(|person| rules.mailmap.person(person))
        .filter(|person| !person.name.is_empty() && !(rules.excluded)(&person.name))
        .collect()
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
