//! Small files that programs look for at fixed addresses: the web manifest, the icon, whom to tell of
//! a weakness, and the authors' feeds as a list to subscribe to. A file of the same name in the
//! repository stands above each.

use serde_json::json;

use super::xml::Xml;
use super::{Edition, Output, Rendition, author};
use crate::address::{absolute, encoded};
use crate::config::SiteConfig;
use crate::memo::{KeyMaker, fingerprint};
use crate::render::Asset;

pub(super) const OUTPUT: Output = Output {
    name: "well-known files",
    list,
};

fn list<'a>(edition: &'a Edition<'a>) -> Vec<Rendition<'a>> {
    let icon = edition.theme.asset("favicon.ico").map(icon);
    let all = [
        Some(manifest(edition)),
        icon,
        security(edition),
        opml(edition),
    ];
    all.into_iter().flatten().collect()
}

/// The web application manifest.
fn manifest<'a>(edition: &'a Edition<'a>) -> Rendition<'a> {
    let icons = ["favicon.svg", "touch-icon.png"].map(|name| edition.theme.asset(name));
    let made = KeyMaker::new("manifest").key(edition.site_key);
    let urls = icons.iter().flatten().map(|icon| icon.url.as_str());
    let key = urls.fold(made, KeyMaker::text).finish();
    let make = move || {
        let [vector, pixels] = icons;
        let vector =
            vector.map(|icon| json!({ "src": icon.url, "sizes": "any", "type": "image/svg+xml" }));
        let pixels =
            pixels.map(|icon| json!({ "src": icon.url, "sizes": "180x180", "type": "image/png" }));
        let site = &edition.config.site;
        let manifest = json!({
            "name": site.title,
            "description": site.description,
            "lang": site.language,
            "start_url": "/",
            "display": "browser",
            "icons": vector.into_iter().chain(pixels).collect::<Vec<_>>(),
        });
        Ok(manifest.to_string().into_bytes())
    };
    Rendition::made("/site.webmanifest", "application/manifest+json", key, make)
}

/// For those who ask for it without having read a page.
fn icon(asset: &Asset) -> Rendition<'_> {
    let key = KeyMaker::new("icon").text(&asset.url).finish();
    let make = || Ok(asset.bytes.clone());
    Rendition::made("/favicon.ico", "image/x-icon", key, make)
}

/// RFC 9116.
fn security<'a>(edition: &'a Edition<'a>) -> Option<Rendition<'a>> {
    const PATH: &str = "/.well-known/security.txt";
    let text = security_text(edition.config, PATH)?;
    let key = KeyMaker::new("security").text(&text).finish();
    let make = move || Ok(text.clone().into_bytes());
    Some(Rendition::made(
        PATH,
        "text/plain; charset=utf-8",
        key,
        make,
    ))
}

fn security_text(config: &SiteConfig, path: &str) -> Option<String> {
    let security = &config.security;
    let expires = security.expires?;
    let mut text = String::new();
    let mut say = |field: &str, value: &str| text.push_str(&format!("{field}: {value}\n"));
    for contact in &security.contact {
        say("Contact", contact);
    }
    say("Expires", &expires.to_string());
    match &security.languages[..] {
        [] => say("Preferred-Languages", &config.site.language),
        languages => say("Preferred-Languages", &languages.join(", ")),
    }
    if let Some(base_url) = &config.site.base_url {
        say("Canonical", &format!("{base_url}{path}"));
    }
    if let Some(policy) = &security.policy {
        say("Policy", policy);
    }
    Some(text)
}

/// The feeds of all authors (OPML 2.0).
fn opml<'a>(edition: &'a Edition<'a>) -> Option<Rendition<'a>> {
    if edition.authors.is_empty() {
        return None;
    }
    let authors = edition.authors.iter();
    let names: Vec<(&str, &str)> = authors
        .map(|group| (group.name.as_str(), group.slug.as_str()))
        .collect();
    let made = KeyMaker::new("opml").key(edition.site_key);
    let key = made.key(fingerprint(&names)).finish();
    let make = move || {
        let site = &edition.config.site;
        let mut xml = Xml::new();
        xml.element("opml", &[("version", "2.0")], |xml| {
            xml.element("head", &[], |xml| xml.text("title", &[], &site.title));
            xml.element("body", &[], |xml| {
                for group in edition.authors {
                    let page = absolute(site.base_url.as_deref(), &encoded(&author::path(group)));
                    let outline = [
                        ("type", "rss"),
                        ("text", group.name.as_str()),
                        ("xmlUrl", &format!("{page}rss.xml")),
                        ("htmlUrl", &page),
                    ];
                    xml.empty("outline", &outline);
                }
            });
        });
        Ok(xml.finish())
    };
    Some(Rendition::made(
        "/authors.opml",
        "text/x-opml; charset=utf-8",
        key,
        make,
    ))
}
