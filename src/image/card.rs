//! The picture that stands for a post without one where it is linked to: its title, who wrote it when,
//! and the blog's name, in the colours of the built-in theme. The font is a subset of Source Serif 4
//! (`font/OFL.txt`): Latin, Greek and Cyrillic. What it lacks is left out, and not drawn as boxes.

use std::sync::OnceLock;

use ::png::{BitDepth, ColorType, Compression, Encoder, Filter};
use ab_glyph::{Font as _, FontRef, Glyph, Point, PxScale, ScaleFont as _, point};

/// Of all that is drawn here: another number draws every card anew, at another address.
pub(crate) const CARD_VERSION: u64 = 1;
pub(crate) const CARD_WIDTH: u32 = 1200;
pub(crate) const CARD_HEIGHT: u32 = 630;

const WIDTH: usize = CARD_WIDTH as usize;
const HEIGHT: usize = CARD_HEIGHT as usize;
const MARGIN: f32 = 90.0;
const SMALL: f32 = 36.0;
/// Sizes of titles with the lines there is room for; the first that holds the title is taken.
const TITLES: [(f32, usize); 3] = [(88.0, 3), (70.0, 4), (56.0, 5)];

type Rgb = [u8; 3];

const PAPER: Rgb = [0xfc, 0xfc, 0xfc];
const INK: Rgb = [0x1a, 0x1a, 0x1d];
const RED: Rgb = [0xb8, 0x12, 0x2a];
/// Steps from paper to each of the two others. With paper itself they are colours of four bits.
const STEPS: u8 = 7;

/// What a card shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Card {
    /// In large letters.
    title: String,
    /// Above it, and below it.
    small: [Option<String>; 2],
}

/// A colour that letters are drawn in, by its first place in the palette.
#[derive(Clone, Copy)]
enum Colour {
    Ink = 1,
    Red = 1 + STEPS as isize,
}

impl Card {
    /// A title that the font lacks letters of gives way to the blog's name; `None` where that cannot
    /// be shown either.
    pub(crate) fn new(title: &str, byline: &str, blog: &str) -> Option<Self> {
        let shown = |text: &str| is_shown(text).then(|| text.to_owned());
        match (shown(title), shown(blog)) {
            (Some(title), blog) => Some(Self {
                title,
                small: [blog, shown(byline)],
            }),
            (None, Some(blog)) => Some(Self {
                title: blog,
                small: [None, None],
            }),
            (None, None) => None,
        }
    }

    /// All that it shows, in one text.
    pub(crate) fn words(&self) -> String {
        let small = self
            .small
            .each_ref()
            .map(|text| text.as_deref().unwrap_or_default());
        [&self.title, small[0], small[1]].join("\0")
    }

    pub(crate) fn png(&self) -> Vec<u8> {
        let mut sheet = Sheet {
            pixels: vec![0; WIDTH * HEIGHT],
        };
        sheet.bar();
        let [above, below] = &self.small;
        if let Some(text) = above {
            sheet.line(&fitting(text, SMALL, 1)[0], SMALL, 128.0, Colour::Red);
        }
        let sizes = TITLES.iter().map(|(size, room)| (*size, *room));
        let fits = |(size, room): &(f32, usize)| lines(&self.title, *size).len() <= *room;
        let (size, room) = sizes.clone().find(fits).unwrap_or(TITLES[TITLES.len() - 1]);
        let height = size * 1.15;
        for (number, line) in fitting(&self.title, size, room).iter().enumerate() {
            let baseline = 160.0 + size + height * f32::from(u8::try_from(number).unwrap_or(0));
            sheet.line(line, size, baseline, Colour::Ink);
        }
        if let Some(text) = below {
            sheet.line(&fitting(text, SMALL, 1)[0], SMALL, 562.0, Colour::Red);
        }
        sheet.png()
    }
}

/// Pixels as places in the palette.
struct Sheet {
    pixels: Vec<u8>,
}

impl Sheet {
    fn bar(&mut self) {
        let full = Colour::Red as u8 + STEPS - 1;
        for row in self.pixels.chunks_exact_mut(WIDTH) {
            row[..24].fill(full);
        }
    }

    fn line(&mut self, text: &str, size: f32, baseline: f32, colour: Colour) {
        let scaled = font().as_scaled(PxScale::from(size));
        let mut at = MARGIN;
        for letter in text.chars() {
            let id = font().glyph_id(letter);
            self.letter(
                id.with_scale_and_position(size, point(at, baseline)),
                colour,
            );
            at += scaled.h_advance(id);
        }
    }

    fn letter(&mut self, glyph: Glyph, colour: Colour) {
        let Some(outline) = font().outline_glyph(glyph) else {
            return;
        };
        let Point { x: left, y: top } = outline.px_bounds().min;
        outline.draw(|x, y, covered| {
            let step = (covered.clamp(0.0, 1.0) * f32::from(STEPS)).round();
            let (x, y) = (left + x as f32, top + y as f32);
            let inside = x >= 0.0 && y >= 0.0 && x < WIDTH as f32 && y < HEIGHT as f32;
            if inside && step >= 1.0 {
                let place = &mut self.pixels[y as usize * WIDTH + x as usize];
                *place = (*place).max(colour as u8 + step as u8 - 1);
            }
        });
    }

