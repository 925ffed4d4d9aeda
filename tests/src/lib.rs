//! The whole system proven together.
//!
//! A [`world::World`] is phones, coordinators and a server in one thread, on a simulated clock and network, driven by a seed.
//! [`simulation`] fills one with accidents; stories in `tests/it` play a certain evening in one. What must hold of it at every
//! step is in [`invariants`].
//!
//! | room | what lives there |
//! |---|---|
//! | [`entropy`], [`clock`], [`network`], [`trace`], [`tally`] | the ground a world stands on |
//! | [`server`], [`handset`], [`desk`], [`stranger`], [`hostile`] | who lives in it, all on the real core and the real server |
//! | [`exchange`], [`uploads`], [`officers`], [`coordinators`], [`house_rules`], [`postings`], [`evenings`], [`turns`], [`mishaps`], [`peace`] | what happens in it |
//! | [`witness`], [`readable`], [`holdings`], [`checks`], [`invariants`], [`fills`] | what is watched, from outside |
//! | [`runner`] | runs seeds and reports |
//! | [`pages`] | the console's pages, with an address at which each shows something |
//! | [`stage`] | a real server and real phones, for a browser that looks at the console |
//! | [`bench`] | measures the budgets against floors, with real processes over real HTTP |

#![allow(clippy::expect_used, reason = "a harness that meets the unexpected has failed, and says where")]

pub mod bench;
pub mod broken;
pub mod checks;
pub mod clock;
pub mod coordinators;
pub mod desk;
pub mod entropy;
pub mod evenings;
pub mod exchange;
pub mod fills;
pub mod handset;
pub mod holdings;
pub mod hostile;
pub mod house_rules;
pub mod invariants;
pub mod mishaps;
pub mod network;
pub mod officers;
pub mod pages;
pub mod peace;
pub mod postings;
pub mod readable;
pub mod runner;
pub mod server;
pub mod simulation;
pub mod stage;
pub mod stranger;
pub mod tally;
pub mod trace;
pub mod turns;
pub mod uploads;
pub mod witness;
pub mod world;
