//! Dates and authors: what `byline list` says of histories made for the purpose.

use serde_json::{Value, json};

use crate::harness::Blog;

const MONDAY: &str = "2024-01-01T09:00:00+01:00";
const TUESDAY: &str = "2024-01-02T10:48:00+05:45";
const WEDNESDAY: &str = "2024-01-03T11:00:00-03:00";

#[test]
fn a_stated_date_goes_before_a_file_name_and_a_file_name_before_git() {
    let blog = Blog::new();
    blog.write(
        "posts/2021-05-06-both.md",
        "---\ndate: 2020-03-04\n---\nBoth.\n",
    )
    .write("posts/2021-05-06-name.md", "Name.\n")
    .write("posts/neither.md", "Neither.\n")
    .commit(MONDAY, "Ann", "Add three posts");
    let facts = |path| {
        let post = blog.listed(path);
        let day = post["published"].as_str().unwrap()[..10].to_owned();
        (day, post["date_from"].as_str().unwrap().to_owned())
    };
    let fact = |day: &str, from: &str| (day.to_owned(), from.to_owned());
    assert_eq!(
        facts("posts/2021-05-06-both.md"),
        fact("2020-03-04", "front-matter")
    );
    assert_eq!(
        facts("posts/2021-05-06-name.md"),
        fact("2021-05-06", "file-name")
    );
    assert_eq!(facts("posts/neither.md"), fact("2024-01-01", "git"));
}

#[test]
fn git_is_told_even_where_front_matter_states_a_date() {
    let blog = Blog::new();
    blog.write("posts/a.md", "---\ndate: 2020-03-04\n---\nA.\n")
        .commit(MONDAY, "Ann", "Add a post");
    let git = &blog.listed("posts/a.md")["git"];
    assert_eq!(git["published"], MONDAY);
    assert_eq!(git["commit"], blog.head());
}

#[test]
fn the_commits_own_offset_is_kept() {
    let blog = Blog::new();
    blog.write("posts/a.md", "A.\n")
        .commit(TUESDAY, "Ann", "Add a post");
    assert_eq!(blog.listed("posts/a.md")["published"], TUESDAY);
}

#[test]
fn a_zone_in_the_configuration_moves_the_clock_but_not_the_instant() {
    let blog = Blog::new();
    blog.write("byline.toml", "[site]\ntimezone = \"Europe/Berlin\"\n")
        .write("posts/a.md", "A.\n")
        .commit("2024-07-01T10:00:00+00:00", "Ann", "Add a post");
    assert_eq!(
        blog.listed("posts/a.md")["published"],
        "2024-07-01T12:00:00+02:00"
    );
}

#[test]
fn a_merged_post_is_published_when_it_landed_by_who_wrote_it() {
    let blog = Blog::of_two_posts();
    blog.branch("topic")
        .write("posts/owls.md", "Owls hoot.\n")
        .commit("2024-03-01T08:00:00+01:00", "Cid", "Write about owls")
        .checkout("main")
        .merge("topic", "2024-03-09T20:00:00+01:00", "Bob");
    let post = blog.listed("posts/owls.md");
    assert_eq!(post["published"], "2024-03-09T20:00:00+01:00");
    assert_eq!(post["git"]["rule"], "landed");
    assert_eq!(post["authors"], json!(["Cid"]));
    assert_eq!(post["contributors"], json!([]));
}

#[test]
fn the_committer_says_when_and_the_author_says_who() {
    let blog = Blog::new();
    blog.write("posts/a.md", "A.\n").commit_by(
        ("Ann", MONDAY),
        ("Bob", WEDNESDAY),
        "Apply a patch",
    );
    let post = blog.listed("posts/a.md");
    assert_eq!(post["published"], WEDNESDAY);
    assert_eq!(post["authors"], json!(["Ann"]));
}

#[test]
fn the_date_rule_can_be_the_author_s() {
    let blog = Blog::new();
    blog.write("byline.toml", "[provenance]\ndate = \"author\"\n")
        .write("posts/a.md", "A.\n")
        .commit_by(("Ann", MONDAY), ("Bob", WEDNESDAY), "Apply a patch");
    let post = blog.listed("posts/a.md");
    assert_eq!(
        (&post["published"], &post["git"]["rule"]),
        (&json!(MONDAY), &json!("author"))
    );
}

#[test]
fn an_import_of_many_posts_at_once_goes_by_the_author_date() {
    let blog = Blog::new();
    for number in 0..10 {
        blog.write(&format!("posts/{number}.md"), format!("Post {number}.\n"));
    }
    blog.commit_by(("Ann", MONDAY), ("Bob", WEDNESDAY), "Import everything");
    let post = blog.listed("posts/7.md");
    assert_eq!(
        (&post["published"], &post["git"]["rule"]),
        (&json!(MONDAY), &json!("bulk"))
    );
}

