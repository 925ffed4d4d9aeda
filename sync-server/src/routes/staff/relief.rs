//! Call-offs, who comes instead, trades, no-shows, and who works now.

use std::str::FromStr;

use detailbook_core::ids::{AssignmentId, RecordId, TradeId};
use detailbook_core::records::{Assignment, Detail, Interval};
use detailbook_core::staffing::{CallingOff, Relief, StaffingRules, Trade};
use detailbook_core::time::{Millis, UnixMillis};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::answer::{Answer, Listing, Reason, Reply, Versioned};
use super::request::Request;
use super::whole::Whole;
use crate::audit::By;
use crate::filing::{self, Filed};
use crate::policy::overrides::Overriding;
use crate::problem::Problem;
use crate::scheduling::today::{self, ReliefLine};
use crate::scheduling::{call_off, trade, watch};
use crate::store::{Sql, reliefs, staffing_rules, waiting};

/// What the agency has settled about call-offs, relief, trades and no-shows, as in force now.
pub fn read_rules(sql: &mut dyn Sql, request: &Request) -> Answer {
    let reply = Reply::ok(&staffing_rules::at(sql, request.token.agency, request.now)?)?;
    Whole::new("staffing_rules", request.token.agency).shown(sql, request, reply)
}

/// Settles it anew from now on.
pub fn write_rules(sql: &mut dyn Sql, request: &Request) -> Answer {
    let after: StaffingRules = request.body()?;
    Whole::new("staffing_rules", request.token.agency).edit(sql, request)?;
    set_rules(sql, &request.by(), &after)?;
    read_rules(sql, request)
}

/// Settles it anew from now on, if nothing is wrong with it.
pub fn set_rules(sql: &mut dyn Sql, by: &By<'_>, after: &StaffingRules) -> Result<(), Problem> {
    after.check().map_err(|(field, why)| Problem::invalid(field, why))?;
    let before = staffing_rules::at(sql, by.agency, by.now)?;
    staffing_rules::put(sql, by.agency, by.now, after)?;
    Ok(by.note(sql, "staffing_rules.write", by.agency, &json!({ "before": before, "after": after }))?)
}

/// The wishes of a kind that wait for somebody.
fn waiting_of<R: Filed + Serialize + 'static>(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (agency, page) = (request.token.agency, request.page(RecordId::NIL)?);
    let mut items = Vec::new();
    for id in waiting::page(sql, agency, R::KIND, page.after, page.limit + 1)? {
        items.push(Versioned::new(id, filing::get::<R>(sql, agency, id)?));
    }
    Reply::ok(&Listing::cut(items, page.limit, |item| item.id.to_string()))
}

/// Call-offs that wait for a coordinator or for somebody else to come.
pub fn call_offs(sql: &mut dyn Sql, request: &Request) -> Answer {
    waiting_of::<CallingOff>(sql, request)
}

/// Trades that wait for the other officer or for the agency.
pub fn trades(sql: &mut dyn Sql, request: &Request) -> Answer {
    waiting_of::<Trade>(sql, request)
}

/// Why, and whether anything follows from it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Excuse {
    /// A sentence.
    pub reason: String,
    /// Nothing follows from it for the officer.
    #[serde(default)]
    pub excused: bool,
}

/// Why an officer is released, and what follows from it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// A sentence.
    pub reason: String,
    /// Nothing follows from it for the officer.
    #[serde(default)]
    pub excused: bool,
    /// The agency's code for why the officer cannot come, such as `emergency`: rules may make an exception for it.
    #[serde(default)]
    pub code: Option<String>,
    /// Why rules that stand in the way are let pass; takes the scope `policy:override` too.
    #[serde(default, rename = "override")]
    pub overriding: Option<Overriding>,
}

/// Releases an officer who called off.
pub fn grant(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: AssignmentId = request.id("id")?;
    let held = filing::get::<Assignment>(sql, request.token.agency, id)?.record;
    let body: Grant = request.body()?;
    if let Some(overriding) = body.overriding {
        call_off::let_pass(sql, &request.by(), &request.token.scopes, &held, overriding)?;
    }
    let (code, mut entropy) = (body.code.unwrap_or_default(), request.app.entropy.clone());
    call_off::grant(sql, &request.by(), id, &body.reason, body.excused, &code, &mut entropy)?;
    Reply::done()
}

