//! The answer's page of the feed, read once the exchange is on disk.

use detailbook_core::wire::{self, Cursor, Entry, Limits, SyncRequest};

use super::transaction::Done;
use crate::app::App;
use crate::problem::Problem;
use crate::store::agency::AgencyHead;
use crate::store::devices::Device;
use crate::store::feed::{self, Page, PageSize, Reader};

/// What the phone asks for.
pub(super) struct Wanted {
    cursor: Asked,
    size: PageSize,
}

/// The cursor as it came.
#[derive(Clone, Copy)]
enum Asked {
    /// A fresh phone.
    FromTheStart,
    /// Where it stands.
    After(Cursor),
    /// Bytes that are no cursor of this server's: as good as one from another life of the database.
    Unreadable,
}

/// What is found.
pub(super) struct Found {
    pub(super) entries: Vec<Entry>,
    pub(super) cursor: Cursor,
    pub(super) more: bool,
    /// The phone is to compare heads, and push what the server lost.
    pub(super) compare: bool,
}

impl Wanted {
    pub(super) fn of(request: &SyncRequest, limits: &Limits) -> Self {
        let cursor = match &request.cursor {
            None => Asked::FromTheStart,
            Some(bytes) => wire::decode(bytes).map_or(Asked::Unreadable, Asked::After),
        };
        let entries = request.limit.map_or(limits.page_entries, |limit| limits.page_entries.min(limit as usize));
        Self { cursor, size: PageSize { entries: entries.max(1), bytes: limits.page_bytes } }
    }
}

impl Wanted {
    /// Where the phone stands, if it says so in bytes of this server's.
    pub(super) const fn cursor(&self) -> Option<Cursor> {
        match self.cursor {
            Asked::After(cursor) => Some(cursor),
            Asked::FromTheStart | Asked::Unreadable => None,
        }
    }
}

/// The agency's number up to which a phone with that cursor surely was sent everything.
pub(super) fn read_up_to(cursor: Option<Cursor>, head: AgencyHead) -> i64 {
    let ours = cursor.filter(|cursor| is_ours(cursor, head));
    ours.map_or(0, |cursor| cursor.seq - i64::from(cursor.within.is_some()))
}

/// Whose feed is read.
pub(super) const fn reader(device: &Device) -> Reader {
    Reader { agency: device.agency, officer: device.officer, device: device.device }
}

/// Reads the page after the phone's cursor, or from the start where that cursor is not of this life of the database.
pub(super) fn read(app: &App, reader: &Reader, wanted: &Wanted, done: &Done) -> Result<Found, Problem> {
    let (cursor, compare) = match wanted.cursor {
        Asked::FromTheStart => (None, false),
        Asked::After(cursor) if is_ours(&cursor, done.before) => (Some(cursor), false),
        Asked::After(_) | Asked::Unreadable => (None, true),
    };
    if let Some(cursor) = cursor
        && nothing_else_moved(&cursor, done)
    {
        let cursor = Cursor { seq: done.after, ..cursor };
        return Ok(Found { entries: Vec::new(), cursor, more: false, compare });
    }
    let page: Result<Page, Problem> =
        app.store.read_often(|sql| feed::page(sql, reader, cursor, wanted.size).map_err(Problem::from));
    let Page { entries, cursor, more } = page?;
    Ok(Found { entries, cursor, more, compare })
}

fn is_ours(cursor: &Cursor, head: AgencyHead) -> bool {
    cursor.epoch == feed::epoch(head) && (0..=head.seq).contains(&cursor.seq)
}

/// The phone stood at the head, and since then there is only what it just pushed itself: the answer needs no reading.
fn nothing_else_moved(cursor: &Cursor, done: &Done) -> bool {
    let at_head = cursor.seq == done.before.seq && cursor.within.is_none() && cursor.began.is_none();
    at_head && done.outcomes.is_empty() && !done.more_followed
}
