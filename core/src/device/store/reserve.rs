//! Room kept for hours: a file beside the store that goes when the disk is full.
//!
//! A film that took the last bytes must not keep an officer from clocking out, nor hours that wait from leaving: an exchange has to
//! write before it begins. What the feed brings gets no room from here.

use std::io::Write;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::set_aside::with_suffix;
use super::{Result, StoreOptions, pragmas};
use crate::device::PhoneError;

/// A mebibyte of pages: some twenty punches, each with its fixes, and the exchange that carries them.
const PAGES: u32 = 256;
const PAGE_BYTES: usize = 4096;

/// Makes it where it is not, if there is room.
pub(super) fn keep(connection: &Connection, options: &StoreOptions) -> Result<()> {
    let (pages, place) = (pages(options), place(&options.path));
    if !is_whole(&place, pages) {
        check_room(connection, options, pages)?;
        if let Err(error) = fill(&place, pages) {
            let _ = std::fs::remove_file(place);
            return Err(error.into());
        }
    }
    pragmas::limit_pages(connection, options, pages)
}

/// Gives it up. Whether there was any.
pub(super) fn release(options: &StoreOptions) -> bool {
    std::fs::remove_file(place(&options.path)).is_ok()
}

/// Is there any?
pub(super) fn is_any(options: &StoreOptions) -> bool {
    place(&options.path).exists()
}

/// Of a store that may take only so much, it is a part.
fn pages(options: &StoreOptions) -> u32 {
    options.max_pages.map_or(PAGES, |most| PAGES.min(most / 4))
}

fn check_room(connection: &Connection, options: &StoreOptions, pages: u32) -> Result<()> {
    let taken: u32 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    match options.max_pages {
        Some(most) if taken > most - pages => Err(full()),
        _ => Ok(()),
    }
}

fn full() -> PhoneError {
    PhoneError::StorageFull(std::io::Error::from(std::io::ErrorKind::StorageFull).into())
}

fn is_whole(place: &Path, pages: u32) -> bool {
    std::fs::metadata(place).is_ok_and(|file| file.len() == u64::from(pages) * PAGE_BYTES as u64)
}

/// With bytes that no file system can store in less room.
fn fill(place: &Path, pages: u32) -> std::io::Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(place)?);
    let mut block = Sha256::digest(b"room");
    for _ in 0..pages as usize * PAGE_BYTES / block.len() {
        file.write_all(&block)?;
        block = Sha256::digest(block);
    }
    file.into_inner()?.sync_all()
}

fn place(path: &Path) -> PathBuf {
    with_suffix(path, ".reserve")
}
