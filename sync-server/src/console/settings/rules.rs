//! Rule sets: what makes them one sort of what is kept in versions.

use detailbook_core::policy::{RuleSet, RuleSetDraft};
use detailbook_core::pricing::Day;
use detailbook_core::wire::Refusal;

use super::rules_dry_run::{self, DryRunView};
use super::versions::{Inset, Known, Names, State, Versioned};
use crate::access::scope::Scope;
use crate::console::page::Answer;
use crate::console::visit::Visit;
use crate::draft_text::Fault;
use crate::policy::check::{check, in_vain};
use crate::policy::sets;
use crate::problem::Problem;
use crate::store::{Sql, rule_sets};

impl Versioned for RuleSet {
    const NAMES: Names = Names {
        path: "/console/settings/rules",
        all: "Rule sets",
        one: "set",
        says: "Versions are only ever added. A version takes the place of the one before from its first day on.",
        none: "None: nothing stands in the way of anything.",
        counted: "Rules",
        written: "TOML or JSON",
        said: "rules",
        read: Scope::PolicyRead,
        write: Scope::PolicyWrite,
    };

    fn known(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<Known<Self>>, Problem> {
        let (agency, now) = (visit.agency()?, visit.now);
        let standing = sets::standing(sql, agency, now)?;
        let in_force = sets::in_force(sql, agency, now, now)?.map(|set| set.citation());
        let mut all = Vec::new();
        for row in rule_sets::known(sql, agency, now)? {
            let is = sets::read(&row)?;
            let days = standing.iter().find(|it| it.row == row);
            let state = match days {
                _ if in_force.as_deref() == Some(is.citation().as_str()) => State::InForce,
                None => State::Never,
                Some(days) if days.from * 86_400_000 > now.as_millis() => State::ToCome,
                Some(_) => State::Over,
            };
            let until = days.and_then(|it| sets::day(it.until));
            all.push(Known { is, body: None, until, state, set_at: row.set_at, set_by: row.set_by });
        }
        Ok(all)
    }

    fn read(text: &str) -> Result<Self, Vec<Fault>> {
        check(text)
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn version(&self) -> i64 {
        i64::from(self.version)
    }

    fn first_day(&self) -> Day {
        self.effective_from
    }

    fn text(&self) -> Result<String, Problem> {
        let unwritable = |error: toml::ser::Error| {
            tracing::error!(%error, "a rule set could not be written as text");
            Problem::from(Refusal::Unavailable)
        };
        toml::to_string(&RuleSetDraft::from(self.clone())).map_err(unwritable)
    }

    fn next(known: Known<Self>) -> Result<String, Problem> {
        let version = known.is.version.saturating_add(1);
        Self { version, ..known.is }.text()
    }

    fn count(&self) -> usize {
        self.rules.len()
    }

    fn warnings(&self, _: &Visit) -> Result<Vec<String>, Problem> {
        Ok(in_vain(self))
    }

    fn fits(&self, sql: &mut dyn Sql, visit: &Visit) -> Result<(), Problem> {
        sets::fits(sql, &visit.by()?, self)
    }

    fn readable(&self) -> Result<Option<Inset>, Problem> {
        Ok(None)
    }

    fn dry_run(&self, sql: &mut dyn Sql, visit: &Visit, text: &str) -> Result<Inset, Problem> {
        Inset::of(&DryRunView::of(sql, visit, self, text)?)
    }

    fn dry_run_file(&self, sql: &mut dyn Sql, visit: &Visit) -> Answer {
        rules_dry_run::export(sql, visit, self)
    }

    fn put(&self, sql: &mut dyn Sql, visit: &Visit, _: &str) -> Result<(), Problem> {
        sets::set_for(sql, &visit.by()?, self, visit.typed("reason"))
    }
}
