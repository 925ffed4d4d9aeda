//! What is wrong with a tariff, entry by entry.

use std::fmt;

use super::{
    Band, BillTerms, CancellationTermsFault, Fee, FeeKind, JobType, Minutes, Pays, RankRate, Takes, TariffDraft,
};
use crate::money::Cents;

/// One thing wrong with a tariff, naming the entry.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TariffFault {
    /// A text that must say something is empty.
    #[error("{0} is empty")]
    Empty(String),
    /// The last day is before the first.
    #[error("effective_until is before effective_from")]
    EndsBeforeItStarts,
    /// No rank has a rate.
    #[error("no rates: add a [[rate]] for each rank")]
    NoRates,
    /// An hour pays nothing or less.
    #[error("{rate}: {} an hour is not more than zero", .cents)]
    RateNotPositive {
        /// Which rate.
        rate: String,
        /// Its rate.
        cents: Cents,
    },
    /// Two entries with the same code.
    #[error("{0} appears twice")]
    Twice(String),
    /// No type of job.
    #[error("no job types: add a [[job_type]]")]
    NoJobTypes,
    /// A type of job without bands.
    #[error("job type {0}: no bands")]
    NoBands(String),
    /// The first band does not start at nothing.
    #[error("band {0}: the first band of a job type must start over 0:00")]
    FirstBandStartsLate(String),
    /// The band ends where it starts, or before.
    #[error("band {0}: up_to is not above over")]
    Backwards(String),
    /// The band before it has no end, or ends after this one starts.
    #[error("band {band} overlaps band {before}, or stands before it")]
    Overlap {
        /// The band.
        band: String,
        /// The one before it in the file.
        before: String,
    },
    /// Nothing says what the time between two bands pays.
    #[error("between band {before} and band {band}, {from} to {to} is in no band; write an unknown band for a gap")]
    Hole {
        /// The band.
        band: String,
        /// The one before it in the file.
        before: String,
        /// Where the hole starts.
        from: Minutes,
        /// Where it ends.
        to: Minutes,
    },
    /// Somebody would be paid for less than they worked.
    #[error("band {0} pays less than was worked at its upper end")]
    PaysLessThanWorked(String),
    /// Somebody who works longer would be paid less.
    #[error("band {band} pays less than band {before} before it")]
    PaysLessForMore {
        /// The band.
        band: String,
        /// The one it pays less than.
        before: String,
    },
    /// Nothing can be rounded up to a multiple of nothing.
    #[error("band {0}: started must be more than 0:00")]
    NoStep(String),
    /// A fee, a tax or a text that cannot hold.
    #[error("{0}: {1}")]
    Bill(String, &'static str),
    /// The terms of cancellation cannot hold.
    #[error("cancellation: {0}")]
    Cancellation(#[from] CancellationTermsFault),
}

/// Characters in a name, a code or an id, as elsewhere; in a sentence.
const LINE_CHARS: usize = 200;
const SENTENCE_CHARS: usize = 2_000;

/// Everything wrong with a tariff.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TariffFaults(pub Vec<TariffFault>);

impl fmt::Display for TariffFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let faults: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&faults.join("; "))
    }
}

impl std::error::Error for TariffFaults {}

impl TariffFaults {
    /// What is wrong with `draft`, or `None`.
    pub fn of(draft: &TariffDraft) -> Option<Self> {
        let mut faults = Vec::new();
        texts(draft, &mut faults);
        header(draft, &mut faults);
        if draft.rates.is_empty() {
            faults.push(TariffFault::NoRates);
        }
        rates("rate of rank", &draft.rates, &mut faults);
        if draft.job_types.is_empty() {
            faults.push(TariffFault::NoJobTypes);
        }
        job_types("job type", &draft.job_types, &mut faults);
        bill(draft, &mut faults);
        faults.extend(draft.cancellation.iter().filter_map(|terms| terms.check().err().map(TariffFault::from)));
        (!faults.is_empty()).then_some(Self(faults))
    }
}

