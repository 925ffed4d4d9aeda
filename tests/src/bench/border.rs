//! What Kotlin and Swift pay at the border, beside the same call in Rust, as the scripts measured it in this run.

use std::collections::HashMap;

use super::report::Row;
use super::{Bench, Outcome};

/// The caller without a border.
const FLOOR: &str = "rust";

/// A row for each call of each caller.
pub(super) fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let Some(border) = &bench.border else {
        return Ok(vec![Row::shown("calls over the border", "not measured in this run (BORDER=1 measures them)")]);
    };
    told(&std::fs::read_to_string(border)?)
}

/// Lines are `caller_call<TAB>value<TAB>unit`.
fn told(lines: &str) -> Outcome<Vec<Row>> {
    let costs: Vec<Cost<'_>> = lines.lines().map(Cost::of).collect::<Outcome<_>>()?;
    let floors: HashMap<&str, &Cost<'_>> =
        costs.iter().filter(|cost| cost.caller == FLOOR).map(|cost| (cost.call, cost)).collect();
    Ok(costs.iter().filter(|cost| cost.caller != FLOOR).map(|cost| row(cost, floors.get(cost.call).copied())).collect())
}

fn row(cost: &Cost<'_>, floor: Option<&Cost<'_>>) -> Row {
    let what = format!("{}, {}", cost.call.replace('_', " "), cost.caller.replace('_', " "));
    let said = |cost: &Cost<'_>| format!("{} {}", cost.value, cost.unit);
    let row = Row::shown(what, said(cost)).with(cost.unit, cost.value);
    match floor {
        Some(floor) => row.over(format!("Rust {}", said(floor))).with("rust", floor.value),
        None => row,
    }
}

#[derive(PartialEq, Debug)]
struct Cost<'a> {
    caller: &'a str,
    call: &'a str,
    value: f64,
    unit: &'a str,
}

impl<'a> Cost<'a> {
    fn of(line: &'a str) -> Outcome<Self> {
        let not_a_line = || format!("no name, value and unit: {line}");
        let mut fields = line.split('\t');
        let (Some(name), Some(value), Some(unit)) = (fields.next(), fields.next(), fields.next()) else {
            return Err(not_a_line().into());
        };
        let known = [FLOOR, "kotlin_wrapper", "kotlin_raw", "swift_wrapper", "swift_raw"];
        let of = |caller: &&'static str| Some((*caller, name.strip_prefix(*caller)?.strip_prefix('_')?));
        let (caller, call) = known.iter().find_map(of).ok_or_else(not_a_line)?;
        Ok(Self { caller, call, value: value.parse()?, unit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_caller_stands_beside_rust() {
        let rows = told("rust_offers_50\t100.0\tus\nswift_raw_offers_50\t350.5\tus\nkotlin_wrapper_versions\t3\tus\n");
        let rows = rows.unwrap();
        let told: Vec<_> = rows.iter().map(|row| (row.what.as_str(), row.floor.as_str(), row.ours.as_str())).collect();
        assert_eq!(
            told,
            [("offers 50, swift raw", "Rust 100 us", "350.5 us"), ("versions, kotlin wrapper", "", "3 us")]
        );
        for nonsense in ["", "rust_offers_50", "rust_offers_50\tmany\tus", "cobol_offers_50\t1\tus", "rust\t1\tus"] {
            assert!(told_or_not(nonsense).is_err(), "{nonsense}");
        }
    }

    fn told_or_not(line: &str) -> Outcome<Vec<Row>> {
        told(&format!("{line}\n"))
    }
}
