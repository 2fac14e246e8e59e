//! Texts rendered once: what is known of each is kept from one build to the next, and from one run
//! to the next, by the content, the address and the links it was made from.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::entry::{Entry, Shown};
use super::htmls::Htmls;
use super::links::{Asked, LinkMap};
use crate::config::{HtmlPolicy, SiteConfig};
use crate::content::{Library, Post};
use crate::diagnostic::Diagnostic;
use crate::memo::{Key, KeyMaker, Table};
use crate::render::{Text, Theme};
use crate::tally::{Stage, Tally};

/// The name it is kept under in the data directory.
const NAME: &str = "texts";

/// What earlier builds rendered.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    table: Table<Arc<Rendered>>,
    pub(super) htmls: Htmls,
    /// The entries of the last build, by where their post is in memory (which they hold), and what
    /// they depend on besides it.
    last: HashMap<usize, Arc<Entry>>,
    terms: Terms,
    /// Where links led, and the key of that.
    links: Option<(Key, Arc<LinkMap>)>,
    pub(crate) count: Count,
    tally: Tally,
}

/// How many texts a build rendered, and how many it knew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) made: usize,
    pub(crate) kept: usize,
}

/// A text and what it was made from.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Rendered {
    pub(super) text: Arc<Text>,
    pub(super) asked: Vec<Asked>,
    /// Of its HTML: the text and where its links led.
    pub(super) key: Key,
    /// Of the text it was rendered from.
    of: Key,
}

#[derive(PartialEq, Debug, Default)]
struct Terms {
    site: crate::config::Site,
    html: HtmlPolicy,
    shown: Shown,
}

/// Gives the bytes a post was read from.
pub(crate) type ReadPost<'a> = dyn Fn(&Post) -> Result<Vec<u8>, Diagnostic> + Sync + 'a;

/// What texts are rendered with.
#[derive(Clone, Copy)]
pub(super) struct Renderer<'a> {
    pub(super) html: HtmlPolicy,
    pub(super) links: &'a LinkMap,
    pub(super) htmls: &'a Htmls,
    pub(super) read: &'a ReadPost<'a>,
}

/// A text that has to be looked at.
enum Task<'p> {
    Known(Arc<Entry>),
    /// Its text is known; what is shown of it may not be.
    Dress(&'p Arc<Post>, Arc<Rendered>),
    Render(&'p Arc<Post>),
}

impl Texts {
    /// Goes on from what an earlier run of the same program kept.
    pub(crate) fn kept(data_dir: &Path, program: &str) -> Self {
        Self {
            table: Table::open(data_dir, NAME, program),
            ..Self::default()
        }
    }

    /// The same, telling how far it is.
    pub(crate) fn counting(self, tally: &Tally) -> Self {
        Self {
            tally: tally.clone(),
            ..self
        }
    }

    /// A build ended.
    pub(crate) fn keep(&mut self) {
        self.table.keep();
        self.htmls.settle();
    }

    /// What the templates of the last build read of posts.
    pub(super) fn shown(&self) -> &Shown {
        &self.terms.shown
    }

    /// Where links lead in this library.
    pub(super) fn links(&mut self, config: &SiteConfig, library: &Library) -> Arc<LinkMap> {
        let key = LinkMap::key(config, library);
        if let Some((known, links)) = &self.links
            && *known == key
        {
            return Arc::clone(links);
        }
        let links = Arc::new(LinkMap::new(config, library));
        self.links = Some((key, Arc::clone(&links)));
        links
    }

    /// The entries of posts and pages, each rendered unless it is known; one that cannot be
    /// rendered is left out and told.
    pub(super) fn entries(
        &mut self,
        (config, theme): (&SiteConfig, &Theme),
        library: &Library,
        read: &ReadPost<'_>,
        findings: &mut Vec<Diagnostic>,
    ) -> [Vec<Arc<Entry>>; 2] {
        self.count = Count::default();
        let before = self.links.as_ref().map(|(key, _)| *key);
        let links = self.links(config, library);
        let terms = Terms {
            site: config.site.clone(),
            html: config.content.html,
            shown: Shown::by(theme),
        };
        if self.terms != terms {
            self.last.clear();
        }
        let same_links = self.links.as_ref().map(|(key, _)| *key) == before;
        let last = std::mem::take(&mut self.last);
        let tally = self.tally.clone();
        tally.begin(Stage::Texts, library.posts.len() + library.pages.len());
        let made = [(&library.posts, false), (&library.pages, true)].map(|(posts, is_page)| {
            let tasks: Vec<Task<'_>> = posts
                .iter()
                .map(|post| {
                    let last = last.get(&Arc::as_ptr(post).addr());
                    let holds = |last: &&Arc<Entry>| {
                        same_links || links.still_lead(post, &last.rendered.asked)
                    };
                    self.task(post, last.filter(holds), (&links, terms.html))
                })
                .collect();
            let renderer = Renderer {
                html: terms.html,
                links: &links,
                htmls: &self.htmls,
                read,
            };
            let shown = (config, &terms.shown, is_page);
            let done: Vec<Result<Arc<Entry>, Diagnostic>> = tasks
                .into_par_iter()
                .map(|task| {
                    tally.add(1);
                    task.run(&renderer, shown)
                })
                .collect();
            self.gather(done, findings)
        });
        self.terms = terms;
        let entries = made.iter().flatten();
        self.last = entries
            .map(|entry| (Arc::as_ptr(&entry.post).addr(), Arc::clone(entry)))
            .collect();
        made
    }

    /// What is to be done for a post, given its entry of the last build if that still holds.
    fn task<'p>(
        &mut self,
        post: &'p Arc<Post>,
        last: Option<&Arc<Entry>>,
        (links, html): (&LinkMap, HtmlPolicy),
    ) -> Task<'p> {
        if let Some(last) = last {
            self.count.kept += 1;
            self.table.touch(last.rendered.of);
            return Task::Known(Arc::clone(last));
        }
        let known = self.table.get(text_key(post, html));
        match known.filter(|known| links.still_lead(post, &known.asked)) {
            Some(rendered) => {
                self.count.kept += 1;
                Task::Dress(post, rendered)
            }
            None => {
                self.count.made += 1;
                Task::Render(post)
            }
        }
    }

    fn gather(
        &mut self,
        done: Vec<Result<Arc<Entry>, Diagnostic>>,
        findings: &mut Vec<Diagnostic>,
    ) -> Vec<Arc<Entry>> {
        let mut entries = Vec::with_capacity(done.len());
        for outcome in done {
            match outcome {
                Ok(entry) => {
                    let rendered = &entry.rendered;
                    let told = rendered.asked.iter();
                    findings.extend(told.filter_map(|asked| asked.finding(&entry.post)));
                    let known = self.table.peek(rendered.of);
                    if known.is_none_or(|known| !Arc::ptr_eq(known, rendered)) {
                        self.table.put(rendered.of, Arc::clone(rendered));
                    }
                    entries.push(entry);
                }
                Err(problem) => findings.push(problem),
            }
        }
        entries
    }
}

