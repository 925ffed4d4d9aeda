//! Tariffs: what makes them one sort of what is kept in versions.

use askama::Template;
use detailbook_core::pricing::{Day, Tariff, TariffDraft};
use detailbook_core::wire::Refusal;

use super::tariff_changes::Changed;
use super::tariff_dry_run::{self, DryRunView};
use super::tariff_sheet::Sheet;
use super::versions::{Inset, Known, Names, State, Versioned, today};
use crate::access::scope::Scope;
use crate::billing::{plan, tariffs};
use crate::console::page::Answer;
use crate::console::visit::Visit;
use crate::draft_text::Fault;
use crate::problem::Problem;
use crate::store::Sql;

/// The name under which the editor begins with the tariff that the server was given.
const GIVEN: &str = "given";

/// The tariff that the server was given for the agency.
fn given(visit: &Visit) -> Result<Option<&Tariff>, Problem> {
    Ok(visit.app.settings.tariffs.of(visit.agency()?))
}

impl Versioned for Tariff {
    const NAMES: Names = Names {
        path: "/console/settings/tariffs",
        all: "Tariffs",
        one: "tariff",
        says: "What work pays and what customers are billed, by the day of the work. Versions are only ever added. A version takes the \
               place of the one before from its first day on. What was ruled on stays as it was priced.",
        none: "None of the agency's own.",
        counted: "Types of job",
        written: "TOML",
        said: "tariff",
        read: Scope::BillingRead,
        write: Scope::BillingWrite,
    };

    fn known(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<Known<Self>>, Problem> {
        let today = tariffs::number(today(visit)?);
        let mut all = Vec::new();
        for it in tariffs::standing(sql, visit.agency()?, visit.now)? {
            let (is, state) = (tariffs::read(&it.row)?, State::of_days(it.from, it.until, today));
            let until = it.until.filter(|until| *until >= it.from).and_then(plan::day);
            let body = Some(it.row.body);
            all.push(Known { is, body, until, state, set_at: it.row.set_at, set_by: it.row.set_by });
        }
        Ok(all)
    }

    fn read(text: &str) -> Result<Self, Vec<Fault>> {
        tariffs::check(text)
    }

    fn name(&self) -> &str {
        &self.terms().name
    }

    fn version(&self) -> i64 {
        i64::from(self.terms().version)
    }

    fn first_day(&self) -> Day {
        self.terms().effective_from
    }

    fn text(&self) -> Result<String, Problem> {
        let unwritable = |error: toml::ser::Error| {
            tracing::error!(%error, "a tariff could not be written as text");
            Problem::from(Refusal::Unavailable)
        };
        toml::to_string(self.terms()).map_err(unwritable)
    }

    /// The text as it was set, with its remarks, but for the version.
    fn next(known: Known<Self>) -> Result<String, Problem> {
        let version = known.is.terms().version.saturating_add(1);
        let raised = known.body.as_deref().map(|body| raised(body, version));
        match raised.filter(|text| tariffs::check(text).is_ok_and(|it| it.terms().version == version)) {
            Some(text) => Ok(text),
            None => with_version(&known.is, version).text(),
        }
    }

    fn sample(visit: &Visit, name: &str) -> Result<Option<String>, Problem> {
        let given = given(visit)?.filter(|_| name == GIVEN);
        given.map(|given| with_version(given, given.terms().version.saturating_add(1)).text()).transpose()
    }

    fn count(&self) -> usize {
        self.terms().job_types.len()
    }

    fn warnings(&self, visit: &Visit) -> Result<Vec<String>, Problem> {
        let (today, mut said) = (today(visit)?, Vec::new());
        if self.first_day() < today {
            said.push(format!(
                "Its first day, {}, has passed. Work since then that was ruled on stays as it was priced; what is ruled on from now on is \
                 priced by this version.",
                self.first_day()
            ));
        }
        if let Some(last) = self.terms().effective_until {
            said.push(format!(
                "It ends on {last}. After that day another tariff must be in force, or work has no price."
            ));
        }
        Ok(said)
    }

    fn fits(&self, sql: &mut dyn Sql, visit: &Visit) -> Result<(), Problem> {
        tariffs::fits(sql, &visit.by()?, self)
    }

    fn readable(&self) -> Result<Option<Inset>, Problem> {
        Inset::of(&Sheet::of(self)).map(Some)
    }

    fn differs(&self, before: &Self) -> Result<Option<Inset>, Problem> {
        Inset::of(&Changed::between(before, self)).map(Some)
    }

    fn dry_run(&self, sql: &mut dyn Sql, visit: &Visit, text: &str) -> Result<Inset, Problem> {
        Inset::of(&DryRunView::of(sql, visit, self, text)?)
    }

    fn dry_run_file(&self, sql: &mut dyn Sql, visit: &Visit) -> Answer {
        tariff_dry_run::export(sql, visit, self)
    }

    fn put(&self, sql: &mut dyn Sql, visit: &Visit, text: &str) -> Result<(), Problem> {
        tariffs::add(sql, &visit.by()?, text, visit.typed("reason")).map(drop)
    }

    fn beside(_: &mut dyn Sql, visit: &Visit) -> Result<Option<Inset>, Problem> {
        let given = given(visit)?;
        let may_write = visit.who()?.may(Self::NAMES.write);
        let view = |given: &Self| GivenView { citation: given.citation(), sheet: Sheet::of(given), may_write };
        given.map(|given| Inset::of(&view(given))).transpose()
    }
}

/// The tariff that the server was given, below the list.
#[derive(Template)]
#[template(path = "console/settings/tariff_given.html")]
struct GivenView {
    citation: String,
    sheet: Sheet,
    may_write: bool,
}

/// The text with another version: the first line that gives one, before any entry.
fn raised(body: &str, version: u32) -> String {
    let mut done = false;
    let mut lines: Vec<String> = Vec::new();
    for line in body.lines() {
        let gives = line.trim_start().strip_prefix("version").is_some_and(|rest| rest.trim_start().starts_with('='));
        if gives && !done {
            done = true;
            let remark = line.split_once('#').map(|(_, remark)| format!("  #{remark}")).unwrap_or_default();
            lines.push(format!("version = {version}{remark}"));
        } else {
            lines.push(line.to_owned());
        }
    }
    lines.join("\n") + "\n"
}

fn with_version(tariff: &Tariff, version: u32) -> Tariff {
    Tariff::try_from(TariffDraft { version, ..tariff.terms().clone() }).unwrap_or_else(|_| tariff.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOWN: &str = include_str!("../../../tariffs/town.toml");

    #[test]
    fn the_next_version_keeps_the_remarks() {
        let known = |body: Option<String>| Known {
            is: tariffs::check(TOWN).unwrap(),
            body,
            until: None,
            state: State::InForce,
            set_at: detailbook_core::time::UnixMillis::new(0),
            set_by: String::new(),
        };
        let next = Tariff::next(known(Some(TOWN.to_owned()))).unwrap();
        assert_eq!(next, TOWN.replacen("version = 4", "version = 5", 1));
        assert_eq!(raised("version=4 # of four\nversion = 1\n", 5), "version = 5  # of four\nversion = 1\n");
        // Where the text is not known, or its version stands elsewhere, it is written anew.
        let odd = TOWN.replacen("version = 4", "\"version\" = 4", 1);
        for body in [None, Some(odd)] {
            let next = tariffs::check(&Tariff::next(known(body)).unwrap()).unwrap();
            assert_eq!(next, with_version(&tariffs::check(TOWN).unwrap(), 5));
        }
    }
}
