//! How officers, customers and staff are reached.

use detailbook_core::ids::{CustomerId, OfficerId, RecordId};
use detailbook_core::notices::{Contact, Party};
use detailbook_core::records::{Customer, Officer};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::{Answer, Create, Edit, Listing, Reply};
use super::request::Request;
use crate::filing;
use crate::notices::put_contact;
use crate::problem::Problem;
use crate::store::{Sql, contacts};

/// A contact with its version.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct ContactBody {
    /// The officer, the customer, or the contact of staff.
    pub id: RecordId,
    /// What an edit must name; 0 where nothing was entered yet.
    pub version: i64,
    /// The contact.
    pub record: Contact,
}

/// An officer's.
pub fn of_officer(sql: &mut dyn Sql, request: &Request) -> Answer {
    let party = officer(sql, request)?;
    show(sql, request, party)
}

/// Changes an officer's.
pub fn edit_officers(sql: &mut dyn Sql, request: &Request) -> Answer {
    let party = officer(sql, request)?;
    edit(sql, request, party)
}

/// A customer's.
pub fn of_customer(sql: &mut dyn Sql, request: &Request) -> Answer {
    let party = customer(sql, request)?;
    show(sql, request, party)
}

/// Changes a customer's.
pub fn edit_customers(sql: &mut dyn Sql, request: &Request) -> Answer {
    let party = customer(sql, request)?;
    edit(sql, request, party)
}

/// Contacts of staff.
pub fn list(sql: &mut dyn Sql, request: &Request) -> Answer {
    let page = request.page(RecordId::NIL)?;
    let found = contacts::staff(sql, request.token.agency, page.after, page.limit + 1)?;
    let items = found.into_iter().map(|(id, version, record)| ContactBody { id, version, record }).collect();
    Reply::ok(&Listing::cut(items, page.limit, |item: &ContactBody| item.id.to_string()))
}

/// Enters a contact of staff.
pub fn create(sql: &mut dyn Sql, request: &Request) -> Answer {
    let body: Create<RecordId, Contact> = request.body()?;
    let mut entropy = request.app.entropy.clone();
    let id = body.id.unwrap_or_else(|| RecordId::new(request.now, &mut entropy));
    put_contact(sql, &request.by(), Party::staff(id), 0, &body.record)?;
    Reply::created(id)
}

/// Changes a contact of staff.
pub fn edit_staffs(sql: &mut dyn Sql, request: &Request) -> Answer {
    let party = Party::staff(request.id("id")?);
    if contacts::get(sql, request.token.agency, party)?.0 == 0 {
        return Err(Problem::not_found());
    }
    edit(sql, request, party)
}

fn officer(sql: &mut dyn Sql, request: &Request) -> Result<Party, Problem> {
    let id: OfficerId = request.id("id")?;
    filing::get::<Officer>(sql, request.token.agency, id)?;
    Ok(Party::officer(id))
}

fn customer(sql: &mut dyn Sql, request: &Request) -> Result<Party, Problem> {
    let id: CustomerId = request.id("id")?;
    filing::get::<Customer>(sql, request.token.agency, id)?;
    Ok(Party::customer(id))
}

fn show(sql: &mut dyn Sql, request: &Request, party: Party) -> Answer {
    let (version, record) = contacts::get(sql, request.token.agency, party)?;
    Reply::ok(&ContactBody { id: party.id, version, record })
}

fn edit(sql: &mut dyn Sql, request: &Request, party: Party) -> Answer {
    let body: Edit<Contact> = request.body()?;
    put_contact(sql, &request.by(), party, body.version, &body.record)?;
    show(sql, request, party)
}
