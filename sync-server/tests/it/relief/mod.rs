//! The stories of officers who cannot come or do not, and of those who come instead.

mod calling_off;
pub(crate) mod crew;
mod given;
mod noticing;
mod releasing;
mod reminding;
mod restarting;
mod trading;
mod watching;
