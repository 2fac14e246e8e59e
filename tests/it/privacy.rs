//! No address of anyone who commits is in anything that is served or written.

use std::collections::BTreeMap;

use crate::harness::{Blog, crawl, files_under};

/// A blog in whose history addresses stand in every place git has for one.
fn blog() -> Blog {
    let blog = Blog::of_two_posts();
    blog.write("posts/owls.md", "# Owls\n\nOwls hoot.\n").commit_by(
        ("Cid", "2024-03-01T12:00:00+00:00"),
        ("Dan", "2024-03-02T12:00:00+00:00"),
        "Add owls\n\nCo-authored-by: Eve <eve@mail.invalid>\nSigned-off-by: Dan <dan@mail.invalid>",
    );
    blog.write(".mailmap", "Cid Lee <cid@mail.invalid>\n")
        .write("posts/owls.md", "# Owls\n\nOwls hoot at night.\n")
        .commit("2024-03-03T12:00:00+00:00", "fay@mail.invalid", "Mend");
    blog
}

fn holds_an_address(text: &str) -> bool {
    text.contains("mail.invalid")
}

#[test]
fn no_page_feed_or_json_holds_an_address_taken_from_a_commit() {
    let blog = blog();
    let remote = blog.bare();
    let server = remote.serve();
    let build = server.rebuilt();
    let status = format!("/-/builds/{}", build["id"].as_str().unwrap());
    for server in [&server, &blog.serve()] {
        let seen = crawl(
            server,
            &[&status, "/.mailmap", "/owls/", "/authors/cid-lee/"],
        );
        assert!(seen["/owls/"].text().contains("Owls hoot at night."));
        let telling: BTreeMap<_, _> = seen
            .iter()
            .filter(|(_, answer)| {
                holds_an_address(&answer.text()) || holds_an_address(&answer.head())
            })
            .collect();
        assert!(telling.is_empty(), "{:?}", telling.keys());
    }
}

#[test]
fn what_build_writes_and_list_why_and_check_say_holds_none_either() {
    let blog = blog();
    let out = blog.home().join("out");
    blog.byline(&["build", "--out", out.to_str().unwrap()])
        .succeeds();
    let files = files_under(&out);
    assert!(files.contains_key("owls/index.html"), "{:?}", files.keys());
    for (name, bytes) in files {
        assert!(
            !holds_an_address(&String::from_utf8_lossy(&bytes)),
            "{name}"
        );
    }
    let listed = blog.byline(&["list", "--json"]).succeeds().out;
    assert!(listed.contains("Cid Lee"));
    assert!(!holds_an_address(&listed), "{listed}");
    for flags in [&["-vv"][..], &["--json"]] {
        let told = blog.byline(&[&["why", "posts/owls.md"], flags].concat());
        let told = told.succeeds();
        assert!(told.out.contains("Cid Lee") && told.out.contains("fay"));
        assert!(!holds_an_address(&told.out), "{}", told.out);
        assert!(!holds_an_address(&told.err), "{}", told.err);
    }
    assert!(!holds_an_address(&blog.check().to_string()));
}
