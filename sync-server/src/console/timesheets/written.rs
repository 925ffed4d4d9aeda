//! What the officer wrote and photographed on the shift: in the shift log, and in the detail's pass-on.

use detailbook_core::ids::{AgencyId, DocumentId};
use detailbook_core::shift::{Attachment, Fact, FoldRules, LoggedFact, Written, fold};

use super::super::visit::Visit;
use super::words;
use crate::blobs::thumbnail;
use crate::problem::Problem;
use crate::store::facts;
use crate::store::{Sql, blobs};
use crate::timesheets::Sheet;

/// Something written or photographed.
pub(super) struct Saying {
    pub(super) kind: String,
    pub(super) at: String,
    pub(super) place: &'static str,
    pub(super) text: String,
    pub(super) addendum: bool,
    pub(super) photo: Option<Photo>,
}

/// A photo or video.
pub(super) struct Photo {
    pub(super) hash: String,
    pub(super) path: String,
    pub(super) media_type: String,
    pub(super) size: String,
    /// It has arrived whole, and its SHA-256 is its name.
    pub(super) is_here: bool,
    /// Where its small picture is, if there may be one.
    pub(super) thumbnail: Option<String>,
}

/// Of each sort of what an officer writes so many are shown, the latest of them: an answer is among these. A phone may write thousands.
pub(super) const MOST: usize = 200;
/// Facts of the officer's in the pass-on that are read, the latest of them.
const FACTS: i64 = 1_000;

/// What is shown of all that was written and photographed.
pub(super) struct Sayings {
    pub(super) shown: Vec<Saying>,
    /// Earlier ones.
    pub(super) more: usize,
}

/// The latest, in order.
pub(super) fn of(sql: &mut dyn Sql, visit: &Visit, sheet: &Sheet) -> Result<Sayings, Problem> {
    let agency = visit.agency()?;
    let shared = in_pass_on(sql, agency, sheet)?;
    let own = sheet.proposed.shift.written.iter().map(|written| (written, "shift log"));
    let mut all: Vec<_> = own.chain(shared.iter().map(|written| (written, "pass-on"))).collect();
    all.sort_by_key(|(written, _)| (written.at, written.fact));
    let more = all.len().saturating_sub(MOST);
    let shown = all.into_iter().skip(more).map(|(written, place)| saying(sql, visit, sheet, written, place));
    Ok(Sayings { shown: shown.collect::<Result<_, _>>()?, more })
}

/// What this officer wrote in the pass-on, which every officer on the detail reads.
fn in_pass_on(sql: &mut dyn Sql, agency: AgencyId, sheet: &Sheet) -> Result<Vec<Written>, Problem> {
    let pass_on = DocumentId::from(sheet.detail.id);
    let stored = facts::of_officer_in(sql, agency, pass_on, sheet.officer.id, FACTS)?;
    let logged: Vec<_> = stored
        .iter()
        .filter_map(|stored| {
            let fact = Fact::from_bytes(&stored.body).ok()?;
            Some(LoggedFact::new(stored.fact, stored.device, fact).received(stored.received_at))
        })
        .collect();
    Ok(fold(&logged, &FoldRules::in_zone(sheet.detail.zone)).written)
}

fn saying(
    sql: &mut dyn Sql,
    visit: &Visit,
    sheet: &Sheet,
    written: &Written,
    place: &'static str,
) -> Result<Saying, Problem> {
    let photo = match &written.attachment {
        None => None,
        Some(attachment) => Some(photo(sql, visit, sheet, attachment)?),
    };
    Ok(Saying {
        kind: kind(written),
        at: visit.time(written.at),
        place,
        text: written.text.clone(),
        addendum: written.addendum_to.is_some(),
        photo,
    })
}

fn photo(sql: &mut dyn Sql, visit: &Visit, sheet: &Sheet, attachment: &Attachment) -> Result<Photo, Problem> {
    let (agency, hash, page) =
        (visit.agency()?, attachment.hash, format!("/console/timesheets/{}", sheet.assignment.id));
    let whole = blobs::named(sql, agency, hash)?.is_some_and(|named| named.complete.is_some());
    let may_be_small = thumbnail::is_of(&attachment.media_type) && !visit.app.blobs.has_no_thumbnail(agency, hash);
    Ok(Photo {
        hash: hash.to_string(),
        path: format!("{page}/photos/{hash}"),
        media_type: attachment.media_type.clone(),
        size: bytes(attachment.size),
        is_here: whole && visit.app.blobs.has(agency, hash),
        thumbnail: may_be_small.then(|| format!("{page}/thumbnails/{hash}")),
    })
}

/// What it is: attachments are photos or videos.
fn kind(written: &Written) -> String {
    match &written.attachment {
        Some(attachment) if attachment.media_type.starts_with("image/") => "Photo".to_owned(),
        Some(attachment) if attachment.media_type.starts_with("video/") => "Video".to_owned(),
        _ => words::titled(written.kind.name()),
    }
}

/// A size for people.
fn bytes(size: u64) -> String {
    match size {
        0..1_000 => format!("{size} bytes"),
        1_000..1_000_000 => format!("{} kB", size.div_ceil(1_000)),
        _ => format!("{}.{} MB", size / 1_000_000, size % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_as_people_read_them() {
        assert_eq!([bytes(999), bytes(1_001), bytes(2_345_678)], ["999 bytes", "2 kB", "2.3 MB"]);
    }
}
