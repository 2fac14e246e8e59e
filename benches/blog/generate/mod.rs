//! A blog made from a fixed seed: posts of some 7 KB by a dozen authors in folders by year, written,
//! edited, renamed and merged over sixteen years of history.

mod code;
mod hugo;
mod import;
mod prose;
mod random;

use std::path::{Path, PathBuf};

use crate::arguments::{Flavour, Size};
use import::{AUTHORS, Commit, Import};
use random::Random;

/// 2010 to 2025, so that no date is ahead of the clock.
const FIRST: usize = 1_262_304_000;
const LAST: usize = 1_767_000_000;
const YEARS: usize = 16;
const MAIN: &str = "main";
const TOPIC: &str = "topic";
/// A folder with more posts of a year than this is divided into months.
const IN_A_FOLDER: usize = 600;

/// The generated repository, and what is known of it.
pub(crate) struct Blog {
    git_dir: PathBuf,
    flavour: Flavour,
    posts: Vec<Post>,
    /// Commits made, and the mark of the last.
    commits: usize,
    /// The newest commit of the branch.
    head: String,
    by_month: bool,
}

struct Post {
    folder: String,
    slug: String,
    edits: usize,
    bytes: usize,
    /// What was added to it after it was generated.
    added: String,
}

impl Blog {
    /// Makes a bare repository at `path`.
    pub(crate) fn bare(path: &Path, size: Size, flavour: Flavour) -> Self {
        let name = path.to_str().expect("the path is UTF-8");
        let parent = path.parent().expect("a parent");
        import::run(parent, &["init", "-q", "--bare", "-b", MAIN, name]);
        let mut blog = Self {
            git_dir: path.to_owned(),
            flavour,
            posts: Vec::with_capacity(size.posts),
            commits: 0,
            head: String::new(),
            by_month: size.posts / YEARS > IN_A_FOLDER,
        };
        let mut import = Import::into(path);
        blog.write_history(&mut import, size);
        import.finish();
        // As a remote would hold it: in one pack, the versions of a post stored as differences.
        import::run(path, &["branch", "-q", "-D", TOPIC]);
        import::run(path, &["repack", "-a", "-d", "-q", "--window=5"]);
        blog
    }

    /// Clones the repository to `path`, with its files.
    pub(crate) fn check_out(&self, path: &Path) {
        let path = path.to_str().expect("the path is UTF-8");
        import::run(&self.git_dir, &["clone", "-q", ".", path]);
    }

    fn write_history(&mut self, import: &mut Import, size: Size) {
        let mut random = Random::new(size.posts, size.commits);
        let all = size.posts * size.commits;
        self.commit(import, &Commit::to(MAIN, 0, FIRST, "Start the blog"));
        match self.flavour {
            Flavour::Byline => import.file("byline.toml", &settings("Generated")),
            Flavour::Hugo => hugo::files().for_each(|(name, text)| import.file(name, text)),
        }
        // The topic branch is there even in a blog too small for a merge.
        self.commit(import, &Commit::to(TOPIC, 0, FIRST + 1, "Begin a topic"));
        while self.commits <= all || self.posts.len() < size.posts {
            let done = self.commits.min(all);
            let time = (FIRST + (LAST - FIRST) / all * done + random.below(900)).min(LAST);
            let left = (all + 1).saturating_sub(done);
            if self.posts.is_empty() || random.below(left.max(1)) < size.posts - self.posts.len() {
                self.create(import, &mut random, time);
                continue;
            }
            let post = self.choose(&mut random);
            match random.below(1000) {
                0..10 => self.rename(import, &mut random, time, post),
                10..40 => self.merge(import, &mut random, time, post),
                _ => self.revise(import, &mut random, time, post),
            }
        }
    }

    /// Mostly a recent one, as people edit what they have just written.
    fn choose(&self, random: &mut Random) -> usize {
        let all = self.posts.len();
        if random.chance(700) {
            return all - 1 - random.below(all.min(300));
        }
        random.below(all)
    }

    fn create(&mut self, import: &mut Import, random: &mut Random, time: usize) {
        let number = self.posts.len();
        let month = (time - FIRST) * YEARS * 12 / (LAST - FIRST + 1);
        let (year, month) = (2010 + month / 12, month % 12 + 1);
        let folder = if self.by_month {
            format!("{year}/{month:02}")
        } else {
            year.to_string()
        };
        self.posts.push(Post {
            folder,
            slug: prose::slug(number),
            edits: 0,
            bytes: 0,
            added: String::new(),
        });
        let message = format!("Add {}", self.posts[number].slug);
        self.commit(import, &Commit::to(MAIN, author(random), time, &message));
        self.put(import, number);
    }

