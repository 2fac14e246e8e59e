//! The pages of a post's past: who may see what of it, and where each published text stays.

use crate::harness::{Blog, Response, Server, patiently};

const FULL: &str = "[provenance]\nhistory = \"full\"\n";
const JANUARY: &str = "2024-01-05T09:00:00+01:00";
const MARCH: &str = "2024-03-05T09:00:00+01:00";
const MAY: &str = "2024-05-05T09:00:00+02:00";
const JULY: &str = "2024-07-05T09:00:00+02:00";

/// A blog with these settings, on which a post was drafted, published and edited; and the commits.
fn edited(settings: &str) -> (Blog, [String; 3]) {
    let blog = Blog::new();
    let site = "[site]\ntitle = \"Animals\"\nbase_url = \"https://blog.example\"\n";
    blog.write("byline.toml", format!("{site}{settings}"))
        .write(
            "posts/owls.md",
            "---\ndraft: true\n---\n# Owls\n\nOwls are secret.\n",
        )
        .commit(JANUARY, "Ann", "Sketch owls");
    let draft = blog.head();
    blog.write("posts/owls.md", "# Owls\n\nOwls hoot by day.\n")
        .commit(MARCH, "Ann", "Publish owls");
    let first = blog.head();
    blog.write("posts/owls.md", "# Owls\n\nOwls hoot by night.\n")
        .commit(
            MAY,
            "Bob",
            "Correct the <script>alert(1)</script> hour\n\nCo-authored-by: Cid <cid@mail.invalid>",
        );
    let second = blog.head();
    (blog, [draft, first, second])
}

fn at(post: &str, id: &str) -> String {
    format!("{post}@{}/", &id[..7])
}

/// The answer once what is published has been looked through.
fn settled(server: &Server, path: &str) -> Response {
    patiently(&format!("{path} is not busy"), || {
        Some(server.get(path)).filter(|answer| answer.status != 503)
    })
}

#[test]
fn by_default_nothing_of_the_past_is_shown() {
    let (blog, [_, first, _]) = edited("");
    let server = blog.serve();
    settled(&server, "/owls/@/").is(404);
    settled(&server, &at("/owls/", &first)).is(404);
    server.get("/owls/").is(200).hides("/owls/@");
}

#[test]
fn a_summary_says_who_changed_a_post_when_and_shows_no_text_of_before() {
    let (blog, [_, first, second]) = edited("[provenance]\nhistory = \"summary\"\n");
    let server = blog.serve();
    let list = settled(&server, "/owls/@/").is(200);
    let list = list
        .shows("Publish owls")
        .shows("Bob, Cid")
        .shows("5 May 2024")
        .shows("Correct the &lt;script&gt;alert(1)&lt;/script&gt; hour")
        .hides("<script>alert")
        .hides("mail.invalid")
        .hides("Sketch")
        .hides("/owls/@");
    assert_eq!(list.header("x-robots-tag"), Some("noindex"));
    settled(&server, &at("/owls/", &first)).is(404);
    settled(&server, &at("/owls/", &second)).is(404);
    let post = server.get("/owls/").is(200);
    post.shows("<a href=\"/owls/@/\">History</a>")
        .shows("edited once by Bob, Cid, <time");
}

#[test]
fn each_published_text_stays_under_its_commit_with_the_words_that_changed() {
    let (blog, [draft, first, second]) = edited(FULL);
    let remote = blog.bare();
    for server in [blog.serve(), remote.serve_with(&["--poll", "0"])] {
        let list = settled(&server, "/owls/@/").is(200);
        let (old, new) = (at("/owls/", &first), at("/owls/", &second));
        list.shows(&format!("href=\"{old}\""))
            .shows(&format!("href=\"{new}\""))
            .hides(&draft[..7]);
        let page = settled(&server, &old).is(200);
        let page = page
            .shows("Owls hoot by day.")
            .shows("<link rel=\"canonical\" href=\"https://blog.example/owls/\">")
            .shows("<meta name=\"robots\" content=\"noindex\">")
            .hides("What changed")
            .hides("secret");
        assert_eq!(page.header("x-robots-tag"), Some("noindex"));
        let page = settled(&server, &new).is(200);
        let text = page.shows("Owls hoot by night.").text();
        let marked = |mark: &str| {
            let (_, rest) = text.split_once(&format!("<{mark}>")).expect(mark);
            rest.split(&format!("</{mark}>")).next().unwrap().to_owned()
        };
        assert!(marked("del").contains("day") && marked("ins").contains("night"));
        settled(&server, &at("/owls/", &draft)).is(404);
        for elsewhere in ["/sitemap.xml", "/atom.xml", "/feed.json", "/"] {
            server.get(elsewhere).is(200).hides("/owls/@");
        }
    }
}

#[test]
fn a_page_of_the_past_is_answered_like_any_page() {
    let (blog, [_, first, _]) = edited(FULL);
    let remote = blog.bare();
    let server = remote.serve();
    let address = at("/owls/", &first);
    let page = settled(&server, &address).is(200);
    let etag = page.header("etag").unwrap();
    server
        .ask("GET", &address, &[("If-None-Match", etag)])
        .is(304);
    let zipped = server.ask("GET", &address, &[("Accept-Encoding", "gzip")]);
    assert_eq!(zipped.is(200).header("content-encoding"), Some("gzip"));
    assert_eq!(server.ask("HEAD", &address, &[]).is(200).body, b"");
    server.ask("POST", &address, &[]).is(405);
    let leads = |from: &str, to: &str| {
        assert_eq!(server.get(from).is(308).header("location"), Some(to));
    };
    leads(&format!("/owls/@{first}/"), &address);
    leads(&format!("/owls/@{}", &first[..9]), &address);
    leads("/owls/@", "/owls/@/");
    for nowhere in ["/owls/@123456/", "/owls/@0000000/", "/cats/@/", "/@/"] {
        server.get(nowhere).is(404);
    }
}

