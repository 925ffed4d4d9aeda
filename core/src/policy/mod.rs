//! The agency's rules as data, and what they say of a detail.
//!
//! A [`RuleSet`] is a list of rules with dates. [`evaluate`] asks every rule about one officer's place on one detail and
//! gives a [`Finding`] each: pass, fail or unknown, a sentence with the numbers in it, and what it does at that stage. It is
//! a pure function, so a phone advises with the same code with which the server decides.
//!
//! A rule has one of a few kinds ([`Check`]) and may say what it applies to ([`When`]). What a rule needs and nobody has
//! said makes it *unknown*, never a pass. Everything that is read says since when it is known, so that any past day can be
//! looked at with the eyes of that day.

mod approvals;
mod book;
mod calendar;
mod check;
mod command;
mod consequence;
mod context;
mod count;
mod days;
mod days_in_a_row;
mod documents;
mod evaluate;
mod finding;
mod forbidden;
mod hours;
mod lockout;
mod notice;
mod overrides;
mod place;
mod proposal;
mod question;
mod rank;
mod reach;
mod required;
mod rest;
mod rule;
mod rule_set;
mod sentence;
mod short_job;
mod staffing;
mod stage;
mod status;
mod stream;
mod timeline;
mod told;
mod used;
mod when;
mod window;
mod wire;

#[cfg(test)]
mod fifty;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod scenarios;

pub use approvals::{Approved, Emergency, GoodFor, Paperwork, good_between, is_given};
pub use book::{BookFault, RuleBook};
pub use check::{RuleFault, RuleSetFaults};
pub use command::Command;
pub use consequence::{Consequence, Follows};
pub use context::{
    Approval, CANCELLED, Context, Document, Event, Known, NO_SHOW, RankSince, Relation, Signature, Source, Standing,
    Status, Stint,
};
pub use count::{By as CountBy, Count};
pub use days_in_a_row::DaysInARow;
pub use documents::{Documents, Whose};
pub use evaluate::{Answer, Evaluator, evaluate};
pub use finding::{Effect, Figure, Finding, Outcome};
pub use forbidden::Forbidden;
pub use hours::{Hours, LeaveRaises, Raised};
pub use lockout::{Lasts, Lockout, Step};
pub use notice::{Lead, Notice, Replacement};
pub use overrides::{NotOverridden, OVERRIDE_RIGHT, Override, Overrider, no_worse};
pub use proposal::{Alcohol, Condition, GivingUp, Holder, Place, Proposal};
pub use required::{By as DueBy, Required, Sooner};
pub use rest::{Rest, Side, Travel};
pub use rule::{Check, RuleDraft};
pub use rule_set::{Area, Entry, Freshness, NewerRule, OverrideTerms, Rule, RuleSet, RuleSetDraft};
pub use short_job::ShortJob;
pub use staffing::{Level, Staffing};
pub use stage::{Severities, Severity, Stage};
pub use status::{At, Barred};
pub use stream::{Basis, Feed, Measure, Stream};
pub use told::Told;
pub use used::{Used, hours_used};
pub use when::{ClockHours, When};
pub use window::{DayClass, WeekDay, Window};
