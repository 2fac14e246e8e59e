//! The site as a folder of plain files, for any web server: whole or not at all.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::{Error, Read, extras, loaded};
use crate::address::encoded;
use crate::output::{Content, Rendition};
use crate::site::{Answer, Plan, Site};
use crate::tally::{Stage, Tally};

/// Says that a folder was built by byline and may be replaced.
const MARK: &str = ".byline-build";

/// Gives the bytes of a rendition.
pub(crate) type Bytes<'a> = &'a (dyn Fn(&Rendition<'_>) -> Result<Vec<u8>, Error> + Sync);

/// The bytes of a rendition: those of a site that was published from it, or else made.
pub(crate) fn made(
    rendition: &Rendition<'_>,
    site: Option<&Site>,
    read: Read<'_>,
) -> Result<Vec<u8>, Error> {
    let answer = site.and_then(|site| site.lookup(&rendition.path));
    if let Some(Answer::Resource(resource)) = answer
        && let Some(bytes) = extras::bytes(&resource.identity)
    {
        return Ok(bytes.into());
    }
    loaded(rendition, read)
}

/// Makes every rendition and keeps none: for whoever asks whether they can be made.
pub(crate) fn try_all(plan: &Plan<'_>, read: Read<'_>, tally: &Tally) -> Result<(), Error> {
    tally.begin(Stage::Pages, plan.renditions.len());
    let made = |rendition| {
        let made = loaded(rendition, read).map(drop);
        tally.add(1);
        made
    };
    // A smaller copy that cannot be made is the picture itself.
    let can_fail =
        |rendition: &&Rendition<'_>| !matches!(rendition.content, Content::Smaller { .. });
    let renditions = plan.renditions.par_iter();
    renditions.filter(can_fail).try_for_each(made)
}

/// Writes the plan to `out`, replacing what an earlier build left there in one step.
pub(crate) fn export(
    plan: &Plan<'_>,
    out: &Path,
    bytes: Bytes<'_>,
    tally: &Tally,
) -> Result<(), Error> {
    if !may_replace(out) {
        return Err(Error::Foreign {
            path: out.to_owned(),
        });
    }
    let parent = match out.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent).map_err(|source| Error::io("make", parent, source))?;
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    let fresh = parent.join(format!(".{name}.new-{}", std::process::id()));
    let written = write(plan, &fresh, bytes, tally).and_then(|()| replace(out, &fresh));
    // After the exchange this name holds what was there before.
    if let Err(error) = fs::remove_dir_all(&fresh)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(path = %fresh.display(), %error, "a left-over folder cannot be removed");
    }
    written
}

