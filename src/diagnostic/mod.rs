//! What is wrong with the content, said so that its author can mend it: file, line, column, the
//! line itself and what to do. Diagnostics are values; printing them is the commands' business.

use std::fmt;

use serde::Serialize;

/// One finding about the content repository.
///
/// `code` is stable and documented in the manual; `line` and `column` count from 1.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub(crate) struct Diagnostic {
    pub(crate) severity: Severity,
    pub(crate) code: &'static str,
    pub(crate) path: Option<String>,
    pub(crate) line: Option<u32>,
    pub(crate) column: Option<u32>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    /// The text of the line, for people.
    #[serde(skip)]
    pub(crate) snippet: Option<String>,
}

#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    Error,
    Warning,
}

impl Diagnostic {
    pub(crate) fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    pub(crate) fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    fn new(severity: Severity, code: &'static str, message: String) -> Self {
        Self {
            severity,
            code,
            path: None,
            line: None,
            column: None,
            message,
            help: None,
            snippet: None,
        }
    }

    /// Names the file, relative to the content folder.
    #[must_use]
    pub(crate) fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Points at the byte `offset` of `source`, and keeps that line to be shown.
    #[must_use]
    pub(crate) fn at(mut self, source: &str, offset: usize) -> Self {
        let offset = source.floor_char_boundary(offset.min(source.len()));
        let before = &source[..offset];
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        let column = source[start..offset].chars().count() + 1;
        self.line = u32::try_from(line).ok();
        self.column = u32::try_from(column).ok();
        self.snippet = source[start..].lines().next().map(shown);
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// A line as a terminal can bear it: no control characters, at most 200 characters.
fn shown(line: &str) -> String {
    line.chars()
        .map(|c| {
            if c.is_control() && c != '\t' {
                '\u{fffd}'
            } else {
                c
            }
        })
        .take(200)
        .collect()
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// The form people read, as compilers print it.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}[{}]: {}", self.severity, self.code, self.message)?;
        let gutter = self.line.map_or(1, |line| line.to_string().len());
        if let Some(path) = &self.path {
            write!(f, "{:gutter$}--> {path}", "")?;
            if let (Some(line), Some(column)) = (self.line, self.column) {
                write!(f, ":{line}:{column}")?;
            }
            writeln!(f)?;
        }
        if let (Some(line), Some(column), Some(snippet)) = (self.line, self.column, &self.snippet) {
            let indent: String = snippet
                .chars()
                .take(column as usize - 1)
                .map(|c| if c == '\t' { '\t' } else { ' ' })
                .collect();
            writeln!(f, "{:gutter$} |", "")?;
            writeln!(f, "{line} | {snippet}")?;
            writeln!(f, "{:gutter$} | {indent}^", "")?;
        }
        if let Some(help) = &self.help {
            writeln!(f, "{:gutter$} = help: {help}", "")?;
        }
        Ok(())
    }
}

/// The known name nearest to a mistyped one, if it is near enough to be meant.
pub(crate) fn nearest<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(typed, name), name))
        .filter(|(distance, name)| *distance <= 1.max(name.len() / 3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_at_the_line_and_shows_it() {
        let source = "+++\ntilte = \"x\"\n+++\n";
        let shown = Diagnostic::error("front-matter", "unknown key `tilte`")
            .path("posts/a.md")
            .at(source, 4)
            .help("did you mean `title`?")
            .to_string();
        assert_eq!(
            shown,
            "error[front-matter]: unknown key `tilte`\n --> posts/a.md:2:1\n  |\n2 | tilte = \"x\"\n  | ^\n  = help: did you mean `title`?\n"
        );
    }

    #[test]
    fn suggests_only_what_is_near() {
        assert_eq!(nearest("tilte", ["title", "slug"]), Some("title"));
        assert_eq!(nearest("colour", ["title", "slug"]), None);
    }
}
