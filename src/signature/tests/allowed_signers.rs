//! The file of allowed signers: what is read of it, and what is said about the rest.

use super::{Verification, commit, keyring_of};
use crate::diagnostic::Diagnostic;
use crate::signature::Keyring;

/// The line of the key that made `ssh-ed25519.commit`.
pub(super) const KEY: &str = "ann@example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIjep5ELrl4iuJ6HUkuvtKeg17zGBosAMPlSOiyv/r8W";

fn findings(text: &str) -> Vec<Diagnostic> {
    Keyring::read(Some(("signers", text)), &[]).1
}

fn counts(text: &str) -> bool {
    let verification = keyring_of(text).verify(commit!("ssh-ed25519"));
    matches!(verification, Verification::Verified { .. })
}

#[test]
fn lines_in_every_form_that_openssh_reads() {
    let (_, key) = KEY.split_once(' ').unwrap();
    for line in [
        KEY.to_owned(),
        format!("{KEY} a comment, and more"),
        format!("  \t{KEY}\r\n"),
        format!("# comment\n\n\t\n  # comment\n{KEY}"),
        format!("\"ann@example.org\"   {key}"),
        format!("\"Ann Example,ann@example.org\" {key}"),
        format!("bob@example.org,*@example.org {key}"),
        format!("ANN@EXAMPLE.ORG {key}"),
        format!("*\tnamespaces=\"git\"\t{key}"),
        format!("* NAMESPACES=\"git\",Valid-After=\"20200101Z\" {key}"),
    ] {
        assert!(counts(&line), "{line}");
        assert_eq!(findings(&line), [], "{line}");
    }
}

#[test]
fn a_line_that_cannot_be_read_is_a_warning_and_the_rest_counts() {
    let (_, key) = KEY.split_once(' ').unwrap();
    for (line, column, message) in [
        (
            format!("* cert-authority {key}"),
            1,
            "certificates are not checked",
        ),
        (
            format!("* namespace=\"git\" {key}"),
            3,
            "unknown option `namespace`",
        ),
        (format!("* namespaces=git {key}"), 3, "not in quotes"),
        (format!("* namespaces=\"git {key}"), 3, "not in quotes"),
        (
            format!("* valid-after=\"tomorrow\" {key}"),
            3,
            "`tomorrow` is not a date",
        ),
        (
            format!("* namespaces=\"git\",namespaces=\"git\" {key}"),
            20,
            "stands twice",
        ),
        (
            format!("* valid-after=\"20240101\",valid-before=\"20230101\" {key}"),
            26,
            "lies before",
        ),
        (format!("* cert-authority=\"x\" {key}"), 3, "takes none"),
        (format!("\"ann {key}"), 1, "principals cannot be read"),
        ("* ssh-ed25519 AAAA".to_owned(), 3, "no key in this line"),
        (
            "* ssh-dss AAAAB3NzaC1kc3M=".to_owned(),
            3,
            "this type or size",
        ),
        ("*".to_owned(), 2, "no key in this line"),
        (key.to_owned(), 13, "no key in this line"),
        (
            format!("* ssh-rsa {}", &key[12..]),
            3,
            "not of the type it says",
        ),
    ] {
        let text = format!("# first\n{line}\n{KEY}\n");
        let found = findings(&text);
        assert_eq!(found.len(), 1, "{line}: {found:?}");
        let finding = &found[0];
        assert!(finding.message.contains(message), "{line}: {finding}");
        assert_eq!(
            (finding.line, finding.column),
            (Some(2), Some(column)),
            "{finding}"
        );
        assert_eq!(finding.path.as_deref(), Some("signers"));
        assert!(finding.snippet.is_some() && !finding.is_error());
        assert!(counts(&text), "{line}");
        assert!(!counts(&line), "{line}");
    }
}

#[test]
fn a_file_of_something_else_is_given_up() {
    assert_eq!(findings(&"no signer\n".repeat(100_000)).len(), 21);
    assert_eq!(findings(&"#\n".repeat(1_000_000)).len(), 1);
    let found = findings(&format!("{KEY}\n").repeat(1500));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].line, Some(1001));
}

#[test]
fn characters_of_several_bytes_are_no_trouble() {
    for text in [
        "é",
        "\"é",
        "é é=\"é\",é é",
        "* é=\"",
        "\u{feff}* ssh-ed25519 é",
        "* namespaces=\"é",
    ] {
        assert_eq!(findings(text).len(), 1, "{text}");
    }
}
