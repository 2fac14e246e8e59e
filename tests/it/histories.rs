//! Odd histories, as git itself makes them: clocks that are wrong, branches that cross, names that
//! change places. Each rule is asked of `byline list`.

use serde_json::{Value, json};

use crate::harness::Blog;

const JANUARY: &str = "2024-01-05T09:00:00+01:00";
const MARCH: &str = "2024-03-05T09:00:00+01:00";
const MAY: &str = "2024-05-05T09:00:00+02:00";
const JULY: &str = "2024-07-05T09:00:00+02:00";

/// Six lines that no other post has.
fn words(about: &str) -> String {
    (1..=6)
        .map(|line| format!("Sentence {line} of what there is to say about {about}.\n"))
        .collect()
}

/// Owls by Ann in January and bees by Bob in March.
fn blog() -> Blog {
    let blog = Blog::new();
    blog.write("posts/owls.md", words("owls"))
        .commit(JANUARY, "Ann", "Owls")
        .write("posts/bees.md", words("bees"))
        .commit(MARCH, "Bob", "Bees");
    blog
}

/// Gives git the name that it asks for where a merge is made by hand.
fn as_fay(blog: &Blog) {
    blog.git(&["config", "user.name", "Fay"]);
    blog.git(&["config", "user.email", "fay@mail.invalid"]);
}

/// When a post was published, by whom, and what it was called before.
#[track_caller]
fn was(blog: &Blog, path: &str, published: &str, author: &str, former: &[&str]) {
    let post = blog.listed(path);
    assert_eq!(post["published"], published, "{path}");
    assert_eq!(post["authors"], json!([author]), "{path}");
    assert_eq!(post["former_paths"], json!(former), "{path}");
}

#[test]
fn odd_clocks_and_offsets_are_taken_as_stated_and_hide_no_post() {
    let blog = Blog::new();
    // Each commit is older than its parent, as git counts seconds.
    let clocks = [
        ("far", "@4102444800 +0100", "2100-01-01T01:00:00+01:00"),
        ("line", "@1704412800 +1400", "2024-01-05T14:00:00+14:00"),
        ("hills", "@1704412799 +0545", "2024-01-05T05:44:59+05:45"),
        ("west", "@1704412798 -1200", "2024-01-04T11:59:58-12:00"),
        ("dawn", "@1 +0000", "1970-01-01T00:00:01+00:00"),
    ];
    for (name, clock, _) in clocks {
        blog.write(&format!("posts/{name}.md"), words(name))
            .commit(clock, "Ann", "Write");
    }
    let listed: Vec<_> = blog.list();
    assert_eq!(listed.len(), clocks.len());
    for ((name, _, stated), post) in clocks.iter().zip(&listed) {
        assert_eq!(post["path"], format!("posts/{name}.md"));
        assert_eq!(&post["published"], stated);
        assert_eq!(
            (&post["scheduled"], &post["draft"]),
            (&json!(false), &json!(false))
        );
    }
    blog.serve().get("/far/").is(200).shows("2100");
}

#[test]
fn an_edit_dated_before_its_post_never_makes_it_updated_before_published() {
    let blog = blog();
    blog.write("posts/bees.md", words("wasps"))
        .commit("@1 +0000", "Ann", "Edit");
    let post = blog.listed("posts/bees.md");
    assert_eq!(
        (&post["published"], &post["updated"]),
        (&json!(MARCH), &json!(MARCH))
    );
    assert_eq!(post["contributors"], json!(["Ann"]));
}

#[test]
fn the_date_rule_can_be_the_committer_s() {
    let blog = blog();
    blog.write("byline.toml", "[provenance]\ndate = \"committer\"\n")
        .commit(MARCH, "Bob", "Choose the rule")
        .branch("topic")
        .write("posts/ants.md", words("ants"))
        .commit_by(("Cid", JANUARY), ("Dan", MAY), "Ants")
        .checkout("main")
        .merge("topic", JULY, "Bob");
    was(&blog, "posts/ants.md", MAY, "Cid", &[]);
    assert_eq!(blog.listed("posts/ants.md")["git"]["rule"], "committer");
}

