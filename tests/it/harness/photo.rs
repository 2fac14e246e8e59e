//! Photos as cameras write them, with where they were taken.

use image::{DynamicImage, RgbImage};
use jpeg_encoder::{ColorType, Encoder};

/// What a camera says of a place, in whatever order its bytes are.
pub(crate) const PLACE: &[u8] = b"52.520008 N, 13.404954 E";

/// A JPEG of so many pixels as they lie in the file, each `seed` another; EXIF with the place, and
/// the way it is to be turned.
pub(crate) fn photo((width, height): (u32, u32), seed: u32, orientation: u8) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let wave = |by: u32| u8::try_from((x * by / 7 + y * seed / 5 + x * y / 97) % 256).unwrap();
        image::Rgb([wave(1), wave(2), wave(seed)])
    });
    let mut plain = Vec::new();
    let (width, height) = (width.try_into().unwrap(), height.try_into().unwrap());
    let encoder = Encoder::new(&mut plain, 90);
    encoder
        .encode(&picture, width, height, ColorType::Rgb)
        .unwrap();
    let exif = exif(orientation);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..]].concat()
}

/// The width and height of an image a browser would show.
pub(crate) fn size(bytes: &[u8]) -> (u32, u32) {
    let picture: DynamicImage = image::load_from_memory(bytes).unwrap();
    (picture.width(), picture.height())
}

fn exif(orientation: u8) -> Vec<u8> {
    let mut block = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
    block.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    // The directory of GPS, with a version and the place as text.
    block.extend([0x25, 0x88, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0]);
    block.extend([0; 4]);
    block.extend([2, 0]);
    block.extend([0, 0, 1, 0, 4, 0, 0, 0, 2, 3, 0, 0]);
    let length = u8::try_from(PLACE.len()).unwrap();
    block.extend([27, 0, 7, 0, length, 0, 0, 0, 68, 0, 0, 0]);
    block.extend([0; 4]);
    block.extend_from_slice(PLACE);
    block
}
