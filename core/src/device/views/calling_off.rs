//! How an assignment stands that its officer cannot or will not work.

use serde::Serialize;

use super::trades::{PendingView, pending};
use crate::device::error::PhoneError;
use crate::device::store::{Reader, commands, records};
use crate::ids::AssignmentId;
use crate::records::RecordKind;
use crate::staffing::{CallingOff, Trade};
use crate::wire::decode;

/// Where the officer's wishes to be rid of an assignment stand. A wish on the phone changes nothing: the officer has the assignment
/// until the server says otherwise.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct LeavingView {
    /// A call-off that waits on this phone, or that the server refused.
    pub call_off: Option<PendingView>,
    /// What the agency made of the latest one that it took.
    pub called_off: Option<CallingOff>,
    /// An offer to another officer that waits on this phone, or that the server refused.
    pub offer: Option<PendingView>,
    /// The offer that stands.
    pub offered: Option<Trade>,
}

/// How it stands with one assignment.
pub(super) fn leaving(reader: &Reader<'_>, assignment: AssignmentId) -> Result<Option<LeavingView>, PhoneError> {
    let called_off: Option<CallingOff> = records::get(reader, RecordKind::CallingOff, assignment.into())?;
    let about = *assignment.as_bytes();
    let offered = records::of_parent(reader, RecordKind::Trade, about)?;
    let offered: Option<Trade> = offered.iter().find_map(|body| decode(body).ok());
    let since = called_off.as_ref().map(|wish| wish.called_at);
    let leaving = LeavingView {
        call_off: pending(reader, about, commands::CALL_OFF, since)?,
        called_off,
        offer: pending(reader, about, commands::OFFER_TRADE, offered.as_ref().map(|trade| trade.offered_at))?,
        offered,
    };
    Ok((leaving != LeavingView::default()).then_some(leaving))
}
