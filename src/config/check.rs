//! Typed is not yet meant: what a value of the right type can still get wrong.

use std::ops::RangeInclusive;

use globset::Glob;
use jiff::tz::TimeZone;

use super::check_authors;
use super::permalink::Pattern;
use super::site::{Content, Provenance, Site, SiteConfig};
use crate::moment::Moment;

/// A value that cannot be meant, by the path of its key (list positions as numbers).
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) key: Vec<String>,
    pub(super) message: String,
    pub(super) help: String,
}

pub(super) type Checked = Result<(), Refusal>;

/// One spelling for each meaning, so that nobody after has to think of the others.
pub(super) fn normalise(config: &mut SiteConfig) {
    if let Some(base_url) = &mut config.site.base_url {
        base_url.truncate(base_url.trim_end_matches('/').len());
    }
    let content = &mut config.content;
    for folder in content
        .posts
        .iter_mut()
        .chain(&mut content.pages)
        .chain(&mut content.drafts)
    {
        let trimmed = folder.trim_start_matches("./").trim_end_matches('/');
        *folder = if trimmed.is_empty() && !folder.starts_with('/') && !folder.is_empty() {
            ".".to_owned()
        } else {
            trimmed.to_owned()
        };
    }
}

/// The first value that cannot be meant.
pub(super) fn refusal(config: &SiteConfig) -> Option<Refusal> {
    check_site(&config.site)
        .and_then(|()| check_content(&config.content))
        .and_then(|()| check_translations(config))
        .and_then(|()| check_provenance(&config.provenance))
        .and_then(|()| check_count(&["feed", "items"], config.feed.items, 1..=1000))
        .and_then(|()| match &config.feed.hub {
            Some(hub) if !hub.starts_with("https://") => {
                let help = "use the `https://` address of a WebSub hub";
                refuse(&["feed", "hub"], format!("`{hub}` is no hub"), help)
            }
            _ => Ok(()),
        })
        .and_then(|()| match config.security.refusal() {
            Some((key, message, help)) => refuse(&["security", key], message, help),
            None => Ok(()),
        })
        .and_then(|()| check_authors::refusal(&config.authors))
        .err()
}

pub(super) fn refuse(key: &[&str], message: String, help: &str) -> Checked {
    Err(Refusal {
        key: key.iter().map(|part| (*part).to_owned()).collect(),
        message,
        help: help.to_owned(),
    })
}

fn check_site(site: &Site) -> Checked {
    if let Some(base_url) = &site.base_url {
        check_base_url(base_url)?;
    }
    check_language(&["site", "language"], &site.language)?;
    if let Some(zone) = &site.timezone
        && TimeZone::get(zone).is_err()
    {
        return refuse(
            &["site", "timezone"],
            format!("`{zone}` is no time zone"),
            "use a name of the IANA database such as `Europe/Berlin` or `UTC`",
        );
    }
    if let Some(pattern) = &site.date_format {
        let epoch = Moment::from_git(0, 0).map(|epoch| epoch.format(pattern));
        if !matches!(&epoch, Some(Ok(text)) if !text.trim().is_empty()) {
            return refuse(
                &["site", "date_format"],
                format!("`{pattern}` does not format a date"),
                "use strftime letters of a date and time, such as `%-d %B %Y`",
            );
        }
    }
    check_count(&["site", "posts_per_page"], site.posts_per_page, 1..=1000)?;
    check_count(&["site", "related"], site.related, 0..=20)?;
    check_count(&["site", "age_notice"], site.age_notice, 0..=100)?;
    check_profiles(&["site", "me"], &site.me)?;
    for (index, entry) in site.menu.iter().enumerate() {
        let index = index.to_string();
        if entry.name.trim().is_empty() {
            return refuse(
                &["site", "menu", &index, "name"],
                "a menu entry without a name".to_owned(),
                "say what the link is called",
            );
        }
        check_link(&["site", "menu", &index, "url"], &entry.url)?;
    }
    Ok(())
}

fn check_base_url(base_url: &str) -> Checked {
    let host = base_url
        .strip_prefix("https://")
        .or_else(|| base_url.strip_prefix("http://"))
        .map(|rest| rest.split('/').next().unwrap_or_default());
    let clean = |url: &str| !url.contains(|c: char| c.is_whitespace() || "?#\\\"<>@".contains(c));
    match host {
        Some(host) if !host.is_empty() && !host.starts_with(':') && clean(base_url) => Ok(()),
        _ => refuse(
            &["site", "base_url"],
            format!("`{base_url}` is not the address of a site"),
            "write scheme and host, such as `https://example.org`, without query or user name",
        ),
    }
}

