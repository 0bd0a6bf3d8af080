//! Atomic writes of files: a file is written as a whole or not at all.
//!
//! The main function is [`save`]. A file is written under another name in the same folder and then
//! renamed, so that neither a reader nor an interruption sees half of one.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// The permissions of a new file before the umask.
const MODE: u32 = 0o666;

/// Writes or replaces a file. A pipe or a terminal is written to directly.
///
/// # Errors
/// If it cannot be written; an older file is untouched then.
pub(super) fn save(file: &Path, text: &str) -> io::Result<()> {
    let Some((file, folder)) = place(file)? else { return fs::write(file, text) };
    let mut new = beside(&folder)?;
    new.write_all(text.as_bytes())?;
    new.as_file().sync_all()?;
    new.persist(file).map_err(|error| error.error)?;
    Ok(())
}

/// Finds out whether a file can be saved, without leaving anything behind.
///
/// # Errors
/// Why it cannot.
pub(super) fn can_save(file: &Path) -> io::Result<()> {
    match place(file)? {
        Some((_, folder)) => beside(&folder).map(drop),
        None => fs::OpenOptions::new().append(true).open(file).map(drop),
    }
}

/// Finds out whether files can be saved in a folder, which is made if it is not there, without
/// leaving anything behind.
///
/// # Errors
/// Why they cannot.
pub(super) fn can_fill(folder: &Path) -> io::Result<()> {
    let there = folder.ancestors().find(|it| !it.as_os_str().is_empty() && it.exists());
    let there = there.unwrap_or(Path::new("."));
    if !fs::metadata(there)?.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    beside(there).map(drop)
}

/// The canonical path of a plain file, present or future; none for a pipe or a terminal.
pub(super) fn place_of(file: &Path) -> Option<PathBuf> {
    let (file, folder) = place(file).ok()??;
    Some(fs::canonicalize(folder).ok()?.join(file.file_name()?))
}

/// The path of a file behind symbolic links, and its folder; none for a pipe or a terminal.
fn place(file: &Path) -> io::Result<Option<(PathBuf, PathBuf)>> {
    let file = match fs::canonicalize(file) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => file.to_owned(),
        Err(error) => return Err(error),
    };
    let found = fs::metadata(&file);
    if found.as_ref().is_ok_and(fs::Metadata::is_dir) {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if found.is_ok_and(|found| !found.is_file()) {
        return Ok(None);
    }
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    fs::metadata(&folder)?;
    Ok(Some((file, folder)))
}

/// A new file in a folder, which is gone again unless it gets a name.
fn beside(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".appmesh-conformance-").permissions(Permissions::from_mode(MODE));
    // The error would name a file that nobody asked for.
    builder.tempfile_in(folder).map_err(|error| error.kind().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> io::Result<Vec<String>> {
        let entries = fs::read_dir(folder)?;
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_and_nothing_is_left_beside_it() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("report.json");
        can_save(&file)?;
        assert!(names(folder.path())?.is_empty(), "only tried");
        fs::write(&file, "old and longer")?;
        // A reader that has the old file open keeps it.
        let mut reader = fs::File::open(&file)?;
        save(&file, "new")?;
        assert_eq!(io::read_to_string(&mut reader)?, "old and longer");
        assert_eq!(fs::read_to_string(&file)?, "new");
        assert_eq!(names(folder.path())?, ["report.json"]);
        Ok(())
    }

    #[test]
    fn a_link_stays_a_link() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old")?;
        std::os::unix::fs::symlink(&file, &link)?;
        save(&link, "new")?;
        assert_eq!(fs::read_to_string(&file)?, "new");
        assert!(fs::symlink_metadata(&link)?.is_symlink());
        Ok(())
    }

    #[test]
    fn a_folder_is_tried_and_not_made() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        can_fill(folder.path())?;
        can_fill(&folder.path().join("some/where"))?;
        assert!(names(folder.path())?.is_empty(), "only tried");
        let file = folder.path().join("file");
        fs::write(&file, "")?;
        for path in [file.clone(), file.join("below")] {
            let refused = can_fill(&path).map_err(|error| error.kind());
            assert_eq!(refused, Err(io::ErrorKind::NotADirectory));
        }
        Ok(())
    }

    #[test]
    fn a_file_is_where_it_is_by_any_path() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("file");
        let place = place_of(&file);
        assert!(place.is_some());
        assert_eq!(place_of(&folder.path().join("./file")), place);
        fs::write(&file, "")?;
        assert_eq!(place_of(&file), place, "there or not");
        assert_eq!(place_of(Path::new("/dev/null")), None);
        Ok(())
    }

    #[test]
    fn a_device_is_written_to_and_stays_one() -> io::Result<()> {
        let device = Path::new("/dev/null");
        can_save(device)?;
        save(device, "nothing")?;
        assert!(!fs::metadata(device)?.is_file());
        Ok(())
    }
}
