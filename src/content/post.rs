//! One document read: bytes, path and provenance in, a `Post` out. What is wrong with its own
//! text comes back as diagnostics and no post.

use std::collections::HashSet;

use jiff::tz::TimeZone;

use super::fields::Fields;
use super::front_matter::FrontMatter;
use super::heading;
use super::layout::{Layout, Place, Spot};
use super::name::FileName;
use super::permalink::{self, Address, Facts};
use super::registry::Registry;
use super::slug::{post_slug, slugify};
use super::{DateFrom, Findings, MAX_SOURCE, Post, cut};
use crate::config::{Pattern, Piece, SiteConfig, Token};
use crate::diagnostic::Diagnostic;
use crate::history::{FileHistory, History};
use crate::moment::Moment;

const MAX_TITLE: usize = 300;
const MAX_TAGS: usize = 50;
const MAX_TAG: usize = 100;
const MAX_ALIASES: usize = 50;

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
}

/// A document without errors: the post and warnings about it.
#[derive(Debug)]
pub(super) struct Readable {
    pub(super) post: Post,
    pub(super) warnings: Findings,
}

/// Where a publication date came from, and the date.
struct Dated {
    published: Moment,
    from: DateFrom,
    /// The author stated it, so it may lie ahead.
    stated: bool,
}

impl Reader<'_> {
    /// Reads one document; errors are all that is wrong with it.
    pub(super) fn read(&self, path: &str, bytes: &[u8]) -> Result<Readable, Findings> {
        let named = |found: Diagnostic| found.path(path);
        let text = decode(bytes).map_err(|found| vec![named(*found)])?;
        let matter = FrontMatter::read(text).map_err(|found| vec![named(found)])?;
        let jekyll = path.split('/').any(|part| part == "_posts");
        let (fields, mut findings) = Fields::read(&matter, text, jekyll);
        let document = Document {
            path,
            text,
            body: matter.body,
            titled: matter.format.is_some(),
            spot: self.layout.spot(path),
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
        let post = self.post(&document, fields, address, &mut warnings);
        findings.append(&mut warnings);
        Ok(Readable {
            post,
            warnings: findings.into_iter().map(named).collect(),
        })
    }

    fn post(
        &self,
        document: &Document<'_>,
        mut fields: Fields,
        stated: Option<Stated>,
        warnings: &mut Findings,
    ) -> Post {
        let name = FileName::read(document.spot.below, self.layout);
        let history = self.provenance(document.path);
        let dated = self.dated(&fields, &name, document, history, warnings);
        let updated = self.updated(&fields, &dated, history);
        let (title, body_at) = document.title(&fields, &name);
        let slug = post_slug(fields.slug.as_deref().unwrap_or(name.words));
        let facts = Facts {
            slug: &slug,
            title: title.as_deref(),
            published: dated.published,
            folders: &name.folders,
            category: fields.category.as_deref(),
        };
        let address = self.address(stated, document.spot.page, &facts);
        let mut aliases = self.aliases(&fields.aliases, warnings);
        aliases.extend(address.with_ending);
        let (authors, contributors) = self.people(&fields.authors, history);
        let body = &document.text[body_at..];
        Post {
            path: document.path.to_owned(),
            url: address.url,
            summary: fields.summary.take(),
            tags: tags(&fields.tags, warnings),
            draft: fields.draft || document.spot.place == Place::Draft,
            scheduled: dated.stated && dated.published > self.now,
            kind: fields.particulars.kind(body),
            title,
            body: body.to_owned(),
            body_line: lines(&document.text[..body_at]),
            published: dated.published,
            updated,
            date_from: dated.from,
            authors,
            contributors,
            aliases,
            history: history.cloned(),
        }
    }

    fn provenance(&self, path: &str) -> Option<&FileHistory> {
        if self.uncommitted.contains(path) {
            return None;
        }
        self.history.files.get(path)
    }

    /// Front matter, then the name, then history, then now.
    fn dated(
        &self,
        fields: &Fields,
        name: &FileName<'_>,
        document: &Document<'_>,
        history: Option<&FileHistory>,
        warnings: &mut Findings,
    ) -> Dated {
        let zone = self.zone.as_ref();
        let in_name = name.date.filter(|_| !document.spot.page);
        let stated = fields
            .date
            .and_then(|date| date.moment(zone))
            .map(|moment| (moment, DateFrom::FrontMatter))
            .or_else(|| {
                let day = super::date::Stated::day(in_name?).moment(zone)?;
                Some((day, DateFrom::FileName))
            });
        if let Some((moment, from)) = stated {
            return Dated {
                published: self.shown(moment),
                from,
                stated: true,
            };
        }
        let committed = history.and_then(|history| history.published);
        if history.is_some() && committed.is_none() {
            warnings.push(
                Diagnostic::warning("date", "no commit in reach has a usable date; dated now")
                    .help("state a `date` in the front matter, or fetch the whole history"),
            );
        }
        Dated {
            published: self.shown(committed.unwrap_or(self.now)),
            from: if committed.is_some() {
                DateFrom::Git
            } else {
                DateFrom::Uncommitted
            },
            stated: false,
        }
    }

    /// Never before it was published.
    fn updated(&self, fields: &Fields, dated: &Dated, history: Option<&FileHistory>) -> Moment {
        let stated = fields
            .updated
            .and_then(|date| date.moment(self.zone.as_ref()));
        stated
            .or_else(|| history.and_then(|history| history.updated))
            .map(|moment| self.shown(moment))
            .filter(|updated| *updated > dated.published)
            .unwrap_or(dated.published)
    }

    /// On the clock of the blog, where it has one.
    fn shown(&self, moment: Moment) -> Moment {
        self.zone
            .as_ref()
            .map_or(moment, |zone| moment.in_zone(zone))
    }

    /// The address front matter states, if it is one of this site.
    fn stated_address(
        &self,
        fields: &Fields,
        text: &str,
    ) -> Result<Option<Stated>, Box<Diagnostic>> {
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
                .map(|pattern| Some(Stated::Pattern(pattern)))
                .map_err(|bad| refuse(bad.message, bad.help));
        }
        permalink::address(path)
            .map(|address| Some(Stated::Address(address)))
            .ok_or_else(|| {
                refuse(
                    format!("`{path}` is no path on this site"),
                    "write it as `/2024/title/`, without `..`, `?` and `#`".to_owned(),
                )
            })
    }

    fn address(&self, stated: Option<Stated>, page: bool, facts: &Facts<'_>) -> Address {
        let by_path = Pattern {
            pieces: vec![Piece::Text("/".to_owned()), Piece::Token(Token::Path)],
        };
        let pattern = match stated {
            Some(Stated::Address(address)) => return address,
            Some(Stated::Pattern(pattern)) => pattern,
            None if page => by_path,
            None => self.pattern.clone(),
        };
        permalink::address(&permalink::expand(&pattern, facts)).unwrap_or_else(|| Address {
            url: format!("/{}/", facts.slug),
            with_ending: None,
        })
    }

    fn aliases(&self, stated: &[String], warnings: &mut Findings) -> Vec<String> {
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

    fn people(
        &self,
        stated: &[String],
        history: Option<&FileHistory>,
    ) -> (Vec<super::Name>, Vec<super::Name>) {
        let mut authors = self.registry.names(stated.iter().map(String::as_str));
        if authors.is_empty() {
            authors = match history {
                Some(history) => self
                    .registry
                    .names(history.authors.iter().map(|person| person.name.as_str())),
                None => self.registry.names(self.user_name),
            };
        }
        let changed = history.map_or(&[][..], |history| &history.contributors);
        let mut contributors = self
            .registry
            .names(changed.iter().map(|person| person.name.as_str()));
        contributors.retain(|name| authors.iter().all(|author| author.handle != name.handle));
        (authors, contributors)
    }
}

