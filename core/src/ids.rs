//! Identities. Each is a UUID in a type of its own, so that an officer can never be passed for a device.
//!
//! Ids made by us are UUIDv7 (RFC 9562): ordered by the millisecond they were made in. On the wire an id is a 16-byte
//! CBOR byte string; in text it is the usual hyphenated form; as an automerge map key it is 32 hex digits.

use std::fmt;
use std::str::FromStr;

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::entropy::{Entropy, random_bytes};
use crate::time::UnixMillis;

/// A text that is not an id.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not an id")]
pub struct NotAnId;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The nil id, all zeros. Used where a real id can never stand, such as a seed's author.
            pub const NIL: Self = Self(Uuid::nil());

            /// Makes a UUIDv7 from the time and randomness given.
            pub fn new(now: UnixMillis, entropy: &mut dyn Entropy) -> Self {
                let millis = now.as_millis().max(0).unsigned_abs();
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random_bytes(entropy)).into_uuid())
            }

            /// An id from its 16 bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The id's 16 bytes.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// An id from a slice, which must hold exactly 16 bytes.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, NotAnId> {
                Uuid::from_slice(bytes).map(Self).map_err(|_| NotAnId)
            }

            /// 32 lower-case hex digits, the form used as an automerge map key.
            pub fn to_hex(&self) -> String {
                self.0.simple().to_string()
            }

            /// Reads the 32 lower-case hex digits that [`Self::to_hex`] writes, and nothing else.
            pub fn from_hex(text: &str) -> Result<Self, NotAnId> {
                let lower = text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
                if text.len() != 32 || !lower {
                    return Err(NotAnId);
                }
                Uuid::try_parse(text).map(Self).map_err(|_| NotAnId)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0.hyphenated())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.hyphenated())
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Uuid::try_parse(text).map(Self).map_err(|_| NotAnId)
            }
        }

        #[cfg(feature = "schema")]
        crate::schema::text!($name, "uuid");

        impl<C> Encode<C> for $name {
            fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
                e.bytes(self.as_bytes())?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
                Self::from_slice(d.bytes()?).map_err(|_| decode::Error::message("an id is 16 bytes"))
            }
        }
    };
}

id!(
    /// A law-enforcement agency: the tenant. First column of every key.
    AgencyId
);
id!(
    /// An officer of one agency.
    OfficerId
);
id!(
    /// One enrolment of one phone. A phone that is enrolled again is another device.
    DeviceId
);
id!(
    /// A business that hires.
    CustomerId
);
id!(
    /// A place of a customer's, with a fence.
    SiteId
);
id!(
    /// A job at a site.
    DetailId
);
id!(
    /// One officer's place on a detail.
    PositionId
);
id!(
    /// Officer x position. An assignment and its shift log carry the same 16 bytes.
    AssignmentId
);
id!(
    /// A document: the assignment's id for an assigned shift log, the detail's id for a pass-on, else its own.
    DocumentId
);
id!(
    /// One immutable fact.
    FactId
);
id!(
    /// A wish of an officer's that only the server can decide.
    CommandId
);
id!(
    /// A message between the agency and an officer.
    MessageId
);
id!(
    /// The agency's decision on an assignment.
    RulingId
);
id!(
    /// An officer's offer of an assignment to another: the id of the command that made it.
    TradeId
);
id!(
    /// A customer's request.
    RequestId
);
id!(
    /// Any record, when its kind does not matter.
    RecordId
);
id!(
    /// An automerge actor: one linear stream of changes by one device. Many to a device.
    WriterId
);
id!(
    /// A staff caller's API token.
    TokenId
);
id!(
    /// A person who signs in to the console.
    UserId
);
id!(
    /// Work of the server's that waits for its time.
    JobId
);
id!(
    /// What one recipient is told of one event.
    NoticeId
);

/// The bits of an id that count up within a millisecond.
const COUNTED: u128 = (1 << 62) - 1;

