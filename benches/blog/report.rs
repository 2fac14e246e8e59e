//! The figures as a region of a Markdown page; what stands around the region stays.

use std::fs;
use std::path::Path;

use crate::plot;
use crate::sheet::{Sheet, grouped};

const BEGIN: &str = "<!-- figures: begin -->\n";
const END: &str = "<!-- figures: end -->\n";

/// Replaces the region of the file at `path`, which must have one.
pub(crate) fn write(path: &Path, sheets: &[Sheet]) -> Result<(), String> {
    let place = path.display();
    let page = fs::read_to_string(path).map_err(|error| format!("`{place}`: {error}"))?;
    let (before, rest) = page
        .split_once(BEGIN)
        .ok_or(format!("`{place}` has no line `{}`", BEGIN.trim_end()))?;
    let (_, after) = rest
        .split_once(END)
        .ok_or(format!("`{place}` has no line `{}`", END.trim_end()))?;
    let page = format!(
        "{before}{BEGIN}\n{}\n\n{}\n{}\n{END}{after}",
        machine(),
        table(sheets),
        plot::svg(sheets)
    );
    fs::write(path, page).map_err(|error| format!("`{place}`: {error}"))
}

/// A line for each figure, a column for each size.
fn table(sheets: &[Sheet]) -> String {
    let mut header = "| |".to_owned();
    let mut rule = "|---|".to_owned();
    for sheet in sheets {
        header += &format!(" {} posts |", grouped(sheet.size.posts));
        rule += "---:|";
    }
    let mut lines = vec![header, rule];
    for (at, (what, _)) in sheets[0].rows.iter().enumerate() {
        let values = sheets.iter().map(|sheet| sheet.rows[at].1.as_str());
        lines.push(format!(
            "| {what} | {} |",
            values.collect::<Vec<_>>().join(" | ")
        ));
    }
    lines.join("\n") + "\n"
}

/// What the figures are of, in a sentence.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let about = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = about
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("an unnamed processor", |(_, model)| model);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').nth(2).unwrap_or("unknown");
    format!(
        "byline {} on {}, {cores} cores of {model}; load over the last 15 minutes: {load}.",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS
    )
}