/// BCP 47 in outline: parts of 1 to 8 letters or digits, joined by `-`.
fn check_language(key: &[&str], language: &str) -> Checked {
    let part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if language.split('-').all(part) {
        return Ok(());
    }
    refuse(
        key,
        format!("`{language}` is no language tag"),
        "use a tag such as `en`, `de-CH` or `pt-BR`",
    )
}

fn check_count(key: &[&str], count: usize, fits: RangeInclusive<usize>) -> Checked {
    if fits.contains(&count) {
        return Ok(());
    }
    let help = format!("use a number from {} to {}", fits.start(), fits.end());
    refuse(key, format!("`{}` is {count}", key.join(".")), &help)
}

pub(super) fn check_profiles(key: &[&str], profiles: &[String]) -> Checked {
    for (index, url) in profiles.iter().enumerate() {
        let index = index.to_string();
        let key: Vec<&str> = key.iter().copied().chain([index.as_str()]).collect();
        check_link(&key, url)?;
    }
    Ok(())
}

/// Links of the configuration lead to this site or the web; `javascript:` is no link.
pub(super) fn check_link(key: &[&str], url: &str) -> Checked {
    let known = [
        "/",
        "#",
        "https://",
        "http://",
        "mailto:",
        "xmpp:",
        "gemini://",
    ];
    let fits = known.iter().any(|start| url.starts_with(start));
    if fits && !url.contains(|c: char| c.is_control() || c == ' ') {
        return Ok(());
    }
    refuse(
        key,
        format!("`{url}` is no link"),
        "use a path of this site such as `/about/`, or an `https://` address",
    )
}

fn check_content(content: &Content) -> Checked {
    for (name, folders) in [
        ("posts", &content.posts),
        ("pages", &content.pages),
        ("drafts", &content.drafts),
    ] {
        for (index, folder) in folders.iter().enumerate() {
            check_folder(&["content", name, &index.to_string()], folder)?;
            if name == "drafts" && folder == "." {
                return refuse(
                    &["content", name, &index.to_string()],
                    "`.` as a drafts folder makes everything a draft".to_owned(),
                    "name a folder, such as `drafts`",
                );
            }
        }
    }
    check_globs(&["content", "ignore"], &content.ignore)?;
    for (index, language) in content.languages.iter().enumerate() {
        check_language(&["content", "languages", &index.to_string()], language)?;
    }
    match Pattern::parse(&content.permalink) {
        Err(bad) => refuse(&["content", "permalink"], bad.message, &bad.help),
        Ok(pattern) if !pattern.distinguishes() => refuse(
            &["content", "permalink"],
            format!(
                "permalink `{}` gives posts the same address",
                content.permalink
            ),
            "it must hold `:slug`, `:title` or `:path`",
        ),
        Ok(_) => Ok(()),
    }
}

/// The blog's own language is that of names without one.
fn check_translations(config: &SiteConfig) -> Checked {
    let own = &config.site.language;
    let mut languages = config.content.languages.iter();
    match languages.position(|language| language.eq_ignore_ascii_case(own)) {
        None => Ok(()),
        Some(index) => refuse(
            &["content", "languages", &index.to_string()],
            format!("`{own}` is the blog's own language"),
            "list the others; what is in the blog's own has no language in its name",
        ),
    }
}

fn check_folder(key: &[&str], folder: &str) -> Checked {
    let inside = folder == "."
        || folder
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != "..");
    if inside && !folder.contains(|c: char| c.is_control() || c == '\\') {
        return Ok(());
    }
    refuse(
        key,
        format!("`{folder}` is no folder of the repository"),
        "name it from the repository's top, without leading `/` and without `..`",
    )
}

fn check_globs(key: &[&str], globs: &[String]) -> Checked {
    for (index, glob) in globs.iter().enumerate() {
        if let Err(error) = Glob::new(glob) {
            let index = index.to_string();
            let key: Vec<&str> = key.iter().copied().chain([index.as_str()]).collect();
            return refuse(
                &key,
                format!("`{glob}` is no glob: {}", error.kind()),
                "use `*`, `**`, `?`, `[ab]` and `{a,b}`; escape others with `\\`",
            );
        }
    }
    Ok(())
}

fn check_provenance(provenance: &Provenance) -> Checked {
    check_globs(&["provenance", "exclude"], &provenance.exclude)?;
    check_globs(&["provenance", "keys"], &provenance.keys)?;
    for (index, path) in provenance.keys.iter().enumerate() {
        let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
        check_folder(&["provenance", "keys", &index.to_string()], folder)?;
    }
    for (name, path) in [
        ("ignore_revs", &provenance.ignore_revs),
        ("allowed_signers", &provenance.allowed_signers),
    ] {
        if !path.is_empty() {
            check_folder(&["provenance", name], path)?;
        }
    }
    check_signers(&provenance.allowed_signers)
}

