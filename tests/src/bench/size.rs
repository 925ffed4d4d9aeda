//! What the phone's library weighs, as `scripts/size` built and measured it, and what each crate of it does (`scripts/size-by-crate`).

use super::report::Row;
use super::{Bench, Outcome};

/// Budgets in MB of 1,000,000 bytes.
const PLAIN: f64 = 5.5;
const ENCRYPTED: f64 = 6.5;
/// Crates below it stand in no row.
const WORTH_A_ROW: u64 = 50_000;

/// A row for each library that was built, and for each crate in it that weighs anything.
pub(super) fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let Some(sizes) = &bench.sizes else {
        return Ok(vec![Row::shown("phone library, stripped", "not built in this run (SIZE=1 builds it)")]);
    };
    told(&std::fs::read_to_string(sizes)?)
}

/// Lines are `library BYTES` and `library.crate BYTES`.
fn told(sizes: &str) -> Outcome<Vec<Row>> {
    let weighed = sizes.lines().filter_map(|line| line.split_once(' '));
    let weighed =
        weighed.map(|(name, bytes)| Ok((name, bytes.trim().parse::<u64>()?))).collect::<Outcome<Vec<(&str, u64)>>>()?;
    let worth = weighed.into_iter().filter(|(name, bytes)| !name.contains('.') || *bytes >= WORTH_A_ROW);
    Ok(worth.map(|(name, bytes)| row(name, bytes)).collect())
}

fn row(name: &str, bytes: u64) -> Row {
    let megabytes = bytes as f64 / 1e6;
    if let Some((library, part)) = name.split_once('.') {
        let what = format!("of it, {library}: {}", part.replace('_', " "));
        return Row::shown(what, format!("{megabytes:.2} MB")).with("bytes", bytes);
    }
    let (what, ours) = (format!("phone library, stripped, {name}"), format!("{megabytes:.2} MB"));
    let budget = if name.contains("encrypted") { ENCRYPTED } else { PLAIN };
    Row::judged(what, ours, format!("{budget} MB"), megabytes <= budget).with("bytes", bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_held_against_its_budget_and_its_heavy_crates_stand_below() {
        let rows = told("plain 8170000\nplain.automerge 712345\nplain.itoa 900\nplain.the_rest 2000000\n").unwrap();
        let rows: Vec<_> = rows.iter().map(|row| (row.what.as_str(), row.ours.as_str())).collect();
        assert_eq!(
            rows,
            [
                ("phone library, stripped, plain", "8.17 MB"),
                ("of it, plain: automerge", "0.71 MB"),
                ("of it, plain: the rest", "2.00 MB")
            ]
        );
        assert!(told("plain heavy").is_err());
    }
}
