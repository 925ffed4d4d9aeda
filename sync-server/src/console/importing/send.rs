//! One sort of file: which columns it has, and the form by which it is sent in.

use askama::Template;
use chrono::{Days, NaiveDate, NaiveTime};
use detailbook_core::ids::RecordId;
use detailbook_core::time::{Interval, UnixMillis};

use super::{allowed, turn};
use crate::console::field::Field;
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::upload::{MOST_MIB, is_too_large, too_large};
use crate::console::visit::Visit;
use crate::importing::{self, Column, What, named, waiting};
use crate::problem::Problem;
use crate::store::Sql;
use crate::store::import_files::ImportFile;

#[derive(Template)]
#[template(path = "console/importing/send.html")]
struct SendPage {
    frame: Frame,
    what: &'static What,
    columns: Vec<Column>,
    zone: String,
    most: usize,
    text: String,
    wrong: Option<String>,
    covers: Vec<Field>,
    seal: Seal,
}

fn what(visit: &Visit) -> Result<&'static What, Problem> {
    let what = named(visit.param("what")).ok_or_else(Problem::not_found)?;
    allowed(visit, what)?;
    Ok(what)
}

/// The form.
pub(super) fn show(_: &mut dyn Sql, visit: &Visit) -> Answer {
    let what = what(visit)?;
    let day = |name, label| Field::new(visit, name, label).kind("date").optional(visit.typed(name));
    Page::html(&SendPage {
        frame: Frame::of(visit, &format!("Import: {}", what.title)),
        what,
        columns: what.columns(),
        zone: visit.who()?.zone.name().to_owned(),
        most: MOST_MIB,
        text: visit.typed("text").to_owned(),
        wrong: visit.wrong("file").or_else(|| visit.wrong("text")),
        covers: if what.may_cover() {
            vec![day("covers_from", "From day"), day("covers_until", "To day")]
        } else {
            vec![]
        },
        seal: visit.seal(&format!("/console/import/{}", what.name)),
    })
}

/// A file to begin with.
pub(super) fn sample(_: &mut dyn Sql, visit: &Visit) -> Answer {
    let what = what(visit)?;
    Ok(Page::csv(&format!("{}.csv", what.name), what.sample()))
}

/// Takes a file, if it can be read at all, and shows what it would do.
pub(super) fn send(visit: &Visit) -> Answer {
    let what = what(visit)?;
    let (name, body) = content(visit)?;
    let file = ImportFile {
        id: RecordId::new(visit.now, &mut visit.app.entropy.clone()),
        what: what.name.to_owned(),
        name,
        sent_by: visit.actor.clone(),
        sent_at: visit.now,
        covers: covers(visit, what)?,
        body,
    };
    let (agency, id) = (visit.agency()?, file.id);
    visit.take()?;
    let turn = turn(visit)?;
    visit.app.store.read(|sql| importing::plan(sql, agency, visit.now, what, &file).map(drop))?;
    drop(turn);
    visit.write_on(move |sql, visit| waiting::take_in(sql, &visit.by()?, &file))?;
    Ok(Page::to(&format!("/console/import/files/{id}")))
}

/// The file, or the text that was pasted in its place.
fn content(visit: &Visit) -> Result<(String, Vec<u8>), Problem> {
    let text = visit.typed("text");
    match &visit.upload {
        Some(_) if !text.is_empty() => Err(Problem::invalid("file", "must not come together with pasted text")),
        Some(file) => Ok((file.name.clone(), file.bytes.clone())),
        None if text.trim().is_empty() => Err(Problem::invalid("file", "must be chosen, or its lines be pasted below")),
        None if is_too_large(text.as_bytes()) => Err(too_large()),
        None => Ok(("pasted text".to_owned(), text.as_bytes().to_vec())),
    }
}

/// The days of which the file names everything.
fn covers(visit: &Visit, what: &What) -> Result<Option<Interval>, Problem> {
    let zone = visit.who()?.zone;
    let day = |name| visit.typed_day::<NaiveDate>(name);
    let midnight = |day: NaiveDate| zone.instant(day.and_time(NaiveTime::MIN)).first();
    let covers = match (day("covers_from")?, day("covers_until")?) {
        (None, None) => return Ok(None),
        _ if !what.may_cover() => return Err(Problem::invalid("covers_from", "is not for such a file")),
        (Some(from), Some(until)) if from <= until => {
            let after = until.checked_add_days(Days::new(1)).unwrap_or(until);
            Interval { start: midnight(from), end: midnight(after) }
        }
        (Some(_), Some(_)) => return Err(Problem::invalid("covers_until", "must not be before the first day")),
        (Some(_), None) => return Err(Problem::invalid("covers_until", "must be given with the first day")),
        (None, Some(_)) => return Err(Problem::invalid("covers_from", "must be given with the last day")),
    };
    in_era(covers).map(Some)
}

fn in_era(covers: Interval) -> Result<Interval, Problem> {
    let (first, last) = (UnixMillis::new(946_684_800_000), UnixMillis::new(7_258_118_400_000));
    if covers.start < first || covers.end > last {
        return Err(Problem::invalid("covers_from", "must be between the years 2000 and 2199"));
    }
    Ok(covers)
}
