//! The forms by which an officer is entered and changed, and how they are reached.

use askama::Template;
use detailbook_core::ids::OfficerId;
use detailbook_core::notices::{Contact, Party};
use detailbook_core::records::{Officer, RecordKind};

use super::kept;
use crate::console::changed::{Changed, version};
use crate::console::field::Field;
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::filing;
use crate::notices::put_contact;
use crate::roster::{self, OfficerDraft};
use crate::store::{Sql, contacts};

pub(super) const FIELDS: &[&str] = &["name", "employee_number", "rank"];
pub(super) const EDITED: &[&str] = &["name", "employee_number", "rank", "version"];

#[derive(Template)]
#[template(path = "console/people/edit.html")]
struct EditPage {
    frame: Frame,
    heading: String,
    action: String,
    back: String,
    button: &'static str,
    version: Option<i64>,
    changed: Changed,
    fields: Vec<Field>,
    seal: Seal,
}

fn fields(visit: &Visit, is: Option<&Officer>) -> Vec<Field> {
    let of = |name, value: fn(&Officer) -> &str| kept(visit, name, is.map(value));
    vec![
        Field::new(visit, "name", "Name").holding(of("name", |it| &it.name)),
        Field::new(visit, "employee_number", "Employee number")
            .optional(of("employee_number", |it| &it.employee_number))
            .hint("Files that come in know the officer by it."),
        Field::new(visit, "rank", "Rank").optional(of("rank", |it| &it.rank)).hint("The agency's code, such as SGT."),
    ]
}

fn typed(visit: &Visit) -> OfficerDraft {
    let field = |name| visit.typed(name).to_owned();
    OfficerDraft { name: field("name"), employee_number: field("employee_number"), rank: field("rank") }
}

/// The form that adds an officer.
pub(super) fn new(_: &mut dyn Sql, visit: &Visit) -> Answer {
    Page::html(&EditPage {
        frame: Frame::of(visit, "Add an officer"),
        heading: "Add an officer".to_owned(),
        action: "/console/officers/new".to_owned(),
        back: "/console/officers".to_owned(),
        button: "Add",
        version: None,
        changed: Changed::default(),
        fields: fields(visit, None),
        seal: visit.seal("/console/officers/new"),
    })
}

/// Adds an officer.
pub(super) fn add(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = roster::create(sql, &visit.by()?, None, &typed(visit), &mut visit.app.entropy.clone())?;
    Ok(Page::to(&format!("/console/officers/{id}?said=entered")))
}

/// The form that changes one.
pub(super) fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<OfficerId>("id")?;
    let stored = filing::get::<Officer>(sql, visit.agency()?, id)?;
    let changed = Changed::since(sql, visit, RecordKind::Officer, id, &stored)?;
    let is = &stored.record;
    let action = format!("/console/officers/{id}/edit");
    Page::html(&EditPage {
        frame: Frame::of(visit, &format!("Edit {}", is.name)),
        heading: format!("Edit {}", is.name),
        seal: visit.seal(&action),
        action,
        back: format!("/console/officers/{id}"),
        button: "Save",
        version: Some(stored.version),
        changed,
        fields: fields(visit, Some(is)),
    })
}

/// Changes one.
pub(super) fn save(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<OfficerId>("id")?;
    roster::edit(sql, &visit.by()?, id, version(visit)?, &typed(visit))?;
    Ok(Page::to(&format!("/console/officers/{id}?said=saved")))
}

/// The form of how an officer is reached.
pub(super) fn contact(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<OfficerId>("id")?;
    let name = filing::get::<Officer>(sql, visit.agency()?, id)?.record.name;
    let (version, is) = contacts::get(sql, visit.agency()?, Party::officer(id))?;
    let action = format!("/console/officers/{id}/contact");
    let (email, phone) = (is.email.unwrap_or_default(), is.phone.unwrap_or_default());
    Page::html(&EditPage {
        frame: Frame::of(visit, &format!("How {name} is reached")),
        heading: format!("How {name} is reached"),
        seal: visit.seal(&action),
        action,
        back: format!("/console/officers/{id}"),
        button: "Save",
        version: Some(version),
        changed: Changed::to(
            visit,
            version,
            &[("Addressed as", is.name.as_str()), ("E-mail address", &email), ("Phone number", &phone)],
        ),
        fields: vec![
            Field::new(visit, "name", "Addressed as").optional(kept(visit, "name", Some(&is.name))),
            Field::new(visit, "email", "E-mail address").kind("email").optional(kept(visit, "email", Some(&email))),
            Field::new(visit, "phone", "Phone number")
                .kind("tel")
                .optional(kept(visit, "phone", Some(&phone)))
                .hint("With + and the country's digits, such as +1 617 555 0100."),
        ],
    })
}

/// Changes how an officer is reached. What they chose on their phone stays.
pub(super) fn save_contact(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<OfficerId>("id")?;
    filing::get::<Officer>(sql, visit.agency()?, id)?;
    let before = contacts::get(sql, visit.agency()?, Party::officer(id))?.1;
    let field = |name| Some(visit.typed(name).to_owned()).filter(|text| !text.trim().is_empty());
    let contact =
        Contact { name: visit.typed("name").to_owned(), email: field("email"), phone: field("phone"), ..before };
    put_contact(sql, &visit.by()?, Party::officer(id), version(visit)?, &contact)?;
    Ok(Page::to(&format!("/console/officers/{id}?said=saved")))
}
