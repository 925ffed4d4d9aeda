//! What the rules say of a detail, how it is awarded and why, and what is charged. Two names differ from the core's, where they stand in
//! a module that says what they are of: an `Outcome` of an award, and the `EntryKind` of a charge.

use detailbook_core::award::{EntryKind as ChargeKind, Outcome as AwardOutcome};
use detailbook_core::device::{AdviceView, AwardView, ChargeView, FindingState, FindingView, TermsView};
use detailbook_core::ids::{PositionId, RecordId};
use detailbook_core::policy::Severity;
use detailbook_core::time::{Millis, UnixMillis};

/// What the rules say of a detail.
#[uniffi::remote(Record)]
pub struct AdviceView {
    /// What they say, what stands in the way first. Empty where the agency has no rules, or they have not come.
    pub findings: Vec<FindingView>,
    /// Is anything in the way, as far as this phone knows?
    pub stands_in_the_way: bool,
}

/// What one rule says.
#[uniffi::remote(Record)]
pub struct FindingView {
    /// The set with its version, and the rule.
    pub rule: String,
    /// Does it hold?
    pub state: FindingState,
    /// What it does where it does not.
    pub severity: Severity,
    /// The answer in words, with the numbers in it.
    pub sentence: String,
}

/// Does a rule hold?
#[uniffi::remote(Enum)]
pub enum FindingState {
    /// It does, or does not apply.
    Holds,
    /// It does not.
    Fails,
    /// This phone does not know enough to say. Never taken for *holds*.
    Unknown,
}

/// What a rule that does not hold does to the act it was asked about.
#[uniffi::remote(Enum)]
pub enum Severity {
    /// It is written down.
    Log,
    /// The person acting must say that they have read it.
    Warn,
    /// Someone with the right must approve first.
    NeedsApproval,
    /// It does not happen, but for an override.
    Block,
}

/// How a detail on offer will be awarded.
#[uniffi::remote(Record)]
pub struct TermsView {
    /// The method, with its version.
    pub method: String,
    /// When applications close.
    pub closes: UnixMillis,
    /// When the award is made: later than the close where applications from phones without a signal are waited for.
    pub decided_at: UnixMillis,
    /// How soon after the award it must be acknowledged.
    pub acknowledge_within: Option<Millis>,
    /// Hash of the secret that the agency has bound itself to, as hex digits.
    pub commitment: String,
}

/// Why the officer got what they got.
#[uniffi::remote(Record)]
pub struct AwardView {
    /// What became of the application.
    pub outcome: AwardOutcome,
    /// Place in the ranking, from 1; absent for those who were not ranked.
    pub rank: Option<u32>,
    /// Among how many.
    pub of: u32,
    /// The method, with its version.
    pub method: String,
    /// When it was decided.
    pub decided_at: UnixMillis,
    /// Why, in words with the numbers in them.
    pub sentence: String,
}

/// What became of one officer in an award.
#[uniffi::remote(Enum)]
pub enum AwardOutcome {
    /// Has a position.
    Awarded,
    /// Comes next.
    Backup,
    /// Was not ranked.
    Excluded,
}

/// One entry of the opportunity ledger.
#[uniffi::remote(Record)]
pub struct ChargeView {
    /// The entry.
    pub id: RecordId,
    /// When.
    pub at: UnixMillis,
    /// What happened.
    pub kind: ChargeKind,
    /// The list it counts on; empty for the usual one.
    pub list: String,
    /// The position it is about.
    pub position: Option<PositionId>,
    /// Minutes that it charges; given back where negative.
    pub minutes: i64,
    /// The contract's rule that says so, with the contract and its version.
    pub rule: String,
    /// Who wrote it and why, where a person did.
    pub note: String,
}

/// What happened that the ledger holds.
#[uniffi::remote(Enum)]
pub enum ChargeKind {
    /// The job was offered.
    Offered,
    /// Somebody tried to reach the officer.
    Contacted,
    /// And did.
    Reached,
    /// The officer said no.
    Declined,
    /// The officer was not reached.
    NoAnswer,
    /// The officer has it.
    Awarded,
    /// The officer worked it.
    Worked,
    /// The officer called off.
    CalledOff,
    /// The officer did not come.
    NoShow,
    /// The officer gave it up to another who took it.
    GivenUp,
    /// The agency ordered the officer to work it.
    OrderedIn,
    /// Charges begin anew at zero.
    Reset,
    /// A person or a rule set the charge right.
    Adjustment,
}
