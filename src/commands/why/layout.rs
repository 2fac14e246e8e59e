//! Facts laid out for people: a label, what it is, and below it why, in columns.

/// Where values begin, in characters.
const MARGIN: usize = 14;

/// A table being written.
#[derive(Default)]
pub(super) struct Sheet {
    text: String,
}

impl Sheet {
    /// A line of its own.
    pub(super) fn line(&mut self, text: &str) {
        let text: String = text.chars().filter(|c| is_plain(*c)).collect();
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    /// A fact under its label.
    pub(super) fn fact(&mut self, label: &str, value: &str) {
        self.line(&format!("{label:MARGIN$}{value}"));
    }

    /// A line about the fact above.
    pub(super) fn note(&mut self, text: &str) {
        self.line(&format!("{:MARGIN$}{text}", ""));
    }

    /// Lines about the fact above, in columns as wide as they need to be.
    pub(super) fn rows<const N: usize>(&mut self, rows: impl IntoIterator<Item = [String; N]>) {
        let rows: Vec<[String; N]> = rows.into_iter().collect();
        let widths: [usize; N] = std::array::from_fn(|column| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.max().unwrap_or_default()
        });
        for row in rows {
            let cells = row.iter().zip(widths);
            let cells: Vec<String> = cells
                .filter(|(_, width)| *width > 0)
                .map(|(cell, width)| format!("{cell:width$}"))
                .collect();
            self.note(&format!("  {}", cells.join("  ")));
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// What an author or a committer wrote must not move the cursor or turn the line around.
fn is_plain(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !c.is_control() && !turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_needed_and_empty_ones_are_left_out() {
        let mut sheet = Sheet::default();
        sheet.fact("title", "A\u{1b}[2J");
        let row = |cells: [&str; 3]| cells.map(str::to_owned);
        sheet.rows([row(["é", "", "x"]), row(["long", "", "y "])]);
        let indent = " ".repeat(MARGIN + 2);
        let expected = format!("title         A[2J\n{indent}é     x\n{indent}long  y\n");
        assert_eq!(sheet.finish(), expected);
    }
}