impl Task<'_> {
    fn run(
        self,
        renderer: &Renderer<'_>,
        shown: (&SiteConfig, &Shown, bool),
    ) -> Result<Arc<Entry>, Diagnostic> {
        let (post, rendered) = match self {
            Self::Known(entry) => return Ok(entry),
            Self::Dress(post, rendered) => (post, rendered),
            Self::Render(post) => (post, Arc::new(renderer.render(post)?.0)),
        };
        Ok(Arc::new(Entry::new(post, rendered, shown)))
    }
}

impl Renderer<'_> {
    /// Renders a text, and holds its HTML if there is room.
    fn render(&self, post: &Post) -> Result<(Rendered, Arc<str>), Diagnostic> {
        let bytes = (self.read)(post)?;
        let words = post.body(&bytes).unwrap_or_default();
        let resolver = self.links.from(post, words);
        let (text, html) = Text::render(post, words, self.html, &resolver)?;
        let asked = resolver.into_asked();
        let of = text_key(post, self.html);
        let made = KeyMaker::new("html").key(of);
        let key = asked
            .iter()
            .fold(made, |made, asked| asked.part_of(made))
            .finish();
        let html: Arc<str> = html.into();
        self.htmls.put(key, Arc::clone(&html));
        let text = Arc::new(text);
        let rendered = Rendered {
            text,
            asked,
            key,
            of,
        };
        Ok((rendered, html))
    }

    /// The HTML of an entry.
    pub(super) fn html(&self, entry: &Entry) -> Result<Arc<str>, Diagnostic> {
        match self.htmls.get(entry.rendered.key) {
            Some(html) => Ok(html),
            None => Ok(self.render(&entry.post)?.1),
        }
    }

    /// The same for its own page.
    pub(super) fn own_html(&self, entry: &Entry) -> Result<Arc<str>, Diagnostic> {
        match self.htmls.take(entry.rendered.key) {
            Some(html) => Ok(html),
            None => self.html(entry),
        }
    }
}

/// Of everything a text is rendered from but where its links lead: its path and address have a
/// part in that, and front matter is in the blob.
fn text_key(post: &Post, html: HtmlPolicy) -> Key {
    let made = KeyMaker::new("text").text(&post.path).text(&post.url);
    let blob = post.text.blob.map(|blob| blob.0).unwrap_or_default();
    made.bytes(&blob).number(html as u64).finish()
}
