//! Every attack on admission that we know of: refused, with the right code, at a bounded cost.

use std::io::Write as _;
use std::time::{Duration, Instant};

use automerge::legacy::{ElementId, Key, MarkData, ObjectId, Op, OpId, OpType, SortedVec};
use automerge::{ActorId, ChangeHash, ExpandedChange, ObjType, ScalarValue};
use detailbook_core::authority::{Admission, inspect};
use detailbook_core::documents::{
    Document, DocumentIndex, DocumentKind, Splice, seed_change, write_facts, write_signatures,
};
use detailbook_core::ids::WriterId;
use detailbook_core::shift::{FactKind, Sha256};
use detailbook_core::wire::{Limits, Refusal};

use crate::chunk;
use crate::forge::{self, FACTS, NOTES, SIGNATURES, container, operation, put, put_fact};
use crate::sample::{admitted, entry, fact, id, refused, writer};
use crate::shelf::Shelf;

const LOG: DocumentKind = DocumentKind::ShiftLog;
const PASS_ON: DocumentKind = DocumentKind::PassOn;

/// A shift log with one fact by writer 1.
fn log() -> Shelf {
    let mut shelf = Shelf::new(LOG);
    let change = write_facts(LOG, &shelf.index, writer(1), 1, &[entry(FactKind::In, 1)]);
    admitted(shelf.push(&change.bytes));
    shelf
}

/// A pass-on with the text "gate" by writer 1.
fn pass_on() -> Shelf {
    let mut shelf = Shelf::new(PASS_ON);
    let mut document = Document::seed(PASS_ON).unwrap();
    let gate = document.edit_text(writer(1), &Splice { at: 0, delete: 0, insert: "gate".to_owned() }).unwrap();
    admitted(shelf.push(&gate.bytes));
    shelf
}

/// A fact that may stand anywhere.
fn note(n: u64) -> Op {
    put_fact(id(n), &fact(FactKind::Note, n).to_bytes())
}

fn op_id(counter: u64, writer: WriterId) -> OpId {
    OpId::new(counter, &ActorId::from(writer.as_bytes()))
}

fn overwriting(op: Op, what: OpId) -> Op {
    Op { pred: SortedVec::from(vec![what]), ..op }
}

/// Pushes a change by writer 2 with those operations and says why it was refused.
fn refusal_of(mut shelf: Shelf, operations: Vec<Op>) -> Refusal {
    let change = forge::change(&shelf, writer(2), operations);
    refused(shelf.push(&change))
}

/// Pushes a change by writer 2 that is honest but for one thing.
fn refusal_but_for(spoil: impl FnOnce(&mut ExpandedChange)) -> Refusal {
    let mut shelf = log();
    let mut change = forge::expanded(&shelf, writer(2), vec![note(2)]);
    spoil(&mut change);
    refused(shelf.push(&forge::bytes(change)))
}

/// Runs something and demands that it ends soon, though the machine be busy: a bomb that went off would take minutes.
fn soon<T>(work: impl FnOnce() -> T) -> T {
    let (begun, result) = (now(), work());
    assert!(begun.elapsed() < Duration::from_secs(5), "took {:?}", begun.elapsed());
    result
}

#[allow(clippy::disallowed_methods, reason = "a bound on time is what is tested")]
fn now() -> Instant {
    Instant::now()
}

#[test]
fn an_honest_forgery_is_admitted_so_that_the_refusals_below_mean_something() {
    let mut shelf = log();
    let change = forge::change(&shelf, writer(2), vec![note(2)]);
    admitted(shelf.push(&change));
    shelf.check().unwrap();
}

#[test]
fn a_run_length_bomb_is_counted_and_not_expanded() {
    let shelf = log();
    for claimed in [4_097, 1_000_000, 1 << 40, i64::MAX >> 1] {
        let mut action = Vec::new();
        forge::signed(&mut action, claimed);
        chunk::unsigned(&mut action, 1);
        let mut nulls = vec![0];
        chunk::unsigned(&mut nulls, claimed.unsigned_abs());
        let mut flags = Vec::new();
        chunk::unsigned(&mut flags, claimed.unsigned_abs());
        for column in [(66, action), (1, nulls), (52, flags)] {
            let bomb = forge::with_columns(&shelf, writer(2), &[column]);
            assert!(bomb.len() < 140);
            assert_eq!(soon(|| inspect(&bomb, &Limits::V1)).map(drop), Err(Refusal::TooLarge));
        }
    }
}

