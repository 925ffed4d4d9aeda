//! The agency's records by type: where each is kept and which phones see it. The one place that decides audiences.

use detailbook_core::ids::{AgencyId, DetailId, DocumentId, OfficerId, RecordId, SiteId};
use detailbook_core::records::{
    Agency, Application, Assignment, AssignmentState, Customer, Detail, DetailState, Message, Notice, Officer,
    RecordKind, Ruling, Site,
};
use detailbook_core::staffing::{AskState, CallingOff, OwnOpening, ReliefAsk, Request, Trade};

use minicbor::{Decode, Encode};

use crate::audit::By;
use crate::policy::phones;
use crate::problem::Problem;
use crate::scheduling::{relief, trade};
use crate::store::audience::{self, Audience};
use crate::store::postings::{self, Shown};
use crate::store::records::{self, Stored};
use crate::store::{Sql, StoreError, detail_times, documents};
use crate::timesheets;

/// A record with a place of its own.
pub trait Filed: Encode<()> + for<'b> Decode<'b, ()> {
    /// Its kind.
    const KIND: RecordKind;
    /// Who sees it on a phone.
    fn audiences(&self, sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<Audience>, StoreError>;
    /// Notes what lists are read from, where the record has such a table.
    fn note(&self, _: &mut dyn Sql, _: AgencyId) -> Result<(), StoreError> {
        Ok(())
    }
}

macro_rules! filed {
    ($($record:ident, |$it:ident| $audiences:expr;)*) => {$(
        impl Filed for $record {
            const KIND: RecordKind = RecordKind::$record;
            fn audiences(&self, _: &mut dyn Sql, _: AgencyId) -> Result<Vec<Audience>, StoreError> {
                let $it = self;
                Ok($audiences)
            }
        }
    )*};
}

impl Filed for Detail {
    const KIND: RecordKind = RecordKind::Detail;
    fn audiences(&self, sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<Audience>, StoreError> {
        detail_audiences(sql, agency, self.id, self.state == DetailState::Open)
    }
    fn note(&self, sql: &mut dyn Sql, agency: AgencyId) -> Result<(), StoreError> {
        detail_times::put(sql, agency, self)
    }
}

/// Who sees a detail: while it is on offer, whom its posting has been opened to, or everybody where it has none.
pub fn detail_audiences(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
    on_offer: bool,
) -> Result<Vec<Audience>, StoreError> {
    let (mut audiences, asked) = (vec![Audience::Detail(detail)], relief::asked(sql, agency, detail)?);
    audiences.extend(asked.officers.into_iter().map(Audience::Officer));
    audiences.extend(trade::offered_to(sql, agency, detail)?.into_iter().map(Audience::Officer));
    let on_offer = on_offer || asked.all;
    match postings::shown(sql, agency, detail)? {
        _ if !on_offer => {}
        None | Some(Shown::ToAll) => return Ok(vec![Audience::Agency]),
        Some(Shown::ToGroups(groups)) => audiences.extend(groups.into_iter().map(Audience::Group)),
    }
    Ok(audiences)
}

impl Filed for ReliefAsk {
    const KIND: RecordKind = RecordKind::ReliefAsk;
    fn audiences(&self, sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<Audience>, StoreError> {
        match (self.officer, self.state) {
            (Some(officer), _) => Ok(vec![Audience::Officer(officer)]),
            (None, AskState::Open) => offered_to(sql, agency, self.detail),
            (None, _) => Ok(vec![]),
        }
    }
}

/// Who may work a detail, as far as it was ever shown to anybody.
fn offered_to(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId) -> Result<Vec<Audience>, StoreError> {
    Ok(match postings::shown(sql, agency, detail)? {
        None | Some(Shown::ToAll) => vec![Audience::Agency],
        Some(Shown::ToGroups(groups)) => groups.into_iter().map(Audience::Group).collect(),
    })
}

/// The officers who may work a detail, as far as it was ever shown to anybody.
pub fn who_may_work(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId) -> Result<Vec<OfficerId>, StoreError> {
    match postings::shown(sql, agency, detail)? {
        None | Some(Shown::ToAll) => records::ids(sql, agency, RecordKind::Officer),
        Some(Shown::ToGroups(groups)) => {
            let mut officers = Vec::new();
            for group in groups {
                officers.extend(audience::members(sql, agency, &Audience::Group(group))?);
            }
            officers.sort_unstable();
            officers.dedup();
            Ok(officers)
        }
    }
}

filed! {
    CallingOff, |it| vec![Audience::Officer(it.officer)];
    Trade, |it| vec![Audience::Officer(it.from), Audience::Officer(it.to)];
    Agency, |_it| vec![Audience::Agency];
    Officer, |it| vec![Audience::Officer(it.id)];
    Customer, |_it| vec![];
    Site, |_it| vec![Audience::Agency];
    Assignment, |it| match it.state {
        AssignmentState::Active => vec![Audience::Officer(it.officer), Audience::Detail(it.detail)],
        AssignmentState::Released => vec![Audience::Officer(it.officer)],
    };
    OwnOpening, |it| vec![Audience::Officer(it.officer)];
    Application, |it| vec![Audience::Officer(it.officer)];
    Request, |_it| vec![];
    Notice, |it| vec![Audience::Officer(it.officer)];
    Message, |it| vec![it.officer.map_or(Audience::Agency, Audience::Officer)];
}

/// Writes a record for its usual audiences. Gives its new version.
pub fn put<R: Filed>(sql: &mut dyn Sql, by: &By<'_>, id: impl Into<RecordId>, record: &R) -> Result<i64, StoreError> {
    let (id, audiences) = (id.into(), record.audiences(sql, by.agency)?);
    refresh_phones(sql, by, R::KIND, id, &audiences)?;
    record.note(sql, by.agency)?;
    let version = records::put(sql, by.agency, by.now, R::KIND, id, record, &audiences)?;
    if R::KIND == RecordKind::Site && version > 1 {
        // Whether a punch was inside of the fence is a flag of its timesheet.
        timesheets::moved(sql, by.agency, SiteId::from_bytes(*id.as_bytes()), by.now)?;
    }
    Ok(version)
}

/// What the rules know of an officer follows from these records: phones are told soon.
fn refresh_phones(
    sql: &mut dyn Sql,
    by: &By<'_>,
    kind: RecordKind,
    id: RecordId,
    audiences: &[Audience],
) -> Result<(), StoreError> {
    match kind {
        RecordKind::Detail => phones::refresh_detail(sql, by, DetailId::from_bytes(*id.as_bytes())),
        RecordKind::Assignment | RecordKind::Application => audiences.iter().try_for_each(|audience| match audience {
            Audience::Officer(officer) => phones::refresh(sql, by, *officer),
            _ => Ok(()),
        }),
        _ => Ok(()),
    }
}

/// Writes a ruling, which its officer sees.
pub fn put_ruling(sql: &mut dyn Sql, by: &By<'_>, ruling: &Ruling, of: &Assignment) -> Result<i64, StoreError> {
    let audiences = [Audience::Officer(of.officer)];
    phones::refresh(sql, by, of.officer)?;
    records::put(sql, by.agency, by.now, RecordKind::Ruling, ruling.id, ruling, &audiences)
}

/// A record of the agency, or that there is none.
pub fn get<R: Filed>(sql: &mut dyn Sql, agency: AgencyId, id: impl Into<RecordId>) -> Result<Stored<R>, Problem> {
    records::get(sql, agency, R::KIND, id)?.ok_or_else(Problem::not_found)
}

/// A record that a field of the request names, or that the field is wrong.
pub fn named<R: Filed>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    field: &str,
    id: impl Into<RecordId>,
) -> Result<Stored<R>, Problem> {
    records::get(sql, agency, R::KIND, id)?.ok_or_else(|| Problem::invalid(field, "there is no such record"))
}

/// Refuses an edit that was made on another version than the one there is.
pub fn same_version<R>(stored: &Stored<R>, version: i64) -> Result<(), Problem> {
    if stored.version == version {
        return Ok(());
    }
    Err(Problem::conflict(format!("This was changed meanwhile: the version is {}, not {version}.", stored.version)))
}

/// Refuses an id that is taken.
pub fn free<R: Filed>(sql: &mut dyn Sql, agency: AgencyId, id: impl Into<RecordId>) -> Result<(), Problem> {
    match records::get::<R>(sql, agency, R::KIND, id)? {
        None => Ok(()),
        Some(_) => Err(Problem::conflict("There is already a record with that id.")),
    }
}

/// Refuses an id that a document has: phones choose the ids of shift logs that they begin.
pub fn free_document(sql: &mut dyn Sql, agency: AgencyId, id: impl Into<DocumentId>) -> Result<(), Problem> {
    match documents::find(sql, agency, id.into())? {
        None => Ok(()),
        Some(_) => Err(Problem::conflict("There is already a document with that id.")),
    }
}
