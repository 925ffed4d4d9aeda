//! What a screen shows.

use detailbook_core::device::{
    AcknowledgementView, ApplicationView, EnrolAgain, FactView, FirstScreen, ItemKind, ItemView, LeavingView,
    MessageView, OfferView, OfficerName, OriginalView, PendingView, ReliefAnswerView, ReliefAskView, Report,
    RunningView, ShiftView, SyncState, SyncView, TradeView, WishView, WrittenView,
};
use detailbook_core::ids::{CommandId, DetailId, DocumentId, FactId, TradeId};
use detailbook_core::records::{ApplicationState, Assignment, Detail, Message, Ruling, Site};
use detailbook_core::shift::{FactKind, Flag, Mark, PunchPlace, Sha256, ShiftState, Written};
use detailbook_core::staffing::{CallingOff, ReliefAsk, Trade};
use detailbook_core::time::{Interval, Millis, UnixMillis};
use detailbook_core::wire::{Decision, Wish};

/// The first screen.
#[uniffi::remote(Record)]
pub struct FirstScreen {
    /// Whose book this is; absent until the agency's record of the officer has come.
    pub officer: Option<OfficerName>,
    /// The shift under way.
    pub running: Option<RunningView>,
    /// The next few assignments.
    pub next: Vec<ShiftView>,
    /// How the exchange stands.
    pub sync: SyncView,
}

/// How the agency names the officer whose book this is. On a phone that officers share, the one thing that tells their books apart.
#[uniffi::remote(Record)]
pub struct OfficerName {
    /// As the agency writes it.
    pub name: String,
    /// The agency's employee number.
    pub employee_number: String,
}

/// A shift as its facts tell it. Advice: the agency rules.
#[uniffi::remote(Record)]
pub struct RunningView {
    /// Its document.
    pub log: DocumentId,
    /// The assignment with its detail and site; absent where the officer clocked in without one.
    pub shift: Option<ShiftView>,
    /// What the officer said it belongs to, where there is no assignment.
    pub detail: Option<DetailId>,
    /// En route, in, on a break, away, out.
    pub state: ShiftState,
    /// The punch that brought it there.
    pub since: Option<Mark>,
    /// Stretches worked so far, breaks taken out.
    pub worked: Vec<Interval>,
    /// How long that is, to the millisecond.
    pub worked_so_far: Millis,
    /// What a coordinator will see, the weightiest first: a chance to explain before that.
    pub flags: Vec<Flag>,
    /// Where each punch was made, in order; empty where the site has no surveyed fence.
    pub places: Vec<PunchPlace>,
    /// When to ask about a forgotten clock-out.
    pub ask_at: Vec<UnixMillis>,
    /// From when on a person must look at it.
    pub review_at: Option<UnixMillis>,
    /// When the post orders were read.
    pub orders_read: Option<UnixMillis>,
    /// When it was handed in.
    pub submitted: Option<UnixMillis>,
    /// How far all of it has come: the state of the fact that is least far. Absent where there is none.
    pub sync: Option<SyncState>,
}

/// One assignment of the officer's.
#[uniffi::remote(Record)]
pub struct ShiftView {
    /// The assignment.
    pub assignment: Assignment,
    /// The document of its facts.
    pub log: DocumentId,
    /// The detail, if its record has come.
    pub detail: Option<Detail>,
    /// Where, if the record has come.
    pub site: Option<Site>,
    /// Has the officer acknowledged it?
    pub acknowledgement: AcknowledgementView,
    /// The ruling that holds, if the agency has ruled.
    pub ruling: Option<Ruling>,
    /// Where the officer's wishes to be rid of it stand; absent where there was none.
    #[uniffi(default = None)]
    pub leaving: Option<LeavingView>,
}

/// Where the officer's wishes to be rid of an assignment stand. A wish on the phone changes nothing: the officer has the assignment
/// until the server says otherwise.
#[uniffi::remote(Record)]
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

/// A wish whose effect no record shows yet.
#[uniffi::remote(Enum)]
pub enum PendingView {
    /// It waits on this phone.
    Waiting {
        /// The wish.
        command: CommandId,
    },
    /// The server did not carry it out.
    Refused {
        /// Why, as a sentence.
        reason: String,
    },
}