#[test]
fn a_deflate_bomb_is_not_inflated() {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..32 {
        encoder.write_all(&vec![0; 1024 * 1024]).unwrap();
    }
    let bomb = chunk::wrap(2, &encoder.finish().unwrap());
    assert!(bomb.len() < Limits::V1.change_bytes);
    assert_eq!(soon(|| inspect(&bomb, &Limits::V1)).map(drop), Err(Refusal::BadChange));
}

#[test]
fn other_chunks_than_plain_changes_are_refused() {
    let shelf = log();
    let change = forge::change(&shelf, writer(2), vec![note(2)]);
    for kind in [0, 2, 3, 4, 255] {
        let other = chunk::wrap(kind, chunk::data(&change));
        assert_eq!(inspect(&other, &Limits::V1).map(drop), Err(Refusal::BadChange));
    }
    let mut document = automerge::Automerge::load(&shelf.changes[0].bytes).unwrap_or_default();
    document.set_actor(ActorId::from(writer(2).as_bytes()));
    assert_eq!(inspect(&document.save(), &Limits::V1).map(drop), Err(Refusal::BadChange));
}

#[test]
fn bytes_that_are_not_exactly_one_sound_chunk_are_refused() {
    let shelf = log();
    let change = forge::change(&shelf, writer(2), vec![note(2)]);
    for length in 0..change.len() {
        assert_eq!(inspect(&change[..length], &Limits::V1).map(drop), Err(Refusal::BadChange), "cut at {length}");
    }
    for place in 0..change.len() {
        let mut flipped = change.clone();
        flipped[place] ^= 1;
        assert_eq!(inspect(&flipped, &Limits::V1).map(drop), Err(Refusal::BadChange), "flipped at {place}");
    }
    for twice in [[change.clone(), vec![0]].concat(), [change.clone(), change.clone()].concat()] {
        assert_eq!(inspect(&twice, &Limits::V1).map(drop), Err(Refusal::BadChange));
    }
}

#[test]
fn an_encoding_that_automerge_would_not_write_is_refused() {
    let shelf = log();
    let change = forge::change(&shelf, writer(2), vec![note(2)]);
    let data = chunk::data(&change);
    // The number of dependencies, in two bytes rather than one.
    let longer = [&[0x81, 0x00], &data[1..]].concat();
    assert_eq!(inspect(&chunk::wrap(1, &longer), &Limits::V1).map(drop), Err(Refusal::BadChange));
    let trailing = [data, &[0]].concat();
    assert_eq!(inspect(&chunk::wrap(1, &trailing), &Limits::V1).map(drop), Err(Refusal::BadChange));
}

#[test]
fn sizes_are_looked_at_before_anything_else() {
    let large = vec![0; Limits::V1.change_bytes + 1];
    assert_eq!(inspect(&large, &Limits::V1).map(drop), Err(Refusal::TooLarge));
    let shelf = log();
    let many = (0..=Limits::V1.change_operations as u64).map(|n| put(FACTS, &format!("{n}"), &[])).collect();
    assert_eq!(inspect(&forge::change(&shelf, writer(2), many), &Limits::V1).map(drop), Err(Refusal::TooLarge));
}

#[test]
fn what_no_writer_of_ours_writes_into_a_header_is_refused() {
    assert_eq!(refusal_but_for(|change| change.message = Some("hi".to_owned())), Refusal::BadChange);
    assert_eq!(refusal_but_for(|change| change.extra_bytes = vec![1, 2, b'm', b'e']), Refusal::BadChange);
    assert_eq!(refusal_but_for(|change| change.time = 1), Refusal::BadChange);
    assert_eq!(refusal_but_for(|change| change.operations.clear()), Refusal::BadChange);
    assert_eq!(refusal_but_for(|change| change.deps.clear()), Refusal::BadChange);
    assert_eq!(refusal_but_for(|change| change.deps.extend(change.deps.clone())), Refusal::BadChange);
    for actor in [vec![], vec![1; 15], vec![1; 17], vec![0; 16]] {
        assert_eq!(refusal_but_for(|change| change.actor_id = ActorId::from(actor.clone())), Refusal::BadChange);
    }
}

