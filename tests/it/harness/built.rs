//! What `byline build` made of a blog, over what earlier builds kept or from nothing, and how two
//! of these differ.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::blog::Blog;
use super::program::files_under;

/// Every file that was built, and what was said.
pub(crate) struct Built {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// About the content.
    told: Value,
    /// What each stage made and what it kept.
    pub(crate) counts: Value,
    log: String,
}

impl Built {
    pub(crate) fn cold(blog: &Blog) -> Self {
        Self::of(blog, &blog.home().join("cold"), None)
    }

    pub(crate) fn warm(blog: &Blog, kept: &Path) -> Self {
        Self::of(blog, &blog.home().join("warm"), Some(kept))
    }

    fn of(blog: &Blog, out: &Path, kept: Option<&Path>) -> Self {
        let mut arguments = vec!["build", "--json", "--out", out.to_str().unwrap()];
        arguments.extend(
            kept.iter()
                .flat_map(|dir| ["--data-dir", dir.to_str().unwrap()]),
        );
        let ran = blog.byline(&arguments);
        assert!(
            matches!(ran.code, Some(0 | 1)),
            "{:?} {}",
            ran.code,
            ran.err
        );
        let mut told = ran.json();
        let mut take = |name: &str| told.as_object_mut().unwrap().remove(name);
        take("timings_ms");
        Self {
            counts: take("counts").unwrap(),
            files: files_under(out),
            told,
            log: ran.err,
        }
    }

    /// How many things a stage made.
    pub(crate) fn made(&self, stage: &str) -> usize {
        let made = self.counts[stage]["made"].as_u64();
        usize::try_from(made.unwrap()).unwrap()
    }

    /// Asserts that it is another build, byte for byte; `when` says after what.
    pub(crate) fn is(&self, cold: &Self, when: &str) {
        let names: BTreeSet<&String> = self.files.keys().chain(cold.files.keys()).collect();
        for name in names {
            match (self.files.get(name), cold.files.get(name)) {
                (Some(warm), Some(cold)) => {
                    let differ = || difference(warm, cold);
                    assert!(
                        warm == cold,
                        "{when}: `{name}`, warm and cold, {}",
                        differ()
                    );
                }
                (Some(_), None) => panic!("{when}: `{name}` is only there when warm"),
                (None, _) => panic!("{when}: `{name}` is only there when cold"),
            }
        }
        assert_eq!(self.told, cold.told, "{when}: what is said");
        assert!(!self.log.contains("panicked"), "{when}: {}", self.log);
    }

    /// The names of the files that are not as they were.
    pub(crate) fn since(&self, before: &Self) -> Vec<&str> {
        let files = self.files.iter();
        let new = files.filter(|(name, bytes)| before.files.get(*name) != Some(bytes));
        new.map(|(name, _)| name.as_str()).collect()
    }
}

/// The first line in which two texts differ.
pub(crate) fn difference(one: &[u8], other: &[u8]) -> String {
    let (one, other) = (String::from_utf8_lossy(one), String::from_utf8_lossy(other));
    let lines = one.lines().map(Some).chain([None]);
    let others = other.lines().map(Some).chain([None]);
    let mut pairs = lines.zip(others).enumerate();
    let found = pairs.find(|(_, (one, other))| one != other);
    found.map_or_else(
        || "line ends".to_owned(),
        |(at, (one, other))| format!("line {}:\n  {one:?}\n  {other:?}", at + 1),
    )
}
