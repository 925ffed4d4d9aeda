//! Shared text: the one thing that several officers edit together.

use super::{Moment, Place};
use crate::device::store::documents::Stage;
use crate::device::store::{changes, documents, standing};
use crate::device::sync::Stream;
use crate::device::{Phone, PhoneError};
use crate::documents::{Document, DocumentKind, Splice};
use crate::ids::DetailId;
use crate::wire::Refusal;

impl Phone {
    /// Makes `text` the detail's shared text, by the smallest edit that leads there from `seen`, the text that the officer was shown.
    /// What others wrote in the meantime stays.
    pub fn edit_pass_on(&self, detail: DetailId, seen: &str, text: &str, moment: &Moment) -> Result<(), PhoneError> {
        if text.chars().count() > self.limits.text_chars {
            return Err(PhoneError::TooLarge);
        }
        self.store.write(|tx| {
            standing::enrolled(tx)?;
            let document = self.locate(tx, moment, Place::PassOn(detail))?;
            let held = documents::find(tx, document)?.ok_or(PhoneError::Unreadable("document"))?;
            if held.forgotten {
                return Err(PhoneError::Refused(Refusal::NotAllowed));
            }
            let bodies = changes::bodies(tx, document)?;
            let mut loaded = load(&bodies)?;
            let current = loaded.text();
            let Some(splice) = splice(seen, text).and_then(|splice| moved(&splice, seen, &current)) else {
                return Ok(());
            };
            if held.stage == Stage::Refused {
                return Err(PhoneError::SyncBusy);
            }
            let mut stream = Stream::of(tx, held)?;
            for part in parts(&splice, self.limits.change_operations) {
                let change = loaded.edit_text(stream.writer, &part).map_err(|_| PhoneError::Unreadable("document"))?;
                stream.add(tx, change, moment.clock.wall)?;
            }
            stream.keep(tx)
        })
    }

    /// The detail's shared text as this phone has it; empty where the officer may no longer read it.
    pub fn pass_on_text(&self, detail: DetailId) -> Result<String, PhoneError> {
        let bodies = self.store.read(|reader| match documents::find(reader, detail.into())? {
            Some(held) if !held.forgotten => changes::bodies(reader, held.document),
            _ => Ok(Vec::new()),
        })?;
        Ok(load(&bodies)?.text())
    }
}

fn load(bodies: &[Vec<u8>]) -> Result<Document, PhoneError> {
    Document::from_changes(DocumentKind::PassOn, bodies.iter().map(Vec::as_slice))
        .map_err(|_| PhoneError::Unreadable("document"))
}

/// The edit between what two texts begin and end with alike; none where they are the same.
fn splice(before: &str, after: &str) -> Option<Splice> {
    let (a, b): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
    let at = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let end = a[at..].iter().rev().zip(b[at..].iter().rev()).take_while(|(x, y)| x == y).count();
    let (delete, insert) = (a.len() - at - end, b[at..b.len() - end].iter().collect::<String>());
    (delete > 0 || !insert.is_empty()).then_some(Splice { at, delete, insert })
}

/// The same edit in steps of so many characters, each a change that the server takes. Deletions come first, so that no step makes
/// the text longer than the whole does.
fn parts(edit: &Splice, most: usize) -> Vec<Splice> {
    let inserted: Vec<char> = edit.insert.chars().collect();
    if edit.delete + inserted.len() <= most {
        return vec![edit.clone()];
    }
    let deletions = (0..edit.delete).step_by(most).map(|done| Splice {
        at: edit.at,
        delete: most.min(edit.delete - done),
        insert: String::new(),
    });
    let insertions = inserted.chunks(most).enumerate().map(|(n, chars)| Splice {
        at: edit.at + n * most,
        delete: 0,
        insert: chars.iter().collect(),
    });
    deletions.chain(insertions).collect()
}

/// The edit in a text that has changed since it was shown: kept to its place by what others changed before it.
fn moved(edit: &Splice, seen: &str, current: &str) -> Option<Splice> {
    let Some(theirs) = splice(seen, current) else { return Some(edit.clone()) };
    let grown = theirs.insert.chars().count();
    let end = edit.at + edit.delete;
    let their_end = theirs.at + theirs.delete;
    let place = |at: usize| match at {
        at if at <= theirs.at => at,
        at if at >= their_end => at - theirs.delete + grown,
        _ => theirs.at + grown,
    };
    let (at, end) = (place(edit.at), place(end).max(place(edit.at)));
    // What both deleted is deleted once; what they wrote within our deletion stays.
    let overlap = edit.at < their_end && theirs.at < edit.at + edit.delete;
    let delete = if overlap { 0 } else { end - at };
    (delete > 0 || !edit.insert.is_empty()).then(|| Splice { at, delete, insert: edit.insert.clone() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn applied(text: &str, splice: &Splice) -> String {
        let chars: Vec<char> = text.chars().collect();
        let mut all = chars[..splice.at].to_vec();
        all.extend(splice.insert.chars());
        all.extend(&chars[splice.at + splice.delete..]);
        all.into_iter().collect()
    }

    #[test]
    fn an_edit_finds_its_place_in_a_text_that_others_changed() {
        let edit = splice("gate is open", "gate is shut").unwrap();
        let moved = moved(&edit, "gate is open", "North gate is open").unwrap();
        assert_eq!(applied("North gate is open", &moved), "North gate is shut");
    }

    proptest! {
        #[test]
        fn the_edit_leads_from_one_text_to_the_other(before in "[abä]{0,12}", after in "[abä]{0,12}") {
            let edited = splice(&before, &after).map_or_else(|| before.clone(), |splice| applied(&before, &splice));
            prop_assert_eq!(edited, after);
        }

        #[test]
        fn an_edit_in_parts_is_the_same_edit_and_no_part_is_too_large(
            before in "[ab]{0,12}", after in "[abc]{0,12}", most in 1_usize..6,
        ) {
            let Some(edit) = splice(&before, &after) else { return Ok(()) };
            let parts = parts(&edit, most);
            prop_assert!(parts.iter().all(|part| (1..=most).contains(&(part.delete + part.insert.chars().count()))));
            prop_assert_eq!(parts.iter().fold(before, |text, part| applied(&text, part)), after);
        }

        #[test]
        fn an_edit_never_reaches_outside_the_text(
            seen in "[ab]{0,12}", text in "[ab]{0,12}", current in "[abc]{0,12}",
        ) {
            let Some(edit) = splice(&seen, &text) else { return Ok(()) };
            if let Some(moved) = moved(&edit, &seen, &current) {
                prop_assert!(moved.at + moved.delete <= current.chars().count());
            }
        }
    }
}
