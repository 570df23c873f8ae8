//! Files written whole or not at all: to a temporary file beside the target, then renamed.

use std::fs::File;
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::base::diagnostic::{Diagnostic, Place, codes};

/// Says why a file cannot be written.
pub fn unwritable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let hint = match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "you may not write there; choose another folder"
        }
        ErrorKind::StorageFull => "the disk is full",
        ErrorKind::QuotaExceeded => "your share of the disk is full",
        ErrorKind::FileTooLarge => "files may not be that large there",
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
    files: Vec<(Temporary, PathBuf)>,
}

/// A file that was written and has no name yet.
#[derive(Debug)]
enum Temporary {
    /// Under a temporary name. Closed already: thousands of products have thousands of files.
    Named(tempfile::TempPath),
    /// Without any name: it goes with the program, however that ends.
    #[cfg(target_os = "linux")]
    Unnamed(File),
}

/// A file of a batch on its way, written piece by piece.
#[derive(Debug)]
pub struct Staged {
    writer: BufWriter<File>,
    /// Its temporary name, if it has one.
    name: Option<tempfile::TempPath>,
    target: PathBuf,
}

/// Bytes that are written at once.
const PIECE: usize = 1 << 20;

/// Files without a name, where the system has them.
#[cfg(target_os = "linux")]
mod unnamed {
    use std::fs::File;
    use std::os::fd::AsRawFd;
    use std::path::{Path, PathBuf};

    use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open};

    fn name(file: &File) -> PathBuf {
        PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
    }

    /// A file in a folder that has no name. `None`: the file system has no such files, or could give them no name.
    pub(super) fn file(folder: &Path) -> Option<File> {
        let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
        let file = File::from(open(folder, flags, Mode::from_raw_mode(0o666)).ok()?);
        name(&file).exists().then_some(file)
    }

    /// Gives it a name that nothing has.
    pub(super) fn link(file: &File, path: &Path) -> std::io::Result<()> {
        Ok(linkat(CWD, name(file), CWD, path, AtFlags::SYMLINK_FOLLOW)?)
    }
}

impl Temporary {
    /// Under a temporary name, if it has none yet.
    fn named(self, target: &Path) -> std::io::Result<tempfile::TempPath> {
        match self {
            Self::Named(path) => Ok(path),
            #[cfg(target_os = "linux")]
            Self::Unnamed(file) => {
                let linked = builder().make_in(folder_of(target), |path| unnamed::link(&file, path))?;
                Ok(linked.into_temp_path())
            }
        }
    }
}

impl Staged {
    fn new(target: &Path) -> std::io::Result<Self> {
        let (target, folder) = (target.to_owned(), folder_of(target));
        #[cfg(target_os = "linux")]
        if let Some(file) = unnamed::file(folder) {
            return Ok(Self { writer: BufWriter::with_capacity(PIECE, file), name: None, target });
        }
        let (file, name) = builder().tempfile_in(folder)?.into_parts();
        Ok(Self { writer: BufWriter::with_capacity(PIECE, file), name: Some(name), target })
    }

    /// Why it cannot be written: an error of the system, or one that has such an error as its cause.
    pub fn failed(&self, error: &(dyn std::error::Error + 'static)) -> Diagnostic {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(error) = error.downcast_ref::<std::io::Error>() {
                return unwritable(&self.target, error);
            }
            cause = error.source();
        }
        unwritable(&self.target, &std::io::Error::other(error.to_string()))
    }

    fn finish(self) -> Result<(Temporary, PathBuf), Diagnostic> {
        let Self { writer, name, target } = self;
        let flushed = writer.into_inner().map_err(std::io::IntoInnerError::into_error);
        let file = flushed.and_then(|file| file.sync_all().map(|()| file));
        let file = file.map_err(|error| unwritable(&target, &error))?;
        let temporary = match name {
            Some(name) => Temporary::Named(name),
            #[cfg(target_os = "linux")]
            None => Temporary::Unnamed(file),
            #[cfg(not(target_os = "linux"))]
            None => return Err(unwritable(&target, &std::io::Error::other("it has no name"))),
        };
        Ok((temporary, target))
    }
}

