//! Who is told what: [`tell`] writes it down in the transaction of its cause (for very many officers, of what can wait, jobs go on with it), a
//! job sends it.
//!
//! The matrix, quiet hours and channels are [`detailbook_core::notices`]. Here every recipient gets an entry of their own (officers
//! one that their phone sees), and one row in the outbox for each channel besides. A row is named by what happened, whom it
//! tells and how, so telling the same again writes nothing. What a channel took is marked sent; a node that dies between the
//! two sends again, under the same message id, by which mail servers, readers and gateways know it for the same.

mod acknowledge;
mod breaker;
mod contacts;
mod deliver;
mod gateway;
mod in_parts;
mod internal;
mod mail;
mod resend;
mod tell;
mod webhook;

pub use acknowledge::acknowledge;
pub use contacts::{checked, put_contact};
pub use deliver::{DELIVER_EMAIL, DELIVER_PUSH, DELIVER_SMS};
pub use gateway::{Gateway, GatewaySettings, Gateways, Outgoing};
pub use in_parts::{PART, TELL, tell};
pub use internal::is_internal;
pub use mail::{Mail, MailSettings};
pub use resend::resend;
pub(crate) use tell::was_told;
pub use tell::{Event, Words, notice_id};
pub use webhook::{Webhook, WebhookSettings, signature};
