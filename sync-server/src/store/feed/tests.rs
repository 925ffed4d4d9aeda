//! Holds phones' copies against what their officers may see.

use std::collections::{BTreeMap, BTreeSet};

use detailbook_core::documents::DocumentKind;
use detailbook_core::ids::{AgencyId, DetailId, DeviceId, DocumentId, OfficerId, RecordId, WriterId};
use detailbook_core::records::RecordKind;
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::{self, Cursor, Entry};
use proptest::prelude::*;

use super::{Page, PageSize, Reader, page};
use crate::store::agency::{self, next_seq};
use crate::store::audience::{self, Audience, Item};
use crate::store::documents::{self, NewChange};
use crate::store::{Sql, Store, StoreError, records};

const AGENCY: AgencyId = AgencyId::from_bytes([1; 16]);
const NOW: UnixMillis = UnixMillis::MIN;
const EVERYTHING: PageSize = PageSize { entries: 1_000, bytes: 1 << 20 };

fn officer(n: u8) -> OfficerId {
    OfficerId::from_bytes([n; 16])
}

fn document(n: u8) -> DocumentId {
    DocumentId::from_bytes([100 + n; 16])
}

fn group(name: &str) -> Audience {
    Audience::Group(name.to_owned())
}

/// Runs a story in a transaction that is then undone.
fn story(tell: impl FnOnce(&mut World) + Send + 'static) {
    let folder = tempfile::tempdir().unwrap();
    told_in(&Store::open_inline(folder.path().join("feed.db")).unwrap(), tell);
}

fn told_in(store: &Store, tell: impl FnOnce(&mut World) + Send + 'static) {
    let undone = store.write(move |sql| {
        agency::create(sql, AGENCY, NOW).unwrap();
        tell(&mut World { sql, stamp: 0, shown: BTreeSet::new(), bodies: BTreeMap::new(), members: BTreeSet::new() });
        Err::<(), _>(StoreError::Closed)
    });
    assert_eq!(undone, Err(StoreError::Closed));
}

/// The agency, and beside it a plain account of what was done to it.
struct World<'a> {
    sql: &'a mut dyn Sql,
    stamp: u64,
    shown: BTreeSet<(String, Item)>,
    bodies: BTreeMap<Item, Body>,
    members: BTreeSet<(OfficerId, String)>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Body {
    Record(Vec<u8>),
    Document(BTreeSet<Vec<u8>>),
}

