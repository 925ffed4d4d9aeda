//! Approvals of an officer: asked for, signed role by role, handed in, taken back.

use askama::Template;
use detailbook_core::ids::{CustomerId, DetailId, OfficerId, RecordId};
use detailbook_core::records::{Customer, Officer};

use crate::access::roles::Roles;
use crate::access::scope::Scope;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::any;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::filing;
use crate::personnel::approvals::{self, ApprovalDraft, ApprovalRecord, PaperworkDraft, SignatureDraft, State};
use crate::problem::Problem;
use crate::store::{Sql, listing};

pub(super) const FIELDS: &[&str] = &["kind", "employer", "covers", "chain", "statements", "reference", "from", "until"];

/// An approval as a list shows it.
pub(super) struct Approving {
    pub(super) id: RecordId,
    pub(super) kind: String,
    pub(super) state: String,
    pub(super) mark: &'static str,
    pub(super) scope: String,
    pub(super) good: String,
    pub(super) asked_at: String,
}

/// The approvals of an officer, the newest first.
pub(super) fn of(sql: &mut dyn Sql, visit: &Visit, officer: OfficerId) -> Result<Vec<Approving>, Problem> {
    let all = approvals::of_officer(sql, visit.agency()?, officer, visit.now)?;
    all.iter().map(|record| line(sql, visit, record)).collect()
}

/// One of them, as lists show it.
pub(super) fn line(sql: &mut dyn Sql, visit: &Visit, record: &ApprovalRecord) -> Result<Approving, Problem> {
    let agency = visit.agency()?;
    let (state, mark) = stands(record);
    let scope = match (record.employer, record.detail) {
        (Some(employer), _) => filing::get::<Customer>(sql, agency, employer)?.record.name,
        (None, Some(_)) => "one detail".to_owned(),
        (None, None) => "anybody".to_owned(),
    };
    Ok(Approving {
        id: record.id,
        kind: record.kind.replace('_', " "),
        state,
        mark,
        scope,
        good: good(sql, visit, record)?,
        asked_at: visit.time(record.asked_at),
    })
}

/// The days for which it is good.
fn good(sql: &mut dyn Sql, visit: &Visit, record: &ApprovalRecord) -> Result<String, Problem> {
    let zone = visit.who()?.zone;
    let Some(rule) = approvals::satisfied(sql, &visit.by()?, record)? else { return Ok(String::new()) };
    Ok(match record.good(zone, &rule) {
        Some((from, Some(until))) => format!("{from} to {until}"),
        Some((from, None)) => format!("from {from} without end"),
        None => String::new(),
    })
}

fn stands(record: &ApprovalRecord) -> (String, &'static str) {
    match record.state() {
        State::Waiting(Some(role)) => (format!("waits for {role}"), "warn"),
        State::Waiting(None) => ("waits for a signature".to_owned(), "warn"),
        State::ByWord => ("by word, waits for papers".to_owned(), "warn"),
        State::Granted => ("granted".to_owned(), "good"),
        State::Refused => ("refused".to_owned(), "bad"),
        State::Revoked => ("taken back".to_owned(), "bad"),
    }
}

#[derive(Template)]
#[template(path = "console/people/approval_new.html")]
struct NewPage {
    frame: Frame,
    id: OfficerId,
    name: String,
    kind: Field,
    employer: Choice,
    fields: Vec<Field>,
    seal: Seal,
}

/// The form that asks for one.
pub(super) fn new(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, id) = (visit.agency()?, visit.id::<OfficerId>("id")?);
    let name = filing::get::<Officer>(sql, agency, id)?.record.name;
    let customers = listing::of_kind::<Customer>(sql, agency, RecordId::NIL, i64::MAX)?;
    let mut customers: Vec<_> =
        customers.into_iter().map(|(id, stored)| (id.to_string(), stored.record.name)).collect();
    customers.sort_by(|one, other| one.1.cmp(&other.1));
    let field = |name, label| Field::new(visit, name, label).optional(visit.typed(name));
    Page::html(&NewPage {
        frame: Frame::of(visit, "Ask for an approval"),
        id,
        name,
        kind: Field::new(visit, "kind", "Kind").hint("As the rules name it, such as outside_work."),
        employer: Choice::new(visit, "employer", "For which customer", any(customers), ""),
        fields: vec![
            field("covers", "What the officer may use")
                .hint("Separated by semicolons, such as uniform; weapon; vehicle."),
            field("chain", "Who signs, in order").hint("Separated by semicolons. Empty: whom the rules name."),
            field("statements", "What is found in giving it").hint("Separated by semicolons."),
            field("reference", "Where it stands in the public record"),
            field("from", "First day").kind("date"),
            field("until", "Last day").kind("date"),
        ],
        seal: visit.seal(&format!("/console/officers/{id}/approvals/new")),
    })
}

/// Enters what is asked for.
pub(super) fn ask(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<OfficerId>("id")?;
    filing::get::<Officer>(sql, visit.agency()?, id)?;
    let chain = list(visit, "chain");
    let draft = ApprovalDraft {
        officer: id,
        kind: visit.typed("kind").to_owned(),
        employer: employer(visit)?,
        detail: None::<DetailId>,
        covers: list(visit, "covers"),
        statements: list(visit, "statements"),
        reference: line_of(visit, "reference"),
        documents: vec![],
        chain: Some(chain).filter(|chain| !chain.is_empty()),
        from: visit.typed_day("from")?,
        until: visit.typed_day("until")?,
        by_word: None,
    };
    let asked = approvals::ask(sql, &visit.by()?, &roles(visit)?, None, &draft, &mut visit.app.entropy.clone())?;
    Ok(Page::to(&format!("/console/officers/{id}/approvals/{asked}?said=approval_asked")))
}

