//! Every key of `byline.toml`, by section: what a mistyped key is compared with, and what the
//! manual must document.

/// Sections and their keys. `""` is the top level; `authors.HANDLE` stands for each author.
pub(crate) const KEYS: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "site",
            "content",
            "provenance",
            "feed",
            "security",
            "params",
            "authors",
        ],
    ),
    (
        "site",
        &[
            "title",
            "description",
            "base_url",
            "language",
            "theme",
            "timezone",
            "date_format",
            "posts_per_page",
            "stream",
            "related",
            "age_notice",
            "cards",
            "menu",
            "footer",
            "me",
        ],
    ),
    ("site.menu", &["name", "url"]),
    (
        "content",
        &[
            "posts",
            "pages",
            "drafts",
            "ignore",
            "permalink",
            "languages",
            "html",
            "smart",
            "emoji",
            "math",
            "on_error",
        ],
    ),
    (
        "provenance",
        &[
            "date",
            "ignore_revs",
            "exclude",
            "allowed_signers",
            "keys",
            "history",
            "changes",
        ],
    ),
    ("feed", &["items", "archives", "hub"]),
    ("security", &["contact", "expires", "policy", "languages"]),
    (
        "authors.HANDLE",
        &["name", "url", "avatar", "bio", "me", "fediverse", "git"],
    ),
];

/// The keys of one section; none for a name that is no section.
pub(super) fn of(section: &str) -> &'static [&'static str] {
    KEYS.iter()
        .find(|(name, _)| *name == section)
        .map_or(&[], |(_, keys)| keys)
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;

    use super::*;
    use crate::config::security::Security;
    use crate::config::site::Feed;
    use crate::config::{Author, Content, MenuEntry, Provenance, Site, SiteConfig};

    /// What serde says it accepts, read from its refusal of a key that cannot exist.
    fn accepted<T: DeserializeOwned + std::fmt::Debug>() -> Vec<String> {
        let refusal = toml::from_str::<T>("zzz = 1").unwrap_err();
        let mut names = refusal.message().split('`').skip(1).step_by(2);
        assert_eq!(names.next(), Some("zzz"), "{refusal}");
        names.map(str::to_owned).collect()
    }

    #[test]
    fn the_list_is_what_serde_accepts() {
        assert_eq!(of(""), accepted::<SiteConfig>());
        assert_eq!(of("site"), accepted::<Site>());
        assert_eq!(of("site.menu"), accepted::<MenuEntry>());
        assert_eq!(of("content"), accepted::<Content>());
        assert_eq!(of("provenance"), accepted::<Provenance>());
        assert_eq!(of("feed"), accepted::<Feed>());
        assert_eq!(of("authors.HANDLE"), accepted::<Author>());
        assert_eq!(of("security"), accepted::<Security>());
        assert_eq!(KEYS.len(), 8, "a new section needs a line above");
    }
}
