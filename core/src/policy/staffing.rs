//! How many officers a detail needs, and how many of which rank.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::question::{Question, Verdict};
use super::sentence;
use super::{Figure, Place, Stage, rank};

/// How many officers, and of which ranks.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields, default)]
pub struct Staffing {
    /// At least so many officers.
    #[n(0)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub officers: Option<u32>,
    /// And one for each so many people begun.
    #[n(1)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_per_attendees: Option<u32>,
    /// Supervisors, from the lowest rank up.
    #[n(2)]
    #[serde(rename = "level")]
    pub levels: Vec<Level>,
}

/// How many of a rank a detail of some size needs. Who stands higher counts too, but for one level only.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// This rank or above.
    #[n(0)]
    pub rank: String,
    /// From so many officers on (or so many of `of`).
    #[n(1)]
    pub from: u32,
    /// One for each full so many; exactly one where absent.
    #[n(2)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_per: Option<u32>,
    /// Counted by what the level of this rank needs, not by officers.
    #[n(3)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Beside the officers counted, not one of them.
    #[n(4)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional: Option<bool>,
    /// Lower ranks that may stand in.
    #[n(5)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub substitutes: Option<Vec<String>>,
}

pub(super) fn judge(staffing: &Staffing, question: &Question<'_>) -> Verdict {
    let Some(places) = &question.proposal.places else {
        return Verdict::unsaid("Not known: nobody has said which places the detail has.");
    };
    let counted: Vec<&Place> = places.iter().filter(|place| counts(place, question)).collect();
    enough(staffing, question, counted.len() as u32)
        .and_then(|says| {
            let ranks = if staffing.levels.is_empty() { Some(vec![]) } else { ranks(question, &counted) };
            match ranks {
                Some(ranks) => supervised(staffing, &ranks).map(|more| format!("{says}{more}.")),
                None => Err(Verdict::unknown("Not known: somebody's rank on this detail.")),
            }
        })
        .map_or_else(|verdict| verdict, Verdict::pass)
}

/// Until it is worked, an open place counts as what it asks for; from then on only who is there. Who takes a place over is not held
/// up by others that are still open; who gives one up to nobody is asked what would be left of the crew.
fn counts(place: &Place, question: &Question<'_>) -> bool {
    let gives_up = question.proposal.giving_up.as_ref().is_some_and(|it| it.replacement.is_none());
    let planned = matches!(question.stage, Stage::Post | Stage::Apply | Stage::Award | Stage::Trade);
    match &place.holder {
        None => planned && !gives_up,
        Some(holder) => !gives_up || question.context.officer != Some(holder.officer),
    }
}

fn enough(staffing: &Staffing, question: &Question<'_>, officers: u32) -> Result<String, Verdict> {
    let per = match staffing.one_per_attendees {
        None => 0,
        Some(each) => match question.proposal.attendees {
            Some(attendees) => attendees.div_ceil(each.max(1)),
            None => return Err(Verdict::unsaid("Not known: nobody has said how many people come.")),
        },
    };
    let least = staffing.officers.unwrap_or(0).max(per);
    if officers >= least {
        return Ok(sentence::count(officers, "officer"));
    }
    let says = format!("{}; at least {least} are needed.", sentence::count(officers, "officer"));
    Err(Verdict::fail(says).with([Figure::Count(officers), Figure::AtLeast(least)]))
}

/// The rank of each officer counted: of who is there, else what the place asks for; the lowest where it asks for none.
fn ranks<'a>(question: &Question<'a>, places: &[&'a Place]) -> Option<Vec<Ranked<'a>>> {
    let ladder = question.set.ranks.as_slice();
    let of = |place: &&'a Place| {
        let name = match &place.holder {
            Some(holder) => holder.rank.as_ref()?,
            None => place.asks.as_ref().or_else(|| ladder.first())?,
        };
        Some(Ranked { level: rank::level(question.set, name)?, name, ladder })
    };
    places.iter().map(of).collect()
}

struct Ranked<'a> {
    level: usize,
    name: &'a String,
    ladder: &'a [String],
}

impl Ranked<'_> {
    fn stands_for(&self, level: &Level) -> bool {
        let least = self.ladder.iter().position(|name| *name == level.rank);
        let substitutes = level.substitutes.as_deref().unwrap_or_default();
        least.is_some_and(|least| self.level >= least) || substitutes.contains(self.name)
    }
}

/// From the top down: who fills a higher level is not there for a lower one. Who fills which is changed about as long as that fills
/// one more.
fn supervised(staffing: &Staffing, ranks: &[Ranked<'_>]) -> Result<String, Verdict> {
    let needed = needed(staffing, ranks);
    let (mut posts, mut told) = (Posts::of(&staffing.levels, ranks), String::new());
    for (index, (level, need)) in staffing.levels.iter().zip(&needed).enumerate().rev() {
        let free = posts.free_for(index);
        let filled = (0..*need).take_while(|_| posts.fill(index, &mut vec![false; ranks.len()])).count() as u32;
        if filled < *need {
            let officers = sentence::count(ranks.len() as u32, "officer");
            let says = format!("{officers} need {need} {} or above; {filled} there.", sentence::plain(&level.rank));
            return Err(Verdict::fail(says).with([Figure::Count(filled), Figure::AtLeast(*need)]));
        }
        if *need > 0 {
            // One who is free only since another stands above in their place is there all the same.
            let free = free.max(filled);
            told = format!("{told}, {free} {} or above of {need} needed", sentence::plain(&level.rank));
        }
    }
    Ok(told)
}

/// Who fills which level.
struct Posts {
    /// Who may, by level and officer.
    may: Vec<Vec<bool>>,
    /// Who does, by officer.
    fills: Vec<Option<usize>>,
}

impl Posts {
    fn of(levels: &[Level], ranks: &[Ranked<'_>]) -> Self {
        let may = levels.iter().map(|level| ranks.iter().map(|ranked| ranked.stands_for(level)).collect()).collect();
        Self { may, fills: vec![None; ranks.len()] }
    }

    fn free_for(&self, level: usize) -> u32 {
        let free = self.may[level].iter().zip(&self.fills).filter(|(may, fills)| **may && fills.is_none());
        free.count() as u32
    }

    /// Puts one more officer on a level, if need be by putting another elsewhere. `seen`: who was tried already.
    fn fill(&mut self, level: usize, seen: &mut [bool]) -> bool {
        for officer in 0..self.fills.len() {
            if !self.may[level][officer] || seen[officer] {
                continue;
            }
            seen[officer] = true;
            let free = match self.fills[officer] {
                None => true,
                Some(other) => self.fill(other, seen),
            };
            if free {
                self.fills[officer] = Some(level);
                return true;
            }
        }
        false
    }
}

fn needed(staffing: &Staffing, ranks: &[Ranked<'_>]) -> Vec<u32> {
    let mut needed: Vec<u32> = Vec::new();
    for level in &staffing.levels {
        let base = match &level.of {
            Some(of) => {
                let at = staffing.levels.iter().position(|other| other.rank == *of);
                at.and_then(|at| needed.get(at).copied()).unwrap_or(0)
            }
            None if level.additional == Some(true) => {
                ranks.len() as u32 - ranks.iter().filter(|ranked| ranked.stands_for(level)).count() as u32
            }
            None => ranks.len() as u32,
        };
        let need = if base < level.from { 0 } else { level.one_per.map_or(1, |each| base / each.max(1)) };
        needed.push(need);
    }
    needed
}
