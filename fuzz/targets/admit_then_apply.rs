//! Admission from the index held against automerge: whatever is admitted must apply, save, load, and read back as it was
//! admitted. Input that begins like a chunk is taken for one, pushed at every point of the saved documents' histories;
//! other input is a small program that writes changes no honest phone would write.
#![no_main]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use automerge::legacy::{ElementId, Key, MarkData, ObjectId, Op, OpId, OpType, SortedVec};
use automerge::{ActorId, ChangeHash, ObjType, ScalarValue};
use detailbook_core::authority::{Admission, inspect};
use detailbook_core::documents::{DocumentIndex, DocumentKind};
use detailbook_core::ids::FactId;
use detailbook_core::shift::FactKind;
use detailbook_core::wire::Limits;

#[path = "../../core/tests/it/chunk.rs"]
mod chunk;
#[allow(dead_code)]
#[path = "../../core/tests/it/forge.rs"]
mod forge;
mod guard;
#[allow(dead_code)]
#[path = "../../core/tests/it/sample.rs"]
mod sample;
#[allow(dead_code)]
#[path = "../../core/tests/it/shelf.rs"]
mod shelf;

use shelf::Shelf;

macro_rules! saved {
    ($($name:literal),*) => { [$(include_bytes!(concat!("../../core/fixtures/v1/", $name, ".change")).as_slice()),*] };
}

const LOG: [&[u8]; 6] =
    saved!["shift_log/00", "shift_log/01", "shift_log/02", "shift_log/03", "shift_log/04", "shift_log/05"];
const NOTES: [&[u8]; 4] = saved!["pass_on/00", "pass_on/01", "pass_on/02", "pass_on/03"];

/// Each saved document, at every point of its history.
fn histories() -> &'static [Vec<Shelf>; 2] {
    static HISTORIES: OnceLock<[Vec<Shelf>; 2]> = OnceLock::new();
    HISTORIES.get_or_init(|| [history(DocumentKind::ShiftLog, &LOG), history(DocumentKind::PassOn, &NOTES)])
}

fn history(kind: DocumentKind, changes: &[&[u8]]) -> Vec<Shelf> {
    let mut shelves = vec![Shelf::new(kind)];
    for change in changes {
        let mut next = shelves[shelves.len() - 1].clone();
        sample::admitted(next.push(change));
        shelves.push(next);
    }
    shelves
}

fn push(shelf: &mut Shelf, change: &[u8]) -> bool {
    matches!(shelf.push(change), Ok(Admission::Admitted(_)))
}

fn as_chunk(bytes: &[u8]) {
    let repaired = chunk::wrap(1, chunk::data(bytes));
    if inspect(&repaired, &Limits::V1).is_err() {
        return;
    }
    for shelf in histories().iter().flatten() {
        let mut shelf = shelf.clone();
        if push(&mut shelf, &repaired) {
            shelf.check().expect("what is admitted loads");
        }
    }
}

/// Reads a program off the input; zeros once it is used up.
struct Program<'a>(&'a [u8]);

