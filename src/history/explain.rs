//! Explaining one file: what its reading went by, told instead of concluded from.

use super::explanation::{
    Contribution, Credit, Edited, Explanation, Passed, Rename, Uncredited, Verdict, Version,
    Weighed, WhyNot,
};
use super::log::CommitId;
use super::people::{self, Credits, Work, without_address};
use super::publication::{self, Evidence, Publication};
use super::reading::Reading;
use super::{Clock, Edit, Rules, Standing};
use crate::config::DateRule;
use crate::repository::Oid;

impl Reading<'_> {
    /// The reasons for what `conclude` says; `None` if no commit ever wrote the file.
    pub(super) fn explain(mut self, rules: &Rules<'_>) -> Option<Explanation> {
        let publication = publication::find(&mut self, rules.date)?;
        let mut ledger = Vec::new();
        let credits = people::gather(&mut self, publication.event, rules, Some(&mut ledger));
        let (authors, contributors) = self.credits(&credits, &ledger);
        Some(Explanation {
            setting: rules.date,
            candidates: self.weighed(&publication),
            publishing: self.commit_at(publication.event),
            published: match publication.evidence {
                Evidence::Published | Evidence::Migrated(_) => true,
                Evidence::Never => false,
                Evidence::Only => {
                    self.standing(self.trail[publication.event]) == Standing::Published
                }
            },
            passed: self.passed(publication.event),
            migration: match publication.evidence {
                Evidence::Migrated(node) => Some(self.commit(self.past.node(node).commit)),
                Evidence::Published | Evidence::Never | Evidence::Only => None,
            },
            edits: self.edits(publication.event, rules),
            authors,
            contributors,
            uncredited: self.uncredited(&credits, &ledger),
            renames: self.renames(),
            revisions: self.revised(rules.date),
        })
    }

    fn commit(&self, number: CommitId) -> Oid {
        self.past.log.entry(number).id
    }

    fn commit_at(&self, at: usize) -> Oid {
        self.commit(self.node(at).commit)
    }

    fn path_at(&self, at: usize) -> String {
        self.past.log.path(self.node(at).path).to_string()
    }

    /// Each date once: of a commit that is asked under two rules, the first.
    fn weighed(&self, publication: &Publication) -> Vec<Weighed> {
        let mut seen = Vec::new();
        let mut weighed = Vec::new();
        for (number, candidate) in publication.candidates.iter().enumerate() {
            let verdict = match candidate.bulk {
                _ if number == publication.winner => Verdict::Won,
                Some(_) => Verdict::Bulk,
                None if number < publication.winner => Verdict::NoDate,
                None => Verdict::Unneeded,
            };
            let date = (candidate.commit, candidate.clock);
            let again = seen.contains(&date) && verdict == Verdict::Unneeded;
            // The other date of a commit that is no evidence is none either.
            let other = candidate.bulk.is_some() && candidate.clock == Clock::Author;
            if again || other {
                continue;
            }
            seen.push(date);
            weighed.push(Weighed {
                rule: candidate.rule,
                commit: self.commit(candidate.commit),
                clock: candidate.clock,
                date: candidate.moment,
                verdict,
                added: candidate.bulk,
            });
        }
        weighed
    }

    fn passed(&mut self, event: usize) -> Vec<Passed> {
        let older = (event + 1..self.trail.len()).rev();
        let touches: Vec<usize> = older.filter(|&at| self.node(at).touch).collect();
        let passed = touches.into_iter().map(|at| Passed {
            commit: self.commit_at(at),
            path: self.path_at(at),
            standing: self.node(at).oid.map(|_| self.standing(self.trail[at])),
        });
        passed.collect()
    }

    fn edits(&mut self, event: usize, rules: &Rules<'_>) -> Vec<Edited> {
        let last = self.last_edit(event, rules);
        let looked_at = last.map_or(event, |last| last + 1);
        let edits = (0..looked_at).map(|at| Edited {
            commit: self.commit_at(at),
            date: self.time(self.node(at), rules.date),
            edit: self.edit(at, rules),
        });
        edits.collect()
    }

    fn credits(&self, credits: &Credits, ledger: &[Work<'_>]) -> (Vec<Credit>, Vec<Credit>) {
        let people = credits.people.iter().map(|person| Credit {
            name: person.name.clone(),
            contributions: Vec::new(),
        });
        let mut people: Vec<Credit> = people.collect();
        for work in ledger.iter().filter(|work| work.edit == Edit::Wrote) {
            for named in &work.named {
                let Some(person) = &named.person else {
                    continue;
                };
                let Some(number) = credits.find(person) else {
                    continue;
                };
                let credit = &mut people[number];
                let committed = without_address(&named.committed.name);
                credit.contributions.push(Contribution {
                    commit: self.commit_at(work.at),
                    trailer: named.trailer,
                    mailmap: committed != person.name,
                    committed_as: Some(committed).filter(|name| *name != credit.name),
                });
            }
        }
        let contributors = people.split_off(credits.authors);
        (people, contributors)
    }

    /// Oldest first; those credited for another commit are not among them.
    fn uncredited(&self, credits: &Credits, ledger: &[Work<'_>]) -> Vec<Uncredited> {
        let mut found = Vec::new();
        for work in ledger {
            for named in &work.named {
                let name = without_address(&named.committed.name);
                let why = match &named.person {
                    Some(person) if credits.find(person).is_some() => continue,
                    Some(_) => WhyNot::Edit(work.edit),
                    None if name.is_empty() => WhyNot::NoName,
                    None => WhyNot::Excluded,
                };
                let commit = self.commit_at(work.at);
                found.push(Uncredited { name, commit, why });
            }
        }
        found
    }

    fn renames(&self) -> Vec<Rename> {
        let renames = (0..self.trail.len()).filter_map(|at| {
            let node = self.node(at);
            let before = node.before.nodes().iter();
            let before: Vec<_> = before.map(|&id| self.past.node(id)).collect();
            let from = before.first()?.path;
            let kept = before.iter().any(|before| before.path == node.path);
            (!kept).then(|| Rename {
                commit: self.commit(node.commit),
                from: self.past.log.path(from).to_string(),
                to: self.path_at(at),
                exact: before.iter().any(|before| before.oid == node.oid),
            })
        });
        renames.collect()
    }

    fn revised(&self, date: DateRule) -> Vec<Version> {
        let touches = (0..self.trail.len()).filter(|&at| self.node(at).touch);
        let versions = touches.map(|at| {
            let node = self.node(at);
            let author = self.past.log.entry(node.commit).author.person;
            Version {
                commit: self.commit(node.commit),
                date: self.time(node, date),
                author: without_address(&self.past.log.person(author).name),
                path: self.path_at(at),
            }
        });
        versions.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::fixture::{Edit as _, Past, prose};
    use super::*;

    #[test]
    fn an_import_has_no_say_and_is_counted() {
        let past = Past::new()
            .commit("bob", "2024-01-31", |t| {
                (0..12).for_each(|n| t.write(&format!("posts/{n}.md"), &prose(n)));
            })
            .authored("ann", "2024-01-15");
        let why = past.explain("posts/3.md");
        let weighed = why.candidates.iter();
        let weighed: Vec<_> = weighed
            .map(|it| (it.rule, it.clock, it.verdict, it.added))
            .collect();
        assert_eq!(
            weighed,
            [
                (Rule::Landed, Clock::Committer, Verdict::Bulk, Some(12)),
                (Rule::Committer, Clock::Committer, Verdict::Bulk, Some(12)),
                (Rule::Bulk, Clock::Author, Verdict::Won, None),
            ]
        );
    }

    #[test]
    fn a_date_of_a_plain_history_is_told_once() {
        let past = Past::new()
            .commit("ann", "2024-01-01", |t| t.write("posts/a.md", "text"))
            .but(|commit| commit.committer.time = None);
        let why = past.explain("posts/a.md");
        let verdicts: Vec<_> = why.candidates.iter().map(|it| it.verdict).collect();
        assert_eq!(verdicts, [Verdict::NoDate, Verdict::Won]);
    }

    #[test]
    fn a_migration_is_named_and_the_version_before_it_publishes() {
        let past = Past::new()
            .commit("ann", "2020-01-01", |t| {
                (0..12).for_each(|n| t.write(&format!("/_posts/{n}.md"), &prose(n)));
            })
            .commit("bob", "2024-01-01", |t| {
                (0..12)
                    .for_each(|n| t.rename(&format!("/_posts/{n}.md"), &format!("posts/{n}.md")));
            });
        let why = past.explain("posts/0.md");
        assert_eq!(why.migration, Some(why.revisions[0].commit));
        assert_eq!(why.publishing, why.revisions[1].commit);
        assert!(why.published && why.passed.is_empty());
        assert!(why.renames[0].exact);
    }

    #[test]
    fn whoever_is_not_named_is_told_with_the_reason() {
        let past = Past::new()
            .commit("al", "2024-01-01", |t| t.write("posts/a.md", "text"))
            .commit("b[bot]", "2024-02-01", |t| {
                t.write("posts/a.md", "text two");
            })
            .commit("cat", "2024-03-01", |t| t.write("posts/a.md", "text  two"))
            .commit("dan", "2024-04-01", |t| t.write("posts/a.md", "anew"))
            .ignored()
            .commit("eve", "2024-05-01", |t| t.write("posts/a.md", "anew again"))
            .commit("eve", "2024-06-01", |t| {
                t.rename("posts/a.md", "posts/b.md");
            })
            .mailmap("Ann Lee <al@example.org>");
        let why = past.explain("posts/b.md");
        let uncredited = why.uncredited.iter();
        let uncredited: Vec<_> = uncredited.map(|it| (it.name.as_str(), it.why)).collect();
        assert_eq!(
            uncredited,
            [
                ("b[bot]", WhyNot::Excluded),
                ("cat", WhyNot::Edit(Edit::Unread)),
                ("dan", WhyNot::Edit(Edit::Ignored)),
            ]
        );
        let ann = &why.authors[0];
        let committed_as = ann.contributions[0].committed_as.as_deref();
        assert_eq!((ann.name.as_str(), committed_as), ("Ann Lee", Some("al")));
        let edits: Vec<_> = why.edits.iter().map(|edited| edited.edit).collect();
        assert_eq!(edits, [Edit::Renamed, Edit::Wrote]);
    }
}
