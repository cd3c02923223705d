//! The one folder that holds all that the app writes. Fixed, whatever the bundle identifier becomes.

use std::path::PathBuf;

use parlour_core::error::{Error, ErrorKind, Result};

/// `PARLOUR_DATA_DIR`, else the platform's place.
///
/// # Errors
/// `storageFailed` where the environment names no home.
pub(crate) fn data_folder() -> Result<PathBuf> {
    let folder = variable("PARLOUR_DATA_DIR").or_else(default_folder).ok_or(ErrorKind::StorageFailed)?;
    // A relative folder must not change its meaning later.
    std::path::absolute(&folder).map_err(|_| Error::new(ErrorKind::StorageFailed))
}

/// Whether this is the folder that an app without settings of its own uses.
pub(crate) fn is_default(folder: &std::path::Path) -> bool {
    default_folder().is_some_and(|default| default == folder)
}

fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

#[cfg(target_os = "macos")]
fn default_folder() -> Option<PathBuf> {
    variable("HOME").map(|home| home.join("Library/Application Support/Parlour"))
}

#[cfg(windows)]
fn default_folder() -> Option<PathBuf> {
    variable("APPDATA").map(|data| data.join("Parlour"))
}

#[cfg(not(any(target_os = "macos", windows)))]
fn default_folder() -> Option<PathBuf> {
    // The base directory specification: a relative path is to be ignored.
    let data = variable("XDG_DATA_HOME").filter(|path| path.is_absolute());
    data.or_else(|| variable("HOME").map(|home| home.join(".local/share"))).map(|data| data.join("parlour"))
}
