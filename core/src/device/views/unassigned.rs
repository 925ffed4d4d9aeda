//! Shifts that no assignment on this phone is about: nobody pays for them until a coordinator links them, and the officer keeps them in
//! sight until then.

use super::running::{self, RunningView};
use super::{Page, PageMark, page};
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::shift_logs;
use crate::time::UnixMillis;

impl Phone {
    /// The officer's own shifts without an assignment, the last punched first; the one under way too.
    pub fn unassigned_shifts(
        &self,
        now: UnixMillis,
        mark: Option<PageMark>,
        limit: u32,
    ) -> Result<Page<RunningView>, PhoneError> {
        self.store.read(|reader| {
            let before = mark.map(|mark| (mark.at, mark.number));
            let mut shifts = Vec::new();
            for (at, number, log) in shift_logs::unassigned(reader, before, limit.saturating_add(1))? {
                shifts.push((PageMark { at, number }, running::view(reader, log, now)?));
            }
            Ok(page(shifts, limit))
        })
    }
}
