//! Forges' own signatures are told from people's.

use super::{KEYS, Keyring, NoKey, Role, Verification, commit, fixture};
use crate::signature::commit::Commit;
use crate::signature::forge::{FORGES, Forge, recognise};

/// One whose key is here.
const TEST: &[Forge] = &[Forge {
    name: "Test",
    address: "noreply@forge.example",
    keys: &["F79C30FEA460ADDA9782BAC10C277FB2260621F6"],
}];

fn keyring(keys: &[u8]) -> Keyring {
    let (mut keyring, _) = Keyring::read(None, &[("keys", keys)]);
    keyring.forges = TEST;
    keyring
}

fn committed_by(committer: &str) -> Commit {
    let text = format!("author Ann <ann@example.org> 1 +0000\ncommitter {committer} 1 +0000\n\nm");
    Commit::read(text.as_bytes())
}

fn forge(name: &'static str, checked: bool) -> Verification {
    Verification::Forge { name, checked }
}

#[test]
fn a_forge_is_checked_where_its_key_is_there() {
    let verification = keyring(KEYS).verify(commit!("forge"));
    assert_eq!(verification, forge("Test", true));
    let verification = keyring(fixture!("ed25519.gpg")).verify(commit!("forge"));
    assert_eq!(verification, forge("Test", false));
}

#[test]
fn a_forges_failed_check_is_bad() {
    let tampered = super::with(commit!("forge"), "Add a post", "Add a port");
    let verification = keyring(KEYS).verify(&tampered);
    assert!(matches!(verification, Verification::Bad { .. }));
}

#[test]
fn a_forges_key_never_signs_for_a_person() {
    let verification = keyring(KEYS).verify(commit!("forge-as-ann"));
    assert_eq!(verification, forge("Test", true));
    // Not checked, and it does not even claim to be the forge.
    let verification = keyring(fixture!("ed25519.gpg")).verify(commit!("forge-as-ann"));
    assert!(matches!(verification, Verification::UnknownKey { .. }));
}

#[test]
fn known_forges_are_recognised_by_committer_and_key() {
    let unknown = |key: &str| Verification::UnknownKey {
        key: Some(key.to_owned()),
        why: NoKey::NotInKeyring,
    };
    let github = committed_by("GitHub <noreply@github.com>");
    for key in [
        "4AEE18F83AFDEB23",
        "968479A1AFF927E37D1A566BB5690EEEBB952194",
    ] {
        let verification = recognise(FORGES, unknown(key), &github);
        assert_eq!(verification, forge("GitHub", false));
        let ann = committed_by("Ann <ann@example.org>");
        assert_eq!(recognise(FORGES, unknown(key), &ann), unknown(key));
    }
    for key in ["4AEE18F83AFDEB24", "23", ""] {
        assert_eq!(recognise(FORGES, unknown(key), &github), unknown(key));
    }
    // An SSH signature has been checked with the key that it names.
    let gitlab = committed_by("GitLab <noreply@gitlab.com>");
    let key = "SHA256:ylvmNrhpOBqBQRVi0S8xv2meWLs/QnN7AztQlZY5UPE";
    let verification = recognise(FORGES, unknown(key), &gitlab);
    assert_eq!(verification, forge("GitLab", true));
}

#[test]
fn a_forge_of_ones_own_is_one_when_its_key_is_listed() {
    let verified = |who| Verification::Verified {
        principal: "gitea@git.example.org".to_owned(),
        who,
        key: "SHA256:abc".to_owned(),
    };
    let gitea = committed_by("Gitea <gitea@git.example.org>");
    let verification = recognise(FORGES, verified(Role::Committer), &gitea);
    assert_eq!(verification, forge("Gitea", true));
    let author = recognise(FORGES, verified(Role::Author), &gitea);
    assert_eq!(author, verified(Role::Author));
}
