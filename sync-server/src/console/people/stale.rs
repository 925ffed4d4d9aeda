//! Forms that carry the version they were made from: where somebody was faster, what stands now is shown beside what was typed.

use detailbook_core::wire::Refusal;

use crate::console::visit::Visit;
use crate::problem::Problem;

/// How something stands now, where a form was refused that was made from an older version.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Now {
    /// Labels and values; nothing where no form was refused for that.
    pub(super) values: Vec<(&'static str, String)>,
}

impl Now {
    /// What to show of that, with its labels.
    pub(super) fn of<'a>(visit: &Visit, values: impl IntoIterator<Item = (&'static str, &'a String)>) -> Self {
        if !visit.refused.as_ref().is_some_and(|problem| problem.refusal == Refusal::Conflict) {
            return Self::default();
        }
        Self { values: values.into_iter().map(|(label, value)| (label, value.clone())).collect() }
    }
}

/// What a field shows: what was typed, else what is so.
pub(super) fn kept<'a>(visit: &'a Visit, name: &str, is: Option<&'a str>) -> &'a str {
    visit.form.find(name).unwrap_or_else(|| is.unwrap_or_default())
}

/// The version that the form was made from.
pub(super) fn version(visit: &Visit) -> Result<i64, Problem> {
    visit.typed("version").parse().map_err(|_| Problem::invalid("version", "must be what the form holds"))
}
