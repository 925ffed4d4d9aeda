//! What each kind of document is made of: fixed changes that are the same bytes everywhere.
//!
//! Two phones that each made a map of the same name would hide one of the two. So containers are made by **steps**: changes
//! that are constants of the build. The first is the seed, which every document begins with and which never travels. A later
//! version of a schema adds a step that makes more containers, and changes nothing else:
//!
//! 1. append the containers to the kind's table here and their rows to `authority::grants`;
//! 2. save the step's bytes under `core/fixtures/v<version>` (the test below makes and checks them), for ever.
//!
//! There is no act of upgrading. A change that writes into a container names the step that made it among its dependencies, so
//! a document has a step from the first change that needs it. Since a step follows only the step before it, two phones that
//! need it at the same moment, however far their documents are apart, add the same bytes under the same hash. Documents at
//! version 1 stay as they are until then, and whoever reads a document skips containers that it does not know.
//!
//! Servers go first: one that lacks a step answers `waiting`, and the phone keeps its change. A phone that lacks a step gets it
//! with the feed and keeps it ([`crate::authority::receive`]).

use std::borrow::Cow;
use std::sync::LazyLock;

use automerge::Change;
#[cfg(test)]
use automerge::{
    ActorId, ChangeHash, ExpandedChange, ObjType,
    legacy::{Key, ObjectId, Op, OpType, SortedVec},
};

use super::index::DocumentIndex;
use super::kind::DocumentKind;
use super::operation::OpRef;
#[cfg(test)]
use super::write::first_op;
use crate::shift::Sha256;

/// The author of steps. One byte, because each change that names a container carries it; a writer has sixteen.
pub(crate) const SCHEMA_ACTOR: &[u8] = &[0];

/// A part of a document that holds something, by its key in the root.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Container(&'static str);

impl Container {
    /// Map: fact id in hex to the fact's canonical bytes.
    pub const FACTS: Self = Self("facts");
    /// Map: fact id in hex to its 64-byte signature.
    pub const SIGNATURES: Self = Self("signatures");
    /// Text that several officers write together.
    pub const NOTES: Self = Self("notes");
    /// What the tests upgrade to.
    #[cfg(test)]
    pub(crate) const TRIAL: Self = Self("trial");

    /// The container that an operation made, in a document of that kind.
    pub fn made_by(kind: DocumentKind, operation: &OpRef) -> Option<Self> {
        of(kind).container(operation)
    }

    /// Its key in the document's root.
    pub const fn name(self) -> &'static str {
        self.0
    }

    #[cfg(test)]
    fn object(self) -> ObjType {
        match self {
            Self::NOTES => ObjType::Text,
            _ => ObjType::Map,
        }
    }
}

/// One version of a schema: a change whose first operation makes the first of `makes`, and so on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Step {
    pub(crate) bytes: Cow<'static, [u8]>,
    pub(crate) hash: Sha256,
    pub(crate) max_op: u64,
    start_op: u64,
    makes: &'static [Container],
}

/// The steps of one kind of document, version 1 first.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    pub(crate) kind: DocumentKind,
    pub(crate) seed: Step,
    later: Vec<Step>,
}

static SHIFT_LOG: LazyLock<Schema> = LazyLock::new(|| {
    let seed = include_bytes!("../../fixtures/v1/shift_log.seed");
    Schema::version_1(DocumentKind::ShiftLog, seed, &[Container::FACTS, Container::SIGNATURES])
});

static PASS_ON: LazyLock<Schema> = LazyLock::new(|| {
    let seed = include_bytes!("../../fixtures/v1/pass_on.seed");
    Schema::version_1(DocumentKind::PassOn, seed, &[Container::FACTS, Container::SIGNATURES, Container::NOTES])
});

/// The schema of a kind of document.
pub(crate) fn of(kind: DocumentKind) -> &'static Schema {
    match kind {
        DocumentKind::ShiftLog => &SHIFT_LOG,
        DocumentKind::PassOn => &PASS_ON,
    }
}

/// The bytes that every document of that kind begins with. Fixed for ever.
pub fn seed_change(kind: DocumentKind) -> &'static [u8] {
    &of(kind).seed.bytes
}

impl Schema {
    fn version_1(kind: DocumentKind, seed: &'static [u8], makes: &'static [Container]) -> Self {
        Self { kind, seed: Step::saved(seed, makes), later: Vec::new() }
    }

