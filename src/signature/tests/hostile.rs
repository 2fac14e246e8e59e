//! Commits that somebody has tampered with: none of them is verified.

use super::{Fault, Verification, bad, commit, header, keyring, unknown, verified, with};
use crate::signature::NoKey;

/// One signature of each format.
fn signed() -> [&'static [u8]; 2] {
    [commit!("ssh-ed25519"), commit!("pgp-ed25519")]
}

/// The commit as it was before it was signed.
fn unsigned(raw: &[u8]) -> Vec<u8> {
    with(raw, &header(raw), "")
}

#[test]
fn a_changed_commit_is_bad() {
    for raw in signed() {
        for (from, to) in [
            ("Add a post", "Add a port"),
            ("author Ann", "author Eve"),
            ("committer Ann Example <ann@", "committer Ann Example <eve@"),
            ("1717243200", "1717243201"),
            ("tree 4", "tree 5"),
            ("\n\nAdd", "\nencoding x\n\nAdd"),
            ("\n\nAdd", "\n\n\nAdd"),
            ("a post\n", "a post\n\0"),
            ("a post\n", "a post"),
            ("+0200\ngpgsig", "+0200\n\0\ngpgsig"),
            (
                "+0200\ngpgsig",
                "+0200\ncommitter Ann Example <ann@example.org> 1 +0000\ngpgsig",
            ),
        ] {
            assert_eq!(bad(&with(raw, from, to)), Fault::Forged, "{from}");
        }
    }
}

#[test]
fn what_git_takes_out_changes_nothing() {
    for raw in signed() {
        let with_other = with(raw, "gpgsig ", "gpgsig-sha256 x\n y\ngpgsig ");
        assert_eq!(verified(&with_other), verified(raw));
    }
}

#[test]
fn a_signature_in_the_message_is_none() {
    for raw in signed() {
        let body = with(
            &unsigned(raw),
            "a post\n",
            &format!("a post\n\n{}", header(raw)),
        );
        assert_eq!(keyring().verify(&body), Verification::Unsigned);
        assert_eq!(keyring().verify(&unsigned(raw)), Verification::Unsigned);
    }
}

#[test]
fn two_signatures_are_bad() {
    let [ssh, pgp] = signed();
    for raw in signed() {
        for other in [ssh, pgp, commit!("ssh-stranger"), commit!("pgp-stranger")] {
            let twice = with(raw, "gpgsig ", &format!("{}gpgsig ", header(other)));
            assert_eq!(bad(&twice), Fault::Several);
        }
    }
    let block = header(pgp).replacen("gpgsig ", " ", 1);
    let second = with(pgp, "\n\nAdd", &format!("\n{block}\nAdd"));
    assert_eq!(bad(&second), Fault::Several);
}

#[test]
fn broken_armor_is_bad() {
    for raw in signed() {
        let text = header(raw);
        let lines: Vec<_> = text.split_inclusive('\n').collect();
        let without = |at: usize| {
            let kept = lines.iter().enumerate().filter(|(n, _)| *n != at);
            with(raw, &text, &kept.map(|(_, line)| *line).collect::<String>())
        };
        let end = text.find(" -----END").unwrap();
        let mut cut = vec![
            with(raw, &text[end..], ""),
            with(raw, "gpgsig -----BEGIN", "gpgsig x"),
        ];
        cut.extend((2..4).map(without));
        cut.push(with(raw, &text, "gpgsig \n"));
        cut.push(with(raw, &text, "gpgsig -----BEGIN SSH SIGNATURE-----\n"));
        cut.push(with(raw, &text, "gpgsig -----BEGIN PGP SIGNATURE-----"));
        cut.push(with(raw, "gpgsig ", "gpgsig x\n "));
        for commit in cut {
            let verification = keyring().verify(&commit);
            assert!(
                matches!(verification, Verification::Bad { .. }),
                "{verification:?} {}",
                String::from_utf8_lossy(&commit)
            );
        }
    }
}

#[test]
fn line_ends_of_mail_are_what_git_takes_them_for() {
    let [ssh, pgp] = signed();
    let mailed = |raw: &[u8]| {
        let text = header(raw);
        with(raw, &text, &text.replace('\n', "\r\n"))
    };
    assert_eq!(bad(&mailed(ssh)), Fault::Malformed);
    assert_eq!(verified(&mailed(pgp)), verified(pgp));
}

#[test]
fn a_zero_byte_that_was_signed_is_only_a_byte() {
    verified(commit!("ssh-nul-signed"));
    let changed = with(commit!("ssh-nul-signed"), "behind", "beyond");
    assert_eq!(bad(&changed), Fault::Forged);
}

#[test]
fn other_formats_are_not_guessed() {
    let x509 = with(commit!("pgp-ed25519"), "PGP SIGNATURE", "SIGNED MESSAGE");
    assert_eq!(unknown(&x509), NoKey::X509);
    let new = with(commit!("pgp-ed25519"), "PGP SIGNATURE", "NEW SIGNATURE");
    assert_eq!(bad(&new), Fault::Malformed);
}

#[test]
fn what_is_too_long_is_not_looked_at() {
    let raw = commit!("ssh-ed25519");
    let long = " x\n".repeat(40_000);
    let signature = with(raw, "\n\nAdd", &format!("\n{long}\nAdd"));
    assert_eq!(bad(&signature), Fault::TooLong);
    let message = [raw, &vec![b'x'; 5 << 20]].concat();
    assert_eq!(bad(&message), Fault::TooLong);
}

/// Every byte of a signed commit and of a file of keys, changed: nothing panics, and what is still
/// verified has its payload unchanged.
#[test]
fn no_changed_byte_is_verified() {
    let keyring = keyring();
    for raw in signed() {
        let payload = unsigned(raw);
        for at in 0..raw.len() {
            for flip in [1, 0x20, 0x80] {
                let mut changed = raw.to_vec();
                changed[at] ^= flip;
                if let Verification::Verified { .. } = keyring.verify(&changed) {
                    let commit = crate::signature::commit::Commit::read(&changed);
                    assert_eq!(commit.payload, payload);
                }
            }
        }
    }
}

#[test]
fn no_changed_byte_of_a_key_panics_or_gives_it_another_name() {
    let key = super::fixture!("ed25519.gpg");
    for at in 0..key.len() {
        for flip in [1, 0x40, 0x80] {
            let mut changed = key.to_vec();
            changed[at] ^= flip;
            let (keyring, _) = crate::signature::Keyring::read(None, &[("a", &changed)]);
            let verification = keyring.verify(commit!("pgp-other-people"));
            assert!(!matches!(verification, Verification::Verified { .. }));
        }
        let _ = crate::signature::Keyring::read(None, &[("a", &key[..at])]);
    }
}
