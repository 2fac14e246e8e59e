//! Which document is meant: by its path, an earlier path, its address, or one that leads to it.

use anyhow::bail;

use crate::content::{self, Layout, Place, Post};
use crate::rebuild::Reading;
use crate::repository::SourceFile;

/// Suggestions made for what is unknown.
const MAX_SUGGESTIONS: usize = 3;
/// How alike a suggestion is at least, of 1.
const ALIKE: f64 = 0.6;

/// The files that are posts, pages or drafts, whether they can be read or not.
fn documents<'a>(files: &'a [SourceFile], reading: &Reading) -> Vec<&'a SourceFile> {
    let layout = Layout::new(&reading.config.content);
    let is_document = |file: &&SourceFile| {
        matches!(
            layout.place(&file.path),
            Place::Post | Place::Page | Place::Draft
        )
    };
    files.iter().filter(is_document).collect()
}

/// The document that is asked for; an error says what comes near.
pub(super) fn document<'a>(
    asked: &str,
    files: &'a [SourceFile],
    reading: &Reading,
) -> anyhow::Result<&'a SourceFile> {
    let documents = documents(files, reading);
    if let Some(file) = find(asked, &documents, reading) {
        return Ok(file);
    }
    if is_gone(asked, reading) {
        bail!("the post at `{asked}` was removed, and nothing stands there now");
    }
    match suggestion(asked, &documents, reading) {
        Some(near) => bail!("no post or page is `{asked}`; did you mean {near}?"),
        None => bail!("no post or page is `{asked}`; `byline list --all` names the posts"),
    }
}

/// The one that is asked for.
fn find<'a>(
    asked: &str,
    documents: &[&'a SourceFile],
    reading: &Reading,
) -> Option<&'a SourceFile> {
    let asked = asked.strip_prefix("./").unwrap_or(asked);
    let at = |path: &str| documents.iter().find(|file| &*file.path == path).copied();
    at(asked)
        .or_else(|| at(&by_address(asked, reading)?.path))
        .or_else(|| at(&by_former_path(asked, reading)?.path))
}

/// What comes near, in words.
fn suggestion(asked: &str, documents: &[&SourceFile], reading: &Reading) -> Option<String> {
    let paths = documents.iter().map(|file| &*file.path);
    let urls = posts(reading).map(|post| post.url.as_str());
    let mut near: Vec<(f64, &str)> = paths
        .chain(urls)
        .map(|known| (likeness(asked, known), known))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    near.sort_by(|(a, one), (b, other)| b.total_cmp(a).then_with(|| one.cmp(other)));
    near.truncate(MAX_SUGGESTIONS);
    let near: Vec<String> = near.iter().map(|(_, known)| format!("`{known}`")).collect();
    let (last, others) = near.split_last()?;
    Some(match others {
        [] => last.clone(),
        _ => format!("{} or {last}", others.join(", ")),
    })
}

/// Of the last parts, without their endings: paths have their folders in common anyway.
fn likeness(asked: &str, known: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(last_part(asked), last_part(known))
}

fn last_part(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn posts(reading: &Reading) -> impl Iterator<Item = &Post> {
    let library = &reading.library;
    let posts = library.posts.iter().chain(&library.pages);
    posts.chain(&library.unpublished).map(AsRef::as_ref)
}

fn by_address<'r>(asked: &str, reading: &'r Reading) -> Option<&'r Post> {
    let url = content::pointed_at(asked, reading.config.site.base_url.as_deref())?;
    let same = |known: &str| {
        let (known, url) = (known.trim_end_matches('/'), url.trim_end_matches('/'));
        known.to_lowercase() == url.to_lowercase()
    };
    let at = |wanted: &dyn Fn(&Post) -> bool| posts(reading).find(|post| wanted(post));
    at(&|post| same(&post.url))
        .or_else(|| at(&|post| post.aliases.iter().any(|alias| same(alias))))
        .or_else(|| {
            let mut moved = reading.library.moved.iter();
            let (_, now) = moved.find(|(former, _)| same(former))?;
            at(&|post| post.url == *now)
        })
}

/// Whether a post stood there that was removed.
fn is_gone(asked: &str, reading: &Reading) -> bool {
    let url = content::pointed_at(asked, reading.config.site.base_url.as_deref());
    url.is_some_and(|url| reading.library.gone.contains(&url))
}

fn by_former_path<'r>(asked: &str, reading: &'r Reading) -> Option<&'r Post> {
    posts(reading).find(|post| {
        let history = post.history.iter();
        let mut paths = history.flat_map(|history| &history.former_paths);
        paths.any(|path| path == asked)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_in_the_name_alone_is_near_whatever_the_folder() {
        assert!(likeness("peir", "posts/2024/pier.md") > ALIKE);
        assert!(likeness("posts/peir.md", "/pier/") > ALIKE);
        assert!(likeness("posts/pier.md", "posts/zebra.md") < ALIKE);
    }
}
