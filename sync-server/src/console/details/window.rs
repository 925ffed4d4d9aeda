//! Putting a detail on offer: who may apply from when, until when, and how it is awarded.

use askama::Template;
use askama::filters::HtmlSafe;
use detailbook_core::award::{Ladder, LadderOrder, Method, RotationRule, Tier};
use detailbook_core::ids::{DetailId, PositionId};
use detailbook_core::policy::Stage;
use detailbook_core::records::{Detail, RecordKind};
use detailbook_core::time::{Millis, UnixMillis, Zone};

use super::typed::{at_fields, listed, moment_if_any};
use super::words::{self, Said};
use crate::access::scope::Scope;
use crate::console::changed::{Changed, version};
use crate::console::field::{Choice, Field, SAY_WHICH, is_plain_clock};
use crate::console::form::Form;
use crate::console::frame::Frame;
use crate::console::options::labelled;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::filing;
use crate::personnel::local_time;
use crate::policy::judge;
use crate::policy::overrides::Overriding;
use crate::problem::Problem;
use crate::scheduling::posting::{self, PostingDraft};
use crate::scheduling::requests::{PostingPlan, TierPlan};
use crate::store::{Sql, postings};

/// Fields that stand once in the form of a window.
pub const FIELDS: &[&str] = &[
    "do",
    "version",
    "method",
    "opens",
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
/// Fields that stand once for each tier, and places to tick.
pub const ROWS: &[&str] = &["tier_name", "tier_groups", "tier_opens", "supervisor"];
/// Applications close so long before it begins where nothing is said.
const USUAL_CLOSE: Millis = Millis::from_hours(24);

const METHODS: &[(&str, &str)] = &[
    ("least_hours", "Least charged hours, then seniority"),
    ("seniority", "Seniority"),
    ("fewest_jobs", "Fewest jobs"),
    ("rotation", "Rotating list"),
    ("points", "Points"),
    ("lottery", "Lottery"),
    ("first_come", "First come"),
    ("standing", "Standing assignments, then seniority"),
    ("manual", "A person chooses"),
    ("order_in", "Volunteers by seniority, then order in"),
];

/// The ways of awarding to choose from.
pub fn methods() -> Vec<(String, String)> {
    labelled(METHODS)
}

fn method(code: &str) -> Result<Method, Problem> {
    Ok(match code {
        "least_hours" => Method::least_hours(),
        "seniority" => Method::seniority(),
        "fewest_jobs" => Method::fewest_jobs(),
        "rotation" => Method::rotation(),
        "points" => Method::points(),
        "lottery" => Method::lottery(),
        "first_come" => Method::first_come(),
        "standing" => Method::standing(),
        "manual" => Method::manual(),
        "order_in" => Method::volunteers_then_order_in(),
        _ => return Err(Problem::invalid("method", "must be one of these")),
    })
}

/// A tier as it stands in its row.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct TierRow {
    name: String,
    groups: String,
    opens: String,
}

fn tier_rows(form: &Form) -> Vec<TierRow> {
    let at = |name: &'static str, n: usize| form.all(name).nth(n).unwrap_or_default().to_owned();
    let row =
        |n, name: &str| TierRow { name: name.to_owned(), groups: at("tier_groups", n), opens: at("tier_opens", n) };
    form.all("tier_name").enumerate().map(|(n, name)| row(n, name)).collect()
}

/// The fields of a window.
#[derive(Template, Clone, Debug)]
#[template(path = "console/details/window_fields.html")]
pub struct WindowFields {
    method: Choice,
    opens: Option<Field>,
    closes: Field,
    tiers: Vec<TierRow>,
    tiers_wrong: Option<String>,
    tiers_say_which: bool,
    relative: bool,
    acknowledge: Field,
    jitter: Field,
    turn: Field,
    turn_order: Choice,
    began: Field,
    rebuilt: Field,
    notice: Field,
    may_override: bool,
    reason: Field,
    code: Field,
}

