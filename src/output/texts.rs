//! Texts rendered once: what is known of each is kept from one build to the next, and from one run
//! to the next, by the content, the address and the links it was made from.

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::beside::Beside;
use super::entries::{Entries, Frame};
use super::entry::{Entry, Shown};
use super::htmls::Htmls;
use super::links::{Asked, LinkMap, Ways};
use super::names::Names;
use super::pictures::{Gallery, Pictures, ReadFile};
use super::relations::{Relations, Wanted};
use super::renderer::{ReadPost, Rendered, Renderer, text_key};
use super::shape::Shape;
use super::words::Words;
use crate::config::{Dialect, SiteConfig};
use crate::content::{Library, Post, StaticFile};
use crate::diagnostic::Diagnostic;
use crate::memo::{Key, Table};
use crate::render::Theme;
use crate::tally::{Stage, Tally};

/// The name it is kept under in the data directory.
const NAME: &str = "texts";

/// What earlier builds rendered.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    table: Table<Arc<Rendered>>,
    pub(super) htmls: Htmls,
    /// Of what is rendered, if an export is to be searched.
    pub(super) words: Option<Words>,
    pictures: Pictures,
    /// The entries of the last build, and what they depend on besides their posts.
    pub(super) last: Last,
    terms: Terms,
    /// Where links led, and the key of that.
    links: Option<(Key, Arc<LinkMap>)>,
    /// Some text names others: `[[name]]`.
    has_names: bool,
    pub(crate) count: Count,
    tally: Tally,
}

/// What a build made of all texts.
#[derive(Debug, Default)]
pub(super) struct Last {
    pub(super) posts: Entries,
    pub(super) pages: Entries,
    files: Arc<Vec<StaticFile>>,
    pub(super) shape: Shape,
    pub(super) relations: Relations,
}

/// How many texts a build rendered, and how many it knew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) made: usize,
    pub(crate) kept: usize,
}

#[derive(PartialEq, Debug, Default)]
struct Terms {
    site: crate::config::Site,
    dialect: Dialect,
    /// Folders that links can be told from.
    posts: Vec<String>,
    shown: Shown,
    /// Of what texts may be made with.
    shortcodes: Option<Key>,
    /// Of what their HTML says besides what authors wrote.
    wording: Option<Key>,
}

impl Terms {
    fn of(config: &SiteConfig, theme: &Theme) -> Self {
        Self {
            site: config.site.clone(),
            dialect: config.content.dialect(),
            posts: config.content.posts.clone(),
            shown: Shown::by(theme),
            shortcodes: Some(theme.shortcodes_key()),
            wording: theme.texts_key(),
        }
    }
}

