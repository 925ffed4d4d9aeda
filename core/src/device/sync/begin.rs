//! Making a request.

use minicbor::bytes::ByteVec;

use super::{Errand, Exchange, Flight, LOST_AFTER, Outgoing, Pushed, Ticket, elapsed};
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::standing::{Enrolment, Feed};
use crate::device::store::{Reader, Tx, changes, commands, standing, writers};
use crate::ids::DocumentId;
use crate::time::{ClockReading, UnixMillis};
use crate::wire::{APP_VERSION, COMPARE_PATH, Command, PROTOCOL, Push, SYNC_PATH, SyncRequest, encode};

/// Bytes of a request left for what is neither change nor wish.
const RESERVED_BYTES: usize = 16 * 1024;
/// What framing a change or a wish costs at most.
const FRAMING_BYTES: usize = 64;

impl Phone {
    /// The next request. While one is under way there is no other ([`PhoneError::SyncBusy`]), until it is finished, failed, abandoned, or
    /// two minutes old. Signs what waits for it, and puts what was written down into changes.
    pub fn begin_sync(&self, at: &ClockReading) -> Result<Outgoing, PhoneError> {
        let ticket = self.board(at)?;
        let made = self.prepare(ticket, at);
        match made {
            Ok((outgoing, errand)) => {
                if let Some(flight) = self.exchange().flight.as_mut().filter(|flight| flight.ticket == ticket) {
                    flight.errand = errand;
                }
                Ok(outgoing)
            }
            Err(error) => {
                self.land(ticket);
                Err(error)
            }
        }
    }

    fn board(&self, at: &ClockReading) -> Result<Ticket, PhoneError> {
        let mut exchange = self.exchange();
        if exchange.flight.as_ref().is_some_and(|flight| elapsed(&flight.began, at) < LOST_AFTER) {
            return Err(PhoneError::SyncBusy);
        }
        let ticket = Ticket(self.tickets.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        exchange.flight = Some(Flight { ticket, began: at.clone(), errand: Errand::Preparing });
        Ok(ticket)
    }

    fn prepare(&self, ticket: Ticket, at: &ClockReading) -> Result<(Outgoing, Errand), PhoneError> {
        self.sign_pending()?;
        let (renew, last_push) = {
            let exchange = self.exchange();
            (exchange.renew, exchange.last_push)
        };
        let (enrolment, counter, feed, compare) = self.store.write_hours(|tx| {
            let enrolment = standing::enrolled(tx)?;
            if enrolment.revoked_at.is_some() {
                return Err(PhoneError::Revoked);
            }
            let counter = standing::next_request(tx)?;
            let feed = standing::feed(tx)?;
            let compare = feed.compare_due && !last_push && self.may_compare(tx, at.wall)?;
            if !renew && !compare {
                self.seal(tx, at.wall)?;
            }
            Ok((enrolment, counter, feed, compare))
        })?;
        if renew {
            return self.session_request(ticket, &enrolment, counter);
        }
        let (path, body, errand) = if compare { self.compare_request()? } else { self.sync_request(&feed, at.wall)? };
        let accept_gzip = feed.cursor.is_none() || feed.more;
        let outgoing = Outgoing { accept_gzip, ..Outgoing::plain(ticket, path, body) };
        Ok((outgoing.signed(&enrolment, counter), errand))
    }

    fn sync_request(&self, feed: &Feed, now: UnixMillis) -> Result<(&'static str, Vec<u8>, Errand), PhoneError> {
        let mut pushed = Pushed::default();
        let request = self.store.read(|reader| {
            let mut room = Room::new(self, &self.exchange());
            let commands = self.commands_to_send(reader, &mut room)?;
            pushed.commands = commands.iter().map(|command| command.id).collect();
            let push = pushes(reader, now, &mut room, &mut pushed)?;
            pushed.writers = writers::unbound(reader)?;
            Ok(SyncRequest {
                protocol: PROTOCOL,
                cursor: feed.cursor.clone().map(ByteVec::from),
                limit: None,
                app: APP_VERSION,
                writers: some(pushed.writers.clone()),
                push: some(push),
                commands: some(commands),
            })
        })?;
        Ok((SYNC_PATH, encode(&request), Errand::Sync(pushed)))
    }

    fn commands_to_send(&self, reader: &Reader<'_>, room: &mut Room) -> Result<Vec<Command>, PhoneError> {
        let waiting = commands::waiting(reader, self.limits.commands)?;
        let fitting = waiting.into_iter().take_while(|command| room.take_bytes(command.wish.len()));
        Ok(fitting.map(|it| Command { id: it.id, wish: it.wish.into(), made_at: it.made_at }).collect())
    }

    fn compare_request(&self) -> Result<(&'static str, Vec<u8>, Errand), PhoneError> {
        let (after, halvings) = {
            let exchange = self.exchange();
            (exchange.compared_to, exchange.compare_halvings)
        };
        let (request, last) = self.store.read(|reader| super::compare::request(reader, after, halvings))?;
        Ok((COMPARE_PATH, encode(&request), Errand::Compare { last }))
    }
}

/// The next request's counter, for whoever else makes one.
pub(in crate::device) fn credentials(tx: &Tx<'_>) -> Result<(Enrolment, u64), PhoneError> {
    let enrolment = standing::enrolled(tx)?;
    match enrolment.revoked_at {
        Some(_) => Err(PhoneError::Revoked),
        None => Ok((enrolment, standing::next_request(tx)?)),
    }
}

fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}