impl World<'_> {
    fn put(&mut self, n: u8, audiences: &[Audience]) {
        self.stamp += 1;
        let (id, kind) = (RecordId::from_bytes([n; 16]), RecordKind::Message);
        records::put(self.sql, AGENCY, NOW, kind, id, &self.stamp, audiences).unwrap();
        let item = records::item(kind, id);
        self.bodies.insert(item, Body::Record(wire::encode(&self.stamp)));
        self.shown.retain(|(_, shown)| *shown != item);
        self.shown.extend(audiences.iter().map(|audience| (audience.to_string(), item)));
    }

    fn show(&mut self, document: DocumentId, audience: &Audience) {
        let kind = DocumentKind::PassOn;
        documents::create(self.sql, AGENCY, NOW, kind, document, DetailId::NIL).unwrap();
        documents::show(self.sql, AGENCY, kind, document, std::slice::from_ref(audience)).unwrap();
        let item = documents::item(kind, document);
        self.bodies.entry(item).or_insert_with(|| Body::Document(BTreeSet::new()));
        self.shown.insert((audience.to_string(), item));
    }

    fn hide(&mut self, document: DocumentId, audience: &Audience) {
        let (item, audience) = (documents::item(DocumentKind::PassOn, document), audience.to_string());
        if self.shown.remove(&(audience.clone(), item)) {
            let seq = next_seq(self.sql, AGENCY).unwrap();
            audience::withdraw(self.sql, AGENCY, &audience, item, seq).unwrap();
        }
    }

    /// Adds a change, if there is such a document, and gives its bytes.
    fn write(&mut self, document: DocumentId, device: DeviceId) -> Option<Vec<u8>> {
        let mut row = documents::find(self.sql, AGENCY, document).unwrap()?;
        self.stamp += 1;
        let (seq, body) = (next_seq(self.sql, AGENCY).unwrap(), self.stamp.to_be_bytes().to_vec());
        let change = NewChange {
            document,
            seq,
            writer: WriterId::NIL,
            writer_seq: self.stamp,
            hash: Sha256::of(&body),
            max_op: 1,
            device,
            received_at: NOW,
            body: &body,
        };
        documents::insert_change(self.sql, AGENCY, &change).unwrap();
        row.bytes += body.len() as i64;
        documents::save_index(self.sql, AGENCY, &row).unwrap();
        documents::touch(self.sql, AGENCY, row.kind, document, seq).unwrap();
        let Some(Body::Document(changes)) = self.bodies.get_mut(&documents::item(row.kind, document)) else {
            panic!("a document without an account");
        };
        changes.insert(body.clone());
        Some(body)
    }

    fn join(&mut self, officer: OfficerId, audience: &Audience) {
        audience::join(self.sql, AGENCY, officer, audience).unwrap();
        self.members.insert((officer, audience.to_string()));
    }

    fn leave(&mut self, officer: OfficerId, audience: &Audience) {
        audience::leave(self.sql, AGENCY, officer, audience).unwrap();
        self.members.remove(&(officer, audience.to_string()));
    }

    /// What the officer may see, and how it now is.
    fn visible(&self, officer: OfficerId) -> BTreeMap<Item, Body> {
        let mine = |audience: &String| self.members.contains(&(officer, audience.clone()));
        let items = self.shown.iter().filter(|(audience, _)| mine(audience)).map(|(_, item)| *item);
        items.map(|item| (item, self.bodies[&item].clone())).collect()
    }
}

/// A phone's copy.
struct Phone {
    reader: Reader,
    cursor: Option<Cursor>,
    held: BTreeMap<Item, Body>,
}

impl Phone {
    fn new(who: u8, device: u8) -> Self {
        let reader = Reader { agency: AGENCY, officer: officer(who), device: DeviceId::from_bytes([device; 16]) };
        Self { reader, cursor: None, held: BTreeMap::new() }
    }

    fn fetch(&self, world: &mut World, size: PageSize) -> Page {
        page(world.sql, &self.reader, self.cursor, size).unwrap()
    }

    fn apply(&mut self, page: Page) {
        for entry in page.entries {
            self.take(entry);
        }
        self.cursor = Some(page.cursor);
    }

    fn take(&mut self, entry: Entry) {
        let record = |kind: RecordKind, id| Item { kind: i64::from(kind.code()), id };
        let set = |changes: Vec<minicbor::bytes::ByteVec>| changes.into_iter().map(Vec::from).collect::<BTreeSet<_>>();
        match entry {
            Entry::Record { kind, id, body, .. } => {
                self.held.insert(record(kind, id), Body::Record(body.into()));
            }
            Entry::Snapshot { document, kind, changes } => {
                self.held.insert(documents::item(kind, document), Body::Document(set(changes)));
            }
            Entry::Changes { document, kind, changes } => {
                let Some(Body::Document(held)) = self.held.get_mut(&documents::item(kind, document)) else {
                    panic!("news of a document that the phone does not hold");
                };
                held.extend(set(changes));
            }
            Entry::ForgetRecord { kind, id } => drop(self.held.remove(&record(kind, id))),
            Entry::ForgetDocument { document } => {
                self.held.remove(&documents::item(DocumentKind::PassOn, document));
            }
        }
    }

    fn holds(&self, document: DocumentId) -> bool {
        self.held.contains_key(&documents::item(DocumentKind::PassOn, document))
    }

    /// Writes to a document that the phone holds. The exchange answers at once, without reading the feed, where nothing else
    /// moved since the phone's cursor.
    fn write(&mut self, world: &mut World, document: DocumentId) {
        let before = agency::head(world.sql, AGENCY).unwrap().unwrap().seq;
        let Some(change) = world.write(document, self.reader.device) else { return };
        if let Some(Body::Document(held)) = self.held.get_mut(&documents::item(DocumentKind::PassOn, document)) {
            held.insert(change);
        }
        if let Some(cursor) = self.cursor.as_mut().filter(|cursor| cursor.seq == before && cursor.began.is_none()) {
            cursor.seq = before + 1;
        }
    }

