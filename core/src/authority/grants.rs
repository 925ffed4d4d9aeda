//! What may be done where: the one table.

use crate::documents::{Container, DocumentKind};
use crate::shift::FactKind;

/// What a writer may do in a container.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grant {
    /// Insert facts of those kinds under fresh ids. Never overwrite, never delete.
    InsertFacts(FactScope),
    /// Insert signatures of facts that are there, once each.
    InsertSignatures,
    /// Insert and delete characters.
    EditText,
}

/// Which kinds of fact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FactScope {
    /// Any, those newer than this version too.
    Any,
    /// What officers share on a detail: notes, media, incidents.
    Shared,
}

impl FactScope {
    /// Is that kind in the scope?
    pub const fn covers(self, kind: FactKind) -> bool {
        match self {
            Self::Any => true,
            Self::Shared => matches!(kind, FactKind::Note | FactKind::Attachment | FactKind::Incident),
        }
    }
}

const GRANTS: &[(DocumentKind, Container, Grant)] = &[
    (DocumentKind::ShiftLog, Container::FACTS, Grant::InsertFacts(FactScope::Any)),
    (DocumentKind::ShiftLog, Container::SIGNATURES, Grant::InsertSignatures),
    (DocumentKind::PassOn, Container::FACTS, Grant::InsertFacts(FactScope::Shared)),
    (DocumentKind::PassOn, Container::SIGNATURES, Grant::InsertSignatures),
    (DocumentKind::PassOn, Container::NOTES, Grant::EditText),
    #[cfg(test)]
    (DocumentKind::ShiftLog, Container::TRIAL, Grant::InsertFacts(FactScope::Any)),
];

/// What may be done in that container of that kind of document. Nothing may be done in the root.
pub fn grant(kind: DocumentKind, container: Container) -> Option<Grant> {
    GRANTS.iter().find(|(k, c, _)| (*k, *c) == (kind, container)).map(|(_, _, grant)| *grant)
}
