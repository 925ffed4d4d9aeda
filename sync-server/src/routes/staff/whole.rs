//! What is no record and is written whole, such as an officer's service: a writing names the version that it was made on, so that of two
//! people who write at once none overwrites the other unseen.

use detailbook_core::ids::RecordId;

use super::answer::{Answer, Reply};
use super::request::Request;
use crate::problem::Problem;
use crate::store::{Sql, edit_versions};

/// Something of an agency that is written whole: its name, and whose it is.
#[derive(Clone, Copy)]
pub(super) struct Whole {
    what: &'static str,
    subject: RecordId,
}

impl Whole {
    pub(super) fn new(what: &'static str, subject: impl Into<RecordId>) -> Self {
        Self { what, subject: subject.into() }
    }

    /// The answer, with the version in its head.
    pub(super) fn shown(self, sql: &mut dyn Sql, request: &Request, reply: Reply) -> Answer {
        let version = edit_versions::get(sql, request.token.agency, self.what, self.subject)?;
        Ok(Reply { headers: vec![("etag", format!("\"{version}\""))], ..reply })
    }

    /// Takes a writing that was made on the version there is, and refuses any other.
    pub(super) fn edit(self, sql: &mut dyn Sql, request: &Request) -> Result<(), Problem> {
        let named: i64 = request.filter("version")?.ok_or_else(|| Problem::invalid("version", "is missing"))?;
        let found = edit_versions::get(sql, request.token.agency, self.what, self.subject)?;
        if found != named {
            return Err(Problem::conflict(format!("This was changed meanwhile: the version is {found}, not {named}.")));
        }
        Ok(edit_versions::raise(sql, request.token.agency, self.what, self.subject)?)
    }
}