#[test]
fn two_roots_joined_by_a_merge_leave_each_post_its_own_date() {
    let blog = blog();
    blog.git(&["checkout", "--quiet", "--orphan", "archive"]);
    blog.git(&["rm", "-r", "--quiet", "--force", "."]);
    for day in 10..21 {
        blog.write(&format!("posts/{day}.md"), words(&format!("day {day}")))
            .commit(&format!("2019-06-{day}T12:00:00+02:00"), "Eve", "Write");
    }
    blog.checkout("main").merge("archive", MAY, "Bob");
    was(
        &blog,
        "posts/14.md",
        "2019-06-14T12:00:00+02:00",
        "Eve",
        &[],
    );
    assert_eq!(blog.listed("posts/14.md")["git"]["rule"], "committer");
    was(&blog, "posts/bees.md", MARCH, "Bob", &[]);
    assert_eq!(blog.listed("posts/bees.md")["git"]["rule"], "landed");
}

#[test]
fn an_import_merged_from_another_root_goes_by_the_author_date() {
    let blog = blog();
    blog.git(&["checkout", "--quiet", "--orphan", "archive"]);
    blog.git(&["rm", "-r", "--quiet", "--force", "."]);
    for number in 0..12 {
        blog.write(&format!("posts/{number}.md"), words(&number.to_string()));
    }
    blog.commit_by(("Eve", JANUARY), ("Dan", MARCH), "Import")
        .checkout("main")
        .merge("archive", MAY, "Bob");
    was(&blog, "posts/7.md", JANUARY, "Eve", &[]);
    assert_eq!(blog.listed("posts/7.md")["git"]["rule"], "bulk");
}

#[test]
fn a_rename_that_takes_a_draft_s_name_off_publishes_it() {
    for draft in [
        "posts/ants_draft.md",
        "posts/ants.draft.md",
        "posts/_ants.md",
    ] {
        let blog = blog();
        blog.write(draft, words("ants"))
            .commit(MARCH, "Ann", "Begin");
        assert_eq!(blog.list().len(), 2, "{draft}");
        blog.mv(draft, "posts/ants.md")
            .commit(MAY, "Bob", "Publish");
        was(&blog, "posts/ants.md", MAY, "Ann", &[draft]);
    }
}

#[test]
fn posts_that_swapped_names_keep_their_own_dates_and_authors() {
    let blog = blog();
    blog.mv("posts/owls.md", "posts/swap.md")
        .mv("posts/bees.md", "posts/owls.md")
        .mv("posts/swap.md", "posts/bees.md")
        .commit(MAY, "Cid", "Swap");
    was(&blog, "posts/bees.md", JANUARY, "Ann", &["posts/owls.md"]);
    was(&blog, "posts/owls.md", MARCH, "Bob", &["posts/bees.md"]);
}

#[test]
fn a_renamed_folder_changes_no_date_also_when_its_posts_are_edited_at_once() {
    let blog = blog();
    for name in ["owls", "bees"] {
        blog.rm(&format!("posts/{name}.md"))
            .write(&format!("posts/animals/{name}.md"), words(name) + "More.\n");
    }
    blog.commit(MAY, "Cid", "Move and edit");
    was(
        &blog,
        "posts/animals/owls.md",
        JANUARY,
        "Ann",
        &["posts/owls.md"],
    );
    was(
        &blog,
        "posts/animals/bees.md",
        MARCH,
        "Bob",
        &["posts/bees.md"],
    );
    let post = blog.listed("posts/animals/owls.md");
    assert_eq!(post["updated"], MAY);
    assert_eq!(post["contributors"], json!(["Cid"]));
}

