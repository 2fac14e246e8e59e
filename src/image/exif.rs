//! The one thing of EXIF that a picture needs: which way it is to be turned.

/// What EXIF begins with in a JPEG, and often elsewhere.
pub(super) const PREFIX: &[u8] = b"Exif\0\0";

const ORIENTATION: u16 = 0x0112;
const SHORT: u16 = 3;
/// Entries of a directory that are looked at.
const MOST_ENTRIES: u16 = 512;

/// Numbers of a TIFF file, which says itself in which order their bytes are.
struct Tiff<'a> {
    bytes: &'a [u8],
    little: bool,
}

impl Tiff<'_> {
    fn short(&self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.little {
            u16::from_le_bytes(bytes)
        } else {
            u16::from_be_bytes(bytes)
        })
    }

    fn long(&self, at: usize) -> Option<usize> {
        let bytes = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let number = if self.little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        };
        usize::try_from(number).ok()
    }
}

/// The orientation that a block of EXIF states; 1, as it lies, where it states none.
pub(super) fn orientation(block: &[u8]) -> u8 {
    stated(block)
        .filter(|stated| (1..=8).contains(stated))
        .unwrap_or(1)
}

fn stated(block: &[u8]) -> Option<u8> {
    let bytes = block.strip_prefix(PREFIX).unwrap_or(block);
    let little = match bytes.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let tiff = Tiff { bytes, little };
    let directory = tiff.long(4)?;
    let entries = tiff.short(directory)?.min(MOST_ENTRIES);
    let mut at = directory.checked_add(2)?;
    for _ in 0..entries {
        if tiff.short(at)? == ORIENTATION && tiff.short(at + 2)? == SHORT {
            return u8::try_from(tiff.short(at + 8)?).ok();
        }
        at = at.checked_add(12)?;
    }
    None
}

/// A block that states an orientation and nothing else, without the prefix.
pub(super) fn only(orientation: u8) -> [u8; 26] {
    let mut block = *b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    block[19] = orientation;
    block
}
