//! `detailbook check`: is what the server holds undamaged?

use clap::Args as ClapArgs;
use detailbook_core::ids::AgencyId;
use detailbook_core::shift::Sha256;

use super::Failure;
use super::say::say;
use crate::audit::{self, By};
use crate::billing::check as billing;
use crate::blobs::{self as files, BlobFolder};
use crate::clock::{Clock, SystemClock};
use crate::config::DataArgs;
use crate::document_check;
use crate::entropy::OsEntropy;
use crate::store::{Store, StoreError, agency as agencies, blobs};

/// Blobs looked up in one read.
const STRIDE: i64 = 1_000;

/// What to do about damage.
#[derive(ClapArgs, Debug)]
pub(super) struct Args {
    /// Forget that damaged and missing photos and videos arrived, so that phones which still hold them can send them again;
    /// a damaged file is kept in the folder `damaged`
    #[arg(long)]
    mend: bool,
}

pub(super) fn run(data: &DataArgs, args: &Args) -> Result<(), Failure> {
    let (store, folder) = (data.open_store()?, data.open_blobs()?);
    let mut damage = 0;
    for agency in store.read(|sql| agencies::list(sql))? {
        damage += check_audit(&store, agency)? + check_documents(&store, agency)?;
        damage += check_blobs(&store, &folder, agency, args.mend)? + check_billing(&store, agency)?;
    }
    store.close();
    match damage {
        0 => {
            say(format_args!("Nothing is damaged."));
            Ok(())
        }
        found => Err(Failure::refused(format!("Damage was found in {found} places."))),
    }
}

fn check_audit(store: &Store, agency: AgencyId) -> Result<u64, Failure> {
    let found = audit::verify_in_steps(store, agency)?;
    say(format_args!("{agency}: audit log of {} entries", found.entries));
    let Some(broken) = found.broken else { return Ok(0) };
    say(format_args!("{agency}: audit log damaged: {broken}"));
    Ok(1)
}

fn check_documents(store: &Store, agency: AgencyId) -> Result<u64, Failure> {
    let found = document_check::check(store, agency, SystemClock.now(), &mut OsEntropy)?;
    say(format_args!("{agency}: {} documents", found.documents));
    for (document, why) in &found.failed {
        say(format_args!("{agency}: document {document} is damaged and was put aside: {why}"));
    }
    Ok(found.failed.len() as u64)
}

fn check_billing(store: &Store, agency: AgencyId) -> Result<u64, Failure> {
    let found = billing::check(store, agency)?;
    say(format_args!("{agency}: {} invoices and credit memos, and the books", found.invoices));
    for fault in &found.faults {
        say(format_args!("{agency}: {fault}"));
    }
    Ok(found.faults.len() as u64)
}

fn check_blobs(store: &Store, folder: &BlobFolder, agency: AgencyId, mend: bool) -> Result<u64, Failure> {
    let (mut after, mut seen, mut damaged) = (Sha256([0; 32]), 0_u64, 0);
    loop {
        let page = store.read::<_, StoreError>(|sql| blobs::page(sql, agency, after, STRIDE))?;
        let Some(last) = page.last() else { break };
        after = *last;
        seen += page.len() as u64;
        for hash in page {
            if !matches!(folder.check(agency, hash), Ok(true)) {
                say(format_args!("{agency}: photo or video damaged or missing: {hash}"));
                damaged += 1;
                if mend {
                    let by = By { agency, now: SystemClock.now(), actor: "command line" };
                    files::forget(store, folder, &by, hash)?;
                }
            }
        }
    }
    say(format_args!("{agency}: {seen} photos and videos"));
    Ok(damaged)
}
