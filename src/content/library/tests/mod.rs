//! Whole blogs as values: the harness, then a file for each part of what is promised.

mod addresses;
mod former;
mod publishing;
mod reading;

use std::collections::HashMap;

use super::*;
use crate::content::beginning;
use crate::content::{DateFrom, Kind, MAX_SOURCE};
use crate::diagnostic::Severity;
use crate::history::{FileHistory, Revision, Rule};
use crate::repository::{Oid, Person};

/// A blog under construction: files, what history says of them, and older versions.
#[derive(Default)]
struct Blog {
    config: SiteConfig,
    texts: HashMap<String, Vec<u8>>,
    files: Vec<SourceFile>,
    history: History,
    uncommitted: HashSet<String>,
    older: HashMap<Oid, Vec<u8>>,
}

fn oid(number: u8) -> Oid {
    Oid([number; 20])
}

/// 1 May 2024, 14:33 in Nepal, and so many days later.
fn day(days: i64) -> Moment {
    Moment::from_git(1_714_553_280 + days * 86_400, 345).unwrap()
}

fn source(path: &str, bytes: &[u8]) -> SourceFile {
    SourceFile {
        path: path.into(),
        oid: oid(0),
        size: bytes.len() as u64,
    }
}

fn provenance(published: Moment) -> FileHistory {
    FileHistory {
        published: Some(published),
        updated: Some(published),
        rule: Rule::Landed,
        commit: oid(1),
        authors: vec![person("Ann Lee")],
        contributors: Vec::new(),
        revisions: vec![revision(oid(0), published)],
        former_paths: Vec::new(),
        former: Vec::new(),
        versions: Vec::new(),
    }
}

fn revision(blob: Oid, time: Moment) -> Revision {
    Revision {
        commit: oid(1),
        time: Some(time),
        path: "posts/a.md".into(),
        blob: Some(blob),
        signed: false,
        authors: Arc::from([person("Ann")]),
    }
}

fn person(name: &str) -> Person {
    Person {
        name: name.to_owned(),
        email: "someone@example.org".to_owned(),
    }
}

impl Blog {
    /// A document or file that is not committed.
    fn file(mut self, path: &str, text: impl AsRef<[u8]>) -> Self {
        let file = source(path, text.as_ref());
        let layout = Layout::new(&self.config.content);
        if !matches!(layout.place(path), Place::File | Place::Hidden) {
            let bytes = text.as_ref().to_vec();
            self.texts.insert(file.path.to_string(), bytes);
        }
        self.files.push(file);
        self
    }

    /// One committed by Ann so many days after 1 May 2024.
    fn committed(mut self, path: &str, text: &str, days: i64) -> Self {
        self.history
            .files
            .insert(path.into(), Arc::new(provenance(day(days))));
        self.file(path, text)
    }

    /// An older version of the file last added; call with the newest first.
    fn before(mut self, text: &str) -> Self {
        let path = &self.files.last().unwrap().path;
        let file = self.history.files.get_mut(&**path).unwrap();
        let revisions = &mut Arc::make_mut(file).revisions;
        let older = oid(u8::try_from(100 + revisions.len()).unwrap());
        revisions.push(revision(older, day(0)));
        self.older.insert(older, text.as_bytes().to_vec());
        self
    }

    fn config(mut self, toml: &str) -> Self {
        self.config = SiteConfig::parse(toml, "byline.toml").unwrap();
        self
    }

    /// The words of a post, as they are rendered.
    fn body(&self, post: &Post) -> String {
        let older = post.text.blob.filter(|_| post.text.older);
        let bytes = match older {
            Some(oid) => &self.older[&oid],
            None => &self.texts[&post.path],
        };
        post.body(bytes).unwrap().to_owned()
    }

    /// Reads it, and once more from the beginnings of its documents.
    fn read(&self) -> (Arc<Library>, Findings) {
        let read = self.reread(&mut Readings::default(), day(30));
        let again = self.read_from(beginning, &mut Readings::default(), day(30));
        assert_eq!(format!("{read:#?}"), format!("{again:#?}"));
        read
    }

    /// Reads it after other builds.
    fn reread(&self, readings: &mut Readings, now: Moment) -> (Arc<Library>, Findings) {
        self.read_from(|bytes| bytes, readings, now)
    }

    /// Reads it from parts of its documents.
    fn read_from(
        &self,
        part: impl Fn(&[u8]) -> &[u8] + Sync,
        readings: &mut Readings,
        now: Moment,
    ) -> (Arc<Library>, Findings) {
        let read = |file: &SourceFile| match self.texts.get(&*file.path) {
            Some(bytes) => Ok(part(bytes).to_vec()),
            None => Err(Diagnostic::error(
                "unreadable",
                "the document could not be read",
            )),
        };
        Library::read(Input {
            config: &self.config,
            files: &Arc::new(self.files.clone()),
            read: &read,
            history: &self.history,
            uncommitted: &self.uncommitted,
            user_name: Some("Una"),
            now,
            older: &|oid| self.older.get(&oid).cloned(),
            judge: &|_| None,
            keys: 0,
            old_versions: &mut OldVersions::default(),
            readings,
            history_pages: true,
        })
    }

    /// The library of a blog with nothing wrong.
    fn library(&self) -> Arc<Library> {
        let (library, findings) = self.read();
        assert_eq!(findings, []);
        library
    }
}

fn urls(posts: &[Arc<Post>]) -> Vec<&str> {
    posts.iter().map(|post| post.url.as_str()).collect()
}

fn codes(findings: &Findings) -> Vec<(&str, Severity)> {
    findings
        .iter()
        .map(|found| (found.code, found.severity))
        .collect()
}
