//! The theme: Handlebars templates and assets, each file from the content repository's `theme/`
//! folder if it is there, else from the built-in theme.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use handlebars::{
    Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderError,
    RenderErrorReason,
};
use serde::Serialize;

use super::asset::Asset;
use super::bounds;
use super::built_in::{self, built_in, themes};
use super::inlined::inlined;
use super::reads::{self, Reads};
use crate::diagnostic::{Diagnostic, nearest};
use crate::memo::{Key, KeyMaker};

/// Bytes of one page.
const LARGEST_PAGE: usize = 32 * 1024 * 1024;
/// Folder of the content repository whose files stand in for the built-in ones.
pub(crate) const FOLDER: &str = "theme/";

/// Compiled templates and their assets.
#[derive(Debug)]
pub(crate) struct Theme {
    registry: Handlebars<'static>,
    assets: Arc<BTreeMap<String, Asset>>,
    /// Text of each template, to show the line an error is in.
    pub(super) sources: BTreeMap<String, String>,
    /// The partials each template includes.
    includes: BTreeMap<String, BTreeSet<String>>,
    /// What each file reads of posts.
    reads: BTreeMap<String, Reads>,
    /// Of each template, by name.
    pub(super) keys: BTreeMap<String, Key>,
}

/// A file of the content repository's `theme/` folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ThemeFile {
    /// Path below `theme/`.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl Theme {
    /// Compiles a built-in theme with `overrides` in place of its files. Every problem is told,
    /// not only the first.
    pub(crate) fn compile(theme: &str, overrides: Vec<ThemeFile>) -> Result<Self, Vec<Diagnostic>> {
        let mut files = built_in(theme).ok_or_else(|| vec![unknown(theme)])?;
        files.extend(overrides.into_iter().map(|file| (file.name, file.bytes)));

        let mut registry = Handlebars::new();
        // An indented partial would indent what is inside `<pre>` too.
        registry.set_prevent_indent(true);
        let mut theme = Self {
            registry,
            assets: Arc::default(),
            sources: BTreeMap::new(),
            includes: BTreeMap::new(),
            reads: BTreeMap::new(),
            keys: BTreeMap::new(),
        };
        let mut assets = BTreeMap::new();
        let mut includes = BTreeMap::new();
        let mut problems = Vec::new();
        for (path, bytes) in files {
            if let Some(name) = path.strip_suffix(".hbs") {
                match theme.add_template(name, bytes) {
                    Ok(partials) => {
                        includes.insert(name.to_owned(), partials);
                    }
                    Err(problem) => problems.push(problem),
                }
            } else if let Some(name) = path.strip_prefix("static/") {
                assets.insert(name.to_owned(), Asset::new(name, bytes));
            }
        }
        if problems.is_empty()
            && let Err((name, reason)) = bounds::check_graph(&includes)
        {
            problems.push(theme.problem(&name, 0, &reason));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        theme.includes = includes;
        let urls = assets.values().map(|asset: &Asset| asset.url.as_str());
        let urls = urls.fold(KeyMaker::new("assets"), KeyMaker::text).finish();
        let names = theme.sources.keys();
        theme.keys = names
            .map(|name| (name.clone(), theme.key_of(name, urls)))
            .collect();
        theme.assets = Arc::new(assets);
        theme.inline_partials();
        theme.add_helpers();
        Ok(theme)
    }

    /// A file of `static/`.
    pub(crate) fn asset(&self, name: &str) -> Option<&Asset> {
        self.assets.get(name)
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
        match self.page(template, &context) {
            Ok(page) => Ok(page),
            Err(error) => {
                let name = error
                    .template_name
                    .as_deref()
                    .unwrap_or(template)
                    .to_owned();
                let source = self.sources.get(&name).map_or("", String::as_str);
                let offset = offset(
                    source,
                    error.line_no.unwrap_or(1),
                    error.column_no.unwrap_or(1),
                );
                Err(self.problem(&name, offset, &error.reason().to_string()))
            }
        }
    }

    fn page(&self, template: &str, context: &Context) -> Result<String, RenderError> {
        let mut page = Bounded(Vec::with_capacity(16 * 1024));
        let registry = &self.registry;
        registry.render_with_context_to_write(template, context, &mut page)?;
        Ok(String::from_utf8(page.0)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    /// Of all that a page depends on besides what it is given: the template, what it includes, and
    /// the assets.
    pub(crate) fn key(&self, template: &str) -> Key {
        let known = self.keys.get(template).copied();
        known.unwrap_or_else(|| KeyMaker::new("no template").text(template).finish())
    }

    fn key_of(&self, template: &str, assets: Key) -> Key {
        let made = KeyMaker::new("template").key(assets);
        let files = reads::closure(template, &self.includes).into_iter();
        let made = files.fold(made, |made, name| {
            let source = self.sources.get(name).map_or("", String::as_str);
            made.text(name).text(source)
        });
        made.finish()
    }

    /// What a template reads of the posts it is given.
    pub(crate) fn reads(&self, template: &str) -> Reads {
        Reads::below(template, &self.includes, &self.reads)
    }

    /// The theme's assets by name.
    pub(crate) fn assets(&self) -> impl Iterator<Item = &Asset> {
        self.assets.values()
    }

    /// Registers one template and says which partials it includes.
    fn add_template(&mut self, name: &str, bytes: Vec<u8>) -> Result<BTreeSet<String>, Diagnostic> {
        let source = match String::from_utf8(bytes) {
            Ok(source) => source,
            Err(error) => {
                let before =
                    String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
                self.sources.insert(name.to_owned(), before.into_owned());
                return Err(self.problem(name, usize::MAX, "the template is not UTF-8"));
            }
        };
        self.sources.insert(name.to_owned(), source);
        let source = &self.sources[name];
        bounds::check_source(source)
            .map_err(|refusal| self.problem(name, refusal.offset, &refusal.reason))?;
        if let Err(error) = self.registry.register_template_string(name, source) {
            let (line, column) = error.pos().unwrap_or((1, 1));
            return Err(self.problem(
                name,
                offset(source, line, column),
                &error.reason().to_string(),
            ));
        }
        let template = self
            .registry
            .get_template(name)
            .expect("the template was just registered");
        let partials =
            bounds::partials(template).map_err(|reason| self.problem(name, 0, &reason))?;
        self.reads.insert(name.to_owned(), Reads::of(template));
        Ok(partials)
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

    /// For the templates of pages, which are those of the built-in theme.
    fn inline_partials(&mut self) {
        for name in built_in::pages() {
            if let Some(template) = inlined(name, self.registry.get_templates()) {
                let name = inlined_name(name);
                self.registry.register_template(&name, template);
            }
        }
    }

    fn add_helpers(&mut self) {
        self.registry.unregister_helper("log");
        let assets = Arc::clone(&self.assets);
        let asset = move |helper: &Helper<'_>,
                          _: &Handlebars<'_>,
                          _: &Context,
                          _: &mut RenderContext<'_, '_>,
                          out: &mut dyn Output|
              -> HelperResult {
            let name = helper
                .param(0)
                .and_then(|value| value.value().as_str())
                .unwrap_or_default();
            let asset = assets.get(name).ok_or_else(|| {
                RenderErrorReason::Other(format!("there is no file `static/{name}` in the theme"))
            })?;
            out.write(&asset.url)?;
            Ok(())
        };
        self.registry.register_helper("asset", Box::new(asset));
    }
}

/// That there is no theme of the name that is set.
fn unknown(theme: &str) -> Diagnostic {
    let help = match nearest(theme, themes()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("use {}", themes().collect::<Vec<_>>().join(" or ")),
    };
    let message = format!("there is no theme `{theme}`, which `theme` in `[site]` names");
    Diagnostic::error("theme", message)
        .path("byline.toml")
        .help(help)
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
    use super::*;

    fn file(name: &str, text: &str) -> ThemeFile {
        ThemeFile {
            name: name.to_owned(),
            bytes: text.as_bytes().to_vec(),
        }
    }

    #[test]
    fn the_built_in_themes_compile_and_read_some_fields_of_posts_and_not_all() {
        for name in themes() {
            let theme = Theme::compile(name, Vec::new()).unwrap();
            for template in "post page index archive year tag author series".split(' ') {
                let reads = theme.reads(template);
                assert_ne!(reads, Reads::All, "{template} of {name}");
            }
        }
    }

    #[test]
    fn every_page_of_the_built_in_theme_has_its_partials_inlined() {
        let theme = Theme::compile("default", Vec::new()).unwrap();
        let pages = theme.sources.keys().filter(|name| !name.contains('/'));
        for page in pages {
            assert!(theme.registry.has_template(&inlined_name(page)), "{page}");
        }
    }

    #[test]
    fn one_file_stands_in_for_the_built_in_one() {
        let theme = Theme::compile(
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
        let problems = Theme::compile(
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
        let problems = Theme::compile("default", circle).unwrap_err();
        assert!(problems[0].message.contains("in a circle"), "{problems:?}");
    }

    #[test]
    fn a_page_without_end_is_stopped() {
        let grow = format!(
            "{{{{#each a}}}}{{{{#each ../a}}}}{}{{{{/each}}}}{{{{/each}}}}",
            "x".repeat(9000)
        );
        let theme = Theme::compile("default", vec![file("404.hbs", &grow)]).unwrap();
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
        let theme = Theme::compile(
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