/// A text that has to be looked at.
enum Task<'p> {
    /// Its text is known; what is shown of it may not be.
    Dress(&'p Arc<Post>, Arc<Rendered>),
    Render(&'p Arc<Post>),
}

impl Texts {
    /// Goes on from what an earlier run of the same program kept.
    pub(crate) fn kept(data_dir: &Path, program: &str) -> Self {
        Self {
            table: Table::open(data_dir, NAME, program),
            pictures: Pictures::kept(data_dir, program),
            ..Self::default()
        }
    }

    /// The same, with a folder for what has no room in memory.
    pub(crate) fn beside(self, folder: &Path) -> Self {
        Self {
            htmls: Htmls::beside(folder),
            ..self
        }
    }

    /// From now on the words of texts are counted, for the index of an export.
    pub(crate) fn count_words(&mut self) {
        self.words = Some(Words::default());
    }

    /// The same, telling how far it is.
    pub(crate) fn counting(self, tally: &Tally) -> Self {
        Self {
            tally: tally.clone(),
            ..self
        }
    }

    /// Whether nothing is known of any text.
    pub(crate) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// A build ended.
    pub(crate) fn keep(&mut self) {
        let Last { posts, pages, .. } = &self.last;
        let in_use = posts.all.iter().chain(&pages.all);
        let which = || in_use.clone().map(|entry| entry.rendered.of).collect();
        let count = posts.all.len() + pages.all.len();
        self.table.keep(count, &which);
        self.pictures.keep();
        self.htmls.settle();
    }

    /// What the templates of the last build read of posts.
    pub(super) fn shown(&self) -> &Shown {
        &self.terms.shown
    }

    /// Where links led in the last build.
    pub(super) fn links(&self) -> Arc<LinkMap> {
        let links = self.links.as_ref();
        links
            .map(|(_, links)| Arc::clone(links))
            .unwrap_or_default()
    }

    /// Looks at the pictures of a library that are not known.
    pub(super) fn look(
        &mut self,
        library: &Library,
        read: &ReadFile<'_>,
        findings: &mut Vec<Diagnostic>,
    ) {
        self.pictures.update(library, read, &self.tally, findings);
    }

    pub(super) fn gallery(&self) -> &Gallery {
        self.pictures.gallery()
    }

    /// Finds out where links lead in this library; whether they lead where they led.
    fn lead(&mut self, config: &SiteConfig, library: &Library) -> bool {
        let Last {
            posts,
            pages,
            files,
            ..
        } = &self.last;
        if self.links.is_some()
            && self.terms.posts == config.content.posts
            && Arc::ptr_eq(files, &library.files)
            && posts.stand_where(&library.posts)
            && pages.stand_where(&library.pages)
        {
            return true;
        }
        let gallery = self.pictures.gallery();
        let key = LinkMap::key(config, library, gallery);
        if self.links.as_ref().is_some_and(|(known, _)| *known == key) {
            return true;
        }
        let links = LinkMap::new(config, library).showing(gallery);
        self.links = Some((key, Arc::new(links)));
        false
    }

    /// Finds the entries of posts and pages, each rendered unless it is known; one that cannot be
    /// rendered is left out and told.
    pub(super) fn update(
        &mut self,
        (config, theme): (&SiteConfig, &Theme),
        library: &Library,
        read: &ReadPost<'_>,
        findings: &mut Vec<Diagnostic>,
    ) {
        self.count = Count::default();
        let same_links = self.lead(config, library);
        let links = self.links();
        let ways = Ways {
            links: &links,
            names: &Names::of(library),
            theme,
            site: &config.site,
        };
        let terms = Terms::of(config, theme);
        let mut last = std::mem::take(&mut self.last);
        if self.terms != terms {
            last = Last::default();
        }
        let tally = self.tally.clone();
        tally.begin(Stage::Texts, library.posts.len() + library.pages.len());
        let Last {
            posts,
            pages,
            shape,
            ..
        } = &mut last;
        for (posts, entries, is_page) in [
            (&library.posts, &mut *posts, false),
            (&library.pages, pages, true),
        ] {
            let same = (same_links, self.has_names);
            let holds = |entry: &Entry| holds(entry, ways, same);
            let compared = entries.compare(posts, holds);
            let todo = compared.todo();
            self.count.kept += posts.len() - todo.len();
            tally.add(posts.len() - todo.len());
            let tasks = todo.into_iter();
            let tasks: Vec<Task<'_>> = tasks
                .map(|index| self.task(&posts[index], ways, terms.dialect))
                .collect();
            let renderer = Renderer {
                dialect: terms.dialect,
                ways,
                htmls: &self.htmls,
                words: self.words.as_ref(),
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
            let done = done.into_iter();
            let done = done.map(|done| self.learnt(done, findings)).collect();
            entries.replace(compared, done);
            entries.tell(ways.names, findings);
        }
        shape.follow(posts, config);
        last.files = Arc::clone(&library.files);
        self.terms = terms;
        self.last = last;
    }

    /// Finds the keys of the pages of posts and of pages, given those of all that they share.
    pub(super) fn key_pages(&mut self, frames: [Frame; 2], wanted: Wanted) {
        let series = self.terms.shown.beside("series");
        let Last {
            posts,
            pages,
            shape,
            relations,
            ..
        } = &mut self.last;
        let moved = relations.follow(posts, shape, wanted);
        let beside = Beside {
            relations,
            shape,
            series,
            moved,
        };
        posts.key_pages(frames[0], Some(&beside));
        pages.key_pages(frames[1], None);
    }

    /// How the posts of the last build lead to each other.
    pub(super) fn ties(&self) -> Beside<'_> {
        Beside {
            relations: &self.last.relations,
            shape: &self.last.shape,
            series: self.terms.shown.beside("series"),
            moved: false,
        }
    }

    /// What is to be done for a post that was not so in the last build.
    fn task<'p>(&mut self, post: &'p Arc<Post>, ways: Ways<'_>, dialect: Dialect) -> Task<'p> {
        let known = self.table.get(text_key(post, dialect, &ways.labels(post)));
        match known.filter(|known| ways.still_lead(post, &known.asked)) {
            Some(rendered) => {
                self.count.kept += 1;
                Task::Dress(post, Arc::clone(rendered))
            }
            None => {
                self.count.made += 1;
                Task::Render(post)
            }
        }
    }

    /// Remembers what was rendered; tells what could not be.
    fn learnt(
        &mut self,
        done: Result<Arc<Entry>, Diagnostic>,
        findings: &mut Vec<Diagnostic>,
    ) -> Option<Arc<Entry>> {
        match done {
            Ok(entry) => {
                let rendered = &entry.rendered;
                self.has_names |= rendered.asked.iter().any(Asked::is_name);
                let known = self.table.get(rendered.of);
                if known.is_none_or(|known| !Arc::ptr_eq(known, rendered)) {
                    self.table.put(rendered.of, Arc::clone(rendered));
                }
                Some(entry)
            }
            Err(problem) => {
                findings.push(problem);
                None
            }
        }
    }
}

impl Task<'_> {
    fn run(
        self,
        renderer: &Renderer<'_>,
        shown: (&SiteConfig, &Shown, bool),
    ) -> Result<Arc<Entry>, Diagnostic> {
        let (post, rendered) = match self {
            Self::Dress(post, rendered) => (post, rendered),
            Self::Render(post) => (post, Arc::new(renderer.render(post)?.0)),
        };
        Ok(Arc::new(Entry::new(post, rendered, shown)))
    }
}

/// Whether what a text links to is where it was; where all files are where they were, only names
/// are to be looked at, if there are any.
fn holds(entry: &Entry, ways: Ways<'_>, (same_links, has_names): (bool, bool)) -> bool {
    let asked = &entry.rendered.asked;
    if !same_links {
        return ways.still_lead(&entry.post, asked);
    }
    let mut named = asked.iter().filter(|asked| asked.is_name());
    !has_names || named.all(|asked| asked.still_called(ways.names))
}
