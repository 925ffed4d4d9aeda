//! The fields that details and requests have in common, as a page shows them.

use askama::Template;
use askama::filters::HtmlSafe;
use detailbook_core::ids::SiteId;
use detailbook_core::pricing::Tariff;
use detailbook_core::time::Zone;

use super::estimate::EstimateView;
use super::repeats::WEEKDAYS;
use super::sought::Places;
use super::typed::{Place, Typed};
use super::words;
use crate::billing::tariffs;
use crate::console::field::{Choice, Field, Text};
use crate::console::map::{self, Map};
use crate::console::options::labelled;
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::store::Sql;

/// The fields.
#[derive(Template, Clone, Debug)]
#[template(path = "console/details/sheet.html")]
pub struct Sheet {
    site: Choice,
    fence: Option<String>,
    map: Option<Map>,
    title: Field,
    job_type: Choice,
    starts: Field,
    ends: Field,
    zone: &'static str,
    repeats: Option<RepeatsView>,
    places: Vec<Place>,
    places_wrong: Option<String>,
    supervisors: bool,
    ranks: Vec<String>,
    counts_as: Field,
    vehicles: Field,
    post_orders: Text,
    /// What it comes to.
    estimate: EstimateView,
}

impl HtmlSafe for Sheet {}

/// How it repeats.
#[derive(Clone, Debug)]
struct RepeatsView {
    how: Choice,
    every: Field,
    days: Vec<DayTick>,
    days_wrong: Option<String>,
    count: Field,
    until: Field,
    rule: Field,
}

#[derive(Clone, Debug)]
struct DayTick {
    code: &'static str,
    name: &'static str,
    ticked: bool,
}

/// What a form asks for beside what all ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asks {
    /// How it repeats.
    pub repeats: bool,
    /// Which places are supervisors'.
    pub supervisors: bool,
}

impl Sheet {
    /// The fields with what stands in them.
    pub fn of(sql: &mut dyn Sql, visit: &Visit, typed: &Typed, zone: Zone, asks: Asks) -> Result<Self, Problem> {
        let places = Places::of(sql, visit.agency()?)?;
        let tariff = tariffs::today(sql, visit.agency()?, zone, visit.now, &visit.app.settings.tariffs)?;
        let chosen = typed.site.parse::<SiteId>().ok().and_then(|id| places.sites.get(&id));
        let choose = [(String::new(), "Choose a site".to_owned())].into_iter().chain(places.site_options());
        let at = |name, label, value: &str| Field::new(visit, name, label).holding(value).clock();
        let estimated = visit.typed("do") == "estimate" || !visit.form.is_empty() || !typed.starts.is_empty();
        Ok(Self {
            site: Choice::new(visit, "site", "Site", choose, &typed.site),
            map: chosen.map(|site| {
                Map::new(visit, "Fence of the site").fence(&site.fence, map::Mark::Plain, &site.name, None)
            }),
            fence: chosen.map(|site| format!("{}. {}.", site.address, words::fence(&site.fence))),
            title: Field::new(visit, "title", "Title").holding(&typed.title),
            job_type: job_type(visit, tariff.as_deref(), typed),
            starts: at("starts", "Begins", &typed.starts),
            ends: at("ends", "Ends", &typed.ends),
            zone: zone.name(),
            repeats: asks.repeats.then(|| RepeatsView::of(visit, typed)),
            places_wrong: ["place_name", "place_rank", "place_id"].into_iter().find_map(|name| visit.wrong(name)),
            places: typed.places.clone(),
            supervisors: asks.supervisors,
            ranks: ranks(tariff.as_deref()),
            counts_as: Field::new(visit, "counts_as", "Places without a rank count as")
                .optional(&typed.counts_as)
                .hint("A rank of the tariff, for the estimate."),
            vehicles: Field::new(visit, "vehicles", "Vehicles").optional(&typed.vehicles).digits(),
            post_orders: Text::new(visit, "post_orders", "Post orders", 5)
                .optional(&typed.post_orders)
                .hint("What the officers must know. They acknowledge it; when it changes, they do so again."),
            estimate: if estimated { EstimateView::foreseen(sql, visit, typed, zone)? } else { EstimateView::none() },
        })
    }
}

/// The tariff's types of jobs, and what stands there already.
fn job_type(visit: &Visit, tariff: Option<&Tariff>, typed: &Typed) -> Choice {
    let known = tariff.map(|tariff| &tariff.terms().job_types);
    let mut options: Vec<_> =
        known.into_iter().flatten().map(|it| (it.code.clone(), format!("{}: {}", it.code, it.name))).collect();
    options.insert(0, (String::new(), "None".to_owned()));
    if options.iter().all(|(code, _)| *code != typed.job_type) {
        options.push((typed.job_type.clone(), typed.job_type.clone()));
    }
    Choice::new(visit, "job_type", "Type of job", options, &typed.job_type)
}

/// The ranks that the tariff has rates for.
fn ranks(tariff: Option<&Tariff>) -> Vec<String> {
    tariff.map(|tariff| tariff.terms().rates.iter().map(|rate| rate.rank.clone()).collect()).unwrap_or_default()
}

impl RepeatsView {
    fn of(visit: &Visit, typed: &Typed) -> Self {
        let repeats = &typed.repeats;
        let hows = [
            ("once", "Once"),
            ("daily", "Every day, or every so many days"),
            ("weekly", "Weekly, on days of the week"),
            ("rule", "By a rule (RFC 5545)"),
        ];
        let hows = labelled(&hows);
        let tick = |(code, name): &(&'static str, &'static str)| DayTick {
            code,
            name,
            ticked: repeats.days.iter().any(|day| day == code),
        };
        let field = |name, label, value: &str| Field::new(visit, name, label).optional(value);
        Self {
            how: Choice::new(visit, "repeats", "It repeats", hows, &repeats.how),
            every: field("every", "Every so many days or weeks", &repeats.every).digits(),
            days: WEEKDAYS.iter().map(tick).collect(),
            days_wrong: visit.wrong("day"),
            count: field("count", "Number of shifts", &repeats.count).digits(),
            until: field("last_day", "Or the last day", &repeats.until).kind("date"),
            rule: field("rule", "The rule", &repeats.rule).hint("Such as FREQ=MONTHLY;BYDAY=2FR;COUNT=6."),
        }
    }
}
