//! The theme: Handlebars templates, their texts and assets, each file from the content repository's
//! `theme/` folder if it is there, else from the built-in theme.

mod asset;
mod bounds;
mod built_in;
mod compile;
mod inlined;
mod labels;
mod message;
mod parameters;
mod reads;
mod shortcodes;
mod worded;
mod wording;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use handlebars::{Context, Handlebars, RenderError};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::diagnostic::Diagnostic;
use crate::memo::{Key, KeyMaker};
pub(crate) use asset::Asset;
pub(crate) use built_in::built_in;
pub(crate) use compile::ThemeFile;
pub(crate) use labels::Labels;
use parameters::Settings;
pub(crate) use reads::Reads;
use wording::Wording;

/// Bytes of one page.
const LARGEST_PAGE: usize = 32 * 1024 * 1024;
/// Folder of the content repository whose files stand in for the built-in ones.
pub(crate) const FOLDER: &str = "theme/";

/// Compiled templates and their assets.
#[derive(Debug)]
pub(crate) struct Theme {
    registry: Handlebars<'static>,
    assets: Arc<BTreeMap<String, Asset>>,
    wording: Arc<Wording>,
    /// By language.
    labels: BTreeMap<String, Arc<Labels>>,
    settings: Settings,
    /// Text of each template, to show the line an error is in.
    sources: BTreeMap<String, String>,
    /// The partials each template includes.
    includes: BTreeMap<String, BTreeSet<String>>,
    /// What each file reads of posts.
    reads: BTreeMap<String, Reads>,
    /// Of each template, by name.
    keys: BTreeMap<String, Key>,
    /// What is doubtful about the settings.
    warnings: Vec<Diagnostic>,
}

impl Theme {
    /// A file of `static/`.
    pub(crate) fn asset(&self, name: &str) -> Option<&Asset> {
        self.assets.get(name)
    }

    /// The theme's assets by name.
    pub(crate) fn assets(&self) -> impl Iterator<Item = &Asset> {
        self.assets.values()
    }

    /// What `[params]` sets, with the theme's defaults.
    pub(super) fn params(&self) -> &Map<String, Value> {
        &self.settings.values
    }

    /// What is doubtful about the settings.
    pub(crate) fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// A text in a language, with `{name}` for each value; the name itself where there is none.
    pub(crate) fn says(&self, language: &str, name: &str, values: &[(&str, &str)]) -> String {
        let count = values.iter().find(|(name, _)| *name == message::COUNT);
        let count = count.and_then(|(_, count)| count.parse().ok());
        let text = self.wording.find(language, name);
        let message = text.and_then(|text| wording::form(text, language, count));
        let value = |name: &str| {
            let mut values = values.iter();
            values
                .find(|(known, _)| *known == name)
                .map(|(_, value)| *value)
        };
        message.map_or_else(|| name.to_owned(), |message| message.plain(value))
    }

    /// What the HTML of texts in a language says besides what authors wrote.
    pub(crate) fn labels(&self, language: &str) -> Arc<Labels> {
        let language = language.to_lowercase();
        let found = wording::tags(&language).find_map(|tag| self.labels.get(tag));
        found.map_or_else(Labels::english, Arc::clone)
    }

    /// Of all texts in all languages.
    pub(crate) fn texts_key(&self) -> Option<Key> {
        self.wording.key()
    }

    /// Renders one page; an error names the template, the line and the column.
    pub(crate) fn render<V: Serialize>(
        &self,
        template: &str,
        view: &V,
    ) -> Result<String, Diagnostic> {
        let context = Context::wraps(view).map_err(|error| {
            let reason = error.reason().to_string();
            self.problem(template, 0, &reason)
        })?;
        let inlined = inlined_name(template);
        if self.registry.has_template(&inlined)
            && let Ok(page) = self.page(&inlined, &context)
        {
            return Ok(page);
        }
        // Where a page fails, only the engine's own way says in which file.
        self.page(template, &context).map_err(|error| {
            let name = error.template_name.as_deref().unwrap_or(template);
            let source = self.sources.get(name).map_or("", String::as_str);
            let [line, column] = [error.line_no, error.column_no].map(|at| at.unwrap_or(1));
            let reason = error.reason().to_string();
            self.problem(name, offset(source, line, column), &reason)
        })
    }