impl HtmlSafe for WindowFields {}

impl WindowFields {
    /// As they were typed. `relative`: times are hours before the shift and after the posting, for many shifts at once.
    pub fn of(visit: &Visit, relative: bool) -> Result<Self, Problem> {
        let field = |name, label| Field::new(visit, name, label).optional(visit.typed(name));
        let mut tiers = tier_rows(&visit.form);
        if visit.typed("do") == "tier" || tiers.is_empty() {
            tiers.push(TierRow::default());
        }
        let closes = if relative {
            field("closes", "Applications close, hours before each shift").digits().hint("Empty: 24.")
        } else {
            field("closes", "Applications close").clock().hint("Empty: a day before it begins.")
        };
        let say_which = visit.wrong("tier_opens").is_some_and(|wrong| wrong.contains(SAY_WHICH))
            || tiers.iter().any(|tier| !is_plain_clock(&tier.opens));
        let orders = [("seniority", "by seniority"), ("draw", "by draw")];
        let orders = labelled(&orders);
        Ok(Self {
            method: Choice::new(visit, "method", "Awarded by", methods(), "least_hours"),
            opens: (!relative).then(|| field("opens", "It opens").clock().hint("Empty: at once.")),
            closes,
            tiers,
            tiers_say_which: say_which,
            tiers_wrong: ["tier_name", "tier_opens", "tier_groups"].into_iter().find_map(|name| visit.wrong(name)),
            relative,
            acknowledge: field("acknowledge_hours", "Hours to acknowledge an award").digits(),
            jitter: field("jitter_minutes", "Each officer's own opening within so many minutes").digits(),
            turn: field("turn_minutes", "Bidding rounds: minutes from turn to turn").digits(),
            turn_order: Choice::new(visit, "turn_order", "Turns", orders, "seniority"),
            began: field("rotation_began", "Rotating list: it began on").kind("date"),
            rebuilt: field("rotation_days", "Rotating list: built anew after so many days").digits(),
            notice: field("rotation_notice", "Rotating list: joined with so many days of notice").digits(),
            may_override: visit.who()?.may(Scope::PolicyOverride),
            reason: field("override_reason", "Why rules in the way are let pass"),
            code: field("override_code", "Code of the reason").hint("Where the rule asks for one."),
        })
    }
}

/// Why rules in the way are let pass, where that is said.
pub fn overriding(visit: &Visit) -> Result<Option<Overriding>, Problem> {
    let (reason, code) = (visit.typed("override_reason").trim(), visit.typed("override_code").trim());
    if reason.is_empty() {
        return if code.is_empty() {
            Ok(None)
        } else {
            Err(Problem::invalid("override_reason", "must be given with the code"))
        };
    }
    if !visit.who()?.may(Scope::PolicyOverride) {
        return Err(Problem::invalid("override_reason", "must be empty: your role may not let rules pass"));
    }
    Ok(Some(Overriding { code: Some(code.to_owned()).filter(|code| !code.is_empty()), reason: reason.to_owned() }))
}

/// The refusal of an override at the fields that [`overriding`] reads.
pub fn at_override(problem: Problem) -> Problem {
    match problem.reason.split_once(": ") {
        Some(("reason", why)) => Problem { reason: format!("override_reason: {why}"), ..problem },
        Some(("code", why)) => Problem { reason: format!("override_code: {why}"), ..problem },
        _ => problem,
    }
}

fn number(visit: &Visit, name: &str) -> Result<Option<i64>, Problem> {
    match visit.typed(name).trim() {
        "" => Ok(None),
        text => match text.parse::<i64>() {
            Ok(number) if (0..=100_000).contains(&number) => Ok(Some(number)),
            _ => Err(Problem::invalid(name, "must be a whole number")),
        },
    }
}

fn hours(visit: &Visit, name: &str) -> Result<Option<Millis>, Problem> {
    Ok(number(visit, name)?.map(Millis::from_hours))
}

