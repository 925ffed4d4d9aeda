//! How its places were awarded, and why to everybody who was compared: the first of them on the page of the detail, all on a page of their own,
//! and as a file.

use askama::Template;
use detailbook_core::award::{AwardRecord, Explanation, Outcome};
use detailbook_core::ids::{AgencyId, DetailId};
use detailbook_core::records::{Detail, Officer, RecordKind};

use super::exports::number_and_name;
use super::words::{Mark, called};
use crate::console::csv::Csv;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::{any, labelled};
use crate::console::page::{Answer, Page};
use crate::console::part::{PART, Part, with_query};
use crate::console::visit::Visit;
use crate::filing;
use crate::problem::Problem;
use crate::scheduling::window;
use crate::store::{Ahead, Sql, StoreError, records};

/// What asks in the address for awards to be decided again.
pub(super) const AGAIN: &str = "again";
/// What the address of the page may hold.
pub(super) const FILTER: &[&str] = &["award", "find", "outcome", "sort", "part"];
/// What of it is kept from part to part.
pub(super) const KEPT: &[&str] = &["award", "find", "outcome", "sort"];
const OUTCOMES: &[(&str, &str)] = &[("awarded", "Awarded"), ("backup", "Backup"), ("not-ranked", "Not ranked")];
const ORDERS: &[(&str, &str)] = &[("rank", "Rank"), ("officer", "Officer")];

/// One award on the page of its detail.
pub(super) struct AwardView {
    /// Which of all, from the first one decided.
    pub(super) number: usize,
    pub(super) at: String,
    pub(super) method: String,
    pub(super) commitment: String,
    pub(super) seed: String,
    pub(super) rows: Vec<AwardRow>,
    /// How many more there are than stand here.
    pub(super) more: usize,
    pub(super) empty: Vec<String>,
    /// How it comes out otherwise when it is decided again, where that was asked for.
    pub(super) differences: Option<Vec<(String, String, String)>>,
}

/// What became of one officer in it.
pub(super) struct AwardRow {
    pub(super) rank: String,
    pub(super) officer: String,
    pub(super) outcome: Mark,
    pub(super) keys: Vec<(String, String)>,
    pub(super) sentence: String,
}

impl AwardRow {
    fn of(record: &AwardRecord, compared: &Compared<'_>) -> Self {
        let one = compared.one;
        let keys = one.compared.iter().chain(&one.order_in);
        Self {
            rank: one.rank.map(|rank| format!("{rank} of {}", one.of)).unwrap_or_default(),
            officer: compared.name(),
            outcome: outcome(one.outcome),
            keys: keys.map(|it| it.told(&record.case)).collect(),
            sentence: one.sentence.clone(),
        }
    }
}

const fn outcome(outcome: Outcome) -> Mark {
    match outcome {
        Outcome::Awarded => Mark { class: "good", word: "awarded" },
        Outcome::Backup => Mark { class: "quiet", word: "backup" },
        Outcome::Excluded => Mark { class: "warn", word: "not ranked" },
    }
}

/// Those of a detail with their numbers, the latest first.
fn numbered(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId) -> Result<Vec<(usize, AwardRecord)>, Problem> {
    let all = window::awards(sql, agency, detail)?;
    Ok((1..=all.len()).rev().zip(all).collect())
}

/// The awards as they were decided, the latest first. Whoever asks for it has each decided again from what was kept: that is a check, and no
/// way of showing one.
pub(super) fn shown(sql: &mut dyn Sql, visit: &Visit, detail: DetailId) -> Result<Vec<AwardView>, Problem> {
    let (agency, again, mut told) = (visit.agency()?, visit.query.get(AGAIN) == "1", Vec::new());
    for (number, record) in numbered(sql, agency, detail)? {
        let explanations = &record.award.explanations;
        let first = &explanations[..explanations.len().min(PART)];
        let rows = compared(sql, agency, first)?;
        let found = again.then(|| record.verify());
        let differences = found.map(|all| all.into_iter().map(|it| (it.what, it.stored, it.again)).collect());
        told.push(AwardView {
            number,
            at: record.case.window.zone.clock_text(record.decided_at),
            method: record.award.method.clone(),
            commitment: record.sealing.commitment.to_string(),
            seed: record.sealing.seed.to_hex(),
            rows: rows.iter().map(|one| AwardRow::of(&record, one)).collect(),
            more: explanations.len() - first.len(),
            empty: record.award.unfilled.iter().map(|it| it.sentence.clone()).collect(),
            differences,
        });
    }
    Ok(told)
}

/// Somebody who was compared.
struct Compared<'a> {
    one: &'a Explanation,
    /// Nothing where there is no such officer any more.
    officer: Option<Officer>,
}

impl Compared<'_> {
    fn name(&self) -> String {
        self.officer.as_ref().map_or_else(|| self.one.officer.to_string(), called)
    }
}

fn compared<'a>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    explanations: impl IntoIterator<Item = &'a Explanation>,
) -> Result<Vec<Compared<'a>>, StoreError> {
    let (explanations, sql): (Vec<_>, _) = (explanations.into_iter().collect(), &mut Ahead::over(sql));
    records::ahead(sql, agency, RecordKind::Officer, explanations.iter().map(|one| one.officer))?;
    let mut officer = |one: &Explanation| records::get::<Officer>(sql, agency, RecordKind::Officer, one.officer);
    let with = |one| Ok(Compared { one, officer: officer(one)?.map(|stored| stored.record) });
    explanations.into_iter().map(with).collect()
}

