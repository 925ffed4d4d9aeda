//! The local folder of photos and videos: `<agency>/<aa>/<hash>`, unfinished ones in `<agency>/parts/`, damaged ones that made
//! way in `<agency>/damaged/`, thumbnails in `<agency>/thumbnails/<aa>/<hash>`.
//!
//! Every path is made from ids and hashes in hex, never from anything a caller wrote. A file under its final name is
//! whole and was checked against that name: it got there by a rename after the check.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use detailbook_core::ids::{AgencyId, OfficerId};
use detailbook_core::shift::Sha256;

use super::thumbnail::Kept;

/// What stands where there is no thumbnail to be made.
const NO_THUMBNAIL: &[u8] = b"none";
/// Bytes that one officer may have stored where the operator sets nothing else: 50 GiB.
pub const DEFAULT_OFFICER_QUOTA: u64 = 50 * 1024 * 1024 * 1024;
/// Uploads whose hashes share a stripe wait for each other; the rest do not.
const STRIPES: usize = 64;
/// Bytes hashed at a time.
const STRIDE: usize = 256 * 1024;

/// One upload: who sends which blob. Officers never share a part, so that nobody can spoil another's upload.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part {
    /// The agency.
    pub agency: AgencyId,
    /// Who sends it.
    pub officer: OfficerId,
    /// The name of the whole.
    pub hash: Sha256,
}

/// Where blobs are kept. A clone is another handle on the same folder.
#[derive(Clone, Debug)]
pub struct BlobFolder {
    root: PathBuf,
    officer_quota: u64,
    stripes: Arc<Vec<Mutex<()>>>,
}

/// Nobody but the server's own user sees what officers photographed.
fn keep_private(root: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if let Err(error) = fs::set_permissions(root, fs::Permissions::from_mode(0o700)) {
            tracing::warn!(%error, "others may be able to read photos and videos");
        }
    }
    #[cfg(not(unix))]
    let _ = root;
}

impl BlobFolder {
    /// Opens the folder, creating it where it is missing.
    pub fn open(root: impl Into<PathBuf>) -> io::Result<Self> {
        let root = root.into();
        fs::create_dir_all(&root)?;
        keep_private(&root);
        let stripes = (0..STRIPES).map(|_| Mutex::new(())).collect();
        Ok(Self { root, officer_quota: DEFAULT_OFFICER_QUOTA, stripes: Arc::new(stripes) })
    }

    /// The same folder with another bound on the bytes that one officer may have stored.
    #[must_use]
    pub fn with_officer_quota(self, officer_quota: u64) -> Self {
        Self { officer_quota, ..self }
    }

    /// Bytes that one officer may have stored.
    pub const fn officer_quota(&self) -> u64 {
        self.officer_quota
    }

    /// Is the whole blob there?
    pub fn has(&self, agency: AgencyId, hash: Sha256) -> bool {
        self.path(agency, hash).is_file()
    }

    /// The whole blob, for reading.
    pub fn read(&self, agency: AgencyId, hash: Sha256) -> io::Result<File> {
        File::open(self.path(agency, hash))
    }

    /// All bytes of the whole blob, for what is known not to be large.
    pub(super) fn bytes(&self, agency: AgencyId, hash: Sha256) -> io::Result<Vec<u8>> {
        fs::read(self.path(agency, hash))
    }

    /// The thumbnail of a blob as it was kept; `None` where none was, or a crash broke it off.
    pub(super) fn thumbnail(&self, agency: AgencyId, hash: Sha256) -> io::Result<Option<Kept>> {
        let found = match fs::read(self.thumbnail_path(agency, hash)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            found => found?,
        };
        Ok(match &found[..] {
            NO_THUMBNAIL => Some(Kept::None),
            [0xff, 0xd8, .., 0xff, 0xd9] => Some(Kept::Picture(found)),
            _ => None,
        })
    }

    /// Was it found that no thumbnail can be made of that blob?
    pub fn has_no_thumbnail(&self, agency: AgencyId, hash: Sha256) -> bool {
        let length = length_of(&self.thumbnail_path(agency, hash));
        matches!(length, Ok(Some(length)) if length == NO_THUMBNAIL.len() as u64)
    }

    /// Keeps a thumbnail. It is not waited for until it is on disk: one that a loss of power took is made anew.
    pub(super) fn keep_thumbnail(&self, agency: AgencyId, hash: Sha256, kept: &Kept) -> io::Result<()> {
        let path = self.thumbnail_path(agency, hash);
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(match kept {
            Kept::Picture(bytes) => bytes,
            Kept::None => NO_THUMBNAIL,
        })?;
        file.persist(path).map(drop).map_err(|error| error.error)
    }

