//! The service: wires source, loop, triggers and server together and owns their threads. The only
//! place that sees all settings.

mod socket;

use std::future::Future;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use arc_swap::ArcSwapOption;

use crate::announce::Announcer;
use crate::config::{ServeOptions, SourceOptions, Supervision};
use crate::publish::{Current, Publisher};
use crate::rebuild::{Cause, Pipeline, Readers, RebuildHandle, Rebuilder, Report, Searching};
use crate::repository::{self, Location, Repository};
use crate::results::Results;
use crate::revisions::Revisions;
use crate::serve::{self, App};
use crate::trigger;
use crate::webhook::Trust;

const POLL: u64 = 300;

/// Serves a source until the process is told to end.
pub(crate) fn serve(source: &SourceOptions, options: &ServeOptions) -> anyhow::Result<()> {
    let supervision = Supervision::read();
    let handed = socket::handed_over(&supervision.sockets)?;
    let sourcehut = options.webhook_sourcehut_key.as_deref();
    let trust = Trust::new(options.secrets()?, sourcehut)?;
    let data_dir = source.data_dir()?;
    let told = (source.source(), data_dir.as_path());
    let announcer = Announcer::new(&options.announce, &source.remote, told)?;
    std::fs::create_dir_all(&data_dir)
        .with_context(|| format!("cannot make the data directory `{}`", data_dir.display()))?;
    let _lock = lock(&data_dir)?;
    let repository = open(source, &data_dir)?;
    let runtime = runtime()?;
    let listener = runtime.block_on(socket::listen(handed, options.listen))?;

    let current = Arc::new(Current::empty());
    let folder = repository.folder().map(Path::to_owned);
    let (publisher, pipeline) = kept(repository, source, (&data_dir, &current))?;
    let address = listener.local_addr()?;
    tracing::info!("listening on http://{address}");

    let live = folder.is_some();
    let queue = RebuildHandle::default();
    let report = Report::default();
    let branch = Arc::new(ArcSwapOption::empty());
    let revisions = Arc::new(Revisions::start()?);
    let results = Arc::new(Results::start()?);
    let searching = Searching::new(&data_dir, Arc::clone(&results));
    let rebuilder = Rebuilder {
        pipeline,
        publisher,
        queue: queue.clone(),
        readers: Readers::kept(&data_dir),
        report: report.clone(),
        branch: Arc::clone(&branch),
        revisions: Arc::clone(&revisions),
        searching,
    };
    if let Some(announcer) = announcer {
        announcer.start(report.listen())?;
    }
    queue.request(Cause::Started)?;
    let looper = thread::Builder::new()
        .name("rebuild".to_owned())
        .spawn(move || rebuilder.run())?;
    match folder {
        Some(folder) => watch(folder, queue.clone())?,
        None => poll(&runtime, options.poll.unwrap_or(POLL), &queue),
    }
    let app = App {
        current,
        report,
        rebuild: queue.clone(),
        trust,
        branch,
        revisions,
        results,
        live,
    };
    let served = runtime.block_on(serve::run(listener, app, shutdown()));
    queue.stop();
    // The build that runs, if any, is left behind: what it wrote is swept at the next start.
    drop(looper);
    Ok(served?)
}

fn open(source: &SourceOptions, data_dir: &Path) -> Result<Repository, repository::Error> {
    repository::configure(source.source())?;
    Repository::open(&Location {
        source: source.source().to_owned(),
        branch: source.branch.clone(),
        subdir: source.subdir.clone(),
        data_dir: data_dir.to_owned(),
        remote: source.remote.clone(),
    })
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all().build()
}

/// Both read what earlier runs kept, side by side since that takes its time.
fn kept(
    repository: Repository,
    source: &SourceOptions,
    (data_dir, current): (&Path, &Arc<Current>),
) -> anyhow::Result<(Publisher, Pipeline)> {
    let tally = repository.tally().clone();
    let site_config = source.site_config.clone();
    let pipeline = || Pipeline::new(repository, site_config, Some(data_dir));
    thread::scope(|scope| {
        let pipeline = scope.spawn(pipeline);
        let publisher = Publisher::open(data_dir, Arc::clone(current));
        let pipeline = pipeline.join().unwrap_or_else(|panic| resume_unwind(panic));
        Ok((publisher?.counting(&tally), pipeline.with_history_pages()))
    })
}

fn shutdown() -> impl Future<Output = ()> {
    serve::shutdown_signal()
}

fn watch(folder: std::path::PathBuf, queue: RebuildHandle) -> anyhow::Result<()> {
    let watching = move || {
        if let Err(error) = trigger::watch::watch(&folder, &queue) {
            tracing::error!(%error, "changes of files are not seen; restart to see them");
        }
    };
    thread::Builder::new()
        .name("watch".to_owned())
        .spawn(watching)?;
    Ok(())
}

fn poll(runtime: &tokio::runtime::Runtime, seconds: u64, queue: &RebuildHandle) {
    if seconds > 0 {
        runtime.spawn(trigger::poll::poll(
            queue.clone(),
            Duration::from_secs(seconds),
        ));
    }
}

/// Two daemons on one data directory would prune each other's releases.
fn lock(data_dir: &Path) -> anyhow::Result<std::fs::File> {
    let path = data_dir.join("lock");
    let file = std::fs::File::create(&path)
        .with_context(|| format!("cannot make `{}`", path.display()))?;
    file.try_lock().with_context(|| {
        format!(
            "another byline uses the data directory `{}`; give this one its own with `--data-dir`",
            data_dir.display()
        )
    })?;
    Ok(file)
}