    /// Pages until there is no more. Gives how many entries came.
    fn catch_up(&mut self, world: &mut World, size: PageSize) -> usize {
        let mut entries = 0;
        for _ in 0..10_000 {
            let page = self.fetch(world, size);
            let more = page.more;
            assert!(!more || !page.entries.is_empty() || Some(page.cursor) != self.cursor, "paging stands still");
            entries += page.entries.len();
            self.apply(page);
            if !more {
                return entries;
            }
        }
        panic!("paging does not end");
    }

    fn assert_sees_all(&self, world: &World) {
        assert_eq!(self.held, world.visible(self.reader.officer));
    }
}

#[test]
fn an_unknown_officer_sees_nothing() {
    story(|world| {
        world.put(1, &[Audience::Agency]);
        let mut phone = Phone::new(9, 9);
        assert_eq!(phone.catch_up(world, EVERYTHING), 0);
        assert!(phone.held.is_empty());
    });
}

#[test]
fn another_agency_sees_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_inline(folder.path().join("feed.db")).unwrap();
    let other = AgencyId::from_bytes([2; 16]);
    let begin = move |sql: &mut dyn Sql| {
        agency::create(sql, other, NOW)?;
        audience::join(sql, other, officer(1), &Audience::Agency)
    };
    store.write(begin).unwrap();
    told_in(&store, move |world| {
        world.put(1, &[Audience::Agency]);
        world.join(officer(1), &Audience::Agency);
        let reader = Reader { agency: other, ..Phone::new(1, 1).reader };
        assert_eq!(page(world.sql, &reader, None, EVERYTHING).unwrap().entries, vec![]);
        Phone::new(1, 1).catch_up(world, EVERYTHING);
    });
}

#[test]
fn joining_and_leaving_a_group_moves_what_it_sees() {
    story(|world| {
        (1..=5).for_each(|n| world.put(n, &[group("tier")]));
        let mut phone = Phone::new(1, 1);
        world.join(officer(1), &Audience::Agency);
        assert_eq!(phone.catch_up(world, EVERYTHING), 0);
        world.join(officer(1), &group("tier"));
        assert_eq!(phone.catch_up(world, EVERYTHING), 5);
        world.leave(officer(1), &group("tier"));
        assert_eq!(phone.catch_up(world, EVERYTHING), 5, "one forget each");
        assert!(phone.held.is_empty());
        world.put(1, &[group("tier")]);
        assert_eq!(phone.catch_up(world, EVERYTHING), 0, "what moves after leaving is not told");
    });
}

#[test]
fn a_group_joined_in_one_moment_is_paged_one_by_one() {
    story(|world| {
        (1..=5).for_each(|n| world.put(n, &[group("tier")]));
        world.join(officer(1), &group("tier"));
        let mut phone = Phone::new(1, 1);
        let one = PageSize { entries: 1, ..EVERYTHING };
        for held in 1..=4 {
            let page = phone.fetch(world, one);
            assert!(page.more);
            phone.apply(page);
            assert_eq!(phone.held.len(), held);
        }
        phone.catch_up(world, one);
        phone.assert_sees_all(world);
    });
}

#[test]
fn an_item_that_moves_on_while_a_phone_pages_is_not_missed() {
    story(|world| {
        let one = PageSize { entries: 1, ..EVERYTHING };
        (1..=3).for_each(|n| world.show(document(n), &group("detail")));
        world.join(officer(1), &group("detail"));
        (1..=3).for_each(|n| drop(world.write(document(n), DeviceId::NIL)));
        let mut phone = Phone::new(1, 1);
        phone.apply(phone.fetch(world, one));
        // The other two move on twice each: what was written before must come too.
        (1..=3).for_each(|n| drop(world.write(document(n), DeviceId::NIL)));
        phone.catch_up(world, one);
        phone.assert_sees_all(world);
    });
}