fn minutes(visit: &Visit, name: &str) -> Result<Option<Millis>, Problem> {
    Ok(number(visit, name)?.map(Millis::from_mins))
}

fn ladder(visit: &Visit) -> Result<Option<Ladder>, Problem> {
    let order = if visit.typed("turn_order") == "draw" { LadderOrder::Draw } else { LadderOrder::Seniority };
    Ok(minutes(visit, "turn_minutes")?.map(|step| Ladder { step, order }))
}

fn rotation(visit: &Visit, zone: Zone) -> Result<Option<RotationRule>, Problem> {
    if visit.typed("method") != "rotation" {
        return Ok(None);
    }
    let began = local_time::day("rotation_began", visit.typed("rotation_began").trim());
    let days = |name, usual: u16| -> Result<u16, Problem> {
        let found = number(visit, name)?.map_or(Ok(usual), u16::try_from);
        found.map_err(|_| Problem::invalid(name, "must be at most 65535"))
    };
    Ok(Some(RotationRule {
        began: began
            .map(|day| local_time::begins(zone, day))
            .map_err(|_| Problem::invalid("rotation_began", "must be the day from which the list is kept"))?,
        rebuilt_after_days: days("rotation_days", 365)?,
        notice_days: days("rotation_notice", 0)?,
    }))
}

/// A window for one detail, as it was typed.
pub fn draft(visit: &Visit, detail: &Detail, supervisors: Vec<PositionId>) -> Result<PostingDraft, Problem> {
    let zone = detail.zone;
    let closes = moment_if_any("closes", visit.typed("closes"), zone)?.unwrap_or(detail.starts - USUAL_CLOSE);
    Ok(PostingDraft {
        method: method(visit.typed("method"))?,
        opens: moment_if_any("opens", visit.typed("opens"), zone)?,
        closes,
        tiers: tiers(visit, zone)?,
        timing: None,
        limits: None,
        supervisors,
        unlock_jitter: minutes(visit, "jitter_minutes")?,
        acknowledge_within: hours(visit, "acknowledge_hours")?,
        ladder: ladder(visit)?,
        rotation: rotation(visit, zone)?,
        overriding: overriding(visit)?,
    })
}

fn tiers(visit: &Visit, zone: Zone) -> Result<Vec<Tier>, Problem> {
    let rows = tier_rows(&visit.form).into_iter().filter(|row| *row != TierRow::default());
    let tier = |row: TierRow| -> Result<Tier, Problem> {
        let opens: UnixMillis = moment_if_any("tier_opens", &row.opens, zone)?.unwrap_or(visit.now);
        Ok(Tier { name: crate::words::line("tier_name", &row.name)?, opens, groups: listed(&row.groups) })
    };
    rows.map(tier).collect()
}

/// Windows for each shift of a request, as they were typed.
pub fn plan(visit: &Visit, zone: Zone) -> Result<PostingPlan, Problem> {
    let rows = tier_rows(&visit.form).into_iter().filter(|row| *row != TierRow::default());
    let tier = |row: TierRow| -> Result<TierPlan, Problem> {
        let after = match row.opens.trim() {
            "" => 0,
            text => text
                .parse::<i64>()
                .ok()
                .filter(|hours| (0..=744).contains(hours))
                .ok_or_else(|| Problem::invalid("tier_opens", "must be a whole number of hours, 744 at most"))?,
        };
        let name = crate::words::line("tier_name", &row.name)?;
        Ok(TierPlan { name, after: Millis::from_hours(after), groups: listed(&row.groups) })
    };
    Ok(PostingPlan {
        method: method(visit.typed("method"))?,
        closes_before: hours(visit, "closes")?.unwrap_or(USUAL_CLOSE),
        tiers: rows.map(tier).collect::<Result<_, _>>()?,
        timing: None,
        unlock_jitter: minutes(visit, "jitter_minutes")?,
        acknowledge_within: hours(visit, "acknowledge_hours")?,
        ladder: ladder(visit)?,
        rotation: rotation(visit, zone)?,
    })
}

