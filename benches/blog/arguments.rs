//! What was asked of the benchmark.

use std::path::PathBuf;

pub(crate) const USAGE: &str = "\
cargo bench --bench blog -- [--sizes POSTSxCOMMITS,...] [--report FILE]
cargo bench --bench blog -- --generate DIR [--flavour byline|hugo] [--sizes POSTSxCOMMITS]

  --sizes     sizes to measure: posts, and commits for each post (1000x5)
  --report    writes table and plot into the marked region of FILE
  --generate  only makes the blog, as a working tree at DIR
  --flavour   whose blog to make (byline)";

#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) sizes: Vec<Size>,
    pub(crate) report: Option<PathBuf>,
    pub(crate) generate: Option<PathBuf>,
    pub(crate) flavour: Flavour,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) posts: usize,
    /// For each post.
    pub(crate) commits: usize,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Flavour {
    Byline,
    Hugo,
}

impl Arguments {
    /// What is wrong, if it can't be understood.
    pub(crate) fn of(given: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self {
            sizes: vec![Size {
                posts: 1000,
                commits: 5,
            }],
            report: None,
            generate: None,
            flavour: Flavour::Byline,
        };
        // `cargo bench` adds `--bench`.
        let mut given = given.filter(|argument| argument != "--bench");
        while let Some(flag) = given.next() {
            let mut value = || given.next().ok_or(format!("`{flag}` lacks its value"));
            match flag.as_str() {
                "--sizes" => arguments.sizes = sizes(&value()?)?,
                "--report" => arguments.report = Some(value()?.into()),
                "--generate" => arguments.generate = Some(value()?.into()),
                "--flavour" => arguments.flavour = flavour(&value()?)?,
                _ => return Err(format!("`{flag}` is not known")),
            }
        }
        Ok(arguments)
    }
}

fn sizes(text: &str) -> Result<Vec<Size>, String> {
    text.split(',')
        .map(|size| {
            let (posts, commits) = size.split_once('x')?;
            let (posts, commits) = (posts.parse().ok()?, commits.parse().ok()?);
            (posts > 0 && commits > 0).then_some(Size { posts, commits })
        })
        .collect::<Option<_>>()
        .ok_or(format!(
            "`{text}` is no list of sizes such as `100x5,1000x5`"
        ))
}

fn flavour(text: &str) -> Result<Flavour, String> {
    match text {
        "byline" => Ok(Flavour::Byline),
        "hugo" => Ok(Flavour::Hugo),
        _ => Err(format!("`{text}` is neither `byline` nor `hugo`")),
    }
}
