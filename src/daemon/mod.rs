//! The service: wires source, loop, triggers and server together and owns their threads. The only
//! place that sees all settings.

mod notices;
mod reload;
mod socket;

use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use arc_swap::ArcSwapOption;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::announce::Announcer;
use crate::config::{Settings, SourceOptions, Supervision};
use crate::publish::{Current, Publisher};
use crate::rebuild::{Cause, Pipeline, Readers, RebuildHandle, Rebuilder, Report, Searching};
use crate::repository::{self, Location, Repository};
use crate::results::Results;
use crate::revisions::Revisions;
use crate::serve::{self, App};
use crate::trigger;
use notices::Notices;
use reload::Reload;

/// Serves a source until the process is told to end.
pub(crate) fn serve(settings: Settings) -> anyhow::Result<()> {
    let supervision = Supervision::read();
    let handed = socket::handed_over(&supervision.sockets)?;
    let started = settings.resolve()?;
    let (source, options) = (&started.source, &started.options);
    let trust = Arc::new(ArcSwapOption::new(reload::trust(options)?.map(Arc::new)));
    let data_dir = source.data_dir()?;
    let told = (source.source(), data_dir.as_path());
    let announcer = Announcer::new(&options.announce, &source.remote, told)?;
    let _lock = claim(&data_dir)?;
    let repository = open(source, &data_dir)?;
    let runtime = runtime()?;
    let listener = runtime.block_on(socket::listen(handed, options.listen))?;

    let current = Arc::new(Current::empty());
    let folder = repository.folder().map(Path::to_owned);
    let (publisher, pipeline) = kept(repository, source, (&data_dir, &current))?;
    let address = listener.local_addr()?;
    tracing::info!("listening on http://{address}");

    let results = Arc::new(Results::start()?);
    let app = App {
        current,
        report: Report::default(),
        rebuild: RebuildHandle::default(),
        trust,
        branch: Arc::new(ArcSwapOption::empty()),
        revisions: Arc::new(Revisions::start()?),
        results: Arc::clone(&results),
        live: folder.is_some(),
    };
    let rebuilder = Rebuilder {
        pipeline,
        publisher,
        queue: app.rebuild.clone(),
        readers: Readers::kept(&data_dir),
        report: app.report.clone(),
        branch: Arc::clone(&app.branch),
        revisions: Arc::clone(&app.revisions),
        searching: Searching::new(&data_dir, results),
    };
    if let Some(announcer) = announcer {
        announcer.start(app.report.listen())?;
    }
    let period = watch::Sender::new(reload::poll(options));
    match folder {
        Some(folder) => watch(folder, app.rebuild.clone())?,
        None => drop(runtime.spawn(trigger::poll::poll(app.rebuild.clone(), period.subscribe()))),
    }
    let notices = Notices::to(supervision.notices.as_deref());
    let reload = Reload {
        settings,
        started,
        trust: Arc::clone(&app.trust),
        poll: period,
        queue: app.rebuild.clone(),
        notices: notices.clone(),
    };
    supervise(&runtime, (&notices, supervision.watchdog), &app);
    turn(rebuilder)?;
    answer(&runtime, listener, app, (notices, reload))
}

/// Starts the loop.
fn turn(rebuilder: Rebuilder) -> anyhow::Result<()> {
    rebuilder.queue.request(Cause::Started)?;
    thread::Builder::new()
        .name("rebuild".to_owned())
        .spawn(move || rebuilder.run())?;
    Ok(())
}

/// Keeps the service manager informed.
fn supervise(runtime: &Runtime, (notices, watchdog): (&Notices, Option<Duration>), app: &App) {
    let (report, current) = (app.report.clone(), Arc::clone(&app.current));
    runtime.spawn(notices::tell(notices.clone(), report, current));
    if let Some(period) = watchdog {
        let (queue, report) = (app.rebuild.clone(), app.report.clone());
        runtime.spawn(notices::watchdog(notices.clone(), period, queue, report));
    }
}

/// Answers requests until the process is told to end. The build that runs then, if any, is left
/// behind: what it wrote is swept at the next start.
fn answer(
    runtime: &Runtime,
    listener: TcpListener,
    app: App,
    (notices, reload): (Notices, Reload),
) -> anyhow::Result<()> {
    let queue = app.rebuild.clone();
    let served = runtime.block_on(async {
        let told_to_end = serve::shutdown_signal();
        let hangups = reload::hangups()?;
        tokio::spawn(reload.at_each(hangups));
        // Signals are heeded, the socket takes connections, and the last good site, if there is one,
        // has been read.
        notices.ready();
        let shutdown = async {
            told_to_end.await;
            notices.stopping();
        };
        anyhow::Ok(serve::run(listener, app, shutdown).await?)
    });
    queue.stop();
    served
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

fn runtime() -> std::io::Result<Runtime> {
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

/// Two daemons on one data directory would prune each other's releases.
fn claim(data_dir: &Path) -> anyhow::Result<std::fs::File> {
    std::fs::create_dir_all(data_dir)
        .with_context(|| format!("cannot make the data directory `{}`", data_dir.display()))?;
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
