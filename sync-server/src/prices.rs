//! What ruled time pays: the ruling in force on an assignment, by the agency's tariff. Computed when it is asked for, never
//! stored, so it always follows the latest ruling; and by what that ruling says the work counts as, so no later promotion or
//! edit of the detail reprices what was ruled.

use std::collections::BTreeMap;
use std::sync::Arc;

use detailbook_core::ids::{AgencyId, AssignmentId, RulingId};
use detailbook_core::pricing::{Day, Job, Minutes, Priced, Tariff, Unrated, price};
use detailbook_core::records::{Assignment, CountsAs, Detail, Interval};
use detailbook_core::shift::{Rounding, total};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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

/// The price of an assignment, or why there is none: exactly one of the two.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct AssignmentPrice {
    /// The ruling in force, if there is one.
    pub ruling: Option<RulingId>,
    /// The price.
    pub price: Option<Priced>,
    /// Why there is no price.
    pub unrated: Option<String>,
}

impl AssignmentPrice {
    fn new(ruling: Option<RulingId>, outcome: Result<Priced, String>) -> Self {
        let unrated = outcome.as_ref().err().cloned();
        Self { ruling, price: outcome.ok(), unrated }
    }

    /// The price, or why there is none.
    pub fn outcome(self) -> Result<Priced, String> {
        self.price.ok_or_else(|| self.unrated.unwrap_or_default())
    }
}

/// Prices the ruling in force on an assignment.
pub fn of_assignment(
    sql: &mut dyn Sql,
    agency: AgencyId,
    tariff: Option<&Tariff>,
    id: AssignmentId,
) -> Result<AssignmentPrice, Problem> {
    let assignment = filing::get::<Assignment>(sql, agency, id)?.record;
    let Some(ruling) = store::rulings::in_force(sql, agency, id)? else {
        return Ok(AssignmentPrice::new(None, Err("there is no ruling yet".to_owned())));
    };
    let Some(tariff) = tariff else {
        return Ok(AssignmentPrice::new(Some(ruling), Err("this server has no tariff for the agency".to_owned())));
    };
    let record = rulings::read(sql, agency, ruling)?.ok_or_else(Problem::not_found)?.record;
    let detail = filing::get::<Detail>(sql, agency, assignment.detail)?.record;
    let outcome = match record.counts_as {
        Some(counts_as) => {
            of_time(tariff, &detail, &counts_as, &record.accepted).map_err(|unrated| unrated.to_string())
        }
        None => Err("the ruling does not say what the work counts as: rule again".to_owned()),
    };
    Ok(AssignmentPrice::new(Some(ruling), outcome))
}

/// The price of accepted time on a detail, whose zone says on which day the work began.
pub fn of_time(
    tariff: &Tariff,
    detail: &Detail,
    counts_as: &CountsAs,
    accepted: &[Interval],
) -> Result<Priced, Unrated> {
    let began = accepted.first().map_or(detail.starts, |first| first.start);
    let length = total(accepted.to_vec(), Rounding::None).exact;
    let worked = Minutes::from_length(length, tariff.terms().seconds);
    let worked = worked.ok_or(Unrated::TooLarge { worked: Minutes(u32::MAX) })?;
    let on = Day(began.to_utc().with_timezone(&detail.zone.0).date_naive());
    price(tariff, &Job { job_type: &counts_as.job_type, rank: &counts_as.rank, on, worked })
}
