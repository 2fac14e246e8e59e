//! What a blog says of itself to programs: structured data, and files at addresses of their own.

use serde_json::Value;

use crate::harness::{Blog, Built, Response, Xml};

const DAY: &str = "2024-01-01T09:00:00+01:00";

/// The items of a page's JSON-LD.
fn data(page: &Response) -> Vec<Value> {
    let text = page.text();
    let (_, rest) = text
        .split_once("<script type=\"application/ld+json\">")
        .unwrap();
    let (json, _) = rest.split_once("</script>").unwrap();
    let found: Value = serde_json::from_str(json).unwrap();
    assert_eq!(found["@context"], "https://schema.org");
    found["@graph"].as_array().unwrap().clone()
}

#[test]
fn a_post_says_who_wrote_it_when_and_where_it_stands() {
    let blog = Blog::of_two_posts();
    blog.write(
        "posts/odd.md",
        "---\ntitle: '</script><b>'\ntags: [a, b]\n---\nOne two.\n",
    )
    .commit(DAY, "Ann", "Add");
    let server = blog.serve();
    let found = data(&server.get("/odd/").is(200));
    let posting = &found[0];
    assert_eq!(posting["@type"], "BlogPosting");
    assert_eq!(posting["headline"], "</script><b>");
    assert_eq!(posting["url"], "https://blog.example/odd/");
    assert_eq!(posting["datePublished"], DAY);
    assert_eq!(posting["author"][0]["name"], "Ann");
    assert_eq!(
        posting["author"][0]["url"],
        "https://blog.example/authors/ann/"
    );
    assert_eq!(posting["keywords"], serde_json::json!(["a", "b"]));
    assert_eq!(posting["wordCount"], 2);
    assert_eq!(found[1]["itemListElement"][1]["item"], posting["url"]);
    assert_eq!(data(&server.get("/"))[0]["@type"], "WebSite");
    assert_eq!(
        data(&server.get("/authors/ann/"))[0]["mainEntity"]["name"],
        "Ann"
    );
}

#[test]
fn an_answer_is_a_question_with_its_answer() {
    let blog = Blog::new();
    blog.write(
        "posts/q.md",
        "---\nquestion: Why *git*?\nasked_by: A reader\n---\nBecause.\n",
    )
    .commit(DAY, "Bob", "Answer");
    let found = data(&blog.serve().get("/q/").is(200));
    let question = &found[0]["mainEntity"];
    assert_eq!(found[0]["@type"], "QAPage");
    assert_eq!(question["author"]["name"], "A reader");
    assert_eq!(question["acceptedAnswer"]["text"], "Because.");
    assert_eq!(question["acceptedAnswer"]["author"][0]["name"], "Bob");
}

#[test]
fn files_that_programs_look_for_are_there_and_a_file_of_the_blog_stands_above_them() {
    let blog = Blog::of_two_posts();
    let server = blog.serve();
    let manifest: Value =
        serde_json::from_str(&server.get("/site.webmanifest").is(200).text()).unwrap();
    for icon in manifest["icons"].as_array().unwrap() {
        server.get(icon["src"].as_str().unwrap()).is(200);
    }
    let icon = server.get("/favicon.ico").is(200);
    assert_eq!(icon.header("content-type"), Some("image/x-icon"));
    server.get("/.well-known/security.txt").is(404);
    let list = Xml::parse(&server.get("/authors.opml").is(200).text());
    let feeds = list.attributes("opml/body/outline", "xmlUrl");
    assert_eq!(feeds.len(), 2, "{feeds:?}");
    for feed in feeds {
        server
            .get(feed.strip_prefix("https://blog.example").unwrap())
            .is(200);
    }
    drop(server);
    blog.write("site.webmanifest", "{}")
        .commit(DAY, "Ann", "Own");
    assert_eq!(Built::cold(&blog).files["site.webmanifest"], b"{}");
    assert_eq!(blog.check()["warnings"], serde_json::json!([]));
}