    /// Bytes of the whole blob; `None` where it is not there.
    pub fn length(&self, agency: AgencyId, hash: Sha256) -> io::Result<Option<u64>> {
        length_of(&self.path(agency, hash))
    }

    /// Keeps other uploads of the same blob waiting while held.
    pub fn hold(&self, hash: Sha256) -> MutexGuard<'_, ()> {
        let stripe = usize::from(hash.0[0]) % STRIPES;
        // What the lock guards is on disk and checked there: a holder that panicked leaves nothing half-done in memory.
        self.stripes[stripe].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes of a part that are on disk.
    pub fn part_length(&self, part: Part) -> io::Result<u64> {
        Ok(length_of(&self.part_path(part))?.unwrap_or(0))
    }

    /// The parts that are on disk for an agency.
    pub fn parts(&self, agency: AgencyId) -> io::Result<Vec<Part>> {
        let entries = match fs::read_dir(self.parts_folder(agency)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(vec![]),
            entries => entries?,
        };
        let names = entries.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
        Ok(names.iter().filter_map(|name| part_named(agency, name.to_str()?)).collect())
    }

    /// Writes a chunk at `offset`, dropping whatever an unacknowledged write left beyond it. On disk when this returns.
    pub fn append(&self, part: Part, offset: u64, chunk: &[u8]) -> io::Result<()> {
        let path = self.part_path(part);
        make_folder_of(&path)?;
        let mut file = OpenOptions::new().create(true).write(true).truncate(false).open(&path)?;
        file.set_len(offset)?;
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(chunk)?;
        file.sync_all()?;
        if offset == 0 { sync_folder_of(&path) } else { Ok(()) }
    }

    /// Moves a part whose bytes have the hash it is named by to its final place; throws it away where they have not.
    /// Says which.
    pub fn finish(&self, part: Part) -> io::Result<bool> {
        let from = self.part_path(part);
        if hash_of(&from)? != part.hash {
            fs::remove_file(&from)?;
            return Ok(false);
        }
        let to = self.path(part.agency, part.hash);
        make_folder_of(&to)?;
        fs::rename(&from, &to)?;
        sync_folder_of(&to)?;
        Ok(true)
    }

