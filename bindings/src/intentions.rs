//! What the officer does. Each is durable when the call returns, needs no signal, and is told its moment by the caller: read the clocks
//! and fixes when the officer taps, not when a thread is free.

use std::path::Path;

use detailbook_core::device::{Moment, PhoneError, Place, Recorded, WhichShift};
use detailbook_core::ids::{AssignmentId, CommandId, DetailId, DocumentId, FactId, NoticeId, PositionId, TradeId};
use detailbook_core::shift::{FactKind, Sha256};
use detailbook_core::time::{ClockReading, UnixMillis};

use crate::{CoreError, OfficerCore};

#[uniffi::export]
impl OfficerCore {
    /// Writes down a clock event. Never refused for what it says: the agency rules on it later.
    pub fn punch(&self, kind: FactKind, shift: WhichShift, moment: Moment) -> Result<Recorded, CoreError> {
        self.call("punch", |phone| phone.punch(kind, shift, &moment))
    }

    /// Writes a note, into the shift log or for every officer on the detail.
    pub fn note(&self, place: Place, text: String, moment: Moment) -> Result<Recorded, CoreError> {
        self.call("note", |phone| phone.note(place, &text, &moment))
    }

    /// Writes down an incident that the agency must know of.
    pub fn incident(&self, place: Place, text: String, moment: Moment) -> Result<Recorded, CoreError> {
        self.call("incident", |phone| phone.incident(place, &text, &moment))
    }

    /// Takes in a photo or video: copied, hashed and flushed to disk before a fact names it. The file itself is not touched and may go
    /// once this returns.
    pub fn attach(
        &self,
        place: Place,
        path: String,
        media_type: String,
        caption: Option<String>,
        moment: Moment,
    ) -> Result<Recorded, CoreError> {
        let (path, caption) = (Path::new(&path), caption.as_deref());
        self.call("attach", |phone| phone.attach_file(place, path, &media_type, caption, &moment))
    }

    /// Says what time an earlier punch should have had, and why. The punch itself stays.
    pub fn correct(
        &self,
        shift: WhichShift,
        punch: FactId,
        corrected: UnixMillis,
        reason: String,
        moment: Moment,
    ) -> Result<Recorded, CoreError> {
        self.call("correct", |phone| phone.correct(shift, punch, corrected, &reason, &moment))
    }

    /// Explains a flag on an earlier fact before a coordinator sees it.
    pub fn explain(
        &self,
        shift: WhichShift,
        about: FactId,
        text: String,
        moment: Moment,
    ) -> Result<Recorded, CoreError> {
        self.call("explain", |phone| phone.explain(shift, about, &text, &moment))
    }

    /// Has read the post orders.
    pub fn read_orders(&self, shift: WhichShift, moment: Moment) -> Result<Recorded, CoreError> {
        self.call("read_orders", |phone| phone.read_orders(shift, &moment))
    }

    /// Hands the shift in: its notes are fixed from here on.
    pub fn submit(&self, shift: WhichShift, moment: Moment) -> Result<Recorded, CoreError> {
        self.call("submit", |phone| phone.submit(shift, &moment))
    }

    /// Replaces one of this officer's notes, until the shift is handed in. The old words stay in the document.
    pub fn replace_note(
        &self,
        document: DocumentId,
        note: FactId,
        text: String,
        moment: Moment,
    ) -> Result<Recorded, CoreError> {
        self.call("replace_note", |phone| phone.replace_note(document, note, &text, &moment))
    }

    /// Makes `text` the detail's shared text, starting from `seen`, the text that the officer was shown. What others wrote in the
    /// meantime stays.
    pub fn edit_pass_on(&self, detail: DetailId, seen: String, text: String, moment: Moment) -> Result<(), CoreError> {
        self.call("edit_pass_on", |phone| phone.edit_pass_on(detail, &seen, &text, &moment))
    }

    /// Applies for a detail, on a certain position or on any. The wish waits until the server has decided.
    pub fn apply(
        &self,
        detail: DetailId,
        position: Option<PositionId>,
        at: ClockReading,
    ) -> Result<CommandId, CoreError> {
        self.call("apply", |phone| phone.apply(detail, position, &at))
    }

    /// Takes an application back.
    pub fn withdraw(&self, detail: DetailId, at: ClockReading) -> Result<CommandId, CoreError> {
        self.call("withdraw", |phone| phone.withdraw(detail, &at))
    }

    /// Says that the award was seen.
    pub fn acknowledge(&self, assignment: AssignmentId, at: ClockReading) -> Result<CommandId, CoreError> {
        self.call("acknowledge", |phone| phone.acknowledge(assignment, &at))
    }

    /// Asks to be relieved of an assignment.
    pub fn call_off(&self, assignment: AssignmentId, reason: String, at: ClockReading) -> Result<CommandId, CoreError> {
        self.call("call_off", |phone| phone.call_off(assignment, &reason, &at))
    }

    /// Says whether the officer comes instead of somebody who gave an assignment up.
    pub fn relieve(&self, assignment: AssignmentId, comes: bool, at: ClockReading) -> Result<CommandId, CoreError> {
        self.call("relieve", |phone| phone.relieve(assignment, comes, &at))
    }

    /// Offers an assignment to another officer, named by the agency's employee number.
    pub fn offer_trade_to(
        &self,
        assignment: AssignmentId,
        number: String,
        at: ClockReading,
    ) -> Result<CommandId, CoreError> {
        self.call("offer_trade_to", |phone| phone.offer_trade_to(assignment, &number, &at))
    }

    /// Takes an assignment that another officer offered, or does not.
    pub fn answer_trade(&self, trade: TradeId, takes: bool, at: ClockReading) -> Result<CommandId, CoreError> {
        self.call("answer_trade", |phone| phone.answer_trade(trade, takes, &at))
    }

    /// Takes the offer of an assignment back.
    pub fn withdraw_trade(&self, trade: TradeId, at: ClockReading) -> Result<CommandId, CoreError> {
        self.call("withdraw_trade", |phone| phone.withdraw_trade(trade, &at))
    }

    /// Says that a notice was read.
    pub fn acknowledge_notice(&self, notice: NoticeId, at: ClockReading) -> Result<CommandId, CoreError> {
        self.call("acknowledge_notice", |phone| phone.acknowledge_notice(notice, &at))
    }

    /// Writes to the agency.
    pub fn send_message(&self, text: String, at: ClockReading) -> Result<CommandId, CoreError> {
        self.call("send_message", |phone| phone.send_message(&text, &at))
    }

    /// Sends a fact again that the agency's server refused: its reason may have gone.
    pub fn retry_fact(&self, document: DocumentId, fact: FactId) -> Result<(), CoreError> {
        self.call("retry_fact", |phone| phone.retry_fact(document, fact))
    }

    /// Sends an original again that was given up.
    pub fn retry_original(&self, hash: Sha256) -> Result<(), CoreError> {
        self.call("retry_original", |phone| phone.retry_original(&hash))
    }

    /// Signs facts that wait for it; how many were signed. Every exchange does so by itself; this is for signing earlier, such as after
    /// the first unlock.
    pub fn sign_pending(&self) -> Result<u64, CoreError> {
        self.call("sign_pending", |phone| Ok::<_, PhoneError>(phone.sign_pending()? as u64))
    }
}
