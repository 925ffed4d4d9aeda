//! The price of a job, and the lines that explain it.

use serde::{Deserialize, Serialize};

use super::{Band, Day, JobType, Minutes, Pays, RankRate, Tariff};
use crate::money::Cents;

/// What is priced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Job<'a> {
    /// The tariff's code for this type of job.
    pub job_type: &'a str,
    /// The officer's rank code.
    pub rank: &'a str,
    /// The day the work began, in the agency's zone: the tariff must be in force on it.
    pub on: Day,
    /// The time worked, after the tariff's rule for seconds.
    pub worked: Minutes,
}

/// One line of a price: which rules made it, from what, and how much.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = PricingLine))]
pub struct Line {
    /// Ids of the rules that made it.
    pub rules: Vec<String>,
    /// Name and version of the tariff they stand in.
    pub tariff: String,
    /// The time it pays.
    pub paid: Minutes,
    /// Cents an hour.
    pub rate: Cents,
    /// What it comes to, rounded once.
    pub amount: Cents,
    /// The line in words.
    pub sentence: String,
}

/// What a job pays.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Priced {
    /// The time worked.
    pub worked: Minutes,
    /// The time paid.
    pub paid: Minutes,
    /// Cents an hour.
    pub rate: Cents,
    /// The sum of the lines.
    pub amount: Cents,
    /// How it came about.
    pub lines: Vec<Line>,
}

/// Why the tariff gives no price. Never a guess in its place.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unrated {
    /// The day is outside the tariff's dates.
    #[error("{tariff} is not in force on {on}")]
    NotInForce {
        /// The tariff.
        tariff: String,
        /// The day.
        on: Day,
    },
    /// The tariff says nothing of this type of job.
    #[error("{tariff} has no job type \"{code}\"")]
    JobType {
        /// The tariff.
        tariff: String,
        /// The code asked for.
        code: String,
    },
    /// The tariff says nothing of this rank.
    #[error("{tariff} has no rate for rank \"{rank}\"")]
    Rank {
        /// The tariff.
        tariff: String,
        /// The code asked for.
        rank: String,
    },
    /// Nothing was worked; minimums are for work that began.
    #[error("no time was worked")]
    NothingWorked,
    /// The tariff says that it does not know.
    #[error("{tariff}, {band}: {worked} worked is unrated: {reason}")]
    Silent {
        /// The tariff.
        tariff: String,
        /// The band that says so.
        band: String,
        /// The time worked.
        worked: Minutes,
        /// Why, in the tariff's words.
        reason: String,
    },
    /// Longer than the tariff reaches.
    #[error("{tariff} has no band of job type \"{code}\" for {worked} worked")]
    Beyond {
        /// The tariff.
        tariff: String,
        /// The type of job.
        code: String,
        /// The time worked.
        worked: Minutes,
    },
    /// Vehicles were agreed to, and the tariff does not say what they cost: that they are free, a fee of nothing says.
    #[error("{tariff} has no fee for vehicles")]
    Vehicles {
        /// The tariff.
        tariff: String,
    },
    /// A figure that cannot be held.
    #[error("{worked} worked is more than can be reckoned with")]
    TooLarge {
        /// The time worked.
        worked: Minutes,
    },
}

/// Prices a job by a tariff: the band of its worked time says what is paid, the rank's rate says how much.
pub fn price(tariff: &Tariff, job: &Job<'_>) -> Result<Priced, Unrated> {
    let citation = || tariff.citation();
    if !tariff.in_force_on(job.on) {
        return Err(Unrated::NotInForce { tariff: citation(), on: job.on });
    }
    let job_type = tariff
        .job_type(job.job_type)
        .ok_or_else(|| Unrated::JobType { tariff: citation(), code: job.job_type.to_owned() })?;
    let rate = tariff.rate(job.rank).ok_or_else(|| Unrated::Rank { tariff: citation(), rank: job.rank.to_owned() })?;
    let band = find_band(tariff, job_type, job.worked)?;
    let line = line(tariff, band, rate, job.worked)?;
    Ok(Priced { worked: job.worked, paid: line.paid, rate: line.rate, amount: line.amount, lines: vec![line] })
}

/// The band that the worked time falls in, if the tariff knows what it comes to.
pub(super) fn find_band<'a>(tariff: &Tariff, job_type: &'a JobType, worked: Minutes) -> Result<&'a Band, Unrated> {
    if worked == Minutes(0) {
        return Err(Unrated::NothingWorked);
    }
    let beyond = || Unrated::Beyond { tariff: tariff.citation(), code: job_type.code.clone(), worked };
    let band = job_type.band(worked).ok_or_else(beyond)?;
    match &band.pays {
        Pays::Unknown(reason) => {
            let (band, reason) = (band.id.clone(), reason.clone());
            Err(Unrated::Silent { tariff: tariff.citation(), band, worked, reason })
        }
        _ => Ok(band),
    }
}

