//! Which file a path is, carried from the tip down to every commit: through renames, and where
//! branches meet, by what each of them says.

use std::collections::HashSet;

use super::claims::{Claim, Claims, Owners};
use super::trail::{Event, PathId, Trail};
use crate::repository::Commit;

/// What is known of the commits still to be visited.
pub(super) struct Descent {
    /// Tracked paths are numbered first, so a path below this number is a file's at the tip.
    tracked: usize,
    mainline: Vec<bool>,
    began: Began,
    /// By commit: what its children said, and how far to believe them.
    pending: Vec<Option<(Claims, Weight)>>,
}

/// Which files were met where no parent had them, and at which paths. On the mainline only the
/// first parent is asked, or an unbroken line there could be lost to a branch.
#[derive(Default)]
struct Began {
    anywhere: HashSet<(u32, PathId)>,
    on_mainline: HashSet<(u32, PathId)>,
}

/// Whose word counts where children disagree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    MergedInto,
    FirstParent,
    Mainline,
}

impl Descent {
    pub(super) fn new(commits: &[Commit], tracked: usize) -> Self {
        let tip = (Claims::default(), Weight::Mainline);
        let mut pending = vec![None; commits.len()];
        pending
            .iter_mut()
            .take(1)
            .for_each(|first| *first = Some(tip.clone()));
        Self {
            tracked,
            mainline: mainline(commits),
            began: Began::default(),
            pending,
        }
    }

    /// The claims at a commit, all of whose children were visited; `None` if there are none.
    pub(super) fn take(&mut self, at: usize) -> Option<Claims> {
        self.pending[at].take().map(|(claims, _)| claims)
    }

    /// Whether a commit is on the first-parent chain from the tip.
    pub(super) fn on_mainline(&self, at: usize) -> bool {
        self.mainline[at]
    }

    /// The tracked files that a path belongs to under `claims`.
    pub(super) fn owners(&self, claims: &Claims, path: PathId) -> Owners {
        match claims.get(path) {
            Claim::Said(owners) => owners,
            Claim::Unsaid => {
                let own = Some(path).filter(|&path| (path as usize) < self.tracked);
                own.into_iter().collect()
            }
        }
    }

    /// Takes note of where a file begins.
    pub(super) fn see(&mut self, file: u32, event: &Event) {
        let parents = event.before.parents();
        if event.touch && parents.iter().all(Option::is_none) {
            self.began.anywhere.insert((file, event.path));
        }
        if event.landed && matches!(parents, [None, ..]) {
            self.began.on_mainline.insert((file, event.path));
        }
    }

    /// Turns a commit's claims into its parent's, given what was renamed between them (from, to);
    /// tells for each earlier path which files continue it.
    pub(super) fn rename(
        &self,
        claims: &mut Claims,
        renames: &[(PathId, PathId)],
    ) -> Vec<(PathId, Owners)> {
        let heirs: Vec<(PathId, Owners)> = renames
            .iter()
            .map(|&(from, to)| (from, self.owners(claims, to)))
            .collect();
        for (&(_, to), &(_, heirs)) in renames.iter().zip(&heirs) {
            if heirs != Owners::NOBODY {
                claims.set(to, Claim::Said(Owners::NOBODY));
            }
        }
        for &(from, heirs) in &heirs {
            // If it went on as something that is no more, what is at this path at the tip began
            // later.
            if heirs != Owners::NOBODY || self.owners(claims, from) != Owners::NOBODY {
                claims.set(from, Claim::Said(heirs));
            }
        }
        heirs
    }

    /// Tells a parent, given as a child and its place among the child's parents, what the child
    /// says of it.
    pub(super) fn hand_on(
        &mut self,
        commits: &[Commit],
        (at, order): (usize, usize),
        claims: Claims,
        trails: &[Trail],
    ) {
        let parent = commits[at].parents[order];
        // A parent that was already visited is no parent; the list is not to be trusted to end.
        if parent <= at || parent >= commits.len() {
            return;
        }
        let weight = match order {
            0 if self.mainline[at] => Weight::Mainline,
            0 => Weight::FirstParent,
            _ => Weight::MergedInto,
        };
        let Some((said, older)) = self.pending[parent].take() else {
            self.pending[parent] = Some((claims, weight));
            return;
        };
        let strong = match older.max(weight) {
            Weight::Mainline => &self.began.on_mainline,
            Weight::FirstParent | Weight::MergedInto => &self.began.anywhere,
        };
        let weak = &self.began.anywhere;
        let settle = |path, ours, theirs| settle(trails, path, (ours, strong), (theirs, weak));
        self.pending[parent] = Some(if older >= weight {
            (said.join(&claims, &settle), older)
        } else {
            (claims.join(&said, &settle), weight)
        });
    }
}

fn mainline(commits: &[Commit]) -> Vec<bool> {
    let mut on = vec![false; commits.len()];
    let mut next = Some(0).filter(|_| !commits.is_empty());
    while let Some(at) = next {
        on[at] = true;
        // Parents come later in the list, so this ends whatever it is given.
        next = commits[at]
            .parents
            .first()
            .copied()
            .filter(|&parent| parent > at && parent < commits.len());
    }
    on
}

/// Whose a path is where children disagree: of all whom they name, but not of files that were seen
/// to begin at this path, since a newer file at an old address is not the older one. A child that
/// names nobody still holds the path for the tip's file of that name; the weaker child, only if
/// that file is not followed elsewhere, for its branch may be older than the file.
fn settle(
    trails: &[Trail],
    path: PathId,
    (ours, our_began): (Claim, &HashSet<(u32, PathId)>),
    (theirs, their_began): (Claim, &HashSet<(u32, PathId)>),
) -> Claim {
    let own = trails.get(path as usize);
    let unfollowed = own.filter(|trail| trail.former.is_empty());
    let [ours, theirs] = [(ours, own), (theirs, unfollowed)].map(|(claim, own)| match claim {
        Claim::Said(owners) => owners,
        Claim::Unsaid => own.map(|_| path).into_iter().collect::<Owners>(),
    });
    let strong = ours
        .iter()
        .filter(|&file| !our_began.contains(&(file, path)));
    let weak = theirs
        .iter()
        .filter(|&file| !their_began.contains(&(file, path)));
    let open: Owners = strong.chain(weak).collect();
    Claim::Said(match (open, ours) {
        (Owners::NOBODY, Owners::NOBODY) => theirs,
        (Owners::NOBODY, ours) => ours,
        (open, _) => open,
    })
}
