//! What may stand in the queries of routes. What is not here is refused.

use detailbook_core::ids::{OfficerId, PositionId};
use detailbook_core::policy::Stage;

use super::shape::Shape;
use crate::personnel::kind::Kind;

/// Something that a query may hold once.
#[derive(Clone, Copy)]
pub struct Query {
    /// Its name.
    pub name: &'static str,
    /// What it means, and what holds without it.
    pub says: &'static str,
    /// What it looks like.
    pub shape: Shape,
}

const AFTER: Query =
    Query { name: "after", says: "The `next` of the part before; absent for the first.", shape: Shape::of::<String>() };
const LIMIT: Query =
    Query { name: "limit", says: "At most so many items, 1 to 1000; 100 where absent.", shape: Shape::of::<u16>() };
const AS_OF: Query = Query {
    name: "as_of",
    says: "By what was known then, milliseconds since 1970 UTC; now where absent.",
    shape: Shape::of::<i64>(),
};

/// What is written over.
pub const EDIT: &[Query] = &[Query {
    name: "version",
    says: "The version that it was made on: the `ETag` of what was read, without its marks. It must be there.",
    shape: Shape::of::<i64>(),
}];
/// Which part of a list.
pub const PAGE: &[Query] = &[AFTER, LIMIT];
/// Which messages.
pub const MESSAGES: &[Query] = &[
    AFTER,
    LIMIT,
    Query { name: "officer", says: "Only those to and from this officer.", shape: Shape::of::<OfficerId>() },
];
/// Which work.
pub const JOBS: &[Query] = &[
    AFTER,
    LIMIT,
    Query { name: "state", says: "`waiting`, as where it is absent, or `parked`.", shape: Shape::of::<String>() },
];
/// Which parked work.
pub const PARKED: &[Query] =
    &[Query { name: "kind", says: "Its kind, such as `notices.sms`.", shape: Shape::of::<String>() }];
/// What was told.
pub const RESEND: &[Query] = &[Query {
    name: "since",
    says: "Only what was told since then, milliseconds since 1970 UTC; three days ago where absent.",
    shape: Shape::of::<i64>(),
}];
/// Which stretch of time.
pub const TODAY: &[Query] = &[
    AFTER,
    LIMIT,
    Query {
        name: "from",
        says: "From then on, milliseconds since 1970 UTC; twelve hours ago where absent.",
        shape: Shape::of::<i64>(),
    },
    Query { name: "until", says: "Until then; twelve hours from now where absent.", shape: Shape::of::<i64>() },
];
/// Which knowledge.
pub const KNOWN: &[Query] =
    &[Query { name: "kind", says: "Only what is known of this kind.", shape: Shape::of::<Kind>() }, AS_OF];
/// How far ahead.
pub const RENEWALS: &[Query] =
    &[Query { name: "days", says: "What ends within so many days; 30 where absent.", shape: Shape::of::<u16>() }];
/// What is quoted.
pub const QUOTE: &[Query] = &[
    Query { name: "rank", says: "What positions count as that ask for no rank.", shape: Shape::of::<String>() },
    Query { name: "vehicles", says: "How many vehicles; none where absent.", shape: Shape::of::<u32>() },
    Query {
        name: "received_at",
        says: "When the agency had the customer's notice, milliseconds since 1970 UTC; now where absent.",
        shape: Shape::of::<i64>(),
    },
];
/// What is judged.
pub const JUDGEMENT: &[Query] = &[
    Query {
        name: "officer",
        says: "An officer on the detail; the detail alone where absent.",
        shape: Shape::of::<OfficerId>(),
    },
    Query { name: "position", says: "The officer's position.", shape: Shape::of::<PositionId>() },
    Query {
        name: "stage",
        says: "At which stage; with an officer `award` and without one `post` where absent.",
        shape: Shape::of::<Stage>(),
    },
    AS_OF,
];
