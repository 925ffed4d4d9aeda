//! What a customer asks for, and what it will cost.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::DetailStage;
use crate::ids::{CustomerId, DetailId, OfficerId, RequestId, SiteId};
use crate::money::Cents;
use crate::time::{Interval, UnixMillis, Zone};

/// A place that is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Seat {
    /// What it is called, such as "Traffic 1".
    #[n(0)]
    pub name: String,
    /// The rank it asks for, if any.
    #[n(1)]
    pub rank: Option<String>,
    /// A supervisor's.
    #[n(2)]
    pub supervisor: bool,
}

/// An officer whose place it is by standing assignment.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = StaffingStanding))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// The name of the seat.
    #[n(0)]
    pub seat: String,
    /// The officer.
    #[n(1)]
    pub officer: OfficerId,
}

/// A line of an estimate.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct EstimateLine {
    /// Which shift.
    #[n(0)]
    pub shift: Interval,
    /// Which seat.
    #[n(1)]
    pub seat: String,
    /// How much; absent where the tariff gives no price.
    #[n(2)]
    pub amount: Option<Cents>,
    /// The line in words, or why there is no price.
    #[n(3)]
    pub sentence: String,
}

/// What it will cost if it is worked as asked for.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Estimate {
    /// By which tariff, with its version.
    #[n(0)]
    pub tariff: String,
    /// When it was made.
    #[n(1)]
    pub made_at: UnixMillis,
    /// A line for each seat of each shift.
    #[n(2)]
    pub lines: Vec<EstimateLine>,
    /// The sum; absent where a line has no amount: a part is never passed for the whole.
    #[n(3)]
    pub total: Option<Cents>,
}

/// A shift that could not be put on offer with the others, and may be later.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Unposted {
    /// Which.
    #[n(0)]
    pub shift: Interval,
    /// Why.
    #[n(1)]
    pub why: String,
}

/// A customer's request. One that recurs becomes a detail for each shift.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Request {
    /// The request.
    #[n(0)]
    pub id: RequestId,
    /// Who asks.
    #[n(1)]
    pub customer: CustomerId,
    /// Where.
    #[n(2)]
    pub site: SiteId,
    /// What it is called.
    #[n(3)]
    pub title: String,
    /// The tariff's name for this type of job.
    #[n(4)]
    pub job_type: String,
    /// The shifts, in order.
    #[n(5)]
    pub shifts: Vec<Interval>,
    /// The rule that they follow from (RFC 5545), if it recurs.
    #[n(6)]
    pub recurrence: Option<String>,
    /// The zone of the site.
    #[n(7)]
    pub zone: Zone,
    /// The places on each shift.
    #[n(8)]
    pub seats: Vec<Seat>,
    /// Officers whose places they are.
    #[n(9)]
    pub standing: Vec<Standing>,
    /// Vehicles that are asked for.
    #[n(10)]
    pub vehicles: u32,
    /// What the officers must know.
    #[n(11)]
    pub post_orders: String,
    /// Who asked, as the customer names them.
    #[n(12)]
    pub asked_by: String,
    /// When the agency had it.
    #[n(13)]
    pub asked_at: UnixMillis,
    /// Where it stands, up to [`DetailStage::Posted`]; from then on each detail stands where it stands.
    #[n(14)]
    pub stage: DetailStage,
    /// What it will cost, once the agency has said so.
    #[n(15)]
    pub estimate: Option<Estimate>,
    /// The details it became, one for each shift that was posted.
    #[n(16)]
    pub details: Vec<DetailId>,
    /// Why it was declined or cancelled.
    #[n(17)]
    pub reason: String,
    /// Shifts that are not posted though others are.
    #[n(18)]
    #[cbor(default)]
    #[serde(default)]
    pub unposted: Vec<Unposted>,
    /// What seats count as that ask for no rank, as the estimate had it.
    #[n(19)]
    #[cbor(default)]
    #[serde(default)]
    pub counts_as: String,
    /// Shifts that will not be posted, and why.
    #[n(20)]
    #[cbor(default)]
    #[serde(default)]
    pub dropped: Vec<Unposted>,
}

