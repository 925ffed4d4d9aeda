//! What an officer's phone shows who is asked to come instead of somebody.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::Answer;
use crate::ids::{AssignmentId, DetailId, OfficerId, PositionId, RecordId};
use crate::shift::Sha256;
use crate::time::UnixMillis;

/// Where a question stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum AskState {
    /// It can be answered. Also after `answer_by`, while nobody else has the place.
    #[n(0)]
    Open,
    /// This officer has the place.
    #[n(1)]
    Taken,
    /// The place is not free any more, or the detail is over.
    #[n(2)]
    Closed,
}

/// A question to one officer, or to everybody who may work the detail, to come instead of somebody.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct ReliefAsk {
    /// The assignment that was given up.
    #[n(0)]
    pub assignment: AssignmentId,
    /// Its detail.
    #[n(1)]
    pub detail: DetailId,
    /// The place.
    #[n(2)]
    pub position: PositionId,
    /// Who is asked; absent where everybody is who may work it.
    #[n(3)]
    pub officer: Option<OfficerId>,
    /// When.
    #[n(4)]
    pub asked_at: UnixMillis,
    /// From then on others are asked as well; absent where everybody is asked already.
    #[n(5)]
    pub answer_by: Option<UnixMillis>,
    /// What this officer said.
    #[n(6)]
    pub answer: Option<Answer>,
    /// Where it stands.
    #[n(7)]
    pub state: AskState,
    /// Why it stands there, as a sentence for the officer.
    #[n(8)]
    pub reason: String,
}

impl ReliefAsk {
    /// The id of the question to one officer about an assignment: always the same, so that it is asked once.
    pub fn id_for(assignment: AssignmentId, officer: OfficerId) -> RecordId {
        let mut bytes = b"detailbook-relief-ask-v1".to_vec();
        bytes.extend_from_slice(assignment.as_bytes());
        bytes.extend_from_slice(officer.as_bytes());
        RecordId::from_bytes(Sha256::of(&bytes).as_id())
    }

    /// The id of the question to everybody about an assignment.
    pub fn id_for_all(assignment: AssignmentId) -> RecordId {
        assignment.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_officer_is_asked_under_an_id_of_their_own() {
        let id = |assignment, officer| {
            ReliefAsk::id_for(AssignmentId::from_bytes([assignment; 16]), OfficerId::from_bytes([officer; 16]))
        };
        assert_eq!(id(1, 2), id(1, 2));
        assert_ne!(id(1, 2), id(2, 1));
        assert_ne!(id(1, 2), ReliefAsk::id_for_all(AssignmentId::from_bytes([1; 16])));
    }
}
