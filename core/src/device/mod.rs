//! The phone: what an officer writes, kept until the agency has it; what the agency writes, kept as long as it may be read.
//!
//! [`Phone`] is the one object. Its intentions ([`Phone::punch`] and the rest) write a fact or a wish in one durable
//! transaction and return; nothing else happens there, so nothing else can block or lose it. Keys sign later
//! ([`Phone::sign_pending`]); changes are made of facts when an exchange begins, so that facts that wait together travel
//! together. The exchange is a state machine without I/O: [`Phone::begin_sync`] gives a request, [`Phone::finish_sync`] takes
//! the answer. [`Driver`] carries them over HTTP. No clock is read here: every call that needs the time is given it.
//!
//! | room | what lives there |
//! |---|---|
//! | `store` | the SQLite file: schema, opening, damage, one table a file |
//! | `intentions` | what the officer does, each one transaction |
//! | `sync` | the exchange: begin, finish, verdicts, refusal and rebase, comparison after a restore, backoff |
//! | `attachments` | originals of photos and videos: taken in, sent in chunks, removed by rule |
//! | `views` | what a screen shows |
//! | `driver` | HTTP |
//!
//! # What happens to a fact
//!
//! 1. Written down, with its link in the enrolment's chain: durable, on this phone only.
//! 2. Signed. A key that is locked, slow or broken leaves it unsigned; it is tried again before every exchange.
//! 3. Sealed: put into a change of its document. An unsigned fact is sent unsigned and its signature follows in a change of
//!    its own. Own changes are kept, so that a server restored from a backup can be given what it lost.
//! 4. Accepted: the agency has it. Or refused: the document starts over from the server's copy, under a fresh writer, with one
//!    fact a change, so that whatever is poisoned stands alone; it stays visible with the reason and blocks nothing.

mod attachments;
mod driver;

mod enrol;
mod error;
mod fault;
mod intentions;
mod phone;
mod signing;
mod store;
mod store_key;
mod sync;
mod trouble;
mod views;

pub use attachments::{KEPT_AFTER_COMPLETE, Tidied, UploadProgress};
pub use driver::{CancelHandle, ClockFailed, Driver, DriverOptions, PhoneClock, SyncError, SyncSummary};
pub use enrol::{Enrolled, Enrolling};
pub use error::PhoneError;
pub use fault::{KillSwitch, WritePoint};
pub use intentions::{Moment, Place, Recorded, WhichShift};
pub use phone::{OpenOptions, Phone};
pub use store::reports::Report;
pub use store_key::{Secrets, SecretsFailed, StoreKey};
pub use sync::{Incoming, Outgoing, SyncProgress, Ticket, retry_after};
pub use trouble::Trouble;
pub use views::{
    AcknowledgementView, AdviceView, ApplicationView, AwardView, ChargeView, EnrolAgain, FactView, FindingState,
    FindingView, FirstScreen, ItemKind, ItemView, LeavingView, MessageView, NotAMark, NoticeView, OfferView,
    OfficerName, OriginalView, Page, PageMark, PendingView, ReliefAnswerView, ReliefAskView, RunningView, ShiftView,
    SyncState, SyncView, TermsView, TradeView, WishView, WrittenView,
};
