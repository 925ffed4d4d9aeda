//! The fair of two days ago: three shifts of which none is like another, for whoever reviews timesheets. One is as the book says, one
//! was left early from elsewhere, and of one the facts that came late say something else than the ruling.

use detailbook_core::records::Interval;
use detailbook_core::shift::FactKind;
use detailbook_server::demo::DemoError;
use detailbook_server::rulings::RulingDraft;

use super::crew::Where;
use super::day::Plan;
use super::{Stage, cast};

/// When it begins and ends, in minutes before now.
const BEGINS: i64 = -50 * 60;
const ENDS: i64 = -46 * 60;
/// Who works it.
pub(super) const FAIR: [&str; 3] = ["2107", "2108", "2109"];

impl Stage {
    /// Three places at the field, given by hand.
    pub(super) fn plan_the_fair(&mut self) -> Result<(), DemoError> {
        let [.., field] = cast::venues();
        let fair = Plan {
            name: "fair",
            title: "Harvest fair, Pier Field",
            job_type: "event",
            hours: self.hours(BEGINS, ENDS),
            positions: &["North gate", "Ring", "South gate"],
            orders: "The ring is cleared ten minutes before the animals come.",
        };
        self.enter(&fair, &field)?;
        for number in FAIR {
            self.give(number, "fair")?;
            self.acknowledge(number)?;
        }
        Ok(())
    }

    /// What their phones write. The last of them is where nothing can be sent when its officer leaves.
    pub(super) fn work_the_fair(&mut self) -> Result<(), DemoError> {
        self.to(BEGINS - 4)?;
        self.all_punch(&FAIR, "fair", FactKind::In)?;
        self.to(BEGINS + 90)?;
        self.note("2107", "fair", "A lost child was brought to the gate, and fetched by its mother at once.")?;
        self.photo("2107", "fair", None)?;
        self.to(ENDS - 35)?;
        self.punch("2108", "fair", FactKind::Out, Where::Away)?;
        self.sync("2108")?;
        self.to(ENDS)?;
        self.all_punch(&["2107"], "fair", FactKind::Out)?;
        self.to(ENDS + 40)?;
        self.punch("2109", "fair", FactKind::Out, Where::Site)
    }

    /// Rules on the last of them as it was scheduled, for its end has not come.
    pub(super) fn rule_on_the_fair(&self) -> Result<(), DemoError> {
        let Interval { start, end } = self.hours(BEGINS, ENDS);
        let draft = RulingDraft {
            id: None,
            accepted: vec![Interval { start, end }],
            exceptions: vec!["No punch out has come; the end is the schedule's.".to_owned()],
            reason: "The sergeant saw the gate closed at the end.".to_owned(),
            ruled_by: "Coordinator".to_owned(),
            supersedes: None,
            overriding: None,
        };
        self.office.rule(self.place("2109", "fair")?, &draft).map(drop)
    }
}
