//! What the officer wrote and photographed, and which note stands for which.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::timeline::Dated;
use super::{Attachment, FactKind};
use crate::ids::{FactId, OfficerId};
use crate::time::UnixMillis;

/// A note, photo or incident as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Written {
    /// The fact that stands.
    pub fact: FactId,
    /// Note, attachment or incident.
    pub kind: FactKind,
    /// When it was written.
    pub at: UnixMillis,
    /// Its words; may be empty.
    pub text: String,
    /// Its photo or video.
    pub attachment: Option<Attachment>,
    /// The notes it replaces, newest first. They stay in the log.
    pub replaces: Vec<FactId>,
    /// The note it would have replaced, had the shift not been handed in before: it stands beside that note.
    pub addendum_to: Option<FactId>,
    /// Who wrote it, in a document that several people write.
    pub author: Option<OfficerId>,
}

/// An officer's words about a flag on an earlier fact.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = ShiftExplanation))]
pub struct Explanation {
    /// The explanation.
    pub fact: FactId,
    /// The fact it explains, if it names one.
    pub about: Option<FactId>,
    /// The words.
    pub text: String,
}

pub(super) fn explanations(timeline: &[Dated]) -> Vec<Explanation> {
    let explaining = timeline.iter().filter(|dated| dated.logged.fact.kind == FactKind::Explanation);
    let explanation = |dated: &Dated| Explanation {
        fact: dated.logged.id,
        about: dated.logged.fact.about,
        text: dated.logged.text().to_owned(),
    };
    explaining.map(explanation).collect()
}

/// Everything written, in order; replaced notes are only named by those that replace them.
pub(super) fn written(timeline: &[Dated]) -> Vec<Written> {
    let handed_in = timeline.iter().position(|dated| dated.logged.fact.kind == FactKind::Submitted);
    let replaced = replacements(&timeline[..handed_in.unwrap_or(timeline.len())]);
    let gone: BTreeSet<FactId> = replaced.values().copied().collect();
    let kinds = [FactKind::Note, FactKind::Attachment, FactKind::Incident];
    let standing =
        timeline.iter().filter(|dated| kinds.contains(&dated.logged.fact.kind) && !gone.contains(&dated.logged.id));
    standing.map(|dated| one(dated, &replaced)).collect()
}

fn one(dated: &Dated, replaced: &BTreeMap<FactId, FactId>) -> Written {
    let (logged, content) = (dated.logged, dated.logged.fact.content.as_ref());
    let replaces: Vec<FactId> =
        std::iter::successors(replaced.get(&logged.id), |id| replaced.get(id)).copied().collect();
    Written {
        fact: logged.id,
        kind: logged.fact.kind,
        at: dated.time.at,
        text: logged.text().to_owned(),
        attachment: content.and_then(|content| content.attachment.clone()),
        addendum_to: logged.fact.about.filter(|_| replaces.is_empty()),
        replaces,
        author: logged.author,
    }
}

