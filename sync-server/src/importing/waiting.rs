//! Files that wait until somebody has seen what they would do. Who sent one, who threw it away and who had it written is noted.

use detailbook_core::ids::{AgencyId, RecordId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::{Millis, UnixMillis};
use serde_json::{Value, json};

use super::line::Counts;
use crate::audit::By;
use crate::problem::Problem;
use crate::store::Sql;
use crate::store::import_files::{self, ImportFile};

/// How long a file waits.
const WAITS: Millis = Millis::from_hours(24);

/// Keeps a file that was sent in, and throws away those that waited too long.
pub fn take_in(sql: &mut dyn Sql, by: &By<'_>, file: &ImportFile) -> Result<(), Problem> {
    import_files::remove_before(sql, by.agency, by.now - WAITS)?;
    import_files::insert(sql, by.agency, file)?;
    by.note(sql, "import.send", file.id, &about(file))?;
    Ok(())
}

/// A file that still waits.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, id: RecordId, now: UnixMillis) -> Result<ImportFile, Problem> {
    let found = import_files::get(sql, agency, id)?.filter(|file| file.sent_at >= now - WAITS);
    found.ok_or_else(Problem::not_found)
}

/// The files that still wait, the newest first, without what is in them.
pub fn all(sql: &mut dyn Sql, agency: AgencyId, now: UnixMillis) -> Result<Vec<ImportFile>, Problem> {
    let mut files = import_files::waiting(sql, agency)?;
    files.retain(|file| file.sent_at >= now - WAITS);
    Ok(files)
}

/// Throws a file away.
pub fn leave(sql: &mut dyn Sql, by: &By<'_>, file: &ImportFile) -> Result<(), Problem> {
    if import_files::remove(sql, by.agency, file.id)? {
        by.note(sql, "import.leave", file.id, &about(file))?;
    }
    Ok(())
}

/// Notes that what was shown of a file was written.
pub(super) fn note_taken(
    sql: &mut dyn Sql,
    by: &By<'_>,
    file: &ImportFile,
    what: &str,
    counts: Counts,
) -> Result<(), Problem> {
    let mut noted = about(file);
    noted["counts"] = json!(counts);
    Ok(by.note(sql, &format!("import.{what}"), file.id, &noted)?)
}

fn about(file: &ImportFile) -> Value {
    let content = Sha256::of(&file.body).to_string();
    json!({ "what": file.what, "file": file.name, "sha256": content, "sent_by": file.sent_by })
}
