//! Versions as a table.

use askama::Template;
use askama::filters::HtmlSafe;

use super::{Known, State, Versioned};
use crate::console::audit;
use crate::console::visit::Visit;
use crate::routes::staff::percent;

/// Versions as a table.
#[derive(Template, Clone, Debug)]
#[template(path = "console/settings/versions_table.html")]
pub(in crate::console::settings) struct Table {
    label: &'static str,
    counted: Option<&'static str>,
    lines: Vec<Line>,
}

impl HtmlSafe for Table {}

/// One of them.
#[derive(Clone, Debug)]
pub(in crate::console::settings) struct Line {
    /// What it is called.
    pub(in crate::console::settings) name: String,
    /// Where it is shown.
    pub(in crate::console::settings) path: String,
    /// Since when it is in force.
    pub(in crate::console::settings) from: String,
    /// Until when; empty where it has no end.
    pub(in crate::console::settings) until: String,
    /// Whether it is.
    pub(in crate::console::settings) state: State,
    /// How much is in it.
    pub(in crate::console::settings) count: usize,
    /// Who set it, and when; absent where that is known to the audit log alone.
    pub(in crate::console::settings) set: Option<(String, String)>,
}

impl Line {
    /// The line of a version.
    pub(super) fn of<T: Versioned>(visit: &Visit, known: &Known<T>) -> Self {
        let name = percent::encode(known.is.name());
        Self {
            name: known.is.citation(),
            path: format!("{}/versions/{name}/{}", T::NAMES.path, known.is.version()),
            from: known.is.first_day().to_string(),
            until: known.until.map(|day| day.to_string()).unwrap_or_default(),
            state: known.state,
            count: known.is.count(),
            set: Some((audit::short(&known.set_by).to_owned(), visit.time(known.set_at))),
        }
    }
}

impl Table {
    /// A table whose lines say how much is in them, where `counted` says of what.
    pub(in crate::console::settings) const fn of(
        label: &'static str,
        counted: Option<&'static str>,
        lines: Vec<Line>,
    ) -> Self {
        Self { label, counted, lines }
    }

    fn signed(&self) -> bool {
        self.lines.iter().any(|line| line.set.is_some())
    }
}
