//! Taking in many changes of one document.

use super::admit::{Admission, Case, DocumentStore, Standing, Stop, settled};
use super::history::History;
use super::inspect::Inspected;
use super::text::{edits_text, is_sound};
use crate::documents::{DocumentIndex, DocumentKind, Schema, schema_of};
use crate::wire::Limits;

/// Judges changes of one document that the agency's server passes on, as [`super::receive`] does. What they did to shared text is
/// remembered from one to the next, and the document is loaded once, in the end, where that function loads it for each.
pub struct Receiver<'a> {
    schema: &'static Schema,
    limits: &'a Limits,
    history: Option<History<'static>>,
}

impl<'a> Receiver<'a> {
    /// For a document of that kind, none of whose changes has been looked at.
    pub fn new(kind: DocumentKind, limits: &'a Limits) -> Self {
        Self { schema: schema_of(kind), limits, history: None }
    }

    /// Judges the next change. One that is admitted must be in the store before the one after it is judged; the store's changes come
    /// in causal order.
    pub fn receive<S: DocumentStore>(
        &mut self,
        change: &Inspected,
        standing: &Standing<'_>,
        store: &mut S,
    ) -> Result<Admission, S::Error> {
        let case = Case { change, standing, schema: self.schema, limits: self.limits, from_server: true };
        settled(self.judge(&case, store))
    }

    fn judge<S: DocumentStore>(&mut self, case: &Case<'_>, store: &mut S) -> Result<Admission, Stop<S::Error>> {
        let admission = case.beside_text(store)?;
        if !matches!(admission, Admission::Admitted(_)) {
            return Ok(admission);
        }
        if edits_text(case) {
            let history = match self.history.take() {
                Some(history) => history,
                None => History::of(self.schema, &store.changes().map_err(Stop::Store)?)?,
            };
            self.history.insert(history).check(case.change)?;
        }
        if let Some(history) = &mut self.history {
            history.add(case.change);
        }
        Ok(admission)
    }

    /// Loads, saves and loads the document again, now that all of them are in the store, if any edited shared text. Where it is not the
    /// one of that index, what was admitted must be taken back, and each change judged by [`super::receive`].
    pub fn is_sound<S: DocumentStore>(&self, store: &mut S, index: &DocumentIndex) -> Result<bool, S::Error> {
        Ok(self.history.is_none() || is_sound(self.schema.kind, &store.changes()?, index))
    }
}
