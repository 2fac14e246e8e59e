//! Bodies one after the other in one file: one flush for a whole release instead of one for each
//! page.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Error;

/// A file of bodies being written.
#[derive(Debug)]
pub(super) struct Segment {
    name: String,
    path: PathBuf,
    writer: BufWriter<File>,
    length: u64,
}

/// Where a body lies.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) segment: String,
    pub(super) offset: u64,
    pub(super) length: u64,
}

impl Segment {
    pub(super) fn create(folder: &Path, name: String) -> Result<Self, Error> {
        let path = folder.join(&name);
        let file = File::create_new(&path).map_err(|source| Error::io("make", &path, source))?;
        Ok(Self {
            name,
            path,
            writer: BufWriter::with_capacity(1 << 20, file),
            length: 0,
        })
    }

    /// Appends one body.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<Place, Error> {
        self.writer
            .write_all(bytes)
            .map_err(|source| Error::io("write", &self.path, source))?;
        let place = Place {
            segment: self.name.clone(),
            offset: self.length,
            length: bytes.len() as u64,
        };
        self.length += place.length;
        Ok(place)
    }

    /// Flushes it to disk; gives its name and length.
    pub(super) fn finish(self) -> Result<(String, u64), Error> {
        let Self {
            name,
            path,
            writer,
            length,
        } = self;
        let failed = |source| Error::io("write", &path, source);
        let file = writer
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)?;
        Ok((name, length))
    }
}
