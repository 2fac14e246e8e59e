//! Kinds of posts: what each looks like on its page, in the stream and in the feeds.

use crate::harness::{Blog, Xml};

const DAY: &str = "2024-01-01T09:00:00+01:00";

/// A picture of one pixel.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\0\0\0;";

/// A blog of one post at `/it/`.
fn post(text: &str) -> Blog {
    let blog = Blog::new();
    blog.write("posts/it.md", text)
        .write("talk.mp3", [0; 1234])
        .write("talk.mp4", [0; 4321])
        .write("talk.vtt", "WEBVTT\n")
        .write("talk.txt", "Hello.\n")
        .write("still.gif", GIF)
        .write(
            "byline.toml",
            "[site]\nbase_url = \"https://blog.example\"\n",
        )
        .commit(DAY, "Bob", "Write");
    blog
}

#[test]
fn a_chat_is_a_list_of_speakers_and_what_they_say() {
    let blog =
        post("---\nkind: chat\n---\nAnn: Where is *it*?\nBob: Behind the [shed](missing.md).\n");
    let server = blog.serve();
    for path in ["/it/", "/"] {
        let page = server.get(path).is(200);
        let page = page.shows("kind-chat").shows("<dt>Ann:</dt>");
        assert_eq!(page.text().matches("<dl>").count(), 1, "{path}");
    }
    server.get("/atom.xml").shows("&lt;dt&gt;Ann:&lt;/dt&gt;");
    let found = &blog.check()["warnings"][0];
    assert_eq!(
        (&found["code"], &found["line"]),
        (&"broken-link".into(), &5.into())
    );
}

#[test]
fn an_answer_names_who_asked_and_who_committed_it() {
    let blog = post(
        "---\ntitle: \"\"\nquestion: Why *git*?\nasked_by: A reader\nasked_by_url: https://reader.example\n---\nBecause.\n",
    );
    let server = blog.serve();
    for path in ["/it/", "/"] {
        let page = server.get(path).is(200);
        let page = page.shows("Question from <a href=\"https://reader.example\">A reader</a>");
        let page = page.shows("Answered by <a href=\"/authors/bob/\">Bob</a>");
        page.shows("Why <em>git</em>?").shows("Because.");
    }
    let feed = Xml::parse(&server.get("/rss.xml").text());
    assert_eq!(feed.texts("rss/channel/item/title"), ["Why git?"]);
}

#[test]
fn a_video_has_a_poster_captions_and_a_transcript() {
    let blog = post(
        "---\nvideo: /talk.mp4\nposter: /still.gif\ncaptions: [{src: /talk.vtt, lang: de, label: Deutsch}]\ntranscript: /talk.txt\n---\nA talk.\n",
    );
    let server = blog.serve();
    for path in ["/it/", "/"] {
        let page = server.get(path).is(200);
        let page = page
            .shows("<video class=\"u-video\" src=\"/talk.mp4\"")
            .shows("poster=\"/still.gif\"")
            .shows("<track kind=\"captions\" src=\"/talk.vtt\" srclang=\"de\" label=\"Deutsch\">")
            .shows("<a href=\"/talk.txt\">Transcript</a>")
            .hides("frame-src");
        let policy = page.header("content-security-policy").unwrap();
        assert!(!policy.contains("frame-src"), "{policy}");
    }
    server
        .get("/it/")
        .shows("og:image\" content=\"https://blog.example/still.gif\"");
}

#[test]
fn the_body_of_a_recording_may_be_its_transcript() {
    let blog = post("---\naudio: /talk.mp3\ntranscript: true\n---\nSaid words.\n");
    let page = blog.serve().get("/it/").is(200);
    let page = page.shows("<audio class=\"u-audio\" src=\"/talk.mp3\"");
    let text = page.text();
    let below = text.split("<summary>Transcript</summary>").nth(1).unwrap();
    assert!(
        below
            .split("</details>")
            .next()
            .unwrap()
            .contains("Said words.")
    );
}

#[test]
fn a_recording_is_enclosed_in_each_feed_with_its_size_and_type() {
    let blog = post("---\naudio: /talk.mp3\ntags: [talks]\n---\nA talk.\n");
    let server = blog.serve();
    for folder in ["/", "/tags/talks/", "/authors/bob/"] {
        let rss = Xml::parse(&server.get(&format!("{folder}rss.xml")).text());
        let attribute = |name| rss.attributes("rss/channel/item/enclosure", name);
        assert_eq!(attribute("url"), ["https://blog.example/talk.mp3"]);
        assert_eq!(attribute("length"), ["1234"]);
        assert_eq!(attribute("type"), ["audio/mpeg"]);
        let atom = server.get(&format!("{folder}atom.xml")).is(200);
        atom.shows("rel=\"enclosure\" type=\"audio/mpeg\" href=\"https://blog.example/talk.mp3\" length=\"1234\"");
        let json = server.get(&format!("{folder}feed.json")).json();
        let attachment = &json["items"][0]["attachments"][0];
        assert_eq!(attachment["url"], "https://blog.example/talk.mp3");
        assert_eq!(attachment["mime_type"], "audio/mpeg");
        assert_eq!(attachment["size_in_bytes"], 1234);
    }
    let answer = server.get("/talk.mp3").is(200);
    assert_eq!(answer.header("content-type"), Some("audio/mpeg"));
}

