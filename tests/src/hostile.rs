//! A hostile phone: enrolled like any other, and then up to no good. Each attack says what must come of it.

use automerge::transaction::Transactable;
use automerge::{ActorId, Automerge, Change, ObjType, ROOT, ReadDoc, ScalarValue};
use detailbook_core::documents::{DocumentKind, seed_change};
use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AssignmentId, CommandId, DetailId, DocumentId, FactId, OfficerId, WriterId};
use detailbook_core::records::{Assignment, Detail, RecordKind};
use detailbook_core::shift::{ChainLink, Fact, FactKind, Sha256};
use detailbook_core::time::{BootId, ClockReading, Millis, UnixMillis, ZoneName};
use detailbook_core::wire::{
    ChangeVerdict, Command, Decision, Entry, PROTOCOL, Push, SyncRequest, SyncResponse, Wish, decode, encode,
};

use crate::broken::{Checked, demand};
use crate::entropy::Seeded;
use crate::stranger::{Sent, Stranger};

/// What must come of an attack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The whole request is refused.
    Refused,
    /// It is answered, and each change taken or not as it says; where it says nothing, either.
    Verdicts(Vec<Vec<Option<bool>>>),
    /// It is answered, and no command is carried out.
    NoCommand,
}

/// One attack, ready to be sent.
pub struct Attack {
    /// What it is, for the trace.
    pub name: &'static str,
    /// The request.
    pub sent: Sent,
    /// What must come of it.
    pub expected: Expected,
}

/// What the attacker has seen on the network: others' requests, and what was in them.
#[derive(Default)]
pub struct Loot {
    /// Requests that the server has answered.
    pub requests: Vec<Sent>,
    /// Changes of others, each in the document it was pushed to.
    pub pushes: Vec<Push>,
    /// Others' writers.
    pub writers: Vec<WriterId>,
    /// Others' details.
    pub details: Vec<DetailId>,
    /// Others' assignments.
    pub assignments: Vec<AssignmentId>,
}

/// So much of what was overheard is kept.
const MOST: usize = 40;

impl Loot {
    /// Takes what can be used from an answered sync. Wishes are stolen from another agency only: in its own a hostile officer may wish
    /// what any officer may.
    pub fn overhear(
        &mut self,
        officer: OfficerId,
        foreign: bool,
        sent: &Sent,
        asked: &SyncRequest,
        answer: &SyncResponse,
    ) {
        keep(&mut self.requests, [sent.clone()]);
        keep(&mut self.pushes, asked.push.iter().flatten().cloned());
        // Another agency may have a writer of the same name: the two never meet.
        if !foreign {
            keep(&mut self.writers, asked.writers.iter().flatten().copied());
        }
        for entry in answer.entries.iter().flatten() {
            let Entry::Record { kind, body, .. } = entry else { continue };
            match kind {
                RecordKind::Detail if foreign => keep(&mut self.details, decode::<Detail>(body).map(|it| it.id)),
                RecordKind::Assignment => {
                    let own = decode::<Assignment>(body).ok().filter(|it| it.officer == officer);
                    keep(&mut self.assignments, own.map(|it| it.id));
                }
                _ => {}
            }
        }
    }
}

fn keep<T>(kept: &mut Vec<T>, more: impl IntoIterator<Item = T>) {
    kept.extend(more);
    let surplus = kept.len().saturating_sub(MOST);
    kept.drain(..surplus);
}

/// The hostile phone.
pub struct Hostile {
    /// Its enrolment.
    pub client: Stranger,
    writer: WriterId,
}

impl Hostile {
    /// A newly enrolled phone that means harm.
    pub fn new(client: Stranger, now: UnixMillis, entropy: &mut Seeded) -> Self {
        Self { client, writer: WriterId::new(now, entropy) }
    }

