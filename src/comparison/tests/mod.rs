//! Comparisons as readers get them, small ones by hand and many at random.

mod cases;
mod properties;
mod rendered;

use super::{Bounds, Comparison, Phrases, compare};

fn compared(old: &str, new: &str) -> Comparison {
    compared_within(old, new, &Bounds::default())
}

fn compared_within(old: &str, new: &str, bounds: &Bounds) -> Comparison {
    let phrases = Phrases {
        added: "added",
        removed: "removed",
        restyled: "form",
        picture: "picture",
        unchanged: &|count| format!("{count} unchanged"),
    };
    compare(old, new, &phrases, bounds)
}
