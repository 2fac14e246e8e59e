//! An OpenPGP certificate (RFC 9580, section 10.1): a primary key, and what it has signed about
//! itself: names, subkeys, ends. What it has not signed, and what others have, counts for nothing.

use super::super::cursor::Cursor;
use super::super::primitive::{Outcome, PublicKey};
use super::key::{Key, hex};
use super::lifetime::Lifetime;
use super::packet::{PUBLIC_KEY, PUBLIC_SUBKEY, Packet, SIGNATURE, USER_ID};
use super::signature::{Claims, Signature};

/// Each signature of a certificate is a check, which takes its time.
const MAX_PACKETS: usize = 5000;
/// Names and subkeys of one certificate.
const MAX_COMPONENTS: usize = 200;

/// May sign data (section 5.2.3.29).
const SIGNS: u8 = 2;

// Kinds of signatures, section 5.2.1.
const DIRECT: u8 = 0x1f;
const KEY_REVOCATION: u8 = 0x20;
const SUBKEY_BINDING: u8 = 0x18;
const PRIMARY_BINDING: u8 = 0x19;
const SUBKEY_REVOCATION: u8 = 0x28;
const CERTIFICATION: std::ops::RangeInclusive<u8> = 0x10..=0x13;
const CERTIFICATION_REVOCATION: u8 = 0x30;

#[derive(Debug)]
pub(super) struct Certificate {
    /// The primary key's, as `gpg` prints it.
    pub(super) fingerprint: String,
    /// The user ids that the key still stands by, mostly `Name <address>`.
    pub(super) users: Vec<String>,
    /// The keys that may sign.
    pub(super) signers: Vec<Signer>,
}

#[derive(Debug)]
pub(super) struct Signer {
    pub(super) fingerprint: [u8; 20],
    pub(super) key: PublicKey,
    pub(super) lifetime: Lifetime,
}

/// Why a block of packets is no certificate that can check anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unusable {
    #[error("this key cannot be read, or is not of version 4")]
    Malformed,
    #[error(
        "keys of this type or size are not checked: take Ed25519, ECDSA on P-256 or P-384, or RSA of 2048 bits or more"
    )]
    Algorithm,
    #[error("this key says nothing of itself: it has no valid self-signature")]
    Unsigned,
    #[error("none of this key's parts may sign")]
    SignsNothing,
}

/// A packet and the signatures that follow it.
struct Component<'a> {
    packet: Packet<'a>,
    signatures: Vec<Signature<'a>>,
}

/// The packets of one certificate, the primary key first.
pub(super) struct Block<'a>(Vec<Component<'a>>);

/// The certificates of a file; a new one begins at each primary key. The truth value is whether
/// all of the file could be read.
pub(super) fn blocks(bytes: &[u8]) -> (Vec<Block<'_>>, bool) {
    let mut cursor = Cursor::new(bytes);
    let mut blocks: Vec<Block<'_>> = Vec::new();
    for _ in 0..MAX_PACKETS {
        if cursor.is_empty() {
            break;
        }
        let Some(packet) = Packet::read(&mut cursor) else {
            return (blocks, false);
        };
        let component = Component {
            packet,
            signatures: Vec::new(),
        };
        match (packet.tag, blocks.last_mut()) {
            (PUBLIC_KEY, _) => blocks.push(Block(vec![component])),
            (_, None) => return (blocks, false),
            (SIGNATURE, Some(block)) => {
                let last = block.0.last_mut();
                if let (Some(last), Some(signature)) = (last, Signature::read(packet.body)) {
                    last.signatures.push(signature);
                }
            }
            (_, Some(block)) => block.add(component),
        }
    }
    let whole = cursor.is_empty() && !blocks.is_empty();
    (blocks, whole)
}

impl<'a> Block<'a> {
    /// Takes in another copy of the same certificate, so that a revocation in one file is not
    /// undone by an older file that lacks it. Gives back what is another's.
    pub(super) fn merge(&mut self, other: Self) -> Option<Self> {
        if !self.0[0].is(&other.0[0]) {
            return Some(other);
        }
        for component in other.0 {
            match self.0.iter_mut().find(|own| own.is(&component)) {
                Some(own) => own.signatures.extend(component.signatures),
                None => self.add(component),
            }
        }
        None
    }

    fn add(&mut self, component: Component<'a>) {
        if self.0.len() < MAX_COMPONENTS {
            self.0.push(component);
        }
    }

    pub(super) fn fingerprint(&self) -> Option<String> {
        let key = self
            .0
            .first()
            .and_then(|first| Key::read(first.packet.body));
        key.map(|key| hex(&key.fingerprint))
    }

    pub(super) fn certificate(&self) -> Result<Certificate, Unusable> {
        certificate(&self.0)
    }
}

impl Component<'_> {
    fn is(&self, other: &Component<'_>) -> bool {
        self.packet.tag == other.packet.tag && self.packet.body == other.packet.body
    }
}

