//! What `ssh`, and git on the other side, said before they ended, and what that means.

use super::fault::Refused;
use super::{Fault, target};
use crate::client::{self, CONNECT, STALL};

/// As much of it is shown.
const SHOWN: usize = 200;

/// The fault that fits what was said; `code` is the exit code, unless a signal ended it.
pub(super) fn fault(said: &[u8], code: Option<i32>, target: &target::Ssh) -> Fault {
    let said = String::from_utf8_lossy(said);
    let holds = |words: &[&str]| words.iter().any(|word| said.contains(word));
    // `ssh` itself, and not what it ran on the other side.
    let is_ssh = code == Some(255);
    let host = target.host.clone();
    if holds(&["REMOTE HOST IDENTIFICATION HAS CHANGED"]) {
        Fault::OtherHostKey { host }
    } else if holds(&["Host key verification failed", "host key is known for"]) {
        let port = target.port.map(|port| format!("-p {port} "));
        let scan = port.unwrap_or_default() + &host;
        Fault::UnknownHostKey { host, scan }
    } else if is_ssh && holds(&["Permission denied", "Too many authentication failures"]) {
        let said = last(&said, &["Permission denied", "Too many"]);
        Refused::Key { said }.into()
    } else if holds(&["Could not resolve hostname"]) {
        client::Error::NoSuchHost { host }.into()
    } else if holds(&["Timeout, server"]) {
        client::Error::Stalled {
            seconds: STALL.as_secs(),
        }
        .into()
    } else if holds(&["timed out"]) {
        client::Error::NoAnswer {
            host,
            seconds: CONNECT.as_secs(),
        }
        .into()
    } else if !is_ssh
        && code != Some(127)
        && holds(&["not appear to be a git repository", "not found", "be found"])
    {
        Fault::NoRepository {
            said: last(&said, &["fatal:", "ERROR:", "found"]),
        }
    } else {
        Fault::Ssh {
            said: last(&said, &[]),
        }
    }
}

/// The line that tells most: the first with one of the words, else the last that says something.
fn last(said: &str, words: &[&str]) -> String {
    let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty());
    let telling = lines().find(|line| words.iter().any(|word| line.contains(word)));
    let line = telling.or_else(|| lines().next_back()).unwrap_or("nothing");
    let plain = line.chars().filter(|c| !c.is_control() && *c != '`');
    plain.take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, code: i32) -> String {
        let target = target::Ssh {
            user: None,
            host: "example.org".to_owned(),
            port: Some(2222),
            path: "/x".to_owned(),
        };
        fault(text.as_bytes(), Some(code), &target).to_string()
    }

    #[test]
    fn each_way_to_fail_has_its_own_words() {
        for (text, code, expected) in [
            (
                "No ED25519 host key is known for example.org and you have requested strict checking.\nHost key verification failed.\n",
                255,
                "is not known; add it with `ssh-keyscan -p 2222 example.org >> known_hosts`",
            ),
            (
                "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.\n",
                255,
                "not the one that is known",
            ),
            (
                "banner\ngit@example.org: Permission denied (publickey).\n",
                255,
                "none of the keys (`git@example.org: Permission denied (publickey).`)",
            ),
            (
                "ssh: Could not resolve hostname example.org: Name or service not known\n",
                255,
                "no host `example.org`",
            ),
            (
                "ssh: connect to host example.org port 22: Connection timed out\n",
                255,
                "did not answer within",
            ),
            (
                "fatal: '/x' does not appear to be a git repository\nfatal: Could not read\n",
                128,
                "no such repository, or this key may not read it (`fatal: '/x' does not",
            ),
            ("ERROR: Repository not found.\n", 1, "no such repository"),
            (
                "fatal: cannot open: Permission denied\n",
                128,
                "`fatal: cannot",
            ),
            (
                "sh: 1: git-upload-pack: not found\n",
                127,
                "without an answer",
            ),
            (
                "kex_exchange_identification: read\u{1b}[2J: Connection reset\n",
                255,
                "`kex_exchange_identification: read[2J: Connection reset`",
            ),
            ("", 255, "`nothing`"),
        ] {
            let words = said(text, code);
            assert!(words.contains(expected), "{words}");
        }
    }

    #[test]
    fn what_is_said_is_cut() {
        assert!(said(&"x".repeat(5000), 255).len() < 300);
    }
}
