//! Pages that were made, the least recently asked for dropped first.

use std::collections::{BTreeMap, HashMap};

use super::Made;
use crate::site::Resource;

/// Bytes of all pages.
const LARGEST: usize = 32 * 1024 * 1024;
/// What a page costs beside its bytes.
const OVERHEAD: usize = 512;

#[derive(Debug, Default)]
pub(super) struct Cache {
    pages: HashMap<String, Kept>,
    /// By when each was last asked for.
    order: BTreeMap<u64, String>,
    clock: u64,
    bytes: usize,
}

#[derive(Debug)]
struct Kept {
    made: Made,
    asked: u64,
    bytes: usize,
}

impl Cache {
    pub(super) fn get(&mut self, path: &str) -> Option<Made> {
        let kept = self.pages.get_mut(path)?;
        self.clock += 1;
        let path = self.order.remove(&kept.asked)?;
        kept.asked = self.clock;
        self.order.insert(kept.asked, path);
        Some(kept.made.clone())
    }

    /// Keeps a page, unless it alone would take a quarter of the place.
    pub(super) fn keep(&mut self, path: String, made: Made) {
        let bytes = OVERHEAD + path.len() + made.as_ref().map_or(0, |page| length(page));
        if bytes > LARGEST / 4 {
            return;
        }
        self.drop_page(&path);
        while self.bytes + bytes > LARGEST
            && let Some((_, oldest)) = self.order.pop_first()
        {
            self.drop_page(&oldest);
        }
        self.clock += 1;
        let asked = self.clock;
        self.bytes += bytes;
        self.order.insert(asked, path.clone());
        self.pages.insert(path, Kept { made, asked, bytes });
    }

    fn drop_page(&mut self, path: &str) {
        if let Some(kept) = self.pages.remove(path) {
            self.order.remove(&kept.asked);
            self.bytes -= kept.bytes;
        }
    }
}

fn length(page: &Resource) -> usize {
    let forms = [Some(&page.identity), page.gzip.as_ref()];
    let bytes: u64 = forms.into_iter().flatten().map(|form| form.length()).sum();
    usize::try_from(bytes).unwrap_or(usize::MAX / 2)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::site::Body;

    fn page(megabytes: usize) -> Made {
        Some(Arc::new(Resource {
            content_type: String::new(),
            etag: String::new(),
            last_modified: None,
            immutable: false,
            noindex: true,
            frames: false,
            identity: Body::Memory(vec![0; megabytes * 1024 * 1024].into()),
            brotli: None,
            gzip: None,
        }))
    }

    #[test]
    fn the_page_nobody_asked_for_longest_makes_place() {
        let mut cache = Cache::default();
        for name in ["a", "b", "c", "d"] {
            cache.keep(name.to_owned(), page(7));
        }
        assert!(cache.get("a").is_some());
        cache.keep("e".to_owned(), page(7));
        let kept = ["a", "b", "c", "d", "e"].map(|name| cache.get(name).is_some());
        assert_eq!(kept, [true, false, true, true, true]);
        assert!(cache.bytes <= LARGEST);
        assert_eq!(cache.order.len(), cache.pages.len());
    }

    #[test]
    fn a_giant_is_not_kept_and_a_failure_is() {
        let mut cache = Cache::default();
        cache.keep("giant".to_owned(), page(9));
        cache.keep("failure".to_owned(), None);
        assert!(cache.get("giant").is_none());
        assert!(matches!(cache.get("failure"), Some(None)));
        cache.keep("failure".to_owned(), page(1));
        cache.keep("failure".to_owned(), None);
        assert!(cache.bytes < 2 * OVERHEAD);
    }
}
