//! What the pages of timesheets are asked with on the walk over every page.

use detailbook_core::ids::{AgencyId, AssignmentId};
use detailbook_core::shift::{Attachment, FactKind, Sha256};
use detailbook_server::console::table::Entry;
use detailbook_server::problem::Problem;
use detailbook_server::store::Sql;
use detailbook_server::store::timesheets::questions;
use detailbook_server::timesheets::{Kept, Sheet};

use super::super::walk::{Sample, Station};
use super::desk::at;
use crate::staff::phone::Phone;
use crate::staff::world::Desk;

/// A photo of that size, as a phone makes one.
pub(super) fn photo(width: u32, height: u32) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(width, height, image::Rgb([90, 120, 60]))
        .write_to(&mut out, image::ImageFormat::Jpeg)
        .unwrap();
    out.into_inner()
}

/// An assignment that was worked, with a photo.
pub(crate) struct Worked {
    assignment: AssignmentId,
    photo: Sha256,
}

impl Worked {
    pub(crate) fn build(desk: &Desk<'_>) -> Self {
        let officer = desk.officer("Officer of the timesheet");
        let id = desk.order(&desk.detail(&desk.site(), -8, 1), &officer);
        let (phone, assignment) = (Phone::enrol(desk, &officer), id.parse::<AssignmentId>().unwrap());
        phone.say(assignment.into(), FactKind::In, at(-8), None);
        phone.say(assignment.into(), FactKind::Out, at(-4), None);
        let picture = &photo(40, 30);
        let hash = Sha256::of(picture);
        let size = picture.len() as u64;
        phone.attach(assignment.into(), Attachment { hash, size, media_type: "image/jpeg".into() });
        assert!(phone.blob("PUT", &format!("/v1/blobs/{hash}?offset=0"), picture).unwrap().complete);
        Self { assignment, photo: hash }
    }
}

/// What a form of that timesheet is made from now.
fn kept(station: &Station<'_>, agency: AgencyId, id: AssignmentId) -> Kept {
    let now = station.world.app.now();
    let read = |sql: &mut dyn Sql| -> Result<_, Problem> {
        Ok(Kept::of(&Sheet::read(sql, agency, id, now)?, &questions(sql, agency, id)?, now))
    };
    station.world.app.store.read(read).unwrap()
}

/// The same as its hidden fields.
fn carried(kept: &Kept) -> Vec<(&'static str, String)> {
    let ruling = kept.ruling.map(|ruling| ruling.to_string()).unwrap_or_default();
    let (basis, beside) = (kept.basis.to_string(), kept.beside.to_string());
    vec![("ruling", ruling), ("basis", basis), ("beside", beside), ("made", kept.made_at.as_millis().to_string())]
}

/// The sample of a page of timesheets.
pub(crate) fn sample(entry: &Entry, station: &Station<'_>) -> Option<Sample> {
    if !entry.path.starts_with("/console/timesheets") {
        return None;
    }
    let (worked, desk) = (&station.worked, &station.desk);
    let (id, photo) = (worked.assignment.to_string(), worked.photo.to_string());
    let path = entry.path.replace("{id}", &id).replace("{hash}", &photo);
    let kept = kept(station, desk.agency, worked.assignment);
    let mut fields = carried(&kept);
    let status = match (entry.method, entry.path.rsplit('/').next().unwrap()) {
        ("GET", _) => {
            fields.clear();
            200
        }
        ("POST", "approve") if entry.path == "/console/timesheets/approve" => {
            fields = vec![("sheet", format!("{id}.{}", kept.basis))];
            200
        }
        ("POST", "approve") => 303,
        ("POST", "rule") => {
            let time =
                [("start", "2019-05-15T00:00"), ("start_which", ""), ("end", "2019-05-15T03:00"), ("end_which", "")];
            fields.extend(time.map(|(name, value)| (name, value.to_owned())));
            fields.extend([("reason", "Left early.".to_owned()), ("do", "rule".to_owned())]);
            303
        }
        ("POST", "ask") => {
            fields.push(("question", "When did you leave?".to_owned()));
            303
        }
        // There is no such shift log: that one may link is all that the walk asks.
        ("POST", "link") => {
            fields = vec![("log", id), ("why", "Theirs.".to_owned())];
            409
        }
        other => panic!("{other:?} is new: say here what it takes, and think who may open it"),
    };
    Some(Sample { path, fields, status })
}
