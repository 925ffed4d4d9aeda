//! Live pages: a stream that says that the agency's feed moved, and never what. A page that hears it asks for itself again.
//!
//! A stream is no use of the session: it ends when the session does, and never keeps one alive.

mod follow;
mod listeners;

use std::sync::Arc;

use detailbook_core::ids::AgencyId;

pub use follow::body;
pub use listeners::{Live, Pace, Place};

use super::page::{Answer, Page};
use super::table::{Entry, Gate, stream};
use super::visit::Visit;
use crate::access::agency_secret::AgencySecret;
use crate::access::scope::Scope;
use crate::problem::Problem;
use crate::store::{Sql, StoreError, agency as agencies};

/// The pages of this area.
pub const PAGES: &[Entry] = &[stream("/console/live", Gate::Scope(Scope::RecordsRead), open).asks(&["since"])];

/// Characters of what a page says it has seen.
const SINCE_CHARS: usize = 48;

/// What a browser was let in with that listens.
#[derive(Clone)]
pub struct Ticket {
    secret: AgencySecret,
    since: String,
    place: Arc<Place>,
}

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ticket").field("since", &self.since).finish_non_exhaustive()
    }
}

/// How far the agency's feed has come, as a page says in `data-live` what it was made from.
pub fn head(sql: &mut dyn Sql, agency: AgencyId) -> Result<String, StoreError> {
    let head = agencies::head(sql, agency)?;
    Ok(head.map(|head| format!("{}-{}", head.epoch, head.seq)).unwrap_or_default())
}

/// Lets a browser listen.
fn open(visit: &Visit) -> Answer {
    let who = visit.who()?;
    let since = visit.query.get("since");
    if since.len() > SINCE_CHARS {
        return Err(Problem::invalid("since", "must be what the page said"));
    }
    let place = visit.app.live.enter(who.user.agency, who.user.id, who.session.id)?;
    Ok(Page::stream(Ticket { secret: who.secret, since: since.to_owned(), place: Arc::new(place) }))
}