/// The file is a list of addresses, and what is no dot-file may be served.
fn check_signers(path: &str) -> Checked {
    if path.is_empty() || path.split('/').any(is_hidden) {
        return Ok(());
    }
    refuse(
        &["provenance", "allowed_signers"],
        format!("`{path}` would be served, with the addresses in it"),
        "begin its name or that of a folder it lies in with a dot",
    )
}

/// `.well-known` is served.
fn is_hidden(part: &str) -> bool {
    part.starts_with('.') && part != ".well-known"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sets one key and gives the path of the refused one.
    fn refused(section: &str, line: &str) -> Option<String> {
        let mut config: SiteConfig = toml::from_str(&format!("[{section}]\n{line}")).unwrap();
        normalise(&mut config);
        refusal(&config).map(|refusal| refusal.key.join("."))
    }

    #[test]
    fn values_that_cannot_be_meant_are_refused_by_name() {
        for (section, line, key) in [
            ("site", "base_url = 'example.org'", "site.base_url"),
            ("site", "base_url = 'https://'", "site.base_url"),
            ("site", "base_url = 'https://a.org/?q'", "site.base_url"),
            ("site", "base_url = 'https://u:p@a.org'", "site.base_url"),
            ("site", "language = ''", "site.language"),
            ("site", "timezone = 'Mars/Olympus'", "site.timezone"),
            ("site", "date_format = '%!'", "site.date_format"),
            ("site", "date_format = ''", "site.date_format"),
            ("site", "posts_per_page = 0", "site.posts_per_page"),
            ("site", "posts_per_page = 1001", "site.posts_per_page"),
            (
                "site",
                "menu = [{name='x', url='javascript:x'}]",
                "site.menu.0.url",
            ),
            ("site", "menu = [{name='', url='/'}]", "site.menu.0.name"),
            ("content", "posts = ['/etc']", "content.posts.0"),
            ("content", "pages = ['a', 'a/../..']", "content.pages.1"),
            ("content", "drafts = ['.']", "content.drafts.0"),
            ("content", "ignore = ['[']", "content.ignore.0"),
            ("content", "languages = ['fr', '/']", "content.languages.1"),
            ("content", "languages = ['EN']", "content.languages.0"),
            ("content", "permalink = ':slug'", "content.permalink"),
            ("content", "permalink = '/:year/'", "content.permalink"),
            ("content", "permalink = '/:slgu/'", "content.permalink"),
            ("provenance", "exclude = ['a{']", "provenance.exclude.0"),
            ("provenance", "keys = ['a/[']", "provenance.keys.0"),
            ("provenance", "keys = ['../a.asc']", "provenance.keys.0"),
            (
                "provenance",
                "allowed_signers = 'signers'",
                "provenance.allowed_signers",
            ),
            ("site", "related = 21", "site.related"),
            ("site", "age_notice = 101", "site.age_notice"),
            ("site", "me = ['https://a.org', 'x']", "site.me.1"),
            ("authors.ann", "me = ['x']", "authors.ann.me.0"),
            ("feed", "items = 0", "feed.items"),
            ("authors.ann", "url = 'javascript:x'", "authors.ann.url"),
            ("authors.ann", "fediverse = 'ann'", "authors.ann.fediverse"),
            ("authors.ann", "fediverse = '@a@b'", "authors.ann.fediverse"),
            ("authors.Ann", "", "authors.Ann"),
        ] {
            assert_eq!(refused(section, line).as_deref(), Some(key), "{line}");
        }
    }

    #[test]
    fn values_that_can_be_meant_pass() {
        for (section, line) in [
            ("site", "base_url = 'http://127.0.0.1:8080/blog/'"),
            ("site", "timezone = 'America/New_York'"),
            ("site", "language = 'zh-Hant'"),
            ("site", "menu = [{name='x', url='/x/'}]"),
            ("content", "posts = ['.', './a/b/', '_posts']"),
            ("content", "ignore = ['*.psd', 'notes/**']"),
            ("content", "permalink = '/:path/'"),
            ("provenance", "exclude = ['*[bot]']"),
            ("provenance", "allowed_signers = ''\nkeys = ['ann.asc']"),
            ("provenance", "allowed_signers = '.github/signers'"),
            ("authors.ann", "fediverse = '@ann_l@social.example'"),
            ("authors.ann-lee", "url = 'https://a.org'\navatar = 'a.jpg'"),
        ] {
            assert_eq!(refused(section, line), None, "{line}");
        }
    }

    #[test]
    fn the_base_url_ends_without_a_slash_and_folders_too() {
        let mut config: SiteConfig =
            toml::from_str("site.base_url = 'https://a.org/b//'\ncontent.posts = ['./', './a/']")
                .unwrap();
        normalise(&mut config);
        assert_eq!(config.site.base_url.as_deref(), Some("https://a.org/b"));
        assert_eq!(config.content.posts, [".", "a"]);
    }
}
