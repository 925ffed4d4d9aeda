//! When a posted detail opens to each officer, and telling each of their own opening: what a phone shows before it opens comes from here.

use detailbook_core::ids::{AgencyId, OfficerId};
use detailbook_core::records::RecordKind;
use detailbook_core::staffing::{Opens, OwnOpening, Posting};
use detailbook_core::time::{Millis, UnixMillis};

use super::posting::who_see;
use crate::audit::By;
use crate::filing;
use crate::store::audience;
use crate::store::postings::{self, Posted};
use crate::store::{Sql, StoreError, records};

/// Whether a detail is open to an officer now.
pub(super) fn of(sql: &mut dyn Sql, by: &By<'_>, officer: OfficerId, posted: &Posted) -> Result<Opens, StoreError> {
    let turn = turn(sql, by.agency, &posted.posting, officer)?;
    let groups = audience::groups_of(sql, by.agency, officer)?;
    Ok(posted.posting.opens_to(&groups, drawn(posted, officer), turn, by.now))
}

/// An officer's turn in bidding rounds, if the posting has them.
pub(super) fn turn(
    sql: &mut dyn Sql,
    agency: AgencyId,
    posting: &Posting,
    officer: OfficerId,
) -> Result<Option<UnixMillis>, StoreError> {
    if posting.ladder.is_none() {
        return Ok(None);
    }
    let own = postings::turn(sql, agency, posting.detail, officer)?;
    let last = postings::last_turn(sql, agency, posting.detail)?;
    Ok(posting.turn(own, last))
}

/// An officer's own part of the jitter.
fn drawn(posted: &Posted, officer: OfficerId) -> Millis {
    posted.secret.unlock_after(posted.posting.window.posting, officer, posted.posting.unlock_jitter)
}

/// Has a detail openings of which its tiers do not tell?
fn differ(posting: &Posting) -> bool {
    posting.ladder.is_some() || posting.unlock_jitter > Millis(0)
}

/// Tells everybody who sees a detail and to whom it is not open yet when it will be. Read once what is the same for all of them.
pub(super) fn tell_all(sql: &mut dyn Sql, by: &By<'_>, posted: &Posted) -> Result<(), StoreError> {
    let posting = &posted.posting;
    if !differ(posting) || !posted.stage.takes_applications() {
        return Ok(());
    }
    let turns = postings::turns(sql, by.agency, posting.detail)?;
    let (last, groups) = (turns.values().max().copied(), audience::groups(sql, by.agency)?);
    for officer in who_see(sql, by.agency, posted)? {
        let turn = posting.turn(turns.get(&officer).copied(), last);
        let own = groups.get(&officer).map(Vec::as_slice).unwrap_or_default();
        tell(sql, by, posting, officer, posting.opens_to(own, drawn(posted, officer), turn, by.now))?;
    }
    Ok(())
}

/// Tells an officer who sees more since now when that opens to them.
pub(crate) fn tell_newcomer(sql: &mut dyn Sql, by: &By<'_>, officer: OfficerId) -> Result<(), StoreError> {
    let groups = audience::groups_of(sql, by.agency, officer)?;
    for posted in postings::open(sql, by.agency)?.into_iter().filter(|posted| differ(&posted.posting)) {
        if posted.shown.includes(&groups) {
            let opens = of(sql, by, officer, &posted)?;
            tell(sql, by, &posted.posting, officer, opens)?;
        }
    }
    Ok(())
}

fn tell(sql: &mut dyn Sql, by: &By<'_>, posting: &Posting, officer: OfficerId, opens: Opens) -> Result<(), StoreError> {
    let Opens::At(opens) = opens else { return Ok(()) };
    let own = OwnOpening { detail: posting.detail, officer, commitment: posting.commitment, opens };
    let id = OwnOpening::id_for(posting.detail, officer);
    let told = records::get::<OwnOpening>(sql, by.agency, RecordKind::OwnOpening, id)?;
    if told.is_some_and(|told| told.record == own) {
        return Ok(());
    }
    filing::put(sql, by, id, &own).map(drop)
}
