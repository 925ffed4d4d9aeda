//! Making the details of a request: each shift for itself, so that one that cannot be posted keeps no other from it.

use askama::Template;
use detailbook_core::ids::RequestId;
use detailbook_core::records::RecordKind;
use detailbook_core::staffing::Request;
use detailbook_core::time::Interval;

use crate::console::changed::{Changed, version};
use crate::console::details::window::{self, WindowFields, overriding};
use crate::console::details::words;
use crate::console::field::Choice;
use crate::console::frame::Frame;
use crate::console::options::labelled;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::filing;
use crate::problem::Problem;
use crate::scheduling::requests::{self, PostingPlan};
use crate::store::Sql;

/// Fields of the form.
pub const FIELDS: &[&str] = &[
    "do",
    "version",
    "offer",
    "method",
    "closes",
    "acknowledge_hours",
    "jitter_minutes",
    "turn_minutes",
    "turn_order",
    "rotation_began",
    "rotation_days",
    "rotation_notice",
    "override_reason",
    "override_code",
];

#[derive(Template)]
#[template(path = "console/requests/post.html")]
struct PostPage {
    frame: Frame,
    id: String,
    title: String,
    version: i64,
    changed: Changed,
    shifts: Vec<String>,
    offer: Choice,
    window: WindowFields,
    seal: Seal,
}

/// The form.
pub fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<RequestId>("id")?;
    let stored = filing::get::<Request>(sql, visit.agency()?, id)?;
    let changed = Changed::since(sql, visit, RecordKind::Request, id, &stored)?;
    let it = stored.record;
    let offers = [("window", "With a window"), ("open", "To every officer at once, until a coordinator has filled it")];
    let offers = labelled(&offers);
    Page::html(&PostPage {
        frame: Frame::of(visit, "Make its details"),
        id: id.to_string(),
        title: it.title.clone(),
        version: stored.version,
        changed,
        shifts: it.to_post().into_iter().map(|shift| words::time(it.zone, shift)).collect(),
        offer: Choice::new(visit, "offer", "They go on offer", offers, "window"),
        window: WindowFields::of(visit, true)?,
        seal: visit.seal(&format!("/console/requests/{id}/post")),
    })
}

/// Takes the form, and then posts each shift in a transaction of its own.
pub fn post(visit: &Visit) -> Answer {
    let id = visit.id::<RequestId>("id")?;
    if visit.typed("do") == "tier" {
        return visit.app.store.read(|sql| show(sql, visit));
    }
    let plan = plan(visit)?;
    let asked = plan.clone();
    let shifts = visit.write(move |sql, visit| {
        let stored = filing::get::<Request>(sql, visit.agency()?, id)?;
        filing::same_version(&stored, version(visit)?)?;
        requests::to_post(sql, visit.agency()?, id, asked.as_ref())
    })?;
    let left =
        requests::post_each(shifts, |shift| post_one(visit, id, shift, plan.clone())).map_err(window::at_window)?;
    if left.is_empty() {
        return Ok(Page::to(&format!("/console/requests/{id}?said=shifts_posted")));
    }
    visit.write_on(move |sql, visit| requests::not_posted(sql, &visit.by()?, id, &left))?;
    Ok(Page::to(&format!("/console/requests/{id}?said=some_posted")))
}

fn plan(visit: &Visit) -> Result<Option<PostingPlan>, Problem> {
    match visit.typed("offer") {
        "open" => Ok(None),
        "window" => window::plan(visit, visit.who()?.zone).map(Some),
        _ => Err(Problem::invalid("offer", "must be one of these")),
    }
}

fn post_one(
    visit: &Visit,
    id: RequestId,
    shift: Interval,
    plan: Option<PostingPlan>,
) -> Result<detailbook_core::ids::DetailId, Problem> {
    let passing = overriding(visit)?;
    visit.write_on(move |sql, visit| {
        let scopes = &visit.who()?.permissions.scopes;
        let pass = passing.as_ref().map(|passing| (scopes, passing));
        let mut entropy = visit.app.entropy.clone();
        requests::post_shift(sql, &visit.by()?, id, shift, plan.as_ref(), pass, &mut entropy)
    })
}
