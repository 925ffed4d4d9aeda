use super::report::Row;
use super::{Bench, Outcome};
pub(super) fn rows(_: &Bench) -> Outcome<Vec<Row>> { Ok(vec![]) }
