//! What a detail is like and asks for, beyond its record: what the rules ask about.

use askama::Template;
use detailbook_core::ids::DetailId;
use detailbook_core::policy::Alcohol;
use detailbook_core::records::Detail;

use super::typed::listed;
use crate::console::changed::version;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::labelled;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::filing;
use crate::policy::detail_facts::{self, DetailFacts};
use crate::problem::Problem;
use crate::store::{Sql, edit_versions};

/// Fields of the form.
pub const FIELDS: &[&str] = &[
    "version",
    "class",
    "tags",
    "alcohol",
    "alcohol_percent",
    "attendees",
    "uses",
    "requires",
    "equipment",
    "runs_days",
];
const ALCOHOL: &[(&str, &str)] = &[("", "Not known"), ("no", "None"), ("yes", "Served")];
const WHAT: &str = "detail_facts";

#[derive(Template)]
#[template(path = "console/details/requirements.html")]
struct RequirementsPage {
    frame: Frame,
    id: String,
    title: String,
    stale: bool,
    now: Vec<(&'static str, String)>,
    version: i64,
    fields: Vec<Field>,
    alcohol: Choice,
    seal: Seal,
}

/// What is said of a detail, each with its name; what is not said is not there.
pub fn told(facts: &DetailFacts) -> Vec<(&'static str, String)> {
    let some = |list: &Option<Vec<String>>| list.as_deref().map(|list| list.join(", "));
    let all = [
        ("Certifications", Some(facts.requires.join(", "))),
        ("Equipment", Some(facts.equipment.join(", "))),
        ("Class of job", facts.class.clone()),
        ("Tags", some(&facts.tags)),
        ("Alcohol", facts.alcohol.map(alcohol_text)),
        ("People who come", facts.attendees.map(|count| count.to_string())),
        ("Officers use", some(&facts.uses)),
        ("Days that it runs", facts.runs_days.map(|days| days.to_string())),
    ];
    all.into_iter().filter_map(|(name, text)| Some((name, text.filter(|text| !text.is_empty())?))).collect()
}

fn alcohol_text(alcohol: Alcohol) -> String {
    match (alcohol.served, alcohol.income_percent) {
        (true, Some(percent)) => format!("served, {percent} percent of the income"),
        (true, None) => "served".to_owned(),
        (false, _) => "none".to_owned(),
    }
}

/// Writes it, and counts the writing, so that nobody writes over it unseen.
pub fn write(sql: &mut dyn Sql, visit: &Visit, id: DetailId, facts: &DetailFacts) -> Result<(), Problem> {
    edit_versions::raise(sql, visit.agency()?, WHAT, id.into())?;
    detail_facts::set(sql, &visit.by()?, id, facts)
}

/// The form.
pub fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, id) = (visit.agency()?, visit.id::<DetailId>("id")?);
    let detail = filing::get::<Detail>(sql, agency, id)?.record;
    let facts = detail_facts::at(sql, agency, id, visit.now)?;
    let version = edit_versions::get(sql, agency, WHAT, id.into())?;
    let stale = !visit.form.is_empty() && visit.typed("version") != version.to_string();
    let some = |list: &Option<Vec<String>>| list.as_deref().unwrap_or_default().join(", ");
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    let field = |name, label, value: String| {
        let value = if visit.form.is_empty() { value } else { visit.typed(name).to_owned() };
        Field::new(visit, name, label).optional(&value)
    };
    let (listed, percent) = ("Separated by commas.", facts.alcohol.and_then(|it| it.income_percent).map(u32::from));
    let fields = vec![
        field("requires", "Certifications that each officer must have", facts.requires.join(", ")).hint(listed),
        field("equipment", "Equipment that each must have been issued", facts.equipment.join(", ")).hint(listed),
        field("class", "Class of job", facts.class.clone().unwrap_or_default())
            .hint("Where it is not the type of job."),
        field("tags", "Tags", some(&facts.tags)).hint("Such as hotel. Separated by commas."),
        field("uses", "What officers use", some(&facts.uses)).hint("Such as uniform, weapon, vehicle."),
        field("attendees", "People who come", number(facts.attendees)).digits(),
        field("alcohol_percent", "Percent of the income that is from alcohol", number(percent)).digits(),
        field("runs_days", "Days that the whole engagement runs", number(facts.runs_days)).digits(),
    ];
    let chosen = facts.alcohol.map_or("", |it| if it.served { "yes" } else { "no" });
    Page::html(&RequirementsPage {
        frame: Frame::of(visit, "Requirements"),
        id: id.to_string(),
        title: detail.title,
        stale,
        now: told(&facts),
        version,
        fields,
        alcohol: Choice::new(visit, "alcohol", "Alcohol", labelled(ALCOHOL), chosen),
        seal: visit.seal(&format!("/console/details/{id}/requirements")),
    })
}

/// Writes what was typed, in place of what was said before; what the form does not ask for stays.
pub fn set(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, id) = (visit.agency()?, visit.id::<DetailId>("id")?);
    filing::get::<Detail>(sql, agency, id)?;
    let (sent, found) = (version(visit)?, edit_versions::get(sql, agency, WHAT, id.into())?);
    if sent != found {
        return Err(Problem::conflict("Somebody else wrote these meanwhile. What they say now stands below."));
    }
    let before = detail_facts::at(sql, agency, id, visit.now)?;
    let some = |name| Some(listed(visit.typed(name))).filter(|list| !list.is_empty());
    let facts = DetailFacts {
        class: Some(visit.typed("class").trim().to_owned()).filter(|class| !class.is_empty()),
        tags: some("tags"),
        alcohol: alcohol_typed(visit)?,
        attendees: number(visit, "attendees")?,
        uses: some("uses"),
        requires: listed(visit.typed("requires")),
        equipment: listed(visit.typed("equipment")),
        runs_days: number(visit, "runs_days")?,
        ..before
    };
    write(sql, visit, id, &facts)?;
    Ok(Page::to(&format!("/console/details/{id}?said=required")))
}

fn alcohol_typed(visit: &Visit) -> Result<Option<Alcohol>, Problem> {
    let income_percent = number(visit, "alcohol_percent")?
        .map(|percent| u8::try_from(percent).ok().filter(|percent| *percent <= 100))
        .map(|percent| percent.ok_or_else(|| Problem::invalid("alcohol_percent", "must be at most 100")))
        .transpose()?;
    match visit.typed("alcohol") {
        "" => Ok(None),
        "no" => Ok(Some(Alcohol { served: false, income_percent })),
        "yes" => Ok(Some(Alcohol { served: true, income_percent })),
        _ => Err(Problem::invalid("alcohol", "must be one of these")),
    }
}

fn number(visit: &Visit, name: &str) -> Result<Option<u32>, Problem> {
    match visit.typed(name).trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Problem::invalid(name, "must be a whole number")),
    }
}
