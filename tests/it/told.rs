//! Everyone is told what became of a push: the page of the build, the forge, and whoever asked for a
//! message.

use serde_json::Value;

use crate::harness::{
    Blog, Receiver, Remote, SECRET, Server, patiently, push_of, standard_signature,
};

const LATER: &str = "2024-03-04T12:00:00+00:00";
const TOKEN: &str = "status-hush-4711";
/// `hush` as Standard Webhooks writes a secret.
const NOTIFY: &str = "whsec_aHVzaA==";

/// Serves a remote with these flags, and secrets in files.
fn serve(remote: &Remote<'_>, flags: &[&str]) -> Server {
    let secret = remote.secret(SECRET);
    let fixed = ["--poll", "0", "--webhook-secret-file", &secret];
    let server = remote.serve_with(&[&fixed, flags].concat());
    server.wait_until_ready();
    server
}

fn file(blog: &Blog, name: &str, text: &str) -> String {
    let file = blog.home().join(name);
    std::fs::write(&file, format!("{text}\n")).unwrap();
    file.to_str().unwrap().to_owned()
}

/// Writes a post and pushes it.
fn push(blog: &Blog, remote: &Remote<'_>, text: &str) {
    blog.write("posts/owls.md", text)
        .commit(LATER, "Cid", "Write of owls");
    remote.push();
}

/// The states a forge was told of for a commit, in their order.
fn states(forge: &Receiver, commit: &str) -> Vec<Value> {
    let heard = forge.heard().into_iter();
    let of_it = heard.filter(|heard| heard.line.ends_with(commit));
    of_it.map(|heard| heard.json()["state"].clone()).collect()
}

/// Waits for the last word on a commit.
fn last_word(forge: &Receiver, commit: &str) -> Value {
    let heard = forge.hears("the last word on a commit", |heard| {
        let taken = heard.line.ends_with(commit) && heard.status == 200;
        taken && heard.json()["state"] != "pending"
    });
    heard.json()
}

#[test]
fn the_forge_shows_beside_each_commit_what_became_of_it() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let forge = Receiver::listen();
    let token = file(&blog, "status-token", TOKEN);
    let page = forge.url("/ann/blog.git");
    let server = serve(
        &remote,
        &[
            "--status-token-file",
            &token,
            "--status-forge",
            "forgejo",
            "--status-repository",
            &page,
            "--public-url",
            "https://ann.example/",
        ],
    );
    last_word(&forge, &blog.head());
    push(&blog, &remote, "Owls hoot.\n");
    let build = server.rebuilt();
    let word = last_word(&forge, &blog.head());
    assert_eq!(word["state"], "success");
    assert_eq!(word["context"], "byline");
    assert_eq!(word["description"], "Published, 3 posts; 1 new");
    let link = format!(
        "https://ann.example/-/builds/{}",
        build["id"].as_str().unwrap()
    );
    assert_eq!(word["target_url"], link);
    let told = forge.heard().pop().unwrap();
    let place = format!("POST /api/v1/repos/ann/blog/statuses/{}", blog.head());
    assert_eq!(told.line, place);
    assert_eq!(told.header("authorization"), Some("token status-hush-4711"));

    // What cannot be taken now is told again, and a wrong configuration is a failure.
    forge.answer(&[502, 502]);
    blog.write("byline.toml", "titel = \"x\"\n")
        .commit(LATER, "Cid", "Break it");
    remote.push();
    assert_eq!(server.rebuilt()["state"], "failed");
    let word = last_word(&forge, &blog.head());
    assert_eq!(word["state"], "failure");
    let description = word["description"].as_str().unwrap();
    assert!(description.contains("byline.toml:1:1"), "{description}");
    // A look that finds nothing new says nothing.
    let before = forge.heard().len();
    server.rebuilt();
    assert_eq!(forge.heard().len(), before);
    assert!(!server.log().contains(TOKEN), "{}", server.log());
}