#[test]
fn nobody_writes_under_the_schemas_name() {
    let forged = |change: &mut ExpandedChange| change.actor_id = forge::schema_actor();
    assert_eq!(refusal_but_for(forged), Refusal::ForgedWriter);
    let mut shelf = log();
    let mut change = forge::expanded(
        &shelf,
        writer(2),
        vec![operation(ObjectId::Root, Key::from("more"), OpType::Make(ObjType::Map))],
    );
    forged(&mut change);
    assert_eq!(refused(shelf.push(&forge::bytes(change))), Refusal::ForgedWriter);
}

#[test]
fn operation_numbers_are_exact() {
    for (start_op, expected) in [
        (1, Refusal::BadStartOp),
        (3, Refusal::BadStartOp),
        (5, Refusal::BadStartOp),
        (4_000_000_000, Refusal::BadStartOp),
        (4_294_967_295, Refusal::BadStartOp),
    ] {
        assert_eq!(refusal_but_for(|change| change.start_op = start_op.try_into().unwrap()), expected, "{start_op}");
    }
    let shelf = log();
    let honest = forge::change(&shelf, writer(2), vec![note(2)]);
    // Numbers that automerge would not even encode: they stand right behind the actor and the sequence number.
    for start_op in [0, 4_294_967_296, 1 << 62, u64::MAX] {
        let place = 1 + 32 + 1 + 16 + 1;
        let mut number = Vec::new();
        chunk::unsigned(&mut number, start_op);
        let data = chunk::data(&honest);
        let forged = chunk::wrap(1, &[&data[..place], &number, &data[place + 1..]].concat());
        let refusal = inspect(&forged, &Limits::V1).map(drop).unwrap_err();
        assert!(matches!(refusal, Refusal::BadStartOp | Refusal::BadChange), "{start_op}");
    }
}

#[test]
fn sequence_numbers_are_exact() {
    assert_eq!(refusal_but_for(|change| change.seq = 2), Refusal::SequenceGap);
    assert_eq!(refusal_but_for(|change| change.seq = u64::MAX >> 2), Refusal::SequenceGap);
    assert_eq!(refusal_but_for(|change| change.seq = 0), Refusal::SequenceReused);
    let again = |change: &mut ExpandedChange| change.actor_id = ActorId::from(writer(1).as_bytes());
    assert_eq!(refusal_but_for(again), Refusal::SequenceReused);
}

#[test]
fn a_dependency_that_is_not_there_is_waited_for() {
    let mut shelf = log();
    let mut change = forge::expanded(&shelf, writer(2), vec![note(2)]);
    change.deps.push(ChangeHash([7; 32]));
    assert_eq!(shelf.push(&forge::bytes(change)), Ok(Admission::Waiting(Sha256([7; 32]))));
    let seed_of_another = Document::seed(PASS_ON).unwrap().index().heads[0];
    let mut change = forge::expanded(&shelf, writer(2), vec![note(2)]);
    change.deps = vec![ChangeHash(seed_of_another.0)];
    assert_eq!(shelf.push(&forge::bytes(change)), Ok(Admission::Waiting(seed_of_another)));
}

#[test]
fn a_writer_cannot_pass_by_its_own_last_change() {
    let mut shelf = log();
    let other = write_facts(LOG, &DocumentIndex::seed(LOG), writer(2), 1, &[entry(FactKind::Note, 2)]);
    admitted(shelf.push(&other.bytes));
    // Writer 1 follows writer 2, and not its own change: both then hold an operation 4 of writer 1's, or would soon.
    let mut change = forge::expanded(&shelf, writer(1), vec![note(3)]);
    change.deps = vec![ChangeHash(other.hash.0)];
    change.start_op = (other.max_op + 1).try_into().unwrap();
    assert_eq!(refused(shelf.push(&forge::bytes(change))), Refusal::BadChange);
}

