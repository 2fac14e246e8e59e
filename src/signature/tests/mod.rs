//! Signatures made by real `git commit -S`, `ssh-keygen` and `gpg`, and what becomes of them when
//! somebody tampers. `fixtures/` holds raw commits and public keys; hardware keys were simulated.
//! The files' names and the tests say what git itself makes of them.

mod allowed_signers;
mod forges;
mod hostile;
mod openpgp;
mod ssh;

use super::{Fault, Keyring, NoKey, Role, Verification};

/// A file of `fixtures/`.
macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("fixtures/", $name)).as_slice()
    };
}
use fixture;

const ALLOWED: &[u8] = fixture!("allowed_signers");
const KEYS: &[u8] = fixture!("keys.asc");

/// A raw commit of `fixtures/`: by Ann, signed by Ann, on 2024-06-01, but for what its name says.
macro_rules! commit {
    ($name:literal) => {
        include_bytes!(concat!("fixtures/", $name, ".commit")).as_slice()
    };
}
use commit;

/// All of Ann's keys.
fn keyring() -> Keyring {
    keyring_of(std::str::from_utf8(ALLOWED).unwrap())
}

fn keyring_of(allowed_signers: &str) -> Keyring {
    let allowed = Some(("allowed_signers", allowed_signers));
    Keyring::read(allowed, &[("keys.asc", KEYS)]).0
}

/// The key that is verified.
#[track_caller]
fn key(raw: &[u8]) -> String {
    let verification = match keyring().verify(raw) {
        Verification::Verified { key, .. } => Ok(key),
        other => Err(other),
    };
    verification.unwrap()
}

/// Who is verified, and as whom.
#[track_caller]
fn verified(raw: &[u8]) -> (String, Role) {
    let verification = match keyring().verify(raw) {
        Verification::Verified { principal, who, .. } => Ok((principal, who)),
        other => Err(other),
    };
    verification.unwrap()
}

#[track_caller]
fn bad(raw: &[u8]) -> Fault {
    let verification = match keyring().verify(raw) {
        Verification::Bad { why } => Ok(why),
        other => Err(other),
    };
    verification.unwrap()
}

#[track_caller]
fn unknown(raw: &[u8]) -> NoKey {
    let verification = match keyring().verify(raw) {
        Verification::UnknownKey { why, .. } => Ok(why),
        other => Err(other),
    };
    verification.unwrap()
}

/// A commit in which a text that is there was replaced.
fn with(raw: &[u8], from: &str, to: &str) -> Vec<u8> {
    let at = raw
        .windows(from.len())
        .position(|window| window == from.as_bytes())
        .expect("the text to replace is there");
    [&raw[..at], to.as_bytes(), &raw[at + from.len()..]].concat()
}

/// The lines of a commit's signature header.
fn header(raw: &[u8]) -> String {
    let text = std::str::from_utf8(raw).unwrap();
    let start = text.find("gpgsig ").unwrap();
    let end = start + text[start..].find("\n\nAdd").unwrap() + 1;
    text[start..end].to_owned()
}