impl FactId {
    /// It or, where it is of the millisecond of `earlier` and would stand before that, the next one after that: so ids stand in the order in
    /// which they were made (RFC 9562, 6.2, method 2).
    #[must_use]
    pub fn after(self, earlier: Self) -> Self {
        let (made, before) = (self.0.as_u128(), earlier.0.as_u128());
        let in_one = made >> 80 == before >> 80 && made <= before;
        if in_one && before & COUNTED < COUNTED { Self(Uuid::from_u128(before + 1)) } else { self }
    }

    /// The last id that its millisecond can have.
    #[must_use]
    pub const fn last_of_millisecond(self) -> Self {
        Self(Uuid::from_u128(self.0.as_u128() | ((1 << 80) - 1)))
    }
}

macro_rules! same_bytes {
    ($from:ident => $to:ident) => {
        impl From<$from> for $to {
            fn from(id: $from) -> Self {
                Self::from_bytes(*id.as_bytes())
            }
        }
    };
}

same_bytes!(AssignmentId => DocumentId);
same_bytes!(DetailId => DocumentId);
same_bytes!(OfficerId => RecordId);
same_bytes!(CustomerId => RecordId);
same_bytes!(SiteId => RecordId);
same_bytes!(DetailId => RecordId);
same_bytes!(AssignmentId => RecordId);
same_bytes!(RulingId => RecordId);
same_bytes!(MessageId => RecordId);
same_bytes!(AgencyId => RecordId);
same_bytes!(TradeId => RecordId);
same_bytes!(RequestId => RecordId);
same_bytes!(RecordId => RequestId);
same_bytes!(CommandId => TradeId);
same_bytes!(CommandId => RecordId);
same_bytes!(NoticeId => RecordId);
same_bytes!(RecordId => NoticeId);
same_bytes!(RecordId => DetailId);
same_bytes!(RecordId => AssignmentId);
same_bytes!(RecordId => SiteId);
same_bytes!(RecordId => CustomerId);
same_bytes!(RecordId => OfficerId);
same_bytes!(RecordId => RulingId);
same_bytes!(RecordId => MessageId);
same_bytes!(DocumentId => RecordId);
same_bytes!(RecordId => DocumentId);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn of_one_millisecond_ids_stand_as_they_were_made(drawn: [u128; 3], millis: [bool; 3]) {
            let id = |n: usize| {
                let millis = u128::from(millis[n]) << 80;
                FactId(Uuid::from_u128(millis | 0x7 << 76 | 0b10 << 62 | drawn[n] & COUNTED))
            };
            let after_all = |made: FactId, written: &[FactId]| {
                let known = written.iter().filter(|it| **it <= made.last_of_millisecond()).max();
                known.map_or(made, |last| made.after(*last))
            };
            let (first, second) = (id(0), after_all(id(1), &[id(0)]));
            let third = after_all(id(2), &[first, second]);
            let all = [(first, 0), (second, 1), (third, 2)];
            for (it, n) in all {
                prop_assert_eq!(it.0.as_u128() >> 62, id(n).0.as_u128() >> 62, "time, version and variant are as made");
            }
            for (earlier, later) in [(all[0], all[1]), (all[1], all[2]), (all[0], all[2])] {
                if millis[earlier.1] == millis[later.1] && earlier.0.0.as_u128() & COUNTED < COUNTED - 1 {
                    prop_assert!(earlier.0 < later.0, "{earlier:?} {later:?}");
                }
            }
        }
    }

    #[test]
    fn what_comes_after_the_last_of_a_millisecond_is_as_drawn() {
        let last = FactId(Uuid::from_u128(0x7 << 76 | 0b10 << 62 | COUNTED));
        let drawn = FactId(Uuid::from_u128(0x7 << 76 | 0b10 << 62 | 5));
        assert_eq!(
            (drawn.after(last), last.after(drawn), drawn.after(drawn).0.as_u128()),
            (drawn, last, drawn.0.as_u128() + 1)
        );
    }
}
