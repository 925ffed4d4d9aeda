//! Jobs that are refused whoever wants them: what the rule applies to, it forbids.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::question::Verdict;
use super::sentence;

/// What the rule applies to is not done.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields, default)]
pub struct Forbidden {
    /// Why, in the agency's words; the rule's title where absent.
    #[n(0)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

pub(super) fn judge(forbidden: &Forbidden, title: &str) -> Verdict {
    let because = forbidden.because.as_deref().unwrap_or(title);
    Verdict::fail(format!("Not done: {}.", sentence::plain(because).trim_end_matches('.')))
}