/// An address as front matter states it.
enum Stated {
    Address(Address),
    Pattern(Pattern),
}

/// A document's text and where it stands.
struct Document<'a> {
    path: &'a str,
    text: &'a str,
    body: usize,
    /// Whether it has front matter.
    titled: bool,
    spot: Spot<'a>,
}

impl Document<'_> {
    /// The title, and where the body begins: below a heading that became the title.
    ///
    /// Stated title, then a first-level heading that opens the body, then the file's name. A post
    /// has none when its front matter says `title = ""` or `kind = "note"`, or when its name is
    /// only a date or a number.
    fn title(&self, fields: &Fields, name: &FileName<'_>) -> (Option<String>, usize) {
        match fields.title.as_deref() {
            Some("") => return (None, self.body),
            Some(title) => return (Some(cut(title, MAX_TITLE)), self.body),
            None => {}
        }
        if let Some(heading) = heading::leading(&self.text[self.body..]) {
            return (
                Some(cut(&heading.title, MAX_TITLE)),
                self.body + heading.length,
            );
        }
        let from_name = name.title();
        let none = from_name.is_empty()
            || name.is_wordless()
            || (self.titled && fields.particulars.is_note());
        ((!none).then(|| cut(&from_name, MAX_TITLE)), self.body)
    }
}

/// The text of a document, without byte order mark.
fn decode(bytes: &[u8]) -> Result<&str, Box<Diagnostic>> {
    if bytes.len() as u64 > MAX_SOURCE {
        return Err(Box::new(too_large()));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let readable = String::from_utf8_lossy(bytes);
        Box::new(
            Diagnostic::error("encoding", format!("{error}"))
                .at(&readable, error.valid_up_to())
                .help("save the file as UTF-8"),
        )
    })?;
    if text.len() < 1024 && text.starts_with("version https://git-lfs.github.com/spec/v1") {
        return Err(Box::new(
            Diagnostic::error("lfs-pointer", "the file is a Git LFS pointer, not a text")
                .at(text, 0)
                .help("keep documents out of LFS: remove the pattern from `.gitattributes` and add the file again"),
        ));
    }
    Ok(text)
}

/// What is said of a document above the limit.
pub(super) fn too_large() -> Diagnostic {
    Diagnostic::error("post-too-large", "the document is larger than 1 MiB")
        .help("split it, or link to the data it holds")
}

fn too_many(what: &str, limit: usize) -> Diagnostic {
    Diagnostic::warning(
        "limit",
        format!("more than {limit} {what}; the rest is left out"),
    )
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