#[test]
fn a_merge_of_many_posts_leaves_each_its_own_commit_s_date() {
    let blog = Blog::of_two_posts();
    blog.branch("old-blog");
    for day in 10..20 {
        blog.write(&format!("posts/{day}.md"), format!("Day {day}.\n"))
            .commit(&format!("2023-05-{day}T12:00:00+00:00"), "Ann", "Write");
    }
    blog.checkout("main").merge("old-blog", WEDNESDAY, "Bob");
    let post = blog.listed("posts/14.md");
    assert_eq!(post["published"], "2023-05-14T12:00:00+00:00");
    assert_eq!(post["git"]["rule"], "committer");
}

#[test]
fn renames_keep_the_date_and_remember_the_old_names() {
    let blog = Blog::new();
    blog.write("posts/first.md", "A post of some length.\n")
        .commit(MONDAY, "Ann", "Write")
        .mv("posts/first.md", "posts/second.md")
        .commit(TUESDAY, "Bob", "Rename")
        .mv("posts/second.md", "posts/third.md")
        .commit(WEDNESDAY, "Bob", "Rename again");
    let post = blog.listed("posts/third.md");
    assert_eq!(post["published"], MONDAY);
    assert_eq!(post["updated"], MONDAY);
    assert_eq!(post["authors"], json!(["Ann"]));
    assert_eq!(
        post["former_paths"],
        json!(["posts/second.md", "posts/first.md"])
    );
}

#[test]
fn a_draft_is_published_by_the_commit_that_says_so() {
    let blog = Blog::new();
    blog.write("posts/flag.md", "---\ndraft: true\n---\nFlag.\n")
        .write("drafts/folder.md", "Folder.\n")
        .commit(MONDAY, "Ann", "Begin two drafts");
    assert_eq!(blog.list(), Vec::<Value>::new());
    blog.write("posts/flag.md", "---\ndraft: false\n---\nFlag.\n")
        .commit(TUESDAY, "Ann", "Publish one")
        .mv("drafts/folder.md", "posts/folder.md")
        .commit(WEDNESDAY, "Ann", "Publish the other");
    assert_eq!(blog.listed("posts/flag.md")["published"], TUESDAY);
    assert_eq!(blog.listed("posts/folder.md")["published"], WEDNESDAY);
}

#[test]
fn only_a_change_of_what_readers_read_is_an_update() {
    let blog = Blog::new();
    blog.write("posts/a.md", "---\ntitle: A\n---\nOne two three.\n")
        .commit("2024-01-01T09:00:00+00:00", "Ann", "Write")
        .write("posts/a.md", "---\ntitle: A\n---\nOne two four.\n")
        .commit("2024-01-02T09:00:00+00:00", "Ann", "Change a word")
        .write(
            "posts/a.md",
            "---\ntitle: A\ntags: [x]\n---\nOne two four.\n",
        )
        .commit("2024-01-03T09:00:00+00:00", "Ann", "Tag it")
        .write(
            "posts/a.md",
            "---\ntitle: A\ntags: [x]\n---\nOne  two four.\n\n",
        )
        .commit("2024-01-04T09:00:00+00:00", "Ann", "Change white space");
    let post = blog.listed("posts/a.md");
    assert_eq!(post["updated"], "2024-01-02T09:00:00+00:00");
    assert_eq!(post["revisions"], 4);
    blog.write(
        "posts/a.md",
        "---\ntitle: B\ntags: [x]\n---\nOne  two four.\n\n",
    )
    .commit("2024-01-05T09:00:00+00:00", "Ann", "Change the title");
    assert_eq!(
        blog.listed("posts/a.md")["updated"],
        "2024-01-05T09:00:00+00:00"
    );
}

#[test]
fn a_commit_listed_to_be_ignored_is_no_update() {
    let blog = Blog::new();
    blog.write("posts/a.md", "One.\n")
        .commit(MONDAY, "Ann", "Write")
        .write("posts/a.md", "Two.\n")
        .commit(TUESDAY, "Ann", "Reformat");
    blog.write(
        ".git-blame-ignore-revs",
        format!("# formatting\n{}\n", blog.head()),
    )
    .commit(WEDNESDAY, "Ann", "Ignore the reformatting");
    assert_eq!(blog.listed("posts/a.md")["updated"], MONDAY);
}

#[test]
fn a_file_not_yet_committed_is_dated_now_and_marked_so() {
    let blog = Blog::of_two_posts();
    blog.git(&["config", "user.name", "Dora"]);
    blog.write("posts/new.md", "# New\n\nNot committed.\n");
    let post = blog.listed("posts/new.md");
    assert_eq!(post["date_from"], "uncommitted");
    assert_eq!(post["authors"], json!(["Dora"]));
    assert_eq!(post["git"], Value::Null);
    assert_eq!(blog.list()[0]["path"], "posts/new.md", "it is the newest");
}

