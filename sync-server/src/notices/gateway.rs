//! The ways out of the server: one gateway a channel, each set up by the operator or not there.

use std::sync::Arc;

use super::breaker::Breakers;
use crate::clock::Clock;
use detailbook_core::ids::{AgencyId, RecordId};
use detailbook_core::notices::Channel;
use detailbook_core::time::UnixMillis;

use super::{Mail, MailSettings, Webhook, WebhookSettings};
use crate::jobs::Failed;

/// One message as it leaves the server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outgoing {
    /// The agency that tells.
    pub agency: AgencyId,
    /// The same for every attempt at this message, and for no other: whoever gets it twice can tell.
    pub delivery: RecordId,
    /// By what.
    pub channel: Channel,
    /// The address: of e-mail, a number, or for a sign on the phone the officer's id.
    pub to: String,
    /// The recipient's name; may be empty.
    pub name: String,
    /// One line.
    pub title: String,
    /// The words.
    pub text: String,
    /// When it is sent.
    pub now: UnixMillis,
}

/// Sends messages by one channel. Blocks, for less than [`crate::jobs::CLAIMED_FOR`].
pub trait Gateway: Send + Sync {
    /// Sends one message. `Ok`: the channel has taken it over.
    fn send(&self, message: &Outgoing) -> Result<(), Failed>;
}

/// What an operator may set.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GatewaySettings {
    /// The mail server.
    pub mail: Option<MailSettings>,
    /// Who sends text messages.
    pub sms: Option<WebhookSettings>,
    /// Who puts signs on phones.
    pub push: Option<WebhookSettings>,
}

/// The gateways there are.
#[derive(Clone, Default)]
pub struct Gateways {
    /// For e-mail.
    pub mail: Option<Arc<dyn Gateway>>,
    /// For text messages.
    pub sms: Option<Arc<dyn Gateway>>,
    /// For signs on the phone.
    pub push: Option<Arc<dyn Gateway>>,
    /// Which of them are given a rest.
    breakers: Arc<Breakers>,
}

impl Gateways {
    /// Sends a message by its channel's gateway. One that hangs is not called again for a moment: what waits behind fails at once,
    /// and is tried again later.
    pub fn send(&self, message: &Outgoing, clock: &dyn Clock) -> Result<(), Failed> {
        let gateway =
            self.by(message.channel).ok_or_else(|| Failed::later("No gateway is set up for this channel."))?;
        self.breakers.of(message.channel).call(clock, || gateway.send(message))
    }

    /// Those that are set up.
    pub fn of(settings: &GatewaySettings) -> Self {
        let webhook = |settings: &WebhookSettings| Arc::new(Webhook::new(settings.clone())) as Arc<dyn Gateway>;
        Self {
            mail: settings.mail.as_ref().map(|mail| Arc::new(Mail::new(mail.clone())) as Arc<dyn Gateway>),
            sms: settings.sms.as_ref().map(webhook),
            push: settings.push.as_ref().map(webhook),
            breakers: Arc::default(),
        }
    }

    /// The gateway of a channel, if there is one.
    pub fn by(&self, channel: Channel) -> Option<&Arc<dyn Gateway>> {
        match channel {
            Channel::InApp => None,
            Channel::Push => self.push.as_ref(),
            Channel::Sms => self.sms.as_ref(),
            Channel::Email => self.mail.as_ref(),
        }
    }
}

impl std::fmt::Debug for Gateways {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let there = Channel::ALL.iter().filter(|channel| self.by(**channel).is_some());
        f.debug_set().entries(there).finish()
    }
}
