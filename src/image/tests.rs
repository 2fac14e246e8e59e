//! Pictures as cameras write them, and pictures that are written to hurt.

use image::codecs::png::PngEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder, RgbImage};
use jpeg_encoder::{ColorType, Encoder};

use super::*;

const SECRET: &[u8] = b"52.520008,13.404954";
const CORNERS: [[u8; 3]; 4] = [[220, 30, 30], [30, 200, 30], [30, 30, 220], [220, 220, 30]];

/// Each quarter of another colour: left and right of the upper half, then of the lower; rough, so
/// that fewer pixels are fewer bytes.
fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let quarter = usize::from(x >= width / 2) + 2 * usize::from(y >= height / 2);
        let rough = u8::try_from((x * 7 + y * 13 + x * y) % 29).unwrap();
        image::Rgb(CORNERS[quarter].map(|channel| channel + rough))
    })
}

/// EXIF with an orientation, and where it was taken.
fn exif(orientation: u8) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        let mut entry = tag.to_le_bytes().to_vec();
        entry.extend(kind.to_le_bytes());
        entry.extend(count.to_le_bytes());
        entry.extend(value.to_le_bytes());
        entry
    };
    let length = u32::try_from(SECRET.len()).unwrap();
    let mut block = b"Exif\0\0II*\0\x08\0\0\0\x03\0".to_vec();
    block.extend(entry(0x010f, 2, length, 50));
    block.extend(entry(0x0112, 3, 1, orientation.into()));
    block.extend(entry(0x8825, 4, 1, 50));
    block.extend([0; 4]);
    block.extend_from_slice(SECRET);
    block
}

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &length[..], body].concat()
}

fn jpeg_of(picture: &DynamicImage) -> Vec<u8> {
    let colour = match picture {
        DynamicImage::ImageLuma8(_) => ColorType::Luma,
        DynamicImage::ImageRgba8(_) => ColorType::Cmyk,
        _ => ColorType::Rgb,
    };
    let mut bytes = Vec::new();
    let (width, height) = (picture.width() as u16, picture.height() as u16);
    let encoder = Encoder::new(&mut bytes, 90);
    encoder
        .encode(picture.as_bytes(), width, height, colour)
        .unwrap();
    bytes
}

/// A JPEG as phones write it: EXIF, XMP, a comment, and a second picture behind the first.
fn jpeg(orientation: u8, (width, height): (u32, u32)) -> Vec<u8> {
    let plain = jpeg_of(&quarters(width, height).into());
    let mut bytes = vec![0xff, 0xd8];
    bytes.extend(segment(0xe1, &exif(orientation)));
    let xmp = [b"http://ns.adobe.com/xap/1.0/\0", SECRET].concat();
    bytes.extend(segment(0xe1, &xmp));
    bytes.extend(segment(0xe2, &[b"MPF\0", SECRET].concat()));
    bytes.extend(segment(0xed, &[b"Photoshop 3.0\0", SECRET].concat()));
    bytes.extend(segment(0xfe, SECRET));
    bytes.extend_from_slice(&plain[2..]);
    bytes.extend([0xff, 0xd8]);
    bytes.extend(segment(0xe1, &exif(orientation)));
    bytes.extend_from_slice(&plain[2..]);
    bytes
}

fn png_chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(&[name, data].concat());
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], name, data, &crc.sum().to_be_bytes()].concat()
}

fn png_of(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let colour = ExtendedColorType::from(picture.color());
    let (width, height) = (picture.width(), picture.height());
    let encoder = PngEncoder::new(&mut bytes);
    encoder
        .write_image(picture.as_bytes(), width, height, colour)
        .unwrap();
    bytes
}

/// A PNG with EXIF, texts, a time, a private chunk, and something behind its end.
fn png(orientation: u8) -> Vec<u8> {
    let plain = png_of(&quarters(60, 40).into());
    let (head, rest) = plain.split_at(8 + 25);
    let words = [
        png_chunk(b"eXIf", &exif(orientation)[6..]),
        png_chunk(b"tEXt", &[b"Place\0", SECRET].concat()),
        png_chunk(b"iTXt", SECRET),
        png_chunk(b"zTXt", SECRET),
        png_chunk(b"prVt", SECRET),
    ];
    [head, &words.concat(), rest, SECRET].concat()
}

