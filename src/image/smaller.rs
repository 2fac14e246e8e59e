//! Smaller copies of a picture, for screens that need no more. The only doorway to the decoders and
//! encoders; a file they cannot read, or that passes the bounds, has no smaller copies.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{PixelType, Resizer};
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, Limits};

use super::{Facts, Format, MOST_PIXELS, taken_apart};

const JPEG_QUALITY: u8 = 82;
/// Bytes that one picture may take while it is decoded.
const MOST_BYTES: u64 = 512 << 20;
/// Of pictures with more pixels only one is decoded at a time.
const LARGE: u64 = 16 << 20;
/// A profile of colours that is longer is no profile.
const LONGEST_PROFILE: usize = 4 << 20;

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Copies of a picture that `plain` made, one for each width, all in the picture's own format;
/// `None` where there can be none, or where it would be no fewer bytes than the picture itself.
pub(crate) fn smaller(plain: &[u8], widths: &[u32]) -> Vec<Option<Vec<u8>>> {
    // Decoders are other people's code, and what they read is a stranger's.
    let made = catch_unwind(AssertUnwindSafe(|| copies(plain, widths)));
    let copies = made.ok().flatten().unwrap_or_default();
    let worth = |copy: Option<Vec<u8>>| copy.filter(|copy| copy.len() < plain.len());
    let mut copies: Vec<Option<Vec<u8>>> = copies.into_iter().map(worth).collect();
    copies.resize(widths.len(), None);
    copies
}

fn copies(plain: &[u8], widths: &[u32]) -> Option<Vec<Option<Vec<u8>>>> {
    let (facts, stripped) = taken_apart(plain).ok()?;
    let pixels = u64::from(facts.width) * u64::from(facts.height);
    if !facts.can_be_smaller() || pixels > MOST_PIXELS {
        return None;
    }
    let alone = || ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let _alone = (pixels > LARGE).then(alone);
    let orientation = Orientation::from_exif(stripped.orientation)?;
    drop(stripped);
    let picture = Picture::decoded(plain, facts.format)?;
    let copy = |width: &u32| {
        let height = u64::from(facts.height) * u64::from(*width) / u64::from(facts.width);
        let height = u32::try_from(height.max(1)).ok()?;
        picture.copy(&facts, (*width, height), orientation)
    };
    Some(widths.iter().map(copy).collect())
}

/// A decoded picture, as it lies in the file.
struct Picture {
    pixels: DynamicImage,
    /// What its colours mean.
    profile: Option<Vec<u8>>,
}

impl Picture {
    fn decoded(bytes: &[u8], format: Format) -> Option<Self> {
        let bytes = Cursor::new(bytes);
        let mut limits = Limits::default();
        limits.max_alloc = Some(MOST_BYTES);
        match format {
            Format::Jpeg => Self::from(JpegDecoder::new(bytes).ok()?, limits),
            Format::Png => Self::from(PngDecoder::with_limits(bytes, limits.clone()).ok()?, limits),
            Format::WebP | Format::Gif => None,
        }
    }

    fn from(mut decoder: impl ImageDecoder, limits: Limits) -> Option<Self> {
        decoder.set_limits(limits).ok()?;
        let (width, height) = decoder.dimensions();
        if u64::from(width) * u64::from(height) > MOST_PIXELS {
            return None;
        }
        let profile = decoder.icc_profile().ok().flatten();
        let pixels = DynamicImage::from_decoder(decoder).ok()?;
        let colour = pixels.color();
        let pixels = match (colour.has_color(), colour.has_alpha()) {
            (true, true) => DynamicImage::ImageRgba8(pixels.into_rgba8()),
            (true, false) => DynamicImage::ImageRgb8(pixels.into_rgb8()),
            (false, true) => DynamicImage::ImageLumaA8(pixels.into_luma_alpha8()),
            (false, false) => DynamicImage::ImageLuma8(pixels.into_luma8()),
        };
        // One that speaks of other channels, as of ink, was made use of or is of none.
        let space: &[u8] = if colour.has_color() { b"RGB " } else { b"GRAY" };
        let fits = |profile: &Vec<u8>| {
            profile.len() < LONGEST_PROFILE && profile.get(16..20) == Some(space)
        };
        Some(Self {
            profile: profile.filter(fits),
            pixels,
        })
    }

    /// A copy in a width and height as it is to be shown.
    fn copy(
        &self,
        facts: &Facts,
        (width, height): (u32, u32),
        orientation: Orientation,
    ) -> Option<Vec<u8>> {
        let lies = orientation.to_exif() >= 5;
        let (w, h) = if lies {
            (height, width)
        } else {
            (width, height)
        };
        let mut scaled = resized(&self.pixels, (w, h))?;
        scaled.apply_orientation(orientation);
        match facts.format {
            Format::Jpeg => self.jpeg(&scaled),
            Format::Png => self.png(&scaled),
            Format::WebP | Format::Gif => None,
        }
    }

    fn jpeg(&self, scaled: &DynamicImage) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, JPEG_QUALITY);
        if let Some(profile) = &self.profile {
            encoder.add_icc_profile(profile).ok()?;
        }
        let colour = if scaled.color().has_color() {
            jpeg_encoder::ColorType::Rgb
        } else {
            jpeg_encoder::ColorType::Luma
        };
        let width = u16::try_from(scaled.width()).ok()?;
        let height = u16::try_from(scaled.height()).ok()?;
        let encoded = encoder.encode(scaled.as_bytes(), width, height, colour);
        encoded.ok().map(|()| bytes)
    }

    fn png(&self, scaled: &DynamicImage) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let (compression, filter) = (CompressionType::Default, FilterType::Adaptive);
        let mut encoder = PngEncoder::new_with_quality(&mut bytes, compression, filter);
        if let Some(profile) = &self.profile {
            encoder.set_icc_profile(profile.clone()).ok()?;
        }
        let colour = ExtendedColorType::from(scaled.color());
        let (width, height) = (scaled.width(), scaled.height());
        let encoded = encoder.write_image(scaled.as_bytes(), width, height, colour);
        encoded.ok().map(|()| bytes)
    }
}

/// The picture in another size; one of eight bits a channel.
fn resized(pixels: &DynamicImage, (width, height): (u32, u32)) -> Option<DynamicImage> {
    let kind = match pixels {
        DynamicImage::ImageLuma8(_) => PixelType::U8,
        DynamicImage::ImageLumaA8(_) => PixelType::U8x2,
        DynamicImage::ImageRgb8(_) => PixelType::U8x3,
        DynamicImage::ImageRgba8(_) => PixelType::U8x4,
        _ => return None,
    };
    let from = ImageRef::new(pixels.width(), pixels.height(), pixels.as_bytes(), kind).ok()?;
    let mut to = Image::new(width, height, kind);
    Resizer::new().resize(&from, &mut to, None).ok()?;
    let bytes = to.into_vec();
    match kind {
        PixelType::U8 => {
            image::GrayImage::from_raw(width, height, bytes).map(DynamicImage::ImageLuma8)
        }
        PixelType::U8x2 => {
            image::GrayAlphaImage::from_raw(width, height, bytes).map(DynamicImage::ImageLumaA8)
        }
        PixelType::U8x3 => {
            image::RgbImage::from_raw(width, height, bytes).map(DynamicImage::ImageRgb8)
        }
        _ => image::RgbaImage::from_raw(width, height, bytes).map(DynamicImage::ImageRgba8),
    }
}
