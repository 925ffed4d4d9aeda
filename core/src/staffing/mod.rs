//! From a customer's request to the officer who comes: the life of a detail, its posting, call-offs and who comes instead.
//!
//! Everything here says what may happen, what is due next and why; the server does it, in transactions and jobs.
//!
//! | file | what it decides |
//! |---|---|
//! | `life` | the stages of a detail, and which step leads where |
//! | `request` | what a customer asks for, and what it will cost |
//! | `posting` | who may apply and from when, and how it is awarded |
//! | `own_opening` | when it opens to one officer, as the phone shows it |
//! | `award_notice` | what an officer is told of an award |
//! | `call_off` | what becomes of an officer's wish to be relieved |
//! | `calling_off` | where such a wish stands, as the phone shows it |
//! | `place` | how a place stands at a moment: is somebody where they should be |
//! | `relief` | who is asked next to come instead |
//! | `relief_ask` | what the phone shows of whom is asked |
//! | `rules` | what an agency has settled about all this |
//! | `trade` | one officer's offer of an assignment to another |
//! | `whom_to_ask` | whom a coordinator asks first to come instead |
//! | `watch` | late, no contact, no-show: whom to tell, and when to look again |

mod award_notice;
mod call_off;
mod calling_off;
mod life;
mod own_opening;
mod place;
mod posting;
mod relief;
mod relief_ask;
mod request;
mod rules;
mod trade;
mod watch;
mod whom_to_ask;

pub use award_notice::AwardNotice;
pub use call_off::{CallOff, CallOffRefusal, CallOffRules, call_off};
pub use calling_off::{CallingOff, CallingOffState};
pub use life::{DetailStage, DetailStep, IllegalStep};
pub use own_opening::OwnOpening;
pub use place::{HolderSeen, PlaceSeen, PlaceState, Urgency};
pub use posting::{Opens, Posting};
pub use relief::{Answer, Ask, Relief, ReliefAction, ReliefMode, ReliefRules};
pub use relief_ask::{AskState, ReliefAsk};
pub use request::{Estimate, EstimateLine, EstimateSum, Request, RequestLine, Seat, Standing, Unposted};
pub use rules::{StaffingRules, TradeRules};
pub use trade::{IllegalTradeStep, Trade, TradeState, TradeStep};
pub use watch::{CLOCK_IN_BEFORE, CLOCK_OUT_AFTER, ClockIn, Look, Presence, Seen, TOO_LONG, WatchRules, look};
pub use whom_to_ask::{Candidate, WasAsked};
