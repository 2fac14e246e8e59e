//! Images: what readers get of them, what they do not, and when copies are made.

use std::collections::BTreeMap;

use crate::harness::{Blog, Built, PLACE, Response, Server, patiently, photo, size};

const DAY: &str = "2024-01-01T09:00:00+01:00";

/// A post with a photo that lies on its side and a second one, and a photo of its own.
fn blog() -> Blog {
    let blog = Blog::new();
    blog.write(
        "byline.toml",
        "[site]\ntitle = \"Trips\"\nbase_url = \"https://blog.example\"\n",
    )
    .write(
        "posts/trip/index.md",
        "# Trip\n\n![Sea](sea.jpg \"The sea\")\n\n![Hill](hill.jpg)\n",
    )
    .write("posts/trip/sea.jpg", photo((1100, 700), 3, 6))
    .write("posts/trip/hill.jpg", photo((1600, 400), 5, 1))
    .write(
        "posts/tree.md",
        "---\nimage: /tree.jpg\nalt: A tree\n---\nA tree.\n",
    )
    .write("tree.jpg", photo((600, 500), 7, 1))
    .commit(DAY, "Ann", "Add a trip");
    blog
}

/// The value of an attribute of the first `img` of a page whose address ends with this.
fn attribute(page: &str, name: &str, attribute: &str) -> Option<String> {
    let page = page.replace("&#x3D;", "=");
    let tag = page
        .split("<img")
        .skip(1)
        .find(|tag| tag.contains(&format!("{name}\"")))?;
    let tag = tag.split('>').next()?.to_owned();
    let value = tag.split(&format!(" {attribute}=\"")).nth(1)?;
    value.split('"').next().map(str::to_owned)
}

/// The addresses of a `srcset` with the widths it states.
fn candidates(srcset: &str) -> BTreeMap<String, u32> {
    let all = srcset.split(", ").map(|one| one.split_once(' ').unwrap());
    all.map(|(url, width)| (url.to_owned(), width.trim_end_matches('w').parse().unwrap()))
        .collect()
}

