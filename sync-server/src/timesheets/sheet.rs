//! One timesheet, folded from its facts as they are now.

use detailbook_core::ids::{AgencyId, AssignmentId, DocumentId, FactId};
use detailbook_core::records::{Assignment, CountsAs, Detail, Officer, Ruling, Site};
use detailbook_core::shift::{Fact, ProposedRuling, Sha256};
use detailbook_core::time::UnixMillis;

use super::{Basis, basis};
use crate::filing;
use crate::problem::Problem;
use crate::proof;
use crate::rulings::{self, MOST_EXCEPTIONS};
use crate::store::facts::StoredFact;
use crate::store::{self, Sql, StoreError};
use crate::words;

/// Characters of one exception that is noted by itself.
const EXCEPTION_CHARS: usize = 500;

/// One timesheet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sheet {
    /// The assignment.
    pub assignment: Assignment,
    /// The detail.
    pub detail: Detail,
    /// Where.
    pub site: Site,
    /// Whose it is.
    pub officer: Officer,
    /// The facts: of the assignment's own shift log and of a linked one.
    pub stored: Vec<StoredFact>,
    /// The ruling that they alone would have.
    pub proposed: ProposedRuling,
    /// The ruling in force.
    pub ruling: Option<Ruling>,
    /// The digest of what a ruling would rest on.
    pub basis: Basis,
}

impl Sheet {
    /// Reads and folds it.
    pub fn read(sql: &mut dyn Sql, agency: AgencyId, id: AssignmentId, now: UnixMillis) -> Result<Self, Problem> {
        let sheet = Self::unproved(sql, agency, id, now)?;
        let proof = proof::flags(sql, agency, &sheet.stored)?;
        Ok(Self { proposed: sheet.proposed.with(proof), ..sheet })
    }

    /// The same, but nothing is said of chain and signatures, for which all that the phone wrote around the shift would be read. Its hours
    /// are the same.
    pub fn unproved(sql: &mut dyn Sql, agency: AgencyId, id: AssignmentId, now: UnixMillis) -> Result<Self, Problem> {
        let assignment = filing::get::<Assignment>(sql, agency, id)?.record;
        let detail = filing::get::<Detail>(sql, agency, assignment.detail)?.record;
        let site = filing::get::<Site>(sql, agency, detail.site)?.record;
        let officer = filing::get::<Officer>(sql, agency, assignment.officer)?.record;
        let stored = rulings::stored_facts(sql, agency, &assignment)?;
        let proposed = rulings::unproved(&detail, &site, &stored, now);
        let ruling = match store::rulings::in_force(sql, agency, id)? {
            Some(ruling) => rulings::read(sql, agency, ruling)?.map(|stored| stored.record),
            None => None,
        };
        let basis = basis(&stored);
        Ok(Self { assignment, detail, site, officer, stored, proposed, ruling, basis })
    }

    /// What a ruling that accepts what the facts propose notes as exceptions. Some of these sentences hold words that a phone sent: whatever
    /// it sent, a ruling can be made.
    pub fn exceptions(&self) -> Vec<String> {
        let all = self.proposed.exceptions();
        let more = all.len().saturating_sub(MOST_EXCEPTIONS);
        let listed = all.len() - if more > 0 { more + 1 } else { 0 };
        let told = all.iter().take(listed).map(|sentence| words::taken(sentence, EXCEPTION_CHARS));
        told.chain((more > 0).then(|| format!("There are {} more.", more + 1))).collect()
    }

    /// A fact of it, with what it says where this version can read it.
    pub fn fact(&self, id: FactId) -> Option<(&StoredFact, Option<Fact>)> {
        let stored = self.stored.iter().find(|stored| stored.fact == id)?;
        Some((stored, Fact::from_bytes(&stored.body).ok()))
    }

    /// What the work counts as for its price.
    pub fn counts_as(&self) -> CountsAs {
        rulings::counts_as(&self.assignment, &self.detail, &self.officer)
    }
}

/// Does a fact of the assignment's shift logs, or of that officer in the detail's pass-on, name that photo or video?
pub fn names_photo(
    sql: &mut dyn Sql,
    agency: AgencyId,
    assignment: &Assignment,
    hash: Sha256,
) -> Result<bool, StoreError> {
    let logs = [DocumentId::from(assignment.id), assignment.log(), DocumentId::from(assignment.detail)];
    store::blobs::is_named_in(sql, agency, hash, assignment.officer, logs)
}
