//! Whom the agency tells, and how each wants to be told.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::QuietHours;
use crate::ids::{CustomerId, OfficerId, RecordId};
use crate::time::Zone;

/// A way to tell somebody. Numbers are stored: add, never renumber.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// An entry in the app, or in the console. Everybody who is told has one.
    #[n(0)]
    InApp,
    /// A sign on the phone that there is something new, without its content.
    #[n(1)]
    Push,
    /// A text message.
    #[n(2)]
    Sms,
    /// E-mail.
    #[n(3)]
    Email,
}

impl Channel {
    /// Every channel.
    pub const ALL: &'static [Self] = &[Self::InApp, Self::Push, Self::Sms, Self::Email];

    /// The channel's number.
    pub const fn code(self) -> u8 {
        match self {
            Self::InApp => 0,
            Self::Push => 1,
            Self::Sms => 2,
            Self::Email => 3,
        }
    }

    /// The channel with that number.
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|channel| i64::from(channel.code()) == code)
    }
}

/// In what part somebody is told of an event.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The officer or officers whom it is about, or who may apply.
    #[n(0)]
    Officer,
    /// Backups, or the pool that may step in.
    #[n(1)]
    Pool,
    /// The coordinators.
    #[n(2)]
    Coordinator,
    /// The customer.
    #[n(3)]
    Customer,
    /// The supervisor on duty and dispatch.
    #[n(4)]
    Supervisor,
    /// Finance.
    #[n(5)]
    Finance,
}

impl Role {
    /// May a contact of the staff's have it?
    pub const fn is_of_staff(self) -> bool {
        matches!(self, Self::Coordinator | Self::Supervisor | Self::Finance)
    }
}

/// What kind of party.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PartyKind {
    /// An officer.
    Officer,
    /// A customer.
    Customer,
    /// Someone, or a desk, of the agency's staff.
    Staff,
}

impl PartyKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Officer, Self::Customer, Self::Staff];

    /// The kind's number, which is stored.
    pub const fn code(self) -> u8 {
        match self {
            Self::Officer => 1,
            Self::Customer => 2,
            Self::Staff => 3,
        }
    }

    /// The kind with that number.
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| i64::from(kind.code()) == code)
    }
}

/// Somebody who is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Party {
    /// What kind.
    pub kind: PartyKind,
    /// The id of the officer, customer or contact.
    pub id: RecordId,
}

impl Party {
    /// An officer.
    pub fn officer(id: OfficerId) -> Self {
        Self { kind: PartyKind::Officer, id: id.into() }
    }

    /// A customer.
    pub fn customer(id: CustomerId) -> Self {
        Self { kind: PartyKind::Customer, id: id.into() }
    }

    /// Someone of the staff.
    pub const fn staff(id: RecordId) -> Self {
        Self { kind: PartyKind::Staff, id }
    }
}

/// How somebody is reached, and wants to be. Never sent to phones.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields, default)]
pub struct Contact {
    /// The name that messages are addressed to; may be empty.
    #[n(0)]
    pub name: String,
    /// Address for e-mail.
    #[n(1)]
    pub email: Option<String>,
    /// Number for text messages, as `+` and digits.
    #[n(2)]
    pub phone: Option<String>,
    /// The channels chosen, besides those that an event asks for. Empty: by e-mail, else by text message.
    #[n(3)]
    pub channels: Vec<Channel>,
    /// When not to be woken.
    #[n(4)]
    pub quiet: Option<QuietHours>,
    /// The zone that the quiet hours are in; absent for the agency's.
    #[n(5)]
    pub zone: Option<Zone>,
    /// What parts a contact of the staff's has. Empty for officers and customers.
    #[n(6)]
    pub roles: Vec<Role>,
}

impl Contact {
    /// Can this party be reached by that channel? Whether a gateway for it is set up is another question.
    pub fn reaches(&self, party: PartyKind, channel: Channel) -> bool {
        match channel {
            Channel::InApp => true,
            Channel::Push => party == PartyKind::Officer,
            Channel::Sms => self.phone.is_some(),
            Channel::Email => self.email.is_some(),
        }
    }

    /// The channels that the party chose, or what stands in for a choice.
    pub(super) fn chosen(&self, party: PartyKind) -> Vec<Channel> {
        let chosen: Vec<_> = self.channels.iter().copied().filter(|channel| self.reaches(party, *channel)).collect();
        if !chosen.is_empty() {
            return chosen;
        }
        [Channel::Email, Channel::Sms].into_iter().find(|channel| self.reaches(party, *channel)).into_iter().collect()
    }
}