/// The answer at the address of a smaller copy, once it is made.
fn made(server: &Server, url: &str) -> Response {
    patiently(url, || {
        let answer = server.get(url).is(200);
        let rule = answer.header("cache-control").unwrap_or_default();
        rule.contains("immutable").then_some(answer)
    })
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_page_offers_each_image_in_widths_and_loads_the_first_at_once() {
    let blog = blog();
    let server = blog.serve();
    let page = server.get("/trip/").is(200).text();
    let of = |image: &str, name: &str| attribute(&page, image, name);
    assert_eq!(of("sea.jpg", "width").as_deref(), Some("700"), "turned");
    assert_eq!(of("sea.jpg", "height").as_deref(), Some("1100"));
    assert_eq!(of("sea.jpg", "fetchpriority").as_deref(), Some("high"));
    assert_eq!(of("sea.jpg", "loading"), None);
    assert_eq!(of("sea.jpg", "title").as_deref(), Some("The sea"));
    assert_eq!(of("hill.jpg", "loading").as_deref(), Some("lazy"));
    assert_eq!(of("hill.jpg", "fetchpriority"), None);
    for (image, widths) in [
        ("sea.jpg", vec![480, 700]),
        ("hill.jpg", vec![480, 960, 1440]),
    ] {
        let offered = candidates(&of(image, "srcset").unwrap());
        let mut offer: Vec<u32> = offered.values().copied().collect();
        offer.sort_unstable();
        assert_eq!(offer, widths);
        for (url, width) in offered.iter().filter(|(url, _)| url.contains("/assets/")) {
            let answer = made(&server, url);
            assert_eq!(answer.header("content-type"), Some("image/jpeg"));
            assert_eq!(size(&answer.body).0, *width, "{url}");
        }
    }
    let photo = server.get("/tree/").is(200).text();
    let of = |name: &str| attribute(&photo, "tree.jpg", name);
    assert_eq!(of("width").as_deref(), Some("600"));
    assert_eq!(of("fetchpriority").as_deref(), Some("high"));
    assert!(of("srcset").unwrap().contains(" 480w, /tree.jpg 600w"));
    let stream = server.get("/").is(200).text();
    assert_eq!(
        attribute(&stream, "sea.jpg", "loading").as_deref(),
        Some("lazy")
    );
    for feed in ["/atom.xml", "/rss.xml", "/feed.json"] {
        let feed = server
            .get(feed)
            .is(200)
            .shows("https://blog.example/trip/sea.jpg");
        feed.hides("srcset").hides("/assets/image.");
    }
}

#[test]
fn a_feed_names_no_copy_of_a_picture_that_only_a_shortcode_shows() {
    let blog = blog();
    let text = "# Figure\n\n{{< figure src=\"trip/hill.jpg\" alt=\"A hill\" >}}\n";
    blog.write("posts/figure.md", text)
        .commit("2024-06-01T12:00:00+00:00", "Ann", "Add");
    let server = blog.serve();
    let page = server.get("/figure/").is(200).text();
    assert!(attribute(&page, "hill.jpg", "srcset").is_some(), "{page}");
    for feed in ["/atom.xml", "/rss.xml", "/feed.json"] {
        let feed = server.get(feed).is(200).shows("A hill");
        feed.hides("srcset").hides("/assets/image.");
    }
}

#[test]
fn no_copy_says_where_it_was_taken() {
    let blog = blog();
    blog.write("theme/static/logo.jpg", photo((600, 500), 11, 1))
        .write("posts/trip/cut.jpg", &photo((600, 500), 13, 1)[..110])
        .write(
            "posts/trip/phone.jpg",
            [b"\0\0\0\x18ftypheic", PLACE].concat(),
        )
        .commit(DAY, "Ann", "Add more");
    let committed = blog.git(&["grep", "--cached", "-l", "-a", "13.404954 E"]);
    assert_eq!(committed.lines().count(), 6, "{committed}");
    let built = Built::cold(&blog);
    assert!(built.files.contains_key("trip/sea.jpg"));
    let images = built.files.keys().filter(|name| name.ends_with(".jpg"));
    assert_eq!(images.count(), 3 + 5 + 1, "originals, copies, the theme's");
    for (name, bytes) in &built.files {
        assert!(
            !holds(bytes, PLACE) && !holds(bytes, &PLACE[11..]),
            "{name}"
        );
        assert!(name == "trip/sea.jpg" || !holds(bytes, b"Exif"), "{name}");
    }
    let server = blog.serve();
    for (name, bytes) in &built.files {
        if name.ends_with(".jpg") {
            let url = format!("/{name}");
            let answer = if name.starts_with("assets/") {
                made(&server, &url)
            } else {
                server.get(&url)
            };
            assert!(answer.is(200).body == *bytes, "{name}: daemon and build");
        }
    }
    server.get("/trip/cut.jpg").is(404);
    server.get("/trip/phone.jpg").is(404);
    let told = blog.check();
    let unreadable = told["warnings"].as_array().unwrap().iter();
    let unreadable = unreadable.filter(|found| found["code"] == "image-unreadable");
    assert_eq!(unreadable.count(), 2, "{told:#}");
}

#[test]
fn an_image_is_made_once_and_goes_with_its_original() {
    let blog = blog();
    let kept = blog.home().join("kept");
    let first = Built::warm(&blog, &kept);
    let copies = |built: &Built| {
        let names = built.files.keys();
        let copies = names.filter(|name| name.starts_with("assets/image."));
        copies.cloned().collect::<Vec<_>>()
    };
    assert_eq!(copies(&first).len(), 5);
    assert_eq!(Built::warm(&blog, &kept).made("pages"), 0);
    blog.write("posts/new.md", "# New\n\n![Sea](trip/sea.jpg)\n")
        .commit(DAY, "Ann", "Show it again");
    let again = Built::warm(&blog, &kept);
    let changed = again.since(&first);
    assert!(changed.contains(&"new/index.html"), "{changed:?}");
    assert!(
        !changed.iter().any(|name| name.ends_with(".jpg")),
        "{changed:?}"
    );
    blog.write("posts/trip/hill.jpg", photo((900, 400), 17, 1))
        .commit(DAY, "Ann", "Another hill");
    let other = Built::warm(&blog, &kept);
    let page = String::from_utf8(other.files["trip/index.html"].clone()).unwrap();
    assert_eq!(
        attribute(&page, "hill.jpg", "width").as_deref(),
        Some("900")
    );
    assert_eq!(copies(&other).len(), 3);
    blog.rm("posts/trip/hill.jpg").commit(DAY, "Ann", "No hill");
    assert_eq!(copies(&Built::warm(&blog, &kept)).len(), 2);
}

#[test]
fn an_image_stands_for_its_copies_until_they_are_made_and_after_a_crash() {
    let blog = blog();
    let mut server = blog.serve();
    let page = server.get("/trip/").is(200).text();
    let offered = candidates(&attribute(&page, "hill.jpg", "srcset").unwrap());
    let plain = server.get("/trip/hill.jpg").is(200);
    for (url, width) in &offered {
        let answer = server.get(url).is(200);
        assert_eq!(answer.header("content-type"), Some("image/jpeg"));
        let own = size(&answer.body).0;
        assert!(own == *width || answer.body == plain.body, "{url}: {own}");
    }
    server.kill_9();
    server.relaunch();
    for (url, width) in &offered {
        assert_eq!(size(&made(&server, url).body).0, *width);
    }
}
