//! The audit log: what was done, by whom, to what, and whether the chain holds.

use askama::Template;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::Refusal;
use serde_json::Value;

use super::csv::Csv;
use super::field::{Choice, Field};
use super::frame::Frame;
use super::options::labelled;
use super::page::{Answer, Page};
use super::part::with_query;
use super::seal::Seal;
use super::visit::Visit;
use crate::audit::{self, AuditEntry, ChainCheck};
use crate::problem::Problem;
use crate::routes::staff::percent;
use crate::store::audit::{Sought, find, head};
use crate::store::{Sql, Walk, users};

/// What the address may hold: by whom, of what, from and to which day, in which order, and from which number on.
pub const FILTER: &[&str] = &["actor", "subject", "from", "until", "order", "before", "after"];
const PATH: &str = "/console/audit";
/// What stays from part to part.
const KEPT: &[&str] = &["actor", "subject", "from", "until", "order"];
const ORDERS: &[(&str, &str)] = &[("newest", "Newest first"), ("oldest", "Oldest first")];
/// Entries in one part.
const PART: i64 = 100;
/// Entries in one file.
const FILE: i64 = 50_000;
/// Entries of a file that are read at once: each of them is held twice meanwhile, once by the database and once here.
const AT_ONCE: i64 = 1_000;

#[derive(Template)]
#[template(path = "console/audit.html")]
struct AuditPage {
    frame: Frame,
    lines: Vec<Line>,
    length: i64,
    actor: Field,
    subject: Field,
    from: Field,
    until: Field,
    order: Choice,
    filtered: bool,
    oldest_first: bool,
    first: String,
    further: Option<String>,
    export: String,
    seal: Seal,
}

struct Line {
    number: i64,
    at: String,
    actor: String,
    by_actor: String,
    action: String,
    subject: String,
    by_subject: String,
    particulars: Vec<(String, String)>,
}

/// The log.
pub fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (sought, walk) = (sought(sql, visit)?, walk(visit)?);
    let mut entries = find(sql, visit.agency()?, &sought, walk, PART + 1)?;
    let more = entries.len() as i64 > PART;
    entries.truncate(PART as usize);
    let same = visit.same(KEPT);
    let from = if walk.is_oldest_first() { "after" } else { "before" };
    let further =
        entries.last().filter(|_| more).map(|last| with_query(PATH, &[&same, &format!("{from}={}", last.number)]));
    Page::html(&AuditPage {
        frame: Frame::of(visit, "Audit log"),
        lines: entries.iter().map(|entry| line(visit, entry)).collect(),
        length: head(sql, visit.agency()?)?.number,
        actor: Field::asked(visit, "actor", "Who").hint("As the log names them, or a user's e-mail address."),
        subject: Field::asked(visit, "subject", "What").hint("The id of an officer, a detail, a user and so on."),
        from: Field::asked(visit, "from", "From day").kind("date"),
        until: Field::asked(visit, "until", "To day").kind("date"),
        filtered: KEPT.iter().any(|name| *name != "order" && !visit.query.get(name).is_empty()),
        order: Choice::asked(visit, "order", "Order", labelled(ORDERS)),
        oldest_first: walk.is_oldest_first(),
        first: with_query(PATH, &[&same]),
        further,
        export: with_query("/console/audit.csv", &[&same]),
        seal: visit.seal("/console/audit/check"),
    })
}

/// The same as CSV, whole or not at all.
pub fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let sought = sought(sql, visit)?;
    let mut csv = Csv::of(&["number", "time_utc", "actor", "action", "subject", "particulars", "previous", "hash"]);
    let (mut next, mut found) = (Some(walk(visit)?), 0);
    while let Some(walk) = next {
        let entries = find(sql, visit.agency()?, &sought, walk, AT_ONCE)?;
        next = entries.last().filter(|_| entries.len() as i64 == AT_ONCE).map(|it| walk.from(it.number));
        found += entries.len() as i64;
        if found > FILE {
            let reason = "That is more than 50,000 entries, which is what one file holds. Choose fewer days.";
            return Err(Problem::new(Refusal::Conflict, reason));
        }
        for it in entries {
            write(&mut csv, it);
        }
    }
    Ok(Page::csv("audit.csv", csv.finish()))
}

