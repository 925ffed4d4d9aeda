//! Lists in parts: which one is shown, the way to the others, and the filter that stands in addresses.

use askama::Template;
use askama::filters::HtmlSafe;

use super::visit::Visit;

/// Lines in one part.
pub const PART: usize = 50;

/// The part of a list that is shown.
#[derive(Template, Clone, Debug)]
#[template(path = "console/part.html")]
pub struct Part {
    /// Lines in all parts.
    pub all: usize,
    /// The filter as it stands in addresses.
    pub same: String,
    path: String,
    heading: &'static str,
    shown: usize,
    parts: usize,
    size: usize,
}

impl HtmlSafe for Part {}

impl Part {
    /// The part that the address asks for, of a list of so many lines. `names`: what stands in the filter.
    pub fn new(visit: &Visit, path: &str, names: &[&str], all: usize) -> Self {
        let part =
            Self { all, path: path.to_owned(), same: visit.same(names), heading: "", shown: 1, parts: 1, size: PART };
        part.sized(visit, PART)
    }

    /// The same with so many lines in one part.
    #[must_use]
    pub fn sized(self, visit: &Visit, size: usize) -> Self {
        let parts = self.all.div_ceil(size).max(1);
        let shown = visit.query.get("part").parse::<usize>().unwrap_or(1).clamp(1, parts);
        Self { shown, parts, size, ..self }
    }

    /// The same of a list that stands below other things on its page: the way to another part leads to its heading, which has that id.
    #[must_use]
    pub fn to(self, heading: &'static str) -> Self {
        Self { heading, ..self }
    }

    /// The lines of the part that the address asks for, and the part. `names`: what stands in the filter.
    pub fn of<T>(visit: &Visit, path: &str, names: &[&str], lines: Vec<T>) -> (Vec<T>, Self) {
        let part = Self::new(visit, path, names, lines.len());
        (part.cut(lines), part)
    }

    /// What of the whole list is in it.
    pub fn cut<T>(&self, lines: impl IntoIterator<Item = T>) -> Vec<T> {
        lines.into_iter().skip(self.start()).take(self.size).collect()
    }

    /// Lines before it.
    pub const fn start(&self) -> usize {
        (self.shown - 1) * self.size
    }

    /// The address of the same list as a file.
    pub fn file(&self) -> String {
        with_query(&format!("{}.csv", self.path), &[&self.same])
    }

    /// Another part's address.
    fn at(&self, part: usize) -> String {
        let list = with_query(&self.path, &[&self.same, &format!("part={part}")]);
        if self.heading.is_empty() { list } else { format!("{list}#{}", self.heading) }
    }
}

/// A path with what of these is there after its `?`.
pub fn with_query(path: &str, query: &[&str]) -> String {
    let said: Vec<_> = query.iter().copied().filter(|text| !text.is_empty()).collect();
    if said.is_empty() { path.to_owned() } else { format!("{path}?{}", said.join("&")) }
}