#[test]
fn the_mailmap_makes_one_person_of_many_names() {
    let blog = Blog::new();
    blog.write("posts/a.md", "A.\n").commit(
        MONDAY,
        "ann",
        "Write\n\nCo-authored-by: bobby <bob@mail.invalid>",
    );
    blog.write(
        ".mailmap",
        "Ann Lee <ann@mail.invalid>\nBob Ray <ray@mail.invalid> bobby <bob@mail.invalid>\n",
    )
    .commit(TUESDAY, "ann", "Say who is who");
    assert_eq!(
        blog.listed("posts/a.md")["authors"],
        json!(["Ann Lee", "Bob Ray"])
    );
}

#[test]
fn co_authors_follow_the_author_and_later_hands_are_contributors() {
    let blog = Blog::new();
    blog.write("posts/a.md", "One.\n")
        .commit(
            MONDAY,
            "Ann",
            "Write\n\nCo-authored-by: Bob <bob@mail.invalid>",
        )
        .write("posts/a.md", "Two.\n")
        .commit(TUESDAY, "Cid", "Mend")
        .write("posts/a.md", "Three.\n")
        .commit(WEDNESDAY, "Bob", "Mend again");
    let post = blog.listed("posts/a.md");
    assert_eq!(post["authors"], json!(["Ann", "Bob"]));
    assert_eq!(post["contributors"], json!(["Cid"]));
}

#[test]
fn excluded_names_are_never_authors_or_contributors() {
    let blog = Blog::new();
    blog.write("byline.toml", "[provenance]\nexclude = [\"*bot\"]\n")
        .write("posts/a.md", "One.\n")
        .commit(MONDAY, "Ann", "Write")
        .write("posts/a.md", "Two.\n")
        .commit(TUESDAY, "tidybot", "Tidy");
    assert_eq!(blog.listed("posts/a.md")["contributors"], json!([]));
}

#[test]
fn authors_stated_in_front_matter_win() {
    let blog = Blog::new();
    blog.write("posts/a.md", "---\nauthor: Eve\n---\nA.\n")
        .write("posts/b.md", "+++\nauthors = [\"Eve\", \"Flo\"]\n+++\nB.\n")
        .commit(MONDAY, "Ann", "Post for others");
    assert_eq!(blog.listed("posts/a.md")["authors"], json!(["Eve"]));
    assert_eq!(blog.listed("posts/b.md")["authors"], json!(["Eve", "Flo"]));
}

#[test]
fn a_registered_author_is_known_by_the_names_of_their_commits() {
    let blog = Blog::new();
    blog.write(
        "byline.toml",
        "[authors.ann]\nname = \"Ann Lee\"\ngit = [\"alee\"]\n",
    )
    .write("posts/a.md", "A.\n")
    .commit(MONDAY, "alee", "Write");
    assert_eq!(blog.listed("posts/a.md")["authors"], json!(["Ann Lee"]));
}

#[test]
fn a_shallow_clone_is_reported() {
    let blog = Blog::of_two_posts();
    let shallow = blog.home().join("shallow");
    let url = format!("file://{}", blog.dir().display());
    blog.git(&[
        "clone",
        "--quiet",
        "--depth",
        "1",
        &url,
        shallow.to_str().unwrap(),
    ]);
    let checked = blog
        .byline(&["check", "--json", shallow.to_str().unwrap()])
        .json();
    assert!(
        checked["warnings"].to_string().contains("shallow"),
        "{checked:#}"
    );
}

#[test]
fn one_malformed_commit_does_not_end_the_history() {
    let blog = Blog::of_two_posts();
    let tree = blog.git(&["rev-parse", "HEAD^{tree}"]);
    let parent = blog.head();
    let broken = blog.git_with(
        &[
            "hash-object",
            "-t",
            "commit",
            "-w",
            "--stdin",
            "--literally",
        ],
        format!(
            "tree {tree}\nparent {parent}\nauthor nobody\ncommitter x <x> never +9999\n\nBad\n"
        ),
    );
    blog.git(&["update-ref", "refs/heads/main", &broken]);
    blog.write("posts/owls.md", "Owls hoot.\n").commit(
        "2024-03-01T08:00:00+01:00",
        "Cid",
        "Write about owls",
    );
    let published = |path| blog.listed(path)["published"].clone();
    assert_eq!(published("posts/owls.md"), "2024-03-01T08:00:00+01:00");
    assert_eq!(published("posts/cats.md"), "2024-01-02T10:00:00+02:00");
}