#[test]
fn the_search_for_a_writers_own_last_change_ends() {
    let mut shelf = log();
    let mut index = DocumentIndex::seed(LOG);
    for seq in 1..=300 {
        let change = write_facts(LOG, &index, writer(2), seq, &[entry(FactKind::Note, 1_000 + seq)]);
        admitted(shelf.push(&change.bytes));
        index = change.index;
    }
    let mut change = forge::expanded(&shelf, writer(1), vec![note(3)]);
    change.deps = index.heads.iter().map(|head| ChangeHash(head.0)).collect();
    change.start_op = (index.max_op + 1).try_into().unwrap();
    assert_eq!(refused(shelf.push(&forge::bytes(change))), Refusal::SequenceGap);
}

#[test]
fn nothing_is_ever_overwritten_or_deleted() {
    let (key, bytes) = (id(1).to_hex(), fact(FactKind::Out, 9).to_bytes());
    let there = op_id(3, writer(1));
    let overwrite = overwriting(put(FACTS, &key, &bytes), there.clone());
    let delete = overwriting(operation(container(FACTS), Key::from(key.as_str()), OpType::Delete), there.clone());
    let blind_delete = operation(container(FACTS), Key::from(key.as_str()), OpType::Delete);
    for op in [overwrite, delete, blind_delete] {
        assert_eq!(refusal_of(log(), vec![op]), Refusal::NotGranted);
    }
    assert_eq!(refusal_of(log(), vec![put(FACTS, &key, &bytes)]), Refusal::FactExists);
    assert_eq!(refusal_of(log(), vec![note(2), note(2)]), Refusal::FactExists);
}

#[test]
fn a_fact_written_and_deleted_in_one_change_is_refused_though_it_would_not_show() {
    let delete = operation(container(FACTS), Key::from(id(2).to_hex()), OpType::Delete);
    assert_eq!(refusal_of(log(), vec![note(2), overwriting(delete, op_id(5, writer(2)))]), Refusal::NotGranted);
    let replace = overwriting(note(2), op_id(4, writer(2)));
    assert_eq!(refusal_of(log(), vec![note(2), replace]), Refusal::NotGranted);
}

#[test]
fn of_two_concurrent_facts_under_one_id_the_first_stands() {
    let mut shelf = log();
    let seed = DocumentIndex::seed(LOG);
    let rival = write_facts(LOG, &seed, writer(2), 1, &[entry(FactKind::Out, 1)]);
    assert_eq!(refused(shelf.push(&rival.bytes)), Refusal::FactExists);
    assert_eq!(shelf.facts[&id(1)], entry(FactKind::In, 1));
}

#[test]
fn only_the_known_containers_are_written_to() {
    let bytes = fact(FactKind::Note, 2).to_bytes();
    let root = operation(ObjectId::Root, Key::from(id(2).to_hex()), OpType::Put(ScalarValue::Bytes(bytes.clone())));
    let container_gone = operation(ObjectId::Root, Key::from("facts"), OpType::Delete);
    let by_another = Op { obj: ObjectId::Id(op_id(1, writer(1))), ..note(2) };
    let not_an_object = Op { obj: ObjectId::Id(op_id(3, writer(1))), ..note(2) };
    let beyond = put(9, &id(2).to_hex(), &bytes);
    let notes = put(NOTES, &id(2).to_hex(), &bytes);
    for op in [root, container_gone, by_another, not_an_object, beyond, notes.clone()] {
        assert_eq!(refusal_of(log(), vec![op]), Refusal::NotGranted);
    }
    assert_eq!(refusal_of(pass_on(), vec![notes]), Refusal::NotGranted);
}

#[test]
fn only_bytes_under_an_id_are_put() {
    let bytes = fact(FactKind::Note, 2).to_bytes();
    let at = |action| operation(container(FACTS), Key::from(id(2).to_hex()), action);
    let actions = [
        OpType::Put(ScalarValue::Str("text".into())),
        OpType::Put(ScalarValue::Null),
        OpType::Put(ScalarValue::counter(1)),
        OpType::Put(ScalarValue::F64(f64::NAN)),
        OpType::Increment(1),
        OpType::Make(ObjType::Map),
        OpType::Make(ObjType::List),
        OpType::Make(ObjType::Text),
        OpType::Make(ObjType::Table),
        OpType::MarkBegin(MarkData { name: "bold".into(), value: ScalarValue::Boolean(true), expand: false }),
        OpType::MarkEnd(true),
    ];
    for action in actions {
        assert_eq!(refusal_of(log(), vec![at(action.clone())]), Refusal::NotGranted, "{action:?}");
    }
    let upper = id(0xabc).to_hex().to_uppercase();
    let hyphens = id(2).to_string();
    for key in ["", "x", &upper, &hyphens, &id(2).to_hex()[1..]] {
        assert_eq!(refusal_of(log(), vec![put(FACTS, key, &bytes)]), Refusal::NotGranted, "{key}");
    }
    let element = operation(container(FACTS), Key::Seq(ElementId::Head), OpType::Put(ScalarValue::Bytes(bytes)));
    assert_eq!(refusal_of(log(), vec![element.clone()]), Refusal::NotGranted);
    assert_eq!(refusal_of(log(), vec![Op { insert: true, ..element }]), Refusal::NotGranted);
    assert_eq!(refusal_of(log(), vec![Op { insert: true, ..note(2) }]), Refusal::NotGranted);
}

