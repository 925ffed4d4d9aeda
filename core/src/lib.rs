//! Detailbook's shared core: what an officer's phone and the agency's server must agree on.
//!
//! Everything here but [`device`] is a pure function of its arguments: no clock, no randomness, no sockets, no threads.
//! The same code advises on the phone and decides on the server.
//!
//! | room | what lives there |
//! |---|---|
//! | [`ids`], [`entropy`], [`time`], [`money`] | the vocabulary everything else is written in |
//! | [`geo`] | fixes, fences and the three-state fence verdict |
//! | [`shift`] | facts, the running shift, hours and rounding |
//! | [`evidence`] | how far a clock reading can be trusted: true time, hash chain, signature |
//! | [`award`] | fair award among applicants, and the opportunity ledger it counts on |
//! | [`pricing`] | tariffs and the lines they produce |
//! | [`staffing`] | the life of a detail, call-offs, relief, no-shows |
//! | [`policy`] | the agency's rules as data, and what they say of a detail |
//! | [`notices`] | who is told what, how and when |
//! | [`records`] | what the agency writes and phones read |
//! | [`documents`] | the only room that imports automerge |
//! | [`authority`] | may this change be written |
//! | [`wire`] | the exchange between phone and server |
//! | `device` | the phone's store, outbox and sync client (feature `device`) |

pub mod authority;
pub mod award;
#[cfg(feature = "device")]
pub mod device;
pub mod documents;
pub mod entropy;
pub mod evidence;
pub mod geo;
pub mod ids;
pub mod money;
pub mod notices;
pub mod policy;
pub mod pricing;
pub mod records;
#[cfg(feature = "schema")]
mod schema;
pub mod shift;
pub mod staffing;
pub mod time;
pub mod wire;
