//! What a detail is like and asks for, beyond its record: what the rules ask about and phones do not show.

use std::collections::BTreeMap;

use detailbook_core::ids::{AgencyId, DetailId, OfficerId};
use detailbook_core::policy::{Alcohol, Condition, Known as KnownSince, Told};
use detailbook_core::pricing::Minutes;
use detailbook_core::records::{Detail, Officer};
use detailbook_core::time::{Interval, UnixMillis};
use detailbook_core::wire;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::context::decoded;
use crate::audit::By;
use crate::filing;
use crate::personnel::kind::{ALWAYS, Kind, feed_code};
use crate::problem::Problem;
use crate::scheduling::posting;
use crate::store::known::{self, Key, Known};
use crate::store::{Ahead, Sql, StoreError, postings};
use crate::words;

/// The most entries in one list.
const MOST: usize = 50;

/// What is said of a detail. What is not said is not known, and a rule that needs it says so.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize, Deserialize, ToSchema)]
#[cbor(map)]
#[serde(deny_unknown_fields, default)]
pub struct DetailFacts {
    /// The class of job, where it is not the detail's job type.
    #[n(0)]
    pub class: Option<String>,
    /// Where the job came from and what its employer is, such as `hotel`.
    #[n(1)]
    pub tags: Option<Vec<String>>,
    /// Alcohol.
    #[n(2)]
    pub alcohol: Option<Alcohol>,
    /// How many people come.
    #[n(3)]
    pub attendees: Option<u32>,
    /// What the officers would use, such as `uniform`, `weapon`, `vehicle`.
    #[n(4)]
    pub uses: Option<Vec<String>>,
    /// Certifications that each officer must have.
    #[n(5)]
    pub requires: Vec<String>,
    /// Equipment that each officer must have been issued: a document of that kind in the personnel record.
    #[n(6)]
    pub equipment: Vec<String>,
    /// Who scheduled it.
    #[n(7)]
    pub scheduled_by: Option<OfficerId>,
    /// Who oversees it for the agency.
    #[n(8)]
    pub overseen_by: Vec<OfficerId>,
    /// When the customer asked for it, milliseconds since 1970 UTC.
    #[n(9)]
    pub requested_at: Option<UnixMillis>,
    /// How many days the whole engagement runs.
    #[n(10)]
    pub runs_days: Option<u32>,
    /// Time it is paid for, where that is not its length.
    #[n(11)]
    pub paid: Option<Minutes>,
    /// Time it is charged as, where that is not its length.
    #[n(12)]
    pub charged: Option<Minutes>,
    /// Conditions that were looked into.
    #[n(13)]
    pub conditions: Vec<Looked>,
}

/// A condition that somebody has looked into.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize, ToSchema)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Looked {
    /// Its code, such as `city_unit_full`.
    #[n(0)]
    pub code: String,
    /// Does it hold?
    #[n(1)]
    pub holds: bool,
}

impl DetailFacts {
    /// The conditions, as the rules read them.
    pub fn conditions(&self, since: UnixMillis) -> Vec<Condition> {
        let condition = |looked: &Looked| Condition {
            code: looked.code.clone(),
            holds: looked.holds,
            known: KnownSince::since(since),
        };
        self.conditions.iter().map(condition).collect()
    }

    /// What an officer may know of it: nothing of who scheduled it or oversees it, nor of what was looked into.
    pub fn told(self) -> Told {
        Told {
            class: self.class,
            tags: self.tags,
            alcohol: self.alcohol,
            attendees: self.attendees,
            uses: self.uses,
            requires: [self.requires, self.equipment].concat(),
            requested_at: self.requested_at,
            runs_days: self.runs_days,
            paid: self.paid,
            charged: self.charged,
        }
    }
}

fn key(detail: DetailId) -> Key {
    let kind = Kind::DetailFacts;
    let feed = feed_code(detailbook_core::policy::Feed::Detail);
    Key { kind: kind.code(), feed, name: detail.to_hex() }
}

