//! The versions that there were of the labour contract and of the staffing rules, each in force from a moment until the next.

use detailbook_core::award::Contract;
use detailbook_core::staffing::StaffingRules;
use detailbook_core::time::UnixMillis;
use serde::Serialize;

use super::changes::Changes;
use super::terms::pretty;
use super::versions::{Differs, Line, State, Table, VersionPage};
use crate::console::csv::Csv;
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::store::{Sql, ledger, staffing_rules};

/// One version: since when it is in force, what it is called, and what it says.
struct Dated {
    from: UnixMillis,
    name: String,
    text: String,
}

/// What is kept so.
trait Terms: Serialize {
    /// Where it is written, and what it is called.
    const PAGE: (&'static str, &'static str);
    /// What its file is called.
    const FILE: &'static str;

    /// Every version, the first one first.
    fn all(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<(UnixMillis, Self)>, Problem>
    where
        Self: Sized;

    /// What the version is called that stands in that place, from 1.
    fn called(&self, place: usize) -> String;
}

impl Terms for Contract {
    const PAGE: (&'static str, &'static str) = ("/console/settings/contract", "Labour contract");
    const FILE: &'static str = "contracts.csv";

    fn all(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<(UnixMillis, Self)>, Problem> {
        Ok(ledger::contracts(sql, visit.agency()?)?)
    }

    fn called(&self, _: usize) -> String {
        format!("{} v{}", self.name, self.version)
    }
}

impl Terms for StaffingRules {
    const PAGE: (&'static str, &'static str) = ("/console/settings/staffing", "Staffing rules");
    const FILE: &'static str = "staffing-rules.csv";

    fn all(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<(UnixMillis, Self)>, Problem> {
        Ok(staffing_rules::all(sql, visit.agency()?)?)
    }

    fn called(&self, place: usize) -> String {
        format!("Staffing rules {place}")
    }
}

fn dated<T: Terms>(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<Dated>, Problem> {
    let all = T::all(sql, visit)?;
    let one = |(place, (from, is)): (usize, &(UnixMillis, T))| Dated {
        from: *from,
        name: is.called(place + 1),
        text: pretty(is),
    };
    Ok(all.iter().enumerate().map(one).collect())
}

/// The versions as lines, the first one first.
fn lines<T: Terms>(visit: &Visit, all: &[Dated]) -> Vec<Line> {
    let next = |at: usize| all.get(at + 1).map(|next| next.from);
    let line = |(at, it): (usize, &Dated)| Line {
        name: it.name.clone(),
        path: format!("{}/versions/{}", T::PAGE.0, it.from.as_millis()),
        from: visit.time(it.from),
        until: next(at).map(|until| visit.time(until)).unwrap_or_default(),
        state: state(it.from, next(at), visit.now),
        count: 0,
        set: None,
    };
    all.iter().enumerate().map(line).collect()
}

fn state(from: UnixMillis, until: Option<UnixMillis>, now: UnixMillis) -> State {
    match until {
        _ if from > now => State::ToCome,
        Some(until) if until <= now => State::Over,
        _ => State::InForce,
    }
}

fn table<T: Terms>(sql: &mut dyn Sql, visit: &Visit) -> Result<Option<Table>, Problem> {
    let mut lines = lines::<T>(visit, &dated::<T>(sql, visit)?);
    lines.reverse();
    Ok((!lines.is_empty()).then(|| Table::of("Versions, the newest first", None, lines)))
}

/// The versions of the contract, if there is any.
pub(super) fn of_contract(sql: &mut dyn Sql, visit: &Visit) -> Result<Option<Table>, Problem> {
    table::<Contract>(sql, visit)
}

/// The versions of the staffing rules, if there is any.
pub(super) fn of_staffing(sql: &mut dyn Sql, visit: &Visit) -> Result<Option<Table>, Problem> {
    table::<StaffingRules>(sql, visit)
}

fn export<T: Terms>(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let mut csv = Csv::of(&["name", "state", "from", "until"]);
    for it in lines::<T>(visit, &dated::<T>(sql, visit)?) {
        csv.line([it.name, it.state.says().to_owned(), it.from, it.until]);
    }
    Ok(Page::csv(T::FILE, csv.finish()))
}

/// Those of the contract, as CSV.
pub(super) fn export_contract(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    export::<Contract>(sql, visit)
}

/// Those of the staffing rules, as CSV.
pub(super) fn export_staffing(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    export::<StaffingRules>(sql, visit)
}

fn one<T: Terms>(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let from = UnixMillis::new(visit.id("from")?);
    let mut all = dated::<T>(sql, visit)?;
    let at = all.iter().position(|it| it.from == from).ok_or_else(Problem::not_found)?;
    let until = all.get(at + 1).map(|next| next.from);
    let before = at.checked_sub(1).map(|before| {
        let Dated { name, text, .. } = &all[before];
        Differs { before: name.clone(), said: None, changes: Changes::between(text, &all[at].text) }
    });
    let Dated { name, text, .. } = all.swap_remove(at);
    Page::html(&VersionPage {
        frame: Frame::of(visit, &name),
        back: T::PAGE,
        state: state(from, until, visit.now),
        facts: vec![
            ("From", visit.time(from)),
            ("Until", until.map_or_else(|| "no end".to_owned(), |until| visit.time(until))),
        ],
        logged: None,
        readable: None,
        differs: before,
        text,
        copy: None,
        heading: name,
    })
}

/// One version of the contract, and how it differs from the one before.
pub(super) fn one_contract(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    one::<Contract>(sql, visit)
}

/// One version of the staffing rules, and how it differs from the one before.
pub(super) fn one_staffing(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    one::<StaffingRules>(sql, visit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_over_when_the_next_begins() {
        let at = UnixMillis::new;
        assert_eq!(state(at(5), None, at(4)), State::ToCome);
        assert_eq!([state(at(5), None, at(5)), state(at(5), Some(at(9)), at(8))], [State::InForce; 2]);
        assert_eq!(state(at(5), Some(at(9)), at(9)), State::Over);
    }
}