#[test]
fn what_is_not_there_or_no_file_is_not_enclosed() {
    for src in ["missing.mp3", "https://tube.example/watch"] {
        let server = post(&format!("---\naudio: {src}\n---\nA talk.\n")).serve();
        for path in ["/rss.xml", "/atom.xml"] {
            server.get(path).is(200).hides("enclosure");
        }
        server.get("/feed.json").is(200).hides("attachments");
    }
    let server = post("---\naudio: https://cdn.example/a.ogg\n---\n").serve();
    let feed = server.get("/rss.xml").is(200);
    feed.shows("url=\"https://cdn.example/a.ogg\" length=\"0\" type=\"audio/ogg\"");
}

#[test]
fn a_video_elsewhere_is_a_link_until_it_is_asked_for() {
    let blog = post("---\nvideo: https://youtu.be/aB3-x\nposter: /still.gif\n---\nA film.\n");
    blog.write("posts/other.md", "Text.\n")
        .commit(DAY, "Bob", "More");
    let server = blog.serve();
    for path in ["/it/", "/"] {
        let page = server.get(path).is(200);
        let page = page
            .shows("href=\"https://youtu.be/aB3-x\"")
            .shows("data-player=\"https://www.youtube-nocookie.com/embed/aB3-x\"")
            .shows("<img src=\"/still.gif\"")
            .hides("<iframe");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.ends_with("; frame-src https:"), "{path}: {policy}");
    }
    let page = server.get("/it/").text();
    let script = page.split("<script type=\"module\" src=\"").nth(1).unwrap();
    let script = script.split('"').next().unwrap();
    server.get(script).is(200).shows("data-player");
    let policy = server.get("/other/").is(200);
    let policy = policy.header("content-security-policy").unwrap();
    assert!(!policy.contains("frame-src"), "{policy}");
}

#[test]
fn a_page_elsewhere_without_a_known_player_stays_a_link() {
    let server = post("---\nvideo: https://film.example/42\n---\n").serve();
    let page = server.get("/it/").is(200);
    let page = page
        .shows("Watch on film.example")
        .hides("data-player")
        .hides("<script type=\"module\"");
    assert!(
        !page
            .header("content-security-policy")
            .unwrap()
            .contains("frame-src")
    );
}

#[test]
fn check_asks_for_the_description_of_each_picture() {
    let blog = post("---\nimages:\n  - {src: /still.gif, alt: A boat.}\n  - /still.gif\n---\n");
    let found = blog.check();
    let found = found["warnings"].as_array().unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    let found = &found[0];
    assert_eq!(found["code"], "alt");
    assert_eq!(
        (&found["path"], &found["line"]),
        (&"posts/it.md".into(), &4.into())
    );
    let page = blog.serve().get("/it/").is(200);
    assert_eq!(page.text().matches("class=\"u-photo\"").count(), 2);
}

#[test]
fn replies_and_copies_are_marked_up() {
    let blog = post(
        "---\nin_reply_to: https://other.example/1\nsyndication: [https://social.example/@bob/2, nonsense]\n---\nI agree.\n",
    );
    let server = blog.serve();
    let reply = "<a class=\"u-in-reply-to\" href=\"https://other.example/1\">other.example</a>";
    server.get("/").shows(reply);
    let copy = "<a class=\"u-syndication\" rel=\"syndication\" href=\"https://social.example/@bob/2\">social.example</a>";
    server
        .get("/it/")
        .shows(reply)
        .shows(copy)
        .hides("nonsense");
    assert_eq!(blog.check()["warnings"][0]["line"], 3);
}

#[test]
fn untitled_posts_are_called_something_sensible_everywhere() {
    let blog = Blog::new();
    for (day, name, text) in [
        (
            1,
            "a",
            "---\ntitle: \"\"\n---\nA thought that I had this morning on the pier, early.\n",
        ),
        (
            2,
            "b",
            "---\ntitle: \"\"\nimage: x.png\nalt: A boat.\n---\n",
        ),
        (
            3,
            "c",
            "---\ntitle: \"\"\nlink: https://www.other.example/x\n---\n",
        ),
        (
            4,
            "d",
            "---\ntitle: \"\"\nkind: quote\nsource: Ida Brandt\n---\n",
        ),
        (5, "e", "---\ntitle: \"\"\naudio: x.mp3\n---\n"),
    ] {
        blog.write(&format!("posts/{name}.md"), text).commit(
            &format!("2024-01-0{day}T09:00:00Z"),
            "Ann",
            "Write",
        );
    }
    let server = blog.serve();
    let feed = Xml::parse(&server.get("/rss.xml").text());
    let names = [
        "e",
        "Ida Brandt",
        "other.example",
        "A boat.",
        "A thought that I had this morning on…",
    ];
    assert_eq!(feed.texts("rss/channel/item/title"), names);
    for (name, called) in ["e", "d", "c", "b", "a"].into_iter().zip(names) {
        let page = server.get(&format!("/{name}/")).is(200);
        page.shows(&format!("<h1 class=\"unseen\">{called}</h1>"));
    }
}
