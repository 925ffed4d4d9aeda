//! A part of a page that was made of a template of its own.

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;
use detailbook_core::wire::Refusal;

use crate::problem::Problem;

/// A part of a page, escaped where it was made.
#[derive(Clone, Debug)]
pub(in crate::console::settings) struct Inset(String);

impl HtmlSafe for Inset {}

impl fmt::Display for Inset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Inset {
    /// What a template makes.
    pub(in crate::console::settings) fn of(template: &impl Template) -> Result<Self, Problem> {
        template.render().map(Self).map_err(|error| {
            tracing::error!(%error, "a part of a page could not be written");
            Problem::from(Refusal::Unavailable)
        })
    }
}
