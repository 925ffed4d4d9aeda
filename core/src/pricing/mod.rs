//! Tariffs and the lines they produce.
//!
//! A tariff is data with dates: for each job type, bands over the minutes worked; for each rank, a rate an hour. Pricing is
//! a pure function of the tariff and the job, in whole minutes and cents. Where a tariff is silent the job is *unrated*,
//! with the reason: nothing is guessed.

mod band;
mod cancellation;
mod check;
mod minutes;
mod price;
mod tariff;

pub use band::{Band, Pays};
pub use cancellation::{
    CancellationLine, CancellationQuote, CancellationTerms, CancellationTermsFault, CancellationTier, Place, TierOwes,
    fees, quote,
};
pub use check::{TariffFault, TariffFaults};
pub use minutes::{Minutes, NotALength, SecondsRule};
pub use price::{Job, Line, Priced, Unrated, price};
pub use tariff::{Day, JobType, RankRate, Tariff, TariffDraft};