fn certificate(components: &[Component<'_>]) -> Result<Certificate, Unusable> {
    let (first, others) = components.split_first().ok_or(Unusable::Malformed)?;
    let primary = Primary::read(first.packet.body)?;
    let about_key = primary.made(first, &primary.key.framed());
    let names: Vec<_> = others.iter().filter_map(|c| primary.name(c)).collect();
    if names.is_empty() && newest(&about_key, |kind| kind == DIRECT).is_none() {
        return Err(Unusable::Unsigned);
    }
    let about_names: Vec<_> = names.iter().map(|(_, signature)| *signature).collect();
    let stated = Stated {
        about_names: newest(&about_names, |_| true),
        about_key: &about_key,
    };
    let expires = stated.newest(|claims| claims.key_expires);
    let whole = Lifetime::new(primary.key.created, expires);
    let lifetime = ended(whole, &about_key, KEY_REVOCATION);
    let own = Signer {
        fingerprint: primary.key.fingerprint,
        key: primary.public.clone(),
        lifetime,
    };
    let flags = stated.newest(|claims| claims.flags);
    let signs = flags.is_none_or(|flags| flags & SIGNS != 0);
    let subkeys = others
        .iter()
        .filter_map(|component| primary.subkey(component, lifetime));
    let signers: Vec<_> = signs.then_some(own).into_iter().chain(subkeys).collect();
    if signers.is_empty() {
        return Err(Unusable::SignsNothing);
    }
    Ok(Certificate {
        fingerprint: hex(&primary.key.fingerprint),
        users: names.into_iter().map(|(name, _)| name.to_owned()).collect(),
        signers,
    })
}

/// Where a key says when it ends and what it is for: beside its newest name, and of itself.
struct Stated<'a, 'b> {
    about_names: Option<&'a Signature<'b>>,
    about_key: &'a [&'a Signature<'b>],
}

impl Stated<'_, '_> {
    /// The newest word on something. A signature that is silent on it does not take it back: one
    /// that a key makes of itself often does no more than name who may revoke it.
    fn newest<T>(&self, claim: impl Fn(&Claims<'_>) -> Option<T>) -> Option<T> {
        let of_itself = self
            .about_key
            .iter()
            .filter(|signature| signature.kind == DIRECT && claim(&signature.claims).is_some())
            .max_by_key(|signature| signature.created)
            .map(|signature| &**signature);
        let by_time = match (self.about_names, of_itself) {
            (Some(name), Some(own)) if own.created > name.created => [Some(own), Some(name)],
            (name, own) => [name, own],
        };
        let mut claims = by_time.into_iter().flatten();
        claims.find_map(|signature| claim(&signature.claims))
    }
}

fn newest<'a, 'b>(
    signatures: &[&'a Signature<'b>],
    wanted: impl Fn(u8) -> bool,
) -> Option<&'a Signature<'b>> {
    signatures
        .iter()
        .copied()
        .filter(|signature| wanted(signature.kind))
        .max_by_key(|signature| signature.created)
}

/// A lifetime cut by the revocations among `signatures`.
fn ended(lifetime: Lifetime, signatures: &[&Signature<'_>], kind: u8) -> Lifetime {
    signatures
        .iter()
        .filter(|signature| signature.kind == kind)
        .fold(lifetime, |lifetime, revocation| {
            lifetime.revoked(revocation.created, revocation.claims.revocation)
        })
}

/// The key that a certificate's signatures have to be by.
struct Primary<'a> {
    key: Key<'a>,
    public: PublicKey,
}

impl<'a> Primary<'a> {
    fn read(body: &'a [u8]) -> Result<Self, Unusable> {
        let key = Key::read(body).ok_or(Unusable::Malformed)?;
        let public = key.public.clone().ok_or(Unusable::Algorithm)?;
        Ok(Self { key, public })
    }

    /// The component's signatures that this key made over `data`.
    fn made<'s, 'p>(&self, component: &'s Component<'p>, data: &[u8]) -> Vec<&'s Signature<'p>> {
        let made = component.signatures.iter().filter(|signature| {
            !signature.claims.strange
                && signature.issuer.is(&self.key.fingerprint)
                && signature.check(&self.public, data) == Outcome::Good
        });
        made.collect()
    }

    /// A user id that the key stands by, and its newest word about it.
    fn name<'s, 'p>(&self, component: &'s Component<'p>) -> Option<(&'s str, &'s Signature<'p>)> {
        let user = component.packet.body;
        let text = std::str::from_utf8(user).ok()?;
        if component.packet.tag != USER_ID {
            return None;
        }
        let length = u32::try_from(user.len()).ok()?.to_be_bytes();
        let data = [self.key.framed().as_slice(), &[0xb4], &length, user].concat();
        let newest = newest(&self.made(component, &data), |kind| {
            CERTIFICATION.contains(&kind) || kind == CERTIFICATION_REVOCATION
        })?;
        (newest.kind != CERTIFICATION_REVOCATION).then_some((text, newest))
    }

    /// A subkey that may sign. It has to have signed for the primary key in turn, or anybody could
    /// put another's subkey under a name of their own (section 10.1.5).
    fn subkey(&self, component: &Component<'_>, primary: Lifetime) -> Option<Signer> {
        if component.packet.tag != PUBLIC_SUBKEY {
            return None;
        }
        let key = Key::read(component.packet.body)?;
        let public = key.public.clone()?;
        let data = [self.key.framed(), key.framed()].concat();
        let made = self.made(component, &data);
        let binding = newest(&made, |kind| kind == SUBKEY_BINDING)?;
        let back = Signature::read(binding.claims.embedded?)?;
        let agreed = back.kind == PRIMARY_BINDING && back.check(&public, &data) == Outcome::Good;
        if !agreed || binding.claims.flags.is_none_or(|flags| flags & SIGNS == 0) {
            return None;
        }
        let own = Lifetime::new(key.created, binding.claims.key_expires);
        Some(Signer {
            fingerprint: key.fingerprint,
            key: public,
            lifetime: ended(own.within(primary), &made, SUBKEY_REVOCATION),
        })
    }
}
