//! A working tree as its author edits it: what is saved is served, and the browser is told.

use serde_json::Value;

use crate::harness::{Blog, Connection, Server, patiently};

#[test]
fn a_saved_change_is_served() {
    let blog = Blog::of_two_posts();
    let server = blog.serve();
    server.get("/cats/").is(200).shows("Cats sleep all day.");
    blog.write("posts/cats.md", "# Cats\n\nCats hunt at dusk.\n");
    server.eventually("/cats/", "Cats hunt at dusk.");
    server.get("/").shows("Cats");
}

#[test]
fn a_new_post_in_a_new_folder_is_served_and_so_is_its_next_change() {
    let blog = Blog::of_two_posts();
    let server = blog.serve();
    blog.write("posts/2024/deep/owls.md", "Owls hoot.\n");
    server.eventually("/owls/", "Owls hoot.");
    blog.write("posts/2024/deep/owls.md", "Owls hoot twice.\n");
    server.eventually("/owls/", "Owls hoot twice.");
}

#[test]
fn a_deleted_post_is_gone() {
    let blog = Blog::of_two_posts();
    let server = blog.serve();
    blog.rm("posts/cats.md");
    patiently("the post is gone", || {
        matches!(server.get("/cats/").status, 404 | 410).then_some(())
    });
    server.get("/dogs/").is(200);
}

#[test]
fn a_file_replaced_by_rename_as_editors_do_is_noticed() {
    let blog = Blog::of_two_posts();
    let server = blog.serve();
    blog.write("posts/.cats.md.swp", "# Cats\n\nSaved by rename.\n")
        .mv("posts/.cats.md.swp", "posts/cats.md");
    server.eventually("/cats/", "Saved by rename.");
}

#[test]
fn a_commit_gives_the_saved_post_its_author() {
    let blog = Blog::of_two_posts();
    let server = blog.serve();
    blog.write("posts/owls.md", "Owls hoot.\n");
    server.eventually("/owls/", "Owls hoot.");
    blog.commit("2024-03-04T12:00:00+00:00", "Cid", "Add owls");
    server.eventually("/owls/", "Cid");
    server.get("/-/readyz").shows(&blog.head());
}

/// What a page hears of the server.
struct Events(Connection);

impl Events {
    fn of(server: &Server) -> Self {
        let mut connection = server.connect();
        connection
            .send(b"GET /-/live HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n")
            .unwrap();
        let head: Vec<String> = std::iter::from_fn(|| connection.line().ok())
            .take_while(|line| !line.is_empty())
            .collect();
        let head = head.join("\n").to_ascii_lowercase();
        assert!(head.contains("text/event-stream"), "{head}");
        Self(connection)
    }

    /// The data of the next event of that name.
    fn next(&mut self, name: &str) -> String {
        let named = format!("event: {name}");
        patiently(&named, || (self.0.line().unwrap() == named).then_some(()));
        let data = self.0.line().unwrap();
        data.strip_prefix("data: ").unwrap().to_owned()
    }

    /// What the next report says is wrong.
    fn problems(&mut self) -> Value {
        serde_json::from_str(&self.next("problems")).unwrap()
    }

    /// The next report that has something to say, or has not.
    fn until(&mut self, wrong: bool) -> Value {
        loop {
            let said = self.problems();
            if wrong != (said["count"] == 0 && said["reason"].is_null()) {
                return said;
            }
        }
    }
}

#[test]
fn the_browser_is_told_of_a_change() {
    let blog = Blog::of_two_posts();
    let server = blog.serve();
    let mut events = Events::of(&server);
    let before = events.next("site");
    blog.write("posts/cats.md", "# Cats\n\nCats hunt at dusk.\n");
    assert_ne!(events.next("site"), before);
    server.get("/cats/").shows("Cats hunt at dusk.");
}

#[test]
fn the_browser_is_told_what_is_wrong_until_it_is_mended() {
    let blog = Blog::of_two_posts();
    let server = blog.serve();
    let mut events = Events::of(&server);
    assert_eq!(events.problems()["count"], 0);
    blog.write("posts/cats.md", "+++\ndate = \"<b>\"\n+++\nCats.\n");
    let said = events.until(true);
    let problem = &said["problems"][0];
    assert_eq!(problem["path"], "posts/cats.md", "{said}");
    assert_eq!(problem["line"], 2, "{said}");
    assert_eq!(problem["snippet"], "date = \"<b>\"", "{said}");
    // Who comes later hears of it at once, and the terminal says the same.
    assert_eq!(Events::of(&server).problems(), said);
    let message = problem["message"].as_str().unwrap();
    patiently(message, || server.log().contains(message).then_some(()));
    blog.write("posts/cats.md", "# Cats\n\nCats hunt at dusk.\n");
    assert_eq!(events.until(false)["problems"], serde_json::json!([]));
}

#[test]
fn what_holds_back_the_whole_site_is_told_too() {
    let blog = Blog::of_two_posts();
    let server = blog.serve();
    let mut events = Events::of(&server);
    blog.write("byline.toml", "[site]\ntilte = \"Beasts\"\n");
    let said = events.until(true);
    assert_eq!(said["problems"][0]["path"], "byline.toml", "{said}");
    let at = "byline.toml:2:1";
    patiently(at, || server.log().contains(at).then_some(()));
    blog.rm("byline.toml");
    blog.write("theme/post.hbs", "{{#if}}\n");
    let said = events.until(true);
    assert_eq!(said["problems"][0]["path"], "theme/post.hbs", "{said}");
    blog.rm("theme/post.hbs");
    events.until(false);
}

#[test]
fn before_the_first_site_a_page_hears_of_what_prevents_it() {
    let blog = Blog::of_two_posts();
    blog.write("byline.toml", "[site\n");
    let folder = blog.dir().to_str().unwrap();
    let server = Server::launch(blog.home(), folder, &[]);
    server.eventually_is("/-/healthz", 500);
    server.get("/").is(503).shows("/-/live.js");
    let said = Events::of(&server).until(true);
    assert_eq!(said["problems"][0]["path"], "byline.toml", "{said}");
}

#[test]
fn a_mirror_has_no_live_reload() {
    let blog = Blog::of_two_posts();
    let server = blog.bare().serve();
    server.get("/-/live").is(404);
    server.get("/cats/").is(200).hides("/-/live");
}

#[test]
fn a_broken_configuration_keeps_the_page_until_it_is_mended() {
    let blog = Blog::of_two_posts();
    let server = blog.serve();
    blog.write("byline.toml", "[site\n");
    server.eventually_is("/-/healthz", 500);
    server.get("/cats/").is(200).shows("Cats sleep all day.");
    blog.write("byline.toml", "[site]\ntitle = \"Beasts\"\n");
    server.eventually("/cats/", "Beasts");
    server.eventually_is("/-/healthz", 200);
}

#[test]
fn a_folder_of_a_larger_repository_is_a_blog_too() {
    let blog = Blog::new();
    blog.write("README.md", "# The whole\n")
        .write("site/posts/cats.md", "# Cats\n\nCats sleep.\n")
        .commit("2024-01-02T10:00:00+02:00", "Ann", "Add");
    let folder = blog.dir().join("site");
    let server = Server::start(blog.home(), folder.to_str().unwrap(), &[]);
    server
        .get("/cats/")
        .is(200)
        .shows("Ann")
        .shows("2024-01-02T10:00:00+02:00");
    server.get("/README.md").is(404);
    blog.write("site/posts/dogs.md", "# Dogs\n\nDogs bark.\n");
    server.eventually("/dogs/", "Dogs bark.");
}