#[test]
fn containers_inside_containers_are_refused_at_any_depth() {
    let mut operations = vec![operation(container(FACTS), Key::from(id(2).to_hex()), OpType::Make(ObjType::Map))];
    for counter in 4..2_000 {
        let inside = ObjectId::Id(op_id(counter, writer(2)));
        operations.push(operation(inside, Key::from("a"), OpType::Make(ObjType::Map)));
    }
    assert_eq!(soon(|| refusal_of(log(), operations)), Refusal::NotGranted);
}

#[test]
fn a_fact_is_deterministic_cbor_of_a_fact() {
    let good = fact(FactKind::Note, 2).to_bytes();
    let trailing = [good.as_slice(), &[0]].concat();
    let indefinite = [&[0xbf], &good[1..], &[0xff]].concat();
    let nested = vec![0x81; 5_000];
    let wrong_shape = vec![0x01];
    for bytes in [vec![], trailing, indefinite, good[..good.len() - 1].to_vec(), nested, wrong_shape] {
        assert_eq!(soon(|| refusal_of(log(), vec![put_fact(id(2), &bytes)])), Refusal::BadChange);
    }
    let mut long = fact(FactKind::Note, 2);
    long.content.as_mut().unwrap().text = Some("x".repeat(Limits::V1.fact_bytes));
    assert_eq!(refusal_of(log(), vec![put_fact(id(2), &long.to_bytes())]), Refusal::TooLarge);
}

#[test]
fn a_fact_of_a_newer_kind_with_newer_fields_is_admitted_and_kept_as_it_came() {
    let mut newer = fact(FactKind::Other(200), 2).to_bytes();
    // One more field in the outer map, under a key above all that we know.
    newer[0] += 1;
    newer.extend_from_slice(&[0x18, 99, 0x82, 0xf5, 0x61, b'x']);
    let mut shelf = log();
    let change = forge::change(&shelf, writer(2), vec![put_fact(id(2), &newer)]);
    assert_eq!(admitted(shelf.push(&change)).facts[0].bytes, newer);
    shelf.check().unwrap();
}

#[test]
fn a_signature_is_64_bytes_once_for_a_fact_that_is_there() {
    let sign = |n: u64, bytes: &[u8]| put(SIGNATURES, &id(n).to_hex(), bytes);
    assert_eq!(refusal_of(log(), vec![sign(1, &[1; 63])]), Refusal::BadChange);
    assert_eq!(refusal_of(log(), vec![sign(1, &[1; 65])]), Refusal::BadChange);
    assert_eq!(refusal_of(log(), vec![sign(2, &[1; 64])]), Refusal::NotGranted);
    assert_eq!(refusal_of(log(), vec![sign(1, &[1; 64]), sign(1, &[2; 64])]), Refusal::FactExists);
    let mut shelf = log();
    let signed = write_signatures(LOG, &shelf.index, writer(1), 2, &[(id(1), [1; 64])]);
    admitted(shelf.push(&signed.bytes));
    assert_eq!(refusal_of(shelf, vec![sign(1, &[2; 64])]), Refusal::FactExists);
}