/// Every text goes onto invoices, into the names of accounts and into files: each is bounded, and nothing in it hides or turns others.
fn texts(draft: &TariffDraft, faults: &mut Vec<TariffFault>) {
    let (none, cancellation) = (BillTerms::default(), draft.cancellation.as_ref());
    let bill = draft.bill.as_ref().unwrap_or(&none);
    let jobs = || draft.job_types.iter().chain(&bill.job_types);
    let bands = || jobs().flat_map(|job| &job.bands);
    let fees = bill.fees.iter().flat_map(|fee| [("fee", Some(&fee.id)), ("name of a fee", fee.name.as_ref())]);
    let lines = [("name", Some(&draft.name))]
        .into_iter()
        .chain(draft.rates.iter().chain(&bill.rates).map(|rate| ("rank of a rate", Some(&rate.rank))))
        .chain(
            jobs().flat_map(|job| [("code of a job type", Some(&job.code)), ("name of a job type", Some(&job.name))]),
        )
        .chain(bands().map(|band| ("id of a band", Some(&band.id))))
        .chain(fees)
        .chain(bill.taxes.iter().flat_map(|tax| [("tax", Some(&tax.id)), ("name of a tax", Some(&tax.name))]))
        .chain(cancellation.iter().flat_map(|terms| &terms.tiers).map(|tier| ("id of a tier", Some(&tier.id))));
    let reasons = bands().filter_map(|band| match &band.pays {
        Pays::Unknown(reason) => Some(("reason of a band", reason)),
        _ => None,
    });
    let lines = lines.filter_map(|(what, text)| Some((what, text?, LINE_CHARS)));
    let sentences = reasons.chain([("source", &draft.source)]).map(|(what, text)| (what, text, SENTENCE_CHARS));
    for (what, text, most) in lines.chain(sentences) {
        let sentence = most == SENTENCE_CHARS;
        let hidden = |c: char| c.is_control() && !(sentence && matches!(c, '\n' | '\r' | '\t'));
        if text.chars().any(|c| hidden(c) || turns_direction(c)) {
            let says = if sentence {
                "must not hold control characters"
            } else {
                "must be one line without control characters"
            };
            faults.push(TariffFault::Bill(what.to_owned(), says));
        }
        if text.chars().nth(most).is_some() {
            faults.push(TariffFault::Bill(what.to_owned(), "is too long"));
        }
    }
}

/// Characters that make text appear in another order than it is stored in (Unicode Annex 9: embeddings, overrides, isolates).
const fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn header(draft: &TariffDraft, faults: &mut Vec<TariffFault>) {
    for (text, what) in [(&draft.name, "name"), (&draft.source, "source")] {
        if text.trim().is_empty() {
            faults.push(TariffFault::Empty(what.to_owned()));
        }
    }
    if draft.effective_until.is_some_and(|last| last < draft.effective_from) {
        faults.push(TariffFault::EndsBeforeItStarts);
    }
}

fn rates(what: &str, rates: &[RankRate], faults: &mut Vec<TariffFault>) {
    twice(rates.iter().map(|rate| format!("{what} {}", rate.rank)), faults);
    for rate in rates.iter().filter(|rate| rate.cents_per_hour <= Cents::ZERO) {
        let (rate, cents) = (format!("{what} {}", rate.rank), rate.cents_per_hour);
        faults.push(TariffFault::RateNotPositive { rate, cents });
    }
    if rates.iter().any(|rate| rate.rank.trim().is_empty()) {
        faults.push(TariffFault::Empty("rank of a rate".to_owned()));
    }
}

fn job_types(what: &str, jobs: &[JobType], faults: &mut Vec<TariffFault>) {
    twice(jobs.iter().map(|job| format!("{what} {}", job.code)), faults);
    for job in jobs {
        if job.code.trim().is_empty() {
            faults.push(TariffFault::Empty("code of a job type".to_owned()));
        }
        bands(job, faults);
    }
}

/// The bill side, and that nothing of either side is cited by another's id.
fn bill(draft: &TariffDraft, faults: &mut Vec<TariffFault>) {
    let none = BillTerms::default();
    let terms = draft.bill.as_ref().unwrap_or(&none);
    rates("bill rate of rank", &terms.rates, faults);
    job_types("bill job type", &terms.job_types, faults);
    let jobs = draft.job_types.iter().chain(&terms.job_types);
    twice(jobs.flat_map(|job| &job.bands).map(|band| format!("band {}", band.id)), faults);
    let fees = terms.fees.iter().map(|fee| &fee.id);
    twice(fees.chain(terms.taxes.iter().map(|tax| &tax.id)).map(|id| format!("fee or tax {id}")), faults);
    terms.fees.iter().filter_map(fee).for_each(|fault| faults.push(fault));
    for tax in &terms.taxes {
        if tax.id.trim().is_empty() || tax.name.trim().is_empty() {
            faults.push(TariffFault::Empty("id or name of a tax".to_owned()));
        }
        if !(1..=10_000).contains(&tax.basis_points) {
            faults.push(TariffFault::Bill(format!("tax {}", tax.id), "basis_points must be 1 to 10000"));
        }
    }
}

