//! How requests and answers travel between phones and the server, and what the world overhears of them.

use std::borrow::Cow;
use std::io::Read;

use detailbook_core::device::{Enrolling, Incoming, PhoneError, SyncProgress, Ticket};
use detailbook_core::time::Millis;
use detailbook_core::wire::{
    COMPARE_PATH, ChangeVerdict, Entry, Invitation, SESSION_PATH, SYNC_PATH, SyncRequest, SyncResponse, decode,
};
use detailbook_server::device_api::Reply;

use crate::broken::{Broken, Checked, demand};
use crate::network::{Fate, cut};
use crate::readable::Readable;
use crate::server::Answer;
use crate::stranger::Sent;
use crate::trace::short;
use crate::world::World;

/// How long a phone waits for an answer.
const PATIENCE: Millis = Millis::from_secs(60);

/// What a phone has asked and waits for.
#[derive(Debug)]
pub enum Errand {
    /// An exchange, a comparison or a new session.
    Sync(Ticket),
    /// The next chunk of a photo or video.
    Upload(Ticket),
    /// An enrolment.
    Enrol(Box<Enrolling>),
}

/// A request under way.
#[derive(Debug)]
pub struct Flight {
    /// Its number in the world.
    pub number: u64,
    /// In which life of the server's database it was sent.
    pub life: u32,
    /// What it is about.
    pub errand: Errand,
}

/// What is on its way, or due.
#[derive(Debug)]
pub enum Parcel {
    /// A request.
    Request {
        /// The flight.
        flight: u64,
        /// Whose.
        handset: usize,
        /// The request.
        sent: Sent,
        /// How much of it arrives, in thousandths, where not all does.
        cut: Option<u64>,
    },
    /// An answer.
    Response {
        /// The flight.
        flight: u64,
        /// For whom.
        handset: usize,
        /// The answer.
        reply: Incoming,
        /// How much of it arrives, in thousandths, where not all does.
        cut: Option<u64>,
        /// What the officer could read when it was written, where it says that there is no more.
        readable: Option<Box<Readable>>,
    },
    /// A phone stops waiting.
    GivesUp {
        /// For the answer to which flight.
        flight: u64,
        /// Which phone.
        handset: usize,
    },
    /// Somebody starts the server.
    ServerStarts,
    /// An officer starts the app.
    PhoneStarts(usize),
    /// An officer opens a suspended app.
    PhoneWakes(usize),
}

impl World {
    /// A phone begins an exchange, if it can.
    pub fn sync(&mut self, handset: usize) -> Checked {
        let reading = self.handsets[handset].reading(self.now);
        let Some(core) = self.handsets[handset].core() else { return Ok(()) };
        match core.begin_sync(&reading) {
            Ok(outgoing) => {
                let sent = sent(&outgoing);
                self.depart(handset, Errand::Sync(outgoing.ticket), &sent);
                Ok(())
            }
            Err(PhoneError::SyncBusy | PhoneError::Suspended | PhoneError::NotEnrolled | PhoneError::Revoked) => Ok(()),
            Err(error) => self.failed(handset, "begins a sync", &error),
        }
    }

    /// A phone begins to enrol.
    pub fn enrol(&mut self, handset: usize, invitation: &Invitation) -> Checked {
        // Whoever scans a code has the app open.
        self.wake(handset)?;
        let reading = self.handsets[handset].reading(self.now);
        let Some(core) = self.handsets[handset].core() else { return Ok(()) };
        match core.begin_enrol(&invitation.to_text(), &reading) {
            Ok(enrolling) => {
                let sent = sent(&enrolling.outgoing);
                self.depart(handset, Errand::Enrol(Box::new(enrolling)), &sent);
                Ok(())
            }
            Err(error) => self.failed(handset, "begins to enrol", &error),
        }
    }

