//! A tariff for somebody who reads no TOML.

use askama::Template;
use askama::filters::HtmlSafe;
use detailbook_core::money::{Cents, Rounding};
use detailbook_core::pricing::{
    Band, CancellationTerms, Fee, FeeKind, FeeOver, JobType, Pays, SecondsRule, Takes, Tariff, TierOwes,
};

/// What a tariff says, in tables.
#[derive(Template, Clone, Debug)]
#[template(path = "console/settings/tariff_sheet.html")]
pub(super) struct Sheet {
    facts: Vec<(&'static str, String)>,
    rates: Vec<Rate>,
    jobs: Vec<Job>,
    fees: Vec<FeeLine>,
    taxes: Vec<(String, String)>,
    cancellation: Option<Cancellation>,
}

impl HtmlSafe for Sheet {}

#[derive(Clone, Debug)]
struct Rate {
    rank: String,
    paid: String,
    billed: String,
}

#[derive(Clone, Debug)]
struct Job {
    name: String,
    code: String,
    bands: Vec<BandLine>,
    /// Where it is billed otherwise than it is paid.
    billed: Vec<BandLine>,
}

#[derive(Clone, Debug)]
struct BandLine {
    worked: String,
    pays: String,
    id: String,
}

#[derive(Clone, Debug)]
struct FeeLine {
    title: String,
    takes: String,
    limits: String,
    id: String,
}

#[derive(Clone, Debug)]
struct Cancellation {
    minimum: String,
    tiers: Vec<(String, String)>,
}

impl Sheet {
    /// Of a tariff.
    pub(super) fn of(tariff: &Tariff) -> Self {
        let terms = tariff.terms();
        let bill = tariff.bill_terms().unwrap_or_default();
        Self {
            facts: vec![
                ("Source", terms.source.clone()),
                ("Seconds", seconds(terms.seconds).to_owned()),
                ("Cents", rounding(terms.rounding).to_owned()),
            ],
            rates: rates(tariff, bill.rates.iter().map(|rate| rate.rank.as_str())),
            jobs: jobs(&terms.job_types, &bill.job_types),
            fees: bill.fees.iter().map(fee).collect(),
            taxes: bill.taxes.iter().map(|tax| (tax.name.clone(), percent(tax.basis_points))).collect(),
            cancellation: terms.cancellation.as_ref().map(cancellation),
        }
    }
}

/// Each rank that has a rate on either side.
fn rates<'a>(tariff: &'a Tariff, billed: impl Iterator<Item = &'a str>) -> Vec<Rate> {
    let mut ranks: Vec<&str> = tariff.terms().rates.iter().map(|rate| rate.rank.as_str()).collect();
    for rank in billed {
        if !ranks.contains(&rank) {
            ranks.push(rank);
        }
    }
    let amount = |cents: Option<Cents>| cents.map(|cents| cents.to_string()).unwrap_or_default();
    let rate = |rank: &str| Rate {
        rank: rank.to_owned(),
        paid: amount(tariff.rate(rank).map(|rate| rate.cents_per_hour)),
        billed: amount(tariff.bill_rate(rank).map(|rate| rate.cents_per_hour)),
    };
    ranks.into_iter().map(rate).collect()
}

/// Each type of job that is paid or billed.
fn jobs(paid: &[JobType], billed: &[JobType]) -> Vec<Job> {
    let bands = |of: Option<&JobType>| of.map(|job| job.bands.iter().map(band).collect()).unwrap_or_default();
    let only_billed = billed.iter().filter(|job| !paid.iter().any(|it| it.code == job.code));
    let job = |job: &JobType| Job {
        name: job.name.clone(),
        code: job.code.clone(),
        bands: bands(paid.iter().find(|it| it.code == job.code)),
        billed: bands(billed.iter().find(|it| it.code == job.code)),
    };
    paid.iter().chain(only_billed).map(job).collect()
}

fn band(band: &Band) -> BandLine {
    let pays = match &band.pays {
        Pays::Block(length) => format!("{length}, however little was worked"),
        Pays::Started(step) => format!("the time worked, each {step} that was begun as a whole one"),
        Pays::Unknown(why) => format!("no price: {why}"),
    };
    BandLine { worked: band.limits(), pays, id: band.id.clone() }
}