/// Since when what is said of a detail is known, and what, at `as_of`.
pub fn known_at(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
    as_of: UnixMillis,
) -> Result<Option<(UnixMillis, DetailFacts)>, StoreError> {
    let all = known::of_subject(sql, agency, detail.into(), Kind::DetailFacts.code(), ALWAYS, as_of)?;
    all.last().map(|known| Ok((known.since, decoded(known)?))).transpose()
}

/// What was said of a detail at `as_of`; nothing where nobody had said anything.
pub fn at(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId, as_of: UnixMillis) -> Result<DetailFacts, StoreError> {
    Ok(known_at(sql, agency, detail, as_of)?.map(|(_, facts)| facts).unwrap_or_default())
}

/// What phones are told of it.
pub fn told(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
    as_of: UnixMillis,
) -> Result<Option<Told>, StoreError> {
    Ok(known_at(sql, agency, detail, as_of)?.map(|(_, facts)| facts.told()))
}

/// What was said at `as_of` of the details that an officer has or had in a stretch of time.
pub(super) fn of_officer(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    around: Interval,
    as_of: UnixMillis,
) -> Result<BTreeMap<DetailId, DetailFacts>, StoreError> {
    let all = known::of_details(sql, agency, officer, Kind::DetailFacts.code(), around, as_of)?;
    all.iter().map(|known| Ok((DetailId::from_bytes(*known.subject.as_bytes()), decoded(known)?))).collect()
}

/// Reads ahead what [`of_officer`] would be asked of many officers.
pub(super) fn of_officers_ahead(
    ahead: &mut Ahead<'_>,
    agency: AgencyId,
    officers: &[OfficerId],
    around: Interval,
    as_of: UnixMillis,
) -> Result<(), StoreError> {
    known::of_details_ahead(ahead, agency, officers, Kind::DetailFacts.code(), around, as_of)
}

/// Says what a detail is like, in place of what was said before.
pub fn set(sql: &mut dyn Sql, by: &By<'_>, detail: DetailId, facts: &DetailFacts) -> Result<(), Problem> {
    filing::get::<Detail>(sql, by.agency, detail)?;
    check(sql, by, facts)?;
    let before = at(sql, by.agency, detail, by.now)?;
    known::close(sql, by.agency, &key(detail), by.now)?;
    let body = wire::encode(facts);
    let after = Known { key: key(detail), subject: detail.into(), valid: ALWAYS, since: by.now, body };
    known::open(sql, by.agency, &after)?;
    if let Some(posted) = postings::find(sql, by.agency, detail)? {
        posting::show(sql, by, &posted)?;
    }
    Ok(by.note(sql, "detail.facts", detail, &json!({ "before": before, "after": facts }))?)
}

fn check(sql: &mut dyn Sql, by: &By<'_>, facts: &DetailFacts) -> Result<(), Problem> {
    let some = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
    let lists = [
        ("tags", some(&facts.tags)),
        ("uses", some(&facts.uses)),
        ("requires", facts.requires.clone()),
        ("equipment", facts.equipment.clone()),
        ("conditions", facts.conditions.iter().map(|looked| looked.code.clone()).collect()),
    ];
    for (field, list) in lists {
        if list.len() > MOST {
            return Err(Problem::invalid(field, "must be at most 50"));
        }
        list.iter().try_for_each(|code| words::line(field, code).map(drop))?;
    }
    facts.class.as_deref().map(|class| words::line("class", class)).transpose()?;
    if facts.overseen_by.len() > MOST {
        return Err(Problem::invalid("overseen_by", "must be at most 50"));
    }
    for officer in &facts.overseen_by {
        filing::named::<Officer>(sql, by.agency, "overseen_by", *officer)?;
    }
    if let Some(officer) = facts.scheduled_by {
        filing::named::<Officer>(sql, by.agency, "scheduled_by", officer)?;
    }
    Ok(())
}
