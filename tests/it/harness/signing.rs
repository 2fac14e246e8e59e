//! Commits signed with an SSH key, as `git commit -S` signs them, on machines without `ssh-keygen`
//! (`PROTOCOL.sshsig` of OpenSSH).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA512, digest};
use ring::signature::{Ed25519KeyPair, KeyPair as _};

use super::Blog;
use super::git::mail;

/// Somebody's Ed25519 key.
pub(crate) struct SigningKey(Ed25519KeyPair);

impl SigningKey {
    /// The key that one number stands for; another number is another key.
    pub(crate) fn number(number: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[number; 32]).unwrap())
    }

    /// The line of an allowed signers file that lets this key sign for `who`.
    pub(crate) fn allows(&self, who: &str) -> String {
        let key = STANDARD.encode(self.public());
        format!("{} ssh-ed25519 {key}\n", mail(who))
    }

    fn public(&self) -> Vec<u8> {
        [field(b"ssh-ed25519"), field(self.0.public_key().as_ref())].concat()
    }

    /// An armored signature made for a purpose, which is `git` for commits.
    fn sign(&self, payload: &[u8], purpose: &str) -> String {
        let purpose = field(purpose.as_bytes());
        let about = [purpose, field(b""), field(b"sha512")].concat();
        let hash = field(digest(&SHA512, payload).as_ref());
        let signed = self.0.sign(&[b"SSHSIG", &about[..], &hash].concat());
        let signature = [field(b"ssh-ed25519"), field(signed.as_ref())].concat();
        let version = 1_u32.to_be_bytes();
        let key = field(&self.public());
        let parts = [b"SSHSIG", &version[..], &key, &about, &field(&signature)];
        let text = STANDARD.encode(parts.concat());
        let lines: Vec<&str> = text
            .as_bytes()
            .chunks(70)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect();
        let lines = lines.join("\n");
        format!("-----BEGIN SSH SIGNATURE-----\n{lines}\n-----END SSH SIGNATURE-----")
    }
}

/// A string as SSH writes it: its length, then its bytes.
fn field(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap();
    [&length.to_be_bytes()[..], bytes].concat()
}

impl Blog {
    /// Puts a signature on the newest commit.
    pub(crate) fn signed(&self, key: &SigningKey) -> &Self {
        self.signed_for(key, "git")
    }

    pub(crate) fn signed_for(&self, key: &SigningKey, purpose: &str) -> &Self {
        self.rewritten(|commit| {
            let signature = key.sign(commit.as_bytes(), purpose).replace('\n', "\n ");
            commit.replacen("\n\n", &format!("\ngpgsig {signature}\n\n"), 1)
        })
    }

    /// Changes the newest commit as git stores it, whatever its signature says.
    pub(crate) fn rewritten(&self, change: impl FnOnce(&str) -> String) -> &Self {
        let commit = self.git(&["cat-file", "commit", "HEAD"]) + "\n";
        let id = self.git_with(
            &["hash-object", "-t", "commit", "-w", "--stdin"],
            change(&commit),
        );
        self.git(&["update-ref", "HEAD", &id]);
        self
    }
}
