//! The agency, its officers, its customers and their sites, as staff write them.

use detailbook_core::entropy::Entropy;
use detailbook_core::geo::Fence;
use detailbook_core::ids::{AgencyId, CustomerId, OfficerId, RecordId, SiteId};
use detailbook_core::records::{Agency, Customer, Officer, Placement, Site};
use detailbook_core::time::Zone;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::audit::By;
use crate::filing::{self, Filed};
use crate::problem::Problem;
use crate::scheduling;
use crate::store::audience::{self, Audience};
use crate::store::{Sql, StoreError, agency as agencies, employee_numbers};
use crate::words;

/// The agency's settings as staff write them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgencyDraft {
    /// Its name.
    pub name: String,
    /// The zone its pay days are counted in.
    pub zone: Zone,
}

/// An officer as staff write them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficerDraft {
    /// Name as the agency writes it.
    pub name: String,
    /// The agency's employee number.
    #[serde(default)]
    pub employee_number: String,
    /// The agency's rank code.
    #[serde(default)]
    pub rank: String,
}

/// A customer as staff write it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerDraft {
    /// Its name.
    pub name: String,
    /// The agency's number for it.
    #[serde(default)]
    pub number: String,
}

/// A site as staff write it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteDraft {
    /// Whose it is.
    pub customer: CustomerId,
    /// What people call it.
    pub name: String,
    /// Street address.
    #[serde(default)]
    pub address: String,
    /// The fence.
    pub fence: Fence,
    /// How the coordinates came about.
    pub placement: Placement,
}

/// What staff write of a record: all but its id.
pub trait Draft: Serialize {
    /// The record's own id.
    type Id: Copy + Into<RecordId> + ToString;
    /// The record.
    type Record: Filed + Serialize;
    /// What the audit log calls it.
    const NAME: &'static str;

    /// Draws a new id.
    fn new_id(by: &By<'_>, entropy: &mut dyn Entropy) -> Self::Id;
    /// The record, if everything in the draft is right.
    fn record(&self, sql: &mut dyn Sql, agency: AgencyId, id: Self::Id) -> Result<Self::Record, Problem>;
    /// Keeps the read tables of what was written, new or changed.
    fn keep(_sql: &mut dyn Sql, _agency: AgencyId, _record: &Self::Record) -> Result<(), StoreError> {
        Ok(())
    }
    /// What else a new one needs.
    fn enter(_sql: &mut dyn Sql, _by: &By<'_>, _id: Self::Id) -> Result<(), Problem> {
        Ok(())
    }
}

impl Draft for OfficerDraft {
    type Id = OfficerId;
    type Record = Officer;
    const NAME: &'static str = "officer";

    fn new_id(by: &By<'_>, entropy: &mut dyn Entropy) -> OfficerId {
        OfficerId::new(by.now, entropy)
    }

    fn record(&self, sql: &mut dyn Sql, agency: AgencyId, id: OfficerId) -> Result<Officer, Problem> {
        let employee_number = words::optional_line("employee_number", &self.employee_number)?;
        let holder = employee_numbers::holder(sql, agency, &employee_number)?;
        if holder.is_some_and(|holder| holder != id) {
            return Err(Problem::conflict("Another officer has that employee number."));
        }
        Ok(Officer {
            id,
            name: words::line("name", &self.name)?,
            employee_number,
            rank: words::optional_line("rank", &self.rank)?,
        })
    }

    /// Every officer sees what all see, and what is theirs.
    fn enter(sql: &mut dyn Sql, by: &By<'_>, id: OfficerId) -> Result<(), Problem> {
        audience::join(sql, by.agency, id, &Audience::Agency)?;
        audience::join(sql, by.agency, id, &Audience::Officer(id))?;
        Ok(scheduling::tell_newcomer(sql, by, id)?)
    }

