//! Where a document stands on the site: its own address and the old ones that lead to it.

use super::fields::Fields;
use super::permalink::{self, Address, Facts};
use super::post::{Reader, too_many};
use super::{AddressFrom, Findings};
use crate::config::{Pattern, Piece, Token};
use crate::diagnostic::Diagnostic;

/// Old addresses of one document.
const MAX_ALIASES: usize = 50;

/// An address as front matter states it.
pub(super) enum StatedAddress {
    Address(Address),
    Pattern(Pattern),
}

impl Reader<'_> {
    /// The address front matter states, if it is one of this site.
    pub(super) fn stated_address(
        &self,
        fields: &Fields,
        text: &str,
    ) -> Result<Option<StatedAddress>, Box<Diagnostic>> {
        let Some((stated, at)) = &fields.permalink else {
            return Ok(None);
        };
        // A template of another generator cannot be followed.
        if stated.contains("{{") || stated.contains("{%") {
            return Ok(None);
        }
        let Some(path) = permalink::on_site(stated, self.config.site.base_url.as_deref()) else {
            return Ok(None);
        };
        let refuse = |message: String, help: String| {
            Box::new(
                Diagnostic::error("permalink", message)
                    .at(text, *at)
                    .help(help),
            )
        };
        if path.split('/').any(|part| part.starts_with(':')) {
            let rooted = format!("/{}", path.trim_start_matches('/'));
            return Pattern::parse(&rooted)
                .map(|pattern| Some(StatedAddress::Pattern(pattern)))
                .map_err(|bad| refuse(bad.message, bad.help));
        }
        permalink::address(path)
            .map(|address| Some(StatedAddress::Address(address)))
            .ok_or_else(|| {
                refuse(
                    format!("`{path}` is no path on this site"),
                    "write it as `/2024/title/`, without `..`, `?` and `#`".to_owned(),
                )
            })
    }

    /// The address, and what it was made by.
    pub(super) fn address(
        &self,
        stated: Option<StatedAddress>,
        page: bool,
        facts: &Facts<'_>,
    ) -> (Address, AddressFrom) {
        let by_path = Pattern {
            pieces: vec![Piece::Text("/".to_owned()), Piece::Token(Token::Path)],
        };
        let (pattern, from) = match stated {
            Some(StatedAddress::Address(address)) => return (address, AddressFrom::FrontMatter),
            Some(StatedAddress::Pattern(pattern)) => (pattern, AddressFrom::StatedPattern),
            None if page => (by_path, AddressFrom::Path),
            None => (self.pattern.clone(), AddressFrom::Pattern),
        };
        let address = permalink::address(&permalink::expand(&pattern, facts));
        address.map_or_else(
            || {
                let url = format!("/{}/", facts.slug);
                let with_ending = None;
                (Address { url, with_ending }, AddressFrom::Slug)
            },
            |address| (address, from),
        )
    }

    /// Whether front matter has a part in a document's address.
    pub(super) fn is_stated(&self, fields: &Fields, page: bool) -> bool {
        let stated = |piece: &Piece| match piece {
            Piece::Token(Token::Title | Token::Category) => true,
            Piece::Token(Token::Year | Token::Month | Token::Day) => fields.date.is_some(),
            Piece::Token(Token::Slug | Token::Path) | Piece::Text(_) => false,
        };
        fields.slug.is_some()
            || fields.permalink.is_some()
            || (!page && self.pattern.pieces.iter().any(stated))
    }

    pub(super) fn aliases(&self, stated: &[String], warnings: &mut Findings) -> Vec<String> {
        let mut aliases = Vec::new();
        for alias in stated {
            let path = permalink::on_site(alias, self.config.site.base_url.as_deref())
                .map(|path| path.split('#').next().unwrap_or_default())
                .and_then(permalink::site_path);
            match path {
                Some(path) if aliases.len() < MAX_ALIASES => aliases.push(path),
                Some(_) => {
                    warnings.push(too_many("aliases", MAX_ALIASES));
                    break;
                }
                None => warnings.push(
                    Diagnostic::warning(
                        "alias",
                        format!("alias `{alias}` is no path on this site"),
                    )
                    .help("an alias is an old path such as `/2019/old-title/`"),
                ),
            }
        }
        aliases
    }
}
