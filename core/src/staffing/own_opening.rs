//! When a detail opens to one officer, where that is later than when it comes into sight.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::ids::{DetailId, OfficerId, RecordId};
use crate::shift::Sha256;
use crate::time::UnixMillis;

/// An officer's own opening of a detail: by their turn in bidding rounds, or drawn. Nobody else is told of it, since turns follow
/// seniority.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct OwnOpening {
    /// The detail.
    #[n(0)]
    pub detail: DetailId,
    /// The officer.
    #[n(1)]
    pub officer: OfficerId,
    /// Of which posting of it: the hash of the secret that this one is bound to.
    #[n(2)]
    pub commitment: Sha256,
    /// From then on the officer may apply.
    #[n(3)]
    pub opens: UnixMillis,
}

impl OwnOpening {
    /// The id of its record: there is one for each officer of a detail, however often the detail is posted.
    pub fn id_for(detail: DetailId, officer: OfficerId) -> RecordId {
        let mut bytes = b"detailbook-own-opening-v1".to_vec();
        bytes.extend_from_slice(detail.as_bytes());
        bytes.extend_from_slice(officer.as_bytes());
        RecordId::from_bytes(Sha256::of(&bytes).as_id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_officer_of_each_detail_has_an_opening_of_their_own() {
        let id = |detail, officer| {
            OwnOpening::id_for(DetailId::from_bytes([detail; 16]), OfficerId::from_bytes([officer; 16]))
        };
        assert_eq!(id(1, 2), id(1, 2));
        assert_ne!(id(1, 2), id(2, 1));
        assert_ne!(id(1, 2), id(1, 3));
    }
}