fn fee(fee: &Fee) -> Option<TariffFault> {
    let wrong = |why| Some(TariffFault::Bill(format!("fee {}", fee.id), why));
    if fee.id.trim().is_empty() || fee.title().trim().is_empty() {
        return Some(TariffFault::Empty("id or name of a fee".to_owned()));
    }
    match fee.takes {
        Takes::BasisPoints(points) if !(1..=10_000).contains(&points) => {
            return wrong("basis_points must be 1 to 10000");
        }
        // That vehicles are free is said by a fee of nothing; without any, they are unrated.
        Takes::Hour(Cents::ZERO) | Takes::Each(Cents::ZERO) if fee.kind == FeeKind::Vehicle => {}
        Takes::Hour(cents) | Takes::Job(cents) | Takes::Each(cents) if cents <= Cents::ZERO => {
            return wrong("takes must be more than zero");
        }
        _ => {}
    }
    if fee.least.into_iter().chain(fee.most).any(|limit| limit <= Cents::ZERO) {
        return wrong("least and most must be more than zero");
    }
    if let (Some(least), Some(most)) = (fee.least, fee.most)
        && least > most
    {
        return wrong("least is above most");
    }
    None
}

fn twice(names: impl Iterator<Item = String>, faults: &mut Vec<TariffFault>) {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if !seen.insert(name.clone()) {
            faults.push(TariffFault::Twice(name));
        }
    }
}

fn bands(job: &JobType, faults: &mut Vec<TariffFault>) {
    match job.bands.first() {
        None => faults.push(TariffFault::NoBands(job.code.clone())),
        Some(first) if first.over != Minutes(0) => faults.push(TariffFault::FirstBandStartsLate(first.id.clone())),
        Some(_) => {}
    }
    job.bands.iter().filter_map(alone).for_each(|fault| faults.push(fault));
    job.bands.windows(2).filter_map(|pair| follows(&pair[0], &pair[1])).for_each(|fault| faults.push(fault));
    let known: Vec<&Band> = job.bands.iter().filter(|band| !matches!(band.pays, Pays::Unknown(_))).collect();
    known.windows(2).filter_map(|pair| falls(pair[0], pair[1])).for_each(|fault| faults.push(fault));
}

fn alone(band: &Band) -> Option<TariffFault> {
    let id = || band.id.clone();
    if band.id.trim().is_empty() {
        return Some(TariffFault::Empty("id of a band".to_owned()));
    }
    if band.up_to.is_some_and(|end| end <= band.over) {
        return Some(TariffFault::Backwards(id()));
    }
    match &band.pays {
        Pays::Block(length) if band.up_to.is_none_or(|end| *length < end) => {
            Some(TariffFault::PaysLessThanWorked(id()))
        }
        Pays::Started(Minutes(0)) => Some(TariffFault::NoStep(id())),
        Pays::Unknown(reason) if reason.trim().is_empty() => {
            Some(TariffFault::Empty(format!("reason of band {}", id())))
        }
        _ => None,
    }
}

fn follows(before: &Band, band: &Band) -> Option<TariffFault> {
    let names = || (band.id.clone(), before.id.clone());
    match before.up_to {
        Some(end) if end == band.over => None,
        Some(end) if end < band.over => {
            let (band_id, before) = names();
            Some(TariffFault::Hole { band: band_id, before, from: end, to: band.over })
        }
        _ => {
            let (band, before) = names();
            Some(TariffFault::Overlap { band, before })
        }
    }
}

fn falls(before: &Band, band: &Band) -> Option<TariffFault> {
    let most = before.up_to.and_then(|end| before.paid(end))?;
    let least = band.paid(band.least())?;
    (least < most).then(|| TariffFault::PaysLessForMore { band: band.id.clone(), before: before.id.clone() })
}

#[cfg(test)]
mod tests {
    use crate::pricing::Tariff;

    const GOOD: &str = r#"
        name = "Town"
        version = 1
        effective_from = "2024-01-01"
        source = "a test"
        seconds = "nearest_minute"
        rounding = "half_up"
        [[rate]]
        rank = "9"
        cents_per_hour = 4600
        [[job_type]]
        code = "C"
        name = "Construction"
        [[job_type.band]]
        id = "C-4"
        over = "0:00"
        up_to = "4:00"
        pays = { block = "4:00" }
        [[job_type.band]]
        id = "C-8"
        over = "4:00"
        up_to = "8:00"
        pays = { block = "8:00" }
    "#;

    fn fault(from: &str, to: &str) -> String {
        assert!(GOOD.contains(from), "{from}");
        toml::from_str::<Tariff>(&GOOD.replacen(from, to, 1)).unwrap_err().message().to_owned()
    }

    #[test]
    fn a_good_tariff_is_taken_and_survives_being_written() {
        let tariff: Tariff = toml::from_str(GOOD).unwrap();
        assert_eq!(toml::from_str::<Tariff>(&toml::to_string(&tariff).unwrap()).unwrap(), tariff);
    }