/// Which note replaces which, newer to older: a note about an earlier note of the same author. Of several that replace the
/// same one, each takes the place of the one before it, so that the newest stands and none is lost.
fn replacements(before_submission: &[Dated]) -> BTreeMap<FactId, FactId> {
    let mut replaced = BTreeMap::new();
    let mut threads: BTreeMap<FactId, (FactId, Option<OfficerId>)> = BTreeMap::new();
    let mut newest: BTreeMap<FactId, FactId> = BTreeMap::new();
    for logged in before_submission.iter().map(|dated| dated.logged).filter(|logged| logged.fact.kind == FactKind::Note)
    {
        let older =
            logged.fact.about.and_then(|about| threads.get(&about)).filter(|(_, author)| *author == logged.author);
        let thread = older.map_or(logged.id, |(thread, _)| *thread);
        threads.insert(logged.id, (thread, logged.author));
        if let Some(before) = newest.insert(thread, logged.id) {
            replaced.insert(logged.id, before);
        }
    }
    replaced
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Phone, new_york};
    use super::super::{FoldRules, LoggedFact, Shift, fold};
    use super::*;

    fn folded(facts: &[LoggedFact]) -> Shift {
        fold(facts, &FoldRules::in_zone(new_york()))
    }

    fn texts(shift: &Shift) -> Vec<&str> {
        shift.written.iter().map(|written| written.text.as_str()).collect()
    }

    #[test]
    fn a_newer_note_stands_for_the_one_it_is_about() {
        let mut phone = Phone::new(1);
        let first = phone.words(FactKind::Note, "gate locked", None, "18:00");
        let second = phone.words(FactKind::Note, "gate open", Some(first.id), "18:10");
        let third = phone.words(FactKind::Note, "gate open since 18:05", Some(second.id), "18:20");
        let other = phone.words(FactKind::Note, "cone missing", None, "18:30");
        let shift = folded(&[first.clone(), second.clone(), third, other]);
        assert_eq!(texts(&shift), ["gate open since 18:05", "cone missing"]);
        assert_eq!(shift.written[0].replaces, [second.id, first.id]);
    }

    #[test]
    fn of_two_replacements_of_one_note_the_newer_stands_and_names_both() {
        let mut phone = Phone::new(1);
        let first = phone.words(FactKind::Note, "a", None, "18:00");
        let second = phone.words(FactKind::Note, "b", Some(first.id), "18:10");
        let third = phone.words(FactKind::Note, "c", Some(first.id), "18:20");
        let shift = folded(&[third, first.clone(), second.clone()]);
        assert_eq!(texts(&shift), ["c"]);
        assert_eq!(shift.written[0].replaces, [second.id, first.id]);
    }

    #[test]
    fn after_the_shift_is_handed_in_a_newer_note_stands_beside_the_old() {
        let mut phone = Phone::new(1);
        let first = phone.words(FactKind::Note, "a", None, "18:00");
        let handed_in = phone.punch(FactKind::Submitted, "23:00");
        let second = phone.words(FactKind::Note, "b", Some(first.id), "23:10");
        let shift = folded(&[first.clone(), handed_in, second]);
        assert_eq!(texts(&shift), ["a", "b"]);
        assert_eq!(shift.written[1].addendum_to, Some(first.id));
    }

    #[test]
    fn nobody_replaces_anothers_note_nor_a_photo() {
        let mut phone = Phone::new(1);
        let mut first = phone.words(FactKind::Note, "a", None, "18:00");
        first.author = Some(OfficerId::from_bytes([1; 16]));
        let mut second = phone.words(FactKind::Note, "b", Some(first.id), "18:10");
        second.author = Some(OfficerId::from_bytes([2; 16]));
        let photo = phone.words(FactKind::Attachment, "photo", None, "18:20");
        let caption = phone.words(FactKind::Note, "c", Some(photo.id), "18:30");
        assert_eq!(texts(&folded(&[first, second, photo, caption])), ["a", "b", "photo", "c"]);
    }

    #[test]
    fn what_two_phones_wrote_stands_in_the_order_of_true_time() {
        let (mut one, mut two) = (Phone::new(1), Phone::new(2));
        let notes =
            [one.words(FactKind::Note, "later", None, "19:00"), two.words(FactKind::Note, "earlier", None, "18:00")];
        assert_eq!(texts(&folded(&notes)), ["earlier", "later"]);
    }

    #[test]
    fn explanations_name_what_they_explain() {
        let mut phone = Phone::new(1);
        let start = phone.punch(FactKind::In, "18:00");
        let why = phone.words(FactKind::Explanation, "no signal in the tunnel", Some(start.id), "18:05");
        let shift = folded(&[start.clone(), why]);
        assert_eq!(shift.explanations[0].about, Some(start.id));
        assert_eq!(shift.explanations[0].text, "no signal in the tunnel");
    }
}
