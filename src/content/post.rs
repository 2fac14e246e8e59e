//! One document read: bytes, path and provenance in, a `Post` out. What is wrong with its own
//! text comes back as diagnostics and no post.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::address::StatedAddress;
use super::fields::Fields;
use super::front_matter::FrontMatter;
use super::heading;
use super::kind::Particulars;
use super::layout::{Layout, Spot};
use super::name::FileName;
use super::permalink::{Address, Facts};
use super::registry::Registry;
use super::slug::{post_slug, slugify};
use super::source::decode;
use super::{
    AddressFrom, AuthorsFrom, DraftFrom, Findings, Input, Kind, KindFrom, Name, Origins, Post,
    PublicHistory, SlugFrom, TextAt, TitleFrom, Translated, cut,
};
use crate::config::{HistoryPages, Pattern, SiteConfig};
use crate::diagnostic::Diagnostic;
use crate::history::{FileHistory, History};
use crate::moment::Moment;

const MAX_TITLE: usize = 300;
const MAX_TAGS: usize = 50;
const MAX_AUTHORS: usize = 100;
const MAX_TAG: usize = 100;

/// What all documents of a build are read with.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub(super) config: &'a SiteConfig,
    pub(super) layout: &'a Layout,
    pub(super) history: &'a History,
    pub(super) uncommitted: &'a HashSet<String>,
    pub(super) user_name: Option<&'a str>,
    pub(super) now: Moment,
    pub(super) zone: Option<TimeZone>,
    pub(super) pattern: Pattern,
    pub(super) registry: Registry,
    /// Whether there are pages of the past, where authors ask for them.
    pub(super) history_pages: bool,
}

/// A document without errors: the post and warnings about it.
#[derive(Clone, Debug)]
pub(super) struct Readable {
    pub(super) post: Post,
    pub(super) origins: Origins,
    pub(super) warnings: Findings,
}

impl<'a> Reader<'a> {
    pub(super) fn new(input: &Input<'a>, layout: &'a Layout) -> Self {
        let config = input.config;
        let zone = config.site.timezone.as_deref();
        Self {
            config,
            layout,
            history: input.history,
            uncommitted: input.uncommitted,
            user_name: input.user_name,
            now: input.now,
            // Both were checked with the configuration; without them the default holds.
            zone: zone.and_then(|name| TimeZone::get(name).ok()),
            pattern: Pattern::parse(&config.content.permalink).unwrap_or_default(),
            registry: Registry::new(&config.authors),
            history_pages: input.history_pages,
        }
    }

    /// Reads one document; errors are all that is wrong with it.
    pub(super) fn read(&self, path: &str, bytes: &[u8]) -> Result<Readable, Findings> {
        self.read_as(path, bytes, self.provenance(path))
    }

    /// Reads a document as part of a given history, which may be of a file that has another path
    /// now.
    pub(super) fn read_as(
        &self,
        path: &str,
        bytes: &[u8],
        history: Option<&Arc<FileHistory>>,
    ) -> Result<Readable, Findings> {
        let named = |found: Diagnostic| found.path(path);
        let text = decode(bytes).map_err(|found| vec![named(*found)])?;
        let matter = FrontMatter::read(text).map_err(|found| vec![named(*found)])?;
        let jekyll = path.split('/').any(|part| part == "_posts");
        let (fields, mut findings) = Fields::read(&matter, text, jekyll);
        let spot = self.layout.spot(path);
        let document = Document {
            path,
            text,
            body: matter.body,
            name: FileName::read(spot.below, self.layout),
            spot,
            history,
        };
        let address = match self.stated_address(&fields, text) {
            Ok(address) => address,
            Err(found) => {
                findings.push(*found);
                None
            }
        };
        if findings.iter().any(Diagnostic::is_error) {
            return Err(findings.into_iter().map(named).collect());
        }
        let mut warnings = Vec::new();
        let (post, origins) = self.post(&document, fields, address, &mut warnings);
        findings.append(&mut warnings);
        Ok(Readable {
            post,
            origins,
            warnings: findings.into_iter().map(named).collect(),
        })
    }

    fn post(
        &self,
        document: &Document<'_>,
        mut fields: Fields,
        stated: Option<StatedAddress>,
        warnings: &mut Findings,
    ) -> (Post, Origins) {
        let history = document.history.map(|history| &**history);
        let dated = self.dated(&fields, document, warnings);
        let (updated, updated_from) = self.updated(&fields, &dated, history);
        let (title, body_at, title_from) = document.title(&fields);
        let slug = post_slug(fields.slug.as_deref().unwrap_or(document.name.words));
        let facts = Facts {
            slug: &slug,
            title: title.as_deref(),
            published: dated.published,
            folders: &document.name.folders,
            category: fields.category.as_deref(),
        };
        let (address, address_from) = self.placed(stated, document, &facts);
        let stated_address = self.is_stated(&fields, document.spot.page);
        let mut aliases = self.aliases(&fields.aliases, warnings);
        aliases.extend(address.with_ending);
        let (authors, contributors, authors_from) = self.people(&fields.authors, history);
        let body = &document.text[body_at..];
        let origins = Origins {
            title: title_from,
            address: address_from,
            slug: SlugFrom::of(fields.slug.is_some()),
            kind: KindFrom::of(fields.particulars.is_stated()),
            draft: DraftFrom::of(fields.draft, document.spot.place),
            in_front_matter: dated.in_front_matter,
            in_name: dated.in_name,
            updated: updated_from,
            authors: authors_from,
        };
        let post = Post {
            path: document.path.to_owned(),
            url: address.url,
            summary: fields.summary.take(),
            tags: tags(&fields.tags, warnings),
            draft: origins.draft.is_some(),
            scheduled: dated.stated && dated.published > self.now,
            kind: kind(fields.particulars, (document.text, body), warnings),
            title,
            text: TextAt {
                begin: body_at,
                ..TextAt::default()
            },
            body_line: lines(&document.text[..body_at]),
            published: dated.published,
            updated,
            date_from: dated.from,
            authors,
            contributors,
            aliases,
            ties: fields.ties,
            changed_by: self.changed_by(updated, history),
            stated_address,
            translated: document.translated(),
            versions: Vec::new(),
            signed: None,
            history: document.history.cloned(),
            public_history: self.public_history(fields.history),
        };
        (post, origins)
    }

