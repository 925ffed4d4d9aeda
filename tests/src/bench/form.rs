//! What a fresh phone is sent of a document: every change as it came, or automerge's own saved form? Both as HTTP gzip packs them.

use std::io::Write;
use std::time::Duration;

use automerge::Automerge;
use detailbook_core::documents::{DocumentKind, seed_change};
use detailbook_core::wire::Entry;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::lean::LeanPhone;
use super::office::{Office, Roll, sqlite_in};
use super::report::{Row, micros};
use super::{Bench, Outcome, machine};

/// A document as the server holds it.
type Changes = Vec<Vec<u8>>;

/// Changes against documents, over the 40 shift logs of one officer.
pub(super) fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let folder = bench.folder("form")?;
    let store = sqlite_in(&folder)?;
    let mut office = Office::found(&store, &folder.join("blobs"), "http://127.0.0.1:1", bench.seed)?;
    let (_, shifts, invitations) = office.officer(Roll::worked(40), 2)?;
    let mut worker = LeanPhone::enrol(&office.app, &invitations[0], 1)?;
    for shift in shifts {
        let ready = worker.work(shift);
        worker.exchange(&office.app, &ready)?;
    }
    let mut fresh = LeanPhone::enrol(&office.app, &invitations[1], 2)?;
    let answer = fresh.exchange(&office.app, &[])?;
    office.close();
    let whole = detailbook_core::wire::encode(&answer);
    let logs: Vec<Changes> = answer.entries.into_iter().flatten().filter_map(log).collect();
    let mut rows = compare(&logs)?;
    rows.push(levels(&whole)?);
    Ok(rows)
}

/// The whole answer to a first sync, packed harder and harder: bytes and the server's time for it.
fn levels(answer: &[u8]) -> Outcome<Row> {
    let mut row = Row::shown("  the whole answer at gzip levels 1, 4, 6, 9", String::new());
    let mut shown = Vec::new();
    for level in [1, 4, 6, 9] {
        let (time, packed) = machine::timed(|| gzipped(answer, Compression::new(level)));
        let (bytes, micros) = (packed?, time.as_micros() as u64);
        shown.push(format!("{bytes} B {:.1} ms", micros as f64 / 1e3));
        row = row.with(&format!("level_{level}_bytes"), bytes).with(&format!("level_{level}_us"), micros);
    }
    row.ours = shown.join(", ");
    Ok(row.with("bytes", answer.len()))
}

fn log(entry: Entry) -> Option<Changes> {
    match entry {
        Entry::Snapshot { kind: DocumentKind::ShiftLog, changes, .. } if !changes.is_empty() => {
            Some(changes.into_iter().map(Into::into).collect())
        }
        _ => None,
    }
}

fn compare(logs: &[Changes]) -> Outcome<Vec<Row>> {
    let raw: Vec<u8> = logs.iter().flatten().flatten().copied().collect();
    let (building, documents) = machine::timed(|| logs.iter().map(|log| load(log)).collect::<Outcome<Vec<_>>>());
    let documents = documents?;
    let (saving, saved) = machine::timed(|| documents.iter().map(Automerge::save).collect::<Vec<_>>());
    let plain: Vec<u8> = documents.iter().flat_map(Automerge::save_nocompress).collect();
    let (loading, loaded) =
        machine::timed(|| saved.iter().map(|it| Automerge::load(it)).collect::<Result<Vec<_>, _>>());
    loaded?;
    let each = |time: Duration| micros(time / logs.len() as u32);
    let saved: Vec<u8> = saved.concat();
    Ok(vec![
        line("40 shift logs as changes (what is sent)", &raw)?,
        line("  as automerge documents", &saved)?,
        line("  as automerge documents, columns not deflated", &plain)?,
        Row::shown(
            "  a document: build from changes + save; load",
            format!("{} + {}; {}", each(building), each(saving), each(loading)),
        )
        .with("build_us", building.as_micros() as u64 / logs.len() as u64)
        .with("save_us", saving.as_micros() as u64 / logs.len() as u64)
        .with("load_us", loading.as_micros() as u64 / logs.len() as u64),
    ])
}

fn load(changes: &Changes) -> Outcome<Automerge> {
    let mut document = Automerge::new();
    document.load_incremental(seed_change(DocumentKind::ShiftLog))?;
    for change in changes {
        document.load_incremental(change)?;
    }
    Ok(document)
}

fn line(what: &str, bytes: &[u8]) -> Outcome<Row> {
    let (fast, best) = (gzipped(bytes, Compression::fast())?, gzipped(bytes, Compression::best())?);
    Ok(Row::shown(what, format!("{} B, gzip {fast} B, gzip -9 {best} B", bytes.len()))
        .with("bytes", bytes.len())
        .with("gzip_fast", fast)
        .with("gzip_best", best))
}

fn gzipped(bytes: &[u8], level: Compression) -> Outcome<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}
