//! Sending what the outbox holds: one batch a job.

use std::sync::Arc;

use detailbook_core::ids::RecordId;
use detailbook_core::notices::{Channel, Contact};

use super::{Gateway, Outgoing};
use crate::jobs::{Failed, Kind, Next, Run};
use crate::store::outbox::{self, OutboxRow};
use crate::store::{StoreError, agency as agencies, contacts};

/// Sends a batch.
pub const DELIVER: Kind = Kind::outside("notices.deliver", deliver);

/// Most entries that are written out in one message; of the others it says how many they are.
const MOST_LINES: usize = 50;
/// Most characters of a text message: what ten parts of it hold.
const SMS_CHARS: usize = 1_530;

/// Begins the batch, so that nothing joins it any more, sends it, and marks it sent.
///
/// A node that dies after the gateway took it and before the mark leaves it begun; the next attempt sends the same again, under
/// the same delivery id.
fn deliver(run: &Run<'_>) -> Result<Next, Failed> {
    let batch: RecordId = run.payload()?;
    let (agency, now) = (run.agency(), run.now);
    let begun = run.app.store.write::<_, StoreError>(move |sql| {
        agencies::lock(sql, agency)?;
        let rows = outbox::begin(sql, agency, batch)?;
        let Some(first) = rows.first() else { return Ok(None) };
        let contact = contacts::get(sql, agency, first.party)?.1;
        let elsewhere = outbox::channels(sql, agency, first.notice)?;
        Ok(Some((rows, contact, elsewhere)))
    })?;
    let Some((rows, contact, elsewhere)) = begun else { return Ok(Next::Done) };
    let Some((channel, gateway)) = way(run, &rows, &contact, &elsewhere) else {
        return settle(run, batch, Some("No gateway is set up that reaches the recipient."));
    };
    let Some(to) = address(&rows, channel, &contact) else {
        return settle(run, batch, Some("There is no address for it any more."));
    };
    let (title, text) = words(&rows, channel);
    let name = contact.name;
    let sent = gateway.send(&Outgoing { agency, delivery: batch, channel, to, name, title, text, now });
    let Err(failed) = sent else { return settle(run, batch, None) };
    let error = failed.to_string();
    run.app.store.write::<_, StoreError>(move |sql| {
        agencies::lock(sql, agency)?;
        outbox::note_error(sql, agency, batch, &error)
    })?;
    Err(failed)
}

fn settle(run: &Run<'_>, batch: RecordId, error: Option<&'static str>) -> Result<Next, Failed> {
    let (agency, now) = (run.agency(), run.now);
    run.app.store.write::<_, StoreError>(move |sql| {
        agencies::lock(sql, agency)?;
        outbox::settle(sql, agency, batch, now, error)
    })?;
    Ok(Next::Done)
}

/// The batch's channel; or where no gateway is set up for it, another that is, reaches the recipient, and does not take the same
/// to them anyway.
fn way<'a>(
    run: &'a Run<'_>,
    rows: &[OutboxRow],
    contact: &Contact,
    elsewhere: &[Channel],
) -> Option<(Channel, &'a Arc<dyn Gateway>)> {
    let first = rows.first()?;
    let others = [Channel::Email, Channel::Sms];
    let others = others.into_iter().filter(|channel| !elsewhere.contains(channel));
    let others = others.filter(|channel| contact.reaches(first.party.kind, *channel));
    let mut ways = std::iter::once(first.channel).chain(others);
    ways.find_map(|channel| Some((channel, run.app.gateways.by(channel)?)))
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
