//! What ruled time pays: the ruling in force on an assignment, by the server's tariff. Computed when it is asked for, never
//! stored, so it always follows the latest ruling.

use detailbook_core::ids::{AgencyId, AssignmentId, RulingId};
use detailbook_core::pricing::{Day, Job, Minutes, Priced, Tariff, Unrated, price};
use detailbook_core::records::{Assignment, Detail, Interval, Officer};
use detailbook_core::shift::{Rounding, total};
use serde::{Deserialize, Serialize};

use crate::filing;
use crate::problem::Problem;
use crate::rulings;
use crate::store::{self, Sql};

/// The price of an assignment, or why there is none: exactly one of the two.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
        return Ok(AssignmentPrice::new(Some(ruling), Err("this server was started without a tariff".to_owned())));
    };
    let accepted = rulings::read(sql, agency, ruling)?.ok_or_else(Problem::not_found)?.record.accepted;
    let detail = filing::get::<Detail>(sql, agency, assignment.detail)?.record;
    let officer = filing::get::<Officer>(sql, agency, assignment.officer)?.record;
    let outcome = of_time(tariff, &detail, rank(&assignment, &detail, &officer), accepted);
    Ok(AssignmentPrice::new(Some(ruling), outcome.map_err(|unrated| unrated.to_string())))
}

/// A position that asks for a rank is paid at it; any other at the officer's own.
fn rank<'a>(assignment: &Assignment, detail: &'a Detail, officer: &'a Officer) -> &'a str {
    let position = detail.positions.iter().find(|position| position.id == assignment.position);
    position.and_then(|position| position.rank.as_deref()).unwrap_or(&officer.rank)
}

/// The price of accepted time on a detail, whose zone says on which day the work began.
fn of_time(tariff: &Tariff, detail: &Detail, rank: &str, accepted: Vec<Interval>) -> Result<Priced, Unrated> {
    let began = accepted.first().map_or(detail.starts, |first| first.start);
    let length = total(accepted, Rounding::None).exact;
    let worked = Minutes::from_length(length, tariff.terms().seconds);
    let worked = worked.ok_or(Unrated::TooLarge { worked: Minutes(u32::MAX) })?;
    let on = Day(began.to_utc().with_timezone(&detail.zone.0).date_naive());
    price(tariff, &Job { job_type: &detail.job_type, rank, on, worked })
}
