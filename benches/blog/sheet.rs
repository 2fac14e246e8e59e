//! The figures of one size, printed as they are measured and kept for the report.

use crate::arguments::Size;

/// One column of the table.
pub(crate) struct Sheet {
    pub(crate) size: Size,
    /// What was measured, and what came of it; the same figures in the same order for every size.
    pub(crate) rows: Vec<(&'static str, String)>,
    /// What the plot shows, in seconds, in the order of `plot::CURVES`.
    pub(crate) curves: [f64; 3],
}

/// Several runs of the same.
pub(crate) struct Spread(Vec<f64>);

impl Sheet {
    pub(crate) fn new(size: Size) -> Self {
        Self {
            size,
            rows: Vec::new(),
            curves: [0.0; 3],
        }
    }

    pub(crate) fn row(&mut self, what: &'static str, value: String) {
        println!("  {what:<78} {value}");
        self.rows.push((what, value));
    }

    /// Printed, and too long for the table.
    pub(crate) fn note(what: &str, value: &serde_json::Value) {
        println!("    {what}: {value}");
    }
}

impl Spread {
    pub(crate) fn of(mut seconds: Vec<f64>) -> Self {
        seconds.sort_by(f64::total_cmp);
        Self(seconds)
    }

    pub(crate) fn median(&self) -> f64 {
        self.0[self.0.len() / 2]
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (least, most) = (self.0[0], self.0[self.0.len() - 1]);
        write!(f, "{} ({least:.3} to {most:.3})", seconds(self.median()))
    }
}

/// With commas between the thousands.
pub(crate) fn grouped(number: usize) -> String {
    if number < 1000 {
        return number.to_string();
    }
    format!("{},{:03}", grouped(number / 1000), number % 1000)
}

pub(crate) fn seconds(seconds: f64) -> String {
    if seconds < 10.0 {
        return format!("{seconds:.3} s");
    }
    format!("{seconds:.1} s")
}
