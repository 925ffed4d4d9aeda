//! What each kind of document is made of: fixed changes that are the same bytes everywhere.
//!
//! Two phones that each created a map of the same name would hide one of the two. So the containers are made by changes
//! that are constants of this build: the seed, and a step for each later schema version.

use std::sync::LazyLock;

use automerge::Change;

use super::kind::DocumentKind;
use super::operation::OpRef;
use crate::shift::Sha256;

/// The author of seeds and steps. One byte, because each change that names a container carries it; a writer has sixteen.
pub(crate) const SCHEMA_ACTOR: &[u8] = &[0];

static SHIFT_LOG_SEED: &[u8] = include_bytes!("../../fixtures/v1/shift_log.seed");
static PASS_ON_SEED: &[u8] = include_bytes!("../../fixtures/v1/pass_on.seed");

static SHIFT_LOG: LazyLock<Schema> = LazyLock::new(|| Schema::of_bytes(&[SHIFT_LOG_SEED]));
static PASS_ON: LazyLock<Schema> = LazyLock::new(|| Schema::of_bytes(&[PASS_ON_SEED]));

/// A part of a document that holds something.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Container {
    /// Map: fact id in hex to the fact's canonical bytes.
    Facts,
    /// Map: fact id in hex to its 64-byte signature.
    Signatures,
    /// Text that several officers write together.
    Notes,
}

impl Container {
    /// Every container, in the order in which a seed makes them.
    pub const ALL: [Self; 3] = [Self::Facts, Self::Signatures, Self::Notes];

    /// Its key in the document's root.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Facts => "facts",
            Self::Signatures => "signatures",
            Self::Notes => "notes",
        }
    }

    /// The operation that made it: its address in every document.
    pub(crate) const fn id(self) -> (u64, &'static [u8]) {
        let counter = match self {
            Self::Facts => 1,
            Self::Signatures => 2,
            Self::Notes => 3,
        };
        (counter, SCHEMA_ACTOR)
    }

    /// The container that operation made, in a document of that kind.
    pub fn resolve(kind: DocumentKind, object: &OpRef) -> Option<Self> {
        let here = |c: &Self| c.id() == (object.counter, object.actor.as_slice()) && schema_has(kind, *c);
        Self::ALL.into_iter().find(here)
    }
}

/// Does that kind of document have the container?
const fn schema_has(kind: DocumentKind, container: Container) -> bool {
    matches!(
        (kind, container),
        (_, Container::Facts | Container::Signatures) | (DocumentKind::PassOn, Container::Notes)
    )
}

/// The bytes that every document of that kind begins with. Fixed for ever.
pub fn seed_change(kind: DocumentKind) -> &'static [u8] {
    match kind {
        DocumentKind::ShiftLog => SHIFT_LOG_SEED,
        DocumentKind::PassOn => PASS_ON_SEED,
    }
}

/// A change that is a constant of this build.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct FixedChange {
    pub(crate) bytes: &'static [u8],
    pub(crate) hash: Sha256,
    pub(crate) max_op: u64,
}

/// The fixed changes of one kind: the seed, then the steps to later versions.
pub(crate) struct Schema {
    fixed: Vec<FixedChange>,
}

/// The schema of a kind of document.
pub(crate) fn of(kind: DocumentKind) -> &'static Schema {
    match kind {
        DocumentKind::ShiftLog => &SHIFT_LOG,
        DocumentKind::PassOn => &PASS_ON,
    }
}

/// The last operation number of the fixed change with that hash, if there is one.
pub(crate) fn fixed_max_op(kind: DocumentKind, hash: &Sha256) -> Option<u64> {
    of(kind).fixed(hash).map(|change| change.max_op)
}

impl Schema {
    #[allow(clippy::expect_used, reason = "these bytes are constants of the build, and a test reads them")]
    fn of_bytes(changes: &[&'static [u8]]) -> Self {
        let fixed = |bytes: &&'static [u8]| {
            let change = Change::try_from(*bytes).expect("a fixed change reads");
            FixedChange { bytes, hash: Sha256(change.hash().0), max_op: change.max_op() }
        };
        Self { fixed: changes.iter().map(fixed).collect() }
    }

    /// The change that every document begins with.
    pub(crate) fn seed(&self) -> FixedChange {
        self.fixed[0]
    }

    /// The fixed change with that hash.
    pub(crate) fn fixed(&self, hash: &Sha256) -> Option<FixedChange> {
        self.fixed.iter().find(|change| change.hash == *hash).copied()
    }
}

#[cfg(test)]
mod tests {
    use automerge::{ActorId, ExpandedChange, ObjType, legacy};

    use super::*;
    use crate::documents::write::first_op;

    fn make(name: &str, object: ObjType) -> legacy::Op {
        legacy::Op {
            action: legacy::OpType::Make(object),
            obj: legacy::ObjectId::Root,
            key: legacy::Key::from(name),
            pred: legacy::SortedVec::new(),
            insert: false,
        }
    }

    /// A seed as it would be made today.
    fn made(kind: DocumentKind) -> Vec<u8> {
        let here = Container::ALL.into_iter().filter(|c| schema_has(kind, *c));
        let object = |c: Container| if c == Container::Notes { ObjType::Text } else { ObjType::Map };
        let change = Change::from(ExpandedChange {
            operations: here.map(|c| make(c.name(), object(c))).collect(),
            actor_id: ActorId::from(SCHEMA_ACTOR),
            hash: None,
            seq: 1,
            start_op: first_op(0),
            time: 0,
            message: None,
            deps: vec![],
            extra_bytes: vec![],
            author: None,
        });
        change.raw_bytes().to_vec()
    }

    #[test]
    fn the_seeds_are_the_saved_bytes() {
        for (kind, name) in [(DocumentKind::ShiftLog, "shift_log"), (DocumentKind::PassOn, "pass_on")] {
            if std::env::var_os("WRITE_SEEDS").is_some() {
                std::fs::write(format!("fixtures/v1/{name}.seed"), made(kind)).unwrap();
            }
            assert_eq!(made(kind), seed_change(kind), "{name}");
        }
    }
}