impl Write for Staged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.writer.flush()
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

impl Batch {
    /// Makes the folder, if it is not there.
    pub fn new(folder: &Path) -> Result<Self, Diagnostic> {
        let mut batch = Self { folder: folder.to_owned(), created: Vec::new(), files: Vec::new() };
        batch.make_folder(folder)?;
        Ok(batch)
    }

    /// Files that are named one by one, in any folders.
    pub fn files() -> Self {
        Self { folder: PathBuf::new(), created: Vec::new(), files: Vec::new() }
    }

    /// Opens a file that is written piece by piece. Its folder is made, if it is not there.
    pub fn open(&mut self, path: &Path) -> Result<Staged, Diagnostic> {
        let target = self.folder.join(path);
        if target.is_dir() {
            return Err(unwritable(&target, &std::io::Error::other("it is a folder")));
        }
        self.make_folder(folder_of(&target))?;
        Staged::new(&target).map_err(|error| unwritable(&target, &error))
    }

    /// Takes a file that is whole. It gets its name with the others.
    pub fn close(&mut self, staged: Staged) -> Result<(), Diagnostic> {
        self.files.push(staged.finish()?);
        Ok(())
    }

    /// Files of a report: never among the tables of a dataset, where they would replace what the user wrote.
    pub fn report(folder: &Path) -> Result<Self, Diagnostic> {
        not_a_dataset(folder)?;
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
        self.files.push((Temporary::Named(file), target));
        Ok(())
    }

    /// The folder that files are named in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Refuses to write over a file that was read: what the user wrote is not there a second time. What is no file that is
    /// there, such as a name or a folder, is passed over.
    pub fn spare(&self, read: &Path) -> Result<(), Diagnostic> {
        let Some(whole) = read.canonicalize().ok().filter(|whole| whole.is_file()) else { return Ok(()) };
        let is_read = |target: &&PathBuf| target.canonicalize().is_ok_and(|target| target == whole);
        let Some(target) = self.files.iter().map(|(_, target)| target).find(is_read) else { return Ok(()) };
        let message = "nothing is written over the file that it is made from";
        let hint = "write it elsewhere, or give the file that is read another name";
        Err(Diagnostic::error(codes::UNWRITABLE, message)
            .at(Place::file(target.to_string_lossy()))
            .hint(hint))
    }

    /// Gives all files their names.
    pub fn commit(mut self) -> Result<Vec<PathBuf>, Diagnostic> {
        let mut written = Vec::new();
        let mut named = Vec::new();
        for (file, target) in std::mem::take(&mut self.files) {
            named.push((file.named(&target).map_err(|error| unwritable(&target, &error))?, target));
        }
        for (file, target) in named {
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

/// Writes a file that must not be there.
pub fn create(path: &Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    let failed = |error: &std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Diagnostic::error(codes::UNWRITABLE, "is there already, and is not replaced")
                .at(Place::file(path.to_string_lossy()))
                .hint("give another name")
        }
        _ => unwritable(path, error),
    };
    let folder = folder_of(path);
    std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let write = || {
        let mut file = builder().tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist_noclobber(path).map(|_| ()).map_err(|error| error.error)
    };
    write().map_err(|error| failed(&error))
}

/// Refuses to write into the folder of a dataset.
pub fn not_a_dataset(folder: &Path) -> Result<(), Diagnostic> {
    let manifest = folder.join("manifest.toml");
    if manifest.symlink_metadata().is_ok() {
        let place = Place::file(manifest.to_string_lossy());
        let hint = "that is a dataset, whose tables a report would replace; name another folder";
        let message = "a report cannot be written into the folder of a dataset";
        return Err(Diagnostic::error(codes::UNWRITABLE, message).at(place).hint(hint));
    }
    Ok(())
}

/// Replaces one file.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    let folder = folder_of(path);
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut batch = Batch::new(folder)?;
    batch.add(&name, bytes)?;
    batch.commit().map(|_| ())
}