/// What a list shows of a request. It is read from the same bytes, of which what is long, such as the estimate's lines, is passed over.
#[derive(Clone, PartialEq, Eq, Debug, Decode)]
#[cbor(map)]
pub struct RequestLine {
    /// The request.
    #[n(0)]
    pub id: RequestId,
    /// Who asks.
    #[n(1)]
    pub customer: CustomerId,
    /// Where.
    #[n(2)]
    pub site: SiteId,
    /// What it is called.
    #[n(3)]
    pub title: String,
    /// The shifts, in order.
    #[n(5)]
    pub shifts: Vec<Interval>,
    /// The zone of the site.
    #[n(7)]
    pub zone: Zone,
    /// When the agency had it.
    #[n(13)]
    pub asked_at: UnixMillis,
    /// Where it stands.
    #[n(14)]
    pub stage: DetailStage,
    /// What it will cost.
    #[n(15)]
    pub estimate: Option<EstimateSum>,
    /// The details it became.
    #[n(16)]
    pub details: Vec<DetailId>,
}

/// What an estimate comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Decode)]
#[cbor(map)]
pub struct EstimateSum {
    /// The sum, if there is one.
    #[n(3)]
    pub total: Option<Cents>,
}

impl Request {
    /// The shifts that are still to be posted.
    pub fn to_post(&self) -> Vec<Interval> {
        match self.stage {
            DetailStage::Posted => self.unposted.iter().map(|left| left.shift).collect(),
            _ => self.shifts.clone(),
        }
    }
}

impl Estimate {
    /// An estimate of these lines.
    pub fn new(tariff: String, made_at: UnixMillis, lines: Vec<EstimateLine>) -> Self {
        let amounts: Option<Vec<Cents>> = lines.iter().map(|line| line.amount).collect();
        Self { tariff, made_at, total: amounts.and_then(Cents::checked_sum), lines }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(amount: Option<Cents>) -> EstimateLine {
        let shift = Interval { start: UnixMillis::new(0), end: UnixMillis::new(1) };
        EstimateLine { shift, seat: "Traffic 1".to_owned(), amount, sentence: String::new() }
    }

    #[test]
    fn a_list_reads_a_request_without_its_estimates_lines() {
        let shift = Interval { start: UnixMillis::new(0), end: UnixMillis::new(3_600_000) };
        let request = Request {
            id: RequestId::from_bytes([1; 16]),
            customer: CustomerId::from_bytes([2; 16]),
            site: SiteId::from_bytes([3; 16]),
            title: "Road work".to_owned(),
            job_type: "C".to_owned(),
            shifts: vec![shift],
            recurrence: None,
            zone: Zone::named("America/New_York").unwrap(),
            seats: vec![],
            standing: vec![],
            vehicles: 2,
            post_orders: "Stand where you are seen.".to_owned(),
            asked_by: "A. Clerk".to_owned(),
            asked_at: UnixMillis::new(5),
            stage: DetailStage::Estimated,
            estimate: Some(Estimate::new("Town v1".to_owned(), UnixMillis::new(6), vec![line(Some(Cents(150))); 3])),
            details: vec![DetailId::from_bytes([4; 16])],
            reason: String::new(),
            unposted: vec![],
            counts_as: "PO".to_owned(),
            dropped: vec![],
        };
        let read: RequestLine = crate::wire::decode(&crate::wire::encode(&request)).unwrap();
        assert_eq!((read.id, read.customer, read.site), (request.id, request.customer, request.site));
        assert_eq!((read.title, read.shifts, read.zone), (request.title, request.shifts, request.zone));
        assert_eq!((read.asked_at, read.stage, read.details), (request.asked_at, request.stage, request.details));
        assert_eq!(read.estimate.unwrap().total, Some(Cents(450)));
    }

    #[test]
    fn an_estimate_with_a_line_that_has_no_price_has_no_total() {
        let total = |lines| Estimate::new("Town v1".to_owned(), UnixMillis::new(0), lines).total;
        assert_eq!(total(vec![line(Some(Cents(100))), line(Some(Cents(50)))]), Some(Cents(150)));
        assert_eq!(total(vec![line(Some(Cents(100))), line(None)]), None);
        assert_eq!(total(vec![line(Some(Cents(i64::MAX))), line(Some(Cents(1)))]), None, "too large to hold");
    }
}