    /// Thinks of something.
    pub fn attack(&mut self, loot: &Loot, now: UnixMillis, entropy: &mut Seeded) -> Option<Attack> {
        match entropy.below(12) {
            0 => Some(self.noise(entropy)),
            1 => Some(self.truncated(entropy)),
            2 => Some(self.deep()),
            3 => replay(loot, entropy),
            4 => altered_replay(loot, entropy),
            5 => self.steal_changes(loot, now, entropy),
            6 => self.steal_writer(loot, now, entropy),
            7 => self.others_wishes(loot, now, entropy),
            _ => Some(self.forgery(now, entropy)),
        }
    }

    fn noise(&mut self, entropy: &mut Seeded) -> Attack {
        let mut body = vec![0; entropy.between(1, 400) as usize];
        entropy.fill(&mut body);
        // The first byte of a map or array of small size, so that the reader goes on at times.
        body[0] = *entropy.pick(&[0xa7, 0x84, 0xbf, 0x9f, body[0]]).unwrap_or(&0);
        Attack { name: "noise", sent: self.client.request("POST", "/v1/sync", body), expected: Expected::Refused }
    }

    fn truncated(&mut self, entropy: &mut Seeded) -> Attack {
        let mut body = encode(&request(vec![self.writer], vec![], vec![]));
        body.truncate(entropy.below(body.len() as u64) as usize);
        Attack { name: "truncated", sent: self.client.request("POST", "/v1/sync", body), expected: Expected::Refused }
    }

    /// Arrays within arrays, in a field that a reader must skip.
    fn deep(&mut self) -> Attack {
        let mut body = vec![0xa1, 0x18, 0x63];
        body.extend(std::iter::repeat_n(0x81, 50_000));
        body.push(0);
        Attack { name: "deep", sent: self.client.request("POST", "/v1/sync", body), expected: Expected::Refused }
    }

    /// Others' changes under this phone's credential, to their document; and a fair one of its own in the same push.
    fn steal_changes(&mut self, loot: &Loot, now: UnixMillis, entropy: &mut Seeded) -> Option<Attack> {
        let stolen = entropy.pick(&loot.pushes)?.clone();
        let refused = vec![Some(false); stolen.changes.len()];
        let fair = self.fair(now, entropy);
        let sent = self.send(vec![stolen, fair]);
        Some(Attack { name: "stolen changes", sent, expected: Expected::Verdicts(vec![refused, vec![Some(true)]]) })
    }

    /// A change of its own under somebody else's writer, which it claims for itself.
    fn steal_writer(&mut self, loot: &Loot, now: UnixMillis, entropy: &mut Seeded) -> Option<Attack> {
        let writer = *entropy.pick(&loot.writers)?;
        let mut document = seeded(DocumentKind::ShiftLog);
        let fact = FactId::new(now, entropy);
        let change = write(&mut document, writer, |tx| put(tx, fact, &odd_fact(now)));
        let push = push(DocumentId::new(now, entropy), vec![change]);
        let sent = self.client.sync(&request(vec![writer], vec![push], vec![]));
        Some(Attack { name: "stolen writer", sent, expected: Expected::Verdicts(vec![vec![Some(false)]]) })
    }

    fn others_wishes(&mut self, loot: &Loot, now: UnixMillis, entropy: &mut Seeded) -> Option<Attack> {
        let assignment = *entropy.pick(&loot.assignments)?;
        let detail = *entropy.pick(&loot.details)?;
        let wishes = [
            Wish::Acknowledge { assignment },
            Wish::Apply { detail, position: None, read: None },
            Wish::Withdraw { detail },
        ];
        let mut commands: Vec<_> =
            wishes.iter().map(|wish| Command::new(CommandId::new(now, entropy), wish, now)).collect();
        commands.push(Command { id: CommandId::new(now, entropy), wish: vec![0x82, 0x18, 0x63].into(), made_at: now });
        let sent = self.client.sync(&request(vec![], vec![], commands));
        Some(Attack { name: "others' wishes", sent, expected: Expected::NoCommand })
    }