#[test]
fn a_post_that_is_held_back_is_a_failure_to_the_forge() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let forge = Receiver::listen();
    let token = file(&blog, "status-token", TOKEN);
    let page = forge.url("/group/sub/blog");
    let flags = ["--status-token-file", &token, "--status-forge", "gitlab"];
    let server = serve(
        &remote,
        &[&flags[..], &["--status-repository", &page]].concat(),
    );
    push(&blog, &remote, "+++\ndate = \"31 Feb\"\n+++\nOwls hoot.\n");
    assert_eq!(server.rebuilt()["state"], "published");
    let head = blog.head();
    let failed = forge.hears("the failure is told", |heard| {
        heard.line.ends_with(&head) && heard.json()["state"] == "failed"
    });
    assert!(
        failed
            .line
            .starts_with("POST /api/v4/projects/group%2Fsub%2Fblog/statuses/")
    );
    assert_eq!(failed.header("private-token"), Some(TOKEN));
    let text = failed.json()["description"].as_str().unwrap().to_owned();
    assert!(
        text.starts_with("Published but for posts/owls.md:2"),
        "{text}"
    );
    let told = states(&forge, &head);
    assert_eq!(told.last().unwrap(), "failed", "{told:?}");
}

/// Asserts that a message is signed, by a signer of the tests' own.
fn assert_signed(message: &crate::harness::Heard) {
    let header = |name| message.header(name).unwrap();
    let seconds = header("webhook-timestamp").parse().unwrap();
    let tag = standard_signature(b"hush", header("webhook-id"), seconds, &message.body);
    assert_eq!(header("webhook-signature"), tag);
}

#[test]
fn a_publication_is_told_once_and_again_until_it_is_heard() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let receiver = Receiver::listen();
    let secret = file(&blog, "notify-secret", NOTIFY);
    let url = receiver.url("/told?key=hush-hush");
    let flags = ["--notify-url", &url, "--notify-secret-file", &secret];
    let mut server = serve(&remote, &flags);
    let first = receiver.hears("the first site is told", |_| true);
    assert_signed(&first);
    assert_eq!(first.json()["type"], "site.published");
    assert_eq!(first.line, "POST /told?key=hush-hush");

    receiver.answer(&[500]);
    push(&blog, &remote, "Owls hoot.\n");
    server.rebuilt();
    let told = |heard: &crate::harness::Heard| heard.json()["data"]["commit"] == blog.head();
    patiently("the message comes again", || {
        let heard = receiver.heard().into_iter().filter(told);
        (heard.count() == 2).then_some(())
    });
    let messages: Vec<_> = receiver.heard().into_iter().filter(told).collect();
    messages.iter().for_each(assert_signed);
    assert_eq!(
        messages[0].header("webhook-id"),
        messages[1].header("webhook-id"),
        "so that it counts once"
    );
    let changes = &messages[1].json()["data"]["changes"];
    assert_eq!(changes["posts"]["added"][0]["url"], "/owls/");
    assert_eq!(changes["posts"]["added"][0]["path"], "posts/owls.md");
    assert_eq!(changes["posts"]["changed"], serde_json::json!([]));
    let urls = changes["urls"]["changed"].as_array().unwrap();
    assert!(urls.contains(&"/atom.xml".into()), "{changes}");
    assert!(!server.log().contains("hush"), "{}", server.log());

    // A restart makes no news.
    let before = receiver.heard().len();
    server.relaunch();
    server.wait_until_ready();
    server.rebuilt();
    assert_eq!(
        receiver.heard().len(),
        before,
        "{:?}",
        receiver.heard().last()
    );
}

#[test]
fn what_could_not_be_told_is_told_after_a_restart() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let secret = file(&blog, "notify-secret", NOTIFY);
    let receiver = Receiver::listen();
    let url = receiver.url("/told");
    let flags = ["--notify-url", &url, "--notify-secret-file", &secret];
    let mut server = serve(&remote, &flags);
    receiver.hears("the first site is told", |_| true);
    receiver.answer(&[503; 100]);
    push(&blog, &remote, "Owls hoot.\n");
    server.rebuilt();
    let head = blog.head();
    let told = |heard: &crate::harness::Heard| heard.json()["data"]["commit"] == head;
    receiver.hears("it was tried", told);
    patiently("it is written down", || {
        let outbox = std::fs::read_to_string(server.data_dir().join("outbox.json")).ok()?;
        outbox.contains("\"attempts\":1").then_some(())
    });
    server.kill_9();
    receiver.forget();
    server.relaunch();
    server.wait_until_ready();
    receiver.hears("it is told after all", told);
}

