//! Sending what the outbox holds: one batch a job, of a kind of job for each channel, so that none waits behind another's.

use detailbook_core::ids::RecordId;
use detailbook_core::notices::{Channel, Contact};
use detailbook_core::time::UnixMillis;

use super::Outgoing;
use crate::audit::By;
use crate::jobs::{self, Failed, Kind, Next, Run};
use crate::store::outbox::{self, OutboxRow};
use crate::store::{Sql, StoreError, agency as agencies, contacts};

// Of a batch that is parked, after days of trying, nobody is told: it would go by the same way. Its entries stand in the app of whoever
// has one and in the list of notices, and the gauge of parked jobs counts it.

/// Sends a batch of signs on phones.
pub const DELIVER_PUSH: Kind = Kind::outside("notices.push", deliver).for_days();
/// Sends a batch of text messages.
pub const DELIVER_SMS: Kind = Kind::outside("notices.sms", deliver).for_days();
/// Sends a batch by mail.
pub const DELIVER_EMAIL: Kind = Kind::outside("notices.deliver", deliver).for_days();

/// Why something was not sent that can be once a gateway is set up.
pub(super) const NO_GATEWAY: &str = "No gateway is set up that reaches the recipient.";

/// Most entries that are written out in one message; of the others it says how many they are.
const MOST_LINES: usize = 50;
/// Most characters of a text message: what ten parts of it hold.
const SMS_CHARS: usize = 1_530;

/// Has a batch sent when it is due, by whatever its channel's job is. `again`: also one that was settled before.
pub(super) fn expect(
    sql: &mut dyn Sql,
    by: &By<'_>,
    channel: Channel,
    batch: RecordId,
    due: UnixMillis,
    again: bool,
) -> Result<(), StoreError> {
    let kind = match channel {
        Channel::InApp => return Ok(()),
        Channel::Push => &DELIVER_PUSH,
        Channel::Sms => &DELIVER_SMS,
        Channel::Email => &DELIVER_EMAIL,
    };
    if again {
        return jobs::set(sql, by.agency, kind, &batch.to_string(), due, by.now, &batch);
    }
    jobs::enqueue(sql, by.agency, kind, &batch.to_string(), due, by.now, &batch).map(drop)
}

/// Begins the batch, so that nothing joins it any more, sends it, and marks it sent.
///
/// A node that dies after the gateway took it and before the mark leaves it begun; the next attempt sends the same again, under
/// the same delivery id.
fn deliver(run: &Run<'_>) -> Result<Next, Failed> {
    let batch: RecordId = run.payload()?;
    let agency = run.agency();
    let begun = run.app.store.write::<_, StoreError>(move |sql| {
        agencies::lock(sql, agency)?;
        let rows = outbox::begin(sql, agency, batch)?;
        let Some(first) = rows.first() else { return Ok(None) };
        let contact = contacts::get(sql, agency, first.party)?.1;
        let elsewhere = outbox::channels(sql, agency, first.notice)?;
        Ok(Some((rows, contact, elsewhere)))
    })?;
    let Some((rows, contact, elsewhere)) = begun else { return Ok(Next::Done) };
    let Some(channel) = way(run, &rows, &contact, &elsewhere) else {
        return settle(run, batch, Some(NO_GATEWAY));
    };
    let Some(to) = address(&rows, channel, &contact) else {
        return settle(run, batch, Some("There is no address for it any more."));
    };
    let (title, text) = words(&rows, channel);
    // What is signed carries the time at which it is sent.
    let (name, now) = (contact.name, run.app.now());
    let message = Outgoing { agency, delivery: batch, channel, to, name, title, text, now };
    let sent = run.app.gateways.send(&message, &*run.app.clock);
    let Err(failed) = sent else { return settle(run, batch, None) };
    let error = failed.to_string();
    run.app.store.write::<_, StoreError>(move |sql| {
        agencies::lock(sql, agency)?;
        outbox::note_error(sql, agency, batch, &error)
    })?;
    Err(failed)
}

fn settle(run: &Run<'_>, batch: RecordId, error: Option<&'static str>) -> Result<Next, Failed> {
    let (agency, now) = (run.agency(), run.app.now());
    run.app.store.write::<_, StoreError>(move |sql| {
        agencies::lock(sql, agency)?;
        outbox::settle(sql, agency, batch, now, error)
    })?;
    Ok(Next::Done)
}

/// The batch's channel; or where no gateway is set up for it, another that is, reaches the recipient, and does not take the same
/// to them anyway.
fn way(run: &Run<'_>, rows: &[OutboxRow], contact: &Contact, elsewhere: &[Channel]) -> Option<Channel> {
    let first = rows.first()?;
    let others = [Channel::Email, Channel::Sms];
    let others = others.into_iter().filter(|channel| !elsewhere.contains(channel));
    let others = others.filter(|channel| contact.reaches(first.party.kind, *channel));
    std::iter::once(first.channel).chain(others).find(|channel| run.app.gateways.by(*channel).is_some())
}

/// Where the batch goes, as the contact now stands.
fn address(rows: &[OutboxRow], channel: Channel, contact: &Contact) -> Option<String> {
    let first = rows.first()?;
    match channel {
        Channel::InApp => None,
        Channel::Push => Some(first.party.id.to_string()),
        Channel::Sms => contact.phone.clone(),
        Channel::Email => contact.email.clone(),
    }
}

/// The line and the text of a batch: those of its only entry, or a line an entry.
fn words(rows: &[OutboxRow], channel: Channel) -> (String, String) {
    let (title, text) = match rows {
        [only] => (only.title.clone(), only.text.clone()),
        many => (format!("{} new notices", many.len()), lines(many)),
    };
    if channel == Channel::Sms {
        return (String::new(), format!("{title}\n{text}").chars().take(SMS_CHARS).collect());
    }
    (title, text)
}

fn lines(rows: &[OutboxRow]) -> String {
    let mut lines: Vec<_> = rows.iter().take(MOST_LINES).map(|row| format!("- {}", row.title)).collect();
    let more = rows.len().saturating_sub(MOST_LINES);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines.join("\n")
}