#[test]
fn what_another_audience_shows_is_not_forgotten() {
    story(|world| {
        world.put(1, &[Audience::Agency, group("tier")]);
        world.join(officer(1), &Audience::Agency);
        world.join(officer(1), &group("tier"));
        let mut phone = Phone::new(1, 1);
        phone.catch_up(world, EVERYTHING);
        world.leave(officer(1), &group("tier"));
        assert_eq!(phone.catch_up(world, EVERYTHING), 0);
        world.put(1, &[group("tier")]);
        assert_eq!(phone.catch_up(world, EVERYTHING), 1, "now it is forgotten");
        phone.assert_sees_all(world);
    });
}

#[test]
fn an_item_that_changes_its_audience_in_one_moment_stays() {
    story(|world| {
        world.put(1, &[Audience::Agency]);
        world.join(officer(1), &Audience::Agency);
        world.join(officer(1), &Audience::Officer(officer(1)));
        let mut phone = Phone::new(1, 1);
        phone.catch_up(world, EVERYTHING);
        world.put(1, &[Audience::Officer(officer(1))]);
        assert_eq!(phone.catch_up(world, PageSize { entries: 1, ..EVERYTHING }), 1);
        phone.assert_sees_all(world);
    });
}

#[test]
fn a_fresh_phone_is_not_told_of_what_is_gone() {
    story(|world| {
        world.join(officer(1), &Audience::Agency);
        world.put(1, &[Audience::Agency]);
        world.put(1, &[]);
        let mut phone = Phone::new(1, 1);
        assert_eq!(phone.catch_up(world, EVERYTHING), 0);
    });
}

#[test]
fn what_is_gone_fills_no_page_of_a_fresh_phone() {
    story(|world| {
        world.join(officer(1), &Audience::Agency);
        for n in 1..=100 {
            world.put(n, &[Audience::Agency]);
            world.put(n, &[]);
        }
        world.put(200, &[Audience::Agency]);
        let page = Phone::new(1, 1).fetch(world, PageSize { entries: 2, ..EVERYTHING });
        assert_eq!((page.entries.len(), page.more), (1, false));
    });
}

#[test]
fn an_item_that_went_came_back_and_went_is_forgotten() {
    story(|world| {
        world.join(officer(1), &Audience::Agency);
        world.put(1, &[Audience::Agency]);
        let mut phone = Phone::new(1, 1);
        phone.catch_up(world, EVERYTHING);
        world.put(1, &[]);
        world.put(1, &[Audience::Agency]);
        world.put(1, &[]);
        phone.catch_up(world, EVERYTHING);
        phone.assert_sees_all(world);
    });
}

#[test]
fn own_changes_are_not_sent_back() {
    story(|world| {
        world.show(document(1), &Audience::Agency);
        world.join(officer(1), &Audience::Agency);
        let (mut phone, mut other) = (Phone::new(1, 1), Phone::new(1, 2));
        phone.catch_up(world, EVERYTHING);
        other.catch_up(world, EVERYTHING);
        phone.write(world, document(1));
        assert_eq!(phone.catch_up(world, EVERYTHING), 0);
        assert_eq!(other.catch_up(world, EVERYTHING), 1);
        phone.assert_sees_all(world);
        other.assert_sees_all(world);
    });
}

#[test]
fn an_idle_page_is_empty_and_moves_nothing() {
    story(|world| {
        world.join(officer(1), &Audience::Agency);
        world.put(1, &[Audience::Agency]);
        let mut phone = Phone::new(1, 1);
        phone.catch_up(world, EVERYTHING);
        let page = phone.fetch(world, EVERYTHING);
        assert_eq!((page.entries.len(), page.more, Some(page.cursor)), (0, false, phone.cursor));
    });
}

#[test]
fn a_page_ends_at_its_bytes() {
    story(|world| {
        world.join(officer(1), &Audience::Agency);
        (1..=4).for_each(|n| world.put(n, &[Audience::Agency]));
        let mut phone = Phone::new(1, 1);
        let two = PageSize { entries: 100, bytes: 2 * super::ENTRY_BYTES + 4 };
        let page = phone.fetch(world, two);
        assert_eq!((page.entries.len(), page.more), (2, true));
        let none = PageSize { entries: 100, bytes: 0 };
        assert_eq!(phone.catch_up(world, none), 4, "one entry is always given");
        phone.assert_sees_all(world);
    });
}

