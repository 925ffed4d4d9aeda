//! Writing down what those are told whom an event concerns.

use detailbook_core::ids::{AgencyId, AssignmentId, CustomerId, DetailId, NoticeId, OfficerId, RecordId};
use detailbook_core::notices::{Channel, Contact, EventKind, Party, PartyKind, Role, Rule, Urgency};
use detailbook_core::notices::{acknowledged_within, plan, rules_of};
use detailbook_core::records::{Agency, Notice, RecordKind};
use detailbook_core::shift::Sha256;
use detailbook_core::time::{UnixMillis, Zone};
use minicbor::{Decode, Encode, Encoder};
use serde_json::json;

use super::deliver;
use crate::audit::By;
use crate::filing;
use crate::store::outbox::{self, DeliveryState, OutboxRow};
use crate::store::{Sql, StoreError, contacts, records};

/// First element of what ids are the hash of.
const CONTEXT: &str = "detailbook-notice-v1";
/// Most contacts of staff that are told of one event.
const MOST_STAFF: i64 = 1_000;
/// Most characters of a line and of a text. More is cut: a cause never fails because of its words.
const LINE_CHARS: usize = 200;
const TEXT_CHARS: usize = 4_000;

/// What somebody is told, in words.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
#[cbor(map)]
pub struct Words {
    /// One line.
    #[n(0)]
    pub title: String,
    /// As much as needs be said.
    #[n(1)]
    pub text: String,
}

impl Words {
    /// A line and a text. Characters that no person types become blanks, and both are cut where they are too long.
    pub fn new(title: &str, text: &str) -> Self {
        let line: String = title.chars().map(|c| if unprintable(c) { ' ' } else { c }).take(LINE_CHARS).collect();
        let text = text.chars().map(|c| if unprintable(c) && c != '\n' { ' ' } else { c });
        Self { title: line.trim().to_owned(), text: text.take(TEXT_CHARS).collect::<String>().trim().to_owned() }
    }
}

/// Control characters, and those that turn the direction of what follows (Unicode Annex 9).
fn unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// Something that happened. It is stored where it is told in parts: fields are added with a default, and none gets another number.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Event {
    /// What kind of thing.
    #[n(0)]
    pub kind: EventKind,
    /// Which one, among those of its kind: such as the id of an assignment, with the day where it may happen again.
    #[n(1)]
    pub key: String,
    /// Whom it is about, or who may apply.
    #[n(2)]
    pub officers: Vec<OfficerId>,
    /// Backups, or who may step in.
    #[n(3)]
    pub pool: Vec<OfficerId>,
    /// The customer.
    #[n(4)]
    pub customer: Option<CustomerId>,
    /// The detail.
    #[n(5)]
    pub detail: Option<DetailId>,
    /// The assignment.
    #[n(6)]
    pub assignment: Option<AssignmentId>,
    /// What everybody is told.
    #[n(7)]
    pub words: Words,
    /// What certain roles are told instead.
    #[n(8)]
    pub words_for: Vec<(Role, Words)>,
    /// It cannot wait for the end of anybody's quiet hours, whatever the matrix says.
    #[n(9)]
    pub urgent: bool,
    /// When the officers it is about must have acknowledged it, where whoever tells it looks after that. Absent: as the matrix says.
    #[n(10)]
    pub acknowledge_by: Option<UnixMillis>,
}

impl Event {
    /// An event that concerns nobody yet but the staff.
    pub fn new(kind: EventKind, key: impl Into<String>, words: Words) -> Self {
        Self {
            kind,
            key: key.into(),
            officers: vec![],
            pool: vec![],
            customer: None,
            detail: None,
            assignment: None,
            words,
            words_for: vec![],
            urgent: false,
            acknowledge_by: None,
        }
    }

    fn words_of(&self, role: Role) -> &Words {
        self.words_for.iter().find(|(of, _)| *of == role).map_or(&self.words, |(_, words)| words)
    }
}

/// One party that is told.
struct Told<'a> {
    rule: Rule,
    party: Party,
    contact: Contact,
    words: &'a Words,
}

