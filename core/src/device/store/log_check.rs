//! Is the log beside the file whole? SQLite reads it up to the first frame that does not fit and drops the rest without a word: right
//! after a power cut, where the rest was never acknowledged, and wrong where a damaged block stands before hours that were.
//!
//! Each entry is on the disk before the next begins, so what a power cut leaves in disorder is the last one, which ends with the only commit it
//! has. Two commits of this round of the log from the damage on say that an entry is lost which was acknowledged. Damage in the last entry
//! cannot be told from such a write.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind};
use std::path::{Path, PathBuf};

use super::set_aside::with_suffix;

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;
/// The last bit says in which order of bytes the words are summed.
const MAGIC: u32 = 0x377f_0682;
const VERSION: u32 = 3_007_000;

/// Whether commits stand in it that SQLite would not read. What cannot be read here is met again when SQLite reads it.
pub(super) fn loses_commits(path: &Path) -> bool {
    let look = || File::open(log_of(path)).and_then(|log| breaks_off(BufReader::new(log))).unwrap_or(false);
    // Twice: somebody else might just be writing.
    look() && look()
}

/// Whether there is a log with anything in it.
pub(super) fn is_any(path: &Path) -> bool {
    std::fs::metadata(log_of(path)).is_ok_and(|log| log.len() > 0)
}

fn log_of(path: &Path) -> PathBuf {
    with_suffix(path, "-wal")
}

/// What a log's first bytes say of it.
struct Header {
    big_endian: bool,
    page_bytes: usize,
    salts: [u8; 8],
    sums: Sums,
}

type Sums = (u32, u32);

impl Header {
    fn read(bytes: &[u8; HEADER_BYTES]) -> Option<Self> {
        let (magic, page_bytes) = (word(bytes, 0), word(bytes, 8));
        let header = Self {
            big_endian: magic & 1 == 1,
            page_bytes: page_bytes as usize,
            salts: bytes[16..24].try_into().ok()?,
            sums: (word(bytes, 24), word(bytes, 28)),
        };
        let known = magic & !1 == MAGIC && word(bytes, 4) == VERSION;
        let sane = page_bytes.is_power_of_two() && (512..=65_536).contains(&page_bytes);
        (known && sane && header.add((0, 0), &bytes[..24]) == header.sums).then_some(header)
    }

    fn add(&self, sums: Sums, bytes: &[u8]) -> Sums {
        let number = |at: &[u8]| {
            let at = [at[0], at[1], at[2], at[3]];
            if self.big_endian { u32::from_be_bytes(at) } else { u32::from_le_bytes(at) }
        };
        bytes.chunks_exact(8).fold(sums, |(first, second), pair| {
            let first = first.wrapping_add(number(pair)).wrapping_add(second);
            (first, second.wrapping_add(number(&pair[4..])).wrapping_add(first))
        })
    }

    /// Does the frame belong to this log, behind one that bears those sums?
    fn fits(&self, before: Sums, frame: &[u8]) -> bool {
        let sums = self.add(self.add(before, &frame[..8]), &frame[FRAME_HEADER_BYTES..]);
        self.made(frame) && sums == sums_of(frame)
    }

    /// Was the frame written since the log last began anew?
    fn made(&self, frame: &[u8]) -> bool {
        frame[8..16] == self.salts
    }
}

fn sums_of(frame: &[u8]) -> Sums {
    (word(frame, 16), word(frame, 20))
}

fn is_commit(frame: &[u8]) -> bool {
    word(frame, 4) != 0
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4].iter().fold(0, |word, byte| (word << 8) | u32::from(*byte))
}

fn breaks_off(mut log: impl BufRead) -> std::io::Result<bool> {
    let mut bytes = [0; HEADER_BYTES];
    if !fill(&mut log, &mut bytes)? {
        return Ok(false);
    }
    let Some(header) = Header::read(&bytes) else { return holds_anything(log) };
    let mut frame = vec![0; FRAME_HEADER_BYTES + header.page_bytes];
    let (mut before, mut whole, mut commits) = (header.sums, true, 0);
    while fill(&mut log, &mut frame)? {
        whole = whole && header.fits(before, &frame);
        commits += usize::from(!whole && header.made(&frame) && is_commit(&frame));
        if commits == 2 {
            return Ok(true);
        }
        before = sums_of(&frame);
    }
    Ok(false)
}

/// Whether that many bytes were left.
fn fill(log: &mut impl BufRead, bytes: &mut [u8]) -> std::io::Result<bool> {
    match log.read_exact(bytes) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        outcome => outcome.map(|()| true),
    }
}