#[test]
fn whom_to_tell_of_a_weakness_is_said_where_it_is_set() {
    let blog = Blog::new();
    let set = |security: &str| {
        let text = format!("[site]\nbase_url = \"https://blog.example\"\n[security]\n{security}\n");
        blog.write("byline.toml", text);
    };
    set(
        "contact = [\"mailto:ann@blog.example\"]\nexpires = 2027-06-01T00:00:00Z\nlanguages = [\"en\", \"de\"]",
    );
    let answer = blog.serve().get("/.well-known/security.txt").is(200);
    assert!(
        answer
            .header("content-type")
            .unwrap()
            .starts_with("text/plain")
    );
    assert_eq!(
        answer.text(),
        "Contact: mailto:ann@blog.example\nExpires: 2027-06-01T00:00:00Z\nPreferred-Languages: en, de\n\
         Canonical: https://blog.example/.well-known/security.txt\n"
    );
    for (wrong, said) in [
        (
            "contact = [\"ann@blog.example\"]\nexpires = 2027-06-01T00:00:00Z",
            "no way to reach you",
        ),
        ("expires = 2027-06-01T00:00:00Z", "names nobody"),
        ("contact = [\"tel:+1\"]", "until when"),
        ("contact = [\"tel:+1\"]\nexpires = 2027-06-01", "until when"),
        (
            "contact = [\"tel:+1\"]\nexpires = 2027-06-01T00:00:00Z\npolicy = \"/p/\"",
            "no address of a page",
        ),
    ] {
        set(wrong);
        blog.byline(&["check"]).exits(2).says(said);
    }
}

#[test]
fn feeds_name_the_hub_that_is_set() {
    let blog = Blog::of_two_posts();
    blog.write(
        "byline.toml",
        "[site]\nbase_url = \"https://blog.example\"\n[feed]\nhub = \"https://hub.example/\"\n",
    );
    let server = blog.serve();
    for path in ["/atom.xml", "/rss.xml", "/authors/ann/atom.xml"] {
        server
            .get(path)
            .shows("rel=\"hub\" href=\"https://hub.example/\"");
    }
    let feed: Value = serde_json::from_str(&server.get("/feed.json").text()).unwrap();
    assert_eq!(feed["hubs"][0]["url"], "https://hub.example/");
}

#[test]
fn a_security_txt_that_has_expired_is_told_by_the_last_change_and_not_by_the_clock() {
    let blog = Blog::of_two_posts();
    for (expires, told) in [("2024-02-03T10:30:00Z", 0), ("2024-02-03T10:29:59Z", 1)] {
        blog.write(
            "byline.toml",
            format!("[security]\ncontact = [\"tel:+1\"]\nexpires = {expires}\n"),
        );
        let warnings = blog.check()["warnings"].clone();
        let codes = warnings
            .as_array()
            .unwrap()
            .iter()
            .map(|found| found["code"].clone());
        let expected: Vec<Value> = vec!["security-expired".into(); told];
        assert_eq!(codes.collect::<Vec<_>>(), expected);
    }
}

#[test]
fn previews_name_language_and_account_and_people_have_cards() {
    let blog = Blog::of_two_posts();
    blog.write(
        "byline.toml",
        "[site]\nlanguage = \"pt-BR\"\n[authors.ann]\nfediverse = \"@ann@social.example\"\n",
    );
    let server = blog.serve();
    let account = "<meta name=\"fediverse:creator\" content=\"@ann@social.example\">";
    server
        .get("/cats/")
        .shows(account)
        .shows("<meta property=\"og:locale\" content=\"pt_BR\">");
    assert!(!server.get("/dogs/").text().contains("fediverse"));
    server
        .get("/authors/ann/")
        .shows("<data class=\"u-url u-uid\" value=\"/authors/ann/\">");
    server
        .get("/")
        .shows("class=\"p-name u-url u-uid\" href=\"/\"");
}