#[test]
fn renames_on_two_branches_are_both_followed_after_their_merge() {
    let blog = blog();
    blog.branch("topic")
        .mv("posts/owls.md", "posts/tawny.md")
        .commit(MARCH, "Cid", "Rename owls")
        .mv("posts/tawny.md", "posts/birds/strix.md")
        .commit(MARCH, "Cid", "And again")
        .checkout("main")
        .mv("posts/bees.md", "posts/apis.md")
        .commit(MAY, "Dan", "Rename bees")
        .write("posts/owls.md", words("owls") + "More.\n")
        .commit(MAY, "Dan", "Edit owls")
        .merge("topic", JULY, "Dan");
    // The mainline held the owls longer than the branch.
    let former = ["posts/owls.md", "posts/tawny.md"];
    was(&blog, "posts/birds/strix.md", JANUARY, "Ann", &former);
    was(&blog, "posts/apis.md", MARCH, "Bob", &["posts/bees.md"]);
    let owls = blog.listed("posts/birds/strix.md");
    assert_eq!(owls["contributors"], json!(["Dan"]));
    assert_eq!(owls["updated"], MAY);
    let server = blog.serve();
    let moved = server.get("/owls/").is(308);
    assert_eq!(moved.header("location"), Some("/strix/"));
    server.get("/tawny/").is(404);
}

#[test]
fn a_post_renamed_on_a_branch_and_edited_on_both_sides_keeps_date_and_address() {
    let blog = blog();
    blog.branch("topic")
        .rm("posts/owls.md")
        .write("posts/strix.md", words("owls") + "And feathers.\n")
        .commit(MARCH, "Cid", "Rename and edit owls")
        .checkout("main")
        .write(
            "posts/owls.md",
            "First of all.\n".to_owned() + &words("owls"),
        )
        .commit(MAY, "Dan", "Edit owls")
        .merge("topic", JULY, "Fay");
    was(&blog, "posts/strix.md", JANUARY, "Ann", &["posts/owls.md"]);
    let owls = blog.listed("posts/strix.md");
    // Both sides' lines are in it, as in no parent.
    assert_eq!(owls["contributors"], json!(["Cid", "Dan", "Fay"]));
    assert_eq!(
        (&owls["updated"], &owls["revisions"]),
        (&json!(JULY), &json!(4))
    );
    let moved = blog.serve().get("/owls/").is(308);
    assert_eq!(moved.header("location"), Some("/strix/"));
}

#[test]
fn a_copy_is_a_new_post_and_leaves_its_source_alone() {
    let blog = blog();
    blog.write("posts/copy.md", words("owls"))
        .commit(MAY, "Cid", "Copy");
    was(&blog, "posts/copy.md", MAY, "Cid", &[]);
    was(&blog, "posts/owls.md", JANUARY, "Ann", &[]);
}

#[test]
fn an_evil_merge_is_an_update_and_a_plain_one_is_none() {
    let blog = blog();
    blog.branch("topic")
        .write("posts/ants.md", words("ants"))
        .commit(MAY, "Cid", "Ants")
        .checkout("main");
    as_fay(&blog);
    blog.git(&["merge", "--quiet", "--no-ff", "--no-commit", "topic"]);
    blog.write("posts/owls.md", words("owls") + "Merged in.\n")
        .commit(JULY, "Dan", "Merge, and more");
    let owls = blog.listed("posts/owls.md");
    assert_eq!(
        (&owls["updated"], &owls["contributors"]),
        (&json!(JULY), &json!(["Dan"]))
    );
    let ants = blog.listed("posts/ants.md");
    assert_eq!(
        (&ants["updated"], &ants["contributors"]),
        (&json!(JULY), &json!([]))
    );
    was(&blog, "posts/ants.md", JULY, "Cid", &[]);
    assert_eq!(blog.listed("posts/bees.md")["updated"], MARCH);
}

