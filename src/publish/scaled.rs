//! Smaller copies of pictures: dear to make, and until they are, the picture itself stands for each.

use rayon::prelude::*;

use super::Error;
use super::last::{Delta, Last, Named};
use super::manifest::{Entry, Forms};
use super::segment::Segment;
use super::writing::hash;
use crate::image::smaller;

/// Copies that make a release of their own.
const RELEASE: usize = 96;
/// Pictures for each thread between two looks whether something else is wanted.
const LOOK: usize = 2;

impl Last {
    /// Some of the copies that are still to be made, those of one picture together.
    pub(super) fn unscaled(&self) -> Vec<Vec<Named>> {
        let unscaled = self.todo.unscaled.iter().take(RELEASE);
        let unscaled = unscaled.filter_map(|path| {
            let (path, entry) = self.manifest.resources.get_key_value(path)?;
            Some((path.clone(), entry.clone()))
        });
        let unscaled: Vec<Named> = unscaled.collect();
        let same = |(_, a): &Named, (_, b): &Named| a.forms.identity == b.forms.identity;
        unscaled.chunk_by(same).map(<[Named]>::to_vec).collect()
    }

    /// Makes copies, unless `wanted` elsewhere meanwhile.
    pub(super) fn scale(
        &self,
        pictures: &[Vec<Named>],
        wanted: &dyn Fn() -> bool,
        (segment, delta): (&mut Segment, &mut Delta),
    ) -> Result<(), Error> {
        for batch in pictures.chunks(LOOK * rayon::current_num_threads()) {
            if wanted() {
                break;
            }
            let copies: Vec<Vec<Option<Vec<u8>>>> =
                batch.par_iter().map(|copies| self.copies(copies)).collect();
            for ((path, entry), copy) in batch.iter().flatten().zip(copies.into_iter().flatten()) {
                let mut entry = Entry {
                    unscaled: None,
                    ..Entry::clone(entry)
                };
                // Else the picture itself is as good.
                if let Some(bytes) = copy {
                    entry.etag = hash(&bytes);
                    entry.forms = Forms {
                        identity: segment.write(&bytes)?,
                        brotli: None,
                        gzip: None,
                    };
                }
                delta.set.push((path.clone(), entry.into()));
            }
        }
        Ok(())
    }

    /// The copies of one picture, one for each that is to be made.
    fn copies(&self, named: &[Named]) -> Vec<Option<Vec<u8>>> {
        let widths = named.iter().filter_map(|(_, entry)| entry.unscaled);
        let widths: Vec<u32> = widths.collect();
        let picture = named.first().map(|(_, entry)| entry.forms.identity);
        let picture = picture.and_then(|place| self.segments.bytes(place).ok());
        let mut copies = picture.map_or_else(Vec::new, |picture| smaller(&picture, &widths));
        copies.resize(named.len(), None);
        copies
    }
}
