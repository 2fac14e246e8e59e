//! Running the program once and looking at it from outside: wall and CPU time, peak memory.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) const BYLINE: &str = env!("CARGO_BIN_EXE_byline");
/// Of `/proc`; Linux reports them so on every machine.
const TICKS_A_SECOND: f64 = 100.0;

/// One command from start to end.
pub(crate) struct Run {
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
    pub(crate) peak_mib: u64,
    /// What it printed as JSON.
    pub(crate) report: serde_json::Value,
}

impl Run {
    pub(crate) fn of(command: &mut Command) -> Self {
        let before = waited_for();
        let started = Instant::now();
        let mut child = command.stdout(Stdio::piped()).spawn().expect("byline runs");
        let mut stdout = child.stdout.take().expect("standard output is a pipe");
        let reading = std::thread::spawn(move || {
            let mut output = String::new();
            stdout.read_to_string(&mut output).map(|_| output)
        });
        let mut peak_mib = 0;
        // The peak goes with the process: the last look before its end is kept.
        while child.try_wait().expect("byline ends").is_none() {
            peak_mib = peak(child.id()).max(peak_mib);
            std::thread::sleep(Duration::from_millis(2));
        }
        let wall = started.elapsed().as_secs_f64();
        let output = reading.join().expect("the reader ends");
        let output = output.expect("byline writes text");
        Self {
            wall,
            cpu: waited_for() - before,
            peak_mib,
            report: serde_json::from_str(&output).unwrap_or_default(),
        }
    }
}

/// Peak resident memory in MiB; 0 where the system has no `/proc`.
pub(crate) fn peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok())
        .unwrap_or_default()
        / 1024
}

/// CPU seconds of a running process so far, all its threads.
pub(crate) fn cpu(process: u32) -> f64 {
    seconds(&process.to_string(), 11)
}

/// CPU seconds of all children that have ended: exact, where looking at a child until it is gone
/// would miss its end.
fn waited_for() -> f64 {
    seconds("self", 13)
}

/// Two neighbouring fields of a process's `stat`, user and system time, counted after its name.
fn seconds(process: &str, field: usize) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields = after_name.split_whitespace().skip(field).take(2);
    let ticks: f64 = fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    ticks / TICKS_A_SECOND
}
