//! One place of a detail: who has it, how it stands, where they punched, and what a coordinator does about it.

use askama::Template;
use detailbook_core::ids::{AssignmentId, DetailId, PositionId};
use detailbook_core::records::{RecordKind, Site};
use detailbook_core::staffing::{Answer as Said, CallingOff, PlaceState, Presence};

use super::list::phone;
use super::words::{class, hour, mark, punch, relief, sentence};
use crate::access::scope::Scope;
use crate::console::assets::Script;
use crate::console::details::words::Names;
use crate::console::field::Field;
use crate::console::frame::Frame;
use crate::console::live;
use crate::console::map::{Map, Mark};
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::scheduling::board::{self, Place};
use crate::scheduling::watch;
use crate::store::reliefs::{self, SearchState};
use crate::store::watches::NoShow;
use crate::store::{Sql, records};

#[derive(Template)]
#[template(path = "console/place.html")]
struct PlacePage {
    frame: Frame,
    way: String,
    detail: String,
    title: String,
    position: String,
    rank: Option<String>,
    site: String,
    address: String,
    time: String,
    head: String,
    zone: &'static str,
    says: String,
    class: &'static str,
    state: &'static str,
    sentence: String,
    holder: Option<Holder>,
    before: Option<String>,
    relief: Option<Sought>,
    punch: Option<Punch>,
    map: Option<Map>,
    seen: String,
    acts: Acts,
}

/// What somebody with the right may do about the place now.
struct Acts {
    replace: bool,
    search: Option<Seal>,
    confirm: Option<Form>,
    deny: Option<Form>,
    wish: Option<Wish>,
    earlier: Vec<Earlier>,
}

/// Somebody who had the place, and of whom it is still to be said whether they were a no-show.
struct Earlier {
    name: String,
    assignment: String,
    /// It is to be said whether it was one; else whether the one that was confirmed stands.
    confirm: Option<Form>,
    deny: Form,
}

/// An officer's wish to be relieved, on which somebody has to decide.
struct Wish {
    why: String,
    called: String,
    late: bool,
    release: Form,
    keep: Form,
    overriding: Option<(Field, Field)>,
}

struct Holder {
    name: String,
    phone: String,
    acknowledged: String,
    since: String,
    heard: String,
}

struct Punch {
    what: String,
    sentence: String,
}

struct Sought {
    state: &'static str,
    opened: String,
    asks: Vec<Asked>,
}

struct Asked {
    name: String,
    at: String,
    answer: &'static str,
}

struct Form {
    seal: Seal,
    field: Field,
}

/// Where a place's page is.
pub(super) fn way(place: &Place) -> String {
    format!("/console/today/{}/{}", place.detail, place.position.id)
}

/// What a form says that it was made from: whose the place was, and when, where and by whom it is to be worked. What becomes of the
/// detail's other places is no matter of it.
pub(super) fn seen_of(place: &Place) -> String {
    let whose = place.assignment().map(|id| id.to_string()).unwrap_or_default();
    let holds = if place.holder.is_some() { "held" } else { "free" };
    let (time, rank) = (place.scheduled, place.position.rank.as_deref().unwrap_or_default());
    format!("{holds}.{whose}.{}.{}.{}.{rank}", time.start.as_millis(), time.end.as_millis(), place.site)
}

/// The place of the address.
pub(super) fn found(sql: &mut dyn Sql, visit: &Visit) -> Result<Place, Problem> {
    let (detail, position) = (visit.id::<DetailId>("detail")?, visit.id::<PositionId>("position")?);
    board::place(sql, visit.agency()?, detail, position, visit.now)?.ok_or_else(Problem::not_found)
}

/// The place of the address, if it is as the form says that it was; else what changed.
pub(super) fn unchanged(sql: &mut dyn Sql, visit: &Visit) -> Result<Place, Problem> {
    let place = found(sql, visit)?;
    let (seen, now) = (visit.typed("seen"), seen_of(&place));
    if seen == now {
        return Ok(place);
    }
    let whose = |text: &str| text.splitn(3, '.').take(2).map(str::to_owned).collect::<Vec<_>>();
    let what = match &place.holder {
        _ if whose(seen) == whose(&now) => "when, where or by whom it is to be worked".to_owned(),
        Some(line) => format!("{} has it now", line.name),
        None => "nobody has it now".to_owned(),
    };
    Err(Problem::conflict(format!(
        "This place changed since the page was made: {what}. Nothing was done. Below is how it stands."
    )))
}

