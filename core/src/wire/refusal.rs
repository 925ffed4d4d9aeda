//! Why something was refused. Codes are stable; sentences are for people.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use serde::{Deserialize, Serialize};

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $code:literal $text:literal $status:literal $sentence:literal,)*) => {
        /// A reason for refusing a request or a change. Numbers and names are part of the protocol: add, never change.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Refusal {
            $($(#[$doc])* $name,)*
            /// A reason newer than this version.
            Other(u8),
        }

        impl Refusal {
            /// Every refusal this version knows.
            pub const KNOWN: &'static [Self] = &[$(Self::$name),*];

            /// The number on the wire.
            pub const fn number(self) -> u8 {
                match self { $(Self::$name => $code,)* Self::Other(n) => n }
            }

            /// The refusal with that number.
            pub const fn from_number(number: u8) -> Self {
                match number { $($code => Self::$name,)* n => Self::Other(n) }
            }

            /// The stable code in text.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $text,)* Self::Other(_) => "other" }
            }

            /// The refusal with that code.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($text => Some(Self::$name),)* _ => None }
            }

            /// The HTTP status where a whole request is refused.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* Self::Other(_) => 400 }
            }

            /// A sentence that someone can act on.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* Self::Other(_) => "Refused for a reason this version does not know." }
            }
        }
    };
}

refusals! {
    /// Not the expected message.
    Malformed = 1 "malformed" 400 "The data could not be read.",
    /// Over a limit.
    TooLarge = 2 "too_large" 413 "The data is larger than the agency's server takes.",
    /// The protocol version is not spoken here.
    UnknownProtocol = 3 "unknown_protocol" 400 "This app and the agency's server do not speak the same protocol version.",
    /// No, or a wrong, credential.
    NotAuthenticated = 4 "not_authenticated" 401 "The phone could not prove who it is.",
    /// The session key has run out: renew it and send again.
    SessionExpired = 5 "session_expired" 401 "The phone's session has run out.",
    /// The request's counter was used before.
    Replayed = 6 "replayed" 409 "This request was already received.",
    /// The device's enrolment was revoked. What it pushed is kept for a person to look at.
    Revoked = 7 "revoked" 403 "The agency has ended this phone's enrolment.",
    /// The caller may not do that.
    NotAllowed = 8 "not_allowed" 403 "You are not allowed to do that.",
    /// There is no such thing, or not for this caller.
    NotFound = 9 "not_found" 404 "There is no such thing here.",
    /// The document belongs to someone else.
    NotYours = 10 "not_yours" 403 "That record belongs to someone else.",
    /// The change's bytes are not a change, or not in canonical form.
    BadChange = 11 "bad_change" 400 "A change could not be read.",
    /// The change's actor is not one of this device's.
    ForgedWriter = 12 "forged_writer" 403 "A change was written under another phone's name.",
    /// The change's sequence number is not the writer's last plus one.
    SequenceGap = 13 "sequence_gap" 409 "A change arrived out of order.",
    /// Another change has this writer and sequence number.
    SequenceReused = 14 "sequence_reused" 409 "Two different changes carry the same number.",
    /// An operation is not granted: wrong place, overwriting, deleting, unknown object.
    NotGranted = 15 "not_granted" 403 "A change does something that may not be done.",
    /// A fact with that id is there already.
    FactExists = 16 "fact_exists" 409 "An entry with that id exists already.",
    /// A limit of the document or the officer is reached.
    LimitReached = 17 "limit_reached" 409 "A limit of the agency's server is reached.",
    /// The change's first operation number is not the next one.
    BadStartOp = 18 "bad_start_op" 400 "A change's numbering is wrong.",
    /// The code is wrong, used or too old.
    BadCode = 19 "bad_code" 403 "That enrolment code is wrong, used or too old. Ask the coordinator for a new one.",
    /// Too many tries.
    SlowDown = 20 "slow_down" 429 "Too many tries. Wait a few minutes.",
    /// It clashes with what is there.
    Conflict = 21 "conflict" 409 "That does not fit what is there now.",
    /// The server cannot right now.
    Unavailable = 22 "unavailable" 503 "The agency's server cannot answer right now.",
    /// The document is quarantined until a person has looked at it.
    Quarantined = 23 "quarantined" 409 "That record is held for a person to look at.",
    /// The field named in the reason is missing or wrong.
    Invalid = 24 "invalid" 422 "Something in the request is missing or wrong.",
}

impl<C> Encode<C> for Refusal {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.u8(self.number())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Refusal {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        d.u8().map(Self::from_number)
    }
}

/// The JSON body of every refused request.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProblemBody {
    /// The stable code of a [`Refusal`].
    pub code: String,
    /// A sentence that someone can act on. Never holds personal data.
    pub reason: String,
}
