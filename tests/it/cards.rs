//! Pictures that are drawn for the previews of posts without one.

use crate::harness::Blog;

const CONFIG: &str =
    "[site]\ntitle = \"Animals\"\nbase_url = \"https://blog.example\"\ncards = true\n";

/// The address of a page's preview picture on the server.
fn picture(page: &str) -> Option<&str> {
    let (_, rest) =
        page.split_once("<meta property=\"og:image\" content=\"https://blog.example")?;
    rest.split('"').next()
}

#[test]
fn a_post_without_a_picture_is_shown_by_its_words() {
    let blog = Blog::new();
    blog.write("byline.toml", CONFIG)
        .write("posts/cats.md", "# Cats & dogs\n\nText.\n")
        .write("posts/view.md", "# View\n\n![A view](view.svg)\n")
        .write(
            "posts/view.svg",
            "<svg xmlns='http://www.w3.org/2000/svg'/>",
        )
        .write("pages/about.md", "# About\n\nText.\n")
        .commit("2024-05-01T12:00:00+00:00", "Ann", "Write");
    let server = blog.serve();
    let page = server.get("/cats/").is(200).text();
    let address = picture(&page).unwrap().to_owned();
    assert!(
        address.starts_with("/cats/card-") && address.ends_with(".png"),
        "{address}"
    );
    for said in [
        "<meta property=\"og:image:width\" content=\"1200\">",
        "<meta property=\"og:image:height\" content=\"630\">",
        "<meta property=\"og:image:alt\" content=\"Cats &amp; dogs\">",
        "<meta name=\"twitter:card\" content=\"summary_large_image\">",
        &format!("\"image\":\"https://blog.example{address}\""),
    ] {
        assert!(page.contains(said), "{said} is not in {page}");
    }
    let answer = server.get(&address).is(200);
    assert_eq!(answer.header("content-type"), Some("image/png"));
    assert!(answer.body.starts_with(b"\x89PNG"));
    let page = server.get("/about/").is(200).text();
    assert!(picture(&page).unwrap().starts_with("/about/card-"));
    let page = server.get("/view/").is(200).text();
    assert_eq!(picture(&page), Some("/posts/view.svg"));

    drop(server);

    // Another title is another picture at another address; other words of the text are not.
    blog.write("posts/cats.md", "# Cats & dogs\n\nOther text.\n")
        .commit("2024-05-02T12:00:00+00:00", "Ann", "Edit");
    blog.serve().get(&address).is(200);
    blog.write(
        "posts/cats.md",
        "---\naliases: []\n---\n\n# Cats\n\nOther text.\n",
    )
    .commit("2024-05-03T12:00:00+00:00", "Ann", "Edit");
    let server = blog.serve();
    let page = server.eventually("/cats/", "<title>Cats ·").text();
    let other = picture(&page).unwrap();
    assert_ne!(other, address);
    server.get(other).is(200);
    server.get(&address).is(404);
}

#[test]
fn nothing_is_drawn_unless_asked_for() {
    let blog = Blog::of_two_posts();
    let server = blog.serve();
    let page = server.get("/cats/").is(200).text();
    assert!(!page.contains("og:image"), "{page}");
}