/// The page.
pub(super) fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let place = found(sql, visit)?;
    let who = visit.who()?;
    let site = records::get::<Site>(sql, who.user.agency, RecordKind::Site, place.site)?.map(|site| site.record);
    let title = format!("{}, {}", place.position.name, place.title);
    Page::html(&PlacePage {
        frame: Frame::of(visit, &title).with(&[Script::Live, Script::Map, Script::Keys]),
        detail: place.detail.to_string(),
        title: place.title.clone(),
        position: place.position.name.clone(),
        rank: place.position.rank.clone(),
        address: site.as_ref().map(|site| site.address.clone()).unwrap_or_default(),
        time: format!("{} – {}", visit.time(place.scheduled.start), hour(visit, place.scheduled.end)),
        head: live::head(sql, who.user.agency)?,
        zone: who.zone.name(),
        says: format!("{}: {}", place.state.name(), sentence(&place)),
        class: class(place.state),
        state: place.state.name(),
        sentence: sentence(&place),
        holder: holder(sql, visit, &place)?,
        before: place.before.as_ref().map(|before| before.name.clone()),
        relief: search(sql, visit, &place)?,
        punch: place.punch.as_ref().map(|last| Punch {
            what: punch(visit, last),
            sentence: place.verdict().map(|verdict| verdict.sentence.clone()).unwrap_or_default(),
        }),
        map: site.as_ref().map(|site| map(visit, site, &place, who.may(Scope::EvidenceRead))),
        site: site.map(|site| site.name).unwrap_or_default(),
        seen: seen_of(&place),
        acts: acts(sql, visit, &place)?,
        way: way(&place),
    })
}

fn acts(sql: &mut dyn Sql, visit: &Visit, place: &Place) -> Result<Acts, Problem> {
    let (may, open) = (visit.who()?.may(Scope::Assign), visit.now < place.scheduled.end);
    let replace = may && open && place.state.may_be_replaced();
    let sought = place.relief().is_some_and(|line| line.state == SearchState::Searching);
    let way = way(place);
    let searches = replace && !sought && place.assignment().is_some();
    let own = of_form(visit, place.holder.as_ref().map(|line| line.assignment));
    let form = |path: &str, field, label| Form::of(&own, &format!("{way}/{path}"), Field::new(&own, field, label));
    let (confirm, deny) = (may && may_be_confirmed(place, visit), may && may_be_denied(sql, visit, place)?);
    Ok(Acts {
        replace,
        search: searches.then(|| visit.seal(&format!("{way}/search"))),
        confirm: confirm.then(|| form("no-show", "reason", "Why it is a no-show")),
        deny: deny.then(|| form("no-show/deny", "denied", "Why it is none")),
        wish: wish(sql, visit, place)?.filter(|_| may).map(|wish| Wish {
            called: visit.time(wish.called_at),
            why: wish.why,
            late: wish.late,
            release: form("release", "released", "Why the officer is released"),
            keep: form("keep", "kept", "Why the officer is not released"),
            overriding: overriding(visit),
        }),
        earlier: if may { earlier(sql, visit, place)? } else { vec![] },
    })
}

impl Form {
    fn of(visit: &Visit, path: &str, field: Field) -> Self {
        Self { seal: visit.seal(path), field }
    }
}

/// The visit as the forms about an assignment see it: what was sent about another one is not theirs.
fn of_form(visit: &Visit, assignment: Option<AssignmentId>) -> Visit {
    let about = visit.typed("assignment");
    let is_own = about.is_empty() || Some(about.to_owned()) == assignment.map(|id| id.to_string());
    if is_own { visit.clone() } else { visit.unsent() }
}

/// The fields by which rules are let pass, for whoever may.
pub(super) fn overriding(visit: &Visit) -> Option<(Field, Field)> {
    let may = visit.who().is_ok_and(|who| who.may(Scope::PolicyOverride));
    let field = |name, label| Field::new(visit, name, label).optional(visit.typed(name));
    may.then(|| {
        let why = field("override_reason", "Why rules may be let pass").hint("Only where a rule stands in the way.");
        (why, field("override_code", "The agency's code for letting them pass"))
    })
}

