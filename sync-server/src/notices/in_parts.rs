//! Telling very many officers: the first with the cause, the others by jobs, so that a phone that pushes meanwhile gets its turn between two.

use detailbook_core::ids::OfficerId;
use detailbook_core::shift::Sha256;
use detailbook_core::wire;

use super::tell::{Among, Event, tell_among};
use crate::audit::By;
use crate::jobs::{self, Failed, Kind, Next, Run};
use crate::store::{Sql, StoreError};

/// Tells a further part of those whom an event concerns.
pub const TELL: Kind = Kind::inside("notices.tell", tell_part).or_tell(jobs::tell_coordinator);

/// How many officers are told in one transaction.
pub const PART: usize = 100;

/// Tells everybody whom the matrix names, once each, however often the same event is told. Gives how many were told now: of more than
/// [`PART`] officers the first, and all others soon after. The caller holds the agency's lock.
pub fn tell(sql: &mut dyn Sql, by: &By<'_>, event: &Event) -> Result<usize, StoreError> {
    if event.officers.len() + event.pool.len() <= PART {
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

/// The event for the first officers, and for the others in turn. Whoever is no officer is told with the first.
fn in_parts(event: &Event) -> (Event, Vec<Event>) {
    let about = event.officers.iter().map(|officer| (true, *officer));
    let all: Vec<_> = about.chain(event.pool.iter().map(|officer| (false, *officer))).collect();
    let those = |some: &[(bool, OfficerId)], about: bool| {
        some.iter().filter(|(is, _)| *is == about).map(|(_, officer)| *officer).collect()
    };
    let mut parts =
        all.chunks(PART).map(|some| Event { officers: those(some, true), pool: those(some, false), ..event.clone() });
    let first = parts.next().unwrap_or_else(|| event.clone());
    (first, parts.map(|part| Event { customer: None, ..part }).collect())
}

fn tell_part(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let event: Event = run.payload()?;
    tell_among(sql, &run.by(), &event, Among::Officers)?;
    Ok(Next::Done)
}
