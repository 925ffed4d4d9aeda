//! What ruled time pays and is billed. Pay: what the ruling in force on an assignment says that it pays, by the tariff it names. No later tariff,
//! promotion or edit of the detail reprices what was ruled; a newer ruling does. Only a ruling that says nothing of pay, made when no
//! tariff gave a price or before this was kept, is priced when it is asked for, by what it says the work counts as.

use std::collections::BTreeMap;
use std::sync::Arc;

use detailbook_core::ids::{AgencyId, AssignmentId, RulingId};
use detailbook_core::pricing::{BillJob, Billed, Day, Job, Minutes, Priced, Shared, Tariff, Unrated, bill, price};
use detailbook_core::records::{Assignment, CountsAs, Detail, Interval, Pay};
use detailbook_core::shift::{Rounding, total};
use detailbook_core::time::UnixMillis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::billing::tariffs;
use crate::filing;
use crate::problem::Problem;
use crate::rulings;
use crate::store::{self, Sql};

/// Which tariff prices whose work.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tariffs {
    of_all: Option<Arc<Tariff>>,
    own: BTreeMap<AgencyId, Arc<Tariff>>,
}

impl Tariffs {
    /// The same with an agency's own.
    #[must_use]
    pub fn with(mut self, agency: AgencyId, tariff: Arc<Tariff>) -> Self {
        self.own.insert(agency, tariff);
        self
    }

    /// The same with one for all who have none of their own.
    #[must_use]
    pub fn for_all(self, tariff: Arc<Tariff>) -> Self {
        Self { of_all: Some(tariff), ..self }
    }

    /// Has that agency one of its own?
    pub fn has_own(&self, agency: AgencyId) -> bool {
        self.own.contains_key(&agency)
    }

    /// Is there one for all?
    pub const fn has_common(&self) -> bool {
        self.of_all.is_some()
    }

    /// An agency's tariff: its own, else that of all.
    pub fn of(&self, agency: AgencyId) -> Option<&Tariff> {
        self.own.get(&agency).or(self.of_all.as_ref()).map(AsRef::as_ref)
    }
}

/// What an assignment pays, or why nothing can be said.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct AssignmentPrice {
    /// The ruling in force, if there is one.
    pub ruling: Option<RulingId>,
    /// What it pays: as the ruling says, where it does.
    pub pay: Option<Pay>,
    /// The figures behind that, where the server's tariff gives the same.
    pub price: Option<Priced>,
    /// Why there are no figures.
    pub unrated: Option<String>,
}

impl AssignmentPrice {
    fn new(ruling: Option<RulingId>, said: Option<Pay>, outcome: Result<Priced, String>) -> Self {
        let now = outcome.as_ref().ok().cloned().map(Pay::from);
        let outcome = match &said {
            Some(said) if now.as_ref() != Some(said) => Err(differs(said)),
            _ => outcome,
        };
        Self { ruling, pay: said.or(now), unrated: outcome.as_ref().err().cloned(), price: outcome.ok() }
    }

    /// The figures, or why there are none.
    pub fn outcome(self) -> Result<Priced, String> {
        self.price.ok_or_else(|| self.unrated.unwrap_or_default())
    }
}

fn differs(said: &Pay) -> String {
    format!("it was ruled by {}, and this server's tariff does not give the same", said.tariff)
}

/// What the ruling in force on an assignment pays. `tariff`: what prices it where the agency has set none for the day of the work.
pub fn of_assignment(
    sql: &mut dyn Sql,
    agency: AgencyId,
    tariff: Option<&Tariff>,
    id: AssignmentId,
) -> Result<AssignmentPrice, Problem> {
    let assignment = filing::get::<Assignment>(sql, agency, id)?.record;
    let Some(ruling) = store::rulings::in_force(sql, agency, id)? else {
        return Ok(AssignmentPrice::new(None, None, Err("there is no ruling yet".to_owned())));
    };
    let record = rulings::read(sql, agency, ruling)?.ok_or_else(Problem::not_found)?.record;
    let detail = filing::get::<Detail>(sql, agency, assignment.detail)?.record;
    let day = day_of(&detail, &record.accepted);
    let tariff = tariffs::on_day(sql, agency, day, UnixMillis::MAX, tariff)?;
    let outcome = match (tariff.as_deref(), &record.counts_as) {
        (None, _) => Err("this server has no tariff for the agency".to_owned()),
        (_, None) => Err("the ruling does not say what the work counts as: rule again".to_owned()),
        (Some(tariff), Some(counts_as)) => {
            of_time(tariff, &detail, counts_as, &record.accepted).map_err(|unrated| unrated.to_string())
        }
    };
    Ok(AssignmentPrice::new(Some(ruling), record.pay, outcome))
}

/// The price of accepted time on a detail, whose zone says on which day the work began: what the officer earns.
pub fn of_time(
    tariff: &Tariff,
    detail: &Detail,
    counts_as: &CountsAs,
    accepted: &[Interval],
) -> Result<Priced, Unrated> {
    price(tariff, &job(tariff, detail, counts_as, accepted)?)
}

/// The bill of accepted time on a detail: what the customer owes. `shared` where this bill bears what the detail is billed once.
pub fn bill_of_time(
    tariff: &Tariff,
    detail: &Detail,
    counts_as: &CountsAs,
    accepted: &[Interval],
    shared: Option<Shared>,
) -> Result<Billed, Unrated> {
    bill(tariff, &BillJob { job: job(tariff, detail, counts_as, accepted)?, shared })
}

/// The day on which accepted time begins, in the detail's zone; the detail's first where nothing was accepted.
pub fn day_of(detail: &Detail, accepted: &[Interval]) -> Day {
    let began = accepted.first().map_or(detail.starts, |first| first.start);
    Day(began.to_utc().with_timezone(&detail.zone.0).date_naive())
}

fn job<'a>(
    tariff: &Tariff,
    detail: &Detail,
    counts_as: &'a CountsAs,
    accepted: &[Interval],
) -> Result<Job<'a>, Unrated> {
    let length = total(accepted.to_vec(), Rounding::None).exact;
    let worked = Minutes::from_length(length, tariff.terms().seconds);
    let worked = worked.ok_or(Unrated::TooLarge { worked: Minutes(u32::MAX) })?;
    Ok(Job { job_type: &counts_as.job_type, rank: &counts_as.rank, on: day_of(detail, accepted), worked })
}
