//! Money in whole cents. Never a float.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// An amount in the agency's currency, in cents.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Encode, Decode, Serialize, Deserialize)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct Cents(#[n(0)] pub i64);
