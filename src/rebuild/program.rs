//! Which program this is: another may make other pages from the same content, so what one keeps is
//! of no use to the other.

/// Version, size and age of the file that runs.
pub(super) fn program() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let file = std::env::current_exe().and_then(std::fs::metadata);
    let Ok(file) = file else {
        return version.to_owned();
    };
    let age = file.modified().ok();
    let age = age.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    format!(
        "{version} {} {}",
        file.len(),
        age.unwrap_or_default().as_nanos()
    )
}
