//! OpenPGP signatures, good and bad, and the keys that make them.

use super::{
    Fault, KEYS, NoKey, Role, Verification, bad, commit, fixture, key, keyring, unknown, verified,
};
use crate::signature::Keyring;

#[test]
fn every_type_of_key_is_verified() {
    for (raw, user) in [
        (
            commit!("pgp-ed25519"),
            "Ann Example (pgp) <ann@example.org>",
        ),
        (commit!("pgp-rsa"), "Ann Example <ann@example.org>"),
        (commit!("pgp-p256"), "ann@example.org"),
        (commit!("pgp-p384"), "Ann <ann@example.org>"),
        (commit!("pgp-text"), "Ann Example (pgp) <ann@example.org>"),
    ] {
        assert_eq!(verified(raw), (user.to_owned(), Role::Committer));
    }
}

#[test]
fn a_key_is_named_by_its_primary_fingerprint() {
    // `rsa` signs with a subkey.
    for (raw, fingerprint) in [
        (
            commit!("pgp-ed25519"),
            "3B62C2E8988285B3A9CD683347A5E4F189B46F31",
        ),
        (
            commit!("pgp-rsa"),
            "3090A073DBAE6CC61AC14E5C92C473DD8CD6C1C3",
        ),
    ] {
        assert_eq!(key(raw), fingerprint);
    }
}

#[test]
fn a_user_id_has_to_name_the_committer_or_the_author() {
    assert_eq!(verified(commit!("pgp-author")).1, Role::Author);
    for raw in [commit!("pgp-other-people"), commit!("pgp-renamed")] {
        let verification = keyring().verify(raw);
        assert!(matches!(verification, Verification::Mismatch { .. }));
    }
}

#[test]
fn a_key_counts_at_the_committers_time_whatever_became_of_it() {
    for raw in [
        commit!("pgp-expired"),
        commit!("pgp-prolonged"),
        commit!("pgp-retired"),
        commit!("pgp-subexpired-before"),
    ] {
        assert_eq!(verified(raw).1, Role::Committer);
    }
    for raw in [
        commit!("pgp-expired-later"),
        commit!("pgp-retired-later"),
        commit!("pgp-subexpired-later"),
        commit!("pgp-stolen"),
    ] {
        let verification = keyring().verify(raw);
        assert!(matches!(verification, Verification::Expired { .. }));
    }
}

#[test]
fn what_proves_nothing_is_bad() {
    for (raw, fault) in [
        (commit!("pgp-sha1"), Fault::WeakDigest),
        (commit!("pgp-two"), Fault::Several),
        (commit!("pgp-notation-critical"), Fault::Kind),
    ] {
        assert_eq!(bad(raw), fault);
    }
}

#[test]
fn a_key_that_is_not_there_or_not_understood_is_unknown() {
    assert_eq!(unknown(commit!("pgp-p521")), NoKey::NotInKeyring);
    let verification = keyring().verify(commit!("pgp-stranger"));
    let expected = Verification::UnknownKey {
        key: Some("E39B7ED65E3AB19DB65292711E98C45BF4EE6E0F".to_owned()),
        why: NoKey::NotInKeyring,
    };
    assert_eq!(verification, expected);
}

#[test]
fn keys_are_read_armored_and_binary_and_from_several_files() {
    let (keyring, findings) = Keyring::read(
        None,
        &[
            ("a.gpg", fixture!("ed25519.gpg")),
            ("b.gpg", fixture!("forge.gpg")),
        ],
    );
    assert_eq!(findings, []);
    for raw in [commit!("pgp-ed25519"), commit!("forge")] {
        let verification = keyring.verify(raw);
        assert!(matches!(verification, Verification::Verified { .. }));
    }
    // Of those in `keys.asc`, one is on a curve that is not checked.
    let (_, findings) = Keyring::read(None, &[("keys.asc", KEYS)]);
    assert_eq!(findings.len(), 1);
    assert!(
        findings[0].message.starts_with(
            "key `B9935CB1EB3D6F1CE25D5CBEE309E669878730A0`: keys of this type or size"
        ),
        "{}",
        findings[0]
    );
}

#[test]
fn a_name_that_the_key_has_not_signed_is_not_its_name() {
    let key = fixture!("ed25519.gpg");
    let primary = 2 + usize::from(key[1]);
    let name = b"Bob Example <bob@example.org>";
    let packet = [&[0xcd, name.len().try_into().unwrap()], name.as_slice()].concat();
    let forged = [&key[..primary], &packet, &key[primary..]].concat();
    let (keyring, findings) = Keyring::read(None, &[("a.gpg", &forged)]);
    assert_eq!(findings, []);
    let verification = keyring.verify(commit!("pgp-other-people"));
    assert!(matches!(verification, Verification::Mismatch { .. }));
}

#[test]
fn a_key_without_its_own_signature_is_none() {
    let key = fixture!("ed25519.gpg");
    let primary = 2 + usize::from(key[1]);
    let (keyring, findings) = Keyring::read(None, &[("a.gpg", &key[..primary])]);
    assert!(findings[0].message.contains("no valid self-signature"));
    let verification = keyring.verify(commit!("pgp-ed25519"));
    assert!(matches!(verification, Verification::UnknownKey { .. }));
}

#[test]
fn files_that_hold_no_key_are_findings() {
    for (bytes, message) in [
        (b"".as_slice(), "cannot be read"),
        (b"hello", "cannot be read"),
        (
            b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n",
            "cannot be read",
        ),
        (b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n", "private key"),
        (b"\x95\x00\x01\x04", "private key"),
        (&fixture!("ed25519.gpg")[..30], "cannot be read"),
    ] {
        let (_, findings) = Keyring::read(None, &[("keys/a.asc", bytes)]);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].message.contains(message), "{}", findings[0]);
        assert_eq!(findings[0].path.as_deref(), Some("keys/a.asc"));
    }
}

#[test]
fn an_older_copy_of_a_key_does_not_undo_its_revocation() {
    let [older, newer] = [fixture!("retired-before.gpg"), fixture!("retired.gpg")];
    let later = commit!("pgp-retired-later");
    let (keyring, _) = Keyring::read(None, &[("a.gpg", older)]);
    assert!(matches!(
        keyring.verify(later),
        Verification::Verified { .. }
    ));
    for files in [[older, newer], [newer, older]] {
        let (keyring, findings) = Keyring::read(None, &files.map(|bytes| ("a.gpg", bytes)));
        assert_eq!(findings, []);
        assert!(matches!(
            keyring.verify(later),
            Verification::Expired { .. }
        ));
        let before = keyring.verify(commit!("pgp-retired"));
        assert!(matches!(before, Verification::Verified { .. }));
    }
}

#[test]
fn naming_a_revoker_does_not_prolong_a_key() {
    // The key's newest signature is of itself and says nothing of its end.
    let key = fixture!("expired-with-revoker.gpg");
    let (keyring, findings) = Keyring::read(None, &[("a.gpg", key)]);
    assert_eq!(findings, []);
    let later = keyring.verify(commit!("pgp-expired-later"));
    assert!(matches!(later, Verification::Expired { .. }), "{later:?}");
    let before = keyring.verify(commit!("pgp-expired"));
    assert!(matches!(before, Verification::Verified { .. }));
}