/// Room that was taken and never written reads as zeros.
fn holds_anything(log: impl BufRead) -> std::io::Result<bool> {
    for byte in log.bytes() {
        if byte? != 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    const FRAME: usize = FRAME_HEADER_BYTES + 4_096;

    /// The log of a file with that many entries, each of two frames or more.
    fn log(entries: usize) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("phone.db");
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch(
                "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; CREATE TABLE t (words TEXT);
                 PRAGMA wal_checkpoint(TRUNCATE)",
            )
            .unwrap();
        for _ in 0..entries {
            connection.execute("INSERT INTO t VALUES (?1)", ["x".repeat(6_000)]).unwrap();
        }
        assert!(is_any(&path) && !loses_commits(&path));
        std::fs::read(log_of(&path)).unwrap()
    }

    fn judge(log: &[u8]) -> bool {
        breaks_off(log).unwrap()
    }

    #[test]
    fn a_flipped_bit_before_the_last_entry_is_found_wherever_it_is() {
        let whole = log(4);
        let frames = (whole.len() - HEADER_BYTES) / FRAME;
        assert!(frames >= 8, "{frames}");
        let header = (0..HEADER_BYTES).step_by(4);
        let in_frames =
            (0..frames - 3).flat_map(|frame| [0, 5, 18, 500, 4_119].map(|at| HEADER_BYTES + frame * FRAME + at));
        for at in header.chain(in_frames) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x10;
            assert!(judge(&damaged), "{at}");
        }
    }

    #[test]
    fn a_last_entry_that_came_to_the_disk_in_disorder_is_what_a_power_cut_leaves() {
        let mut cut = log(4);
        let frames = (cut.len() - HEADER_BYTES) / FRAME;
        let frame = |number: usize| HEADER_BYTES + number * FRAME..HEADER_BYTES + (number + 1) * FRAME;
        let commits: Vec<_> = (0..frames).filter(|number| is_commit(&cut[frame(*number)])).collect();
        let [.., before_last, last] = commits[..] else { panic!("{commits:?}") };
        assert!(last > before_last + 1, "{commits:?}");
        cut[frame(before_last + 1)].fill(0);
        assert!(!judge(&cut));
        cut[frame(before_last)].fill(0);
        assert!(!judge(&cut), "nothing says that this was a commit");
        let mut damaged = log(4);
        damaged[frame(before_last)][FRAME_HEADER_BYTES] ^= 1;
        assert!(judge(&damaged));
    }

    #[test]
    fn a_log_cut_short_anywhere_is_what_a_power_cut_leaves() {
        let whole = log(3);
        assert!((0..whole.len()).step_by(997).all(|length| !judge(&whole[..length])));
        // Room that the file had been given, and nothing had been written to.
        let mut cut = whole[..HEADER_BYTES + 3 * FRAME].to_vec();
        cut.resize(whole.len(), 0);
        assert!(!judge(&cut) && !judge(&vec![0; 40_000]));
    }

    #[test]
    fn what_an_earlier_round_of_the_log_left_behind_the_new_one_is_no_loss() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("phone.db");
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (words TEXT)").unwrap();
        let write = || {
            connection.execute("INSERT INTO t VALUES (?1)", ["x".repeat(6_000)]).unwrap();
        };
        (0..5).for_each(|_| write());
        let long = std::fs::metadata(log_of(&path)).unwrap().len();
        connection.execute_batch("PRAGMA wal_checkpoint(RESTART)").unwrap();
        write();
        assert_eq!(std::fs::metadata(log_of(&path)).unwrap().len(), long);
        assert!(!loses_commits(&path));
    }

    #[test]
    fn what_was_taken_back_is_no_loss() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("phone.db");
        let connection = Connection::open(&path).unwrap();
        // With so little memory, pages go to the log before their commit.
        connection
            .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (words TEXT); PRAGMA cache_size = 10")
            .unwrap();
        let write = |rows: usize| {
            for _ in 0..rows {
                connection.execute("INSERT INTO t VALUES (?1)", ["x".repeat(6_000)]).unwrap();
            }
        };
        connection.execute_batch("BEGIN").unwrap();
        write(60);
        connection.execute_batch("ROLLBACK").unwrap();
        let spilled = std::fs::metadata(log_of(&path)).unwrap().len();
        write(1);
        assert_eq!(std::fs::metadata(log_of(&path)).unwrap().len(), spilled);
        assert!(spilled > 20 * FRAME as u64 && !loses_commits(&path), "{spilled}");
    }
}
