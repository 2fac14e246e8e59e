//! What a feed reader knows a post by: it never changes, and no edit makes an old post new again.

use crate::harness::{Blog, Xml};

const MAY: &str = "2024-05-01T09:00:00+00:00";
const JUNE: &str = "2024-06-01T09:00:00+00:00";
const JULY: &str = "2024-07-01T09:00:00+00:00";

/// What a feed says of one post.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    id: String,
    published: String,
    updated: String,
    title: String,
}

/// The entries of the feed as built now, in their order.
fn feed(blog: &Blog) -> Vec<Entry> {
    let out = blog.home().join("out");
    blog.byline(&["build", "--out", out.to_str().unwrap()])
        .exits(0);
    let text = std::fs::read_to_string(out.join("atom.xml")).unwrap();
    let feed = Xml::parse(&text);
    let all = |name: &str| -> Vec<String> {
        let texts = feed.texts(&format!("feed/entry/{name}"));
        texts.into_iter().map(str::to_owned).collect()
    };
    let (ids, published, updated) = (all("id"), all("published"), all("updated"));
    let titles = all("title").into_iter();
    let entry = |(at, title): (usize, String)| Entry {
        id: ids[at].clone(),
        published: published[at].clone(),
        updated: updated[at].clone(),
        title,
    };
    titles.enumerate().map(entry).collect()
}

fn ids(blog: &Blog) -> Vec<String> {
    feed(blog).into_iter().map(|entry| entry.id).collect()
}

/// Six lines that no other post has.
fn words(about: &str) -> String {
    (1..=6)
        .map(|line| format!("Sentence {line} of what there is to say about {about}.\n"))
        .collect()
}

/// A post about owls, older than a post about bees.
fn blog() -> Blog {
    let blog = Blog::new();
    blog.write(
        "byline.toml",
        "[site]\nbase_url = \"https://blog.example\"\n",
    )
    .write("posts/owls.md", words("owls"))
    .commit("2024-01-01T09:00:00+00:00", "Ann", "Owls")
    .write("posts/bees.md", words("bees"))
    .commit("2024-02-01T09:00:00+00:00", "Bob", "Bees");
    blog
}

#[test]
fn an_edit_or_a_new_title_changes_no_id_no_date_and_no_order() {
    let blog = blog();
    let before = feed(&blog);
    blog.write(
        "posts/owls.md",
        format!("# Strix\n\n{}More.\n", words("owls")),
    )
    .commit(MAY, "Bob", "Edit");
    let mut after = feed(&blog);
    assert_eq!(after[1].title, "Strix");
    assert_eq!(after[1].updated, MAY);
    after[1].title.clone_from(&before[1].title);
    after[1].updated.clone_from(&before[1].updated);
    assert_eq!(after, before);
}

#[test]
fn a_rename_changes_nothing_in_a_feed_but_the_address() {
    let blog = blog();
    let before = feed(&blog);
    blog.write("posts/bees.md", format!("# Bees\n\n{}", words("bees")))
        .mv("posts/owls.md", "posts/2024/owls.md")
        .commit(MAY, "Ann", "Move")
        .mv("posts/2024/owls.md", "posts/birds/index.md")
        .commit(JUNE, "Ann", "Move again");
    let after = feed(&blog);
    assert_eq!(after[1].id, before[1].id);
    assert_eq!(after[1].published, before[1].published);
    assert_eq!(after[1].updated, before[1].updated);
}

#[test]
fn another_host_scheme_pattern_or_slug_changes_no_id() {
    let blog = blog();
    let before = ids(&blog);
    blog.write(
        "byline.toml",
        "[site]\ntitle = \"New\"\nbase_url = \"http://elsewhere.example/blog\"\n\
         [content]\npermalink = \"/:year/:slug/\"\n",
    )
    .write(
        "posts/owls.md",
        format!("---\nslug: strix\n---\n{}", words("owls")),
    )
    .commit(MAY, "Ann", "Move the blog");
    assert_eq!(ids(&blog), before);
}

#[test]
fn a_post_deleted_and_restored_is_the_one_it_was() {
    let blog = blog();
    let before = feed(&blog);
    blog.rm("posts/owls.md")
        .commit(MAY, "Ann", "Delete")
        .write("posts/owls.md", words("owls"))
        .commit(JUNE, "Ann", "Restore");
    assert_eq!(feed(&blog), before);
}

#[test]
fn a_draft_published_in_steps_has_one_id_and_the_day_it_came_out() {
    let blog = blog();
    blog.write("drafts/idea.md", words("ants"))
        .commit("2024-03-01T09:00:00+00:00", "Ann", "Begin")
        .mv("drafts/idea.md", "posts/ants.md")
        .write(
            "posts/ants.md",
            format!("---\ndraft: true\n---\n{}", words("ants")),
        )
        .commit("2024-04-01T09:00:00+00:00", "Ann", "Move");
    assert_eq!(feed(&blog).len(), 2);
    blog.write("posts/ants.md", words("ants"))
        .commit(MAY, "Ann", "Publish");
    let before = feed(&blog);
    assert_eq!(before[0].published, MAY);
    blog.mv("posts/ants.md", "posts/all-about-ants.md")
        .write("posts/all-about-ants.md", words("ants") + "More.\n")
        .commit(JUNE, "Ann", "Rename and edit");
    let after = feed(&blog);
    assert_eq!(after[0].id, before[0].id);
    assert_eq!(after[0].published, MAY);
    assert_eq!(after[0].updated, JUNE);
}

#[test]
fn a_merge_changes_no_id() {
    let blog = blog();
    blog.branch("other")
        .write("posts/owls.md", words("owls") + "On a branch.\n")
        .mv("posts/bees.md", "posts/wasps.md")
        .commit("2024-03-01T09:00:00+00:00", "Bob", "Edit and rename");
    blog.checkout("main")
        .write("posts/ants.md", words("ants"))
        .commit("2024-04-01T09:00:00+00:00", "Ann", "Ants");
    let before = ids(&blog);
    blog.merge("other", MAY, "Ann");
    assert_eq!(ids(&blog), before);
    // The other way round: what was the mainline becomes the merged branch.
    blog.git(&["checkout", "--quiet", "-b", "crossed", "other"]);
    blog.merge("main", JUNE, "Bob");
    let mut crossed = ids(&blog);
    let mut known = before;
    crossed.sort();
    known.sort();
    assert_eq!(crossed, known);
}

#[test]
fn two_posts_begun_from_one_template_under_one_name_are_told_apart() {
    let blog = blog();
    for (name, day) in [("first", MAY), ("second", JUNE)] {
        blog.write("drafts/new.md", "---\ntitle: New\n---\n")
            .commit(day, "Ann", "Begin")
            .mv("drafts/new.md", &format!("posts/{name}.md"))
            .commit(day, "Ann", "Publish");
    }
    let mut all = ids(&blog);
    let second = all[0].clone();
    assert_eq!(all.len(), 4);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 4);
    blog.write("posts/second.md", words("the second"))
        .commit(JULY, "Ann", "Edit");
    assert_eq!(ids(&blog)[0], second);
}

#[test]
fn an_edit_that_is_not_committed_changes_no_id() {
    let blog = blog();
    let before = ids(&blog);
    blog.write("posts/owls.md", "Other words altogether.\n");
    assert_eq!(ids(&blog), before);
}