/// Nothing is there, or nothing but an earlier build.
fn may_replace(out: &Path) -> bool {
    match fs::read_dir(out) {
        Ok(mut entries) => entries.next().is_none() || out.join(MARK).exists(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

fn replace(out: &Path, fresh: &Path) -> Result<(), Error> {
    let failed = |source| Error::io("replace", out, source);
    if out.exists() {
        let exchange = rustix::fs::RenameFlags::EXCHANGE;
        let here = rustix::fs::CWD;
        rustix::fs::renameat_with(here, fresh, here, out, exchange)
            .map_err(|error| failed(error.into()))
    } else {
        fs::rename(fresh, out).map_err(failed)
    }
}

fn write(plan: &Plan<'_>, folder: &Path, bytes: Bytes<'_>, tally: &Tally) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|source| Error::io("make", folder, source))?;
    put(folder, MARK, b"byline\n")?;
    let (mut names, files) = files(plan);
    tally.begin(Stage::Files, files.len());
    // One after the other, as their texts were rendered: those that come first are at hand.
    let in_order = files.iter().par_bridge();
    in_order.try_for_each(|(name, rendition)| {
        put(folder, name, &bytes(rendition)?)?;
        tally.add(1);
        Ok::<(), Error>(())
    })?;
    let taken = Mutex::new(&mut names);
    let failed = |problem| Error::Page(Box::new(problem));
    plan.edition.local_search(failed, |path, bytes| {
        let name = file_name(path);
        let is_free = {
            let mut names = taken.lock().unwrap_or_else(PoisonError::into_inner);
            fits(&names, &name) && names.insert(name.clone())
        };
        if is_free {
            put(folder, &name, &bytes)?;
        }
        Ok(())
    })?;
    for (from, to) in &plan.redirects {
        let name = file_name(from);
        if fits(&names, &name) {
            put(folder, &name, redirect(to).as_bytes())?;
            names.insert(name);
        } else {
            tracing::warn!(from, to, "no file can stand at this old address; left out");
        }
    }
    // A static host has no answer of its own for what is gone: `plan.gone` is not written.
    Ok(())
}

/// The renditions that become files, and the names of these. What is `/a/` and what is
/// `/a/index.html` are one file: as among addresses, the earlier keeps it.
fn files<'p, 'a>(plan: &'p Plan<'a>) -> (BTreeSet<String>, Vec<(String, &'p Rendition<'a>)>) {
    let mut names = BTreeSet::new();
    let mut files = Vec::with_capacity(plan.renditions.len());
    for rendition in &plan.renditions {
        let name = file_name(&rendition.path);
        if fits(&names, &name) && names.insert(name.clone()) {
            files.push((name, rendition));
        } else {
            tracing::warn!(
                path = &*rendition.path,
                "another file stands here; left out"
            );
        }
    }
    (names, files)
}

/// Whether a file can stand beside others: on a disk, and not on a server, `a` and `a/b` exclude
/// each other.
fn fits(names: &BTreeSet<String>, name: &str) -> bool {
    let folder = format!("{name}/");
    let within = names.range(folder.clone()..).next();
    let inside = name
        .match_indices('/')
        .any(|(end, _)| names.contains(&name[..end]));
    !(inside || within.is_some_and(|within| within.starts_with(&folder)))
}

/// `/cats/` is the file `cats/index.html`.
fn file_name(path: &str) -> String {
    let path = path.trim_start_matches('/');
    if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path.to_owned()
    }
}

/// Writes one file below `folder`. Every part of the name passed the allow-list of the content
/// layer; it is checked again because it becomes a path here and nowhere else.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Error> {
    let safe = name
        .split('/')
        .all(|part| !part.is_empty() && part != "." && part != "..");
    let path: PathBuf = folder.join(name);
    if !safe {
        return Err(Error::io(
            "write",
            &path,
            std::io::Error::other("the name is not safe"),
        ));
    }
    // Most pages are alone in a folder of their own.
    let parent = path.parent().filter(|_| name.ends_with("/index.html"));
    let folder_made = parent.is_some_and(|parent| fs::create_dir(parent).is_ok());
    let made = fs::File::create(&path).or_else(|error| match path.parent() {
        Some(parent) if error.kind() == std::io::ErrorKind::NotFound && !folder_made => {
            fs::create_dir_all(parent)?;
            fs::File::create(&path)
        }
        _ => Err(error),
    });
    let mut file = made.map_err(|source| Error::io("make", &path, source))?;
    std::io::Write::write_all(&mut file, bytes).map_err(|source| Error::io("write", &path, source))
}

/// A static host knows no redirects of its own: a page that leads on.
fn redirect(to: &str) -> String {
    let to = encoded(to);
    format!(
        "<!doctype html><meta charset=\"utf-8\"><title>Moved</title>\
         <link rel=\"canonical\" href=\"{to}\"><meta http-equiv=\"refresh\" content=\"0; url={to}\">\
         <p>Moved to <a href=\"{to}\">{to}</a>.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_and_a_folder_of_one_name_exclude_each_other() {
        let names = ["a/index.html", "a.html", "b"].map(str::to_owned);
        let names = BTreeSet::from(names);
        for (name, expected) in [
            ("a", false),
            ("b/index.html", false),
            ("b/c/index.html", false),
            ("a/b/index.html", true),
            ("a-b", true),
            ("c/index.html", true),
        ] {
            assert_eq!(fits(&names, name), expected, "{name}");
        }
    }
}
