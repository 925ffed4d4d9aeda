//! What an officer is told of an event.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::ids::{AssignmentId, DetailId, NoticeId, OfficerId};
use crate::notices::{EventKind, Urgency};
use crate::time::UnixMillis;

/// What an officer is told of an event. Changes once, when it is acknowledged.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Notice {
    /// The notice.
    #[n(0)]
    pub id: NoticeId,
    /// Whom it tells.
    #[n(1)]
    pub officer: OfficerId,
    /// What happened.
    #[n(2)]
    pub event: EventKind,
    /// How urgent it is.
    #[n(3)]
    pub urgency: Urgency,
    /// One line.
    #[n(4)]
    pub title: String,
    /// The words.
    #[n(5)]
    pub text: String,
    /// When.
    #[n(6)]
    pub at: UnixMillis,
    /// The detail it is about.
    #[n(7)]
    pub detail: Option<DetailId>,
    /// The assignment it is about.
    #[n(8)]
    pub assignment: Option<AssignmentId>,
    /// Until when the officer is asked to acknowledge it; absent where nobody asks.
    #[n(9)]
    pub acknowledge_by: Option<UnixMillis>,
    /// When the officer did.
    #[n(10)]
    pub acknowledged: Option<UnixMillis>,
}
