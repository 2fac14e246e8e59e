//! Texts in several languages: where each stands, and how they lead to each other.

use crate::harness::{Blog, Built, Xml};

const DAY: &str = "2024-05-01T09:00:00+00:00";

/// A blog in English with a post, a page and a bundle that are to be had in French too.
fn blog() -> Blog {
    let blog = Blog::new();
    blog.write(
        "byline.toml",
        "[site]\nbase_url = \"https://blog.example\"\n[content]\nlanguages = [\"fr\", \"pt-BR\"]\n",
    )
    .write("posts/2024-05-01-pier.md", "# The pier\n\nWood.\n")
    .write("posts/2024-05-01-pier.fr.md", "# La jetée\n\nDu bois.\n")
    .write("posts/trip/index.md", "# Trip\n\n![A](a.svg)\n")
    .write("posts/trip/index.fr.md", "# Voyage\n\n![A](a.svg)\n")
    .write(
        "posts/trip/a.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
    )
    .write("posts/v1.2.md", "# Version\n\nA name with a dot.\n")
    .write("pages/about.md", "# About\n\nUs.\n")
    .write("pages/about.pt-br.md", "# Sobre\n\nNós.\n")
    .commit(DAY, "Ann", "Write");
    blog
}

#[test]
fn a_translation_stands_under_its_language_and_each_version_names_the_others() {
    let server = blog().serve();
    let alternates = [
        ("x-default", "/pier/"),
        ("en", "/pier/"),
        ("fr", "/fr/pier/"),
    ];
    for page in ["/pier/", "/fr/pier/"] {
        for (language, path) in alternates {
            server.get(page).is(200).shows(&format!(
                "<link rel=\"alternate\" hreflang=\"{language}\" href=\"https://blog.example{path}\">"
            ));
        }
    }
    server.get("/pier/").shows("<html lang=\"en\" dir=\"ltr\">").shows(
        "Also in <a rel=\"alternate\" lang=\"fr\" hreflang=\"fr\" href=\"/fr/pier/\">français</a>",
    );
    server
        .get("/fr/pier/")
        .shows("<html lang=\"fr\" dir=\"ltr\">")
        .shows("Du bois.")
        .shows("href=\"/pier/\">English</a>")
        .shows("<link rel=\"canonical\" href=\"https://blog.example/fr/pier/\">")
        .shows("\"inLanguage\":\"fr\"")
        .shows("class=\"dt-published\"");
    server.get("/v1-2/").is(200).hides("hreflang");
    server.get("/fr/trip/").is(200).shows("src=\"/trip/a.svg\"");
    server.get("/about/").shows("português do Brasil");
    let about = server.get("/pt-br/about/").is(200);
    about
        .shows("<html lang=\"pt-BR\" dir=\"ltr\">")
        .hides("dt-published");
}

#[test]
fn the_stream_the_lists_and_the_feeds_are_in_the_blogs_own_language() {
    let server = blog().serve();
    let lists = ["/", "/archive/", "/authors/ann/", "/atom.xml", "/feed.json"];
    for path in lists {
        server.get(path).is(200).shows("The pier").hides("jetée");
    }
    let text = server.get("/sitemap.xml").is(200).text();
    let map = Xml::parse(&text);
    let places = map.texts("urlset/url/loc");
    assert!(
        places.contains(&"https://blog.example/fr/pier/"),
        "{places:?}"
    );
    let link =
        "<xhtml:link rel=\"alternate\" hreflang=\"fr\" href=\"https://blog.example/fr/pier/\"/>";
    assert_eq!(text.matches(link).count(), 2, "{text}");
}

#[test]
fn a_name_with_a_dot_is_only_a_name_where_no_language_is_listed() {
    let blog = blog();
    blog.write("byline.toml", "")
        .commit(DAY, "Ann", "One language");
    let server = blog.serve();
    server.get("/fr/pier/").is(404);
    server.get("/pier-fr/").is(200).hides("hreflang");
    server.get("/").shows("La jetée");
    assert!(!server.get("/sitemap.xml").text().contains("xhtml"));
}

#[test]
fn a_warm_build_knows_of_translations_that_come_change_and_go() {
    let blog = blog();
    let kept = blog.home().join("kept");
    let french = "posts/2024-05-01-pier.fr.md";
    let look = |what: &str, expected: bool| {
        let warm = Built::warm(&blog, &kept);
        warm.is(&Built::cold(&blog), what);
        let page = String::from_utf8_lossy(&warm.files["pier/index.html"]).into_owned();
        assert_eq!(page.contains("français"), expected, "{what}");
    };
    look("at first", true);
    blog.write(french, "# La jetée\n\nDu vieux bois.\n").commit(
        "2024-05-02T09:00:00+00:00",
        "Bob",
        "Edit",
    );
    look("the translation edited", true);
    blog.write("posts/2024-05-01-pier.md", "# The pier\n\nOld wood.\n")
        .commit("2024-05-03T09:00:00+00:00", "Bob", "Edit");
    look("the original edited", true);
    blog.rm(french)
        .commit("2024-05-04T09:00:00+00:00", "Bob", "Remove");
    look("the translation gone", false);
    blog.write(french, "---\ndraft: true\n---\n# La jetée\n")
        .commit("2024-05-05T09:00:00+00:00", "Bob", "Draft");
    look("the translation a draft", false);
}
