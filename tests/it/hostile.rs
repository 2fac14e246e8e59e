//! Content made to do harm: each leaves the good posts served, the process alive, and a diagnostic
//! that says what was left out and why.

use serde_json::Value;

use crate::harness::{Blog, Server, crawl};

const DATE: &str = "2024-03-01T12:00:00+00:00";

/// Serves the blog as it was before, pushes what was committed since, and asserts that the good
/// posts are still there.
fn serve(blog: &Blog) -> (Server, Value) {
    let remote = blog.bare();
    remote.rewind();
    let mut server = remote.serve();
    remote.push();
    let build = server.rebuilt();
    assert_eq!(build["commit"], blog.head());
    server.get("/cats/").is(200).shows("Cats sleep all day.");
    server.get("/dogs/").is(200).shows("Dogs bark at night.");
    assert!(server.lives());
    (server, build)
}

/// Asserts that the build says something about a path.
fn named(build: &Value, path: &str) {
    let told = format!("{}{}", build["errors"], build["warnings"]);
    assert!(told.contains(path), "nothing about `{path}` in {build:#}");
}

#[test]
fn a_symbolic_link_is_reported_and_not_followed() {
    let blog = Blog::of_two_posts();
    for name in ["posts/passwd.md", "passwd.txt", "posts/bundle"] {
        std::os::unix::fs::symlink("/etc/passwd", blog.dir().join(name)).unwrap();
    }
    blog.commit(DATE, "Mallory", "Link");
    let (server, build) = serve(&blog);
    named(&build, "posts/passwd.md");
    named(&build, "passwd.txt");
    for server in [server, blog.serve()] {
        let guesses = [
            "/passwd/",
            "/passwd.txt",
            "/posts/passwd.md",
            "/bundle",
            "/bundle/",
        ];
        for (path, answer) in crawl(&server, &guesses) {
            assert!(!answer.text().contains("root:"), "{path}");
        }
    }
}

