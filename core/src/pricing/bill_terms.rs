//! What a tariff says of the bill side: rates that the customer pays, fees, tax.

use serde::{Deserialize, Serialize};

use super::{CancellationTerms, JobType, RankRate, Tariff};
use crate::money::Cents;

/// What a line of a bill is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BillKind {
    /// The officer's time.
    Time,
    /// What was agreed to be owed for cancelling.
    Cancellation,
    /// A fee for administration.
    Admin,
    /// A fee of the agency's own.
    Agency,
    /// A fee for coordinating.
    Coordinator,
    /// A fee for vehicles.
    Vehicle,
    /// A fee for equipment.
    Equipment,
    /// Tax.
    Tax,
}

impl BillKind {
    /// Every kind there is, in the order of lines.
    pub const ALL: [Self; 8] = [
        Self::Time,
        Self::Cancellation,
        Self::Admin,
        Self::Agency,
        Self::Coordinator,
        Self::Vehicle,
        Self::Equipment,
        Self::Tax,
    ];

    /// Its name, as it is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Cancellation => "cancellation",
            Self::Admin => "admin",
            Self::Agency => "agency",
            Self::Coordinator => "coordinator",
            Self::Vehicle => "vehicle",
            Self::Equipment => "equipment",
            Self::Tax => "tax",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What customers read where the tariff gives no name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Time => "Officer's time",
            Self::Cancellation => "Cancellation",
            Self::Admin => "Administration",
            Self::Agency => "Agency fee",
            Self::Coordinator => "Coordination",
            Self::Vehicle => "Vehicles",
            Self::Equipment => "Equipment",
            Self::Tax => "Tax",
        }
    }
}

/// What a fee is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FeeKind {
    /// For administration.
    Admin,
    /// The agency's own.
    Agency,
    /// For coordinating.
    Coordinator,
    /// For vehicles: taken once a detail, and of a detail without vehicles never.
    Vehicle,
    /// For equipment.
    Equipment,
}

impl From<FeeKind> for BillKind {
    fn from(kind: FeeKind) -> Self {
        match kind {
            FeeKind::Admin => Self::Admin,
            FeeKind::Agency => Self::Agency,
            FeeKind::Coordinator => Self::Coordinator,
            FeeKind::Vehicle => Self::Vehicle,
            FeeKind::Equipment => Self::Equipment,
        }
    }
}

/// How a fee is reckoned.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Takes {
    /// A part of what the officer's time comes to, in hundredths of a per cent.
    BasisPoints(u32),
    /// Cents an hour; for vehicles, of each.
    Hour(Cents),
    /// Cents once a detail, however many officers work it.
    Job(Cents),
    /// Cents for each officer; for vehicles, for each of them.
    Each(Cents),
}

/// Of which time a fee is taken.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FeeOver {
    /// The time that is billed, with minimums and blocks.
    #[default]
    Billed,
    /// The time that was worked.
    Worked,
}

/// A fee.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// What lines cite.
    pub id: String,
    /// What it is for.
    pub kind: FeeKind,
    /// What customers read; the kind's name where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How it is reckoned.
    pub takes: Takes,
    /// Of which time.
    #[serde(default)]
    pub over: FeeOver,
    /// Each line comes to at least this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<Cents>,
    /// Each line comes to at most this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<Cents>,
}

impl Fee {
    /// What customers read.
    pub fn title(&self) -> &str {
        self.name.as_deref().unwrap_or_else(|| BillKind::from(self.kind).title())
    }
}

/// A tax on everything else of a bill.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Tax {
    /// What lines cite.
    pub id: String,
    /// What customers read.
    pub name: String,
    /// Hundredths of a per cent.
    pub basis_points: u32,
}

/// The bill side of a tariff.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BillTerms {
    /// What an hour of a rank costs the customer; what it pays where a rank is not here.
    #[serde(default, rename = "rate", skip_serializing_if = "Vec::is_empty")]
    pub rates: Vec<RankRate>,
    /// How worked time becomes billed time; as it becomes paid time where a type of job is not here.
    #[serde(default, rename = "job_type", skip_serializing_if = "Vec::is_empty")]
    pub job_types: Vec<JobType>,
    /// Fees, in the order of their lines.
    #[serde(default, rename = "fee", skip_serializing_if = "Vec::is_empty")]
    pub fees: Vec<Fee>,
    /// Taxes, each on the sum of time and fees.
    #[serde(default, rename = "tax", skip_serializing_if = "Vec::is_empty")]
    pub taxes: Vec<Tax>,
}

impl BillTerms {
    /// A tariff that has no bill side but terms of cancellation: their fees are those of work as well.
    fn of_cancellation(terms: &CancellationTerms) -> Self {
        let fee = |id: &str, kind, takes| Fee {
            id: id.to_owned(),
            kind,
            name: None,
            takes,
            over: FeeOver::Billed,
            least: None,
            most: None,
        };
        let vehicle = fee("fee-vehicle", FeeKind::Vehicle, Takes::Each(terms.vehicle_fee));
        let admin = fee("fee-admin", FeeKind::Admin, Takes::BasisPoints(terms.admin_basis_points));
        Self { fees: vec![vehicle, admin], ..Self::default() }
    }
}

impl Tariff {
    /// The bill side: what the tariff says of it, else the fees of its terms of cancellation, else nothing.
    pub fn bill_terms(&self) -> Option<BillTerms> {
        let terms = self.terms();
        terms.bill.clone().or_else(|| terms.cancellation.as_ref().map(BillTerms::of_cancellation))
    }

    /// What an hour of a rank costs the customer.
    pub fn bill_rate(&self, rank: &str) -> Option<&RankRate> {
        let billed = self.terms().bill.iter().flat_map(|terms| &terms.rates).find(|rate| rate.rank == rank);
        billed.or_else(|| self.rate(rank))
    }
}
