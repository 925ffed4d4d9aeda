//! The books of an agency, by double entry: every posting's entries sum to zero, and so do the books. Nothing is ever changed; what was
//! wrong is posted back.

mod account;

use detailbook_core::ids::AgencyId;
use detailbook_core::money::Cents;

pub use account::{Account, RECEIVABLE};

use crate::audit::By;
use crate::store::books::{self, Balance, PostingRow};
use crate::store::{Sql, StoreError};

/// What is to be posted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Posting {
    /// For which day, counted from 1970-01-01.
    pub day: i64,
    /// Why, such as `invoice 12`: each cause is posted once.
    pub cause: String,
    /// The invoice or credit memo it is of.
    pub invoice: Option<i64>,
    /// What moves: debits positive, credits negative.
    pub entries: Vec<(Account, Cents)>,
}

/// Why something cannot be posted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unposted {
    /// The entries do not sum to zero.
    #[error("a posting that does not balance")]
    Unbalanced,
    /// A sum is too large to hold.
    #[error("a posting too large to hold")]
    TooLarge,
}

impl Posting {
    /// Its entries, one an account, without those of nothing; and what is debited and credited in all.
    pub fn balanced(&self) -> Result<Balanced, Unposted> {
        let mut sums = std::collections::BTreeMap::<&Account, Cents>::new();
        for (account, amount) in &self.entries {
            let sum = sums.entry(account).or_default();
            *sum = sum.checked_add(*amount).ok_or(Unposted::TooLarge)?;
        }
        let moved = sums.into_iter().filter(|(_, amount)| *amount != Cents::ZERO);
        let entries: Vec<_> = moved.map(|(account, amount)| (account.to_string(), amount)).collect();
        let of = |debits: bool| {
            let side = entries.iter().map(|entry| entry.1).filter(|amount| (amount.0 > 0) == debits);
            Cents::checked_sum(side).ok_or(Unposted::TooLarge)
        };
        let (debits, credits) = (of(true)?, of(false)?);
        match debits.checked_add(credits) {
            Some(Cents::ZERO) => Ok(Balanced { entries, debits, credits }),
            _ => Err(Unposted::Unbalanced),
        }
    }
}

/// A posting that balances.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Balanced {
    /// Its entries, in order of their accounts.
    pub entries: Vec<(String, Cents)>,
    /// All that is debited.
    pub debits: Cents,
    /// All that is credited: as much, and negative.
    pub credits: Cents,
}

/// Posts, under the agency's lock; what does not balance undoes the transaction. Gives the posting's number, or none where nothing moves.
pub fn post(sql: &mut dyn Sql, by: &By<'_>, posting: &Posting) -> Result<Option<i64>, StoreError> {
    let balanced = posting.balanced().map_err(|why| {
        tracing::error!(%why, cause = posting.cause, "nothing was posted");
        StoreError::Misused("a posting that does not balance")
    })?;
    if !sql.holds_agency(by.agency) {
        return Err(StoreError::Misused("a posting without the agency's lock"));
    }
    if balanced.entries.is_empty() {
        return Ok(None);
    }
    let number = books::next_posting(sql, by.agency)?;
    let (day, cause, invoice) = (posting.day, posting.cause.clone(), posting.invoice);
    let row = PostingRow { posting: number, at: by.now, day, cause, invoice };
    books::insert(sql, by.agency, &row, &balanced.entries, (balanced.debits, balanced.credits))?;
    Ok(Some(number))
}

/// What stands on every account, and what they sum to, which is zero.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrialBalance {
    /// The accounts, in order.
    pub accounts: Vec<Balance>,
    /// All that was debited.
    pub debits: Cents,
    /// All that was credited, as a negative sum.
    pub credits: Cents,
    /// What is wrong with the books; empty where all is well.
    pub faults: Vec<String>,
}

/// The trial balance. The books are checked while it is drawn up: every posting, and that what is kept of an account is what its
/// entries come to.
pub fn trial_balance(sql: &mut dyn Sql, agency: AgencyId) -> Result<TrialBalance, StoreError> {
    let (accounts, reckoned) = (books::balances(sql, agency, "")?, books::reckoned(sql, agency)?);
    let mut faults: Vec<String> = Vec::new();
    faults.extend(books::unbalanced(sql, agency)?.iter().map(|posting| format!("Posting {posting} does not balance.")));
    if accounts != reckoned {
        faults.push("What is kept of the accounts is not what their entries come to.".to_owned());
    }
    let sum = |of: fn(&Balance) -> Cents| Cents::checked_sum(accounts.iter().map(of));
    let too_large = StoreError::Unstorable("a sum of the books");
    let (Some(debits), Some(credits)) = (sum(|it| it.debits), sum(|it| it.credits)) else { return Err(too_large) };
    if debits.checked_add(credits) != Some(Cents::ZERO) {
        faults.push("The books do not sum to zero.".to_owned());
    }
    Ok(TrialBalance { accounts, debits, credits, faults })
}

impl Balance {
    /// What stands on it: debits less credits.
    pub fn amount(&self) -> Cents {
        self.debits.checked_add(self.credits).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use detailbook_core::ids::CustomerId;
    use proptest::prelude::*;

    use super::*;

    fn posting(entries: Vec<(Account, i64)>) -> Posting {
        let entries = entries.into_iter().map(|(account, cents)| (account, Cents(cents))).collect();
        Posting { day: 0, cause: "a test".to_owned(), invoice: None, entries }
    }

    fn owed() -> Account {
        Account::Receivable(CustomerId::NIL)
    }

    #[test]
    fn entries_of_an_account_are_one_and_those_of_nothing_none() {
        let time = || Account::Revenue("time".to_owned());
        let made =
            posting(vec![(owed(), 300), (time(), -100), (time(), -200), (Account::Tax("x".into()), 0)]).balanced();
        let made = made.unwrap();
        assert_eq!(made.entries.len(), 2);
        assert_eq!((made.debits, made.credits), (Cents(300), Cents(-300)));
    }

    #[test]
    fn what_does_not_balance_or_cannot_be_held_is_refused() {
        assert_eq!(posting(vec![(owed(), 1)]).balanced(), Err(Unposted::Unbalanced));
        let max = vec![(owed(), i64::MAX), (owed(), 1)];
        assert_eq!(posting(max).balanced(), Err(Unposted::TooLarge));
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_sums_to_zero(amounts in prop::collection::vec((0..4u8, any::<i64>()), 0..8)) {
            let account = |n: u8| match n {
                0 => owed(),
                n => Account::Revenue(n.to_string()),
            };
            let made = posting(amounts.iter().map(|(n, amount)| (account(*n), *amount)).collect()).balanced();
            let exact: i128 = amounts.iter().map(|(_, amount)| i128::from(*amount)).sum();
            if let Ok(made) = made {
                prop_assert_eq!(exact, 0);
                prop_assert_eq!(Cents::checked_sum(made.entries.iter().map(|entry| entry.1)), Some(Cents::ZERO));
            }
        }
    }
}