    /// Puts a request on its way.
    pub(crate) fn depart(&mut self, handset: usize, errand: Errand, sent: &Sent) {
        self.flights += 1;
        let flight = self.flights;
        let fate = Fate::of_request(&self.weather, &mut self.entropy);
        self.note(format_args!(
            "phone {handset} sends {} {} ({} bytes), flight {flight}: {fate:?}",
            sent.method,
            sent.path,
            sent.body.len()
        ));
        self.handsets[handset].flights.push(Flight { number: flight, life: self.life, errand });
        self.network.send(self.now + PATIENCE, Parcel::GivesUp { flight, handset });
        let request = |cut| Parcel::Request { flight, handset, sent: sent.clone(), cut };
        match fate {
            Fate::Arrives(after) => self.network.send(self.now + after, request(None)),
            Fate::Cut(after, share) => {
                self.tally.count("request cut");
                self.network.send(self.now + after, request(Some(share)));
            }
            Fate::Twice(first, second) => {
                self.tally.count("request repeated");
                self.network.send(self.now + first, request(None));
                self.network.send(self.now + second, request(None));
            }
            Fate::Lost => self.tally.count("request lost"),
        }
    }

    /// Something arrives, or is due.
    pub(crate) fn deliver(&mut self, parcel: Parcel) -> Checked {
        match parcel {
            Parcel::Request { flight, handset, sent, cut: share } => self.arrive(flight, handset, &sent, share),
            Parcel::Response { flight, handset, reply, cut: share, readable } => {
                self.return_to(flight, handset, reply, share, readable)
            }
            Parcel::GivesUp { flight, handset } => self.give_up(flight, handset),
            Parcel::ServerStarts => {
                self.machine.start();
                self.outage = false;
                self.note(format_args!("the server starts"));
                self.check_server()
            }
            Parcel::PhoneStarts(handset) => self.start_phone(handset),
            Parcel::PhoneWakes(handset) => self.wake(handset),
        }
    }

    /// A request reaches the machine.
    fn arrive(&mut self, flight: u64, handset: usize, sent: &Sent, share: Option<u64>) -> Checked {
        let mut sent = Cow::Borrowed(sent);
        if let Some(share) = share {
            sent.to_mut().body = cut(&sent.body, share).to_vec();
        }
        let Some(reply) = self.ask(&sent)? else { return Ok(()) };
        self.note(format_args!("flight {flight} is answered {} ({} bytes)", reply.status, reply.body.len()));
        if share.is_some() {
            // The connection was cut: whatever the server says goes nowhere. A body is never taken for another.
            return demand(reply.status != 200 || sent.body.is_empty(), "half a request is refused", || {
                sent.path.clone()
            });
        }
        let readable = self.overhear(handset, &sent, &reply)?;
        self.check_server()?;
        self.answer(flight, handset, reply, readable);
        Ok(())
    }

    /// Asks the machine; nothing where it is down or dies.
    pub(crate) fn ask(&mut self, sent: &Sent) -> Result<Option<Reply>, Broken> {
        let running = self.machine.app().is_some();
        let reply = match self.machine.answer(sent) {
            Answer::Reply(reply) => reply,
            Answer::Silence => {
                if running {
                    self.server_died("somebody waited");
                }
                return Ok(None);
            }
        };
        demand(reply.status < 500, "the server never fails", || {
            format!("{} {}: {} {}", sent.method, sent.path, reply.status, String::from_utf8_lossy(&reply.body))
        })?;
        Ok(Some(reply))
    }

    /// Listens in on a sync: what it promises must stay true, and what it says must be all there is.
    fn overhear(&mut self, handset: usize, sent: &Sent, reply: &Reply) -> Result<Option<Box<Readable>>, Broken> {
        if reply.status != 200 {
            self.tally.count(refusal_name(reply.status));
            return Ok(None);
        }
        let (agency, officer) = (self.handsets[handset].agency, self.handsets[handset].officer);
        match sent.path.as_str() {
            SYNC_PATH => {}
            COMPARE_PATH => {
                self.tally.count("heads compared");
                return Ok(None);
            }
            SESSION_PATH => {
                self.tally.count("session renewed");
                return Ok(None);
            }
            _ => return Ok(None),
        }
        let broken = |what: &str| Broken { rule: "messages can be read", seen: what.to_owned() };
        let asked: SyncRequest = decode(&sent.body).map_err(|error| broken(&error.to_string()))?;
        let body = unpacked(reply);
        let answer: SyncResponse = decode(&body).map_err(|error| broken(&error.to_string()))?;
        let device = self.handsets[handset].device.expect("only an enrolled phone syncs");
        self.witness.hear(agency, device, &asked, &answer)?;
        self.note(format_args!("it says {}", in_short(&answer)));
        self.tally.count("syncs answered");
        self.loot.overhear(officer, agency != self.desks[0].agency, sent, &asked, &answer);
        if answer.more == Some(true) || answer.compare == Some(true) {
            return Ok(None);
        }
        Ok(Some(Box::new(self.readable(agency, officer))))
    }

