//! The encoded forms of a body, made once at build time so that no request compresses anything.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

/// The highest takes twenty times as long for a tenth of the size.
const BROTLI_QUALITY: u32 = 5;
const BROTLI_HIGHEST: u32 = 11;
/// Stylesheets and scripts up to this length are worth the highest: few, and part of every page.
const PART_OF_PAGES: usize = 128 << 10;
const BROTLI_WINDOW: u32 = 22;
/// Below this a packet is a packet.
const SMALLEST: usize = 512;

/// The forms of one body that are worth keeping.
#[derive(Debug, Default)]
pub(super) struct Encoded {
    pub(super) brotli: Option<Vec<u8>>,
    pub(super) gzip: Option<Vec<u8>>,
}

/// Compresses a body if its type gains by it.
pub(super) fn encode(content_type: &str, bytes: &[u8]) -> Encoded {
    if !gains(content_type, bytes.len()) {
        return Encoded::default();
    }
    let worth = |form: Vec<u8>| (form.len() < bytes.len()).then_some(form);
    Encoded {
        brotli: brotli(bytes, quality(content_type, bytes.len())).and_then(worth),
        gzip: gzip(bytes).and_then(worth),
    }
}

/// Whether a body of that type and length is worth compressing.
pub(super) fn gains(content_type: &str, length: usize) -> bool {
    length >= SMALLEST && is_text(content_type)
}

fn is_text(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.starts_with("text/")
        || ["+xml", "+json", "/xml", "/json", "/javascript", "/wasm"]
            .iter()
            .any(|end| essence.ends_with(end))
}

fn quality(content_type: &str, length: usize) -> u32 {
    let is_part = ["text/css", "text/javascript"]
        .iter()
        .any(|part| content_type.starts_with(part));
    if is_part && length <= PART_OF_PAGES {
        BROTLI_HIGHEST
    } else {
        BROTLI_QUALITY
    }
}

fn brotli(bytes: &[u8], quality: u32) -> Option<Vec<u8>> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, quality, BROTLI_WINDOW);
    encoder.write_all(bytes).ok()?;
    Some(encoder.into_inner())
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_compressed_and_pictures_and_scraps_are_not() {
        let text = "byline ".repeat(1000);
        let encoded = encode("text/html; charset=utf-8", text.as_bytes());
        assert!(encoded.brotli.unwrap().len() < 100 && encoded.gzip.unwrap().len() < 100);
        assert!(encode("image/png", text.as_bytes()).gzip.is_none());
        assert!(encode("text/html", b"short").brotli.is_none());
    }

    #[test]
    fn what_is_part_of_every_page_is_compressed_best() {
        let css = include_bytes!("../../themes/default/static/style.css");
        let length = |content_type| encode(content_type, css).brotli.unwrap().len();
        assert!(length("text/css; charset=utf-8") * 20 < length("text/html") * 19);
    }
}