/// One pixel, in the extended form with EXIF and XMP.
fn webp(orientation: u8) -> Vec<u8> {
    let chunk = |name: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_le_bytes();
        [name, &length[..], data, &vec![0; data.len() % 2]].concat()
    };
    let pixel = b"0\x01\x00\x9d\x01*\x01\x00\x01\x00\x0e\xc0\xfe%\xa4\x00\x03p\x00\x00\x00\x00";
    let body = [
        b"WEBP".to_vec(),
        chunk(b"VP8X", &[0x0c, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        chunk(b"VP8 ", pixel),
        chunk(b"EXIF", &exif(orientation)),
        chunk(b"XMP ", SECRET),
    ]
    .concat();
    let length = u32::try_from(body.len()).unwrap().to_le_bytes();
    [b"RIFF", &length[..], &body].concat()
}

/// The colours at the middle of each quarter, by their place among `CORNERS`.
fn corners(bytes: &[u8]) -> [usize; 4] {
    let picture = image::load_from_memory(bytes).unwrap().into_rgb8();
    let (w, h) = picture.dimensions();
    let places = [(1, 1), (3, 1), (1, 3), (3, 3)];
    places.map(|(x, y)| {
        let pixel = picture.get_pixel(w * x / 4, h * y / 4).0;
        let far = |corner: &[u8; 3]| -> u32 {
            let pairs = corner.iter().zip(pixel);
            pairs.map(|(a, b)| u32::from(a.abs_diff(b))).sum()
        };
        (0..4).min_by_key(|place| far(&CORNERS[*place])).unwrap()
    })
}

fn one(plain: &[u8], width: u32) -> Option<Vec<u8>> {
    smaller(plain, &[width]).pop().unwrap()
}

#[test]
fn what_a_camera_says_is_gone_and_the_picture_is_as_it_was() {
    for (whole, format) in [
        (jpeg(1, (120, 80)), Format::Jpeg),
        (png(1), Format::Png),
        (webp(1), Format::WebP),
    ] {
        assert!(holds(&whole, SECRET));
        let plain = plain(&whole).unwrap();
        assert!(!holds(&plain, SECRET) && !holds(&plain, b"Exif") && !holds(&plain, b"XMP "));
        assert_eq!(facts(&plain), facts(&whole));
        assert_eq!(facts(&plain).unwrap().format, format);
        assert_eq!(
            super::plain(&plain).unwrap(),
            plain,
            "nothing is left to remove"
        );
        if format != Format::WebP {
            let pixels = |bytes: &[u8]| image::load_from_memory(bytes).unwrap();
            assert_eq!(pixels(&plain), pixels(&whole), "{format:?}");
        }
    }
}

#[test]
fn every_orientation_is_kept_and_applied() {
    // Which colours stand where, when it is shown as EXIF means it.
    let shown = [
        [0, 1, 2, 3],
        [1, 0, 3, 2],
        [3, 2, 1, 0],
        [2, 3, 0, 1],
        [0, 2, 1, 3],
        [2, 0, 3, 1],
        [3, 1, 2, 0],
        [1, 3, 0, 2],
    ];
    for (orientation, expected) in (1..=8).zip(shown) {
        let plain = plain(&jpeg(orientation, (400, 200))).unwrap();
        let facts = facts(&plain).unwrap();
        let upright = orientation < 5;
        let size = if upright { (400, 200) } else { (200, 400) };
        assert_eq!((facts.width, facts.height), size, "{orientation}");
        let copy = one(&plain, 100).unwrap();
        let size = if upright { (100, 50) } else { (100, 200) };
        let copied = super::facts(&copy).unwrap();
        assert_eq!((copied.width, copied.height), size, "{orientation}");
        assert!(!holds(&copy, b"Exif"), "{orientation}");
        assert_eq!(corners(&copy), expected, "{orientation}");
        assert_eq!(taken_apart(&plain).unwrap().1.orientation, orientation);
        let png = super::plain(&png(orientation)).unwrap();
        assert_eq!(taken_apart(&png).unwrap().1.orientation, orientation);
        let webp = super::plain(&webp(orientation)).unwrap();
        assert_eq!(taken_apart(&webp).unwrap().1.orientation, orientation);
    }
}

#[test]
fn colours_of_every_kind_have_smaller_copies() {
    let picture = DynamicImage::from(quarters(300, 200));
    let grey = DynamicImage::from(picture.to_luma8());
    let ink = DynamicImage::from(picture.to_rgba8());
    for (name, bytes) in [
        ("grey JPEG", jpeg_of(&grey)),
        ("CMYK JPEG", jpeg_of(&ink)),
        ("16 bits", png_of(&DynamicImage::from(picture.to_rgb16()))),
        (
            "16 bits, see-through",
            png_of(&DynamicImage::from(picture.to_rgba16())),
        ),
        ("grey PNG", png_of(&grey)),
        (
            "see-through grey",
            png_of(&DynamicImage::from(picture.to_luma_alpha8())),
        ),
    ] {
        let copy = one(&plain(&bytes).unwrap(), 100).unwrap_or_else(|| unreachable!("{name}"));
        let facts = facts(&copy).unwrap();
        assert_eq!((facts.width, facts.height), (100, 66), "{name}");
        image::load_from_memory(&copy).unwrap();
    }
}

#[test]
fn a_profile_of_colours_stays_with_the_picture_and_its_copies() {
    let mut profile = vec![7; 3000];
    profile[..4].copy_from_slice(&3000_u32.to_be_bytes());
    profile[16..20].copy_from_slice(b"RGB ");
    let part = |number: u8, data: &[u8]| {
        segment(0xe2, &[b"ICC_PROFILE\0", &[number, 2][..], data].concat())
    };
    let whole = jpeg(1, (400, 200));
    let parts = [part(1, &profile[..2000]), part(2, &profile[2000..])].concat();
    let whole = [&whole[..2], &parts, &whole[2..]].concat();
    let plain = plain(&whole).unwrap();
    assert!(holds(&plain, &parts));
    assert!(holds(&one(&plain, 100).unwrap(), &profile));
    let longer = [part(1, &profile), part(2, SECRET)].concat();
    let damaged = [&whole[..2], &longer, &whole[2 + parts.len()..]].concat();
    assert!(!holds(&super::plain(&damaged).unwrap(), SECRET));
}

#[test]
fn a_file_is_what_its_bytes_say_and_not_its_name() {
    let refused = |bytes: &[u8], reason, silent| {
        assert_eq!(facts(bytes), Err(Refused { reason, silent }));
    };
    refused(b"", Unreadable::Unknown, true);
    refused(b"<svg xmlns='x'/>", Unreadable::Unknown, true);
    refused(b"\0\0\0\x18ftypheic", Unreadable::Unknown, false);
    refused(&exif(1), Unreadable::Unknown, false);
    refused(b"\xff\xd8\xff", Unreadable::Damaged, true);
    refused(&jpeg(1, (48, 32))[..90], Unreadable::Damaged, false);
    let gif = facts(b"GIF89a\x02\0\x03\0\0\0\0;").unwrap();
    assert_eq!((gif.width, gif.height, gif.can_be_smaller()), (2, 3, false));
}

#[test]
fn a_picture_without_size_is_none_and_one_of_too_many_pixels_is_never_decoded() {
    let sized = |width: u32, height: u32| {
        let plain = png_of(&quarters(60, 40).into());
        let sides = [&width.to_be_bytes()[..], &height.to_be_bytes()].concat();
        let header = png_chunk(b"IHDR", &[&sides, &plain[24..29]].concat());
        [&plain[..8], &header, &plain[33..]].concat()
    };
    assert_eq!(plain(&sized(0, 40)), Err(Unreadable::Nothing));
    let huge = sized(60_000, 60_000);
    assert!(facts(&huge).unwrap().is_huge());
    assert_eq!(one(&huge, 480), None);
    // As many as are allowed, of which there are few.
    let empty = sized(8_000, 8_000);
    assert!(facts(&empty).unwrap().can_be_smaller());
    assert_eq!(one(&empty, 480), None);
}

/// Each way to damage a file: cut short anywhere, and one byte of it another.
fn damaged(whole: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let cut = (0..whole.len()).map(|length| whole[..length].to_vec());
    let flipped = (0..whole.len() * 2).map(|at| {
        let mut bytes = whole.to_vec();
        bytes[at / 2] ^= if at % 2 == 0 { 0x01 } else { 0x80 };
        bytes
    });
    cut.chain(flipped)
}

#[test]
fn a_damaged_picture_says_no_more_than_a_whole_one() {
    for whole in [jpeg(6, (48, 32)), png(6), webp(6)] {
        let mut read = 0;
        for bytes in damaged(&whole) {
            let Ok(plain) = plain(&bytes) else { continue };
            read += 1;
            let at = bytes.iter().zip(&whole).position(|(a, b)| a != b);
            let told = holds(&plain, &SECRET[..9]);
            assert!(!told, "byte {at:?} of {:?}", Format::of(&whole));
            // Decoding each of them takes long.
            if read % 8 != 0 {
                continue;
            }
            for copy in smaller(&plain, &[16]).into_iter().flatten() {
                assert!(!holds(&copy, &SECRET[..9]));
            }
        }
        assert!(read > 50, "{read} are pictures still");
    }
}

#[test]
fn a_picture_whose_colours_follow_one_another_is_left_whole() {
    let picture = quarters(400, 200);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 82);
    // Such tables are written for one colour after the other.
    encoder.set_optimized_huffman_tables(true);
    encoder.encode(&picture, 400, 200, ColorType::Rgb).unwrap();
    assert!(!facts(&bytes).unwrap().can_be_smaller());
    assert_eq!(one(&plain(&bytes).unwrap(), 100), None);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 82);
    encoder.set_progressive(true);
    encoder.encode(&picture, 400, 200, ColorType::Rgb).unwrap();
    let copy = one(&plain(&bytes).unwrap(), 100).unwrap();
    assert_eq!(corners(&copy), [0, 1, 2, 3]);
}