/// Does not release an officer who called off.
pub fn refuse(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: AssignmentId = request.id("id")?;
    filing::get::<Assignment>(sql, request.token.agency, id)?;
    let body: Reason = request.body()?;
    call_off::refuse(sql, &request.by(), id, &body.reason)?;
    Reply::done()
}

/// A search for who comes instead, whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct SearchBody {
    /// How it stands.
    pub search: ReliefLine,
    /// What was done so far.
    pub relief: Relief,
}

/// The search for who comes instead on an assignment.
pub fn search(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: AssignmentId = request.id("id")?;
    filing::get::<Assignment>(sql, request.token.agency, id)?;
    let found = reliefs::find(sql, request.token.agency, id)?;
    Reply::ok(&found.map(|search| SearchBody { search: ReliefLine::of(&search), relief: search.relief }))
}

/// The searches of a detail that go on.
pub fn searches(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id = request.id("id")?;
    filing::get::<Detail>(sql, request.token.agency, id)?;
    let found = reliefs::of_detail(sql, request.token.agency, id)?;
    let bodies = found.into_iter().map(|search| SearchBody { search: ReliefLine::of(&search), relief: search.relief });
    Reply::ok(&Listing { items: bodies.collect(), next: None })
}

/// Agrees to a trade.
pub fn agree(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: TradeId = request.id("id")?;
    let mut entropy = request.app.entropy.clone();
    trade::agree(sql, &request.by(), id, &mut entropy)?;
    Reply::done()
}

/// Does not agree to a trade.
pub fn refuse_trade(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: TradeId = request.id("id")?;
    filing::get::<Trade>(sql, request.token.agency, id)?;
    let body: Reason = request.body()?;
    trade::refuse(sql, &request.by(), id, &body.reason)?;
    Reply::done()
}

/// Says that an officer did not come.
pub fn confirm_no_show(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: AssignmentId = request.id("id")?;
    filing::get::<Assignment>(sql, request.token.agency, id)?;
    let body: Excuse = request.body()?;
    let mut entropy = request.app.entropy.clone();
    watch::confirm(sql, &request.by(), id, body.excused, &body.reason, &mut entropy)?;
    Reply::done()
}

/// Says that it is no no-show.
pub fn deny_no_show(sql: &mut dyn Sql, request: &Request) -> Answer {
    let id: AssignmentId = request.id("id")?;
    filing::get::<Assignment>(sql, request.token.agency, id)?;
    let body: Reason = request.body()?;
    watch::deny(sql, &request.by(), id, &body.reason)?;
    Reply::done()
}

/// A place in the list of who works: start and assignment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Place(UnixMillis, AssignmentId);

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, id) = text.split_once('.').ok_or(())?;
        let at = at.parse().map_err(|_| ())?;
        Ok(Self(UnixMillis::new(at), id.parse().map_err(|_| ())?))
    }
}

/// How far around now it looks where the caller names no time.
const AROUND: Millis = Millis::from_hours(12);

/// The assignments of a stretch of time (`from`, `until`, milliseconds since 1970 UTC), and how it looks with each.
pub fn today(sql: &mut dyn Sql, request: &Request) -> Answer {
    let page = request.page(Place(UnixMillis::MIN, AssignmentId::NIL))?;
    let moment = |name: &str| Ok::<_, Problem>(request.filter::<i64>(name)?.map(UnixMillis::new));
    let (start, end) = (moment("from")?, moment("until")?);
    let time = Interval { start: start.unwrap_or(request.now - AROUND), end: end.unwrap_or(request.now + AROUND) };
    let after = (page.after.0, page.after.1);
    let lines = today::lines(sql, request.token.agency, time, after, page.limit + 1, request.now)?;
    let place = |line: &today::Line| format!("{}.{}", line.scheduled.start.as_millis(), line.assignment);
    Reply::ok(&Listing::cut(lines, page.limit, place))
}