    /// The address, that of a translation below its language.
    fn placed(
        &self,
        stated: Option<StatedAddress>,
        document: &Document<'_>,
        facts: &Facts<'_>,
    ) -> (Address, AddressFrom) {
        let (address, from) = self.address(stated, document.spot.page, facts);
        match &document.name.language {
            Some(language) if from != AddressFrom::FrontMatter => {
                (address.below(&language.to_ascii_lowercase()), from)
            }
            _ => (address, from),
        }
    }

    fn public_history(&self, stated: Option<HistoryPages>) -> Option<PublicHistory> {
        self.history_pages
            .then(|| stated.unwrap_or(self.config.provenance.history))
            .and_then(PublicHistory::wanted)
    }

    pub(super) fn provenance(&self, path: &str) -> Option<&Arc<FileHistory>> {
        if self.uncommitted.contains(path) {
            return None;
        }
        self.history.files.get(path)
    }

    fn people(
        &self,
        stated: &[String],
        history: Option<&FileHistory>,
    ) -> (Vec<Name>, Vec<Name>, AuthorsFrom) {
        let mut from = AuthorsFrom::FrontMatter;
        let mut authors = self
            .registry
            .names(stated.iter().take(MAX_AUTHORS).map(String::as_str));
        if authors.is_empty() {
            (authors, from) = match history {
                Some(history) => {
                    let people = history.authors.iter().map(|person| person.name.as_str());
                    (self.registry.names(people), AuthorsFrom::Git)
                }
                None => (self.registry.names(self.user_name), AuthorsFrom::UserName),
            };
        }
        let changed = history.map_or(&[][..], |history| &history.contributors);
        let mut contributors = self
            .registry
            .names(changed.iter().map(|person| person.name.as_str()));
        let written: HashSet<&str> = authors.iter().map(|name| name.handle.as_str()).collect();
        contributors.retain(|name| !written.contains(name.handle.as_str()));
        (authors, contributors, from)
    }
}

/// A document's text and where it stands.
pub(super) struct Document<'a> {
    path: &'a str,
    text: &'a str,
    /// Where the words begin.
    body: usize,
    pub(super) spot: Spot<'a>,
    pub(super) name: FileName<'a>,
    pub(super) history: Option<&'a Arc<FileHistory>>,
}

impl Document<'_> {
    fn translated(&self) -> Option<Translated> {
        self.name.language.clone().map(|language| Translated {
            language,
            is_post: !self.spot.page,
        })
    }

    /// The title, where the body begins (below a heading that became the title), and where the
    /// title came from.
    ///
    /// Stated title, then a first-level heading that opens the body, then the file's name. A post
    /// has none when its front matter says `title = ""` or `kind = "note"`, or when its name is
    /// only a date or a number.
    fn title(&self, fields: &Fields) -> (Option<String>, usize, TitleFrom) {
        match fields.title.as_deref() {
            Some("") => return (None, self.body, TitleFrom::FrontMatter),
            Some(title) => {
                let title = cut(title, MAX_TITLE);
                return (Some(title), self.body, TitleFrom::FrontMatter);
            }
            None => {}
        }
        if let Some(heading) = heading::leading(&self.text[self.body..]) {
            return (
                Some(cut(&heading.title, MAX_TITLE)),
                self.body + heading.length,
                TitleFrom::Heading,
            );
        }
        let from_name = self.name.title();
        let none = from_name.is_empty() || self.name.is_wordless() || fields.particulars.is_note();
        let title = (!none).then(|| cut(&from_name, MAX_TITLE));
        let from = if fields.particulars.is_note() {
            TitleFrom::FrontMatter
        } else {
            TitleFrom::FileName
        };
        (title, self.body, from)
    }
}

pub(super) fn too_many(what: &str, limit: usize) -> Diagnostic {
    Diagnostic::warning(
        "limit",
        format!("more than {limit} {what}; the rest is left out"),
    )
}

/// The kind of a post; pictures without a description are told where they are what it is.
fn kind(particulars: Particulars, (text, body): (&str, &str), warnings: &mut Findings) -> Kind {
    let undescribed = particulars.undescribed().to_vec();
    let kind = particulars.kind(body);
    if matches!(kind, Kind::Photo { .. }) {
        warnings.extend(undescribed.iter().map(|at| no_alt(text, *at)));
    }
    kind
}

/// A picture whose post does not say what is to be seen on it.
fn no_alt(text: &str, at: usize) -> Diagnostic {
    Diagnostic::warning("alt", "the picture has no description")
        .at(text, at)
        .help("say in `alt` what is to be seen, for those who cannot see it")
}

/// Tags once each, told apart as their addresses are.
fn tags(stated: &[String], warnings: &mut Findings) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut tags = Vec::new();
    for tag in stated {
        let tag = &tag[..tag.floor_char_boundary(MAX_TAG)];
        let slug = slugify(tag);
        if slug.is_empty() || !seen.insert(slug) {
            continue;
        }
        if tags.len() == MAX_TAGS {
            warnings.push(too_many("tags", MAX_TAGS));
            break;
        }
        tags.push(tag.trim_end().to_owned());
    }
    tags
}

fn lines(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX)
}
