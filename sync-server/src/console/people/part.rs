//! Lists in parts: which one is shown, the way to the others, and the filter that stands in addresses.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::console::visit::Visit;
use crate::routes::staff::percent;

/// Lines in one part.
const PART: usize = 50;

/// The part of a list that is shown.
#[derive(Template, Clone, Debug)]
#[template(path = "console/people/part.html")]
pub(in crate::console) struct Part {
    /// Lines in all parts.
    pub(in crate::console) all: usize,
    path: String,
    same: String,
    shown: usize,
    parts: usize,
}

impl HtmlSafe for Part {}

impl Part {
    /// The lines of the part that the address asks for, and the part. `names`: what stands in the filter.
    pub(in crate::console) fn of<T>(visit: &Visit, path: &str, names: &[&str], lines: Vec<T>) -> (Vec<T>, Self) {
        let (all, parts) = (lines.len(), lines.len().div_ceil(PART).max(1));
        let part = visit.query.get("part").parse::<usize>().unwrap_or(1).clamp(1, parts);
        let lines = lines.into_iter().skip((part - 1) * PART).take(PART).collect();
        (lines, Self { all, path: path.to_owned(), same: same(visit, names), shown: part, parts })
    }

    /// The address of the same list as a file.
    pub(in crate::console) fn file(&self) -> String {
        format!("{}.csv?{}", self.path, self.same)
    }
}

fn same(visit: &Visit, names: &[&str]) -> String {
    let kept = names.iter().filter(|name| !visit.query.get(name).is_empty());
    kept.map(|name| format!("{name}={}", percent::encode(visit.query.get(name)))).collect::<Vec<_>>().join("&")
}

/// A choice of a filter, where nothing chosen stands for all.
pub(in crate::console) fn any(
    options: impl IntoIterator<Item = (String, String)>,
) -> impl Iterator<Item = (String, String)> {
    [(String::new(), "Any".to_owned())].into_iter().chain(options)
}

/// Values that are their own labels.
pub(in crate::console) fn plain(values: impl IntoIterator<Item = String>) -> impl Iterator<Item = (String, String)> {
    values.into_iter().map(|value| (value.clone(), value))
}

/// Values with their labels.
pub(in crate::console) fn labelled(options: &[(&str, &str)]) -> Vec<(String, String)> {
    options.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect()
}