fn write(csv: &mut Csv, it: AuditEntry) {
    let (previous, hash) = (it.previous.to_hex(), it.hash.to_hex());
    csv.line([it.number.to_string(), it.at.to_string(), it.actor, it.action, it.subject, it.detail, previous, hash]);
}

#[derive(Template)]
#[template(path = "console/audit_check.html")]
struct CheckPage {
    frame: Frame,
    found: ChainCheck,
}

/// Walks the whole chain and says whether it fits.
pub fn check(visit: &Visit) -> Answer {
    visit.write(|_, _| Ok(()))?;
    let found = audit::verify_alone(&visit.app, visit.agency()?)?;
    Page::html(&CheckPage { frame: Frame::of(visit, "Audit log"), found })
}

/// In which order, from which entry on.
fn walk(visit: &Visit) -> Result<Walk, Problem> {
    let number = |name, other| match visit.query.get(name) {
        "" => Ok(other),
        text => text.parse().map_err(|_| Problem::invalid(name, "must be the number of an entry")),
    };
    Ok(match visit.query.get("order") {
        "oldest" => Walk::OldestFirst { above: number("after", 0)? },
        _ => Walk::NewestFirst { below: number("before", i64::MAX)? },
    })
}

fn sought(sql: &mut dyn Sql, visit: &Visit) -> Result<Sought, Problem> {
    let text = |name| Some(visit.query.get(name).trim().to_owned()).filter(|text| !text.is_empty());
    let mut actor = text("actor");
    if let Some(login) = actor.clone().filter(|text| text.contains('@') && !text.contains(' ')) {
        let known = users::by_login(sql, visit.agency()?, &login.to_lowercase())?;
        actor = known.map(|user| user.actor()).or(actor);
    }
    Ok(Sought {
        actor,
        subject: text("subject"),
        from: visit.day_begins("from", 0)?,
        until: visit.day_begins("until", 1)?,
    })
}

fn line(visit: &Visit, entry: &AuditEntry) -> Line {
    Line {
        number: entry.number,
        at: visit.time(entry.at),
        actor: short(&entry.actor).to_owned(),
        by_actor: format!("/console/audit?actor={}", percent::encode(&entry.actor)),
        action: entry.action.clone(),
        subject: entry.subject.clone(),
        by_subject: format!("/console/audit?subject={}", percent::encode(&entry.subject)),
        particulars: particulars(&entry.detail, |at| visit.time(at)),
    }
}

/// An actor without the id between kind and name, where there is a name.
pub(super) fn short(actor: &str) -> &str {
    let mut parts = actor.splitn(3, ' ');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("user" | "token"), Some(_), Some(name)) if !name.is_empty() => name,
        _ => actor,
    }
}

/// The particulars, each name with its value; moments as times for people.
fn particulars(detail: &str, time: impl Fn(UnixMillis) -> String) -> Vec<(String, String)> {
    let told = |name: &str, value: &Value| match value.as_i64() {
        Some(at) if name.ends_with("_at") || name.ends_with("_until") => time(UnixMillis::new(at)),
        _ => plain(value),
    };
    match serde_json::from_str(detail) {
        Ok(Value::Object(fields)) => fields.iter().map(|(name, value)| (name.clone(), told(name, value))).collect(),
        _ => vec![("particulars".to_owned(), detail.to_owned())],
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "\u{2013}".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actors_are_named_by_their_names() {
        assert_eq!(short("user 0190a0 chief@example.org"), "chief@example.org");
        assert_eq!(short("token 0190a0 night desk"), "night desk");
        for whole in ["officer 0190a0", "command line", "token 0190a0"] {
            assert_eq!(short(whole), whole);
        }
    }

    #[test]
    fn particulars_are_told_field_by_field() {
        let time = |at: UnixMillis| format!("at {}", at.as_millis());
        let told = particulars(r#"{"reason":"Rain.","before":null,"after":{"a":1},"ends_at":7,"n":7}"#, time);
        let told: Vec<_> = told.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let expected =
            [("after", "{\"a\":1}"), ("before", "\u{2013}"), ("ends_at", "at 7"), ("n", "7"), ("reason", "Rain.")];
        assert_eq!(told, expected);
        assert_eq!(particulars("no JSON", time)[0].1, "no JSON");
    }
}