#[test]
fn a_receiver_that_is_gone_for_good_is_left_alone() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let secret = file(&blog, "notify-secret", NOTIFY);
    let receiver = Receiver::listen();
    receiver.answer(&[410]);
    let url = receiver.url("/told");
    let flags = ["--notify-url", &url, "--notify-secret-file", &secret];
    let server = serve(&remote, &flags);
    patiently("it is said", || {
        server.log().contains("(410)").then_some(())
    });
    push(&blog, &remote, "Owls hoot.\n");
    server.rebuilt();
    server.get("/owls/").is(200);
    assert_eq!(receiver.heard().len(), 1);
}

#[test]
fn a_build_is_followed_live_and_says_what_it_changed() {
    let blog = Blog::of_two_posts();
    let remote = blog.bare();
    let server = remote.serve();
    push(&blog, &remote, "Owls hoot.\n");
    let queued = server.hook(&push_of("main")).is(202).json();
    let page = queued["status_url"].as_str().unwrap();
    let events = server.ask("GET", page, &[("Accept", "text/event-stream")]);
    assert_eq!(events.header("content-type"), Some("text/event-stream"));
    let text = events.text();
    let datas = text.lines().filter_map(|line| line.strip_prefix("data: "));
    let builds: Vec<Value> = datas
        .map(|data| serde_json::from_str(data).unwrap())
        .collect();
    let last = builds.last().unwrap();
    assert_eq!(
        last["state"], "published",
        "the stream ends with the build: {text}"
    );
    assert_eq!(*last, server.build(queued["build"].as_str().unwrap()));
    let order = ["waiting", "fetching", "building", "published"];
    let stages: Vec<_> = builds
        .iter()
        .map(|build| {
            order
                .iter()
                .position(|stage| build["state"] == *stage)
                .unwrap()
        })
        .collect();
    assert!(stages.is_sorted(), "{text}");
    assert_eq!(last["changes"]["posts"]["added"][0]["url"], "/owls/");

    // As a page, with links to what changed; HTML is for people.
    let html = server.ask("GET", page, &[("Accept", "text/html")]);
    html.is(200)
        .shows("Build published")
        .shows("<a href=\"/owls/\">");
    server.get("/-/builds.js").is(200).shows("EventSource");

    // An edit, and what is taken back.
    push(&blog, &remote, "Owls hoot at night.\n");
    let changes = &server.rebuilt()["changes"]["posts"];
    assert_eq!(changes["changed"][0]["path"], "posts/owls.md");
    blog.rm("posts/owls.md")
        .commit(LATER, "Cid", "Take it back");
    remote.push();
    let changes = &server.rebuilt()["changes"];
    assert_eq!(changes["posts"]["removed"], serde_json::json!(["/owls/"]));
    assert!(server.rebuilt()["changes"].is_null(), "nothing was new");
}

#[test]
fn what_is_set_by_half_ends_the_start() {
    let blog = Blog::of_two_posts();
    let secret = file(&blog, "notify-secret", NOTIFY);
    for (flags, word) in [
        (
            vec!["--notify-url", "https://ann.example/told"],
            "--notify-secret-file",
        ),
        (vec!["--notify-secret-file", &secret], "--notify-url"),
        (vec!["--status-forge", "gitea"], "--status-token-file"),
        (vec!["--status-token-file", &secret], "--status-repository"),
        (vec!["--status-forge", "gitee"], "gitea"),
    ] {
        let source = blog.dir().to_str().unwrap();
        let ran = blog.byline(&[&["serve", source], &flags[..]].concat());
        ran.exits(2).says(word);
    }
}
