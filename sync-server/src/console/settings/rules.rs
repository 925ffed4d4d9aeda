//! Rule sets: their versions with dates, an editor that says what is wrong by line, what differs, and a dry run before a set is in force.

use askama::Template;
use detailbook_core::policy::{RuleSet, RuleSetDraft};

use super::diff::Changes;
use super::dry_run::{DryRun, dry_run};
use crate::access::scope::Scope;
use crate::console::audit;
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::policy::check::{Fault, check as read, in_vain};
use crate::policy::sets;
use crate::problem::Problem;
use crate::routes::staff::percent;
use crate::store::{Sql, rule_sets};

#[derive(Template)]
#[template(path = "console/settings/rules.html")]
struct RulesPage {
    frame: Frame,
    lines: Vec<Line>,
    may_write: bool,
}

struct Line {
    name: String,
    in_path: String,
    version: i64,
    from: String,
    until: String,
    state: &'static str,
    mark: &'static str,
    rules: usize,
    set_at: String,
    set_by: String,
}

/// Every version, the newest first.
pub(super) fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, now) = (visit.agency()?, visit.now);
    let standing = sets::standing(sql, agency, now)?;
    let in_force = sets::in_force(sql, agency, now, now)?.map(|set| set.citation());
    let mut lines = Vec::new();
    for row in rule_sets::known(sql, agency, now)?.into_iter().rev() {
        let set = sets::read(&row)?;
        let days = standing.iter().find(|it| it.row == row);
        let (state, mark) = match days {
            _ if in_force.as_deref() == Some(set.citation().as_str()) => ("in force", "good"),
            None => ("never in force", "quiet"),
            Some(days) if days.from * 86_400_000 > now.as_millis() => ("from its day on", "warn"),
            Some(_) => ("over", "quiet"),
        };
        let until = days.and_then(|it| sets::day(it.until)).map(|day| day.to_string());
        lines.push(Line {
            in_path: percent::encode(&set.name),
            version: row.version,
            from: set.effective_from.to_string(),
            until: until.unwrap_or_default(),
            state,
            mark,
            rules: set.rules.len(),
            set_at: visit.time(row.set_at),
            set_by: audit::short(&row.set_by).to_owned(),
            name: set.name,
        });
    }
    let may_write = visit.who()?.may(Scope::PolicyWrite);
    Page::html(&RulesPage { frame: Frame::of(visit, "Rule sets"), lines, may_write })
}

#[derive(Template)]
#[template(path = "console/settings/rule_set.html")]
struct SetPage {
    frame: Frame,
    citation: String,
    text: String,
    before: Option<String>,
    changes: Changes,
    copy: String,
    may_write: bool,
}

/// A set as it is written down.
fn text_of(set: &RuleSet) -> Result<String, Problem> {
    let unwritable = |error: toml::ser::Error| {
        tracing::error!(%error, "a rule set could not be written as text");
        Problem::from(detailbook_core::wire::Refusal::Unavailable)
    };
    toml::to_string(&RuleSetDraft::from(set.clone())).map_err(unwritable)
}

fn found(sql: &mut dyn Sql, visit: &Visit, name: &str, version: &str) -> Result<RuleSet, Problem> {
    let version = version.parse().map_err(|_| Problem::not_found())?;
    sets::get(sql, visit.agency()?, name, version)?.ok_or_else(Problem::not_found)
}

/// One version, and how it differs from the one before.
pub(super) fn one(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let name = percent::decode(visit.param("set")).ok_or_else(Problem::not_found)?;
    let set = found(sql, visit, &name, visit.param("version"))?;
    let text = text_of(&set)?;
    let before = sets::get(sql, visit.agency()?, &name, i64::from(set.version) - 1)?;
    let changes = match &before {
        Some(before) => Changes::between(&text_of(before)?, &text),
        None => Changes::default(),
    };
    Page::html(&SetPage {
        frame: Frame::of(visit, &set.citation()),
        citation: set.citation(),
        text,
        before: before.map(|it| it.citation()),
        changes,
        copy: percent::encode(&format!("{} {}", set.version, set.name)),
        may_write: visit.who()?.may(Scope::PolicyWrite),
    })
}

#[derive(Template)]
#[template(path = "console/settings/rules_edit.html")]
struct EditPage {
    frame: Frame,
    text: String,
    faults: Vec<Fault>,
    warnings: Vec<String>,
    looked_at: Option<Looked>,
    check: Seal,
    set: Seal,
}

/// What a text that is in order would change.
struct Looked {
    citation: String,
    from: String,
    before: Option<String>,
    changes: Changes,
    run: DryRun,
}

/// The editor: empty, with a version to begin from, or with what was refused.
pub(super) fn edit(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let text = match (visit.form.find("text"), visit.query.get("from").split_once(' ')) {
        (Some(typed), _) => typed.to_owned(),
        (None, Some((version, name))) => text_of(&next(found(sql, visit, name, version)?))?,
        (None, None) => String::new(),
    };
    let faults = if visit.refused.is_some() { read(&text).err().unwrap_or_default() } else { vec![] };
    page(visit, text, faults, vec![], None)
}

/// The next version of a set, to be edited.
fn next(set: RuleSet) -> RuleSet {
    RuleSet { version: set.version + 1, ..set }
}

fn page(visit: &Visit, text: String, faults: Vec<Fault>, warnings: Vec<String>, looked_at: Option<Looked>) -> Answer {
    Page::html(&EditPage {
        frame: Frame::of(visit, "Edit rules"),
        text,
        faults,
        warnings,
        looked_at,
        check: visit.seal("/console/settings/rules/check"),
        set: visit.seal("/console/settings/rules/new"),
    })
}

/// Says what is wrong with a text, by line; else what it would change, and what it would have said of the last month.
pub(super) fn check(visit: &Visit) -> Answer {
    let text = visit.typed("text").to_owned();
    let set = match read(&text) {
        Ok(set) => set,
        Err(faults) => return Ok(Page { status: 422, ..page(visit, text, faults, vec![], None)? }),
    };
    let warnings = in_vain(&set);
    let looked_at = visit.app.store.read(|sql| look_at(sql, visit, &set))?;
    page(visit, text, vec![], warnings, Some(looked_at))
}

fn look_at(sql: &mut dyn Sql, visit: &Visit, set: &RuleSet) -> Result<Looked, Problem> {
    let known = rule_sets::known(sql, visit.agency()?, visit.now)?;
    let last = known.iter().filter(|row| row.name == set.name).max_by_key(|row| row.version);
    let before = last.map(sets::read).transpose()?;
    let changes = match &before {
        Some(before) => Changes::between(&text_of(before)?, &text_of(set)?),
        None => Changes::default(),
    };
    Ok(Looked {
        citation: set.citation(),
        from: set.effective_from.to_string(),
        before: before.map(|it| it.citation()),
        changes,
        run: dry_run(sql, visit, set)?,
    })
}

/// Puts a set in force from its first day on.
pub(super) fn set(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let set = read(visit.typed("text")).map_err(|faults| {
        let first = faults.first().map(ToString::to_string).unwrap_or_default();
        Problem::invalid("text", &format!("is not in order: {first}"))
    })?;
    sets::set(sql, &visit.by()?, &set)?;
    Ok(Page::to("/console/settings/rules?said=rules"))
}