fn fee(fee: &Fee) -> FeeLine {
    let vehicles = fee.kind == FeeKind::Vehicle;
    let takes = match fee.takes {
        Takes::BasisPoints(points) => format!("{} of the officer's time", percent(points)),
        Takes::Hour(cents) if vehicles => format!("{cents} an hour for each vehicle"),
        Takes::Hour(cents) => format!("{cents} an hour"),
        Takes::Job(cents) => format!("{cents} once a detail"),
        Takes::Each(cents) if vehicles => format!("{cents} for each vehicle"),
        Takes::Each(cents) => format!("{cents} for each officer"),
    };
    let of_time = matches!(fee.takes, Takes::BasisPoints(_) | Takes::Hour(_));
    let over = match fee.over {
        FeeOver::Worked if of_time => ", of the time worked",
        FeeOver::Billed if of_time => ", of the time billed",
        _ => "",
    };
    let limits = match (fee.least, fee.most) {
        (Some(least), Some(most)) => format!("at least {least}, at most {most}"),
        (Some(least), None) => format!("at least {least}"),
        (None, Some(most)) => format!("at most {most}"),
        (None, None) => String::new(),
    };
    FeeLine { title: fee.title().to_owned(), takes: format!("{takes}{over}"), limits, id: fee.id.clone() }
}

/// Hundredths of a per cent, as per cent.
pub(super) fn percent(points: u32) -> String {
    match (points / 100, points % 100) {
        (whole, 0) => format!("{whole} %"),
        (whole, part) if part % 10 == 0 => format!("{whole}.{} %", part / 10),
        (whole, part) => format!("{whole}.{part:02} %"),
    }
}

fn cancellation(terms: &CancellationTerms) -> Cancellation {
    let tier = |tier: &detailbook_core::pricing::CancellationTier| {
        let owes = match tier.owes {
            TierOwes::Time(length) => format!("{length} for each place"),
            TierOwes::Minimum => format!("{}, the minimum, for each place", terms.minimum),
            TierOwes::Whole => "the whole time that was planned, and at least the minimum".to_owned(),
        };
        let fees = if tier.with_fees { ", and the fees" } else { "" };
        (format!("less than {}", tier.under), format!("{owes}{fees}"))
    };
    Cancellation { minimum: terms.minimum.to_string(), tiers: terms.tiers.iter().map(tier).collect() }
}

const fn seconds(rule: SecondsRule) -> &'static str {
    match rule {
        SecondsRule::NearestMinute => "to the nearest minute of all that was worked",
        SecondsRule::WholeMinutes => "dropped from all that was worked",
        SecondsRule::MinutesStarted => "a minute that was begun is a whole one",
    }
}

const fn rounding(rule: Rounding) -> &'static str {
    match rule {
        Rounding::HalfUp => "each line to the nearest cent, half a cent up",
        Rounding::Up => "each line up to the next cent",
        Rounding::Down => "each line down to a whole cent",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn per_cent_is_written_without_needless_digits() {
        assert_eq!([1000, 625, 650, 5, 10_000].map(percent), ["10 %", "6.25 %", "6.5 %", "0.05 %", "100 %"]);
    }

    #[test]
    fn a_sheet_says_what_is_paid_and_billed() {
        let text = include_str!("../../../tariffs/town.toml").to_owned()
            + "[[bill.rate]]\nrank = \"officer\"\ncents_per_hour = 7000\n[[bill.fee]]\nid = \"cars\"\nkind = \"vehicle\"\n\
               takes = { hour = 600 }\nover = \"worked\"\nmost = 4000\n";
        let sheet = Sheet::of(&toml::from_str(&text).unwrap()).to_string();
        for says in [
            "58.50",
            "70.00",
            "6.00 an hour for each vehicle, of the time worked",
            "at most 40.00",
            "over 4:00 up to 8:00",
        ] {
            assert!(sheet.contains(says), "{says}: {sheet}");
        }
    }
}