    fn png(&self) -> Vec<u8> {
        let pairs = self.pixels.chunks_exact(2);
        let packed: Vec<u8> = pairs.map(|pair| pair[0] << 4 | pair[1]).collect();
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, CARD_WIDTH, CARD_HEIGHT);
        encoder.set_color(ColorType::Indexed);
        encoder.set_depth(BitDepth::Four);
        encoder.set_palette(palette());
        encoder.set_compression(Compression::Fast);
        encoder.set_filter(Filter::NoFilter);
        let written = encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&packed));
        written.expect("a picture of known size can be written to memory");
        bytes
    }
}

fn palette() -> Vec<u8> {
    let mix = |to: Rgb, step: u8| {
        let part = |from: u8, to: u8| {
            let (from, to) = (u32::from(from), u32::from(to));
            let (step, steps) = (u32::from(step), u32::from(STEPS));
            u8::try_from((from * (steps - step) + to * step) / steps).unwrap_or(u8::MAX)
        };
        [0, 1, 2].map(|at| part(PAPER[at], to[at]))
    };
    let ramps = [INK, RED].into_iter();
    let ramps = ramps.flat_map(|to| (1..=STEPS).map(move |step| mix(to, step)));
    std::iter::once(PAPER).chain(ramps).flatten().collect()
}

/// The lines of a text, of which there is room for a few.
fn fitting(text: &str, size: f32, room: usize) -> Vec<String> {
    let mut lines = lines(text, size);
    if lines.len() > room {
        lines.truncate(room);
        if let Some(last) = lines.last_mut() {
            while width(last, size) + width("…", size) > room_for_text() && last.pop().is_some() {
            }
            last.truncate(last.trim_end().len());
            last.push('…');
        }
    }
    lines
}

/// A text broken between words, and within those that are wider than a line; at least one line.
fn lines(text: &str, size: f32) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().filter(|line| !line.is_empty());
        if let Some(line) = line {
            let longer = format!("{line} {word}");
            if width(&longer, size) <= room_for_text() {
                *line = longer;
                continue;
            }
            lines.push(String::new());
        }
        for letter in word.chars() {
            let mut longer = lines.last().cloned().unwrap_or_default();
            longer.push(letter);
            match lines.last_mut() {
                Some(line) if width(&longer, size) <= room_for_text() => *line = longer,
                _ => lines.push(letter.to_string()),
            }
        }
    }
    lines
}

fn width(text: &str, size: f32) -> f32 {
    let scaled = font().as_scaled(PxScale::from(size));
    let letters = text.chars();
    letters
        .map(|letter| scaled.h_advance(font().glyph_id(letter)))
        .sum()
}

fn room_for_text() -> f32 {
    WIDTH as f32 - 2.0 * MARGIN
}

/// Whether the font has all its letters.
fn is_shown(text: &str) -> bool {
    let known = |letter: char| letter.is_whitespace() || font().glyph_id(letter).0 != 0;
    !text.trim().is_empty() && text.chars().all(known)
}

fn font() -> &'static FontRef<'static> {
    static FONT: OnceLock<FontRef<'static>> = OnceLock::new();
    FONT.get_or_init(|| {
        let bytes = include_bytes!("font/card-serif.ttf");
        FontRef::try_from_slice(bytes).expect("the font in the program can be read")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(title: &str) -> Card {
        Card::new(title, "Ann · 1 May 2024", "Animals").unwrap()
    }

    #[test]
    fn a_card_is_a_small_picture_of_its_size_and_shows_what_it_says() {
        let png = card("Žluťoučký кот и Ωμέγα").png();
        let facts = crate::image::facts(&png).unwrap();
        assert_eq!((facts.width, facts.height), (CARD_WIDTH, CARD_HEIGHT));
        assert!(png.len() < 40_000, "{}", png.len());
        assert_eq!(png, card("Žluťoučký кот и Ωμέγα").png());
        assert_ne!(png, card("Žluťoučký кот и Ωμέγ").png());
    }

    #[test]
    fn what_the_font_lacks_is_left_out() {
        assert_eq!(card("日本語").title, "Animals");
        assert_eq!(card("日本語").small, [None, None]);
        assert_eq!(Card::new("日本語", "Ann", "ブログ"), None);
        assert_eq!(
            Card::new("Cats", "安", "ブログ").unwrap().small,
            [None, None]
        );
    }

    #[test]
    fn titles_of_any_length_and_words_of_any_width_keep_to_the_sheet() {
        for title in [
            "a".repeat(300),
            "aa ".repeat(100),
            "W".to_owned(),
            "\u{a0}x".to_owned(),
        ] {
            for (size, room) in TITLES {
                let fitting = fitting(&title, size, room);
                assert!((1..=room).contains(&fitting.len()));
                let wide = |line: &String| width(line, size) > room_for_text();
                assert!(!fitting.iter().any(wide), "{fitting:?}");
            }
            card(&title).png();
        }
    }
}
