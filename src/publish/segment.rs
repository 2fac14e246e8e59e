//! Bodies one after the other in one file: one flush for a whole release instead of one for each
//! page.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::Error;
use crate::memo::checksum;
use crate::site::Body;

/// A file of bodies being written.
#[derive(Debug)]
pub(super) struct Segment {
    number: u32,
    path: PathBuf,
    writer: BufWriter<File>,
    length: u64,
}

/// Where a body lies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) segment: u32,
    pub(super) offset: u64,
    pub(super) length: u64,
    /// Of the body.
    sum: u32,
}

/// Segments open for reading.
#[derive(Clone, Debug, Default)]
pub(super) struct Segments(BTreeMap<u32, Arc<File>>);

/// The file name of a segment.
pub(super) fn name(number: u32) -> String {
    format!("{number:08x}")
}

impl Segment {
    pub(super) fn create(folder: &Path, number: u32) -> Result<Self, Error> {
        let path = folder.join(name(number));
        let file = File::create_new(&path).map_err(|source| Error::io("make", &path, source))?;
        Ok(Self {
            number,
            path,
            writer: BufWriter::with_capacity(1 << 18, file),
            length: 0,
        })
    }

    /// Appends one body.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<Place, Error> {
        self.writer
            .write_all(bytes)
            .map_err(|source| Error::io("write", &self.path, source))?;
        let place = Place {
            segment: self.number,
            offset: self.length,
            length: bytes.len() as u64,
            sum: checksum(bytes),
        };
        self.length += place.length;
        Ok(place)
    }

    /// Flushes it to disk; gives its number and length, and opens it for reading.
    pub(super) fn finish(self, segments: &mut Segments) -> Result<(u32, u64), Error> {
        let Self {
            number,
            path,
            writer,
            length,
        } = self;
        let written = || -> io::Result<File> {
            let file = writer
                .into_inner()
                .map_err(io::IntoInnerError::into_error)?;
            file.sync_all()?;
            File::open(&path)
        };
        let file = written().map_err(|source| Error::io("write", &path, source))?;
        segments.0.insert(number, Arc::new(file));
        Ok((number, length))
    }
}

impl Segments {
    /// Opens those of a release; one that is not whole makes the release none.
    pub(super) fn open(folder: &Path, lengths: &BTreeMap<u32, u64>) -> io::Result<Self> {
        let open = |(number, length): (&u32, &u64)| {
            let file = File::open(folder.join(name(*number)))?;
            if file.metadata()?.len() != *length {
                let message = format!("segment `{}` is not whole", name(*number));
                return Err(io::Error::other(message));
            }
            Ok((*number, Arc::new(file)))
        };
        Ok(Self(lengths.iter().map(open).collect::<io::Result<_>>()?))
    }

    /// Whether the bodies are those that were written.
    pub(super) fn check(&self, mut places: Vec<Place>) -> io::Result<()> {
        places.sort_unstable_by_key(|place| (place.segment, place.offset));
        places
            .into_par_iter()
            .try_for_each(|place| self.bytes(place).map(drop))
    }

    /// A body, if it is the one that was written.
    pub(super) fn bytes(&self, place: Place) -> io::Result<Vec<u8>> {
        let length = usize::try_from(place.length).map_err(io::Error::other)?;
        let mut bytes = vec![0; length];
        self.file(place)?.read_exact_at(&mut bytes, place.offset)?;
        if checksum(&bytes) != place.sum {
            let name = name(place.segment);
            return Err(io::Error::other(format!("segment `{name}` is damaged")));
        }
        Ok(bytes)
    }

    /// The next number that is nobody's.
    pub(super) fn next(&self) -> u32 {
        self.0.last_key_value().map_or(1, |(last, _)| last + 1)
    }

    /// Closes all but some.
    pub(super) fn keep(&mut self, lengths: &BTreeMap<u32, u64>) {
        self.0.retain(|number, _| lengths.contains_key(number));
    }

    pub(super) fn body(&self, place: Place) -> io::Result<Body> {
        Ok(Body::File {
            file: Arc::clone(self.file(place)?),
            offset: place.offset,
            length: place.length,
        })
    }

    fn file(&self, place: Place) -> io::Result<&Arc<File>> {
        let file = self.0.get(&place.segment);
        file.ok_or_else(|| io::Error::other("a segment is missing"))
    }
}
