//! What an officer is told of an award.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::award::Explanation;
use crate::ids::DetailId;
use crate::time::UnixMillis;

/// Why an officer got what they got. Its record id is the application's, or the assignment's where there was none.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct AwardNotice {
    /// The detail.
    #[n(0)]
    pub detail: DetailId,
    /// The method, with its version.
    #[n(1)]
    pub method: String,
    /// When it was decided.
    #[n(2)]
    pub decided_at: UnixMillis,
    /// Why.
    #[n(3)]
    pub explanation: Explanation,
}
