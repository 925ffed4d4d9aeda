//! The public register: which officers the agency has approved to work outside, for whom, in what, and where that is recorded.
//! Nothing else of an approval or an officer is public.

use detailbook_core::ids::RecordId;
use detailbook_core::pricing::Day;
use detailbook_core::records::{Agency, Customer, Officer};
use serde::Serialize;
use utoipa::ToSchema;

use super::approvals::{self, ApprovalRecord};
use crate::audit::By;
use crate::filing;
use crate::problem::Problem;
use crate::store::Sql;

/// Approvals looked at in one read.
const STRIDE: i64 = 1_000;

/// One line of the register.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = RegisterLine)]
pub struct Line {
    /// The officer's name.
    pub officer: String,
    /// The employer's name; empty where the approval is for any.
    pub employer: String,
    /// What kind of approval.
    pub kind: String,
    /// May wear the uniform.
    pub uniform: bool,
    /// May carry the agency's weapon.
    pub weapon: bool,
    /// May use the agency's vehicle.
    pub vehicle: bool,
    /// Where it stands in the public record.
    pub reference: String,
    /// What was found in giving it.
    pub findings: Vec<String>,
    /// The first day it is good for.
    pub from: Day,
    /// The last day; absent where it has no end.
    pub until: Option<Day>,
    /// The day on which it was taken back.
    pub revoked: Option<Day>,
}

/// The register as it stands: every approval that was given as the rules of its day asked, also those that have ended.
pub fn register(sql: &mut dyn Sql, by: &By<'_>) -> Result<Vec<Line>, Problem> {
    let (mut lines, mut after) = (Vec::new(), RecordId::NIL);
    loop {
        let page = approvals::page(sql, by.agency, after, STRIDE)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for record in &page {
            lines.extend(line(sql, by, record)?);
        }
    }
    lines.sort_by(|one, other| {
        (&one.officer, one.from, &one.employer).cmp(&(&other.officer, other.from, &other.employer))
    });
    Ok(lines)
}

fn line(sql: &mut dyn Sql, by: &By<'_>, record: &ApprovalRecord) -> Result<Option<Line>, Problem> {
    let zone = filing::get::<Agency>(sql, by.agency, by.agency)?.record.zone;
    let given = ApprovalRecord { revoked: None, ..record.clone() };
    let Some(rule) = approvals::satisfied(sql, by, &given)? else { return Ok(None) };
    let Some((from, until)) = given.good(zone, &rule) else { return Ok(None) };
    let officer = filing::get::<Officer>(sql, by.agency, record.officer)?.record.name;
    let employer = match record.employer {
        Some(employer) => filing::get::<Customer>(sql, by.agency, employer)?.record.name,
        None => String::new(),
    };
    let covers = |what: &str| record.covers.iter().any(|covered| covered == what);
    Ok(Some(Line {
        officer,
        employer,
        kind: record.kind.clone(),
        uniform: covers("uniform"),
        weapon: covers("weapon"),
        vehicle: covers("vehicle"),
        reference: record.reference.clone().unwrap_or_default(),
        findings: record.statements.clone(),
        from,
        until,
        revoked: record.revoked.as_ref().map(|revoked| Day(zone.local(revoked.at).date())),
    }))
}

const HEADER: &str = "officer,employer,kind,uniform,weapon,vehicle,reference,findings,from,until,revoked";

/// The register as CSV.
pub fn csv(lines: &[Line]) -> String {
    let mut text = format!("{HEADER}\r\n");
    for line in lines {
        let yes = |flag: bool| if flag { "yes" } else { "no" }.to_owned();
        let day = |day: Option<Day>| day.map_or(String::new(), |day| day.to_string());
        let fields = [
            line.officer.clone(),
            line.employer.clone(),
            line.kind.clone(),
            yes(line.uniform),
            yes(line.weapon),
            yes(line.vehicle),
            line.reference.clone(),
            line.findings.join("; "),
            day(Some(line.from)),
            day(line.until),
            day(line.revoked),
        ];
        text.push_str(&fields.map(|field| quoted(&field)).join(","));
        text.push_str("\r\n");
    }
    text
}

/// A field: quoted where it must be, and never one that a spreadsheet takes for a formula.
fn quoted(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '-', '@', '\t']);
    let field = if formula { format!("'{field}") } else { field.to_owned() };
    if field.contains([',', '"', '\n', '\r']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn fields_are_quoted_where_they_must_be_and_are_never_formulas() {
        assert_eq!(quoted("Main Street"), "Main Street");
        assert_eq!(quoted("Gas, water \"and\" light"), "\"Gas, water \"\"and\"\" light\"");
        assert_eq!(quoted("=HYPERLINK(1)"), "'=HYPERLINK(1)");
    }
}
