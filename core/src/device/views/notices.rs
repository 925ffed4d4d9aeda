//! What the officer was told of.

use super::{Page, PageMark, page, start};
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::records;
use crate::records::{Notice, RecordKind};
use crate::time::UnixMillis;
use crate::wire::decode;

impl Phone {
    /// Notices, newest first.
    pub fn notices(&self, mark: Option<PageMark>, limit: u32) -> Result<Page<Notice>, PhoneError> {
        let (from, before) = match mark {
            Some(mark) => start(UnixMillis::MAX, Some(mark)),
            None => (UnixMillis::MAX, i64::MAX),
        };
        self.store.read(|reader| {
            let rows = records::ending_before(reader, RecordKind::Notice, from, before, limit.saturating_add(1))?;
            let notices = rows
                .into_iter()
                .filter_map(|(at, number, body)| Some((PageMark { at, number }, decode::<Notice>(&body).ok()?)));
            Ok(page(notices.collect(), limit))
        })
    }
}