fn employer(visit: &Visit) -> Result<Option<CustomerId>, Problem> {
    match visit.typed("employer") {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| Problem::invalid("employer", "must be one of these")),
    }
}

fn list(visit: &Visit, name: &str) -> Vec<String> {
    visit.typed(name).split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn line_of(visit: &Visit, name: &str) -> Option<String> {
    Some(visit.typed(name).to_owned()).filter(|text| !text.trim().is_empty())
}

/// The role in which whoever visits signs: that of their own in the console, and no other.
fn roles(visit: &Visit) -> Result<Roles, Problem> {
    Ok([visit.who()?.user.role.name()].into_iter().collect())
}

#[derive(Template)]
#[template(path = "console/people/approval.html")]
struct ApprovalPage {
    frame: Frame,
    id: OfficerId,
    name: String,
    it: Approving,
    record: ApprovalRecord,
    signatures: Vec<(String, String, String, &'static str)>,
    withdrawn: Option<(String, String)>,
    role: &'static str,
    may_sign: bool,
    open: bool,
    may_write: bool,
    fields: Fields,
    seals: Seals,
}

struct Fields {
    statements: Field,
    reference: Field,
    documents: Field,
    book: Field,
    reason: Field,
}

struct Seals {
    sign: Seal,
    papers: Seal,
    withdraw: Seal,
}

/// The approval that the path names, if it is that officer's.
fn found(sql: &mut dyn Sql, visit: &Visit) -> Result<ApprovalRecord, Problem> {
    let record = approvals::get(sql, visit.agency()?, visit.id::<RecordId>("approval")?)?;
    if record.officer == visit.id::<OfficerId>("id")? { Ok(record) } else { Err(Problem::not_found()) }
}

/// One of them.
pub(super) fn one(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let record = found(sql, visit)?;
    let id = record.officer;
    let name = filing::get::<Officer>(sql, visit.agency()?, id)?.record.name;
    let role = visit.who()?.user.role.name();
    let state = record.state();
    let open = !matches!(state, State::Refused | State::Revoked);
    let signed = |it: &approvals::Signed| {
        let said = if it.approved { "approved" } else { "refused" };
        (it.role.clone(), it.by.clone(), visit.time(it.at), said)
    };
    let field = |name, label| Field::new(visit, name, label).optional(visit.typed(name));
    let seal = |what: &str| visit.seal(&format!("/console/officers/{id}/approvals/{}/{what}", record.id));
    Page::html(&ApprovalPage {
        frame: Frame::of(visit, &format!("Approval: {}", record.kind.replace('_', " "))),
        id,
        name,
        it: line(sql, visit, &record)?,
        signatures: record.signatures.iter().map(signed).collect(),
        withdrawn: record.revoked.as_ref().map(|it| (visit.time(it.at), it.reason.clone())),
        role,
        may_sign: match &state {
            State::Waiting(Some(next)) => next == role,
            State::Waiting(None) | State::ByWord => true,
            _ => false,
        },
        open,
        may_write: visit.who()?.may(Scope::ApprovalsWrite),
        fields: Fields {
            statements: field("statements", "What was found").hint("Separated by semicolons."),
            reference: field("reference", "Where it stands in the public record"),
            documents: Field::new(visit, "documents", "Papers")
                .hint("The agency's names of them, separated by semicolons."),
            book: field("book", "Where it stands in the public record"),
            reason: Field::new(visit, "reason", "Why"),
        },
        seals: Seals { sign: seal("sign"), papers: seal("papers"), withdraw: seal("withdraw") },
        record,
    })
}

fn back(record: &ApprovalRecord, said: &str) -> Page {
    Page::to(&format!("/console/officers/{}/approvals/{}?said={said}", record.officer, record.id))
}

/// Signs one, or refuses it, in the role of whoever visits.
pub(super) fn sign(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let record = found(sql, visit)?;
    let approved = match visit.typed("approved") {
        "yes" => true,
        "no" => false,
        _ => return Err(Problem::invalid("approved", "must be yes or no")),
    };
    let draft = SignatureDraft {
        role: visit.who()?.user.role.name().to_owned(),
        by: visit.who()?.user.name.clone(),
        approved,
        statements: list(visit, "statements"),
        reference: line_of(visit, "reference"),
    };
    approvals::sign(sql, &visit.by()?, &roles(visit)?, record.id, &draft)?;
    Ok(back(&record, "approval_signed"))
}

/// Hands in papers.
pub(super) fn hand_in(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let record = found(sql, visit)?;
    let draft = PaperworkDraft { documents: list(visit, "documents"), reference: line_of(visit, "book") };
    approvals::hand_in(sql, &visit.by()?, record.id, &draft)?;
    Ok(back(&record, "papers"))
}

/// Takes one back.
pub(super) fn withdraw(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let record = found(sql, visit)?;
    approvals::revoke(sql, &visit.by()?, record.id, visit.typed("reason"))?;
    Ok(back(&record, "approval_back"))
}
