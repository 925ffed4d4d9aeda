//! What people who sign in may do: six roles, each a set of scopes that an agency can edit.

use std::fmt;
use std::str::FromStr;

use detailbook_core::ids::AgencyId;
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::Refusal;
use serde_json::json;

use super::scope::{Scope, Scopes};
use super::users::{self, Hand};
use crate::audit::By;
use crate::problem::Problem;
use crate::store::{Sql, StoreError, permissions as rows, users as user_rows};

/// A text that is not a role.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not one of coordinator, supervisor, administrator, finance, dispatcher, auditor")]
pub struct NotARole;

/// As what somebody works in the console. (Signatures on approvals have roles of their own: [`super::roles`].)
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum StaffRole {
    /// Runs the day: posts details, fills them, rules on timesheets.
    Coordinator,
    /// Approves and overrides.
    Supervisor,
    /// Lets people in and sets what they may do.
    Administrator,
    /// Invoices customers, and reads what is billed and paid.
    Finance,
    /// Sees who is where, and writes to them.
    Dispatcher,
    /// Reads everything and writes nothing.
    Auditor,
}

impl StaffRole {
    /// Every role there is.
    pub const ALL: [Self; 6] =
        [Self::Coordinator, Self::Supervisor, Self::Administrator, Self::Finance, Self::Dispatcher, Self::Auditor];

    /// Its name, as it is stored and typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Coordinator => "coordinator",
            Self::Supervisor => "supervisor",
            Self::Administrator => "administrator",
            Self::Finance => "finance",
            Self::Dispatcher => "dispatcher",
            Self::Auditor => "auditor",
        }
    }

    /// Its name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Coordinator => "Coordinator",
            Self::Supervisor => "Supervisor",
            Self::Administrator => "Administrator",
            Self::Finance => "Finance",
            Self::Dispatcher => "Dispatcher",
            Self::Auditor => "Auditor",
        }
    }

    /// What it is for, in a few words.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Coordinator => "Runs the day: posts details, fills them, rules on timesheets.",
            Self::Supervisor => "Approves, overrides and rules.",
            Self::Administrator => "Lets people in and sets what they may do.",
            Self::Finance => "Invoices customers, and reads what is billed and paid.",
            Self::Dispatcher => "Sees who is where, and writes to them.",
            Self::Auditor => "Reads everything and changes nothing.",
        }
    }

    /// What it may do where the agency has not said otherwise.
    pub fn usual(self) -> Scopes {
        let scopes: &[Scope] = match self {
            Self::Coordinator => COORDINATOR,
            Self::Supervisor => SUPERVISOR,
            Self::Administrator => Scope::ALL,
            Self::Finance => FINANCE,
            Self::Dispatcher => DISPATCHER,
            Self::Auditor => AUDITOR,
        };
        scopes.iter().copied().collect()
    }
}

const COORDINATOR: &[Scope] = &[
    Scope::RecordsRead,
    Scope::RecordsWrite,
    Scope::Assign,
    Scope::RulingsWrite,
    Scope::EvidenceRead,
    Scope::EvidenceRelease,
    Scope::NotesWrite,
    Scope::MessagesRead,
    Scope::MessagesWrite,
    Scope::Enrol,
    Scope::ContactsRead,
    Scope::ContactsWrite,
    Scope::NoticesRead,
    Scope::NoticesWrite,
    Scope::JobsRead,
    Scope::PersonnelRead,
    Scope::ApprovalsRead,
    Scope::PolicyRead,
    Scope::BillingRead,
];

const SUPERVISOR: &[Scope] = &[
    Scope::RecordsRead,
    Scope::Assign,
    Scope::RulingsWrite,
    Scope::EvidenceRead,
    Scope::EvidenceRelease,
    Scope::NotesWrite,
    Scope::MessagesRead,
    Scope::MessagesWrite,
    Scope::ContactsRead,
    Scope::NoticesRead,
    Scope::JobsRead,
    Scope::PersonnelRead,
    Scope::ApprovalsRead,
    Scope::ApprovalsWrite,
    Scope::PolicyRead,
    Scope::PolicyOverride,
    Scope::AuditRead,
];

const FINANCE: &[Scope] = &[
    Scope::RecordsRead,
    Scope::EvidenceRead,
    Scope::ContactsRead,
    Scope::PersonnelRead,
    Scope::PolicyRead,
    Scope::BillingRead,
    Scope::BillingWrite,
];

const DISPATCHER: &[Scope] =
    &[Scope::RecordsRead, Scope::NotesWrite, Scope::MessagesRead, Scope::MessagesWrite, Scope::ContactsRead];