    fn answer(&mut self, flight: u64, handset: usize, reply: Reply, readable: Option<Box<Readable>>) {
        let fate = Fate::of_response(&self.weather, &mut self.entropy);
        let reply = Incoming { status: reply.status, gzip: reply.gzip, body: reply.body };
        let (after, cut) = match fate {
            Fate::Arrives(after) | Fate::Twice(after, _) => (after, None),
            Fate::Cut(after, share) => {
                self.tally.count("response cut");
                (after, Some(share))
            }
            Fate::Lost => {
                self.event("response lost", format_args!("flight {flight}"));
                return;
            }
        };
        self.network.send(self.now + after, Parcel::Response { flight, handset, reply, cut, readable });
    }

    /// An answer reaches a phone that may no longer wait for it.
    fn return_to(
        &mut self,
        flight: u64,
        handset: usize,
        mut reply: Incoming,
        share: Option<u64>,
        readable: Option<Box<Readable>>,
    ) -> Checked {
        let Some(waiting) = self.handsets[handset].land(flight) else {
            self.tally.count("answer too late");
            return Ok(());
        };
        if let Some(share) = share {
            reply.body = cut(&reply.body, share).to_vec();
        }
        let whole = share.is_none();
        let current = waiting.life == self.life;
        match waiting.errand {
            Errand::Sync(ticket) => self.finish_sync(handset, ticket, &reply, readable.filter(|_| whole), current),
            Errand::Upload(ticket) => self.finish_upload(handset, ticket, &reply),
            Errand::Enrol(enrolling) => self.finish_enrol(handset, &enrolling, &reply),
        }
    }

    fn finish_sync(
        &mut self,
        handset: usize,
        ticket: Ticket,
        reply: &Incoming,
        readable: Option<Box<Readable>>,
        current: bool,
    ) -> Checked {
        let reading = self.handsets[handset].reading(self.now);
        let Some(core) = self.handsets[handset].core() else { return Ok(()) };
        let outcome = core.finish_sync(ticket, reply, &reading);
        self.note(format_args!("phone {handset} takes the answer: {}", told(&outcome)));
        match outcome {
            Ok(progress) => {
                self.take_stock(handset, progress, current)?;
                self.check_phone(handset)?;
                if let (true, Some(readable)) = (self.handsets[handset].settled, readable) {
                    self.tally.count("syncs done");
                    self.check_sight(handset, &readable)?;
                }
                if progress == SyncProgress::Again { self.sync(handset) } else { Ok(()) }
            }
            Err(PhoneError::Suspended | PhoneError::BadAnswer(_)) => Ok(()),
            Err(error) => self.failed(handset, "takes an answer", &error),
        }
    }

    /// What an exchange has made of a phone.
    fn take_stock(&mut self, handset: usize, progress: SyncProgress, current: bool) -> Checked {
        let holdings = self.holdings(handset)?;
        let phone = &mut self.handsets[handset];
        phone.settled = progress == SyncProgress::Done && !holdings.compare_due;
        phone.reconciled |= current && phone.settled;
        if progress == SyncProgress::Revoked {
            phone.ended = true;
        }
        Ok(())
    }

    fn finish_enrol(&mut self, handset: usize, enrolling: &Enrolling, reply: &Incoming) -> Checked {
        let reading = self.handsets[handset].reading(self.now);
        let Some(core) = self.handsets[handset].core() else { return Ok(()) };
        match core.finish_enrol(enrolling, reply, &reading) {
            Ok(enrolled) => {
                self.event("phone enrolled", format_args!("phone {handset}"));
                let phone = &mut self.handsets[handset];
                phone.device = Some(enrolled.device);
                phone.generation += 1;
                let right = (enrolled.agency, enrolled.officer) == (phone.agency, phone.officer);
                demand(right, "a phone is enrolled for whom it was invited", || format!("{enrolled:?}"))
            }
            Err(PhoneError::Refused(_) | PhoneError::BadAnswer(_) | PhoneError::Suspended) => Ok(()),
            Err(error) => self.failed(handset, "enrols", &error),
        }
    }

