//! `robots.txt` (RFC 9309): everything may be read; a file of that name in the repository stands
//! above it.

use super::{Edition, Output, Rendition};
use crate::memo::KeyMaker;

pub(super) const OUTPUT: Output = Output {
    name: "robots",
    list,
};

fn list<'a>(edition: &'a Edition<'a>) -> Vec<Rendition<'a>> {
    let key = KeyMaker::new("robots").key(edition.site_key).finish();
    let make = move || {
        let mut text = "User-agent: *\nAllow: /\nDisallow: /-/\n".to_owned();
        // The address must be in full, so a blog that does not know its own names no sitemap.
        if let Some(base_url) = &edition.config.site.base_url {
            text.push_str(&format!("\nSitemap: {base_url}/sitemap.xml\n"));
        }
        Ok(text.into_bytes())
    };
    let path = "/robots.txt".to_owned();
    let content_type = "text/plain; charset=utf-8";
    vec![Rendition::made(path, content_type, key, make)]
}