    fn page(&self, template: &str, context: &Context) -> Result<String, RenderError> {
        let mut page = Bounded(Vec::with_capacity(16 * 1024));
        let registry = &self.registry;
        registry.render_with_context_to_write(template, context, &mut page)?;
        Ok(String::from_utf8(page.0)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    /// Of all that a page depends on besides what it is given: the template, what it includes, the
    /// texts and the assets.
    pub(crate) fn key(&self, template: &str) -> Key {
        let known = self.keys.get(template).copied();
        known.unwrap_or_else(|| KeyMaker::new("no template").text(template).finish())
    }

    /// What a template reads of the posts it is given.
    pub(crate) fn reads(&self, template: &str) -> Reads {
        Reads::below(template, &self.includes, &self.reads)
    }

    fn problem(&self, name: &str, offset: usize, reason: &str) -> Diagnostic {
        let source = self.sources.get(name).map_or("", String::as_str);
        // The engine's own messages run over several lines; the first says it.
        let reason = reason.lines().next().unwrap_or_default();
        Diagnostic::error("theme", reason)
            .path(format!("{FOLDER}{name}.hbs"))
            .at(source, offset)
            .help("mend the template, or delete it to use the built-in one")
    }
}

/// No file has a name with a NUL in it.
fn inlined_name(template: &str) -> String {
    format!("{template}\0inlined")
}

/// Byte offset of a line and column that count from 1.
fn offset(source: &str, line: usize, column: usize) -> usize {
    let start: usize = source
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    start + column.saturating_sub(1)
}

/// A page under way that refuses to grow without end.
struct Bounded(Vec<u8>);

impl io::Write for &mut Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LARGEST_PAGE {
            let limit = format!("the page is larger than {} MiB", LARGEST_PAGE / 1024 / 1024);
            return Err(io::Error::other(limit));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::built_in::themes;
    use super::*;
    use crate::config::Params;

    fn compiled(name: &str, files: Vec<ThemeFile>) -> Result<Theme, Vec<Diagnostic>> {
        Theme::compile(name, files, &Params::default())
    }

    fn file(name: &str, text: &str) -> ThemeFile {
        ThemeFile {
            name: name.to_owned(),
            bytes: text.as_bytes().to_vec(),
        }
    }

    #[test]
    fn the_built_in_themes_compile_and_read_some_fields_of_posts_and_not_all() {
        for name in themes() {
            let theme = compiled(name, Vec::new()).unwrap();
            for template in "post page index archive year tag author series".split(' ') {
                let reads = theme.reads(template);
                assert_ne!(reads, Reads::All, "{template} of {name}");
            }
        }
    }

    #[test]
    fn every_page_of_the_built_in_theme_has_its_partials_inlined() {
        let theme = compiled("default", Vec::new()).unwrap();
        let pages = theme.sources.keys().filter(|name| !name.contains('/'));
        for page in pages {
            assert!(theme.registry.has_template(&inlined_name(page)), "{page}");
        }
    }

    #[test]
    fn one_file_stands_in_for_the_built_in_one() {
        let theme = compiled(
            "default",
            vec![file("404.hbs", "nothing at <{{page.path}}>")],
        )
        .unwrap();
        let page = theme
            .render("404", &serde_json::json!({"page": {"path": "/a&b"}}))
            .unwrap();
        assert_eq!(page, "nothing at </a&amp;b>");
    }

    #[test]
    fn a_mistake_is_shown_with_its_line() {
        let problems = compiled(
            "default",
            vec![file("404.hbs", "a\n{{#if x}}b\n{{/each}}\n")],
        )
        .unwrap_err();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].path.as_deref(), Some("theme/404.hbs"));
        assert!(problems[0].line.is_some(), "{problems:?}");
    }

    #[test]
    fn partials_that_include_each_other_are_refused() {
        let circle = vec![
            file("partials/a.hbs", "{{> partials/b}}"),
            file("partials/b.hbs", "{{> partials/a}}"),
        ];
        let problems = compiled("default", circle).unwrap_err();
        assert!(problems[0].message.contains("in a circle"), "{problems:?}");
    }

    #[test]
    fn a_page_without_end_is_stopped() {
        let grow = format!(
            "{{{{#each a}}}}{{{{#each ../a}}}}{}{{{{/each}}}}{{{{/each}}}}",
            "x".repeat(9000)
        );
        let theme = compiled("default", vec![file("404.hbs", &grow)]).unwrap();
        let many: Vec<u32> = (0..100).collect();
        let problem = theme
            .render("404", &serde_json::json!({"a": many}))
            .unwrap_err();
        assert!(
            problem.message.contains("larger than 32 MiB"),
            "{problem:?}"
        );
    }

    #[test]
    fn an_asset_that_is_not_there_is_named_with_its_line() {
        let theme = compiled(
            "default",
            vec![file("404.hbs", "a\nb {{asset \"no.css\"}}")],
        )
        .unwrap();
        let problem = theme.render("404", &()).unwrap_err();
        assert_eq!(
            problem.message,
            "there is no file `static/no.css` in the theme"
        );
        assert_eq!(problem.line, Some(2));
    }
}