    /// Throws a part away, if there is one.
    pub fn discard(&self, part: Part) -> io::Result<()> {
        match fs::remove_file(self.part_path(part)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Moves a damaged file out of the way, to `<agency>/damaged/<hash>`: what it still shows may be all there is. One that is
    /// not there is no error.
    pub fn put_aside(&self, agency: AgencyId, hash: Sha256) -> io::Result<()> {
        let (from, to) = (self.path(agency, hash), self.root.join(agency.to_hex()).join("damaged").join(hash.to_hex()));
        // What was seen of a damaged file is no picture of the one that will come in its place.
        match fs::remove_file(self.thumbnail_path(agency, hash)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        make_folder_of(&to)?;
        match fs::rename(&from, &to) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(()) => sync_folder_of(&to).and_then(|()| sync_folder_of(&from)),
        }
    }

    /// Does the file under its final name still have the hash it is named by?
    pub fn check(&self, agency: AgencyId, hash: Sha256) -> io::Result<bool> {
        Ok(hash_of(&self.path(agency, hash))? == hash)
    }

    fn path(&self, agency: AgencyId, hash: Sha256) -> PathBuf {
        let name = hash.to_hex();
        self.root.join(agency.to_hex()).join(&name[..2]).join(&name)
    }

    fn thumbnail_path(&self, agency: AgencyId, hash: Sha256) -> PathBuf {
        let name = hash.to_hex();
        self.root.join(agency.to_hex()).join("thumbnails").join(&name[..2]).join(&name)
    }

    fn part_path(&self, part: Part) -> PathBuf {
        let name = format!("{}-{}", part.hash.to_hex(), part.officer.to_hex());
        self.parts_folder(part.agency).join(name)
    }

    fn parts_folder(&self, agency: AgencyId) -> PathBuf {
        self.root.join(agency.to_hex()).join("parts")
    }
}

/// The part whose file is called that, if it is one's.
fn part_named(agency: AgencyId, name: &str) -> Option<Part> {
    let (hash, officer) = name.split_once('-')?;
    Some(Part { agency, officer: OfficerId::from_hex(officer).ok()?, hash: Sha256::from_hex(hash)? })
}

fn length_of(path: &Path) -> io::Result<Option<u64>> {
    match fs::metadata(path) {
        Ok(found) => Ok(Some(found.len())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn hash_of(path: &Path) -> io::Result<Sha256> {
    use sha2::Digest;
    let (mut file, mut digest, mut buffer) = (File::open(path)?, sha2::Sha256::new(), vec![0; STRIDE]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(Sha256(digest.finalize().into())),
            count => digest.update(&buffer[..count]),
        }
    }
}

/// Makes the folder a file is to stand in, and sees to it that the new folders survive a loss of power.
fn make_folder_of(path: &Path) -> io::Result<()> {
    let Some(folder) = path.parent() else { return Ok(()) };
    if folder.is_dir() {
        return Ok(());
    }
    make_folder_of(folder)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => sync_folder_of(folder),
    }
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, BlobFolder) {
        let home = tempfile::tempdir().unwrap();
        let folder = BlobFolder::open(home.path().join("blobs")).unwrap();
        (home, folder)
    }

    fn part(bytes: &[u8], officer: u8) -> Part {
        Part {
            agency: AgencyId::from_bytes([1; 16]),
            officer: OfficerId::from_bytes([officer; 16]),
            hash: Sha256::of(bytes),
        }
    }

    #[test]
    fn a_blob_arrives_in_chunks_and_ends_under_its_hash() {
        let (_home, folder) = folder();
        let part = part(b"hello world", 1);
        folder.append(part, 0, b"hello ").unwrap();
        assert_eq!(folder.part_length(part).unwrap(), 6);
        folder.append(part, 6, b"world").unwrap();
        assert!(!folder.has(part.agency, part.hash));
        assert!(folder.finish(part).unwrap());
        assert!(folder.has(part.agency, part.hash) && folder.check(part.agency, part.hash).unwrap());
        assert_eq!(folder.part_length(part).unwrap(), 0);
    }

    #[test]
    fn what_was_never_acknowledged_is_overwritten() {
        let (_home, folder) = folder();
        let part = part(b"hello world", 1);
        folder.append(part, 0, b"hello rubbish that is longer than the rest").unwrap();
        folder.append(part, 6, b"world").unwrap();
        assert!(folder.finish(part).unwrap());
    }

    #[test]
    fn bytes_that_do_not_fit_their_name_are_thrown_away() {
        let (_home, folder) = folder();
        let part = part(b"hello world", 1);
        folder.append(part, 0, b"hello worlt").unwrap();
        assert!(!folder.finish(part).unwrap());
        assert!(!folder.has(part.agency, part.hash));
        assert_eq!(folder.part_length(part).unwrap(), 0);
    }

    #[test]
    fn one_officer_cannot_spoil_the_upload_of_another() {
        let (_home, folder) = folder();
        let (honest, other) = (part(b"photo", 1), part(b"photo", 2));
        folder.append(honest, 0, b"pho").unwrap();
        folder.append(other, 0, b"XXXXX").unwrap();
        assert!(!folder.finish(other).unwrap());
        folder.append(honest, 3, b"to").unwrap();
        assert!(folder.finish(honest).unwrap());
    }

    #[test]
    fn parts_are_found_and_a_damaged_file_makes_way() {
        let (_home, folder) = folder();
        let (part, agency) = (part(b"photo", 1), AgencyId::from_bytes([1; 16]));
        assert_eq!(folder.parts(agency).unwrap(), []);
        folder.append(part, 0, b"photo").unwrap();
        assert_eq!(folder.parts(agency).unwrap(), [part]);
        assert!(folder.finish(part).unwrap());
        assert_eq!(folder.length(agency, part.hash).unwrap(), Some(5));
        folder.put_aside(agency, part.hash).unwrap();
        assert_eq!(folder.length(agency, part.hash).unwrap(), None);
        let aside = folder.root.join(agency.to_hex()).join("damaged").join(part.hash.to_hex());
        assert_eq!(fs::read(aside).unwrap(), b"photo");
        folder.put_aside(agency, part.hash).unwrap();
    }

    #[test]
    fn agencies_do_not_see_each_others_blobs() {
        let (_home, folder) = folder();
        let part = part(b"photo", 1);
        folder.append(part, 0, b"photo").unwrap();
        assert!(folder.finish(part).unwrap());
        assert!(!folder.has(AgencyId::from_bytes([2; 16]), part.hash));
    }
}
