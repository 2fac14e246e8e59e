//! What a service manager says in the environment: sockets it hands over (sd_listen_fds(3)), where it
//! hears notices (sd_notify(3)), how often it wants a sign of life (sd_watchdog_enabled(3)).

use std::ffi::OsString;
use std::time::Duration;

use super::server::variable;

/// Variables that are meant for byline alone, and for no command it starts.
pub(crate) const OURS_ALONE: [&str; 6] = [
    "LISTEN_PID",
    "LISTEN_FDS",
    "LISTEN_FDNAMES",
    "NOTIFY_SOCKET",
    "WATCHDOG_PID",
    "WATCHDOG_USEC",
];

/// The service manager's side of the bargain; nothing of it where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Supervision {
    /// Names of the sockets that are handed over, from descriptor 3 on.
    pub(crate) sockets: Vec<String>,
    /// Where notices are sent: a path, or an abstract name after an `@`.
    pub(crate) notices: Option<OsString>,
    /// It restarts what gives no sign of life for this long.
    pub(crate) watchdog: Option<Duration>,
}

impl Supervision {
    /// As it was when the process began.
    pub(crate) fn read() -> Self {
        Self {
            sockets: sockets(variable, std::process::id()),
            notices: variable("NOTIFY_SOCKET").map(OsString::from),
            watchdog: watchdog(variable, std::process::id()),
        }
    }
}

/// The sockets, if they are for this process and not for one that started it.
fn sockets(variable: impl Fn(&str) -> Option<String>, process: u32) -> Vec<String> {
    let number = |name| variable(name)?.parse::<u32>().ok();
    let count = number("LISTEN_FDS").filter(|_| number("LISTEN_PID") == Some(process));
    let given = variable("LISTEN_FDNAMES").unwrap_or_default();
    let mut names = given.split(':').filter(|name| !name.is_empty());
    (0..count.unwrap_or(0).min(MOST))
        .map(|_| names.next().unwrap_or("unknown").to_owned())
        .collect()
}

/// More than one is refused; this many are named.
const MOST: u32 = 16;

fn watchdog(variable: impl Fn(&str) -> Option<String>, process: u32) -> Option<Duration> {
    let number = |name| variable(name)?.parse::<u64>().ok();
    let is_ours = number("WATCHDOG_PID").is_none_or(|id| id == u64::from(process));
    let period = Duration::from_micros(number("WATCHDOG_USEC").filter(|_| is_ours)?);
    (!period.is_zero()).then_some(period)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        move |name| {
            let found = pairs.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        }
    }

    #[test]
    fn sockets_are_taken_by_the_process_they_are_for() {
        let handed = [("LISTEN_PID", "7"), ("LISTEN_FDS", "2")];
        assert_eq!(sockets(environment(&handed), 7), ["unknown", "unknown"]);
        assert!(sockets(environment(&handed), 8).is_empty());
        let named = [&handed[..], &[("LISTEN_FDNAMES", "site:other")]].concat();
        assert_eq!(sockets(environment(&named), 7), ["site", "other"]);
        for odd in ["-1", "x", "0", "99999999999999999999"] {
            let odd = [("LISTEN_PID", "7"), ("LISTEN_FDS", odd)];
            assert!(sockets(environment(&odd), 7).is_empty());
        }
    }

    #[test]
    fn the_watchdog_is_heeded_by_the_process_it_watches() {
        let half_a_second = [("WATCHDOG_USEC", "500000")];
        let period = Some(Duration::from_millis(500));
        assert_eq!(watchdog(environment(&half_a_second), 7), period);
        let ours = [&half_a_second[..], &[("WATCHDOG_PID", "7")]].concat();
        assert_eq!(watchdog(environment(&ours), 7), period);
        assert_eq!(watchdog(environment(&ours), 8), None);
        assert_eq!(watchdog(environment(&[("WATCHDOG_USEC", "0")]), 7), None);
    }
}