    /// A forged change on top of a fair one, and a fair one to another document in the same push.
    fn forgery(&mut self, now: UnixMillis, entropy: &mut Seeded) -> Attack {
        let mut document = seeded(DocumentKind::ShiftLog);
        let key = FactId::new(now, entropy);
        let base = write(&mut document, self.writer, |tx| put(tx, key, &odd_fact(now)));
        let (name, forged, expected) = self.forge(&mut document, key, now, entropy);
        let fair = self.fair(now, entropy);
        let sent = self.send(vec![push(DocumentId::new(now, entropy), vec![base, forged]), fair]);
        Attack { name, sent, expected: Expected::Verdicts(vec![vec![Some(true), expected], vec![Some(true)]]) }
    }

    fn forge(
        &self,
        document: &mut Automerge,
        there: FactId,
        now: UnixMillis,
        entropy: &mut Seeded,
    ) -> (&'static str, Vec<u8>, Option<bool>) {
        let (writer, fresh) = (self.writer, FactId::new(now, entropy));
        let no = Some(false);
        match entropy.below(9) {
            0 => ("a key in the root", write(document, writer, |tx| tx.put(ROOT, "rank", "chief")), no),
            1 => (
                "the facts replaced",
                write(document, writer, |tx| tx.put_object(ROOT, "facts", ObjType::Map).map(drop)),
                no,
            ),
            2 => ("the facts deleted", write(document, writer, |tx| tx.delete(ROOT, "facts")), no),
            3 => {
                ("a text for a fact", write(document, writer, |tx| tx.put(container(tx), fresh.to_hex(), "18:00")), no)
            }
            4 => (
                "a map for a fact",
                write(document, writer, |tx| tx.put_object(container(tx), fresh.to_hex(), ObjType::Map).map(drop)),
                no,
            ),
            5 => ("a fact overwritten", write(document, writer, |tx| put(tx, there, &odd_fact(now + Millis(1)))), no),
            6 => ("a fact deleted", write(document, writer, |tx| tx.delete(container(tx), there.to_hex())), no),
            7 => {
                let change = write(document, writer, |tx| put(tx, fresh, &odd_fact(now)));
                // It may by chance be another fair change.
                ("a flipped byte", flipped(change, entropy), None)
            }
            _ => {
                let unbound = WriterId::new(now, entropy);
                ("an unbound writer", write(document, unbound, |tx| put(tx, fresh, &odd_fact(now))), no)
            }
        }
    }

    /// A change that any officer may make: an odd fact in a new log of its own.
    fn fair(&mut self, now: UnixMillis, entropy: &mut Seeded) -> Push {
        let mut document = seeded(DocumentKind::ShiftLog);
        let fact = FactId::new(now, entropy);
        let change = write(&mut document, self.writer, |tx| put(tx, fact, &odd_fact(now)));
        push(DocumentId::new(now, entropy), vec![change])
    }

    fn send(&mut self, pushes: Vec<Push>) -> Sent {
        self.client.sync(&request(vec![self.writer], pushes, vec![]))
    }

    /// Takes note of an answer, and holds it against what must come of the attack.
    pub fn judge(&mut self, attack: &Attack, status: u16, body: &[u8]) -> Checked {
        let rule = "an attack is refused, and nothing else is";
        if attack.expected == Expected::Refused {
            return demand((400..500).contains(&status), rule, || format!("{} got status {status}", attack.name));
        }
        demand(status == 200, rule, || {
            format!("{} got status {status}: {}", attack.name, String::from_utf8_lossy(body))
        })?;
        let answer: SyncResponse = decode(body).expect("an answer that can be read");
        let verdicts = answer.verdicts.unwrap_or_default();
        if let Expected::Verdicts(expected) = &attack.expected {
            let fits =
                verdicts.len() == expected.len() && verdicts.iter().zip(expected).all(|(push, of)| fit(&push.0, of));
            return demand(fits, rule, || format!("{} got {verdicts:?}, expected {expected:?}", attack.name));
        }
        let outcomes = answer.outcomes.unwrap_or_default();
        demand(outcomes.iter().all(|outcome| outcome.decision == Decision::Refused), rule, || {
            format!("{} got {outcomes:?}", attack.name)
        })
    }
}

