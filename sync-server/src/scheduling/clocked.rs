//! What the facts of an assignment say about where its officer is. Advice for those who look: the agency rules on it later.

use detailbook_core::ids::{AgencyId, DocumentId};
use detailbook_core::records::Assignment;
use detailbook_core::shift::{Fact, FactKind};
use detailbook_core::staffing::Seen;
use detailbook_core::time::UnixMillis;

use crate::store::{Sql, StoreError, devices, facts};

/// Clock events of one assignment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Clocked {
    /// When the officer set out, by the phone's wall clock.
    pub(super) en_route: Option<UnixMillis>,
    /// When the officer last clocked in.
    pub(super) came: Option<UnixMillis>,
    /// When the officer clocked out, if not in again since.
    pub(super) left: Option<UnixMillis>,
}

impl Clocked {
    /// At work.
    pub(super) const fn in_now(&self) -> bool {
        self.came.is_some() && self.left.is_none()
    }
}

/// The clock events in an assignment's logs: its own and a linked one.
pub(super) fn clocked(sql: &mut dyn Sql, agency: AgencyId, of: &Assignment) -> Result<Clocked, StoreError> {
    let kinds = [FactKind::EnRoute, FactKind::In, FactKind::Out];
    let mut clocked = Clocked::default();
    for stored in facts::of_kinds(sql, agency, [DocumentId::from(of.id), of.log()], kinds)? {
        let at = Fact::from_bytes(&stored.body).map_or(stored.received_at, |fact| fact.clock.wall);
        match stored.kind {
            FactKind::EnRoute => clocked.en_route = Some(at),
            FactKind::In => (clocked.came, clocked.left) = (Some(at), None),
            _ => clocked.left = Some(at),
        }
    }
    Ok(clocked)
}

/// What the server knows of an officer's shift.
pub(super) fn seen(sql: &mut dyn Sql, agency: AgencyId, of: &Assignment) -> Result<(Seen, Clocked), StoreError> {
    let clocked = clocked(sql, agency, of)?;
    let seen = Seen {
        en_route: clocked.en_route.is_some(),
        clocked_in: clocked.came.is_some(),
        clocked_out: clocked.came.is_some() && clocked.left.is_some(),
        heard: devices::last_heard(sql, agency, of.officer)?,
    };
    Ok((seen, clocked))
}