/// The id of what a party is told of an event.
pub fn notice_id(agency: AgencyId, event: EventKind, key: &str, party: Party) -> NoticeId {
    let mut bytes = Vec::with_capacity(96 + key.len());
    // Writing to a Vec cannot fail.
    let _ = Encoder::new(&mut bytes).array(6).and_then(|e| {
        e.str(CONTEXT)?.bytes(agency.as_bytes())?.u16(event.code())?.str(key)?;
        e.u8(party.kind.code())?.bytes(party.id.as_bytes())?.ok()
    });
    NoticeId::from_bytes(Sha256::of(&bytes).as_id())
}

fn delivery_id(notice: NoticeId, channel: Channel) -> RecordId {
    let mut bytes = CONTEXT.as_bytes().to_vec();
    bytes.extend(notice.as_bytes());
    bytes.push(channel.code());
    RecordId::from_bytes(Sha256::of(&bytes).as_id())
}

/// Who is told of those whom the matrix names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Among {
    /// All of them.
    Everybody,
    /// The officers: the others were told with the first part.
    Officers,
}

impl Among {
    const fn has(self, role: Role) -> bool {
        matches!(self, Self::Everybody) || matches!(role, Role::Officer | Role::Pool)
    }
}

/// Tells those among them, once each, however often the same event is told. Gives how many were told now. The caller holds the agency's lock.
pub(super) fn tell_among(sql: &mut dyn Sql, by: &By<'_>, event: &Event, among: Among) -> Result<usize, StoreError> {
    let zone = records::get::<Agency>(sql, by.agency, RecordKind::Agency, by.agency)?;
    let zone = zone.map_or(Zone::UTC, |agency| agency.record.zone);
    let mut told = 0;
    for one in recipients(sql, by, event, among)? {
        told += usize::from(tell_one(sql, by, event, &one, zone)?);
    }
    if told > 0 {
        by.note(sql, "notice.tell", event.key.as_str(), &json!({ "event": event.kind, "recipients": told }))?;
    }
    Ok(told)
}

/// Was the officer told of that event before?
pub(crate) fn was_told(
    sql: &mut dyn Sql,
    agency: AgencyId,
    event: EventKind,
    key: &str,
    officer: OfficerId,
) -> Result<bool, StoreError> {
    let notice = notice_id(agency, event, key, Party::officer(officer));
    Ok(!outbox::channels(sql, agency, notice)?.is_empty())
}

/// Everybody who is told, each by the first rule that fits.
fn recipients<'a>(sql: &mut dyn Sql, by: &By<'_>, event: &'a Event, among: Among) -> Result<Vec<Told<'a>>, StoreError> {
    let staff = match among {
        Among::Everybody => contacts::staff(sql, by.agency, RecordId::NIL, MOST_STAFF)?,
        Among::Officers => vec![],
    };
    let mut all: Vec<Told<'a>> = Vec::new();
    for rule in rules_of(event.kind) {
        let urgency = if event.urgent { Urgency::Urgent } else { rule.urgency };
        let rule = Rule { urgency, ..*rule };
        for role in rule.to.iter().filter(|role| among.has(**role)) {
            let words = event.words_of(*role);
            for (party, contact) in in_role(sql, by.agency, event, *role, &staff)? {
                if !all.iter().any(|told| told.party == party) {
                    all.push(Told { rule, party, contact, words });
                }
            }
        }
    }
    Ok(all)
}

fn in_role(
    sql: &mut dyn Sql,
    agency: AgencyId,
    event: &Event,
    role: Role,
    staff: &[(RecordId, i64, Contact)],
) -> Result<Vec<(Party, Contact)>, StoreError> {
    let parties: Vec<Party> = match role {
        Role::Officer => event.officers.iter().copied().map(Party::officer).collect(),
        Role::Pool => event.pool.iter().copied().map(Party::officer).collect(),
        Role::Customer => event.customer.into_iter().map(Party::customer).collect(),
        Role::Coordinator | Role::Supervisor | Role::Finance => {
            let having = staff.iter().filter(|(_, _, contact)| contact.roles.contains(&role));
            return Ok(having.map(|(id, _, contact)| (Party::staff(*id), contact.clone())).collect());
        }
    };
    parties.into_iter().map(|party| Ok((party, contacts::get(sql, agency, party)?.1))).collect()
}

