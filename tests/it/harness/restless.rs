//! An author who leaves nothing alone: any edit that can be made to a blog, one after the other, by
//! dice.

use std::collections::BTreeMap;
use std::fs;

use super::blog::Blog;
use super::dice::Dice;
use super::photo::photo;
use super::program::files_under;
use super::words::{config, document, paragraph, theme};

const AUTHORS: [&str; 4] = ["Ann", "Bob", "Cid", "renovate[bot]"];
/// Few enough posts for a quick build, and enough to fill more than one page of each list.
const MOST: usize = 14;
/// When the first commit is made, and seconds between two.
const BEGUN: u64 = 1_700_000_000;
const APART: u64 = 5_000;

/// One blog and its restless author.
pub(crate) struct Restless {
    pub(crate) blog: Blog,
    dice: Dice,
    commits: u64,
    names: usize,
    deleted: Vec<(String, Vec<u8>)>,
}

type Edit = fn(&mut Restless) -> String;

/// Each edit, and how often it comes.
const EDITS: [(usize, Edit); 20] = [
    (3, Restless::new_post),
    (5, Restless::edited_text),
    (4, Restless::edited_matter),
    (3, Restless::linking_post),
    (3, Restless::renamed),
    (2, Restless::deleted),
    (2, Restless::restored),
    (2, Restless::bundle),
    (1, Restless::page),
    (2, Restless::asset),
    (3, Restless::image),
    (4, Restless::theme),
    (3, Restless::config),
    (1, Restless::mailmap),
    (1, Restless::ignored_revisions),
    (2, Restless::broken),
    (1, Restless::amended),
    (1, Restless::reset),
    (2, Restless::merged),
    (1, Restless::copied),
];

impl Restless {
    /// A blog of a few posts by somebody whose every whim hangs on `seed`.
    pub(crate) fn of(seed: u64) -> Self {
        let mut restless = Self {
            blog: Blog::new(),
            dice: Dice::of(seed),
            commits: 0,
            names: 0,
            deleted: Vec::new(),
        };
        restless.config();
        for _ in 0..4 {
            restless.new_post();
            restless.commit();
        }
        restless
    }

    /// Edits something and commits it; what was done.
    pub(crate) fn edit(&mut self) -> String {
        let all: usize = EDITS.iter().map(|(weight, _)| weight).sum();
        let mut left = self.dice.roll(all);
        let edit = EDITS.iter().find_map(|&(weight, edit)| {
            let found = left < weight;
            left = left.wrapping_sub(weight);
            found.then_some(edit)
        });
        let mut done = edit.unwrap()(self);
        while self.dice.one_in(5) {
            done += ", ";
            done += &self.edited_text();
        }
        self.commit();
        done
    }

    fn commit(&mut self) {
        if self.blog.git(&["status", "--porcelain"]).is_empty() {
            return;
        }
        let (who, date) = self.signature();
        let trailer = match self.dice.roll(4) {
            0 => "\n\nCo-authored-by: Dee <dee@mail.invalid>",
            1 => "\n\nCo-authored-by: Ann <ann@mail.invalid>",
            _ => "",
        };
        self.blog.commit(&date, who, &format!("Edit{trailer}"));
    }

    fn signature(&mut self) -> (&'static str, String) {
        self.commits += 1;
        let seconds = BEGUN + self.commits * APART;
        let zone = self.dice.pick(&["+0000", "+0200", "-0830"]);
        (self.dice.pick(&AUTHORS), format!("{seconds} {zone}"))
    }

    /// The texts of a folder.
    fn texts(&self, folder: &str) -> Vec<String> {
        let dir = self.blog.dir().join(folder);
        let found = dir.is_dir().then(|| files_under(&dir));
        let names = found.unwrap_or_else(BTreeMap::new).into_keys();
        let texts = names.filter(|name| name.ends_with(".md"));
        texts.map(|name| format!("{folder}/{name}")).collect()
    }