/// How much still fits into a request.
struct Room {
    bytes: usize,
    changes: usize,
    untouched: bool,
}

impl Room {
    fn new(phone: &Phone, exchange: &Exchange) -> Self {
        let bytes = phone.limits.request_bytes.saturating_sub(RESERVED_BYTES) >> exchange.halvings.min(20);
        Self { bytes, changes: phone.limits.push_changes, untouched: true }
    }

    /// Takes room for one item. The first always fits: what is too large alone is for the server to refuse.
    fn take_bytes(&mut self, bytes: usize) -> bool {
        let Some(left) = self.bytes.checked_sub(bytes + FRAMING_BYTES) else {
            return std::mem::take(&mut self.untouched);
        };
        self.bytes = left;
        self.untouched = false;
        true
    }

    fn take_change(&mut self, bytes: usize) -> bool {
        let Some(left) = self.changes.checked_sub(1) else { return false };
        self.changes = left;
        self.take_bytes(bytes)
    }
}

/// What waits, in the order it was made, one push a document.
fn pushes(reader: &Reader<'_>, now: UnixMillis, room: &mut Room, pushed: &mut Pushed) -> Result<Vec<Push>, PhoneError> {
    let mut pushes: Vec<Push> = Vec::new();
    loop {
        let waiting = changes::sendable(reader, now, pushed.last_number)?;
        if waiting.is_empty() {
            return Ok(pushes);
        }
        for change in waiting {
            if !room.take_change(change.body.len()) {
                return Ok(pushes);
            }
            pushed.last_number = change.number;
            let place = place_of(&mut pushes, &mut pushed.changes, change.document, change.kind);
            pushes[place].changes.push(change.body.into());
            pushed.changes[place].1.push(change.hash);
        }
    }
}

fn place_of(
    pushes: &mut Vec<Push>,
    hashes: &mut Vec<(DocumentId, Vec<crate::shift::Sha256>)>,
    document: DocumentId,
    kind: crate::documents::DocumentKind,
) -> usize {
    if let Some(place) = pushes.iter().position(|push| push.document == document) {
        return place;
    }
    pushes.push(Push { document, kind, changes: Vec::new() });
    hashes.push((document, Vec::new()));
    pushes.len() - 1
}
