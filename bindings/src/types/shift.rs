//! The shift: kinds of facts, where it stands, and what a person should look at.

use detailbook_core::geo::FenceVerdict;
use detailbook_core::ids::{FactId, OfficerId};
use detailbook_core::shift::{
    AnomalyKind, Attachment, FactKind, Flag, FlagKind, Mark, PunchPlace, Sha256, ShiftState, Weight, Written,
};
use detailbook_core::time::UnixMillis;

/// What kind of fact. Numbers are part of the fact format: add, never renumber.
#[uniffi::remote(Enum)]
pub enum FactKind {
    /// On the way to the site.
    EnRoute,
    /// Clocked in.
    In,
    /// A break begins.
    BreakStart,
    /// A break ends.
    BreakEnd,
    /// Leaves and will be back: a split shift.
    WillReturn,
    /// Clocked out.
    Out,
    /// Has read the post orders.
    OrdersRead,
    /// A written note.
    Note,
    /// A photo or video, named by the hash of its original.
    Attachment,
    /// An officer's explanation of a flag on an earlier fact.
    Explanation,
    /// An officer's correction of an earlier punch: the time it should have been, and why.
    Correction,
    /// The officer hands the shift in; notes are fixed from here on.
    Submitted,
    /// Something happened on the detail that the agency must know.
    Incident,
    /// A kind newer than this version. Kept, shown as "other", never refused for it.
    Other(u8),
}

/// Where the officer is in the shift.
#[uniffi::remote(Enum)]
pub enum ShiftState {
    /// Not begun.
    Off,
    /// On the way to the site.
    EnRoute,
    /// At work.
    On,
    /// On a break.
    OnBreak,
    /// Away, and will return.
    Away,
    /// Clocked out.
    Out,
}

/// A punch and the time that counts for it.
#[uniffi::remote(Record)]
pub struct Mark {
    /// The fact.
    pub fact: FactId,
    /// The time that counts.
    pub at: UnixMillis,
}

/// Something a person should know before ruling.
#[uniffi::remote(Record)]
pub struct Flag {
    /// What it is about.
    pub kind: FlagKind,
    /// How much it matters.
    pub weight: Weight,
    /// The facts it is about.
    pub facts: Vec<FactId>,
    /// The same in words.
    pub sentence: String,
    /// What the officer says about it.
    pub explanations: Vec<String>,
}

/// What a flag is about.
#[uniffi::remote(Enum)]
pub enum FlagKind {
    /// Something odd about the facts.
    Anomaly(AnomalyKind),
    /// Punched outside the fence.
    OutsideFence,
    /// Nobody can tell whether it was inside.
    UncertainPlace,
    /// The phone said that a location was simulated.
    SimulatedLocation,
    /// A punch, or the time it was corrected to, that is still to come.
    InFuture,
    /// Still clocked in.
    StillIn,
    /// Clocked in for longer than anyone works.
    ForgottenOut,
    /// No stretch of work that is over.
    NoWork,
    /// The phone wrote facts next to these that the agency does not have.
    MissingFacts,
    /// These facts do not follow on each other as one phone wrote them.
    BrokenChain,
    /// The phone's signature does not fit what the fact says.
    BrokenSignature,
    /// No signature has come yet.
    Unsigned,
    /// Worked well before the scheduled start, or well after the scheduled end. The agency's server says so, no phone.
    BeyondSchedule,
}

/// What is odd.
#[uniffi::remote(Enum)]
pub enum AnomalyKind {
    /// En route again, or when already at work.
    EnRouteOutOfTurn,
    /// In while in: the first one counts.
    DoubleIn,
    /// In while on a break: taken as the break's end.
    InDuringBreak,
    /// In after out: a second stretch of work.
    InAfterOut,
    /// Out, but never in.
    OutWithoutIn,
    /// Out while out: the first one counts.
    DoubleOut,
    /// Said to return, and clocked out instead.
    DidNotReturn,
    /// Will return, but was not at work.
    WillReturnWithoutIn,
    /// A break begins, but the officer was not at work.
    BreakWithoutIn,
    /// A break begins during a break: the first one counts.
    DoubleBreakStart,
    /// A break ends that never began.
    BreakEndWithoutStart,
    /// Left while on a break: taken as the break's end.
    BreakLeftOpen,
    /// Handed in without an out.
    MissingOut,
    /// One stretch of work longer than a person works.
    LongShift,
    /// The officer says that a punch should have had another time.
    CorrectedPunch,
    /// A correction that names no punch.
    CorrectionOfNothing,
    /// A correction without a time.
    CorrectionWithoutTime,
    /// Two devices punched the same stretch of work.
    OverlappingDevices,
    /// A punch or correction after the shift was handed in.
    AfterSubmission,
    /// The true time is not known well enough to pay on.
    UncertainTime,
    /// By the phone's clock it was earlier than the server had already said it was.
    ClockBehindServer,
    /// The phone's clock was set wrong; the true time is known all the same.
    WallClockOff,
    /// The phone's clock was set between two facts.
    ClockJump,
    /// The phone's clock that cannot be set went back: the evidence contradicts itself.
    ClockContradiction,
    /// The phone restarted between two facts.
    Reboot,
}

/// How much an anomaly matters.
#[uniffi::remote(Enum)]
pub enum Weight {
    /// Worth knowing; the hours stand without it.
    Notice,
    /// A person should look before the hours are paid.
    Review,
}

/// Where a punch was made.
#[uniffi::remote(Record)]
pub struct PunchPlace {
    /// The punch.
    pub fact: FactId,
    /// Which kind of punch.
    pub kind: FactKind,
    /// The verdict on its fixes.
    pub verdict: FenceVerdict,
}

/// A note, photo or incident as it stands.
#[uniffi::remote(Record)]
pub struct Written {
    /// The fact that stands.
    pub fact: FactId,
    /// Note, attachment or incident.
    pub kind: FactKind,
    /// When it was written.
    pub at: UnixMillis,
    /// Its words; may be empty.
    pub text: String,
    /// Its photo or video.
    pub attachment: Option<Attachment>,
    /// The notes it replaces, newest first. They stay in the log.
    pub replaces: Vec<FactId>,
    /// The note it would have replaced, had the shift not been handed in before: it stands beside that note.
    pub addendum_to: Option<FactId>,
    /// Who wrote it, in a document that several people write.
    pub author: Option<OfficerId>,
}

/// A photo or video. The original's bytes travel apart from the document, under their hash.
#[uniffi::remote(Record)]
pub struct Attachment {
    /// SHA-256 of the original bytes, taken before anything else touched them.
    pub hash: Sha256,
    /// Size of the original in bytes.
    pub size: u64,
    /// Media type, such as `image/jpeg` or `video/mp4`.
    pub media_type: String,
}