const AUDITOR: &[Scope] = &[
    Scope::RecordsRead,
    Scope::EvidenceRead,
    Scope::MessagesRead,
    Scope::ContactsRead,
    Scope::NoticesRead,
    Scope::JobsRead,
    Scope::PersonnelRead,
    Scope::ApprovalsRead,
    Scope::RegisterRead,
    Scope::PolicyRead,
    Scope::BillingRead,
    Scope::AuditRead,
    Scope::UsersRead,
];

impl fmt::Display for StaffRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for StaffRole {
    type Err = NotARole;
    fn from_str(text: &str) -> Result<Self, NotARole> {
        Self::ALL.into_iter().find(|role| role.name() == text).ok_or(NotARole)
    }
}

/// What a role may do in one agency.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Permissions {
    /// The role.
    pub role: StaffRole,
    /// What it may do.
    pub scopes: Scopes,
    /// Its holders sign in with a second step.
    pub second_step: bool,
    /// When the agency set it; absent: it is as usual.
    pub changed_at: Option<UnixMillis>,
}

impl Permissions {
    /// What they are at once: a form carries it, so that nobody sets a role over another's change unseen.
    pub fn digest(&self) -> Sha256 {
        Sha256::of(format!("{} {}", self.second_step, self.scopes).as_bytes())
    }

    /// Do they let people in and set what these may do? Whoever does is an administrator, whatever their role is called.
    pub fn lets_people_in(&self) -> bool {
        self.scopes.allow(Scope::UsersWrite) && self.scopes.allow(Scope::RolesWrite)
    }
}

/// What the role may do in the agency.
pub fn of(sql: &mut dyn Sql, agency: AgencyId, role: StaffRole) -> Result<Permissions, StoreError> {
    let set = rows::get(sql, agency, role)?;
    Ok(set.unwrap_or_else(|| Permissions { role, scopes: role.usual(), second_step: true, changed_at: None }))
}

/// Sets what a role may do: nothing that the editor may not, and never a role that may do more than they. Everybody of the role
/// signs in anew; the editor's own session is for the caller to renew.
pub fn set(
    sql: &mut dyn Sql,
    by: &By<'_>,
    hand: Hand<'_>,
    role: StaffRole,
    scopes: Scopes,
    second_step: bool,
) -> Result<(), Problem> {
    let before = of(sql, by.agency, role)?;
    hand.covers(&before.scopes)?;
    hand.covers(&scopes)?;
    if scopes.is_empty() {
        return Err(Problem::invalid("scope", "must hold at least one right"));
    }
    let after = Permissions { role, scopes, second_step, changed_at: Some(by.now) };
    if (&before.scopes, before.second_step) == (&after.scopes, after.second_step) {
        return Ok(());
    }
    keeping_an_administrator(sql, by.agency, |sql| Ok(rows::put(sql, by.agency, &after, by.now)?))?;
    for user in user_rows::of_role(sql, by.agency, role)? {
        users::end_sessions(sql, by.agency, user, hand.session())?;
    }
    let told = |it: &Permissions| json!({ "scopes": it.scopes, "second_step": it.second_step });
    by.note(sql, "role.set", role, &json!({ "before": told(&before), "after": told(&after) }))?;
    Ok(())
}

/// Makes a change unless after it nobody could let anybody in any more.
pub(super) fn keeping_an_administrator<T>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    change: impl FnOnce(&mut dyn Sql) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let had = has_administrator(sql, agency)?;
    let done = change(sql)?;
    if had && !has_administrator(sql, agency)? {
        let reason =
            "After that nobody could let anybody in or set what they may do. Give another person that right first.";
        return Err(Problem::new(Refusal::Conflict, reason));
    }
    Ok(done)
}

/// Can somebody who can sign in let people in and set what they may do?
pub(super) fn has_administrator(sql: &mut dyn Sql, agency: AgencyId) -> Result<bool, StoreError> {
    for role in user_rows::roles_in_use(sql, agency)? {
        if of(sql, agency, role)?.lets_people_in() {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_survive_their_names() {
        for role in StaffRole::ALL {
            assert_eq!(role.name().parse(), Ok(role));
            assert!(!role.usual().is_empty());
        }
        assert_eq!("chief".parse::<StaffRole>(), Err(NotARole));
    }

    #[test]
    fn only_the_administrator_lets_people_in() {
        for role in StaffRole::ALL {
            let lets_in = [Scope::UsersWrite, Scope::RolesWrite, Scope::TokensWrite];
            let may = lets_in.iter().any(|scope| role.usual().allow(*scope));
            assert_eq!(may, role == StaffRole::Administrator, "{role}");
        }
    }

    #[test]
    fn an_auditor_only_reads() {
        for scope in StaffRole::Auditor.usual().iter() {
            assert!(scope.name().ends_with(":read"), "{scope}");
        }
    }
}
