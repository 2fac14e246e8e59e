//! `byline list --json`: the shape people script against, and what is in it.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use crate::harness::Blog;

const WEDNESDAY: &str = "2024-01-03T11:00:00-03:00";

#[test]
fn the_listing_has_exactly_the_documented_keys_newest_first() {
    let blog = Blog::of_two_posts();
    let listed = blog.byline(&["list", "--json"]).succeeds().out;
    let posts: Vec<Keys> = serde_json::from_str(&listed).unwrap();
    let post = "path url kind title published updated authors contributors tags draft scheduled \
                date_from verified former_paths revisions git";
    let git = "published updated rule commit";
    for keys in &posts {
        assert_eq!(keys.names.join(" "), post);
        assert_eq!(keys.git.join(" "), git);
    }
    let paths: Vec<Value> = blog
        .list()
        .iter()
        .map(|post| post["path"].clone())
        .collect();
    assert_eq!(paths, ["posts/dogs.md", "posts/cats.md"]);
}

#[test]
fn the_listing_names_drafts_and_scheduled_posts_only_when_asked() {
    let blog = Blog::of_two_posts();
    blog.write("posts/later.md", "---\ndate: 2999-01-01\n---\nLater.\n")
        .write("drafts/maybe.md", "Maybe.\n")
        .commit(WEDNESDAY, "Ann", "Prepare");
    assert_eq!(blog.list().len(), 2);
    let all = blog.list_with(&["--all"]);
    assert_eq!(all.len(), 4);
    let flagged = |flag: &str| {
        let of: Vec<_> = all.iter().filter(|post| post[flag] == true).collect();
        of.iter()
            .map(|post| post["path"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(flagged("draft"), ["drafts/maybe.md"]);
    assert_eq!(flagged("scheduled"), ["posts/later.md"]);
}

/// The keys of an object in the order they were written, and those of its `git`.
struct Keys {
    names: Vec<String>,
    git: Vec<String>,
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Keys;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
        let (mut names, mut git) = (Vec::new(), Vec::new());
        while let Some(name) = map.next_key::<String>()? {
            if name == "git" {
                git = map.next_value::<Keys>()?.names;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            names.push(name);
        }
        Ok(Keys { names, git })
    }
}
