//! Stylesheets and scripts of the releases before: a page that is open in a browser, or in a cache on
//! the way, still asks for those it was made with.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::last::Last;

/// Seconds they stay.
const STAY: i64 = 24 * 3600;
/// Most of them: who tries out a theme makes many.
const MOST: usize = 64;

/// Addresses that are no longer planned and still answer, and since when in seconds since 1970.
pub(super) type Retired = BTreeMap<String, i64>;

/// Takes what is to stay out of `gone`, and puts in what has stayed long enough; `paths` are those of
/// the plan.
pub(super) fn retire(
    last: Option<&Last>,
    (gone, paths): (&mut Vec<Arc<str>>, &[Arc<str>]),
    now: i64,
) -> Retired {
    let Some(last) = last else {
        return Retired::default();
    };
    let resources = &last.manifest.resources;
    let mut retired = last.manifest.head.retired.clone();
    retired.retain(|path, _| !paths.iter().any(|planned| **planned == **path));
    gone.retain(|path| {
        let entry = resources.get(path);
        let stays = entry.is_some_and(|entry| entry.immutable && is_needed(&entry.content_type));
        if stays {
            retired.entry(path.to_string()).or_insert(now);
        }
        !stays
    });
    let over = over(&mut retired, now);
    let over = over.iter().filter_map(|path| {
        let (path, _) = resources.get_key_value(path.as_str())?;
        Some(Arc::clone(path))
    });
    gone.extend(over);
    retired
}

/// Without what has stayed long enough, which it gives back. A clock that was set back ends it too.
fn over(retired: &mut Retired, now: i64) -> Vec<String> {
    let mut over = Vec::new();
    retired.retain(|path, since| {
        let stays = (now - *since).abs() <= STAY;
        if !stays {
            over.push(path.clone());
        }
        stays
    });
    while retired.len() > MOST {
        let oldest = retired.iter().min_by_key(|(_, since)| **since);
        let Some(oldest) = oldest.map(|(path, _)| path.clone()) else {
            break;
        };
        retired.remove(&oldest);
        over.push(oldest);
    }
    over
}

/// Whether a page without it is another page. A picture may have been taken back.
fn is_needed(content_type: &str) -> bool {
    ["text/css", "text/javascript", "font/"]
        .iter()
        .any(|kind| content_type.starts_with(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_stay_a_day_and_not_too_many() {
        let mut retired = Retired::from([("/a".to_owned(), 0), ("/b".to_owned(), 10)]);
        assert!(over(&mut retired, STAY).is_empty());
        assert_eq!(over(&mut retired, STAY + 1), ["/a"]);
        assert_eq!(over(&mut retired, -STAY), ["/b"], "the clock was set back");
        let many = (0..=MOST as i64).map(|since| (format!("/{since}"), since));
        let mut retired: Retired = many.collect();
        assert_eq!(over(&mut retired, 100), ["/0"]);
        assert_eq!(retired.len(), MOST);
    }

    #[test]
    fn pictures_do_not_stay() {
        assert!(is_needed("text/css; charset=utf-8") && is_needed("font/woff2"));
        assert!(!is_needed("image/png") && !is_needed("text/html; charset=utf-8"));
    }
}
