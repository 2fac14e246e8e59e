//! `byline theme`: the files of the theme, and taking one over to change it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::outcome::{Outcome, print, say};
use super::source::Opened;
use crate::config::SourceOptions;
use crate::diagnostic::nearest;
use crate::progress::Form;
use crate::render::{THEME_FOLDER, built_in};

/// List the files of the theme, or take one over to change it
#[derive(Args, Debug)]
pub(super) struct Theme {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    List(List),
    Eject(Eject),
}

/// List the files a blog's theme is made of, and which of them are the blog's own
#[derive(Args, Debug)]
struct List {
    #[command(flatten)]
    source: SourceOptions,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Write a built-in file into the blog's `theme/` folder, where it stands in for the built-in one
#[derive(Args, Debug)]
struct Eject {
    /// The file, as `byline theme list` names it
    #[arg(value_name = "FILE")]
    file: String,
    /// The blog's folder [default: the current folder]
    #[arg(value_name = "FOLDER", default_value = ".", hide_default_value = true)]
    folder: PathBuf,
    /// The built-in theme it is taken from
    #[arg(long, value_name = "NAME", default_value = "default")]
    theme: String,
    /// Write over a file that is there
    #[arg(long)]
    force: bool,
}

/// One file of `theme list --json`.
#[derive(Serialize)]
struct Listed<'a> {
    file: &'a str,
    from: From,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum From {
    /// The program.
    BuiltIn,
    /// The blog, in place of a built-in one.
    Replaced,
    /// The blog alone.
    Added,
}

/// The files of a built-in theme.
fn files_of(theme: &str) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    built_in(theme).with_context(|| format!("there is no theme `{theme}`"))
}

impl Theme {
    pub(super) fn run(self, form: Form) -> anyhow::Result<Outcome> {
        match self.action {
            Action::List(list) => list.run(form),
            Action::Eject(eject) => eject.run(),
        }
    }
}

impl List {
    fn run(self, form: Form) -> anyhow::Result<Outcome> {
        let mut opened = Opened::new(&self.source, form)?;
        let snapshot = opened.snapshot()?;
        let theme = opened.pipeline.config(&snapshot.files)?.site.theme;
        drop(opened);
        let known = files_of(&theme)?;
        let mut files: BTreeMap<&str, From> = BTreeMap::new();
        files.extend(known.keys().map(|name| (name.as_str(), From::BuiltIn)));
        let own = snapshot.files.iter();
        let own = own.filter_map(|file| file.path.strip_prefix(THEME_FOLDER));
        for name in own {
            let from = match known.contains_key(name) {
                true => From::Replaced,
                false => From::Added,
            };
            files.insert(name, from);
        }
        let files = files.into_iter();
        if self.json {
            let files: Vec<Listed<'_>> = files.map(|(file, from)| Listed { file, from }).collect();
            print(&(serde_json::to_string_pretty(&files)? + "\n"))?;
        } else {
            let line = |(file, from)| match from {
                From::BuiltIn => format!("built in  {file}\n"),
                From::Replaced => format!("replaced  {file}\n"),
                From::Added => format!("added     {file}\n"),
            };
            print(&files.map(line).collect::<String>())?;
        }
        Ok(Outcome::Done)
    }
}

impl Eject {
    fn run(self) -> anyhow::Result<Outcome> {
        let known = files_of(&self.theme)?;
        let name = self.file.strip_prefix(THEME_FOLDER).unwrap_or(&self.file);
        let Some(bytes) = known.get(name) else {
            match nearest(name, known.keys().map(String::as_str)) {
                Some(near) => bail!("the theme has no file `{name}`; did you mean `{near}`?"),
                None => bail!("the theme has no file `{name}`; `byline theme list` names all"),
            }
        };
        if !self.folder.is_dir() {
            bail!("`{}` is no folder", self.folder.display());
        }
        let path = self.folder.join(THEME_FOLDER).join(name);
        let shown = path.display();
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make `{}`", folder.display()))?;
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        let file = options.create_new(!self.force).open(&path);
        let mut file = match file {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                bail!("`{shown}` is there already; `--force` writes over it")
            }
            file => file.with_context(|| format!("cannot write `{shown}`"))?,
        };
        file.write_all(bytes)
            .with_context(|| format!("cannot write `{shown}`"))?;
        say(&format!("Wrote {shown}\n"));
        Ok(Outcome::Done)
    }
}