/// A question that can be answered.
#[uniffi::remote(Record)]
pub struct ReliefAskView {
    /// The question.
    pub ask: ReliefAsk,
    /// The detail, if its record has come.
    pub detail: Option<Detail>,
    /// Where, if the record has come.
    pub site: Option<Site>,
    /// The officer's answer as far as it goes.
    pub answer: ReliefAnswerView,
}

/// How the officer's answer stands. Who comes first by the server's time has the place: an answer on the phone is no more than a wish.
#[uniffi::remote(Enum)]
pub enum ReliefAnswerView {
    /// Not given.
    Open,
    /// Given, and waiting on this phone.
    Waiting {
        /// The wish.
        command: CommandId,
        /// To come, or not to.
        comes: bool,
    },
    /// The agency knows that the officer does not come.
    Declined,
    /// The server did not carry the wish out.
    Refused {
        /// Why, as a sentence.
        reason: String,
    },
}

/// A trade.
#[uniffi::remote(Record)]
pub struct TradeView {
    /// Its id.
    pub id: TradeId,
    /// The trade.
    pub trade: Trade,
    /// This officer offered it; else it was offered to this officer.
    pub mine: bool,
    /// The detail, if its record is here.
    pub detail: Option<Detail>,
    /// Where, if the record is here.
    pub site: Option<Site>,
    /// The officer's latest wish about it, while it counts.
    pub wish: Option<PendingView>,
}

/// How the acknowledgement of an award stands.
#[uniffi::remote(Enum)]
pub enum AcknowledgementView {
    /// Not given.
    Open,
    /// Given, and waiting on this phone.
    Waiting,
    /// The agency has it.
    Given,
}

/// A detail on offer.
#[uniffi::remote(Record)]
pub struct OfferView {
    /// The detail.
    pub detail: Detail,
    /// Where, if the record has come.
    pub site: Option<Site>,
    /// The officer's application, if there is one.
    pub application: Option<ApplicationView>,
    /// From when the officer may apply, where that is later than when the detail came into sight: by their turn, or drawn. It may
    /// have come since.
    #[uniffi(default = None)]
    pub opens: Option<UnixMillis>,
}

/// How an application stands. *Applied* is never *won*: that is an assignment.
#[uniffi::remote(Enum)]
pub enum ApplicationView {
    /// The wish waits on this phone.
    Applying {
        /// The wish.
        command: CommandId,
    },
    /// The wish to take it back waits on this phone.
    Withdrawing {
        /// The wish.
        command: CommandId,
    },
    /// The server did not carry the wish out.
    Refused {
        /// Why, as a sentence.
        reason: String,
    },
    /// The agency has it.
    Stands {
        /// Where it stands.
        state: ApplicationState,
        /// Why, as a sentence; may be empty.
        reason: String,
    },
}

/// A message.
#[uniffi::remote(Enum)]
pub enum MessageView {
    /// Written here, not yet with the agency.
    OnThisPhone {
        /// The wish that carries it.
        command: CommandId,
        /// The words.
        text: String,
        /// When it was written.
        written_at: UnixMillis,
        /// Why the server did not take it, if it did not.
        refused: Option<String>,
    },
    /// The agency has it, or it is from the agency.
    Sent {
        /// The message.
        message: Message,
    },
}

/// One fact.
#[uniffi::remote(Record)]
pub struct FactView {
    /// Its id.
    pub fact: FactId,
    /// What happened.
    pub kind: FactKind,
    /// When, by the phone's wall clock.
    pub at: UnixMillis,
    /// Its words, if any.
    pub text: Option<String>,
    /// The earlier fact it is about.
    pub about: Option<FactId>,
    /// The time that its officer last corrected it to, as the shift counts it. Absent where it was not corrected, or is no punch.
    pub corrected: Option<UnixMillis>,
    /// Written on this phone.
    pub own: bool,
    /// A key has signed it.
    pub signed: bool,
    /// How far it has come.
    pub sync: SyncState,
}

/// A note, photo, video or incident as it stands.
#[uniffi::remote(Record)]
pub struct WrittenView {
    /// What it says.
    pub written: Written,
    /// Written on this phone.
    pub own: bool,
    /// How far the words have come.
    pub sync: SyncState,
    /// How far the original has come, where it was taken in on this phone.
    pub original: Option<OriginalView>,
}

