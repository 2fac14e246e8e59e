//! The theme of the last build, and the one of this build while it is compiled beside the reading of
//! the history.

use std::sync::Arc;
use std::thread::JoinHandle;

use super::pipeline::Error;
use crate::config::{Params, SiteConfig};
use crate::diagnostic::Diagnostic;
use crate::render::{Theme, ThemeFile};

/// All that a theme is compiled from.
#[derive(Clone, PartialEq)]
struct Look {
    name: String,
    files: Vec<ThemeFile>,
    params: Params,
}

type Compiled = Result<Theme, Vec<Diagnostic>>;

#[derive(Default)]
pub(super) struct Themes {
    known: Option<(Look, Arc<Theme>)>,
    coming: Option<(Look, JoinHandle<Compiled>)>,
}

impl Look {
    fn of(config: &SiteConfig, files: &[ThemeFile]) -> Self {
        Self {
            name: config.site.theme.clone(),
            files: files.to_vec(),
            params: config.params.clone(),
        }
    }

    fn compile(self) -> Compiled {
        Theme::compile(&self.name, self.files, &self.params)
    }
}

impl Themes {
    /// Begins to compile what a build will ask for, if it is not known.
    pub(super) fn begin(&mut self, config: &SiteConfig, files: &[ThemeFile]) {
        let look = Look::of(config, files);
        if self.known.as_ref().is_some_and(|(known, _)| *known == look) {
            return;
        }
        let own = look.clone();
        let thread = std::thread::Builder::new().name("theme".to_owned());
        let compiling = thread.spawn(move || own.compile());
        self.coming = compiling.ok().map(|compiling| (look, compiling));
    }

    /// The theme of a configuration and the repository's own files.
    pub(super) fn get(
        &mut self,
        config: &SiteConfig,
        files: &[ThemeFile],
    ) -> Result<Arc<Theme>, Error> {
        let look = Look::of(config, files);
        if let Some((known, theme)) = &self.known
            && *known == look
        {
            return Ok(Arc::clone(theme));
        }
        let coming = self.coming.take().filter(|(coming, _)| *coming == look);
        let compiled = coming.and_then(|(_, compiling)| compiling.join().ok());
        let theme = compiled.unwrap_or_else(|| look.clone().compile());
        let theme = Arc::new(theme.map_err(Error::Rejected)?);
        self.known = Some((look, Arc::clone(&theme)));
        Ok(theme)
    }
}
