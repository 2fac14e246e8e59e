//! `.mailmap`: one person under one name, whatever address and spelling a commit was made with.
//! Read as git reads it (gitmailmap(5)).

use std::collections::HashMap;

use crate::repository::Person;

/// The map, by the address commits carry, in lower case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mailmap {
    entries: HashMap<String, Entry>,
}

#[derive(Clone, Debug, Default)]
struct Entry {
    /// For whoever commits under the address.
    anyone: Proper,
    /// For one name under it, in lower case.
    named: HashMap<String, Proper>,
}

/// What to put in place; `None` leaves it as committed.
#[derive(Clone, Debug, Default)]
struct Proper {
    name: Option<String>,
    email: Option<String>,
}

impl Mailmap {
    /// Reads the four forms; a later line for the same person wins, a line of no form is passed
    /// over.
    pub(crate) fn parse(text: &str) -> Self {
        let mut map = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            map.add(line);
        }
        map
    }

    /// The person a commit means.
    pub(crate) fn person(&self, committed: &Person) -> Person {
        let Some(entry) = self.entries.get(&fold(&committed.email)) else {
            return committed.clone();
        };
        let proper = entry
            .named
            .get(&fold(&committed.name))
            .unwrap_or(&entry.anyone);
        Person {
            name: proper.name.as_ref().unwrap_or(&committed.name).clone(),
            email: proper.email.as_ref().unwrap_or(&committed.email).clone(),
        }
    }

    fn add(&mut self, line: &str) {
        let Some((name, email, rest)) = name_and_address(line) else {
            return;
        };
        let proper_name = Some(name).filter(|name| !name.is_empty());
        let (proper, commit_name, commit_email) = match name_and_address(rest) {
            Some((commit_name, commit_email, _)) => {
                let email = Some(email).filter(|email| !email.is_empty());
                ((proper_name, email), commit_name, commit_email)
            }
            None => ((proper_name, None), "", email),
        };
        let entry = self.entries.entry(fold(commit_email)).or_default();
        let place = if commit_name.is_empty() {
            &mut entry.anyone
        } else {
            entry.named.entry(fold(commit_name)).or_default()
        };
        let (name, email) = proper;
        place.name = name.map(str::to_owned).or(place.name.take());
        place.email = email.map(str::to_owned).or(place.email.take());
    }
}

/// `Name <address>` at the start of `text`, and what follows. What stands behind `#` there is a
/// comment, even with an address in it.
fn name_and_address(text: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = text.split_once('<')?;
    let (address, rest) = rest.split_once('>')?;
    let name = name.trim();
    (!name.starts_with('#')).then_some((name, address.trim(), rest))
}

fn fold(text: &str) -> String {
    text.trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &str = "\
# Who is who
Ann Lee <ann@home.example>
<bob@work.example> <bob@laptop.example>
Cat Poe <cat@work.example> <cat@home.example>   # moved <x@y.example>
Dan Roe <dan@work.example> root <root@box.example>
Eve Fox <eve@work.example> eve <ROOT@box.example>
no address here
";

    fn mapped(name: &str, email: &str) -> String {
        let person = Person {
            name: name.to_owned(),
            email: email.to_owned(),
        };
        let Person { name, email } = Mailmap::parse(MAP).person(&person);
        format!("{name} <{email}>")
    }

    #[test]
    fn a_name_is_put_in_place_of_any_name_under_the_address() {
        assert_eq!(
            mapped("alee", "Ann@Home.example"),
            "Ann Lee <Ann@Home.example>"
        );
    }

    #[test]
    fn an_address_is_put_in_place_and_the_name_kept() {
        assert_eq!(
            mapped("Bob", "bob@laptop.example"),
            "Bob <bob@work.example>"
        );
    }

    #[test]
    fn name_and_address_are_put_in_place_and_a_comment_is_no_third_form() {
        assert_eq!(
            mapped("c", "CAT@home.example"),
            "Cat Poe <cat@work.example>"
        );
    }

    #[test]
    fn people_who_share_an_address_are_told_apart_by_name() {
        assert_eq!(
            mapped("Root", "root@box.example"),
            "Dan Roe <dan@work.example>"
        );
        assert_eq!(
            mapped("eve", "root@box.example"),
            "Eve Fox <eve@work.example>"
        );
        assert_eq!(
            mapped("guest", "root@box.example"),
            "guest <root@box.example>"
        );
    }

    #[test]
    fn whoever_is_not_in_it_stays_as_committed() {
        assert_eq!(mapped("Zed", "zed@home.example"), "Zed <zed@home.example>");
    }
}