/// Somebody's request with another body: the credential no longer fits.
fn altered_replay(loot: &Loot, entropy: &mut Seeded) -> Option<Attack> {
    let mut sent = entropy.pick(&loot.requests)?.clone();
    sent.body = encode(&request(vec![], vec![], vec![]));
    Some(Attack { name: "altered replay", sent, expected: Expected::Refused })
}

fn replay(loot: &Loot, entropy: &mut Seeded) -> Option<Attack> {
    let sent = entropy.pick(&loot.requests)?.clone();
    Some(Attack { name: "replay", sent, expected: Expected::Refused })
}

fn request(writers: Vec<WriterId>, pushes: Vec<Push>, commands: Vec<Command>) -> SyncRequest {
    SyncRequest {
        protocol: PROTOCOL,
        app: 1,
        writers: Some(writers).filter(|list| !list.is_empty()),
        push: Some(pushes).filter(|list| !list.is_empty()),
        commands: Some(commands).filter(|list| !list.is_empty()),
        ..SyncRequest::default()
    }
}

fn push(document: DocumentId, changes: Vec<Vec<u8>>) -> Push {
    Push { document, kind: DocumentKind::ShiftLog, changes: changes.into_iter().map(Into::into).collect() }
}

fn seeded(kind: DocumentKind) -> Automerge {
    let mut document = Automerge::new();
    let seed = Change::try_from(seed_change(kind)).expect("the seed is a change");
    document.apply_changes([seed]).expect("the seed applies");
    document
}

type Tx<'a> = automerge::transaction::Transaction<'a>;
type Edit = Result<(), automerge::AutomergeError>;

fn container(tx: &Tx<'_>) -> automerge::ObjId {
    tx.get(ROOT, "facts").expect("the root can be read").expect("the seed makes it").1
}

fn put(tx: &mut Tx<'_>, key: FactId, bytes: &[u8]) -> Edit {
    tx.put(container(tx), key.to_hex(), ScalarValue::Bytes(bytes.to_vec()))
}

fn fit(verdicts: &[ChangeVerdict], expected: &[Option<bool>]) -> bool {
    let fits = |(verdict, expected): (&ChangeVerdict, &Option<bool>)| {
        expected.is_none_or(|taken| taken == (*verdict == ChangeVerdict::Accepted))
    };
    verdicts.len() == expected.len() && verdicts.iter().zip(expected).all(fits)
}

/// A fact without a signature and outside any chain: odd, but nothing that a phone may not send.
fn odd_fact(now: UnixMillis) -> Vec<u8> {
    let clock =
        ClockReading { wall: now, zone: ZoneName("Mars/Olympus".into()), monotonic: 1, boot: BootId(1), anchor: None };
    let (link, kind) = (ChainLink::FIRST, FactKind::Note);
    Fact { kind, clock, link, fixes: None, phone: None, app: 1, content: None, about: None, detail: None }.to_bytes()
}

fn write(document: &mut Automerge, writer: WriterId, edit: impl FnOnce(&mut Tx<'_>) -> Edit) -> Vec<u8> {
    document.set_actor(ActorId::from(writer.as_bytes().as_slice()));
    let mut tx = document.transaction();
    edit(&mut tx).expect("the edit is one that automerge takes");
    let hash = tx.commit_with(automerge::transaction::CommitOptions::default().with_time(0)).0.expect("a change");
    document.get_change_by_hash(&hash).expect("just made").raw_bytes().to_vec()
}

/// One byte of the content changed, the checksum made to fit again.
fn flipped(mut change: Vec<u8>, entropy: &mut Seeded) -> Vec<u8> {
    // Behind magic (4), checksum (4), type (1) and length.
    let at = entropy.between(10, change.len() as u64 - 1) as usize;
    change[at] ^= entropy.between(1, 255) as u8;
    let checksum = Sha256::of(&change[8..]).0;
    change[4..8].copy_from_slice(&checksum[..4]);
    change
}