    #[test]
    fn every_fault_names_its_entry() {
        for (from, to, says) in [
            ("over = \"4:00\"", "over = \"3:00\"", "band C-8 overlaps band C-4, or stands before it"),
            (
                "over = \"4:00\"",
                "over = \"5:00\"",
                "between band C-4 and band C-8, 4:00 to 5:00 is in no band; write an unknown band for a gap",
            ),
            ("over = \"0:00\"", "over = \"1:00\"", "band C-4: the first band of a job type must start over 0:00"),
            ("up_to = \"8:00\"", "up_to = \"4:00\"", "band C-8: up_to is not above over"),
            ("up_to = \"8:00\"", "", "band C-8 pays less than was worked at its upper end"),
            ("block = \"8:00\"", "block = \"7:00\"", "band C-8 pays less than was worked at its upper end"),
            ("block = \"8:00\"", "started = \"0:00\"", "band C-8: started must be more than 0:00"),
            ("block = \"8:00\"", "unknown = \" \"", "reason of band C-8 is empty"),
            ("block = \"4:00\"", "block = \"9:00\"", "band C-8 pays less than band C-4 before it"),
            ("cents_per_hour = 4600", "cents_per_hour = -1", "rate of rank 9: -0.01 an hour is not more than zero"),
            ("cents_per_hour = 4600", "cents_per_hour = 0", "rate of rank 9: 0.00 an hour is not more than zero"),
            ("id = \"C-8\"", "id = \"C-4\"", "band C-4 appears twice"),
            ("rank = \"9\"", "rank = \"\"", "rank of a rate is empty"),
            ("source = \"a test\"", "source = \"\"", "source is empty"),
            (
                "\"2024-01-01\"",
                "\"2024-01-01\"\neffective_until = \"2023-01-01\"",
                "effective_until is before effective_from",
            ),
        ] {
            assert_eq!(fault(from, to), says);
        }
    }

    #[test]
    fn a_text_is_one_bounded_line_that_turns_nothing() {
        for wrong in ["C\\u0000", "C\\n4", "C\\u202e4", "C\\u20664"] {
            let says = "must be one line without control characters";
            assert_eq!(fault("id = \"C-4\"", &format!("id = \"{wrong}\"")), format!("id of a band: {says}"));
            assert_eq!(fault("code = \"C\"", &format!("code = \"{wrong}\"")), format!("code of a job type: {says}"));
            assert_eq!(fault("rank = \"9\"", &format!("rank = \"{wrong}\"")), format!("rank of a rate: {says}"));
            assert_eq!(fault("name = \"Town\"", &format!("name = \"{wrong}\"")), format!("name: {says}"));
        }
        let long = format!("name = \"{}\"", "x".repeat(201));
        assert_eq!(fault("name = \"Construction\"", &long), "name of a job type: is too long");
        let bill = |text: &str| toml::from_str::<Tariff>(&format!("{GOOD}{text}")).unwrap_err().message().to_owned();
        let fee = "[[bill.fee]]\nid = \"a\\u0000\"\nkind = \"admin\"\ntakes = { each = 1 }";
        assert_eq!(bill(fee), "fee: must be one line without control characters");
        let tax = "[[bill.tax]]\nid = \"a\"\nname = \"A\\nB\"\nbasis_points = 1";
        assert_eq!(bill(tax), "name of a tax: must be one line without control characters");
    }

    #[test]
    fn what_is_missing_is_named() {
        let header = GOOD.split("[[rate]]").next().unwrap();
        let bare = toml::from_str::<Tariff>(header).unwrap_err().message().to_owned();
        assert_eq!(bare, "no rates: add a [[rate]] for each rank; no job types: add a [[job_type]]");
        let no_bands = GOOD.split("[[job_type.band]]").next().unwrap();
        assert_eq!(toml::from_str::<Tariff>(no_bands).unwrap_err().message(), "job type C: no bands");
        let again = format!("{GOOD}\n[[rate]]\nrank = \"9\"\ncents_per_hour = 1\n");
        assert_eq!(toml::from_str::<Tariff>(&again).unwrap_err().message(), "rate of rank 9 appears twice");
    }

    #[test]
    fn lengths_days_and_fields_that_make_no_sense_are_named() {
        assert_eq!(fault("over = \"4:00\"", "over = \"-4:00\""), "`-4:00` is not a length of time such as 4:00");
        assert_eq!(fault("\"2024-01-01\"", "\"2024-02-30\""), "`2024-02-30` is not a day such as 2019-06-27");
        assert!(fault("cents_per_hour = 4600", "cents_per_hour = 46.5").contains("invalid type: floating point"));
        assert!(fault("rank = \"9\"", "rang = \"9\"").contains("unknown field `rang`"));
    }
}
