//! What somebody else changed while a form was being filled in: told field by field, so that nobody overwrites it unseen.

use askama::Template;
use askama::filters::HtmlSafe;
use detailbook_core::geo::Fence;
use detailbook_core::ids::RecordId;
use detailbook_core::records::{
    Agency, Assignment, AssignmentState, Customer, Detail, Interval, Officer, Placement, Position, RecordKind, Site,
};
use detailbook_core::staffing::Request;
use minicbor::Decode;

use super::details::sought::Places;
use super::details::words;
use super::visit::Visit;
use crate::fence_text;
use crate::problem::Problem;
use crate::store::Sql;
use crate::store::records::{self, Stored};

/// One field that is another now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The field.
    pub what: String,
    /// As the form was made from.
    pub was: String,
    /// As it is now.
    pub is: String,
}

/// What changed since the form was made, where it was refused for that.
#[derive(Template, Clone, Debug, Default)]
#[template(path = "console/changed.html")]
pub struct Changed {
    stale: bool,
    /// What stood there when the form was made is known too.
    was_known: bool,
    changes: Vec<Change>,
}

impl HtmlSafe for Changed {}

/// A record whose versions can be told apart in words.
pub trait Told: Sized {
    /// Each field with what stands in it, in order.
    fn fields(&self, places: &Places) -> Vec<(String, String)>;
}

impl Told for Detail {
    fn fields(&self, places: &Places) -> Vec<(String, String)> {
        let time = words::time(self.zone, Interval { start: self.starts, end: self.ends });
        let mut fields = vec![
            named("State", words::state(self.state).word),
            named("Customer", &self.customer_name),
            named("Site", places.site(self.site)),
            named("Title", &self.title),
            named("Type of job", &self.job_type),
            named("Time", &time),
            named("Reference", &self.reference),
            named("Post orders", &self.post_orders),
        ];
        fields.extend(self.positions.iter().map(|position| (format!("Place {}", position.name), place(position))));
        fields
    }
}

impl Told for Assignment {
    fn fields(&self, _: &Places) -> Vec<(String, String)> {
        let state = if self.state == AssignmentState::Active { "has the place" } else { "released" };
        let seen = if self.acknowledged.is_some() { "yes" } else { "not yet" };
        vec![named("State", state), named("Acknowledged", seen), named("Origin", words::origin(self.origin))]
    }
}

impl Told for Site {
    fn fields(&self, places: &Places) -> Vec<(String, String)> {
        vec![
            named("Customer", places.customers.get(&self.customer).map_or("", String::as_str)),
            named("Name", &self.name),
            named("Street address", &self.address),
            named("Fence", &whole(&self.fence)),
            named("Placement", if self.placement == Placement::Surveyed { "where it stands" } else { "about there" }),
        ]
    }
}

impl Told for Officer {
    fn fields(&self, _: &Places) -> Vec<(String, String)> {
        vec![named("Name", &self.name), named("Employee number", &self.employee_number), named("Rank", &self.rank)]
    }
}

impl Told for Customer {
    fn fields(&self, _: &Places) -> Vec<(String, String)> {
        vec![named("Name", &self.name), named("Number", &self.number)]
    }
}

impl Told for Agency {
    fn fields(&self, _: &Places) -> Vec<(String, String)> {
        vec![named("Name", &self.name), named("Time zone", self.zone.name())]
    }
}

/// A fence with every corner: one that was moved is told.
fn whole(fence: &Fence) -> String {
    match fence {
        Fence::Circle { .. } => words::fence(fence),
        Fence::Polygon { rings } => {
            let corners = fence_text::rings_text(rings).replace("\n\n", "; hole: ").replace('\n', "; ");
            format!("{}: {corners}", words::fence(fence))
        }
    }
}