/// How far an original has come.
#[uniffi::remote(Record)]
pub struct OriginalView {
    /// Its name in the blob folder.
    pub hash: Sha256,
    /// Its size in bytes.
    pub size: u64,
    /// How much of it the agency was last known to have, in bytes.
    pub received: u64,
    /// When the agency had all of it.
    pub complete: Option<UnixMillis>,
    /// Why it is no longer sent.
    pub failed: Option<String>,
    /// It is still in the blob folder.
    pub here: bool,
}

/// How far an item has come.
#[uniffi::remote(Enum)]
pub enum SyncState {
    /// Written down here, durable, and not yet with the agency.
    OnThisPhone,
    /// Written down here; the agency's server holds the document back for now. It is sent again by itself.
    Held {
        /// The stable code.
        code: String,
        /// The same as a sentence.
        reason: String,
    },
    /// On the agency's disk.
    AgencyHasIt,
    /// The agency had it when it ruled on the shift it belongs to.
    Ruled,
    /// The agency's server will not have it. It stays here.
    Refused {
        /// The stable code.
        code: String,
        /// The same as a sentence.
        reason: String,
    },
}

/// The exchange as a whole.
#[uniffi::remote(Record)]
pub struct SyncView {
    /// Nothing waits, nothing was refused or given up, and the server has said that it has no more for this phone.
    pub all_synced: bool,
    /// Facts that the agency does not have yet.
    pub facts_waiting: u64,
    /// Wishes that are not decided yet.
    pub wishes_waiting: u64,
    /// Originals that the agency does not have all of.
    pub originals_waiting: u64,
    /// Originals that could not be sent and are not tried again until `retry_original`.
    pub originals_failed: u64,
    /// Facts that the agency's server will not have, and that are not tried again until `retry_fact` or a new enrolment.
    pub facts_refused: u64,
    /// Facts that no key has signed yet.
    pub facts_unsigned: u64,
    /// When the server last said that it has no more.
    pub settled_at: Option<UnixMillis>,
    /// When to try again, if the last exchange failed.
    pub retry_at: Option<UnixMillis>,
    /// When the agency ended this enrolment, if it did.
    pub revoked_at: Option<UnixMillis>,
    /// The server asks for a newer app.
    pub update_wanted: bool,
    /// Why this phone has to enrol anew, where it has to. What is written down is kept, and goes along unsigned until then.
    #[uniffi(default = None)]
    pub enrol_again: Option<EnrolAgain>,
}

/// Something that only a new enrolment mends.
#[uniffi::remote(Record)]
pub struct EnrolAgain {
    /// The stable code: `key_changed`.
    pub code: String,
    /// The same as a sentence.
    pub reason: String,
}

/// One item and how far it has come.
#[uniffi::remote(Record)]
pub struct ItemView {
    /// What it is.
    pub item: ItemKind,
    /// When it was made, by the phone's wall clock.
    pub at: UnixMillis,
    /// How far it has come.
    pub sync: SyncState,
}

/// What an item is.
#[uniffi::remote(Enum)]
pub enum ItemKind {
    /// A fact.
    Fact {
        /// Its document.
        document: DocumentId,
        /// Its id.
        fact: FactId,
        /// What happened.
        what: FactKind,
    },
    /// A wish.
    Wish {
        /// Its id.
        command: CommandId,
    },
    /// The original of a photo or video.
    Original {
        /// Its name.
        hash: Sha256,
    },
}

/// A wish and what became of it.
#[uniffi::remote(Record)]
pub struct WishView {
    /// Its id.
    pub command: CommandId,
    /// The wish; absent where this version does not know it.
    pub wish: Option<Wish>,
    /// When it was made.
    pub made_at: UnixMillis,
    /// It waits to be sent.
    pub waiting: bool,
    /// What the server decided, if it has.
    pub decision: Option<Decision>,
    /// Why, as a sentence; may be empty.
    pub reason: String,
    /// When it was decided.
    pub decided_at: Option<UnixMillis>,
}

/// One report.
#[uniffi::remote(Record)]
pub struct Report {
    /// When.
    pub at: UnixMillis,
    /// What happened, as a stable code.
    pub what: String,
    /// To which file, record or document.
    pub subject: String,
    /// Why, as a sentence.
    pub reason: String,
    /// The officer's own words that were not taken over, to write again.
    pub words: Option<String>,
}
