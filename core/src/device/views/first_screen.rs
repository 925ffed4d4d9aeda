//! What the app shows when it opens: one call, no document, the same however long the officer has worked here.

use serde::Serialize;

use super::running::{self, RunningView};
use super::schedule::ShiftView;
use super::sync_state::{self, SyncView};
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::{documents, records};
use crate::records::{Assignment, RecordKind};
use crate::time::UnixMillis;
use crate::wire::decode;

/// Assignments shown at once.
const NEXT: u32 = 5;

/// The first screen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FirstScreen {
    /// The shift under way.
    pub running: Option<RunningView>,
    /// The next few assignments.
    pub next: Vec<ShiftView>,
    /// How the exchange stands.
    pub sync: SyncView,
}

impl Phone {
    /// The first screen.
    pub fn first_screen(&self, now: UnixMillis) -> Result<FirstScreen, PhoneError> {
        self.store.read(|reader| {
            let running = documents::running(reader)?.map(|log| running::view(reader, log, now)).transpose()?;
            let rows = records::ending_after(reader, RecordKind::Assignment, now, 0, NEXT)?;
            let assignments = rows.iter().filter_map(|(_, _, body)| decode::<Assignment>(body).ok());
            let next = assignments.map(|it| super::schedule::shift(reader, it)).collect::<Result<_, _>>()?;
            Ok(FirstScreen { running, next, sync: sync_state::view(reader)? })
        })
    }
}