    fn post(&mut self) -> Option<String> {
        let posts = self.texts("posts");
        (!posts.is_empty()).then(|| posts[self.dice.roll(posts.len())].clone())
    }

    fn name(&mut self) -> String {
        self.names += 1;
        match self.dice.roll(5) {
            0 => format!("posts/2023-05-0{}-n{}.md", 1 + self.names % 9, self.names),
            1 => format!("posts/deep/n{}.md", self.names),
            // In another language than the text made before it, where such are listed.
            2 => format!("posts/n{}.fr.md", self.names - 1),
            _ => format!("posts/n{}.md", self.names),
        }
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        self.blog.write(path, text);
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.blog.dir().join(path)).unwrap()
    }

    fn new_post(&mut self) -> String {
        if self.texts("posts").len() >= MOST {
            return self.deleted();
        }
        let path = self.name();
        let text = document(&mut self.dice);
        self.write(&path, text);
        format!("new {path}")
    }

    fn edited_text(&mut self) -> String {
        let Some(path) = self.post() else {
            return self.new_post();
        };
        let text = self.read(&path) + &paragraph(&mut self.dice);
        self.write(&path, text);
        format!("more of {path}")
    }

    fn edited_matter(&mut self) -> String {
        let Some(path) = self.post() else {
            return self.new_post();
        };
        let text = document(&mut self.dice);
        self.write(&path, text);
        format!("other {path}")
    }

    fn linking_post(&mut self) -> String {
        let targets = [self.post(), self.post(), Some("posts/n1.md".to_owned())];
        let Some(path) = self.post() else {
            return self.new_post();
        };
        let mut text = self.read(&path);
        for target in targets.into_iter().flatten() {
            text += &format!("\nSee [it](/{target}) and [there](../{target}#deep).\n");
        }
        self.write(&path, text);
        format!("links from {path}")
    }

    fn renamed(&mut self) -> String {
        let Some(path) = self.post() else {
            return self.new_post();
        };
        let to = self.name();
        self.blog.mv(&path, &to);
        format!("{path} to {to}")
    }

    fn copied(&mut self) -> String {
        let Some(path) = self.post() else {
            return self.new_post();
        };
        let to = self.name();
        self.write(&to, self.read(&path));
        format!("{path} copied to {to}")
    }

    fn deleted(&mut self) -> String {
        let Some(path) = self.post() else {
            return self.new_post();
        };
        self.deleted.push((path.clone(), self.read(&path).into()));
        self.blog.rm(&path);
        format!("no {path}")
    }

    fn restored(&mut self) -> String {
        let Some((path, text)) = self.deleted.pop() else {
            return self.deleted();
        };
        self.write(&path, text);
        format!("{path} again")
    }

    fn bundle(&mut self) -> String {
        let shape = self.dice.pick(&["circle", "rect", "path"]);
        let picture = format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><{shape}/></svg>\n");
        let view = self.blog.dir().join("posts/trip/view.svg");
        if view.exists() && self.dice.one_in(3) {
            fs::remove_file(view).unwrap();
            return "no picture".to_owned();
        }
        let index = "posts/trip/index.md";
        if !self.blog.dir().join(index).exists() {
            let text = document(&mut self.dice);
            self.write(index, text + "\n![A view](view.svg)\n");
        }
        self.write("posts/trip/view.svg", picture);
        format!("a picture of a {shape}")
    }

    fn page(&mut self) -> String {
        let path = self.dice.pick(&["pages/about.md", "pages/more.md"]);
        if self.blog.dir().join(path).exists() && self.dice.one_in(3) {
            self.blog.rm(path);
            return format!("no {path}");
        }
        let text = document(&mut self.dice);
        self.write(path, text);
        format!("page {path}")
    }

    fn asset(&mut self) -> String {
        let path = self.dice.pick(&[
            "files/data.txt",
            "robots.txt",
            "archive/index.html",
            "posts/view.svg",
            "song.mp3",
        ]);
        if self.blog.dir().join(path).exists() && self.dice.one_in(2) {
            self.blog.rm(path);
            return format!("no {path}");
        }
        let text = format!("{}\n", self.dice.roll(100_000));
        self.write(path, text);
        format!("file {path}")
    }

    /// A picture in one of two sizes, or what is none under its name, and a text that shows it.
    fn image(&mut self) -> String {
        let path = self.dice.pick(&["posts/sea.jpg", "posts/trip/hill.jpg"]);
        if self.blog.dir().join(path).exists() && self.dice.one_in(3) {
            self.blog.rm(path);
            return format!("no {path}");
        }
        let seed = 1 + u32::try_from(self.dice.roll(3)).unwrap();
        let size = self.dice.pick(&[&(500, 300), &(300, 500), &(490, 990)]);
        let picture = photo(*size, seed, if self.dice.one_in(2) { 6 } else { 1 });
        let whole = if self.dice.one_in(6) {
            70
        } else {
            picture.len()
        };
        self.write(path, &picture[..whole]);
        if let Some(text) = self.post().filter(|_| self.dice.one_in(2)) {
            let shown = self.read(&text) + &format!("\n![A picture](/{path})\n");
            self.write(&text, shown);
        }
        format!("{path} of {whole} bytes")
    }

    fn theme(&mut self) -> String {
        let (path, text) = theme(&mut self.dice);
        if self.blog.dir().join(path).exists() && self.dice.one_in(2) {
            self.blog.rm(path);
            return format!("no {path}");
        }
        self.write(path, text);
        format!("{path} with {text:?}")
    }

    fn config(&mut self) -> String {
        let text = config(&mut self.dice);
        self.write("byline.toml", &text);
        format!("byline.toml {text:?}")
    }

    fn mailmap(&mut self) -> String {
        let text = self.dice.pick(&[
            "",
            "Anna <ann@mail.invalid>\n",
            "Ann <ann@mail.invalid> <bob@mail.invalid>\n",
        ]);
        self.write(".mailmap", text);
        format!(".mailmap {text:?}")
    }

    fn ignored_revisions(&mut self) -> String {
        let all = self.blog.git(&["log", "--format=%H"]);
        let all: Vec<&str> = all.lines().collect();
        let some = all.iter().filter(|_| self.dice.one_in(4));
        let some: Vec<&str> = some.copied().collect();
        self.write(".git-blame-ignore-revs", some.join("\n") + "\n");
        format!("{} ignored revisions", some.len())
    }

    fn broken(&mut self) -> String {
        let Some(path) = self.post() else {
            return self.new_post();
        };
        let draft = self.dice.pick(&["", "draft = true\n"]);
        self.write(&path, format!("+++\n{draft}title = \n+++\nBroken.\n"));
        format!("broken {path} {draft:?}")
    }

    fn amended(&mut self) -> String {
        let done = self.edited_text();
        let (who, date) = self.signature();
        self.blog.amend(&date, who);
        format!("amended with {done}")
    }

    fn reset(&mut self) -> String {
        let parents = self.blog.git(&["rev-list", "--first-parent", "HEAD"]);
        let back = (1 + self.dice.roll(4)).min(parents.lines().count() - 1);
        self.blog
            .git(&["reset", "--quiet", "--hard", &format!("HEAD~{back}")]);
        format!("back by {back}")
    }

    fn merged(&mut self) -> String {
        self.blog.git(&["branch", "--force", "side"]);
        self.blog.checkout("side");
        let mut done = self.new_post();
        self.commit();
        done += &self.edited_text();
        self.commit();
        self.blog.checkout("main");
        self.write("files/data.txt", format!("{}\n", self.commits));
        self.commit();
        let (who, date) = self.signature();
        self.blog.merge("side", &date, who);
        format!("merged {done}")
    }
}
