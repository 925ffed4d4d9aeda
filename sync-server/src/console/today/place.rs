//! One place of a detail: who has it, how it stands, where they punched, and what a coordinator does about it.

use askama::Template;
use detailbook_core::ids::{DetailId, OfficerId, PositionId};
use detailbook_core::records::{Detail, Officer, RecordKind, Site};
use detailbook_core::staffing::{Answer as Said, CallingOff, PlaceState, Presence};

use super::list::phone;
use super::words::{class, hour, mark, punch, relief, sentence};
use crate::access::scope::Scope;
use crate::console::assets::Script;
use crate::console::field::Field;
use crate::console::frame::Frame;
use crate::console::live;
use crate::console::map::{Map, Mark};
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::filing;
use crate::problem::Problem;
use crate::scheduling::board::{self, Place};
use crate::store::records::Stored;
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
}

/// An officer's wish to be relieved, on which somebody has to decide.
struct Wish {
    why: String,
    called: String,
    late: bool,
    release: Form,
    keep: Form,
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

/// What a form says that it was made from: the detail's version, and whose place it was.
pub(super) fn seen_of(version: i64, place: &Place) -> String {
    let whose = place.assignment().map(|id| id.to_string()).unwrap_or_default();
    format!("{version}.{}.{whose}", if place.holder.is_some() { "held" } else { "free" })
}

/// The place of the address, with its detail.
pub(super) fn found(sql: &mut dyn Sql, visit: &Visit) -> Result<(Place, Stored<Detail>), Problem> {
    let (agency, detail) = (visit.agency()?, visit.id::<DetailId>("detail")?);
    let stored = filing::get::<Detail>(sql, agency, detail)?;
    let place = board::place(sql, agency, detail, visit.id::<PositionId>("position")?, visit.now)?;
    Ok((place.ok_or_else(Problem::not_found)?, stored))
}

/// The place of the address, if it is as the form says that it was; else what changed.
pub(super) fn unchanged(sql: &mut dyn Sql, visit: &Visit) -> Result<Place, Problem> {
    let (place, detail) = found(sql, visit)?;
    let (seen, now) = (visit.typed("seen"), seen_of(detail.version, &place));
    if seen == now {
        return Ok(place);
    }
    let whose = |text: &str| text.split_once('.').map(|(_, whose)| whose.to_owned());
    let what = match &place.holder {
        _ if whose(seen) == whose(&now) => "the detail was changed".to_owned(),
        Some(line) => format!("{} has it now", line.name),
        None => "nobody has it now".to_owned(),
    };
    Err(Problem::conflict(format!(
        "This place changed since the page was made: {what}. Nothing was done. Below is how it stands."
    )))
}

/// The page.
pub(super) fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (place, detail) = found(sql, visit)?;
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
        map: site.as_ref().map(|site| map(visit, site, &place)),
        site: site.map(|site| site.name).unwrap_or_default(),
        seen: seen_of(detail.version, &place),
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
    let form = |path: &str, field, label| Form {
        seal: visit.seal(&format!("{way}/{path}")),
        field: Field::new(visit, field, label),
    };
    let (confirm, deny) = (may && may_be_confirmed(place, visit), may && looks_like_no_show(place));
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
        }),
    })
}

fn may_be_confirmed(place: &Place, visit: &Visit) -> bool {
    let begun = visit.now >= place.scheduled.start;
    begun
        && place.holder.as_ref().is_some_and(|line| {
            line.no_show != NoShow::Confirmed && !matches!(line.presence, Presence::There | Presence::Left)
        })
}

fn looks_like_no_show(place: &Place) -> bool {
    let line = place.holder.as_ref().filter(|_| place.state == PlaceState::NoShow);
    line.is_some_and(|line| matches!(line.no_show, NoShow::No | NoShow::Looks))
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
    let mut asks = Vec::new();
    for ask in &search.relief.asks {
        let answer = match ask.answer {
            None => "has not answered",
            Some((Said::Yes, _)) => "comes",
            Some((Said::No, _)) => "does not come",
        };
        asks.push(Asked { name: name(sql, visit, ask.officer)?, at: visit.time(ask.asked_at), answer });
    }
    Ok(Some(Sought { state: relief(line), opened: visit.time(line.opened_at), asks }))
}

/// What an officer is called.
pub(super) fn name(sql: &mut dyn Sql, visit: &Visit, officer: OfficerId) -> Result<String, Problem> {
    let found = records::get::<Officer>(sql, visit.agency()?, RecordKind::Officer, officer)?;
    Ok(found.map(|officer| officer.record.name).unwrap_or_default())
}

/// The fence, and the fixes of the last punch.
fn map(visit: &Visit, site: &Site, place: &Place) -> Map {
    let map = Map::new(visit, &format!("Map of {}", site.name)).fence(&site.fence, Mark::Plain, &site.name, None);
    let Some(last) = &place.punch else { return map };
    let state = last.verdict.as_ref().map(|verdict| verdict.state);
    let says = punch(visit, last);
    last.fixes.iter().fold(map, |map, fix| map.fix(fix, state.map_or(Mark::Plain, mark), &says))
}