#[test]
fn octopus_and_criss_cross_merges_give_each_post_to_its_writer_once() {
    let blog = blog();
    for (branch, who) in [("ants", "Cid"), ("moths", "Dan"), ("worms", "Eve")] {
        blog.git(&["checkout", "--quiet", "-b", branch, "main"]);
        blog.write(&format!("posts/{branch}.md"), words(branch))
            .commit(MAY, who, "Write");
    }
    blog.git(&["branch", "other", "ants"]);
    blog.checkout("ants").merge("moths", MAY, "Fay");
    blog.checkout("moths").merge("other", MAY, "Fay");
    blog.checkout("main").merge("ants", JULY, "Fay");
    blog.merge("moths", JULY, "Fay");
    blog.git(&["reset", "--quiet", "--hard", "HEAD~2"]);
    let tree = blog.git(&["merge-tree", "--write-tree", "ants", "worms"]);
    let octopus = ["commit-tree", &tree, "-m", "Merge"];
    let parents = ["-p", "main", "-p", "ants", "-p", "moths", "-p", "worms"];
    as_fay(&blog);
    let merge = blog.git(&[&octopus[..], &parents].concat());
    blog.git(&["reset", "--quiet", "--hard", &merge]);
    for (post, who) in [("ants", "Cid"), ("moths", "Dan"), ("worms", "Eve")] {
        let post = blog.listed(&format!("posts/{post}.md"));
        assert_eq!(post["authors"], json!([who]));
        assert_eq!(post["contributors"], json!([]));
        assert_eq!(post["revisions"], 1);
        assert_eq!(post["git"]["commit"], merge);
    }
}

#[test]
fn a_cherry_pick_publishes_by_its_own_date_and_the_later_merge_changes_nothing() {
    let blog = blog();
    blog.branch("topic")
        .write("posts/ants.md", words("ants"))
        .commit(MARCH, "Cid", "Ants")
        .checkout("main");
    blog.git(&["cherry-pick", "--no-commit", "topic"]);
    blog.commit_by(("Cid", MARCH), ("Dan", MAY), "Ants")
        .merge("topic", JULY, "Bob");
    let post = blog.listed("posts/ants.md");
    was(&blog, "posts/ants.md", MAY, "Cid", &[]);
    assert_eq!(post["updated"], MAY);
    assert_eq!(post["contributors"], json!([]));
}

#[test]
fn a_revert_is_an_update_and_a_reverted_removal_is_none() {
    let blog = blog();
    blog.write("posts/owls.md", words("owls") + "More.\n")
        .commit(MARCH, "Cid", "Edit");
    blog.git(&["revert", "--no-commit", "HEAD"]);
    blog.commit(MAY, "Dan", "Revert");
    let owls = blog.listed("posts/owls.md");
    assert_eq!(
        (&owls["updated"], &owls["published"]),
        (&json!(MAY), &json!(JANUARY))
    );
    assert_eq!(owls["contributors"], json!(["Cid", "Dan"]));
    blog.rm("posts/bees.md").commit(MAY, "Dan", "Remove");
    blog.git(&["revert", "--no-commit", "HEAD"]);
    blog.commit(JULY, "Dan", "Revert the removal");
    was(&blog, "posts/bees.md", MARCH, "Bob", &[]);
    assert_eq!(blog.listed("posts/bees.md")["updated"], MARCH);
}

#[test]
fn co_authors_count_in_every_spelling_that_occurs_and_without_their_addresses() {
    let blog = Blog::new();
    blog.write("byline.toml", "[provenance]\nexclude = [\"*[bot]\"]\n")
        .write("posts/a.md", "A.\n")
        .commit(
            MAY,
            "Ann",
            "Add\n\nCo-authored-by: not-yet <not@mail.invalid>\n\nBody.\n\n\
             Co-authored-by: Bob <bob@mail.invalid>\nCo-Authored-By: Cid Lee <cid@mail.invalid>\n\n  \
             Co-Authored-By: Dan <dan@mail.invalid>\n\nSigned-off-by: Zed <zed@mail.invalid>\n\
             CO-AUTHORED-BY:Eve<eve@mail.invalid>\nCo-authored-by : Fay <fay@mail.invalid> (text)\n\
             co-authored-by: Gil\nCo-authored-by: hal@mail.invalid\n\
             Co-authored-by: Bob <bob@mail.invalid>\nCo-authored-by: Ann <ann@mail.invalid>\n\
             Co-authored-by: tidy[bot] <tidy@mail.invalid>\nCo-authored-by:",
        );
    let post = blog.listed("posts/a.md");
    let expected = ["Ann", "Bob", "Cid Lee", "Dan", "Eve", "Fay", "Gil", "hal"];
    assert_eq!(post["authors"], json!(expected));
    assert_eq!(post["contributors"], Value::Array(Vec::new()));
}
