//! What a staff caller's token may do. Every route names the one scope it needs; nothing is allowed without.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// A name that is not a scope.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
#[error("there is no scope {0:?}")]
pub struct UnknownScope(pub String);

macro_rules! scopes {
    ($(#[doc = $says:literal] $name:ident = $text:literal,)*) => {
        /// One right of a staff caller.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub enum Scope {
            $(#[doc = $says] #[serde(rename = $text)] $name,)*
        }

        impl Scope {
            /// Every scope there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name, as tokens and the API write it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What it allows, as a sentence.
            pub fn says(self) -> &'static str {
                match self { $(Self::$name => $says.trim_ascii(),)* }
            }
        }
    };
}

scopes! {
    /// Read agency, officers, customers, sites, details, applications, assignments and rulings.
    RecordsRead = "records:read",
    /// Write agency, officers, customers, sites and details.
    RecordsWrite = "records:write",
    /// Award, order in, release, and link a shift log to an assignment.
    Assign = "assign",
    /// Rule on assignments.
    RulingsWrite = "rulings:write",
    /// Read facts, documents, photos and videos, and what is held for a person to look at.
    EvidenceRead = "evidence:read",
    /// Let a document go that was held for a person to look at.
    EvidenceRelease = "evidence:release",
    /// Write in the pass-on of a detail.
    NotesWrite = "notes:write",
    /// Read messages.
    MessagesRead = "messages:read",
    /// Write to officers.
    MessagesWrite = "messages:write",
    /// List devices, invite officers to enrol, revoke devices.
    Enrol = "enrol",
    /// Read how officers, customers and staff are reached.
    ContactsRead = "contacts:read",
    /// Write how they are reached.
    ContactsWrite = "contacts:write",
    /// Read what was told to whom.
    NoticesRead = "notices:read",
    /// Note that somebody acknowledged what they were told.
    NoticesWrite = "notices:write",
    /// See work that waits or is parked.
    JobsRead = "jobs:read",
    /// Have parked work tried again.
    JobsWrite = "jobs:write",
    /// Read what is known of officers: duty, leave, statuses, ranks, certifications; how fresh it is, and what ends soon.
    PersonnelRead = "personnel:read",
    /// Import what is known of officers.
    PersonnelWrite = "personnel:write",
    /// Read approvals.
    ApprovalsRead = "approvals:read",
    /// Ask for, sign and take back approvals.
    ApprovalsWrite = "approvals:write",
    /// Read the public register of approvals, and nothing else.
    RegisterRead = "register:read",
    /// Read rule sets and what they said.
    PolicyRead = "policy:read",
    /// Set rule sets.
    PolicyWrite = "policy:write",
    /// Let a rule's answer pass.
    PolicyOverride = "policy:override",
    /// Read tariffs, bills, invoices and the books.
    BillingRead = "billing:read",
    /// Set tariffs, begin runs of invoices, set how customers are invoiced and what stands on invoices.
    BillingWrite = "billing:write",
    /// Read the audit log and check its chain.
    AuditRead = "audit:read",
    /// Create, list and revoke tokens.
    TokensWrite = "tokens:write",
    /// See who signs in to the console.
    UsersRead = "users:read",
    /// Add people who sign in, set their roles, let them in anew, disable and unlock them.
    UsersWrite = "users:write",
    /// Set what the roles of the console may do.
    RolesWrite = "roles:write",
}

impl PartialSchema for Scope {
    fn schema() -> RefOr<Schema> {
        let names = Self::ALL.iter().map(|scope| scope.name());
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).into()
    }
}

impl ToSchema for Scope {}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Scope {
    type Err = UnknownScope;
    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        let found = Self::ALL.iter().find(|scope| scope.name() == text);
        found.copied().ok_or_else(|| UnknownScope(text.to_owned()))
    }
}

/// The scopes of one token.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Every scope there is.
    pub fn all() -> Self {
        Scope::ALL.iter().copied().collect()
    }

    /// Is the scope among them?
    pub fn allow(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// The first of `self` that is not among `other`.
    pub fn beyond(&self, other: &Self) -> Option<Scope> {
        self.0.difference(&other.0).next().copied()
    }

    /// Each, in the order in which they are declared.
    pub fn iter(&self) -> impl Iterator<Item = Scope> + '_ {
        self.0.iter().copied()
    }

    /// No scope at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

/// The names, separated by blanks: the form they are stored in.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(|scope| scope.name()).collect();
        f.write_str(&names.join(" "))
    }
}

/// Names separated by blanks or commas; `all` stands for every scope.
impl FromStr for Scopes {
    type Err = UnknownScope;
    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        if text.trim() == "all" {
            return Ok(Self::all());
        }
        text.split([' ', ',']).filter(|name| !name.is_empty()).map(Scope::from_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_survive_their_text() {
        let some: Scopes = [Scope::Assign, Scope::RecordsRead].into_iter().collect();
        assert_eq!(some.to_string().parse(), Ok(some));
        assert_eq!("all".parse(), Ok(Scopes::all()));
        assert_eq!(Scopes::all().to_string().parse(), Ok(Scopes::all()));
    }

    #[test]
    fn an_unknown_scope_is_refused_rather_than_dropped() {
        assert_eq!("assign,everything".parse::<Scopes>(), Err(UnknownScope("everything".into())));
    }

    #[test]
    fn a_set_knows_what_another_lacks() {
        let some: Scopes = [Scope::Assign].into_iter().collect();
        assert_eq!(some.beyond(&Scopes::all()), None);
        assert!(Scopes::all().beyond(&some).is_some());
        assert!(some.allow(Scope::Assign) && !some.allow(Scope::RecordsRead));
    }

    #[test]
    fn json_names_are_the_stored_names() {
        for scope in Scope::ALL {
            assert_eq!(serde_json::to_value(scope).unwrap(), serde_json::Value::from(scope.name()));
        }
    }
}