    fn revise(&mut self, import: &mut Import, random: &mut Random, time: usize, post: usize) {
        let verb = random.of(&["Update", "Fix a typo in", "Clarify", "Reword", "Shorten"]);
        let mut message = format!("{verb} {}", self.posts[post].slug);
        if random.chance(80) {
            let (name, mail, _) = AUTHORS[author(random)];
            message += &format!("\n\nCo-authored-by: {name} <{mail}>\n");
        }
        self.commit(import, &Commit::to(MAIN, author(random), time, &message));
        self.posts[post].edits += 1;
        self.put(import, post);
    }

    fn rename(&mut self, import: &mut Import, random: &mut Random, time: usize, post: usize) {
        let before = self.file(post);
        let number = self.commits;
        let stem = prose::slug(post);
        self.posts[post].slug = format!("{stem}-renamed-{number}");
        let message = format!("Rename {stem}");
        self.commit(import, &Commit::to(MAIN, author(random), time, &message));
        import.rename(&before, &self.file(post));
    }

    /// One post edited on a branch, another meanwhile on the main one, and both joined.
    fn merge(&mut self, import: &mut Import, random: &mut Random, time: usize, post: usize) {
        let other = self.choose(random);
        let revision = Commit::to(TOPIC, author(random), time, "Revise a post");
        self.commit(import, &revision);
        let topic = format!(":{}", self.commits);
        self.posts[post].edits += 1;
        self.put(import, post);
        if other != post {
            self.revise(import, random, time + 60, other);
        }
        let merge = Commit {
            merge: Some(&topic),
            ..Commit::to(MAIN, author(random), time + 120, "Merge branch 'topic'")
        };
        self.commit(import, &merge);
        self.put(import, post);
    }

    /// Begins a commit that follows the newest one of the published branch.
    fn commit(&mut self, import: &mut Import, commit: &Commit<'_>) {
        self.commits += 1;
        import.commit(self.commits, &self.head, commit);
        if commit.branch == MAIN {
            self.head = format!(":{}", self.commits);
        }
    }

    fn put(&mut self, import: &mut Import, post: usize) {
        let text = self.text(post);
        self.posts[post].bytes = text.len();
        import.file(&self.file(post), &text);
    }

    /// One more commit, which adds a line to a post.
    pub(crate) fn edit(&mut self, post: usize, line: &str) {
        self.posts[post].added += &format!("\n{line}\n");
        self.push(|blog, import| blog.put(import, post));
    }

    /// One more commit, after which every page shows another title.
    pub(crate) fn set_title(&mut self, title: &str) {
        self.push(|_, import| import.file("byline.toml", &settings(title)));
    }

    fn push(&mut self, files: impl FnOnce(&mut Self, &mut Import)) {
        let mut import = Import::into(&self.git_dir);
        self.head = "refs/heads/main^0".to_owned();
        self.commit(
            &mut import,
            &Commit::to(MAIN, 0, LAST + self.commits, "Edit"),
        );
        files(self, &mut import);
        import.finish();
    }

    pub(crate) fn text(&self, post: usize) -> String {
        let known = &self.posts[post];
        prose::post(post, known.edits) + &known.added
    }

    /// Where a post lies in the repository.
    pub(crate) fn file(&self, post: usize) -> String {
        let Post { folder, slug, .. } = &self.posts[post];
        let top = match self.flavour {
            Flavour::Byline => "posts",
            Flavour::Hugo => "content/posts",
        };
        format!("{top}/{folder}/{slug}.md")
    }

    /// Where byline serves it.
    pub(crate) fn address(&self, post: usize) -> String {
        format!("/{}/", self.posts[post].slug)
    }

    /// Of all posts as they are now.
    pub(crate) fn bytes(&self) -> usize {
        self.posts.iter().map(|post| post.bytes).sum()
    }

    pub(crate) fn commits(&self) -> usize {
        self.commits
    }
}

/// The first ones write most.
fn author(random: &mut Random) -> usize {
    random.favouring_the_first(AUTHORS.len())
}

fn settings(title: &str) -> String {
    format!("[site]\ntitle = \"{title}\"\nbase_url = \"https://blog.example.org\"\n")
}
