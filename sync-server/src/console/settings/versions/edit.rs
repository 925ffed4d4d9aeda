//! The editor: a draft is checked, compared with the version before, tried on the past, and put in force from its first day on.

use askama::Template;
use detailbook_core::wire::Refusal;

use super::one::found;
use super::{Differs, Inset, Known, Names, State, Versioned, first_day, today};
use crate::console::audit;
use crate::console::field::{Field, Text};
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::draft_text::Fault;
use crate::problem::Problem;
use crate::store::Sql;

/// What the form holds that puts a draft in force.
pub(in crate::console::settings) const TAKES: &[&str] = &["text", "reason"];
/// What the form holds that has a draft checked.
pub(in crate::console::settings) const CHECKED: &[&str] = &["text", first_day::FROM, first_day::SHOWN];

/// Faults that are shown.
const MOST_FAULTS: usize = 100;

#[derive(Template)]
#[template(path = "console/settings/versions_edit.html")]
struct EditPage {
    frame: Frame,
    names: Names,
    text: String,
    faults: Vec<Fault>,
    more_faults: usize,
    warnings: Vec<String>,
    looked_at: Option<Looked>,
    wrong_file: Option<String>,
    first_day: Field,
    shown_from: String,
    why: Text,
    check: Seal,
    set: Seal,
}

/// What a draft that is in order would change.
struct Looked {
    citation: String,
    from: String,
    /// Why it cannot be put in force as it is.
    stops: Option<String>,
    /// Versions that it would leave no day.
    displaces: Vec<String>,
    /// Who set the version that it would follow, and when.
    before_set: Option<String>,
    differs: Option<Differs>,
    readable: Option<Inset>,
    run: Inset,
}

/// The editor: empty, with a version to begin from, or with what was refused.
pub(in crate::console::settings) fn edit<T: Versioned>(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let text = match visit.form.find("text") {
        Some(typed) => sent(visit).unwrap_or_else(|_| typed.to_owned()),
        None => begun::<T>(sql, visit)?,
    };
    let is_unread = ["file", first_day::FROM].iter().any(|field| visit.wrong(field).is_some());
    if visit.refused.is_none() || is_unread {
        return page::<T>(visit, text, vec![], vec![], None);
    }
    // What was refused for its reason, or because somebody was faster, is shown with all that it would change, as things stand now.
    match T::read(&text) {
        Err(faults) => page::<T>(visit, text, faults, vec![], None),
        Ok(draft) => {
            let looked = look_at(sql, visit, &draft, &text)?;
            page::<T>(visit, text, vec![], draft.warnings(visit)?, Some(looked))
        }
    }
}

/// What the editor begins with, as the address says.
fn begun<T: Versioned>(sql: &mut dyn Sql, visit: &Visit) -> Result<String, Problem> {
    let from = visit.query.get("from");
    let Some((version, name)) = from.split_once(' ') else {
        return if from.is_empty() {
            Ok(String::new())
        } else {
            T::sample(visit, from)?.ok_or_else(Problem::not_found)
        };
    };
    let text = T::next(found::<T>(sql, visit, name, version)?.0)?;
    Ok(first_day::on_a_free_day(&T::known(sql, visit)?, name, today(visit)?, text))
}

fn page<T: Versioned>(
    visit: &Visit,
    text: String,
    mut faults: Vec<Fault>,
    warnings: Vec<String>,
    looked_at: Option<Looked>,
) -> Answer {
    let path = T::NAMES.path;
    let more_faults = faults.len().saturating_sub(MOST_FAULTS);
    faults.truncate(MOST_FAULTS);
    let (first_day, shown_from) = first_day::field(visit, &text);
    Page::html(&EditPage {
        frame: Frame::of(visit, &format!("Write a {}", T::NAMES.one)),
        text,
        faults,
        more_faults,
        warnings,
        looked_at,
        wrong_file: visit.wrong("file"),
        first_day,
        shown_from,
        why: Text::new(visit, "reason", "Why", 2).hint("It stands in the audit log."),
        check: visit.seal(&format!("{path}/check")),
        set: visit.seal(&format!("{path}/new")),
        names: T::NAMES,
    })
}

/// The draft: the file that was chosen, else what was typed.
fn sent(visit: &Visit) -> Result<String, Problem> {
    let Some(file) = &visit.upload else { return Ok(visit.typed("text").to_owned()) };
    let text = str::from_utf8(&file.bytes).ok().filter(|text| !text.contains('\0'));
    let text = text.ok_or_else(|| Problem::invalid("file", "must be text in UTF-8"))?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n"))
}

/// Says what is wrong with a draft, by line; else what it would change, and what it would have made of the past.
pub(in crate::console::settings) fn check<T: Versioned>(visit: &Visit) -> Answer {
    let text = first_day::dated::<T>(visit, sent(visit)?)?;
    let draft = match T::read(&text) {
        Ok(draft) => draft,
        Err(faults) => return Ok(Page { status: 422, ..page::<T>(visit, text, faults, vec![], None)? }),
    };
    let looked = visit.app.store.read(|sql| look_at(sql, visit, &draft, &text))?;
    page::<T>(visit, text, vec![], draft.warnings(visit)?, Some(looked))
}

fn look_at<T: Versioned>(sql: &mut dyn Sql, visit: &Visit, draft: &T, text: &str) -> Result<Looked, Problem> {
    let known = T::known(sql, visit)?;
    let displaces = displaced(&known, draft);
    let last = known.into_iter().rfind(|it| it.is.name() == draft.name());
    let stops = match draft.fits(sql, visit) {
        Err(problem) if problem.refusal == Refusal::Conflict => Some(problem.reason),
        other => other.map(|()| None)?,
    };
    let set = |it: &Known<T>| format!("{}, {}", visit.time(it.set_at), audit::short(&it.set_by));
    Ok(Looked {
        citation: draft.citation(),
        from: draft.first_day().to_string(),
        stops,
        displaces,
        before_set: last.as_ref().map(set),
        differs: last.map(|last| Differs::of(&last, draft, text)).transpose()?,
        readable: draft.readable()?,
        run: draft.dry_run(sql, visit, text)?,
    })
}

/// Versions of its name that would begin no earlier than a draft, and so never.
fn displaced<T: Versioned>(known: &[Known<T>], draft: &T) -> Vec<String> {
    let loses = |it: &&Known<T>| {
        it.is.name() == draft.name() && it.is.first_day() >= draft.first_day() && it.state != State::Never
    };
    known.iter().filter(loses).map(|it| it.is.citation()).collect()
}

/// Puts a draft in force from its first day on.
pub(in crate::console::settings) fn set<T: Versioned>(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let text = visit.typed("text");
    in_order::<T>(text)?.put(sql, visit, text)?;
    Ok(Page::to(&format!("{}?said={}", T::NAMES.path, T::NAMES.said)))
}

/// What the dry run of a draft found, as a file. Nothing is kept.
pub(in crate::console::settings) fn dry_run_file<T: Versioned>(visit: &Visit) -> Answer {
    let draft = in_order::<T>(&sent(visit)?)?;
    visit.app.store.read(|sql| draft.dry_run_file(sql, visit))
}

/// Reads a draft; where something is wrong with it, the first of that.
fn in_order<T: Versioned>(text: &str) -> Result<T, Problem> {
    T::read(text).map_err(|faults| {
        let first = faults.first().map(ToString::to_string).unwrap_or_default();
        Problem::invalid("text", &format!("is not in order: {first}"))
    })
}
