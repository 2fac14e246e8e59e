//! `robots.txt` (RFC 9309): everything may be read; a file of that name in the repository stands
//! above it.

use super::{Edition, Output, Rendition};
use crate::diagnostic::Diagnostic;

pub(super) const OUTPUT: Output = Output {
    name: "robots",
    make,
};

fn make(edition: &Edition<'_>) -> Result<Vec<Rendition>, Diagnostic> {
    let mut text = "User-agent: *\nAllow: /\nDisallow: /-/\n".to_owned();
    // The address must be in full, so a blog that does not know its own names no sitemap.
    if let Some(base_url) = &edition.config.site.base_url {
        text.push_str(&format!("\nSitemap: {base_url}/sitemap.xml\n"));
    }
    Ok(vec![Rendition::text(
        "/robots.txt",
        "text/plain; charset=utf-8",
        text,
        None,
    )])
}
