//! What is kept of knowledge where the rules need less than the agency: encoded in the store.

use detailbook_core::policy::Standing;
use detailbook_core::time::UnixMillis;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A rank that an officer has from some time on, and what an hour is paid with it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize, ToSchema)]
#[cbor(map)]
pub struct Promotion {
    /// The agency's rank code.
    #[n(0)]
    pub rank: String,
    /// From when.
    #[n(1)]
    pub from: UnixMillis,
    /// What an hour is paid, in cents, if the personnel record says.
    #[n(2)]
    pub cents_per_hour: Option<i64>,
}

/// How a status is named in statuses that release an officer from what lies ahead, whatever the rules say.
pub const ENDS_DUTY: [&str; 6] =
    ["suspended", "separated", "terminated", "retired", "relieved_of_duty", "administrative_leave"];

/// A standing of the chain of command, by name.
pub(super) fn standing(text: &str) -> Option<Standing> {
    match text {
        "subordinate" => Some(Standing::Subordinate),
        "superior" => Some(Standing::Superior),
        "apart" => Some(Standing::Apart),
        _ => None,
    }
}