impl Program<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[usize::from(self.byte()) % from.len()].clone()
    }

    fn op_id(&mut self) -> OpId {
        let number = self.byte();
        match self.byte() % 5 {
            0 => OpId::new(u64::from(number % 5), &forge::schema_actor()),
            n => OpId::new(number.into(), &ActorId::from(sample::writer(n).as_bytes())),
        }
    }

    fn object(&mut self) -> ObjectId {
        match self.byte() % 8 {
            0 => ObjectId::Root,
            1 => ObjectId::Id(self.op_id()),
            2..=3 => forge::container(forge::SIGNATURES),
            4 => forge::container(forge::FACTS),
            _ => forge::container(forge::NOTES),
        }
    }

    fn id(&mut self) -> FactId {
        sample::id(u64::from(self.byte() % 20))
    }

    fn key(&mut self) -> Key {
        match self.byte() % 8 {
            0 => Key::Seq(ElementId::Head),
            1..=3 => Key::Seq(ElementId::Id(self.op_id())),
            4 => Key::from(self.pick(&["", "facts", "notes", "zz"])),
            _ => Key::from(self.id().to_hex()),
        }
    }

    fn value(&mut self) -> ScalarValue {
        match self.byte() % 8 {
            0..=2 => ScalarValue::Str(self.pick(&["x", "é", "👮", "", "two", "\u{fffc}"]).into()),
            3 => ScalarValue::Bytes(vec![self.byte(); 64]),
            4 => {
                let length = self.byte();
                ScalarValue::Bytes((0..length).map(|_| self.byte()).collect())
            }
            5 => self.pick(&[ScalarValue::Null, ScalarValue::Int(-1), ScalarValue::counter(3), ScalarValue::F64(0.5)]),
            _ => ScalarValue::Bytes(sample::fact(self.pick(FactKind::KNOWN), 1).to_bytes()),
        }
    }

    fn action(&mut self) -> OpType {
        match self.byte() % 12 {
            0 => OpType::Make(self.pick(&[ObjType::Map, ObjType::List, ObjType::Text, ObjType::Table])),
            1 => OpType::Increment(1),
            2 => OpType::MarkEnd(self.byte() % 2 == 0),
            3 => OpType::MarkBegin(MarkData { name: "bold".into(), value: self.value(), expand: self.byte() % 2 == 0 }),
            4..=6 => OpType::Delete,
            _ => OpType::Put(self.value()),
        }
    }

    fn operation(&mut self) -> Op {
        match self.byte() % 4 {
            // Half of all operations could be honest, so that programs get somewhere.
            0 => forge::put_fact(self.id(), &sample::fact(self.pick(FactKind::KNOWN), 1).to_bytes()),
            1 => self.text_operation(),
            _ => {
                let preds = (0..self.byte() % 3).map(|_| self.op_id()).collect();
                Op {
                    action: self.action(),
                    obj: self.object(),
                    key: self.key(),
                    pred: preds,
                    insert: self.byte() % 2 == 0,
                }
            }
        }
    }

    fn text_operation(&mut self) -> Op {
        let (element, delete) = (self.op_id(), self.byte() % 2 == 0);
        let (action, pred, insert) = if delete {
            (OpType::Delete, vec![element.clone()], false)
        } else {
            (OpType::Put(ScalarValue::Str(self.pick(&["x", "é", "👮"]).into())), vec![], true)
        };
        let key = if insert && self.byte() % 2 == 0 { ElementId::Head } else { ElementId::Id(element) };
        Op { action, obj: forge::container(forge::NOTES), key: Key::Seq(key), pred: SortedVec::from(pred), insert }
    }

    /// A change on top of some state of the document; mostly numbered as it should be.
    fn change(&mut self, shelf: &Shelf) -> Option<Vec<u8>> {
        let writer = sample::writer(1 + self.byte() % 4);
        let operations = (0..=self.byte() % 6).map(|_| self.operation()).collect();
        let mut change = forge::expanded(shelf, writer, operations);
        if self.byte() % 4 == 0 {
            let (heads, max_op) = self.older(shelf);
            change.deps = heads;
            change.start_op = (max_op + 1).try_into().ok()?;
        }
        match self.byte() {
            0 => change.seq += 1,
            1 => change.start_op = change.start_op.saturating_add(u64::from(self.byte())),
            _ => {}
        }
        // Automerge's own encoder panics on some of these.
        catch_unwind(AssertUnwindSafe(|| forge::bytes(change))).ok()
    }

    /// Dependencies other than the heads, and the highest operation number among them.
    fn older(&mut self, shelf: &Shelf) -> (Vec<ChangeHash>, u64) {
        let seed = DocumentIndex::seed(shelf.kind);
        let mut all: Vec<_> = seed.heads.iter().map(|head| (*head, seed.max_op)).collect();
        all.extend(shelf.changes.iter().map(|kept| (kept.hash, kept.max_op)));
        let mut picked: Vec<_> = (0..=self.byte() % 3).map(|_| self.pick(&all)).collect();
        picked.sort_unstable();
        picked.dedup();
        let max_op = picked.iter().map(|(_, max_op)| *max_op).max().unwrap_or_default();
        (picked.into_iter().map(|(hash, _)| ChangeHash(hash.0)).collect(), max_op)
    }
}

fn as_program(bytes: &[u8]) {
    let mut program = Program(bytes);
    let history = &histories()[usize::from(program.byte() % 2)];
    let mut shelf = program.pick(history);
    let mut admitted = 0;
    for _ in 0..8 {
        if program.0.is_empty() {
            break;
        }
        if let Some(change) = program.change(&shelf) {
            admitted += usize::from(push(&mut shelf, &change));
        }
    }
    if admitted > 0 {
        shelf.check().expect("what is admitted loads");
    }
}

libfuzzer_sys::fuzz_target!(init: guard::let_caught_panics_pass(), |bytes: &[u8]| {
    if bytes.first() == Some(&0x85) { as_chunk(bytes) } else { as_program(bytes) }
});
