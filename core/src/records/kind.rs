//! The kinds of record.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

macro_rules! record_kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal $text:literal,)*) => {
        /// What kind of record. Numbers are part of the protocol: add, never renumber.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum RecordKind {
            $($(#[$doc])* $name,)*
            /// A kind newer than this version: kept as it came.
            Other(u16),
        }

        impl RecordKind {
            /// Every kind this version has a name for.
            pub const KNOWN: &'static [Self] = &[$(Self::$name),*];

            /// The kind's number.
            pub const fn code(self) -> u16 {
                match self { $(Self::$name => $code,)* Self::Other(code) => code }
            }

            /// The kind with that number.
            pub const fn from_code(code: u16) -> Self {
                match code { $($code => Self::$name,)* other => Self::Other(other) }
            }

            /// The kind's name in text.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* Self::Other(_) => "other" }
            }
        }
    };
}

record_kinds! {
    /// The agency's name and settings.
    Agency = 1 "agency",
    /// An officer.
    Officer = 2 "officer",
    /// A site and its fence.
    Site = 3 "site",
    /// A detail.
    Detail = 4 "detail",
    /// Officer x position.
    Assignment = 5 "assignment",
    /// The agency's decision on an assignment.
    Ruling = 6 "ruling",
    /// A message between agency and officer.
    Message = 7 "message",
    /// What became of an officer's application.
    Application = 8 "application",
    /// A business that hires. Never sent to phones.
    Customer = 9 "customer",
    /// A set of policy rules.
    RuleSet = 10 "rule_set",
    /// What is known of an officer when the rules are asked.
    PolicyContext = 11 "policy_context",
    /// A detail's posting: who may apply from when, and how it will be awarded.
    Posting = 12 "posting",
    /// Why an officer got what they got.
    AwardNotice = 13 "award_notice",
    /// An entry of the opportunity ledger.
    LedgerEntry = 14 "ledger_entry",
    /// An officer's offer of an assignment to another.
    Trade = 15 "trade",
    /// A customer's request. Never sent to phones.
    Request = 17 "request",
    /// A question to come instead of somebody.
    ReliefAsk = 18 "relief_ask",
    /// Where an officer's wish to be relieved stands.
    CallingOff = 19 "calling_off",
    /// When a detail that an officer sees opens to them.
    OwnOpening = 20 "own_opening",
    /// What an officer is told of an event.
    Notice = 16 "notice",
}

impl<C> Encode<C> for RecordKind {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.u16(self.code())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for RecordKind {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        d.u16().map(Self::from_code)
    }
}
