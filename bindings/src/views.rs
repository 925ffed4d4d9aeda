//! What a screen shows: one call a screen, values only. `now` is the wall clock's time.

use detailbook_core::device::{
    AdviceView, AwardView, FactView, FirstScreen, ItemView, PageMark, PhoneError, ReliefAskView, RunningView, SyncView,
    TermsView, WishView,
};
use detailbook_core::ids::{DetailId, DocumentId, FactId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;

use crate::{
    ChargePage, CoreError, MessagePage, NoticePage, OfferPage, OfficerCore, ShiftLogPage, ShiftPage, TradePage,
    WrittenPage,
};

#[uniffi::export]
impl OfficerCore {
    /// What the app shows when it opens.
    pub fn first_screen(&self, now: UnixMillis) -> Result<FirstScreen, CoreError> {
        self.call("first_screen", |phone| phone.first_screen(now))
    }

    /// The shift under way, if there is one: where the officer is at work, or else is on the way to. Being on the way ends where the
    /// assignment is taken back, the detail is cancelled, or its time is over.
    pub fn running(&self, now: UnixMillis) -> Result<Option<RunningView>, CoreError> {
        self.call("running", |phone| phone.running(now))
    }

    /// Any shift, by its document.
    pub fn shift(&self, log: DocumentId, now: UnixMillis) -> Result<RunningView, CoreError> {
        self.call("shift", |phone| phone.shift(log, now))
    }

    /// Assignments in force that end after `now`, the next one first.
    pub fn schedule(&self, now: UnixMillis, mark: Option<PageMark>, limit: u32) -> Result<ShiftPage, CoreError> {
        Ok(self.call("schedule", |phone| phone.schedule(now, mark, limit))?.into())
    }

    /// Assignments that ended before `now`, the last one first; given up ones too.
    pub fn past_shifts(&self, now: UnixMillis, mark: Option<PageMark>, limit: u32) -> Result<ShiftPage, CoreError> {
        Ok(self.call("past_shifts", |phone| phone.past_shifts(now, mark, limit))?.into())
    }

    /// The officer's own shifts without an assignment, the last punched first; the one under way too.
    pub fn unassigned_shifts(
        &self,
        now: UnixMillis,
        mark: Option<PageMark>,
        limit: u32,
    ) -> Result<ShiftLogPage, CoreError> {
        Ok(self.call("unassigned_shifts", |phone| phone.unassigned_shifts(now, mark, limit))?.into())
    }

    /// Details on offer that end after `now`, the next one first.
    pub fn offers(&self, now: UnixMillis, mark: Option<PageMark>, limit: u32) -> Result<OfferPage, CoreError> {
        Ok(self.call("offers", |phone| phone.offers(now, mark, limit))?.into())
    }

    /// What the agency's rules say of the officer's applying for a detail at `now`, as far as this phone knows. The server decides.
    pub fn advice(&self, detail: DetailId, now: UnixMillis) -> Result<AdviceView, CoreError> {
        self.call("advice", |phone| phone.advice(detail, now))
    }

    /// How a detail on offer will be awarded; absent where a coordinator decides, or its posting has not come.
    pub fn terms(&self, detail: DetailId) -> Result<Option<TermsView>, CoreError> {
        self.call("terms", |phone| phone.terms(detail))
    }

    /// Why the officer got what they got in the latest award of a detail; absent where there was none.
    pub fn award(&self, detail: DetailId) -> Result<Option<AwardView>, CoreError> {
        self.call("award", |phone| phone.award(detail))
    }

    /// The officer's entries in the opportunity ledger, newest first.
    pub fn charges(&self, mark: Option<PageMark>, limit: u32) -> Result<ChargePage, CoreError> {
        Ok(self.call("charges", |phone| phone.charges(mark, limit))?.into())
    }

    /// What the officer was told of, newest first.
    pub fn notices(&self, mark: Option<PageMark>, limit: u32) -> Result<NoticePage, CoreError> {
        Ok(self.call("notices", |phone| phone.notices(mark, limit))?.into())
    }

    /// Messages, newest first; those not yet with the agency come before all others, on the first page.
    pub fn messages(&self, mark: Option<PageMark>, limit: u32) -> Result<MessagePage, CoreError> {
        Ok(self.call("messages", |phone| phone.messages(mark, limit))?.into())
    }

    /// Open questions to come instead of somebody on details that end after `now`, the oldest first.
    pub fn relief_asks(&self, now: UnixMillis, limit: u32) -> Result<Vec<ReliefAskView>, CoreError> {
        self.call("relief_asks", |phone| phone.relief_asks(now, limit))
    }

    /// Trades, newest first; those that are over too.
    pub fn trades(&self, mark: Option<PageMark>, limit: u32) -> Result<TradePage, CoreError> {
        Ok(self.call("trades", |phone| phone.trades(mark, limit))?.into())
    }

    /// The facts of a document after `after`, in the order of the phone's clock, and of one millisecond in that in
    /// which they were written down.
    pub fn facts(&self, document: DocumentId, after: Option<FactId>, limit: u32) -> Result<Vec<FactView>, CoreError> {
        self.call("facts", |phone| phone.facts(document, after, limit))
    }

    /// Notes, photos, videos and incidents of a document as they stand.
    pub fn written(&self, document: DocumentId, mark: Option<PageMark>, limit: u32) -> Result<WrittenPage, CoreError> {
        Ok(self.call("written", |phone| phone.written(document, mark, limit))?.into())
    }

    /// Where an original lies, if it is still on this phone.
    pub fn original(&self, hash: Sha256) -> Result<Option<String>, CoreError> {
        self.call("original", |phone| {
            let path = phone.original(&hash)?;
            Ok::<_, PhoneError>(path.map(|path| path.to_string_lossy().into_owned()))
        })
    }

    /// The detail's shared text as this phone has it; empty where the officer may no longer read it.
    pub fn pass_on_text(&self, detail: DetailId) -> Result<String, CoreError> {
        self.call("pass_on_text", |phone| phone.pass_on_text(detail))
    }

    /// How the exchange stands as a whole.
    pub fn sync_state(&self) -> Result<SyncView, CoreError> {
        self.call("sync_state", |phone| phone.sync_state())
    }

    /// Items that the agency does not have: waiting, refused, or given up.
    pub fn unsettled(&self, limit: u32) -> Result<Vec<ItemView>, CoreError> {
        self.call("unsettled", |phone| phone.unsettled(limit))
    }

    /// The officer's wishes, newest first, with what became of them.
    pub fn wishes(&self, limit: u32) -> Result<Vec<WishView>, CoreError> {
        self.call("wishes", |phone| phone.wishes(limit))
    }
}
