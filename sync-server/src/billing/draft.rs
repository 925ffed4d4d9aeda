//! Reading a tariff as an agency writes it: everything that is wrong with it is named, at its line.

use detailbook_core::pricing::{
    CancellationTerms, Fee, JobType, RankRate, Tariff, TariffDraft, TariffFault, TariffFaults, Tax,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::draft_text::place::Step;
use crate::draft_text::{Fault, Faults, Source, of_toml, whole};

/// The longest text of a tariff, in bytes.
pub const LONGEST: usize = 200_000;

/// Reads and checks a draft. Everything that is wrong is named.
pub fn check(text: &str) -> Result<Tariff, Vec<Fault>> {
    if text.len() > LONGEST {
        return Err(vec![whole(&format!("is longer than {LONGEST} bytes"))]);
    }
    let source = Source::toml(text)?;
    match toml::from_str::<TariffDraft>(text) {
        Ok(draft) => Tariff::try_from(draft.clone()).map_err(|TariffFaults(found)| placed(&source, &draft, &found)),
        Err(error) => Err(unread(&source)?.unwrap_or_else(|| vec![of_toml(text, &error)])),
    }
}

/// What cannot be read, entry by entry, so that one fault does not hide the next.
fn unread(source: &Source<'_>) -> Result<Option<Vec<Fault>>, Vec<Fault>> {
    let mut value = source.value()?;
    let mut faults = Faults::of(source);
    each::<RankRate>(&mut faults, &mut value, "rate", &[]);
    each::<JobType>(&mut faults, &mut value, "job_type", &[]);
    let bill = [Step::Field("bill".into())];
    if let Some(terms) = value.get_mut("bill") {
        each::<RankRate>(&mut faults, terms, "rate", &bill);
        each::<JobType>(&mut faults, terms, "job_type", &bill);
        each::<Fee>(&mut faults, terms, "fee", &bill);
        each::<Tax>(&mut faults, terms, "tax", &bill);
    }
    if let Some(terms) = value.as_object_mut().and_then(|all| all.remove("cancellation")) {
        faults.part::<CancellationTerms>(terms, &[Step::Field("cancellation".into())]);
    }
    faults.part::<TariffDraft>(value, &[]);
    Ok(Some(faults.finish()).filter(|found| !found.is_empty()))
}

/// Reads each entry of a list by itself, and takes the list out; what is no list stays to be refused as that.
fn each<T: DeserializeOwned>(faults: &mut Faults<'_, '_>, within: &mut Value, name: &str, at: &[Step]) {
    let list = within.as_object_mut().filter(|all| all.get(name).is_some_and(Value::is_array));
    let Some(Value::Array(list)) = list.and_then(|all| all.remove(name)) else { return };
    for (index, entry) in list.into_iter().enumerate() {
        faults.part::<T>(entry, &item(at, name, index));
    }
}

/// What the check says of a draft that can be read, each at the entry that it names.
fn placed(source: &Source<'_>, draft: &TariffDraft, found: &[TariffFault]) -> Vec<Fault> {
    let (entries, mut faults) = (entries(draft), Faults::of(source));
    for fault in found {
        faults.note_at(&place(&entries, fault), fault.to_string());
    }
    faults.finish()
}

/// An entry as the check calls it, and its path.
type Named = (String, Vec<Step>);

/// Every entry of a draft that the check may name.
fn entries(draft: &TariffDraft) -> Vec<Named> {
    let mut named = Vec::new();
    rates("rate of rank", &draft.rates, &[], &mut named);
    job_types("job type", &draft.job_types, &[], &mut named);
    if let Some(terms) = &draft.bill {
        let at = [Step::Field("bill".into())];
        rates("bill rate of rank", &terms.rates, &at, &mut named);
        job_types("bill job type", &terms.job_types, &at, &mut named);
        for (index, fee) in terms.fees.iter().enumerate() {
            let path = item(&at, "fee", index);
            named.extend([(format!("fee {}", fee.id), path.clone()), (format!("fee or tax {}", fee.id), path)]);
        }
        for (index, tax) in terms.taxes.iter().enumerate() {
            let path = item(&at, "tax", index);
            named.extend([(format!("tax {}", tax.id), path.clone()), (format!("fee or tax {}", tax.id), path)]);
        }
    }
    named
}

fn item(at: &[Step], list: &str, index: usize) -> Vec<Step> {
    [at, &[Step::Field(list.to_owned()), Step::Item(index)]].concat()
}

fn rates(what: &str, rates: &[RankRate], at: &[Step], named: &mut Vec<Named>) {
    let entry = |(index, rate): (usize, &RankRate)| (format!("{what} {}", rate.rank), item(at, "rate", index));
    named.extend(rates.iter().enumerate().map(entry));
}

fn job_types(what: &str, jobs: &[JobType], at: &[Step], named: &mut Vec<Named>) {
    for (index, job) in jobs.iter().enumerate() {
        let path = item(at, "job_type", index);
        let band = |(index, band): (usize, &detailbook_core::pricing::Band)| {
            (format!("band {}", band.id), item(&path, "band", index))
        };
        named.extend(job.bands.iter().enumerate().map(band));
        named.push((format!("{what} {}", job.code), path));
    }
}

/// Where the entry stands that a fault names; the beginning where it names none.
fn place(entries: &[Named], fault: &TariffFault) -> Vec<Step> {
    let nth = |name: &str, nth: usize| entries.iter().filter(|(known, _)| known.trim_end() == name).nth(nth);
    let of = |name: &str| nth(name, 0).map(|(_, path)| path.clone()).unwrap_or_default();
    let field = |name: &str| vec![Step::Field(name.to_owned())];
    match fault {
        TariffFault::Empty(what) => match what.as_str() {
            "rank of a rate" => {
                nth("rate of rank", 0).map_or_else(|| of("bill rate of rank"), |(_, path)| path.clone())
            }
            "code of a job type" => nth("job type", 0).map_or_else(|| of("bill job type"), |(_, path)| path.clone()),
            "id of a band" => of("band"),
            "id or name of a fee" => of("fee"),
            "id or name of a tax" => of("tax"),
            what => what.strip_prefix("reason of ").map_or_else(|| field(what), of),
        },
        TariffFault::EndsBeforeItStarts => field("effective_until"),
        TariffFault::RateNotPositive { rate, .. } => [of(rate), field("cents_per_hour")].concat(),
        TariffFault::Twice(name) => nth(name, 1).map(|(_, path)| path.clone()).unwrap_or_default(),
        TariffFault::NoBands(code) => {
            nth(&format!("job type {code}"), 0).map_or_else(|| of(&format!("bill job type {code}")), |it| it.1.clone())
        }
        TariffFault::FirstBandStartsLate(id)
        | TariffFault::Backwards(id)
        | TariffFault::PaysLessThanWorked(id)
        | TariffFault::NoStep(id)
        | TariffFault::Overlap { band: id, .. }
        | TariffFault::Hole { band: id, .. }
        | TariffFault::PaysLessForMore { band: id, .. } => of(&format!("band {id}")),
        TariffFault::Bill(entry, _) => of(entry),
        TariffFault::Cancellation(_) => field("cancellation"),
        TariffFault::NoRates | TariffFault::NoJobTypes => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOWN: &str = include_str!("../../tariffs/town.toml");

    fn line_of(text: &str, wanted: &str) -> usize {
        text.lines().position(|line| line == wanted).unwrap() + 1
    }

    fn faults(text: &str) -> Vec<(usize, String)> {
        check(text).unwrap_err().into_iter().map(|fault| (fault.line, fault.problem)).collect()
    }

    #[test]
    fn every_entry_that_cannot_be_read_is_named_at_its_line() {
        assert_eq!(check(TOWN).unwrap().citation(), "Harbor Falls details v4");
        let text = TOWN.replacen("cents_per_hour = 5850", "cents_per_hour = 58.5", 1);
        let text = text.replacen("over = \"4:00\"", "over = \"four\"", 1).replacen("rounding = ", "roundings = ", 1);
        let found = faults(&text);
        let lines: Vec<_> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(
            lines[lines.len() - 2..],
            [line_of(&text, "cents_per_hour = 58.5"), line_of(&text, "over = \"four\"")]
        );
        assert!(found.iter().any(|(_, says)| says.contains("roundings")), "{found:?}");
    }

    #[test]
    fn what_does_not_hold_together_is_named_at_its_entry() {
        let text =
            TOWN.replacen("cents_per_hour = 5850", "cents_per_hour = 0", 1).replacen("event-halves", "road-4", 1);
        let second = text.match_indices("id = \"road-4\"").nth(1).map(|(at, _)| text[..at].lines().count()).unwrap();
        assert_eq!(
            faults(&text),
            [
                (
                    line_of(&text, "cents_per_hour = 0"),
                    "rate of rank officer: 0.00 an hour is not more than zero".to_owned()
                ),
                (second, "band road-4 appears twice".to_owned()),
            ]
        );
        let fee = "\n[[bill.fee]]\nid = \"admin\"\nkind = \"admin\"\ntakes = { basis_points = 10001 }\n";
        let text = format!("{TOWN}{fee}");
        assert_eq!(
            faults(&text),
            [(TOWN.lines().count() + 2, "fee admin: basis_points must be 1 to 10000".to_owned())]
        );
    }

    #[test]
    fn what_is_no_toml_or_too_long_is_refused() {
        assert_eq!(faults("name = \n")[0].0, 1);
        assert!(check(&"#".repeat(LONGEST + 1)).is_err());
        assert!(faults("rate = 3\n").iter().any(|(_, says)| says.contains("invalid type")));
    }
}
