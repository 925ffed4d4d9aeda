//! Whom a coordinator may send to a place whose officer does not come: in order, each with what speaks for and against them.

use std::collections::{BTreeMap, BTreeSet};

use detailbook_core::ids::{AgencyId, OfficerId, RecordId};
use detailbook_core::policy::Stage;
use detailbook_core::records::{Detail, Officer};
use detailbook_core::staffing::{Answer, Candidate, WasAsked};

use super::board::Place;
use super::details::LONGEST;
use super::eligible::{known_bar, known_bars_ahead};
use super::{details, ledger};
use crate::audit::By;
use crate::filing;
use crate::policy::judge::{look, look_ahead};
use crate::policy::{About, Judged};
use crate::store::reliefs::{self, Search};
use crate::store::{Ahead, Sql, StoreError, assignments, listing, postings};

/// Officers of whom it is read what stands against them, in the order of the list: a bound to what a page costs where nobody can come.
const MOST_LOOKED_AT: usize = 200;

/// An officer who might come.
#[derive(Clone, PartialEq, Debug)]
pub struct Choice {
    /// Where they stand in the list.
    pub candidate: Candidate,
    /// Their name.
    pub name: String,
    /// Their rank.
    pub rank: String,
    /// What stands against it whatever the rules say.
    pub bar: Option<String>,
    /// What the rules say to it now; nothing is kept of it.
    pub judged: Judged,
}

/// Who might come, and how many were looked at.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Choices {
    /// The first of them.
    pub first: Vec<Choice>,
    /// How many could be asked.
    pub of: usize,
}

/// At which stage the rules are asked about whoever is sent to a place.
pub fn stage(place: &Place) -> Stage {
    // What somebody had is taken over; what nobody had is given.
    if place.assignment().is_some() { Stage::Trade } else { Stage::Award }
}

/// Who might come to a place: the first so many of those whose name holds what is sought.
pub fn choices(
    sql: &mut dyn Sql,
    by: &By<'_>,
    place: &Place,
    sought: &str,
    first: usize,
) -> Result<Choices, StoreError> {
    let Some(detail) = details::find(sql, by.agency, place.detail)? else { return Ok(Choices::default()) };
    let officers = pool(sql, by.agency, place, &detail, sought)?;
    let mut ranked = candidates(sql, by, place, officers.keys().copied().collect())?;
    // Of whom it is known at once that they cannot come, nothing more need be read.
    let busy = assignments::busy(sql, by.agency, details::scheduled(&detail), LONGEST)?;
    let other_rank = |officer: &Officer| place.position.rank.as_ref().is_some_and(|rank| *rank != officer.rank);
    for candidate in &mut ranked {
        let id = &candidate.officer;
        candidate.barred = busy.contains(id) || officers.get(id).is_some_and(other_rank);
    }
    // What is the same of all of them is read once.
    let sql = &mut Ahead::over(sql);
    ranked.sort_by(Candidate::before);
    let of = ranked.len();
    ranked.truncate(MOST_LOOKED_AT);
    let (free, barred) = looked_at(sql, by, place, &detail, &ranked, first)?;
    let asked: Vec<_> = free.iter().map(|(candidate, _)| candidate.officer).collect();
    look_ahead(sql, by.agency, stage(place), detail.id, &asked, by.now)?;
    // Who cannot come is shown where somebody is sought by name: why not is the answer then.
    let shown = free.into_iter().chain(barred).take(first);
    let judge = |(candidate, bar): LookedAt| {
        let Officer { name, rank, .. } = officers[&candidate.officer].clone();
        let about = About { officer: candidate.officer, detail: detail.id, position: Some(place.position.id) };
        let judged = match bar {
            Some(_) => Judged::default(),
            None => look(sql, by.agency, stage(place), about, by.now)?,
        };
        Ok(Choice { candidate, name, rank, bar, judged })
    };
    Ok(Choices { first: shown.map(judge).collect::<Result<_, StoreError>>()?, of })
}

/// A candidate, and what stands against them whatever the rules say.
type LookedAt = (Candidate, Option<String>);

/// Who of the candidates can come and who cannot, as far as was looked: in their order, until there are `enough` who can.
fn looked_at(
    sql: &mut Ahead<'_>,
    by: &By<'_>,
    place: &Place,
    detail: &Detail,
    ranked: &[Candidate],
    enough: usize,
) -> Result<(Vec<LookedAt>, Vec<LookedAt>), StoreError> {
    let (mut free, mut barred) = (Vec::new(), Vec::new());
    for some in ranked.chunks(enough.max(1)) {
        if free.len() >= enough {
            break;
        }
        let asked: Vec<_> = some.iter().map(|candidate| candidate.officer).collect();
        known_bars_ahead(sql, by.agency, &asked, detail)?;
        for mut candidate in some.iter().cloned() {
            if free.len() >= enough {
                break;
            }
            let bar = known_bar(sql, by, candidate.officer, detail, place.position.id)?;
            candidate.barred = bar.is_some();
            let list = if candidate.barred { &mut barred } else { &mut free };
            list.push((candidate, bar.map(|bar| bar.to_staff())));
        }
    }
    Ok((free, barred))
}

/// The officers who may work the detail, but for whoever does not come.
fn pool(
    sql: &mut dyn Sql,
    agency: AgencyId,
    place: &Place,
    detail: &Detail,
    sought: &str,
) -> Result<BTreeMap<OfficerId, Officer>, StoreError> {
    let sought = sought.to_lowercase();
    let holder = place.holder.as_ref().map(|line| line.officer);
    let gone = holder.or(place.before.as_ref().map(|before| before.officer));
    let may: BTreeSet<_> = filing::who_may_work(sql, agency, detail.id)?.into_iter().collect();
    let all = listing::of_kind::<Officer>(sql, agency, RecordId::NIL, i64::MAX)?.into_iter().map(|(_, it)| it.record);
    let fits = |it: &Officer| {
        may.contains(&it.id) && Some(it.id) != gone && (sought.is_empty() || it.name.to_lowercase().contains(&sought))
    };
    Ok(all.filter(fits).map(|officer| (officer.id, officer)).collect())
}

fn candidates(
    sql: &mut dyn Sql,
    by: &By<'_>,
    place: &Place,
    officers: BTreeSet<OfficerId>,
) -> Result<Vec<Candidate>, StoreError> {
    let charged = ledger::charged(sql, by.agency, by.now)?;
    let latest = postings::awards(sql, by.agency, place.detail)?.into_iter().next();
    let backups: Vec<_> = latest.iter().flat_map(|record| record.award.backups_for(place.position.id)).collect();
    let search = place.assignment().map(|id| reliefs::find(sql, by.agency, id)).transpose()?.flatten();
    let candidate = |officer: OfficerId| Candidate {
        officer,
        barred: false,
        asked: asked(search.as_ref(), officer),
        backup: backups.iter().position(|backup| *backup == officer).map(|place| place + 1),
        charged: charged.get(&officer).copied().unwrap_or_default(),
    };
    Ok(officers.into_iter().map(candidate).collect())
}

fn asked(search: Option<&Search>, officer: OfficerId) -> WasAsked {
    let ask = search.and_then(|search| search.relief.asks.iter().find(|ask| ask.officer == officer));
    match ask.map(|ask| (ask.asked_at, ask.answer)) {
        None => WasAsked::Not,
        Some((at, None)) => WasAsked::Waits(at),
        Some((_, Some((Answer::Yes, _)))) => WasAsked::Yes,
        Some((_, Some((Answer::No, _)))) => WasAsked::No,
    }
}
