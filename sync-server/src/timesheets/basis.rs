//! What a ruling rests on: the facts that hours follow from, as one digest. Two pages made from the same basis show the same hours.

use detailbook_core::shift::{FactKind, Sha256};

use crate::store::documents::Signed;
use crate::store::facts::StoredFact;

/// The digest of the facts that a ruling rests on.
pub type Basis = Sha256;

/// First of what is hashed, so that a basis can never pass for anything else.
const CONTEXT: &[u8] = b"detailbook-timesheet-basis-v1";

/// Do hours follow from that fact, or what an officer says about them? Photos, notes and handing in change none. A kind that this version does
/// not know may.
pub fn counts(fact: &StoredFact) -> bool {
    !matches!(
        fact.kind,
        FactKind::EnRoute
            | FactKind::OrdersRead
            | FactKind::Note
            | FactKind::Attachment
            | FactKind::Submitted
            | FactKind::Incident
    )
}

/// The digest of those among these facts that a ruling rests on, in whatever order they come. A signature that does not fit is part of
/// it; one that only has not come yet is not.
pub fn basis<'a>(facts: impl IntoIterator<Item = &'a StoredFact>) -> Basis {
    let mut counted: Vec<_> = facts.into_iter().filter(|fact| counts(fact)).collect();
    counted.sort_unstable_by_key(|fact| (fact.fact, fact.document));
    let mut bytes = CONTEXT.to_vec();
    for fact in counted {
        bytes.extend_from_slice(fact.document.as_bytes());
        bytes.extend_from_slice(fact.fact.as_bytes());
        bytes.extend_from_slice(&fact.hash.0);
        bytes.push(u8::from(fact.signed == Signed::Broken));
    }
    Sha256::of(&bytes)
}

#[cfg(test)]
mod tests {
    use detailbook_core::ids::{DeviceId, DocumentId, FactId, OfficerId};
    use detailbook_core::time::UnixMillis;

    use super::*;

    fn fact(number: u8, kind: FactKind) -> StoredFact {
        StoredFact {
            document: DocumentId::NIL,
            fact: FactId::from_bytes([number; 16]),
            officer: OfficerId::NIL,
            device: DeviceId::NIL,
            kind,
            hash: Sha256([number; 32]),
            received_at: UnixMillis::new(0),
            body: vec![],
            signature: None,
            signed: Signed::No,
        }
    }

    #[test]
    fn hours_and_what_is_said_of_them_make_the_basis_in_any_order() {
        let (start, out) = (fact(1, FactKind::In), fact(2, FactKind::Out));
        let both = basis([&start, &out]);
        assert_eq!(both, basis([&out, &start]));
        for more in [FactKind::Correction, FactKind::Explanation, FactKind::BreakStart, FactKind::Other(200)] {
            assert_ne!(both, basis([&start, &out, &fact(3, more)]), "{more:?}");
        }
        for beside in [FactKind::Note, FactKind::Attachment, FactKind::Submitted, FactKind::EnRoute] {
            assert_eq!(both, basis([&start, &out, &fact(3, beside)]), "{beside:?}");
        }
    }

    #[test]
    fn a_signature_that_comes_changes_nothing_and_one_that_does_not_fit_does() {
        let unsigned = fact(1, FactKind::In);
        let signed = StoredFact { signed: Signed::Fits, ..unsigned.clone() };
        let broken = StoredFact { signed: Signed::Broken, ..unsigned.clone() };
        let changed = StoredFact { hash: Sha256([9; 32]), ..unsigned.clone() };
        assert_eq!(basis([&unsigned]), basis([&signed]));
        assert_ne!(basis([&unsigned]), basis([&broken]));
        assert_ne!(basis([&unsigned]), basis([&changed]));
    }
}
