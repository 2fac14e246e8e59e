//! What `[authors.HANDLE]` cannot mean.

use std::collections::BTreeMap;

use super::check::{Checked, check_link, check_profiles, refuse};
use super::site::Author;

pub(super) fn refusal(authors: &BTreeMap<String, Author>) -> Checked {
    for (handle, author) in authors {
        let fits = |c: char| c.is_alphanumeric() && !c.is_uppercase() || "-_".contains(c);
        if handle.is_empty() || !handle.chars().all(fits) {
            return refuse(
                &["authors", handle],
                format!("`{handle}` is no handle"),
                "a handle is part of an address: small letters, digits and `-`, such as `ann-lee`",
            );
        }
        if let Some(url) = &author.url {
            check_link(&["authors", handle, "url"], url)?;
        }
        check_profiles(&["authors", handle, "me"], &author.me)?;
        if let Some(account) = author.fediverse.as_ref().filter(|name| !is_account(name)) {
            return refuse(
                &["authors", handle, "fediverse"],
                format!("`{account}` is no account of the Fediverse"),
                "write it as `@ann@social.example`",
            );
        }
        if let Some(avatar) = &author.avatar {
            check_picture(&["authors", handle, "avatar"], avatar)?;
        }
    }
    Ok(())
}

fn is_account(name: &str) -> bool {
    let part = |part: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        !part.is_empty() && part.chars().all(fits)
    };
    let parts = name.strip_prefix('@').and_then(|name| name.split_once('@'));
    parts.is_some_and(|(name, host)| part(name) && part(host) && host.contains('.'))
}

/// A picture is a path in the repository (any without a scheme) or on the web.
fn check_picture(key: &[&str], picture: &str) -> Checked {
    let path = !picture.is_empty() && !picture.contains(|c: char| c.is_control() || c == ':');
    if path || picture.starts_with("https://") || picture.starts_with("http://") {
        return Ok(());
    }
    refuse(
        key,
        format!("`{picture}` is no picture"),
        "use a path in the repository such as `images/ann.jpg`, or an `https://` address",
    )
}
