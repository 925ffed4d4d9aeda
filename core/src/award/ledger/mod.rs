//! The opportunity ledger: who was offered what, what became of it, and what is charged for it.
//!
//! An entry says what happened and is never edited. A [`Contract`] says what each happening charges; what an officer stands at
//! is a fold over the entries ([`Standings::as_of`]).

mod contract;
mod entry;
mod job;
mod penalty;
mod rotation;
mod standing;

pub use contract::{Charge, ChargeRule, Contract, Every, PointRule, ResetRule, Sets, When};
pub use entry::{Entry, EntryKind, Happening};
pub use job::Job;
pub use penalty::{
    Conduct, CoolDown, Foreseen, LateCancel, NoShowLadder, Restriction, Rung, Term, penalties, restrictions,
};
pub use rotation::{Member, RotationRule, rotation};
pub use standing::{ListCharge, ORDERS, Standing, Standings};
