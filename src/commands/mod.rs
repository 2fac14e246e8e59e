//! The command line: one file a command. Results go to standard output, everything said about
//! them to standard error.

mod build;
mod check;
mod find;
mod list;
mod outcome;
mod serve;
mod source;
mod theme;
mod trigger;
mod why;

use std::ffi::OsString;
use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::progress::{self, Form, Screen};
use outcome::Outcome;

/// git push is publish: a blog from a git repository, dated and signed by its commits
#[derive(Debug, Parser)]
#[command(name = "byline", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Form of the log
    #[arg(
        long,
        global = true,
        value_name = "FORMAT",
        env = "BYLINE_LOG_FORMAT",
        default_value = "text"
    )]
    log_format: LogFormat,
    /// Say more; twice for everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Say only what is wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(Box<serve::Serve>),
    Build(build::Build),
    Check(check::Check),
    List(list::List),
    Why(why::Why),
    Theme(theme::Theme),
    Trigger(trigger::Trigger),
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

/// Runs the program with the given arguments, the first being its name.
///
/// The exit code is 0 when done, 1 when the content or the build has errors, 2 for wrong usage or
/// configuration.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            // Nothing is left to say if the terminal is gone.
            drop(error.print());
            return ExitCode::from(code);
        }
    };
    let screen = Screen::default();
    log(&cli, &screen);
    let form = form(&cli, screen);
    let outcome = match cli.command {
        Command::Serve(command) => command.run(),
        Command::Build(command) => command.run(form),
        Command::Check(command) => command.run(form),
        Command::List(command) => command.run(form),
        Command::Why(command) => command.run(form),
        Command::Theme(command) => command.run(form),
        Command::Trigger(command) => command.run(),
    };
    outcome
        .unwrap_or_else(|error| Outcome::of(&error))
        .exit_code()
}

/// A bar where somebody looks who can see one, else lines in the log.
fn form(cli: &Cli, screen: Screen) -> Form {
    let draws = std::env::var_os("TERM").is_some_and(|term| !term.is_empty() && term != "dumb");
    match cli.log_format {
        _ if cli.quiet => Form::Nothing,
        LogFormat::Text if draws && std::io::stderr().is_terminal() => Form::Bar(screen),
        LogFormat::Text | LogFormat::Json => Form::Lines,
    }
}

fn log(cli: &Cli, screen: &Screen) {
    // A service tells what it does; a command tells what is wrong, and that it is still at it.
    let serving = matches!(cli.command, Command::Serve(_));
    let level = match (cli.quiet, cli.verbose, serving) {
        (true, ..) => LevelFilter::ERROR,
        (false, 0, true) | (false, 1, false) => LevelFilter::INFO,
        (false, 0, false) => LevelFilter::WARN,
        (false, 1, true) | (false, 2, false) => LevelFilter::DEBUG,
        (false, ..) => LevelFilter::TRACE,
    };
    let at_least = if cli.quiet { level } else { LevelFilter::INFO };
    let filter = Targets::new()
        .with_default(level)
        .with_target(progress::TARGET, level.max(at_least));
    let screen = screen.clone();
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(move || screen.clone())
        .with_target(false);
    let layer = match cli.log_format {
        LogFormat::Text => layer.with_ansi(coloured()).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry()
        .with(layer.with_filter(filter))
        .init();
}

/// On a terminal, unless it was asked to be plain (no-color.org).
fn coloured() -> bool {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    std::io::stderr().is_terminal() && !plain
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