/// Something that happens.
#[derive(Clone, Debug)]
enum Event {
    Put { record: u8, audiences: Vec<u8> },
    Show { document: u8, audience: u8 },
    Hide { document: u8, audience: u8 },
    Write { document: u8, phone: Option<usize> },
    Join { officer: u8, audience: u8 },
    Leave { officer: u8, audience: u8 },
    Sync { phone: usize, entries: usize, bytes: usize, arrives: bool },
}

fn audience_of(n: u8) -> Audience {
    match n {
        0 => Audience::Agency,
        1 => Audience::Officer(officer(1)),
        2 => Audience::Officer(officer(2)),
        3 => Audience::Detail(DetailId::from_bytes([3; 16])),
        _ => group("tier"),
    }
}

const AUDIENCES: u8 = 5;
const PHONES: usize = 3;

fn event() -> impl Strategy<Value = Event> {
    let audience = || 0..AUDIENCES;
    prop_oneof![
        3 => (0..4_u8, prop::collection::vec(audience(), 0..3))
            .prop_map(|(record, audiences)| Event::Put { record, audiences }),
        2 => (0..3_u8, audience()).prop_map(|(document, audience)| Event::Show { document, audience }),
        1 => (0..3_u8, audience()).prop_map(|(document, audience)| Event::Hide { document, audience }),
        4 => (0..3_u8, prop::option::of(0..PHONES)).prop_map(|(document, phone)| Event::Write { document, phone }),
        2 => (1..3_u8, audience()).prop_map(|(officer, audience)| Event::Join { officer, audience }),
        1 => (1..3_u8, audience()).prop_map(|(officer, audience)| Event::Leave { officer, audience }),
        5 => (0..PHONES, 1..4_usize, 0..120_usize, prop::bool::weighted(0.8))
            .prop_map(|(phone, entries, bytes, arrives)| Event::Sync { phone, entries, bytes, arrives }),
    ]
}

fn happen(world: &mut World, phones: &mut [Phone], event: Event) {
    match event {
        Event::Put { record, audiences } => {
            let audiences: BTreeSet<_> = audiences.into_iter().map(audience_of).collect();
            world.put(record, &audiences.into_iter().collect::<Vec<_>>());
        }
        Event::Show { document: n, audience } => world.show(document(n), &audience_of(audience)),
        Event::Hide { document: n, audience } => world.hide(document(n), &audience_of(audience)),
        Event::Write { document: n, phone: None } => drop(world.write(document(n), DeviceId::NIL)),
        Event::Write { document: n, phone: Some(phone) } if phones[phone].holds(document(n)) => {
            phones[phone].write(world, document(n));
        }
        Event::Write { .. } => {}
        Event::Join { officer: who, audience } => world.join(officer(who), &audience_of(audience)),
        Event::Leave { officer: who, audience } => world.leave(officer(who), &audience_of(audience)),
        Event::Sync { phone, entries, bytes, arrives } => {
            let page = phones[phone].fetch(world, PageSize { entries, bytes });
            if arrives {
                phones[phone].apply(page);
            }
        }
    }
}

#[test]
fn however_pages_are_cut_a_phone_ends_with_what_its_officer_may_see() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_inline(folder.path().join("feed.db")).unwrap();
    let events = prop::collection::vec(event(), 1..80);
    proptest!(ProptestConfig::with_cases(150), |(events in events, size in 1..5_usize)| {
        told_in(&store, move |world| {
            let mut phones = [Phone::new(1, 1), Phone::new(1, 2), Phone::new(2, 3)];
            for event in events {
                happen(world, &mut phones, event);
            }
            for phone in &mut phones {
                phone.catch_up(world, PageSize { entries: size, ..EVERYTHING });
                phone.assert_sees_all(world);
            }
        });
    });
}
