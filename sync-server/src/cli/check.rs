//! `detailbook check`: is what the server holds undamaged?

use detailbook_core::ids::{AgencyId, DocumentId};
use detailbook_core::shift::Sha256;

use super::Failure;
use crate::audit;
use crate::blobs::BlobFolder;
use crate::config::DataArgs;
use crate::integrity;
use crate::store::{Store, StoreError, agency as agencies, blobs, documents};

/// Blobs looked up in one read.
const STRIDE: i64 = 1_000;
/// Documents looked up in one read.
const DOCUMENTS: usize = 256;

pub(super) fn run(data: &DataArgs) -> Result<(), Failure> {
    let (store, folder) = (data.open_store()?, data.open_blobs()?);
    let mut damage = 0;
    for agency in store.read(|sql| agencies::list(sql))? {
        damage += check_audit(&store, agency)? + check_documents(&store, agency)?;
        damage += check_blobs(&store, &folder, agency)?;
    }
    store.close();
    match damage {
        0 => {
            println!("Nothing is damaged.");
            Ok(())
        }
        found => Err(Failure::refused(format!("Damage was found in {found} places."))),
    }
}

fn check_audit(store: &Store, agency: AgencyId) -> Result<u64, Failure> {
    let found = store.read(|sql| audit::verify(sql, agency))?;
    println!("{agency}: audit log of {} entries", found.entries);
    let Some(broken) = found.broken else { return Ok(0) };
    println!("{agency}: audit log damaged: {broken}");
    Ok(1)
}

fn check_documents(store: &Store, agency: AgencyId) -> Result<u64, Failure> {
    let (mut after, mut seen, mut damaged) = (DocumentId::NIL, 0_u64, 0);
    loop {
        let page = store.read::<_, StoreError>(|sql| documents::page(sql, agency, after, DOCUMENTS))?;
        let Some(last) = page.last() else { break };
        after = last.document;
        seen += page.len() as u64;
        for row in page {
            // As it stands now: phones may have written to it since the page was read.
            let found = store.read::<_, StoreError>(|sql| match documents::find(sql, agency, row.document)? {
                Some(row) => integrity::damage(sql, agency, &row),
                None => Ok(Some("its row is gone".to_owned())),
            })?;
            if let Some(why) = found {
                println!("{agency}: document {} damaged: {why}", row.document);
                damaged += 1;
            }
        }
    }
    println!("{agency}: {seen} documents");
    Ok(damaged)
}

fn check_blobs(store: &Store, folder: &BlobFolder, agency: AgencyId) -> Result<u64, Failure> {
    let (mut after, mut seen, mut damaged) = (Sha256([0; 32]), 0_u64, 0);
    loop {
        let page = store.read::<_, StoreError>(|sql| blobs::page(sql, agency, after, STRIDE))?;
        let Some(last) = page.last() else { break };
        after = *last;
        seen += page.len() as u64;
        for hash in page {
            if !matches!(folder.check(agency, hash), Ok(true)) {
                println!("{agency}: photo or video damaged or missing: {hash}");
                damaged += 1;
            }
        }
    }
    println!("{agency}: {seen} photos and videos");
    Ok(damaged)
}
