//! What may stand in the queries of routes. What is not here is refused.

use detailbook_core::ids::{OfficerId, PositionId};
use detailbook_core::policy::Stage;
use utoipa::ToSchema;

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
    /// Whether it must be there.
    pub needed: bool,
}

impl Query {
    const fn new<T: ToSchema + 'static>(name: &'static str, says: &'static str) -> Self {
        Self { name, says, shape: Shape::of::<T>(), needed: false }
    }

    const fn needed(self) -> Self {
        Self { needed: true, ..self }
    }
}

const AFTER: Query = Query::new::<String>("after", "The `next` of the part before; absent for the first.");
const LIMIT: Query = Query::new::<u16>("limit", "At most so many items, 1 to 1000; 100 where absent.");
const AS_OF: Query =
    Query::new::<i64>("as_of", "By what was known then, milliseconds since 1970 UTC; now where absent.");

/// What is written over.
pub const EDIT: &[Query] = &[Query::new::<i64>(
    "version",
    "The version that it was made on: the `ETag` of what was read, without its marks. It must be there.",
)
.needed()];
/// Which part of a list.
pub const PAGE: &[Query] = &[AFTER, LIMIT];
/// Which messages.
pub const MESSAGES: &[Query] =
    &[AFTER, LIMIT, Query::new::<OfficerId>("officer", "Only those to and from this officer.")];
/// Which work.
pub const JOBS: &[Query] =
    &[AFTER, LIMIT, Query::new::<String>("state", "`waiting`, as where it is absent, or `parked`.")];
/// Which parked work.
pub const PARKED: &[Query] =
    &[Query::new::<String>("kind", "Its kind, such as `notices.sms`. It must be there.").needed()];
/// What was told.
pub const RESEND: &[Query] = &[Query::new::<i64>(
    "since",
    "Only what was told since then, milliseconds since 1970 UTC; three days ago where absent.",
)];
/// Which stretch of time.
pub const TODAY: &[Query] = &[
    AFTER,
    LIMIT,
    Query::new::<i64>("from", "From then on, milliseconds since 1970 UTC; twelve hours ago where absent."),
    Query::new::<i64>("until", "Until then; twelve hours from now where absent."),
];
/// Which knowledge.
pub const KNOWN: &[Query] = &[Query::new::<Kind>("kind", "Only what is known of this kind."), AS_OF];
/// How far ahead.
pub const RENEWALS: &[Query] = &[Query::new::<u16>("days", "What ends within so many days; 30 where absent.")];
/// What is quoted.
pub const QUOTE: &[Query] = &[
    Query::new::<String>("rank", "What positions count as that ask for no rank."),
    Query::new::<u32>("vehicles", "How many vehicles; none where absent."),
    Query::new::<i64>(
        "received_at",
        "When the agency had the customer's notice, milliseconds since 1970 UTC; now where absent.",
    ),
];
/// What is judged.
pub const JUDGEMENT: &[Query] = &[
    Query::new::<OfficerId>("officer", "An officer on the detail; the detail alone where absent."),
    Query::new::<PositionId>("position", "The officer's position."),
    Query::new::<Stage>("stage", "At which stage; with an officer `award` and without one `post` where absent."),
    AS_OF,
];
