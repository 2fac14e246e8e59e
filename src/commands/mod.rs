//! The command line: one file a command. Results go to standard output, everything said about
//! them to standard error.

mod build;
mod check;
mod list;
mod outcome;
mod serve;
mod source;
mod why;

use std::ffi::OsString;
use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use tracing::level_filters::LevelFilter;

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
    Serve(serve::Serve),
    Build(build::Build),
    Check(check::Check),
    List(list::List),
    Why(why::Why),
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
    log(&cli);
    let outcome = match cli.command {
        Command::Serve(command) => command.run(),
        Command::Build(command) => command.run(),
        Command::Check(command) => command.run(),
        Command::List(command) => command.run(),
        Command::Why(command) => command.run(),
    };
    outcome
        .unwrap_or_else(|error| Outcome::of(&error))
        .exit_code()
}

fn log(cli: &Cli) {
    // A service tells what it does; a command tells what is wrong.
    let serving = matches!(cli.command, Command::Serve(_));
    let level = match (cli.quiet, cli.verbose, serving) {
        (true, ..) => LevelFilter::ERROR,
        (false, 0, true) | (false, 1, false) => LevelFilter::INFO,
        (false, 0, false) => LevelFilter::WARN,
        (false, 1, true) | (false, 2, false) => LevelFilter::DEBUG,
        (false, ..) => LevelFilter::TRACE,
    };
    let builder = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_target(false);
    match cli.log_format {
        LogFormat::Text => builder.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