/// The refusal of a posting's field at the field of the form that it stands in.
pub fn at_window(problem: Problem) -> Problem {
    const NAMES: &[(&str, &str)] = &[
        ("tiers", "tier_opens"),
        ("tiers.name", "tier_name"),
        ("tiers.opens", "tier_opens"),
        ("tiers.groups", "tier_groups"),
        ("unlock_jitter", "jitter_minutes"),
        ("acknowledge_within", "acknowledge_hours"),
        ("ladder.step", "turn_minutes"),
        ("rotation", "rotation_began"),
        ("rotation.rebuilt_after_days", "rotation_days"),
        ("closes_before", "closes"),
    ];
    let found = problem.reason.split_once(": ").and_then(|(field, why)| {
        NAMES.iter().find(|(known, _)| *known == field).map(|(_, name)| format!("{name}: {why}"))
    });
    match found {
        Some(reason) => Problem { reason, ..problem },
        None => at_fields(at_override(problem)),
    }
}

#[derive(Template)]
#[template(path = "console/details/posting.html")]
struct PostingPage {
    frame: Frame,
    id: String,
    title: String,
    time: String,
    again: bool,
    changed: Changed,
    version: i64,
    findings: Vec<Said>,
    stands_in_the_way: bool,
    fields: WindowFields,
    places: Vec<PlaceBox>,
    seal: Seal,
}

struct PlaceBox {
    id: String,
    name: String,
    ticked: bool,
}

/// The form by which a detail goes on offer.
pub fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, id) = (visit.agency()?, visit.id::<DetailId>("id")?);
    let stored = filing::get::<Detail>(sql, agency, id)?;
    let changed = Changed::since(sql, visit, RecordKind::Detail, id, &stored)?;
    let judged = judge::look_at_detail(sql, agency, Stage::Post, id, visit.now)?;
    let again = postings::find(sql, agency, id)?.is_some();
    let detail = stored.record;
    let ticked: Vec<_> = visit.form.all("supervisor").collect();
    let free = detail.positions.iter().filter(|position| !position.filled);
    let places = free.map(|it| {
        let id = it.id.to_string();
        PlaceBox { ticked: ticked.contains(&id.as_str()), name: it.name.clone(), id }
    });
    Page::html(&PostingPage {
        frame: Frame::of(visit, if again { "Put on offer again" } else { "Put on offer" }),
        id: id.to_string(),
        title: detail.title.clone(),
        time: words::time(detail.zone, crate::scheduling::details::scheduled(&detail)),
        again,
        changed,
        version: stored.version,
        stands_in_the_way: judged.stands_in_the_way(),
        findings: judged.findings.iter().map(|finding| Said::of(finding, false)).collect(),
        fields: WindowFields::of(visit, false)?,
        places: places.collect(),
        seal: visit.seal(&format!("/console/details/{id}/posting")),
    })
}

/// Puts it on offer.
pub fn open(visit: &Visit) -> Answer {
    // One row more is nothing that is written.
    if visit.typed("do") == "tier" {
        return visit.app.store.read(|sql| show(sql, visit));
    }
    visit.write(post)
}

fn post(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let id = visit.id::<DetailId>("id")?;
    let stored = filing::get::<Detail>(sql, visit.agency()?, id)?;
    filing::same_version(&stored, version(visit)?)?;
    let supervisors = visit
        .form
        .all("supervisor")
        .map(|id| id.parse().map_err(|_| Problem::invalid("supervisor", "must be among these places")));
    let draft = draft(visit, &stored.record, supervisors.collect::<Result<_, _>>()?)?;
    let scopes = &visit.who()?.permissions.scopes;
    let mut entropy = visit.app.entropy.clone();
    posting::post_passing(sql, &visit.by()?, scopes, id, &draft, &mut entropy).map_err(at_window)?;
    Ok(Page::to(&format!("/console/details/{id}?said=posted")))
}