/// Those who had the place before and of whom it is still to be said whether they were a no-show.
fn earlier(sql: &mut dyn Sql, visit: &Visit, place: &Place) -> Result<Vec<Earlier>, Problem> {
    let (agency, way) = (visit.agency()?, way(place));
    let mut found = Vec::new();
    for (number, open) in watch::undecided(sql, agency, place.detail, place.position.id)?.into_iter().enumerate() {
        let own = of_form(visit, Some(open.assignment));
        let own = if visit.typed("assignment").is_empty() { own.unsent() } else { own };
        let form = |path: &str, field, label| {
            Form::of(&own, &format!("{way}/{path}"), Field::new(&own, field, label).numbered(number + 1))
        };
        let looks = open.no_show == NoShow::Looks;
        found.push(Earlier {
            name: Names::of(agency).get(sql, open.officer)?,
            assignment: open.assignment.to_string(),
            confirm: looks.then(|| form("no-show", "reason", "Why it is a no-show")),
            deny: form("no-show/deny", "denied", "Why it is none"),
        });
    }
    Ok(found)
}

fn may_be_confirmed(place: &Place, visit: &Visit) -> bool {
    let begun = visit.now >= place.scheduled.start;
    begun
        && place.holder.as_ref().is_some_and(|line| {
            // Who is only due, or on the way, has missed nothing so far.
            let missing = matches!(line.presence, Presence::Late | Presence::NoShow | Presence::NoContact);
            line.no_show != NoShow::Confirmed && missing
        })
}

/// It looks like a no-show, or one was confirmed before a doubtful clock-in came.
fn may_be_denied(sql: &mut dyn Sql, visit: &Visit, place: &Place) -> Result<bool, Problem> {
    let Some(line) = &place.holder else { return Ok(false) };
    let looks = place.state == PlaceState::NoShow && matches!(line.no_show, NoShow::No | NoShow::Looks);
    Ok(looks || watch::put_before_staff(sql, visit.agency()?, line.assignment)?)
}

/// The holder's wish to be relieved, while it is open.
fn wish(sql: &mut dyn Sql, visit: &Visit, place: &Place) -> Result<Option<CallingOff>, Problem> {
    let Some(line) = &place.holder else { return Ok(None) };
    let found = records::get::<CallingOff>(sql, visit.agency()?, RecordKind::CallingOff, line.assignment)?;
    Ok(found.map(|wish| wish.record).filter(|wish| wish.state.is_open()))
}

fn holder(sql: &mut dyn Sql, visit: &Visit, place: &Place) -> Result<Option<Holder>, Problem> {
    let Some(line) = &place.holder else { return Ok(None) };
    let who = visit.who()?;
    let phone = if who.may(Scope::ContactsRead) { phone(sql, who.user.agency, line.officer)? } else { None };
    let time = |at: Option<_>| at.map(|at| visit.time(at)).unwrap_or_default();
    Ok(Some(Holder {
        name: line.name.clone(),
        phone: phone.unwrap_or_default(),
        acknowledged: time(line.acknowledged),
        since: time(line.since),
        heard: time(line.last_heard),
    }))
}

fn search(sql: &mut dyn Sql, visit: &Visit, place: &Place) -> Result<Option<Sought>, Problem> {
    let agency = visit.agency()?;
    let found = place.assignment().map(|id| reliefs::find(sql, agency, id)).transpose()?.flatten();
    let (Some(search), Some(line)) = (found, place.relief()) else { return Ok(None) };
    let (mut asks, mut names) = (Vec::new(), Names::of(agency));
    for ask in &search.relief.asks {
        let answer = match ask.answer {
            None => "has not answered",
            Some((Said::Yes, _)) => "comes",
            Some((Said::No, _)) => "does not come",
        };
        asks.push(Asked { name: names.get(sql, ask.officer)?, at: visit.time(ask.asked_at), answer });
    }
    Ok(Some(Sought { state: relief(line), opened: visit.time(line.opened_at), asks }))
}

/// The fence, and for who may see facts the fixes of the last punch.
fn map(visit: &Visit, site: &Site, place: &Place, facts: bool) -> Map {
    let map = Map::new(visit, &format!("Map of {}", site.name)).fence(&site.fence, Mark::Plain, &site.name, None);
    let Some(last) = place.punch.as_ref().filter(|_| facts) else { return map };
    let state = last.verdict.as_ref().map(|verdict| verdict.state);
    let says = punch(visit, last);
    last.fixes.iter().fold(map, |map, fix| map.fix(fix, state.map_or(Mark::Plain, mark), &says))
}
