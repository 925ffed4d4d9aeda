//! Messages between the agency and its officers.

use detailbook_core::ids::{OfficerId, RecordId};
use detailbook_core::records::{Message, Officer};

use super::answer::{Answer, Listing, Reply, Versioned};
use super::request::Request;
use crate::filing;
use crate::messages::{self, MessageDraft};
use crate::store::{Sql, listing};

/// Writes to one officer or to all.
pub fn send(sql: &mut dyn Sql, request: &Request) -> Answer {
    let draft: MessageDraft = request.body()?;
    let mut entropy = request.app.entropy.clone();
    Reply::created(messages::from_agency(sql, &request.by(), &draft, &mut entropy)?)
}

/// Messages in the order of their ids: all of them, or with `officer` those to and from that one.
pub fn list(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (agency, page) = (request.token.agency, request.page(RecordId::NIL)?);
    let found = match request.filter::<OfficerId>("officer")? {
        None => listing::of_kind::<Message>(sql, agency, page.after, page.limit + 1)?,
        Some(officer) => {
            filing::get::<Officer>(sql, agency, officer)?;
            listing::of_officer::<Message>(sql, agency, officer, page.after, page.limit + 1)?
        }
    };
    let items = found.into_iter().map(|(id, stored)| Versioned::new(id, stored)).collect();
    Reply::ok(&Listing::cut(items, page.limit, |item| item.id.to_string()))
}
