//! An award method: who takes part, what is compared in which order, and what becomes of positions that nobody wants.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::Criterion;

/// Who gets a position.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Fill {
    /// The best ranked who wants and may have it.
    #[n(0)]
    #[default]
    ByRank,
    /// Only whom a person chooses; the ranking is shown beside the choice.
    #[n(1)]
    ByChoice,
}

/// An award method, as data with a version.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// Its name.
    #[n(0)]
    pub name: String,
    /// 1, then one more for each change.
    #[n(1)]
    pub version: u32,
    /// What is compared, one after the other. The draw from the sealed seed always comes last, named or not.
    #[n(2)]
    pub criteria: Vec<Criterion>,
    /// Who gets a position.
    #[n(3)]
    #[serde(default)]
    pub fill: Fill,
    /// Officers whose standing assignment a position is get it before anybody is ranked.
    #[n(4)]
    #[serde(default)]
    pub standing_first: bool,
    /// What is compared to order officers in to positions that no volunteer took; nobody is ordered in where absent.
    #[n(5)]
    #[serde(default)]
    pub order_in: Option<Vec<Criterion>>,
}

impl Method {
    /// A method that gives positions by rank.
    pub fn ranking(name: &str, criteria: Vec<Criterion>) -> Self {
        Self { name: name.to_owned(), version: 1, criteria, fill: Fill::ByRank, standing_first: false, order_in: None }
    }

    /// Who came first; tiers that open in turn first of all.
    pub fn first_come() -> Self {
        Self::ranking("first come", vec![Criterion::Tier, Criterion::FirstCome])
    }

    /// The most senior; equal numbers are one group, in which who came first.
    pub fn seniority() -> Self {
        Self::ranking("seniority", vec![Criterion::Seniority, Criterion::FirstCome])
    }

    /// The least charged hours on the usual list, then seniority.
    pub fn least_hours() -> Self {
        let charged = Criterion::Charged { list: String::new() };
        Self::ranking("least charged hours", vec![charged, Criterion::Seniority])
    }

    /// The fewest jobs, then who came first.
    pub fn fewest_jobs() -> Self {
        let jobs = Criterion::Jobs { list: String::new() };
        Self::ranking("fewest jobs", vec![jobs, Criterion::FirstCome])
    }

    /// The top of the rotating list.
    pub fn rotation() -> Self {
        Self::ranking("rotating list", vec![Criterion::Rotation, Criterion::Seniority])
    }

    /// The most points, then seniority.
    pub fn points() -> Self {
        Self::ranking("points", vec![Criterion::Points, Criterion::Seniority])
    }

    /// The lowest draw.
    pub fn lottery() -> Self {
        Self::ranking("lottery", vec![Criterion::Draw])
    }

    /// Standing assignments first, what is left by seniority.
    pub fn standing() -> Self {
        Self { name: "standing assignments".to_owned(), standing_first: true, ..Self::seniority() }
    }

    /// A person chooses; the ranking by least charged hours is shown beside the choice.
    pub fn manual() -> Self {
        Self { name: "manual".to_owned(), fill: Fill::ByChoice, ..Self::least_hours() }
    }

    /// Volunteers by seniority; what is left is ordered, the least senior first, nobody again before all have served.
    pub fn volunteers_then_order_in() -> Self {
        let order_in = Some(vec![Criterion::OrderedIn, Criterion::InverseSeniority]);
        Self { name: "volunteers, then order-in".to_owned(), order_in, ..Self::seniority() }
    }

    /// Name and version, as explanations cite them.
    pub fn citation(&self) -> String {
        format!("{} v{}", self.name, self.version)
    }

    /// Everything that is compared, with the draw at the end.
    pub fn comparisons(&self) -> Vec<Criterion> {
        with_draw(&self.criteria)
    }

    /// Everything that is compared to order officers in, with the draw at the end.
    pub fn order_in_comparisons(&self) -> Option<Vec<Criterion>> {
        self.order_in.as_deref().map(with_draw)
    }
}

fn with_draw(criteria: &[Criterion]) -> Vec<Criterion> {
    let mut all = criteria.to_vec();
    if !all.contains(&Criterion::Draw) {
        all.push(Criterion::Draw);
    }
    all
}
