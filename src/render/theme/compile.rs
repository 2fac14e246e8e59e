//! From the files of a theme to what renders: every problem is told, not only the first.

use std::collections::BTreeMap;
use std::sync::Arc;

use handlebars::{
    Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason,
};

use super::asset::Asset;
use super::built_in::{self, Files, layers, themes};
use super::inlined::inlined;
use super::labels::Labels;
use super::parameters::Declared;
use super::reads::{self, Reads};
use super::worded::{self, Texts, Worded};
use super::wording::{self, Wording};
use super::{Theme, bounds, inlined_name, offset, parameters};
use crate::config::Params;
use crate::diagnostic::{Diagnostic, nearest};
use crate::memo::{Key, KeyMaker};

/// A file of the content repository's `theme/` folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ThemeFile {
    /// Path below `theme/`.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// A theme's files, those of more than one origin put together.
#[derive(Default)]
struct Parts {
    files: Files,
    wording: Wording,
    declared: Declared,
}

impl Theme {
    /// Compiles a built-in theme with `overrides` in place of its files, set by `params`. Of texts
    /// and declared parameters a file replaces only those it names.
    pub(crate) fn compile(
        theme: &str,
        overrides: Vec<ThemeFile>,
        params: &Params,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut problems = Vec::new();
        let built_in = layers(theme).ok_or_else(|| vec![unknown(theme)])?;
        let own = overrides.into_iter().map(|file| (file.name, file.bytes));
        let mut parts = Parts::default();
        for (path, bytes) in built_in.into_iter().flatten().chain(own) {
            problems.extend(parts.add(path, bytes).err());
        }
        let (settings, found) = parts.declared.settings(params);
        let (errors, warnings): (Vec<_>, _) = found.into_iter().partition(Diagnostic::is_error);
        problems.extend(errors);

        let mut registry = Handlebars::new();
        // An indented partial would indent what is inside `<pre>` too.
        registry.set_prevent_indent(true);
        let mut theme = Self {
            registry,
            assets: Arc::default(),
            labels: parts
                .wording
                .languages()
                .map(|language| {
                    let labels = Labels::of(&parts.wording, language);
                    (language.to_owned(), Arc::new(labels))
                })
                .collect(),
            wording: Arc::new(parts.wording),
            settings,
            sources: BTreeMap::new(),
            includes: BTreeMap::new(),
            reads: BTreeMap::new(),
            keys: BTreeMap::new(),
            warnings,
        };
        let mut assets = BTreeMap::new();
        for (path, bytes) in parts.files {
            if let Some(name) = path.strip_suffix(".hbs") {
                problems.extend(theme.add_template(name, bytes).err());
            } else if let Some(name) = path.strip_prefix("static/") {
                let bytes = theme.settings.styled(name, bytes);
                assets.insert(name.to_owned(), Asset::new(name, bytes));
            }
        }
        if problems.is_empty()
            && let Err((name, reason)) = bounds::check_graph(&theme.includes)
        {
            problems.push(theme.problem(&name, 0, &reason));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        theme.assets = Arc::new(assets);
        theme.make_keys();
        theme.inline_partials();
        theme.add_helpers();
        Ok(theme)
    }

    fn make_keys(&mut self) {
        let urls = self.assets.values().map(|asset| asset.url.as_str());
        let made = urls.fold(KeyMaker::new("beside templates"), KeyMaker::text);
        let beside = made.keys(self.wording.key().into_iter()).finish();
        let names = self.sources.keys();
        self.keys = names
            .map(|name| (name.clone(), self.key_of(name, beside)))
            .collect();
    }

    fn key_of(&self, template: &str, beside: Key) -> Key {
        let made = KeyMaker::new("template").key(beside);
        let files = reads::closure(template, &self.includes).into_iter();
        let made = files.fold(made, |made, name| {
            let source = self.sources.get(name).map_or("", String::as_str);
            made.text(name).text(source)
        });
        made.finish()
    }

    fn add_template(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), Diagnostic> {
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
            let reason = error.reason().to_string();
            return Err(self.problem(name, offset(source, line, column), &reason));
        }
        let template = self
            .registry
            .get_template(name)
            .expect("the template was just registered");
        let partials =
            bounds::partials(template).map_err(|reason| self.problem(name, 0, &reason))?;
        if let Some((text, reason)) = worded::problem(template, &self.wording) {
            let at = source.find(&format!("\"{text}\"")).unwrap_or_default();
            return Err(self.problem(name, at, &reason));
        }
        self.reads.insert(name.to_owned(), Reads::of(template));
        self.includes.insert(name.to_owned(), partials);
        Ok(())
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
        let [one, many] = [&self.wording, &self.wording].map(Arc::clone);
        self.registry
            .register_helper(worded::NAME, Box::new(Worded(one)));
        self.registry
            .register_helper("texts", Box::new(Texts(many)));
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

impl Parts {
    fn add(&mut self, path: String, bytes: Vec<u8>) -> Result<(), Diagnostic> {
        if path == parameters::FILE {
            self.declared.add(&bytes)
        } else if path.starts_with(wording::FOLDER) && path.ends_with(".toml") {
            self.wording.add(&path, &bytes)
        } else {
            self.files.insert(path, bytes);
            Ok(())
        }
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
