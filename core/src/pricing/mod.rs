//! Tariffs and the lines they produce.
//!
//! A tariff is data with dates: for each job type, bands over the minutes worked; for each rank, a rate an hour. Pricing is
//! a pure function of the tariff and the job, in whole minutes and cents. Where a tariff is silent the job is *unrated*,
//! with the reason: nothing is guessed. What the customer owes for the same work is a calculation of its own, [`bill()`].

mod band;
mod bill;
mod bill_terms;
mod cancellation;
mod check;
mod minutes;
mod price;
mod tariff;

pub use band::{Band, Pays};
pub use bill::{BillJob, BillLine, Billed, Shared, bill};
pub use bill_terms::{BillKind, BillTerms, Fee, FeeKind, FeeOver, Takes, Tax};
pub use cancellation::{
    CancellationLine, CancellationQuote, CancellationTerms, CancellationTermsFault, CancellationTier, Place, TierOwes,
    quote,
};
pub use check::{TariffFault, TariffFaults};
pub use minutes::{Minutes, NotALength, SecondsRule};
pub use price::{Job, Line, Priced, Unrated, price};
pub use tariff::{Day, JobType, RankRate, Tariff, TariffDraft};