    fn give_up(&mut self, flight: u64, handset: usize) -> Checked {
        let reading = self.handsets[handset].reading(self.now);
        let Some(waiting) = self.handsets[handset].land(flight) else { return Ok(()) };
        let Some(core) = self.handsets[handset].core() else { return Ok(()) };
        let outcome = match waiting.errand {
            Errand::Sync(ticket) => core.fail_sync(ticket, &reading).map(drop),
            Errand::Upload(ticket) => core.fail_upload(ticket, &reading).map(drop),
            Errand::Enrol(_) => Ok(()),
        };
        self.event("no answer", format_args!("flight {flight} of phone {handset}"));
        match outcome {
            Ok(()) | Err(PhoneError::Suspended) => Ok(()),
            Err(error) => self.failed(handset, "gives up", &error),
        }
    }

    /// A call of the phone's core did not work. Dying on purpose is no fault; anything else is.
    pub fn failed(&mut self, handset: usize, what: &str, error: &PhoneError) -> Checked {
        if !matches!(error, PhoneError::Killed) {
            let seen = format!("phone {handset} {what}: {error:?}");
            return Err(Broken { rule: "a phone never fails an honest officer", seen });
        }
        self.event("phone killed", format_args!("phone {handset} while it {what}"));
        self.handsets[handset].die();
        let after = Millis::from_secs(self.entropy.between(1, 1_200) as i64);
        self.network.send(self.now + after, Parcel::PhoneStarts(handset));
        Ok(())
    }

    /// An officer starts the app again.
    pub fn start_phone(&mut self, handset: usize) -> Checked {
        let now = self.now;
        match self.handsets[handset].open(now) {
            Ok(()) => {
                self.note(format_args!("phone {handset} starts"));
                self.check_phone(handset)
            }
            Err(error) => self.failed(handset, "starts", &error),
        }
    }
}

pub(crate) fn sent(outgoing: &detailbook_core::device::Outgoing) -> Sent {
    Sent {
        method: outgoing.method.to_owned(),
        path: outgoing.path.clone(),
        authorization: outgoing.authorization.clone(),
        accept_gzip: outgoing.accept_gzip,
        body: outgoing.body.clone(),
    }
}

/// A reply's body as it was before compression.
pub(crate) fn unpacked(reply: &Reply) -> Cow<'_, [u8]> {
    if !reply.gzip {
        return Cow::Borrowed(&reply.body);
    }
    let mut body = Vec::new();
    flate2::read::GzDecoder::new(reply.body.as_slice())
        .read_to_end(&mut body)
        .expect("the server packs what can be unpacked");
    Cow::Owned(body)
}

/// A result as a trace tells it: errors by their stable code, so that no path or address gets in.
fn told<T: std::fmt::Debug>(outcome: &Result<T, PhoneError>) -> String {
    match outcome {
        Ok(value) => format!("{value:?}"),
        Err(error) => error.code().to_owned(),
    }
}

/// What an answer says, in a few words.
fn in_short(answer: &SyncResponse) -> String {
    let flags = [(answer.more == Some(true), "more"), (answer.compare == Some(true), "compare")];
    let flags = flags.iter().filter(|(set, _)| *set).map(|(_, name)| (*name).to_owned());
    let verdicts = answer.verdicts.iter().flatten().flat_map(|push| &push.0).map(|verdict| match verdict {
        ChangeVerdict::Accepted => "accepted".to_owned(),
        ChangeVerdict::Refused(why) => why.code().to_owned(),
        ChangeVerdict::Waiting(on) => format!("waits for {}", short(&on.0)),
    });
    let entries = answer.entries.iter().flatten().map(|entry| match entry {
        Entry::Record { kind, id, version, .. } => format!("{} {} v{version}", kind.name(), short(id.as_bytes())),
        Entry::Changes { document, changes, .. } => format!("{}+{}", short(document.as_bytes()), changes.len()),
        Entry::Snapshot { document, changes, .. } => format!("{}={}", short(document.as_bytes()), changes.len()),
        Entry::ForgetRecord { kind, id } => format!("no {} {}", kind.name(), short(id.as_bytes())),
        Entry::ForgetDocument { document } => format!("no {}", short(document.as_bytes())),
    });
    flags.chain(verdicts).chain(entries).collect::<Vec<_>>().join(", ")
}

fn refusal_name(status: u16) -> &'static str {
    match status {
        401 => "refused 401",
        403 => "refused 403",
        409 => "refused 409",
        _ => "refused otherwise",
    }
}