#[derive(Template)]
#[template(path = "console/details/awards.html")]
struct AwardsPage {
    frame: Frame,
    id: DetailId,
    title: String,
    award: Choice,
    find: Field,
    outcome: Choice,
    sort: Choice,
    is_decided: bool,
    rows: Vec<AwardRow>,
    /// The address of what is shown as a file.
    file: String,
    part: Part,
}

/// Everybody who was compared in one award.
pub(super) fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, id) = (visit.agency()?, visit.id::<DetailId>("id")?);
    let (title, all) = (filing::get::<Detail>(sql, agency, id)?.record.title, numbered(sql, agency, id)?);
    let told =
        |(number, it): &(usize, AwardRecord)| (number.to_string(), it.case.window.zone.clock_text(it.decided_at));
    let options: Vec<_> = all.iter().map(told).collect();
    let chosen = match visit.query.get("award") {
        "" => all.first(),
        asked => Some(all.iter().find(|(number, _)| number.to_string() == asked).ok_or_else(Problem::not_found)?),
    };
    let found = chosen.map_or(Ok(Vec::new()), |(_, record)| sought(sql, visit, record))?;
    let path = format!("/console/details/{id}/awards");
    let (found, part) = Part::of(visit, &path, KEPT, found);
    // An address without an award shows the latest; a file without one has them all.
    let shown = chosen.filter(|_| visit.query.get("award").is_empty()).map(|(number, _)| format!("award={number}"));
    Page::html(&AwardsPage {
        frame: Frame::of(visit, &format!("Award: {title}")),
        id,
        title,
        award: Choice::asked(visit, "award", "Decided", options),
        find: Field::asked(visit, "find", "Officer").hint("Part of the name, or the number."),
        outcome: Choice::asked(visit, "outcome", "Outcome", any(labelled(OUTCOMES))),
        sort: Choice::asked(visit, "sort", "Order", labelled(ORDERS)),
        rows: chosen.iter().flat_map(|(_, record)| found.iter().map(|one| AwardRow::of(record, one))).collect(),
        is_decided: chosen.is_some(),
        file: with_query(&format!("{path}.csv"), &[shown.as_deref().unwrap_or_default(), &part.same]),
        part,
    })
}

/// Those of an award that the address asks for, in its order.
fn sought<'a>(sql: &mut dyn Sql, visit: &Visit, record: &'a AwardRecord) -> Result<Vec<Compared<'a>>, Problem> {
    let (find, wanted) = (visit.query.get("find").trim().to_lowercase(), visit.query.get("outcome").replace('-', " "));
    let fits = |one: &&Explanation| wanted.is_empty() || outcome(one.outcome).word == wanted;
    let mut found = compared(sql, visit.agency()?, record.award.explanations.iter().filter(fits))?;
    found.retain(|it| it.name().to_lowercase().contains(&find));
    if visit.query.get("sort") == "officer" {
        found.sort_by_cached_key(|it| (it.name().to_lowercase(), it.one.officer));
    }
    Ok(found)
}

/// The same as CSV; of every award, the latest first, where none is chosen: everybody's rank, what was compared, and why it came out so.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, wanted) = (visit.agency()?, visit.query.get("award"));
    let mut csv = Csv::of(&[
        "decided",
        "method",
        "rank",
        "of",
        "employee_number",
        "officer",
        "outcome",
        "compared",
        "why",
        "seed",
        "commitment",
    ]);
    for (number, record) in numbered(sql, agency, visit.id("id")?)? {
        if wanted.is_empty() || number.to_string() == wanted {
            write(sql, visit, &mut csv, &record)?;
        }
    }
    Ok(Page::csv("awards.csv", csv.finish()))
}

fn write(sql: &mut dyn Sql, visit: &Visit, csv: &mut Csv, record: &AwardRecord) -> Result<(), Problem> {
    let award = [record.case.window.zone.clock_text(record.decided_at), record.award.method.clone()];
    let sealing = [record.sealing.seed.to_hex(), record.sealing.commitment.to_string()];
    for it in sought(sql, visit, record)? {
        let one = it.one;
        let keys = one.compared.iter().chain(&one.order_in).map(|key| key.told(&record.case));
        let keys: Vec<_> = keys.map(|(name, figure)| format!("{name}: {figure}")).collect();
        let rank = [one.rank.map(|rank| rank.to_string()).unwrap_or_default(), one.of.to_string()];
        let why = [outcome(one.outcome).word.to_owned(), keys.join("; "), one.sentence.clone()];
        csv.line(
            award
                .clone()
                .into_iter()
                .chain(rank)
                .chain(number_and_name(one.officer, it.officer))
                .chain(why)
                .chain(sealing.clone()),
        );
    }
    let of_all = ["find", "outcome"].iter().all(|name| visit.query.get(name).is_empty());
    for empty in record.award.unfilled.iter().filter(|_| of_all) {
        let why = ["place not filled".to_owned(), String::new(), empty.sentence.clone()];
        csv.line(award.clone().into_iter().chain(vec![String::new(); 4]).chain(why).chain(sealing.clone()));
    }
    Ok(())
}
