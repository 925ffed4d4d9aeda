//! Writing what was shown: all of it or nothing, and only if it is still what was shown.

use detailbook_core::entropy::Entropy;
use detailbook_core::ids::DetailId;
use detailbook_core::time::UnixMillis;

use super::line::Counts;
use super::plan::{Plan, Work, plan};
use super::waiting;
use crate::audit::By;
use crate::personnel::import;
use crate::policy;
use crate::problem::Problem;
use crate::roster::{self, CustomerDraft, Draft, OfficerDraft, SiteDraft};
use crate::scheduling::details::{self, DetailDraft, DetailEdit};
use crate::scheduling::posting::{self, PostingDraft};
use crate::store::Sql;
use crate::store::import_files::{self, ImportFile};

/// One record to enter, or to change from a version.
#[derive(Debug)]
pub(super) struct Deed<D: Draft> {
    pub(super) there: Option<(D::Id, i64)>,
    pub(super) draft: D,
}

/// One thing to do.
#[derive(Debug)]
pub(super) enum Act {
    Officer(Deed<OfficerDraft>),
    Customer(Deed<CustomerDraft>),
    Site(Deed<SiteDraft>),
    PostDetail(Box<DetailDraft>, Offer),
    ChangeDetail(DetailId, i64, Box<DetailDraft>),
}

/// How a new detail goes on offer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Offer {
    /// To every officer at once.
    Open,
    /// With a window that closes then.
    Until(UnixMillis),
}

impl<D: Draft> Deed<D> {
    fn done(&self, sql: &mut dyn Sql, by: &By<'_>, entropy: &mut dyn Entropy) -> Result<(), Problem> {
        match self.there {
            None => roster::create(sql, by, None, &self.draft, entropy).map(drop),
            Some((id, version)) => roster::edit(sql, by, id, version, &self.draft),
        }
    }
}

impl Act {
    fn done(&self, sql: &mut dyn Sql, by: &By<'_>, entropy: &mut dyn Entropy) -> Result<(), Problem> {
        match self {
            Self::Officer(deed) => deed.done(sql, by, entropy),
            Self::Customer(deed) => deed.done(sql, by, entropy),
            Self::Site(deed) => deed.done(sql, by, entropy),
            Self::PostDetail(draft, offer) => {
                let id = details::post(sql, by, None, draft, entropy)?;
                offer.made(sql, by, id, entropy)
            }
            Self::ChangeDetail(id, version, draft) => {
                let edit = DetailEdit { version: *version, record: (**draft).clone(), overlap: None };
                details::edit(sql, by, *id, &edit, entropy)
            }
        }
    }
}

impl Offer {
    /// Puts a detail on offer, if the rules let it.
    fn made(self, sql: &mut dyn Sql, by: &By<'_>, id: DetailId, entropy: &mut dyn Entropy) -> Result<(), Problem> {
        match self {
            Self::Open => policy::permit_posting(sql, by, id).map(drop),
            Self::Until(closes) => posting::post(sql, by, id, &PostingDraft::plain(closes), entropy),
        }
    }
}

/// What somebody confirmed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Confirmed {
    /// The hash of what they were shown, as text.
    pub seen: String,
    /// They leave the rejected lines out; otherwise one of them keeps all from being written.
    pub leave_out: bool,
}

/// Writes what a file does, if it is what was shown. `planned` was made by a state of the store from before the agency's lock, which the
/// caller holds.
pub fn carry_out(
    sql: &mut dyn Sql,
    by: &By<'_>,
    file: &ImportFile,
    planned: &Plan,
    confirmed: &Confirmed,
    entropy: &mut dyn Entropy,
) -> Result<Counts, Problem> {
    let counts = planned.counts;
    if planned.digest().to_string() != confirmed.seen {
        return Err(changed_since());
    }
    if counts.rejected > 0 && !confirmed.leave_out {
        return Err(Problem::invalid(
            "leave_out",
            "must be ticked, or the rejected lines be put right in the file first",
        ));
    }
    if !import_files::remove(sql, by.agency, file.id)? {
        return Err(Problem::not_found());
    }
    match &planned.work {
        Work::Knowledge(planned) => {
            import::carry_out(sql, by, planned)?.ok_or_else(changed_since)?;
        }
        Work::Records(_) => records(sql, by, file, planned, confirmed, entropy)?,
    }
    waiting::note_taken(sql, by, file, planned.what.name, counts)?;
    Ok(counts)
}

/// Records are planned again under the lock, so that nothing that is written was changed since it was shown.
fn records(
    sql: &mut dyn Sql,
    by: &By<'_>,
    file: &ImportFile,
    planned: &Plan,
    confirmed: &Confirmed,
    entropy: &mut dyn Entropy,
) -> Result<(), Problem> {
    let again = plan(sql, by.agency, by.now, planned.what, file)?;
    if again.digest().to_string() != confirmed.seen {
        return Err(changed_since());
    }
    if let Work::Records(acts) = &again.work {
        for (line, act) in acts {
            let of_line = |problem: Problem| {
                Problem::new(problem.refusal, format!("Line {line}: {} Nothing was written.", problem.reason))
            };
            act.done(sql, by, entropy).map_err(of_line)?;
        }
    }
    Ok(())
}

fn changed_since() -> Problem {
    let reason = "What this file would do is no longer what you were shown: something that it names was changed meanwhile. Nothing was \
                  written. Below is what it would do now.";
    Problem::conflict(reason)
}