fn line(tariff: &Tariff, band: &Band, rate: &RankRate, worked: Minutes) -> Result<Line, Unrated> {
    let too_large = || too_large(worked);
    let paid = band.paid(worked).ok_or_else(too_large)?;
    let per_hour = rate.cents_per_hour;
    let rounding = tariff.terms().rounding;
    let amount = per_hour.checked_portion(u64::from(paid.0), 60, rounding).ok_or_else(too_large)?;
    let sentence = format!(
        "{worked} worked {}; {paid} at {per_hour} an hour for rank {} is {amount}.",
        reason(band, paid),
        rate.rank
    );
    let rules = vec![band.id.clone(), rate.id()];
    Ok(Line { rules, tariff: tariff.citation(), paid, rate: per_hour, amount, sentence })
}

/// A figure of that work cannot be held.
pub(super) const fn too_large(worked: Minutes) -> Unrated {
    Unrated::TooLarge { worked }
}

fn reason(band: &Band, paid: Minutes) -> String {
    match &band.pays {
        Pays::Started(step) => format!("is {} and counts as {paid}, every {step} begun", band.limits()),
        Pays::Block(_) | Pays::Unknown(_) => format!("is {} and pays the {paid} block", band.limits()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::Rounding;
    use crate::pricing::{SecondsRule, TariffDraft};

    const BLOCKS: &str = r#"
        name = "Town"
        version = 3
        effective_from = "2024-01-01"
        effective_until = "2024-12-31"
        source = "a test"
        seconds = "nearest_minute"
        rounding = "half_up"
        [[rate]]
        rank = "officer"
        cents_per_hour = 4601
        [[job_type]]
        code = "road"
        name = "Road work"
        [[job_type.band]]
        id = "four"
        over = "0:00"
        up_to = "4:00"
        pays = { block = "4:00" }
        [[job_type.band]]
        id = "eight"
        over = "4:00"
        up_to = "8:00"
        pays = { block = "8:00" }
        [[job_type.band]]
        id = "hours"
        over = "8:00"
        up_to = "12:00"
        pays = { started = "1:00" }
        [[job_type.band]]
        id = "gap"
        over = "12:00"
        up_to = "13:00"
        pays = { unknown = "nobody wrote it down" }
        [[job_type.band]]
        id = "halves"
        over = "13:00"
        pays = { started = "0:30" }
    "#;

    fn tariff() -> Tariff {
        toml::from_str(BLOCKS).unwrap()
    }

    fn priced(worked: &str) -> Result<Priced, Unrated> {
        let on = "2024-06-01".parse().unwrap();
        price(&tariff(), &Job { job_type: "road", rank: "officer", on, worked: worked.parse().unwrap() })
    }

    #[test]
    fn blocks_turn_at_the_minute_they_say() {
        for (worked, paid) in [
            ("0:01", "4:00"),
            ("3:59", "4:00"),
            ("4:00", "4:00"),
            ("4:01", "8:00"),
            ("7:59", "8:00"),
            ("8:00", "8:00"),
            ("8:01", "9:00"),
            ("9:00", "9:00"),
            ("12:00", "12:00"),
            ("13:01", "13:30"),
        ] {
            assert_eq!(priced(worked).unwrap().paid.to_string(), paid, "{worked}");
        }
    }

    #[test]
    fn a_line_cites_its_rules_and_explains_itself() {
        let got = priced("5:30").unwrap();
        let line = &got.lines[0];
        assert_eq!((line.rules.join(" "), line.tariff.as_str()), ("eight rate-officer".to_owned(), "Town v3"));
        assert_eq!((line.amount, got.amount), (Cents(36_808), Cents(36_808)));
        assert_eq!(
            line.sentence,
            "5:30 worked is over 4:00 up to 8:00 and pays the 8:00 block; 8:00 at 46.01 an hour for rank officer is 368.08."
        );
        assert_eq!(priced("13:01").unwrap().amount, Cents(62_114), "13.5 x 46.01 = 621.135, half a cent goes up");
    }

    #[test]
    fn silence_is_unrated_with_its_reason() {
        let reason = |worked| priced(worked).unwrap_err().to_string();
        assert_eq!(reason("0:00"), "no time was worked");
        assert_eq!(reason("12:30"), "Town v3, gap: 12:30 worked is unrated: nobody wrote it down");
        let unrated = |job_type, rank, day: &str| {
            let job = Job { job_type, rank, on: day.parse().unwrap(), worked: Minutes(60) };
            price(&tariff(), &job).unwrap_err().to_string()
        };
        assert_eq!(unrated("road", "chief", "2024-06-01"), "Town v3 has no rate for rank \"chief\"");
        assert_eq!(unrated("film", "officer", "2024-06-01"), "Town v3 has no job type \"film\"");
        assert_eq!(unrated("road", "officer", "2023-12-31"), "Town v3 is not in force on 2023-12-31");
        assert_eq!(unrated("road", "officer", "2025-01-01"), "Town v3 is not in force on 2025-01-01");
    }

    #[test]
    fn a_length_beyond_the_last_band_or_beyond_counting_is_unrated() {
        let job =
            Job { job_type: "road", rank: "officer", on: "2024-06-01".parse().unwrap(), worked: Minutes(u32::MAX) };
        assert_eq!(price(&tariff(), &job), Err(Unrated::TooLarge { worked: Minutes(u32::MAX) }));
        let mut draft = TariffDraft::from(tariff());
        draft.job_types[0].bands.truncate(2);
        let short = Tariff::try_from(draft).unwrap();
        let reason = price(&short, &Job { worked: Minutes(481), ..job }).unwrap_err().to_string();
        assert_eq!(reason, "Town v3 has no band of job type \"road\" for 8:01 worked");
    }

    fn any_pays() -> impl Strategy<Value = Pays> {
        prop_oneof![
            (0..2_000u32).prop_map(|m| Pays::Block(Minutes(m))),
            (0..200u32).prop_map(|m| Pays::Started(Minutes(m))),
            Just(Pays::Unknown("silent".into())),
        ]
    }

    /// Drafts in every state, most of them faulty: lengths of bands may be zero, blocks may pay too little.
    fn any_draft() -> impl Strategy<Value = TariffDraft> {
        let band = (0..400u32, any_pays(), prop::bool::weighted(0.1));
        (prop::collection::vec(band, 1..6), any::<i64>(), any::<bool>()).prop_map(|(bands, rate, down)| {
            let mut draft = TariffDraft::from(tariff());
            let mut over = 0;
            let bands = bands.into_iter().enumerate().map(|(i, (length, pays, endless))| {
                let start = Minutes(over);
                over += length;
                Band { id: i.to_string(), over: start, up_to: (!endless).then_some(Minutes(over)), pays }
            });
            draft.job_types[0].bands = bands.collect();
            draft.rates[0].cents_per_hour = Cents(rate);
            draft.rounding = if down { Rounding::Down } else { Rounding::HalfUp };
            draft.seconds = SecondsRule::WholeMinutes;
            draft
        })
    }

    fn check(tariff: &Tariff, shorter: u32, longer: u32) -> Result<(), TestCaseError> {
        let on = "2024-06-01".parse().unwrap();
        let at = |worked| price(tariff, &Job { job_type: "road", rank: "officer", on, worked: Minutes(worked) });
        let (one, two) = (at(shorter), at(longer));
        for priced in [&one, &two].into_iter().flatten() {
            prop_assert!(priced.paid >= priced.worked);
            prop_assert!(priced.amount > Cents::ZERO || priced.rate.0 < 60);
            prop_assert_eq!(Cents::checked_sum(priced.lines.iter().map(|line| line.amount)), Some(priced.amount));
        }
        if let (Ok(one), Ok(two)) = (one, two) {
            prop_assert!(one.paid <= two.paid && one.amount <= two.amount);
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn any_tariff_that_passes_its_check_pays_what_was_worked_and_more_for_more(
            draft in any_draft(), shorter in 0..2_500u32, more in 0..600u32,
        ) {
            if let Ok(tariff) = Tariff::try_from(draft) {
                check(&tariff, shorter, shorter + more)?;
            }
        }

        #[test]
        fn the_town_pays_more_for_more_however_long(shorter: u32, longer: u32) {
            check(&tariff(), shorter.min(longer), shorter.max(longer))?;
        }

        #[test]
        fn hostile_codes_never_panic(job_type: String, rank: String, worked: u32) {
            let on = "2024-06-01".parse().unwrap();
            let got = price(&tariff(), &Job { job_type: &job_type, rank: &rank, on, worked: Minutes(worked) });
            prop_assert!(got.is_err() || (job_type == "road" && rank == "officer"));
        }
    }
}
