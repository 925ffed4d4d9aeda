//! What Kotlin and Swift pay at the border, beside the same call in Rust, as the scripts measured it in this run.

use std::collections::HashMap;

use super::report::Row;
use super::{Bench, Outcome};

/// The caller without a border.
const FLOOR: &str = "rust";
/// Who else calls, each language as the apps do and without our wrapper.
const CALLERS: [[&str; 2]; 2] = [["kotlin_wrapper", "kotlin_raw"], ["swift_wrapper", "swift_raw"]];
/// What every caller measures. An empty call has no wrapper.
const CALLS: [&str; 5] = ["offers_50", "written_50", "running", "sync_state", "open_to_first_screen"];
const EMPTY: &str = "empty_call";

/// A row for each call of each caller.
pub(super) fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let Some(border) = &bench.border else {
        return Ok(vec![Row::shown("calls over the border", "not measured in this run")]);
    };
    told(&std::fs::read_to_string(border)?)
}

/// Lines are `caller_call<TAB>value<TAB>unit`. A language that was measured has measured everything.
fn told(lines: &str) -> Outcome<Vec<Row>> {
    let costs: Vec<Cost<'_>> = lines.lines().map(Cost::of).collect::<Outcome<_>>()?;
    for language in CALLERS.iter().map(|callers| &callers[..]).chain([&[FLOOR][..]]) {
        all_measured(&costs, language)?;
    }
    let floors: HashMap<&str, &Cost<'_>> =
        costs.iter().filter(|cost| cost.caller == FLOOR).map(|cost| (cost.call, cost)).collect();
    Ok(costs.iter().filter(|cost| cost.caller != FLOOR).map(|cost| row(cost, floors.get(cost.call).copied())).collect())
}

/// Did these callers measure every call, or none of them any?
fn all_measured(costs: &[Cost<'_>], callers: &[&str]) -> Outcome<()> {
    let measured = |caller: &str, call: &str| costs.iter().any(|cost| cost.caller == caller && cost.call == call);
    let part: Vec<_> = callers.iter().flat_map(|caller| CALLS.map(|call| (*caller, call))).collect();
    match part.iter().find(|(caller, call)| !measured(caller, call)) {
        Some((caller, call)) if costs.iter().any(|cost| callers.contains(&cost.caller)) => {
            Err(format!("{caller} did not measure {call}").into())
        }
        _ => Ok(()),
    }
}

fn row(cost: &Cost<'_>, floor: Option<&Cost<'_>>) -> Row {
    let what = format!("{}, {}", cost.call.replace('_', " "), cost.caller.replace('_', " "));
    let row = Row::shown(what, cost.said()).with("us", cost.micros);
    match floor {
        Some(floor) => row.over(format!("Rust {}", floor.said())).with("rust", floor.micros),
        None => row,
    }
}

#[derive(PartialEq, Debug)]
struct Cost<'a> {
    caller: &'a str,
    call: &'a str,
    micros: f64,
}

impl<'a> Cost<'a> {
    fn of(line: &'a str) -> Outcome<Self> {
        let not_a_line = || format!("no name, value and unit: {line}");
        let mut fields = line.split('\t');
        let (Some(name), Some(value), Some(unit)) = (fields.next(), fields.next(), fields.next()) else {
            return Err(not_a_line().into());
        };
        let of = |caller: &&'static str| Some((*caller, name.strip_prefix(*caller)?.strip_prefix('_')?));
        let (caller, call) = [FLOOR].iter().chain(CALLERS.as_flattened()).find_map(of).ok_or_else(not_a_line)?;
        if unit != "us" || !(call == EMPTY || CALLS.contains(&call)) {
            return Err(not_a_line().into());
        }
        Ok(Self { caller, call, micros: value.parse()? })
    }

    /// The time of a call, and how many a second that makes.
    fn said(&self) -> String {
        format!("{} us, {:.0}/s", self.micros, 1e6 / self.micros.max(0.001))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a program prints that measures everything.
    fn all(caller: &str, micros: f64) -> String {
        CALLS.map(|call| format!("{caller}_{call}\t{micros}\tus\n")).concat()
    }

    #[test]
    fn each_caller_stands_beside_rust() {
        let lines = all("rust", 100.0)
            + &all("swift_wrapper", 400.0)
            + &all("swift_raw", 350.5)
            + "swift_raw_empty_call\t0.5\tus\n";
        let rows = told(&lines).unwrap();
        let told: Vec<_> = rows.iter().map(|row| (row.what.as_str(), row.floor.as_str(), row.ours.as_str())).collect();
        assert_eq!(told.len(), 11);
        assert_eq!(told[0], ("offers 50, swift wrapper", "Rust 100 us, 10000/s", "400 us, 2500/s"));
        assert_eq!(told[5], ("offers 50, swift raw", "Rust 100 us, 10000/s", "350.5 us, 2853/s"));
        assert_eq!(told[10], ("empty call, swift raw", "", "0.5 us, 2000000/s"));
    }

    #[test]
    fn what_cannot_be_read_or_is_left_out_is_refused() {
        let rust = all("rust", 1.0);
        let half = all("kotlin_raw", 1.0);
        for nonsense in [
            "",
            "rust_offers_50",
            "rust_offers_50\tmany\tus",
            "rust_offers_50\t1\tms",
            "cobol_offers_50\t1\tus",
            "rust\t1\tus",
            "kotlin wrapper offers of 50\t1\tus",
            "swift_raw_versions\t1\tus",
            half.trim_end(),
        ] {
            assert!(told(&format!("{rust}{nonsense}\n")).is_err(), "{nonsense}");
        }
        assert!(told(&rust.replace("rust_running", "rust_empty_call")).is_err());
    }
}
