//! SSH signatures, good and bad.

use super::{
    Fault, NoKey, Role, Verification, bad, commit, key, keyring, keyring_of, unknown, verified,
};

#[test]
fn every_type_of_key_that_git_accepts_is_verified() {
    for raw in [
        commit!("ssh-ed25519"),
        commit!("ssh-p256"),
        commit!("ssh-p384"),
        commit!("ssh-rsa"),
        commit!("ssh-rsa-sha256"),
        commit!("ssh-sk-ed25519"),
        commit!("ssh-sk-p256"),
        commit!("ssh-sha256"),
    ] {
        let expected = ("ann@example.org".to_owned(), Role::Committer);
        assert_eq!(verified(raw), expected);
    }
}

#[test]
fn a_key_is_named_as_ssh_keygen_names_it() {
    assert_eq!(
        key(commit!("ssh-ed25519")),
        "SHA256:mBCo5OROwbY45FPQ0NvOYJN1rKQIUvFuv4zh/kPEgWQ"
    );
}

#[test]
fn an_author_may_have_signed_what_another_committed() {
    let (principal, who) = verified(commit!("ssh-author"));
    assert_eq!((principal.as_str(), who), ("ann@example.org", Role::Author));
}

#[test]
fn a_known_key_signs_for_nobody_else() {
    let verification = keyring().verify(commit!("ssh-other-people"));
    assert!(matches!(verification, Verification::Mismatch { .. }));
}

#[test]
fn what_ssh_keygen_refuses_is_bad() {
    for (raw, fault) in [
        (commit!("ssh-rsa-sha1"), Fault::WeakDigest),
        (commit!("ssh-file-namespace"), Fault::Namespace),
        (commit!("ssh-digest-sha1"), Fault::Digest),
        (commit!("ssh-trailing"), Fault::Malformed),
        (commit!("ssh-raw-payload-signed"), Fault::Forged),
        (commit!("ssh-sk-counter-changed"), Fault::Forged),
    ] {
        assert_eq!(bad(raw), fault);
    }
}

#[test]
fn what_cannot_be_checked_is_unknown() {
    for (raw, why) in [
        (commit!("ssh-stranger"), NoKey::NotInKeyring),
        (commit!("ssh-certificate"), NoKey::Certificate),
        (commit!("ssh-p521"), NoKey::Algorithm),
        (commit!("ssh-rsa1024"), NoKey::Algorithm),
    ] {
        assert_eq!(unknown(raw), why);
    }
}

#[test]
fn a_strangers_signature_is_checked_all_the_same() {
    let tampered = super::with(commit!("ssh-stranger"), "Add a post", "Add a port");
    assert_eq!(bad(&tampered), Fault::Forged);
}

#[test]
fn a_key_counts_from_and_to_the_committers_time() {
    let (_, key) = super::allowed_signers::KEY.split_once(' ').unwrap();
    for (options, expired) in [
        ("valid-after=\"20240601\"", false),
        ("valid-after=\"202406011201\"", true),
        ("valid-before=\"20240601120000Z\"", false),
        ("valid-before=\"20240601115959Z\"", true),
        ("valid-after=\"20240101\",valid-before=\"20250101\"", false),
        ("valid-before=\"20240101\"", true),
    ] {
        let keyring = keyring_of(&format!("ann@example.org {options} {key}"));
        let verification = keyring.verify(commit!("ssh-ed25519"));
        let is = matches!(verification, Verification::Expired { .. });
        assert_eq!(is, expired, "{options}");
        assert!(expired || matches!(verification, Verification::Verified { .. }));
    }
}

#[test]
fn one_line_that_fits_is_enough() {
    let (_, key) = super::allowed_signers::KEY.split_once(' ').unwrap();
    let keyring = keyring_of(&format!(
        "bob@example.org {key}\nann@example.org valid-before=\"20200101\" {key}\n*@example.org,!eve@* {key}\n"
    ));
    let verification = keyring.verify(commit!("ssh-ed25519"));
    assert!(matches!(verification, Verification::Verified { .. }));
}

#[test]
fn a_key_for_another_purpose_is_none() {
    let (_, key) = super::allowed_signers::KEY.split_once(' ').unwrap();
    for (namespaces, known) in [
        ("file", false),
        ("file,git", true),
        ("*,!git", false),
        ("g*", true),
        ("GIT", false),
    ] {
        let keyring = keyring_of(&format!(
            "ann@example.org namespaces=\"{namespaces}\" {key}"
        ));
        let verification = keyring.verify(commit!("ssh-ed25519"));
        let is = matches!(verification, Verification::Verified { .. });
        assert_eq!(is, known, "{namespaces}");
    }
}
