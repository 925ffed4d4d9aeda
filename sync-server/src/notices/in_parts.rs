//! Telling very many officers what can wait: the first with the cause, the others by jobs, so that a phone that pushes meanwhile gets its
//! turn between two.

use std::collections::BTreeSet;

use detailbook_core::ids::OfficerId;
use detailbook_core::notices::{EventKind, Urgency, rules_of};
use detailbook_core::records::{Detail, DetailState, RecordKind};
use detailbook_core::shift::Sha256;
use detailbook_core::wire;

use super::tell::{Among, Event, tell_among};
use crate::audit::By;
use crate::jobs::{self, Failed, Kind, Next, Run};
use crate::store::{Sql, StoreError, records};

/// Tells a further part of those whom an event concerns.
pub const TELL: Kind = Kind::inside("notices.tell", tell_part).or_tell(not_told);

/// How many officers are told in one transaction of what can wait.
pub const PART: usize = 100;

/// Tells everybody whom the matrix names, once each, however often the same event is told. Gives how many were told now: of more than
/// [`PART`] officers the first, and all others soon after. What is urgent is told to all at once. The caller holds the
/// agency's lock.
pub fn tell(sql: &mut dyn Sql, by: &By<'_>, event: &Event) -> Result<usize, StoreError> {
    if is_urgent(event) || event.officers.len() + event.pool.len() <= PART {
        return tell_among(sql, by, event, Among::Everybody);
    }
    let (first, others) = in_parts(event);
    for part in &others {
        // Named by what it holds: a later opening tells others of the same.
        let holds = Sha256::of(&wire::encode(part)).to_hex();
        let key = format!("{} {} {}", part.kind.code(), part.key, &holds[..16]);
        jobs::enqueue(sql, by.agency, &TELL, &key, by.now, by.now, part)?;
    }
    tell_among(sql, by, &first, Among::Everybody)
}

fn is_urgent(event: &Event) -> bool {
    event.urgent || rules_of(event.kind).any(|rule| rule.urgency == Urgency::Urgent)
}

/// The event for the first officers, and for the others in turn, nobody twice. Whoever is no officer is told with the first.
fn in_parts(event: &Event) -> (Event, Vec<Event>) {
    let mut seen = BTreeSet::new();
    let about = event.officers.iter().map(|officer| (true, *officer));
    let all = about.chain(event.pool.iter().map(|officer| (false, *officer)));
    let all: Vec<_> = all.filter(|(_, officer)| seen.insert(*officer)).collect();
    let bare = Event { officers: vec![], pool: vec![], ..event.clone() };
    let those = |some: &[(bool, OfficerId)], about: bool| {
        some.iter().filter(|(is, _)| *is == about).map(|(_, officer)| *officer).collect()
    };
    let part =
        |some: &[(bool, OfficerId)]| Event { officers: those(some, true), pool: those(some, false), ..bare.clone() };
    let (first, others) = all.split_at(PART.min(all.len()));
    (part(first), others.chunks(PART).map(part).collect())
}

fn tell_part(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let event: Event = run.payload()?;
    if let EventKind::Other(_) = event.kind {
        return Err(Failed::later("It was written by a newer version of the server."));
    }
    if !is_past(sql, run, &event)? {
        tell_among(sql, &run.by(), &event, Among::Officers)?;
    }
    Ok(Next::Done)
}

/// Was the detail cancelled meanwhile, or is it over? A part may come late, and who is told of it then would be misled.
fn is_past(sql: &mut dyn Sql, run: &Run<'_>, event: &Event) -> Result<bool, StoreError> {
    let Some(detail) = event.detail else { return Ok(false) };
    let detail = records::get::<Detail>(sql, run.agency(), RecordKind::Detail, detail)?;
    Ok(detail.is_some_and(|it| it.record.state == DetailState::Cancelled || it.record.ends <= run.now))
}

/// Tells the coordinator whom nobody told of what.
fn not_told(sql: &mut dyn Sql, run: &Run<'_>, error: &str) -> Result<(), StoreError> {
    let what = run.payload().map_or_else(
        |_| "Some officers could not be told what others were told.".to_owned(),
        |event: Event| {
            let count = event.officers.len() + event.pool.len();
            format!("{count} officers could not be told: {}.", event.words.title)
        },
    );
    jobs::tell_that(sql, run, EventKind::SyncConflict, &format!("{what} {error}"))
}