#[test]
fn front_matter_says_otherwise_for_one_post() {
    let (blog, _) = edited("");
    blog.write("posts/cats.md", "---\nhistory: full\n---\nCats sleep.\n")
        .write("posts/dogs.md", "---\nhistory: offf\n---\nDogs bark.\n")
        .commit(JULY, "Ann", "Add");
    let id = blog.head();
    let server = blog.serve();
    settled(&server, &at("/cats/", &id)).is(200);
    settled(&server, "/dogs/@/").is(404);
    settled(&server, "/owls/@/").is(404);
    let errors = blog.check()["errors"].to_string();
    assert!(errors.contains("`off`, `summary` or `full`"), "{errors}");
}

#[test]
fn what_was_taken_back_stays_taken_back() {
    let (blog, [_, first, second]) = edited(FULL);
    let text = "---\ndraft: true\n---\n# Owls\n\nOwls hoot.\n";
    blog.write("posts/owls.md", text)
        .commit(JULY, "Ann", "Take back");
    let back = blog.head();
    let server = blog.serve();
    for id in [&first, &second, &back] {
        settled(&server, &at("/owls/", id)).is(404);
    }
    server.get("/owls/@/").is(404);
    blog.write("posts/owls.md", "# Owls\n\nOwls hoot again.\n")
        .commit(JULY, "Ann", "Publish again");
    let again = blog.head();
    server.eventually_is(&at("/owls/", &again), 200);
    server.get(&at("/owls/", &back)).is(404);
}

#[test]
fn a_scheduled_text_is_shown_only_if_it_came_due() {
    let (blog, _) = edited(FULL);
    let text = |date: &str, words: &str| format!("---\ndate: {date}\n---\n# Cats\n\n{words}\n");
    blog.write("posts/cats.md", text("2024-06-01", "Too early."))
        .commit(MARCH, "Ann", "Plan");
    let planned = blog.head();
    blog.write("posts/cats.md", text("2024-04-01", "In time."))
        .commit(MAY, "Ann", "Bring forward");
    let seen = blog.head();
    let server = blog.serve();
    settled(&server, &at("/cats/", &seen)).is(200);
    server.get(&at("/cats/", &planned)).is(404);
    settled(&server, "/cats/@/").is(200).hides("Plan");
}

#[test]
fn what_a_branch_mended_before_its_merge_was_never_published() {
    let (blog, _) = edited(FULL);
    blog.branch("cats")
        .write("posts/cats.md", "Cats, and the name of my employer.\n")
        .commit(MARCH, "Ann", "Write of cats");
    let told = blog.head();
    blog.write("posts/cats.md", "Cats.\n")
        .commit(MAY, "Ann", "Say less");
    let less = blog.head();
    blog.checkout("main").merge("cats", JULY, "Bob");
    let server = blog.serve();
    settled(&server, &at("/cats/", &less))
        .is(200)
        .shows("Cats.");
    settled(&server, "/cats/@/").is(200).hides("Write of cats");
    server.get(&at("/cats/", &told)).is(404);
}

#[test]
fn a_renamed_post_keeps_its_past_and_the_old_addresses_lead_there() {
    let (blog, [_, first, _]) = edited(FULL);
    blog.mv("posts/owls.md", "posts/strix.md")
        .commit(JULY, "Ann", "Rename");
    let server = blog.serve();
    let address = at("/strix/", &first);
    settled(&server, &address)
        .is(200)
        .shows("Owls hoot by day.");
    let moved = settled(&server, &at("/owls/", &first)).is(308);
    assert_eq!(moved.header("location"), Some(address.as_str()));
}

#[test]
fn links_and_pictures_of_an_old_text_still_lead_somewhere() {
    let (blog, _) = edited(FULL);
    blog.write(
        "posts/cats/index.md",
        "![A cat](cat.png) [owls](../owls.md)\n",
    )
    .write("posts/cats/cat.png", "pixels")
    .commit(MAY, "Ann", "Add");
    let id = blog.head();
    blog.mv("posts/cats", "posts/felines")
        .commit(JULY, "Ann", "Rename");
    let server = blog.serve();
    settled(&server, &at("/felines/", &id))
        .is(200)
        .shows("src=\"/felines/cat.png\"")
        .shows("href=\"/owls/\"");
}

#[test]
fn a_force_push_drops_what_it_left_behind() {
    let (blog, [_, first, second]) = edited(FULL);
    let remote = blog.bare();
    let server = remote.serve();
    settled(&server, &at("/owls/", &second)).is(200);
    blog.git(&["reset", "--quiet", "--hard", &first]);
    blog.write("posts/owls.md", "# Owls\n\nOwls hoot at dusk.\n")
        .commit(JULY, "Ann", "Correct otherwise");
    remote.push();
    server.rebuilt();
    settled(&server, &at("/owls/", &blog.head())).is(200);
    server.get(&at("/owls/", &second)).is(404);
}

#[test]
fn a_static_export_has_no_such_pages_and_no_links_to_them() {
    let (blog, _) = edited(FULL);
    blog.byline(&["build"]).succeeds();
    let page = std::fs::read_to_string(blog.dir().join("public/owls/index.html")).unwrap();
    assert!(page.contains("by night") && !page.contains("/owls/@"));
    assert!(!blog.dir().join("public/owls/@").exists());
}
