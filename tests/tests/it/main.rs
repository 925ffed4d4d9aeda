//! The whole system: stories of single evenings, the simulation on many seeds, and proof that its checks can fail.

mod checks_can_fail;
mod simulation;
mod stories;
