//! Where hours and facts come from.

use std::fmt;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// What an officer's time was spent on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// Regular duty.
    #[n(0)]
    OnDuty,
    /// Overtime for the agency.
    #[n(1)]
    Overtime,
    /// Court.
    #[n(2)]
    Court,
    /// Training.
    #[n(3)]
    Training,
    /// Leave of any type; the stint's class says which.
    #[n(4)]
    Leave,
    /// Details, this agency's own.
    #[n(5)]
    Detail,
    /// Work for another agency, or arranged by one.
    #[n(6)]
    OtherAgency,
}

/// Something that is imported or kept, and that may be stale or missing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Feed {
    /// Stints of [`Stream::OnDuty`].
    #[n(0)]
    OnDuty,
    /// Stints of [`Stream::Overtime`].
    #[n(1)]
    Overtime,
    /// Stints of [`Stream::Court`].
    #[n(2)]
    Court,
    /// Stints of [`Stream::Training`].
    #[n(3)]
    Training,
    /// Stints of [`Stream::Leave`].
    #[n(4)]
    Leave,
    /// Stints of [`Stream::Detail`].
    #[n(5)]
    Detail,
    /// Stints of [`Stream::OtherAgency`].
    #[n(6)]
    OtherAgency,
    /// Duty status and rank, from personnel.
    #[n(7)]
    Status,
    /// Certifications and other documents of the officer's.
    #[n(8)]
    Credentials,
    /// Approvals.
    #[n(9)]
    Approvals,
    /// Applications, cancellations, no-shows, acknowledgements and other events.
    #[n(10)]
    Events,
    /// Who works under whom.
    #[n(11)]
    Command,
}

impl Feed {
    /// Every feed.
    pub const ALL: [Self; 12] = [
        Self::OnDuty,
        Self::Overtime,
        Self::Court,
        Self::Training,
        Self::Leave,
        Self::Detail,
        Self::OtherAgency,
        Self::Status,
        Self::Credentials,
        Self::Approvals,
        Self::Events,
        Self::Command,
    ];
    pub(super) const COUNT: usize = Self::ALL.len();

    pub(super) const fn index(self) -> usize {
        self as usize
    }

    /// What it is called in a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::OnDuty => "on-duty schedule",
            Self::Overtime => "overtime record",
            Self::Court => "court calendar",
            Self::Training => "training calendar",
            Self::Leave => "leave record",
            Self::Detail => "record of details",
            Self::OtherAgency => "other agency's schedule",
            Self::Status => "personnel record",
            Self::Credentials => "record of certifications",
            Self::Approvals => "register of approvals",
            Self::Events => "record of applications and events",
            Self::Command => "chain of command",
        }
    }
}

/// Some of the feeds, told in their order and each once.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Feeds(u16);

impl Feeds {
    /// Those of streams.
    pub(super) fn of(streams: &[Stream]) -> Self {
        streams.iter().fold(Self::default(), |feeds, stream| feeds.and((*stream).into()))
    }

    pub(super) const fn and(self, feed: Feed) -> Self {
        Self(self.0 | 1 << feed.index())
    }

    /// In their order.
    pub(super) fn iter(self) -> impl Iterator<Item = Feed> {
        Feed::ALL.into_iter().filter(move |feed| self.0 & (1 << feed.index()) != 0)
    }
}

impl From<Stream> for Feed {
    fn from(stream: Stream) -> Self {
        match stream {
            Stream::OnDuty => Self::OnDuty,
            Stream::Overtime => Self::Overtime,
            Stream::Court => Self::Court,
            Stream::Training => Self::Training,
            Stream::Leave => Self::Leave,
            Stream::Detail => Self::Detail,
            Stream::OtherAgency => Self::OtherAgency,
        }
    }
}

impl fmt::Display for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// Which hours of a stint count.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Time actually worked. Time covered twice counts once.
    #[default]
    #[n(0)]
    Worked,
    /// Time paid, minimums included: counted from the stint's start on, each stint for itself.
    #[n(1)]
    Paid,
    /// Time charged in the opportunity ledger, penalties included: counted as paid time is.
    #[n(2)]
    Charged,
}

/// Was it planned or did it happen?
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = PolicyBasis))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Either.
    #[default]
    #[n(0)]
    Either,
    /// As scheduled.
    #[n(1)]
    Scheduled,
    /// As it happened.
    #[n(2)]
    Actual,
}
