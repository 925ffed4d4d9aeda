//! The accounts of the books, and how they are written.

use std::fmt;

use detailbook_core::ids::CustomerId;
use detailbook_core::pricing::BillKind;

/// An account.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Account {
    /// What a customer owes.
    Receivable(CustomerId),
    /// What details earned, by what it was for: `time`, `cancellation`.
    Revenue(String),
    /// Fees, by what they were for.
    Fees(String),
    /// Tax that is owed on, by the tariff's name for it.
    Tax(String),
}

/// How the accounts that customers owe on begin.
pub const RECEIVABLE: &str = "receivable/";

impl Account {
    /// Where a line of an invoice is credited.
    pub fn of_line(kind: BillKind, rules: &[String]) -> Self {
        match kind {
            BillKind::Time | BillKind::Cancellation => Self::Revenue(kind.name().to_owned()),
            BillKind::Admin | BillKind::Agency | BillKind::Coordinator | BillKind::Vehicle | BillKind::Equipment => {
                Self::Fees(kind.name().to_owned())
            }
            BillKind::Tax => Self::Tax(rules.join(" ")),
        }
    }

    /// The customer whose receivable is written so.
    pub fn customer(text: &str) -> Option<CustomerId> {
        text.strip_prefix(RECEIVABLE)?.parse().ok()
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Receivable(customer) => write!(f, "{RECEIVABLE}{customer}"),
            Self::Revenue(what) => write!(f, "revenue/{what}"),
            Self::Fees(what) => write!(f, "fees/{what}"),
            Self::Tax(what) => write!(f, "tax/{what}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receivable_is_found_again_by_its_name() {
        let customer = CustomerId::from_bytes([7; 16]);
        assert_eq!(Account::customer(&Account::Receivable(customer).to_string()), Some(customer));
        assert_eq!(Account::customer("revenue/time"), None);
    }
}