impl Told for Request {
    fn fields(&self, places: &Places) -> Vec<(String, String)> {
        let shifts: Vec<_> = self.shifts.iter().map(|shift| words::time(self.zone, *shift)).collect();
        let seat = |seat: &detailbook_core::staffing::Seat| match &seat.rank {
            Some(rank) => format!("{} ({rank})", seat.name),
            None => seat.name.clone(),
        };
        let seats: Vec<_> = self.seats.iter().map(seat).collect();
        let estimate = self.estimate.as_ref().and_then(|estimate| estimate.total);
        vec![
            named("Stage", words::stage(self.stage).word),
            named("Site", places.site(self.site)),
            named("Title", &self.title),
            named("Type of job", &self.job_type),
            named("Shifts", &shifts.join("; ")),
            named("Places", &seats.join(", ")),
            named("Vehicles", &self.vehicles.to_string()),
            named("Asked by", &self.asked_by),
            named("Post orders", &self.post_orders),
            named("Estimate", &estimate.map(|total| total.to_string()).unwrap_or_default()),
            named("Details posted", &self.details.len().to_string()),
        ]
    }
}

fn named(what: &str, text: &str) -> (String, String) {
    (what.to_owned(), text.to_owned())
}

fn place(position: &Position) -> String {
    let rank = position.rank.as_deref().unwrap_or("any rank");
    format!("{rank}, {}", if position.filled { "taken" } else { "empty" })
}

/// What is another in the second.
pub fn changes(before: &[(String, String)], after: &[(String, String)]) -> Vec<Change> {
    let find =
        |fields: &[(String, String)], what: &str| fields.iter().find(|(known, _)| known == what).map(|it| it.1.clone());
    let gone = before.iter().filter(|(what, _)| find(after, what).is_none());
    let mut found: Vec<_> = after
        .iter()
        .map(|(what, is)| Change { what: what.clone(), was: find(before, what).unwrap_or_default(), is: is.clone() })
        .filter(|change| change.was != change.is)
        .collect();
    found.extend(gone.map(|(what, was)| Change { what: what.clone(), was: was.clone(), is: String::new() }));
    found
}

impl Changed {
    /// What of a record changed since the form was made, where the form was sent and is stale.
    pub fn since<R: Told + for<'b> Decode<'b, ()>>(
        sql: &mut dyn Sql,
        visit: &Visit,
        kind: RecordKind,
        id: impl Into<RecordId>,
        now: &Stored<R>,
    ) -> Result<Self, Problem> {
        let Some(sent) = stale(visit, now.version) else { return Ok(Self::default()) };
        let places = Places::of(sql, visit.agency()?)?;
        let before = records::at_version::<R>(sql, visit.agency()?, kind, id, sent)?;
        let before = before.map(|before| before.fields(&places)).unwrap_or_default();
        Ok(Self { stale: true, was_known: true, changes: changes(&before, &now.record.fields(&places)) })
    }

    /// The same of something of which nothing older is kept: how it stands now, field by field.
    pub fn to(visit: &Visit, version: i64, fields: &[(&str, &str)]) -> Self {
        if stale(visit, version).is_none() {
            return Self::default();
        }
        let change =
            |(what, is): &(&str, &str)| Change { what: (*what).to_owned(), was: String::new(), is: (*is).to_owned() };
        Self { stale: true, was_known: false, changes: fields.iter().map(change).collect() }
    }
}

/// The version that a refused form was made from, if it is another than the one there is. Whatever it was refused for: it is shown again
/// with the version there is, so that it would be taken the next time.
fn stale(visit: &Visit, now: i64) -> Option<i64> {
    let sent = visit.typed("version").parse::<i64>().ok().filter(|sent| *sent != now);
    sent.filter(|_| visit.refused.is_some())
}

/// The version that the form was made from.
pub fn version(visit: &Visit) -> Result<i64, Problem> {
    visit.typed("version").parse().map_err(|_| Problem::invalid("version", "must be the one that the page gave"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_came_and_went_is_named_and_nothing_else() {
        let fields = |all: &[(&str, &str)]| all.iter().map(|(what, text)| named(what, text)).collect::<Vec<_>>();
        let before = fields(&[("Title", "Road work"), ("Place A", "empty"), ("Place B", "empty")]);
        let after = fields(&[("Title", "Road work"), ("Place A", "taken"), ("Place C", "empty")]);
        let told: Vec<_> = changes(&before, &after).into_iter().map(|it| (it.what, it.was, it.is)).collect();
        let text = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        let expected = [text("Place A", "empty", "taken"), text("Place C", "", "empty"), text("Place B", "empty", "")];
        assert_eq!(told, expected);
        assert_eq!(changes(&after, &after), []);
    }
}
