//! A field of several lines.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::console::visit::Visit;

/// A field of several lines, which may stay empty.
#[derive(Template, Clone, Debug)]
#[template(path = "console/invoices/area.html")]
pub(super) struct Area {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    value: String,
    wrong: Option<String>,
}

impl HtmlSafe for Area {}

impl Area {
    /// A field that shows what was typed before, else `value`.
    pub(super) fn new(visit: &Visit, name: &'static str, label: &'static str, hint: &'static str, value: &str) -> Self {
        let value = visit.form.find(name).unwrap_or(value).to_owned();
        Self { name, label, hint, value, wrong: visit.wrong(name) }
    }
}
