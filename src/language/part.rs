//! One part of something that is written in parts.

use std::fmt::{self, Write};

use writeable::{Part, PartsWrite, Writeable};

/// The text of every part of that kind.
pub(super) fn part(written: &impl Writeable, only: Part) -> String {
    let mut found = Only {
        only,
        within: false,
        text: String::new(),
    };
    match written.write_to_parts(&mut found) {
        Ok(()) => found.text,
        Err(fmt::Error) => String::new(),
    }
}

struct Only {
    only: Part,
    within: bool,
    text: String,
}

impl Write for Only {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.within {
            self.text.push_str(text);
        }
        Ok(())
    }
}

impl PartsWrite for Only {
    type SubPartsWrite = Self;

    fn with_part(
        &mut self,
        part: Part,
        mut write: impl FnMut(&mut Self) -> fmt::Result,
    ) -> fmt::Result {
        let before = self.within;
        self.within |= part == self.only;
        let written = write(self);
        self.within = before;
        written
    }
}