/// `false`: this party was told before.
fn tell_one(sql: &mut dyn Sql, by: &By<'_>, event: &Event, told: &Told<'_>, zone: Zone) -> Result<bool, StoreError> {
    let notice = notice_id(by.agency, event.kind, &event.key, told.party);
    if !outbox::insert(sql, by.agency, &entry(by, event, told, notice))? {
        return Ok(false);
    }
    if told.party.kind == PartyKind::Officer {
        write_record(sql, by, event, told, notice)?;
    }
    for delivery in plan(&told.rule, told.party.kind, &told.contact, zone, by.now) {
        let id = delivery_id(notice, delivery.channel);
        let joined = if delivery.gathered {
            outbox::gathering(sql, by.agency, told.party, delivery.channel, by.now)?
        } else {
            None
        };
        let (batch, due) = joined.unwrap_or((id, delivery.at));
        let (channel, gathered, state) = (delivery.channel, delivery.gathered, DeliveryState::Waiting);
        let shown = entry(by, event, told, notice);
        let row = OutboxRow { delivery: id, batch, channel, gathered, due, state, sent_at: None, ..shown };
        outbox::insert(sql, by.agency, &row)?;
        deliver::expect(sql, by, channel, batch, due, false)?;
    }
    Ok(true)
}

/// The entry in the app or console, which is there as soon as it is written.
fn entry(by: &By<'_>, event: &Event, told: &Told<'_>, notice: NoticeId) -> OutboxRow {
    let delivery = delivery_id(notice, Channel::InApp);
    OutboxRow {
        delivery,
        batch: delivery,
        notice,
        event: event.kind,
        party: told.party,
        channel: Channel::InApp,
        gathered: false,
        due: by.now,
        state: DeliveryState::Sent,
        title: told.words.title.clone(),
        text: told.words.text.clone(),
        created_at: by.now,
        sent_at: Some(by.now),
        acknowledged_at: None,
        error: None,
    }
}

/// The record that the officer's phone sees, and the watch over its acknowledgement where the event asks for one.
fn write_record(
    sql: &mut dyn Sql,
    by: &By<'_>,
    event: &Event,
    told: &Told<'_>,
    id: NoticeId,
) -> Result<(), StoreError> {
    let about = event.officers.iter().any(|officer| Party::officer(*officer) == told.party);
    let asked = acknowledged_within(event.kind).filter(|_| about);
    let acknowledge_by = asked.map(|within| event.acknowledge_by.unwrap_or(by.now + within));
    let notice = Notice {
        id,
        officer: OfficerId::from(told.party.id),
        event: event.kind,
        urgency: told.rule.urgency,
        title: told.words.title.clone(),
        text: told.words.text.clone(),
        at: by.now,
        detail: event.detail,
        assignment: event.assignment,
        acknowledge_by,
        acknowledged: None,
    };
    filing::put(sql, by, id, &notice).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_made_fit_rather_than_refused() {
        let words = Words::new(" Road\r\nBcc: all\u{202e} ", "One\r\ntwo\u{1b}[0m\0");
        assert_eq!(words.title, "Road  Bcc: all");
        assert_eq!(words.text, "One \ntwo [0m");
        let long = Words::new(&"ß".repeat(10_000_000), &"x".repeat(10_000_000));
        assert_eq!((long.title.chars().count(), long.text.len()), (LINE_CHARS, TEXT_CHARS));
    }

    #[test]
    fn what_somebody_is_told_is_named_by_event_key_and_party() {
        let (agency, id) = (AgencyId::from_bytes([1; 16]), RecordId::from_bytes([2; 16]));
        let named = |event, key, party| notice_id(agency, event, key, party);
        let staff = Party::staff(id);
        let one = named(EventKind::Awarded, "a", staff);
        assert_eq!(one, named(EventKind::Awarded, "a", staff));
        for other in [
            named(EventKind::CalledOff, "a", staff),
            named(EventKind::Awarded, "b", staff),
            named(EventKind::Awarded, "a", Party { kind: PartyKind::Officer, id }),
        ] {
            assert_ne!(one, other);
        }
    }
}