    /// Every step, version 1 first.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &Step> {
        std::iter::once(&self.seed).chain(&self.later)
    }

    /// The step with that hash.
    pub(crate) fn step(&self, hash: &Sha256) -> Option<&Step> {
        self.steps().find(|step| step.hash == *hash)
    }

    /// The steps up to and including the last of those hashes that is one.
    pub(crate) fn steps_through<'a>(
        &self,
        hashes: impl IntoIterator<Item = &'a Sha256>,
    ) -> impl Iterator<Item = &Step> {
        let place = |hash: &Sha256| self.steps().position(|step| step.hash == *hash);
        let last = hashes.into_iter().filter_map(place).max().unwrap_or_default();
        self.steps().take(last + 1)
    }

    /// The container that an operation made.
    pub(crate) fn container(&self, made_by: &OpRef) -> Option<Container> {
        if made_by.actor != SCHEMA_ACTOR {
            return None;
        }
        self.steps().find_map(|step| {
            let place = usize::try_from(made_by.counter.checked_sub(step.start_op)?).ok()?;
            step.makes.get(place).copied()
        })
    }

    /// Is there a container of that name?
    pub(crate) fn has(&self, name: &str) -> bool {
        self.steps().any(|step| step.makes.iter().any(|made| made.name() == name))
    }

    /// The step that made a container, and the number of the operation that did.
    pub(crate) fn address(&self, container: Container) -> Option<(&Step, u64)> {
        let place = |step: &Step| step.makes.iter().position(|made| *made == container);
        self.steps().find_map(|step| Some((step, step.start_op + place(step)? as u64)))
    }

    /// What a change must follow that writes on top of `index` into containers which that step made.
    pub(crate) fn base(&self, index: DocumentIndex, step: &Step) -> DocumentIndex {
        // Everything follows the seed.
        if step.hash == self.seed.hash { index } else { index.with(step.hash, &[], step.max_op) }
    }

    /// The schema with one more step.
    #[cfg(test)]
    pub(crate) fn with_step(&self, makes: &'static [Container]) -> Self {
        let (last, seq) = self.steps().zip(1..).last().unwrap();
        let bytes = make(makes, seq + 1, last.max_op, vec![last.hash]).raw_bytes().to_vec();
        let mut schema = self.clone();
        schema.later.push(Step::saved(bytes, makes));
        schema
    }
}

impl Step {
    #[allow(clippy::expect_used, reason = "the bytes are constants of the build, which the tests read")]
    fn saved(bytes: impl Into<Cow<'static, [u8]>>, makes: &'static [Container]) -> Self {
        let bytes = bytes.into();
        let change = Change::try_from(&*bytes).expect("a step reads");
        let (hash, start_op) = (Sha256(change.hash().0), change.start_op().get());
        Self { hash, max_op: change.max_op(), start_op, makes, bytes }
    }
}

/// A step as it would be made today; what the saved bytes are held against.
#[cfg(test)]
fn make(containers: &[Container], seq: u64, max_op: u64, follows: Vec<Sha256>) -> Change {
    let operation = |container: &Container| Op {
        action: OpType::Make(container.object()),
        obj: ObjectId::Root,
        key: Key::from(container.name()),
        pred: SortedVec::new(),
        insert: false,
    };
    Change::from(ExpandedChange {
        operations: containers.iter().map(operation).collect(),
        actor_id: ActorId::from(SCHEMA_ACTOR),
        hash: None,
        seq,
        start_op: first_op(max_op),
        time: 0,
        message: None,
        deps: follows.into_iter().map(|hash| ChangeHash(hash.0)).collect(),
        extra_bytes: Vec::new(),
        author: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEDS: [(DocumentKind, &str); 2] = [(DocumentKind::ShiftLog, "shift_log"), (DocumentKind::PassOn, "pass_on")];

    #[test]
    fn the_seeds_are_the_saved_bytes() {
        for (kind, name) in SEEDS {
            let made = make(of(kind).seed.makes, 1, 0, vec![]);
            assert_eq!(made.raw_bytes(), seed_change(kind), "{name}");
        }
    }

    #[test]
    fn every_container_is_found_where_its_step_made_it() {
        for (kind, _) in SEEDS {
            let schema = of(kind).with_step(&[Container::TRIAL]);
            for container in schema.steps().flat_map(|step| step.makes) {
                let (_, counter) = schema.address(*container).unwrap();
                let made_by = OpRef { counter, actor: SCHEMA_ACTOR.to_vec() };
                assert_eq!(schema.container(&made_by), Some(*container));
                let other = OpRef { actor: vec![1], ..made_by };
                assert_eq!(schema.container(&other), None);
            }
        }
        assert_eq!(of(DocumentKind::ShiftLog).address(Container::NOTES), None);
    }
}
