//! What the lines of a file would do.

use serde::Serialize;

/// What becomes of one line, or of something that no line names any more.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Line {
    /// The physical line, as an editor shows it; none names what is gone.
    pub number: Option<u64>,
    /// What it is about, such as an officer's number and name.
    pub about: String,
    /// What would be done.
    pub outcome: Outcome,
}

/// What would be done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub enum Outcome {
    /// It is not there yet, and is entered with these values.
    New(Vec<(&'static str, String)>),
    /// It is there otherwise.
    Changed(Vec<Change>),
    /// A file that names everything of its time does not name it any more.
    Gone(Vec<(&'static str, String)>),
    /// It cannot be taken, for this reason.
    Rejected(String),
}

/// One value that would change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Change {
    /// Which.
    pub name: &'static str,
    /// As it is.
    pub before: String,
    /// As it would be.
    pub after: String,
}

/// How many lines do what.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Counts {
    /// Lines below the header.
    pub rows: usize,
    /// Not there before.
    pub new: usize,
    /// There otherwise.
    pub changed: usize,
    /// There already.
    pub unchanged: usize,
    /// Named no more.
    pub gone: usize,
    /// Not taken.
    pub rejected: usize,
}

impl Counts {
    /// How many things would be written.
    pub const fn written(self) -> usize {
        self.new + self.changed + self.gone
    }
}

impl Outcome {
    /// In a word.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::New(_) => "new",
            Self::Changed(_) => "changed",
            Self::Gone(_) => "gone",
            Self::Rejected(_) => "rejected",
        }
    }
}

/// The values that differ.
pub(super) fn changes(before: Vec<(&'static str, String)>, after: &[(&'static str, String)]) -> Vec<Change> {
    let mut changes = Vec::new();
    for (name, after) in after {
        let before = before.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text);
        if before != after {
            changes.push(Change { name, before: before.to_owned(), after: after.clone() });
        }
    }
    let kept = |name| after.iter().any(|(known, _)| *known == name);
    let lost = before.into_iter().filter(|(name, _)| !kept(*name));
    changes.extend(lost.map(|(name, before)| Change { name, before, after: String::new() }));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_values_that_differ_change() {
        let values = |texts: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
            texts.iter().map(|(name, text)| (*name, (*text).to_owned())).collect()
        };
        let after = values(&[("name", "A"), ("rank", "SGT")]);
        let found = changes(values(&[("name", "A"), ("rank", "PO"), ("end", "1")]), &after);
        let change = |name, before: &str, after: &str| Change { name, before: before.into(), after: after.into() };
        assert_eq!(found, [change("rank", "PO", "SGT"), change("end", "1", "")]);
    }
}
