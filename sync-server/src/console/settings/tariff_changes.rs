//! What differs between two tariffs, in words: every entry that `billing::tariffs::diff` finds.

use askama::Template;
use askama::filters::HtmlSafe;
use detailbook_core::money::Cents;
use detailbook_core::pricing::Tariff;

use super::tariff_sheet::percent;
use crate::billing::tariffs;

/// What differs, as a table.
#[derive(Template, Clone, Debug)]
#[template(path = "console/settings/tariff_changes.html")]
pub(super) struct Changed {
    lines: Vec<Line>,
}

impl HtmlSafe for Changed {}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Line {
    what: String,
    before: Option<String>,
    after: Option<String>,
}

impl Changed {
    /// From one tariff to another.
    pub(super) fn between(before: &Tariff, after: &Tariff) -> Self {
        let line = |change: tariffs::Change| Line {
            before: change.before.map(|is| worded(&change.what, is)),
            after: change.after.map(|is| worded(&change.what, is)),
            what: named(&change.what),
        };
        Self { lines: tariffs::diff(before, after).into_iter().map(line).collect() }
    }
}

/// An entry as it is called, such as `Customer's rate of officer: an hour` for `bill rate officer cents_per_hour`.
fn named(what: &str) -> String {
    let (side, rest) = what.strip_prefix("bill ").map_or(("", what), |rest| ("Billed: ", rest));
    let (kind, rest) =
        KINDS.iter().find_map(|(name, says)| Some((*says, rest.strip_prefix(name)?))).unwrap_or(("", rest));
    let (entry, field) =
        FIELDS.iter().find_map(|(name, says)| Some((rest.strip_suffix(name)?, *says))).unwrap_or((rest, ""));
    let text = format!("{side}{kind}{}", entry.trim());
    match (text.is_empty(), field) {
        (true, field) => field.to_owned(),
        (false, "") => text,
        (false, field) => format!("{text}: {field}"),
    }
}

const KINDS: &[(&str, &str)] = &[
    ("rate ", "rate of "),
    ("job_type ", "type of job "),
    ("fee ", "fee "),
    ("tax ", "tax "),
    ("cancellation ", "cancelling "),
];

/// What stands last in an entry's path, and what it is.
const FIELDS: &[(&str, &str)] = &[
    ("takes basis_points", "part of the time"),
    ("basis_points", "per cent"),
    ("cents_per_hour", "an hour"),
    ("takes hour", "taken an hour"),
    ("takes job", "taken once a detail"),
    ("takes each", "taken for each"),
    ("pays block", "pays this much"),
    ("pays started", "pays what was worked, in steps of"),
    ("pays unknown", "no price, because"),
    ("up_to", "up to"),
    ("effective_from", "first day"),
    ("effective_until", "last day"),
    ("vehicle_fee", "fee for each vehicle"),
];

/// A value with its unit.
fn worded(what: &str, is: String) -> String {
    let of = |ends: &[&str]| ends.iter().any(|end| what.rsplit(' ').next() == Some(*end));
    if of(&["cents_per_hour", "hour", "job", "each", "least", "most", "vehicle_fee"]) {
        return is.parse().map_or(is, |cents| Cents(cents).to_string());
    }
    if of(&["basis_points", "admin_basis_points"]) {
        return is.parse().map_or(is, percent);
    }
    is
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOWN: &str = include_str!("../../../tariffs/town.toml");

    #[test]
    fn every_change_is_named_in_words_with_its_unit() {
        let fee = "\n[[bill.fee]]\nid = \"admin\"\nkind = \"admin\"\ntakes = { basis_points = 1250 }\nmost = 4000\n";
        let text = TOWN.replacen("cents_per_hour = 5850", "cents_per_hour = 6000", 1).replacen(
            "version = 4",
            "version = 5",
            1,
        );
        let (before, after) = (toml::from_str(TOWN).unwrap(), toml::from_str(&(text + fee)).unwrap());
        let lines = Changed::between(&before, &after).lines;
        let told: Vec<_> =
            lines.iter().map(|it| (it.what.as_str(), it.before.as_deref(), it.after.as_deref())).collect();
        assert_eq!(told.len(), tariffs::diff(&before, &after).len());
        for line in [
            ("rate of officer: an hour", Some("58.50"), Some("60.00")),
            ("version", Some("4"), Some("5")),
            ("Billed: fee admin: part of the time", None, Some("12.5 %")),
            ("Billed: fee admin most", None, Some("40.00")),
        ] {
            assert!(told.contains(&line), "{line:?} in {told:?}");
        }
    }
}
