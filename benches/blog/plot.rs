//! Posts against seconds as an SVG to stand in a page: it takes the page's own colour for all but
//! the three curves, and has no style of its own, which the pages' security policy would refuse.

use std::fmt::Write as _;

use crate::sheet::{Sheet, grouped, seconds};

/// Name, colour and dashes; the colours stand out from white and from black.
pub(crate) const CURVES: [(&str, &str, &str); 3] = [
    ("cold build, CPU", "#3b82d6", "none"),
    ("push to visible", "#c9671b", "8 4"),
    ("restart to first page", "#2e8b57", "2 4"),
];
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 600.0;
const TOP: f64 = 50.0;
const BOTTOM: f64 = 350.0;

/// Both axes in powers of ten.
struct Axes {
    posts: (i32, i32),
    seconds: (i32, i32),
}

impl Axes {
    fn of(sheets: &[Sheet]) -> Self {
        let posts = sheets.iter().map(|sheet| sheet.size.posts as f64);
        let seconds = sheets.iter().flat_map(|sheet| sheet.curves);
        Self {
            posts: decades(posts),
            seconds: decades(seconds),
        }
    }

    fn x(&self, posts: f64) -> f64 {
        LEFT + (RIGHT - LEFT) * share(posts, self.posts)
    }

    fn y(&self, seconds: f64) -> f64 {
        BOTTOM - (BOTTOM - TOP) * share(seconds, self.seconds)
    }
}

/// The powers of ten around all values.
fn decades(values: impl Iterator<Item = f64>) -> (i32, i32) {
    let (mut least, mut most) = (f64::MAX, f64::MIN_POSITIVE);
    for value in values {
        least = least.min(value);
        most = most.max(value);
    }
    let (least, most) = (least.log10().floor() as i32, most.log10().ceil() as i32);
    (least, most.max(least + 1))
}

fn share(value: f64, (from, to): (i32, i32)) -> f64 {
    (value.log10() - f64::from(from)) / f64::from(to - from)
}

/// Without a blank line, which would end the HTML in Markdown.
pub(crate) fn svg(sheets: &[Sheet]) -> String {
    let axes = Axes::of(sheets);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"speed-title speed-desc\" \
         font-family=\"sans-serif\" font-size=\"13\" fill=\"currentColor\">\n\
         <title id=\"speed-title\">Seconds against posts</title>\n\
         <desc id=\"speed-desc\">{}</desc>\n",
        description(sheets)
    );
    grid(&mut svg, &axes);
    for (index, (name, colour, dashes)) in CURVES.iter().enumerate() {
        legend(&mut svg, index, name, colour, dashes);
        curve(&mut svg, &axes, sheets, index);
    }
    svg + "</svg>\n"
}

/// The curves in words.
fn description(sheets: &[Sheet]) -> String {
    let mut text = "Both axes are logarithmic.".to_owned();
    for (index, (name, ..)) in CURVES.iter().enumerate() {
        let points: Vec<String> = sheets
            .iter()
            .map(|sheet| {
                format!(
                    "{} at {} posts",
                    seconds(sheet.curves[index]),
                    grouped(sheet.size.posts)
                )
            })
            .collect();
        put(
            &mut text,
            format_args!(" Seconds of {name}: {}.", points.join(", ")),
        );
    }
    text
}

fn grid(svg: &mut String, axes: &Axes) {
    for power in axes.posts.0..=axes.posts.1 {
        let x = axes.x(10_f64.powi(power));
        put(
            svg,
            format_args!(
                "<path d=\"M{x:.1} {TOP}V{BOTTOM}\" stroke=\"currentColor\" stroke-opacity=\"0.25\" fill=\"none\"/>\n<text x=\"{x:.1}\" y=\"370\" text-anchor=\"middle\">{}</text>\n",
                grouped(10_f64.powi(power) as usize)
            ),
        );
    }
    for power in axes.seconds.0..=axes.seconds.1 {
        let y = axes.y(10_f64.powi(power));
        put(
            svg,
            format_args!(
                "<path d=\"M{LEFT} {y:.1}H{RIGHT}\" stroke=\"currentColor\" stroke-opacity=\"0.25\" fill=\"none\"/>\n<text x=\"62\" y=\"{:.1}\" text-anchor=\"end\">{} s</text>\n",
                y + 4.0,
                10_f64.powi(power)
            ),
        );
    }
    put(
        svg,
        format_args!(
            "<text x=\"{:.1}\" y=\"392\" text-anchor=\"middle\">posts</text>\n",
            (LEFT + RIGHT) / 2.0
        ),
    );
}

fn legend(svg: &mut String, index: usize, name: &str, colour: &str, dashes: &str) {
    let x = LEFT + 190.0 * index as f64;
    put(
        svg,
        format_args!(
            "<path d=\"M{x} 24h32\" stroke=\"{colour}\" stroke-width=\"3\" stroke-dasharray=\"{dashes}\" fill=\"none\"/>\n<text x=\"{}\" y=\"28\">{name}</text>\n",
            x + 40.0
        ),
    );
}

fn curve(svg: &mut String, axes: &Axes, sheets: &[Sheet], index: usize) {
    let (_, colour, dashes) = CURVES[index];
    let points: Vec<(f64, f64)> = sheets
        .iter()
        .map(|sheet| (axes.x(sheet.size.posts as f64), axes.y(sheet.curves[index])))
        .collect();
    let line: Vec<String> = points
        .iter()
        .map(|(x, y)| format!("{x:.1},{y:.1}"))
        .collect();
    put(
        svg,
        format_args!(
            "<polyline points=\"{}\" stroke=\"{colour}\" stroke-width=\"3\" stroke-dasharray=\"{dashes}\" fill=\"none\"/>\n",
            line.join(" ")
        ),
    );
    for (x, y) in points {
        put(
            svg,
            format_args!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\" fill=\"{colour}\"/>\n"),
        );
    }
}

fn put(text: &mut String, more: std::fmt::Arguments<'_>) {
    text.write_fmt(more).expect("memory takes it");
}