    fn keep(sql: &mut dyn Sql, agency: AgencyId, officer: &Officer) -> Result<(), StoreError> {
        employee_numbers::put(sql, agency, officer.id, &officer.employee_number)
    }
}

impl Draft for CustomerDraft {
    type Id = CustomerId;
    type Record = Customer;
    const NAME: &'static str = "customer";

    fn new_id(by: &By<'_>, entropy: &mut dyn Entropy) -> CustomerId {
        CustomerId::new(by.now, entropy)
    }

    fn record(&self, _: &mut dyn Sql, _: AgencyId, id: CustomerId) -> Result<Customer, Problem> {
        let name = words::line("name", &self.name)?;
        Ok(Customer { id, name, number: words::optional_line("number", &self.number)? })
    }
}

impl Draft for SiteDraft {
    type Id = SiteId;
    type Record = Site;
    const NAME: &'static str = "site";

    fn new_id(by: &By<'_>, entropy: &mut dyn Entropy) -> SiteId {
        SiteId::new(by.now, entropy)
    }

    fn record(&self, sql: &mut dyn Sql, agency: AgencyId, id: SiteId) -> Result<Site, Problem> {
        filing::named::<Customer>(sql, agency, "customer", self.customer)?;
        self.fence.validate().map_err(|why| Problem::invalid("fence", &why.to_string()))?;
        Ok(Site {
            id,
            customer: self.customer,
            name: words::line("name", &self.name)?,
            address: words::optional_line("address", &self.address)?,
            fence: self.fence.clone(),
            placement: self.placement,
        })
    }
}

/// Enters a new record.
pub fn create<D: Draft>(
    sql: &mut dyn Sql,
    by: &By<'_>,
    id: Option<D::Id>,
    draft: &D,
    entropy: &mut dyn Entropy,
) -> Result<D::Id, Problem> {
    let id = id.unwrap_or_else(|| D::new_id(by, entropy));
    filing::free::<D::Record>(sql, by.agency, id)?;
    let record = draft.record(sql, by.agency, id)?;
    filing::put(sql, by, id, &record)?;
    D::keep(sql, by.agency, &record)?;
    D::enter(sql, by, id)?;
    by.note(sql, &format!("{}.create", D::NAME), id, &json!({ "after": record }))?;
    Ok(id)
}

/// Changes a record.
pub fn edit<D: Draft>(sql: &mut dyn Sql, by: &By<'_>, id: D::Id, version: i64, draft: &D) -> Result<(), Problem> {
    let stored = filing::get::<D::Record>(sql, by.agency, id)?;
    filing::same_version(&stored, version)?;
    let after = draft.record(sql, by.agency, id)?;
    filing::put(sql, by, id, &after)?;
    D::keep(sql, by.agency, &after)?;
    let detail = json!({ "before": stored.record, "after": after });
    by.note(sql, &format!("{}.edit", D::NAME), id, &detail)?;
    Ok(())
}

/// Writes the agency's settings: for the first time where `version` is absent.
pub fn set_agency(sql: &mut dyn Sql, by: &By<'_>, version: Option<i64>, draft: &AgencyDraft) -> Result<(), Problem> {
    let after = Agency { id: by.agency, name: words::line("name", &draft.name)?, zone: draft.zone };
    let before = match version {
        None => {
            filing::free::<Agency>(sql, by.agency, by.agency)?;
            None
        }
        Some(version) => {
            let stored = filing::get::<Agency>(sql, by.agency, by.agency)?;
            filing::same_version(&stored, version)?;
            Some(stored.record)
        }
    };
    filing::put(sql, by, by.agency, &after)?;
    by.note(sql, "agency.set", by.agency, &json!({ "before": before, "after": after }))?;
    Ok(())
}

/// Enters a new agency with its settings.
pub fn create_agency(sql: &mut dyn Sql, by: &By<'_>, draft: &AgencyDraft) -> Result<(), Problem> {
    if agencies::head(sql, by.agency)?.is_some() {
        return Err(Problem::conflict("There is already an agency with that id."));
    }
    agencies::create(sql, by.agency, by.now)?;
    set_agency(sql, by, None, draft)
}
