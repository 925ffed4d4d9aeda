//! The roles in which whoever holds a token signs approvals: nobody signs as the chief whose token does not say so.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::words;

/// Stands for every role.
const EVERY: &str = "*";
/// Roles of one token at most.
const MOST: usize = 50;

/// The roles of one token.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct Roles(BTreeSet<String>);

impl Roles {
    /// Every role there is or will be.
    pub fn every() -> Self {
        Self(BTreeSet::from([EVERY.to_owned()]))
    }

    /// Is the role among them?
    pub fn allow(&self, role: &str) -> bool {
        self.0.contains(EVERY) || self.0.contains(role)
    }

    /// The first of `self` that `other` does not allow.
    pub fn beyond<'a>(&'a self, other: &Self) -> Option<&'a str> {
        self.0.iter().map(String::as_str).find(|role| !other.allow(role))
    }

    /// Each as a line, blanks around it dropped, or what is wrong with one.
    pub fn checked(&self) -> Result<Self, Problem> {
        if self.0.len() > MOST {
            return Err(Problem::invalid("roles", "must be at most 50"));
        }
        self.0.iter().map(|role| words::line("roles", role)).collect::<Result<_, _>>().map(Self)
    }

    /// The form that they are stored in.
    pub(crate) fn to_text(&self) -> String {
        self.0.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    /// Reads what [`Self::to_text`] writes.
    pub(crate) fn of_text(text: &str) -> Self {
        text.lines().filter(|role| !role.is_empty()).collect()
    }
}

impl<'a> FromIterator<&'a str> for Roles {
    fn from_iter<I: IntoIterator<Item = &'a str>>(roles: I) -> Self {
        Self(roles.into_iter().map(str::to_owned).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_survive_their_text_and_allow_themselves_only() {
        let some: Roles = ["chief", "city administrator"].into_iter().collect();
        assert_eq!(Roles::of_text(&some.to_text()), some);
        assert_eq!(Roles::of_text(""), Roles::default());
        assert!(some.allow("chief") && !some.allow("Chief") && !some.allow("*"));
        assert!(Roles::every().allow("anybody"));
    }

    #[test]
    fn nobody_has_roles_beyond_every_role() {
        let (chief, every): (Roles, _) = (["chief"].into_iter().collect(), Roles::every());
        assert_eq!((chief.beyond(&every), every.beyond(&chief)), (None, Some("*")));
        assert_eq!(chief.beyond(&Roles::default()), Some("chief"));
        assert!(["a\nb"].into_iter().collect::<Roles>().checked().is_err());
    }
}
