//! Files written whole or not at all: to a temporary file beside the target, then renamed.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::base::diagnostic::{Diagnostic, Place, codes};

fn unwritable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let hint = match error.kind() {
        std::io::ErrorKind::PermissionDenied => "you may not write there; choose another folder",
        std::io::ErrorKind::StorageFull => "the disk is full",
        _ => "is there a file where a folder should be?",
    };
    Diagnostic::error(codes::UNWRITABLE, format!("cannot be written: {error}"))
        .at(Place::file(path.to_string_lossy()))
        .hint(hint)
}

/// Temporary files with the rights of ordinary ones: what the user's umask leaves of them.
fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".truecost-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder
}

/// Files of one run, written together: nothing stands under its name before all of them could be written.
#[derive(Debug)]
pub struct Batch {
    folder: PathBuf,
    created: Vec<PathBuf>,
    /// Closed already: thousands of products have thousands of files.
    files: Vec<(tempfile::TempPath, PathBuf)>,
}

impl Batch {
    /// Makes the folder, if it is not there.
    pub fn new(folder: &Path) -> Result<Self, Diagnostic> {
        let mut batch = Self { folder: folder.to_owned(), created: Vec::new(), files: Vec::new() };
        batch.make_folder(folder)?;
        Ok(batch)
    }

    /// Files of a report: never among the tables of a dataset, where they would replace what the user wrote.
    pub fn report(folder: &Path) -> Result<Self, Diagnostic> {
        let manifest = folder.join("manifest.toml");
        if manifest.symlink_metadata().is_ok() {
            let place = Place::file(manifest.to_string_lossy());
            let hint = "that is a dataset, whose tables a report would replace; name another folder";
            let message = "a report cannot be written into the folder of a dataset";
            return Err(Diagnostic::error(codes::UNWRITABLE, message).at(place).hint(hint));
        }
        Self::new(folder)
    }

    fn make_folder(&mut self, folder: &Path) -> Result<(), Diagnostic> {
        let missing: Vec<PathBuf> = folder
            .ancestors()
            .take_while(|p| !p.as_os_str().is_empty() && !p.exists())
            .map(Path::to_owned)
            .collect();
        std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        self.created.extend(missing);
        Ok(())
    }

    /// Writes one file, for now under a temporary name.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), Diagnostic> {
        self.stream(name, |file| file.write_all(bytes))
    }

    /// Writes one file piece by piece, for now under a temporary name.
    pub fn stream(
        &mut self,
        name: &str,
        fill: impl FnOnce(&mut BufWriter<&mut File>) -> std::io::Result<()>,
    ) -> Result<(), Diagnostic> {
        let target = self.folder.join(name);
        if target.is_dir() {
            return Err(unwritable(&target, &std::io::Error::other("it is a folder")));
        }
        let parent = target.parent().unwrap_or(&self.folder).to_owned();
        self.make_folder(&parent)?;
        let write = || {
            let mut file = builder().tempfile_in(&parent)?;
            let mut buffer = BufWriter::new(file.as_file_mut());
            fill(&mut buffer)?;
            buffer.flush()?;
            drop(buffer);
            file.as_file().sync_all()?;
            Ok(file.into_temp_path())
        };
        let file = write().map_err(|error| unwritable(&target, &error))?;
        self.files.push((file, target));
        Ok(())
    }

    /// Gives all files their names.
    pub fn commit(mut self) -> Result<Vec<PathBuf>, Diagnostic> {
        let mut written = Vec::new();
        for (file, target) in std::mem::take(&mut self.files) {
            file.persist(&target).map_err(|error| unwritable(&target, &error.error))?;
            written.push(target);
        }
        self.created.clear();
        Ok(written)
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        self.files.clear();
        for folder in &self.created {
            // Only empty folders of our own go; a folder that holds something stays.
            let _ = std::fs::remove_dir(folder);
        }
    }
}

/// Replaces one file.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut batch = Batch::new(folder)?;
    batch.add(&name, bytes)?;
    batch.commit().map(|_| ())
}