#[test]
fn a_folder_linked_out_of_the_working_tree_is_not_read() {
    let blog = Blog::of_two_posts();
    let outside = blog.home().join("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("secret.md"), "# Secret\n\nxyzzy\n").unwrap();
    std::os::unix::fs::symlink(&outside, blog.dir().join("posts/linked")).unwrap();
    let server = blog.serve();
    server.get("/cats/").is(200);
    for (path, answer) in crawl(&server, &["/secret/", "/linked/secret/"]) {
        assert!(!answer.text().contains("xyzzy"), "{path}");
    }
}

#[test]
fn a_path_that_climbs_out_of_the_tree_is_refused_by_name() {
    let blog = Blog::of_two_posts();
    let blob = blog.git_with(&["hash-object", "-w", "--stdin"], "# Out\n\nxyzzy\n");
    let leaf = blog.git_with(&["mktree"], format!("100644 blob {blob}\tescape.md\n"));
    let posts = blog.git(&["ls-tree", "HEAD:posts"]);
    let posts = blog.git_with(
        &["mktree"],
        format!("{posts}\n040000 tree {leaf}\t..\n100644 blob {blob}\t.git\n"),
    );
    let root = blog.git(&["ls-tree", "HEAD"]);
    let kept: Vec<&str> = root
        .lines()
        .filter(|line| !line.ends_with("\tposts"))
        .collect();
    let root = format!(
        "{}\n040000 tree {posts}\tposts\n040000 tree {leaf}\t..\n",
        kept.join("\n")
    );
    let tree = blog.git_with(&["mktree"], root);
    let commit = format!(
        "tree {tree}\nparent {}\nauthor Mallory <m@mail.invalid> 1709294400 +0000\n\
         committer Mallory <m@mail.invalid> 1709294400 +0000\n\nClimb\n",
        blog.head()
    );
    let commit = blog.git_with(&["hash-object", "-t", "commit", "-w", "--stdin"], commit);
    blog.git(&["update-ref", "refs/heads/main", &commit]);
    let (server, build) = serve(&blog);
    named(&build, "..");
    for (path, answer) in crawl(&server, &["/escape/", "/../escape.md", "/escape.md"]) {
        assert!(!answer.text().contains("xyzzy"), "{path}");
    }
    assert!(!blog.home().join("escape.md").exists());
}

#[test]
fn templates_that_include_one_another_in_a_circle_are_refused_before_rendering() {
    let told = refused_theme(&[
        ("theme/partials/a.hbs", "{{> partials/b}}"),
        ("theme/partials/b.hbs", "{{> partials/c}}"),
        ("theme/partials/c.hbs", "{{> partials/a}}"),
        ("theme/post.hbs", "{{> partials/a}}"),
    ]);
    assert!(told.contains("circle"), "{told}");
}

#[test]
fn a_template_nested_five_thousand_deep_is_refused_before_it_is_compiled() {
    let deep = "{{#if post}}".repeat(5_000) + "x" + &"{{/if}}".repeat(5_000);
    let told = refused_theme(&[("theme/post.hbs", &deep)]);
    assert!(told.contains("nested"), "{told}");
}

#[test]
fn a_partial_chosen_at_run_time_is_refused() {
    refused_theme(&[("theme/post.hbs", "{{> (lookup post \"title\")}}")]);
}

#[test]
fn a_template_whose_page_grows_without_end_is_stopped() {
    let list = "{{#each @root.site.menu}}";
    let text = "All work and no play. ".repeat(500);
    let template = list.repeat(8) + &text + &"{{/each}}".repeat(8);
    let menu = "menu = [".to_owned() + &"{ name = \"a\", url = \"/\" },".repeat(10) + "]";
    let told = refused_theme(&[
        ("byline.toml", &format!("[site]\n{menu}\n")),
        ("theme/post.hbs", &template),
    ]);
    assert!(told.contains("larger"), "{told}");
}

/// A theme that can't be used: the site from before it stays. What is said of it is returned.
fn refused_theme(files: &[(&str, &str)]) -> String {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let mut server = remote.serve();
    for (path, text) in files {
        blog.write(path, text);
    }
    blog.commit(DATE, "Mallory", "Change the theme");
    remote.push();
    let build = server.rebuilt();
    assert_eq!(build["state"], "failed", "{build:#}");
    let told = format!("{}{}", build["reason"], build["errors"]);
    assert!(told.contains(".hbs"), "{told}");
    assert!(server.lives());
    server.get("/cats/").is(200).shows("Cats sleep all day.");
    told
}

#[test]
fn a_blob_of_two_hundred_megabytes_is_left_out() {
    let blog = Blog::of_two_posts();
    for name in ["huge.bin", "posts/huge.md"] {
        let file = std::fs::File::create(blog.dir().join(name)).unwrap();
        file.set_len(200 << 20).unwrap();
    }
    blog.commit(DATE, "Mallory", "Add nothing, at length");
    let (server, build) = serve(&blog);
    named(&build, "huge.bin");
    named(&build, "posts/huge.md");
    server.get("/huge.bin").is(404);
    server.get("/huge/").is(404);
}

#[test]
fn five_megabytes_of_nested_quotes_are_left_out() {
    let blog = Blog::of_two_posts();
    blog.write("posts/quotes.md", "> ".repeat(5 << 19))
        .commit(DATE, "Mallory", "Quote");
    let (_server, build) = serve(&blog);
    named(&build, "posts/quotes.md");
}

#[test]
fn markdown_nested_as_deep_as_a_post_may_be_long_harms_nobody() {
    let blog = Blog::of_two_posts();
    for (name, piece) in [
        ("quotes", "> "),
        ("lists", "* "),
        ("links", "["),
        ("emphasis", "*a_ "),
    ] {
        let text = format!("# Deep\n\n{}\n", piece.repeat(60_000));
        blog.write(&format!("posts/{name}.md"), text);
    }
    blog.commit(DATE, "Mallory", "Nest");
    serve(&blog);
}

#[test]
fn an_author_named_like_a_script_is_shown_as_text() {
    let blog = Blog::of_two_posts();
    let script = "<script>alert(1)</script>";
    blog.write(
        "posts/stated.md",
        format!("---\nauthor: '{script}'\n---\nStated.\n"),
    )
    .write(
        "posts/titled.md",
        format!("---\ntitle: '{script}'\ntags: ['{script}']\n---\nT.\n"),
    )
    .commit(DATE, "\"><img src=x onerror=alert(1)", "Write");
    let tree = blog.git(&["rev-parse", "HEAD^{tree}"]);
    let raw = format!(
        "tree {tree}\nauthor {script} <x@mail.invalid> 1709294400 +0000\n\
         committer {script} <x@mail.invalid> 1709294400 +0000\n\nWrite\n"
    );
    let root = blog.git_with(
        &[
            "hash-object",
            "-t",
            "commit",
            "-w",
            "--stdin",
            "--literally",
        ],
        raw,
    );
    blog.git(&["update-ref", "refs/heads/main", &root]);
    let (server, _) = serve(&blog);
    server.get("/stated/").is(200).shows("alert(1)");
    for (path, answer) in crawl(&server, &["/stated/", "/titled/"]) {
        let kind = answer.header("content-type").unwrap_or_default();
        if kind.contains("html") || kind.contains("xml") {
            assert!(
                !answer.text().contains("<script>alert"),
                "{path}: {}",
                answer.text()
            );
            assert!(
                !answer.text().contains("<img src=x"),
                "{path}: {}",
                answer.text()
            );
        }
    }
}

#[test]
fn a_script_in_json_for_machines_does_not_end_the_element_it_stands_in() {
    let blog = Blog::of_two_posts();
    blog.write(
        "posts/ld.md",
        "---\ntitle: '</script><script>alert(2)</script>'\n---\nText.\n",
    )
    .commit(DATE, "Mallory", "Write");
    blog.serve().get("/ld/").is(200).hides("<script>alert(2)");
}

#[test]
fn an_endless_front_matter_is_an_error_of_that_post_alone() {
    let blog = Blog::of_two_posts();
    let bomb = "---\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\n\
                c: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\n\
                e: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\n\
                title: *f\n---\nBomb.\n";
    let deep = format!("---\ntitle: {}\n---\nDeep.\n", "[".repeat(20_000));
    blog.write("posts/bomb.md", bomb)
        .write("posts/deep.md", deep)
        .write("posts/json.md", format!("{{\"a\": {}", "[".repeat(20_000)))
        .commit(DATE, "Mallory", "Write");
    let (_server, build) = serve(&blog);
    for path in ["posts/bomb.md", "posts/deep.md"] {
        named(&build, path);
    }
}

#[test]
fn a_submodule_is_reported_and_not_followed() {
    let blog = Blog::of_two_posts();
    let entry = format!("160000,{},posts/module", blog.head());
    blog.git(&["update-index", "--add", "--cacheinfo", &entry]);
    blog.git(&[
        "-c",
        "user.name=Mallory",
        "-c",
        "user.email=m@mail.invalid",
        "commit",
        "-qm",
        "x",
    ]);
    let (_server, build) = serve(&blog);
    named(&build, "posts/module");
}