#[test]
fn a_pass_on_takes_what_officers_share_and_nothing_else() {
    for kind in FactKind::KNOWN {
        let mut shelf = pass_on();
        let change = write_facts(PASS_ON, &shelf.index, writer(2), 1, &[entry(*kind, 2)]);
        let shared = matches!(kind, FactKind::Note | FactKind::Attachment | FactKind::Incident);
        match shelf.push(&change.bytes) {
            Ok(Admission::Admitted(_)) => assert!(shared, "{kind:?}"),
            Ok(Admission::Refused(Refusal::NotGranted)) => assert!(!shared, "{kind:?}"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(
        refusal_of(pass_on(), vec![put_fact(id(2), &fact(FactKind::Other(77), 2).to_bytes())]),
        Refusal::NotGranted
    );
}

/// An operation on the shared text.
fn on_text(key: ElementId, action: OpType, insert: bool, pred: Vec<OpId>) -> Op {
    Op { action, obj: container(NOTES), key: Key::Seq(key), pred: SortedVec::from(pred), insert }
}

#[test]
fn shared_text_takes_characters_and_their_deletion_only() {
    let text = |s: &str| OpType::Put(ScalarValue::Str(s.into()));
    let first = op_id(4, writer(1));
    let at = || ElementId::Id(first.clone());
    let unknown = || ElementId::Id(op_id(99, writer(1)));
    let bold = MarkData { name: "bold".into(), value: ScalarValue::Boolean(true), expand: false };
    for op in [
        on_text(at(), text("two"), true, vec![]),
        on_text(at(), text(""), true, vec![]),
        on_text(at(), OpType::Put(ScalarValue::Int(1)), true, vec![]),
        on_text(at(), OpType::Make(ObjType::Map), true, vec![]),
        on_text(at(), OpType::MarkBegin(bold), true, vec![]),
        on_text(at(), OpType::MarkEnd(false), true, vec![]),
        on_text(at(), OpType::Increment(1), false, vec![first.clone()]),
        on_text(at(), text("x"), false, vec![first.clone()]),
        on_text(at(), text("x"), true, vec![first.clone()]),
        on_text(at(), OpType::Delete, false, vec![]),
        on_text(at(), OpType::Delete, false, vec![op_id(5, writer(1))]),
        on_text(unknown(), text("x"), true, vec![]),
        on_text(unknown(), OpType::Delete, false, vec![op_id(99, writer(1))]),
        on_text(ElementId::Head, OpType::Delete, false, vec![]),
        operation(container(NOTES), Key::from("key"), text("x")),
    ] {
        assert_eq!(refusal_of(pass_on(), vec![op.clone()]), Refusal::NotGranted, "{op:?}");
    }
    let delete = || on_text(at(), OpType::Delete, false, vec![first.clone()]);
    assert_eq!(refusal_of(pass_on(), vec![delete(), delete()]), Refusal::NotGranted);
    let mut shelf = pass_on();
    let change = forge::change(&shelf, writer(2), vec![delete(), on_text(at(), text("é"), true, vec![])]);
    admitted(shelf.push(&change));
    assert_eq!(shelf.load().unwrap().text(), "éate");
    shelf.check().unwrap();
}

#[test]
fn text_is_only_edited_around_characters_that_the_writer_has_seen() {
    let mut shelf = pass_on();
    let mut change = forge::expanded(
        &shelf,
        writer(2),
        vec![on_text(ElementId::Id(op_id(4, writer(1))), OpType::Put(ScalarValue::Str("x".into())), true, vec![])],
    );
    // The character is there, but not for one who follows the seed alone.
    let seed = DocumentIndex::seed(PASS_ON);
    change.deps = seed.heads.iter().map(|head| ChangeHash(head.0)).collect();
    change.start_op = (seed.max_op + 1).try_into().unwrap();
    assert_eq!(refused(shelf.push(&forge::bytes(change))), Refusal::NotGranted);
}

#[test]
fn shared_text_has_a_limit() {
    let mut shelf = pass_on();
    let mut document = shelf.load().unwrap();
    let mut seq = 0;
    let refusal = loop {
        seq += 1;
        let more = Splice { at: 0, delete: 0, insert: "x".repeat(4_000) };
        let change = document.edit_text(writer(2), &more).unwrap();
        if let Ok(Admission::Refused(refusal)) = shelf.push(&change.bytes) {
            break refusal;
        }
    };
    assert_eq!((refusal, seq), (Refusal::TooLarge, 3));
}

#[test]
fn the_seed_of_each_kind_differs() {
    assert_ne!(seed_change(LOG), seed_change(PASS_ON));
}
