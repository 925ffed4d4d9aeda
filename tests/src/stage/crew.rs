//! The officers and their phones, and the details that they work.

use std::collections::BTreeMap;

use detailbook_core::device::{AcknowledgementView, Moment, Phone, PhoneError, Place, WhichShift};
use detailbook_core::geo::{Fence, Point};
use detailbook_core::ids::{AssignmentId, CustomerId, DetailId, OfficerId, SiteId};
use detailbook_core::records::AssignmentOrigin;
use detailbook_core::shift::{FactKind, Sha256};
use detailbook_server::clock::Clock;
use detailbook_server::demo::DemoError;
use detailbook_server::demo::phones::{Handset, middle};
use detailbook_server::demo::photo;
use detailbook_server::routes::staff::assignments::Assign;
use serde::Serialize;
use serde_json::Value;

use super::Stage;

/// How far from the middle somebody is who is not at the site: some 700 m north, in 1e-7 degrees.
const AWAY: i32 = 64_000;

/// What the photos of these phones are.
const PNG: &str = "image/png";

/// An officer and the phone that goes along.
pub(super) struct Member {
    pub(super) id: OfficerId,
    pub(super) handset: Handset,
    /// Their places, by the name of the detail.
    pub(super) places: BTreeMap<&'static str, AssignmentId>,
}

/// A detail, by what the stage calls it.
#[derive(Clone, Serialize)]
pub(super) struct Work {
    pub(super) customer: CustomerId,
    pub(super) site: SiteId,
    pub(super) detail: DetailId,
    #[serde(skip)]
    pub(super) fence: Fence,
}

/// Who has which place.
#[derive(Serialize)]
pub(super) struct Held {
    officer: &'static str,
    work: &'static str,
    assignment: AssignmentId,
}

/// Where somebody stands when they punch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Where {
    /// At the site.
    Site,
    /// Away from it.
    Away,
    /// Where no satellite is seen.
    Cellar,
}

/// A line that names nobody and nothing there is.
pub(super) fn unknown(what: &str) -> DemoError {
    DemoError::Server(format!("there is no {what} on the stage"))
}

impl Stage {
    pub(super) fn member(&self, number: &str) -> Result<&Member, DemoError> {
        self.crew.get(number).ok_or_else(|| unknown(number))
    }

    pub(super) fn member_mut(&mut self, number: &str) -> Result<&mut Member, DemoError> {
        self.crew.get_mut(number).ok_or_else(|| unknown(number))
    }

    pub(super) fn work(&self, name: &str) -> Result<&Work, DemoError> {
        self.works.get(name).ok_or_else(|| unknown(name))
    }

    pub(super) fn place(&self, number: &str, work: &str) -> Result<AssignmentId, DemoError> {
        let found = self.member(number)?.places.get(work).copied();
        found.ok_or_else(|| unknown(&format!("place of {number} on {work}")))
    }

    pub(super) fn places(&self) -> Vec<Held> {
        let mut places = Vec::new();
        for (officer, member) in &self.crew {
            places.extend(member.places.iter().map(|(work, id)| Held { officer, work, assignment: *id }));
        }
        places
    }

    /// What a phone of that detail's knows at that place.
    pub(super) fn moment(&self, number: &str, work: &str, place: Where) -> Result<Moment, DemoError> {
        let site = middle(&self.work(work)?.fence);
        let handset = &self.member(number)?.handset;
        let north = if place == Where::Away { AWAY } else { 0 };
        let mut moment = handset.moment_at(Point { latitude_e7: site.latitude_e7 + north, ..site });
        if place == Where::Cellar {
            moment.fixes.clear();
        }
        Ok(moment)
    }

    /// Punches. What the phone wrote is on its disk, and nowhere else yet.
    pub(super) fn punch(&mut self, number: &str, work: &str, kind: FactKind, place: Where) -> Result<(), DemoError> {
        let (shift, moment) = (self.shift(number, work)?, self.moment(number, work, place)?);
        self.member_mut(number)?.handset.write(|phone| phone.punch(kind, shift, &moment)).map(drop)
    }

    /// Takes a photo on the shift. It lies on the phone, and gives by what hash the agency will know it.
    pub(super) fn photo(&mut self, number: &str, work: &str, caption: Option<&str>) -> Result<Sha256, DemoError> {
        let (shift, moment) = (self.shift(number, work)?, self.moment(number, work, Where::Site)?);
        let picture = photo::door_at_night()?;
        let place = Place::Shift(shift);
        let attach = |phone: &Phone| phone.attach(place, &mut picture.as_slice(), PNG, caption, &moment).map(drop);
        self.member_mut(number)?.handset.write(attach)?;
        Ok(Sha256::of(&picture))
    }

    /// A phone beside those that the officers work with.
    pub(super) fn spare_phone(&mut self, name: &str) -> Result<&mut Handset, DemoError> {
        self.spare.get_mut(name).ok_or_else(|| unknown(name))
    }

    /// Begins a shift that was given to nobody, where no satellite is seen.
    pub(super) fn begin(&mut self, name: &str) -> Result<Value, DemoError> {
        let handset = self.spare_phone(name)?;
        let moment = Moment::at(handset.clock.read());
        handset.write(|phone| phone.punch(FactKind::In, WhichShift::Unassigned(None), &moment)).map(|_| Value::Null)
    }

    pub(super) fn shift(&self, number: &str, work: &str) -> Result<WhichShift, DemoError> {
        Ok(WhichShift::Assignment(self.place(number, work)?))
    }

    /// Something that the phone's core does and that is no fact.
    pub(super) fn wish<T>(
        &self,
        number: &str,
        wish: impl FnOnce(&Handset) -> Result<T, PhoneError>,
    ) -> Result<T, DemoError> {
        let handset = &self.member(number)?.handset;
        wish(handset).map_err(|fault| handset.fault(fault))
    }

    pub(super) fn sync(&mut self, number: &str) -> Result<(), DemoError> {
        self.member_mut(number)?.handset.sync().map(drop)
    }

    /// Gives a place by hand, as one that the officer always works.
    pub(super) fn give(&mut self, number: &'static str, work: &'static str) -> Result<(), DemoError> {
        let (officer, detail) = (self.member(number)?.id, self.work(work)?.detail);
        let (origin, reason) = (AssignmentOrigin::Standing, "Knows the site.".to_owned());
        let assign = Assign { id: None, officer, position: None, origin, reason, overlap: None, overriding: None };
        let id = self.office.assign(detail, &assign)?;
        self.member_mut(number)?.places.insert(work, id);
        Ok(())
    }

    /// The phone hears of what it was given, and its officer says that it was seen.
    pub(super) fn acknowledge(&mut self, number: &'static str) -> Result<(), DemoError> {
        self.sync(number)?;
        let now = self.server.clock.now();
        let shifts = self.wish(number, |handset| handset.phone().schedule(now, None, 50))?.items;
        let details: BTreeMap<DetailId, &'static str> =
            self.works.iter().map(|(name, it)| (it.detail, *name)).collect();
        for shift in shifts {
            let id = shift.assignment.id;
            if let Some(work) = details.get(&shift.assignment.detail) {
                self.member_mut(number)?.places.insert(work, id);
            }
            if shift.acknowledgement == AcknowledgementView::Open {
                self.wish(number, |handset| handset.phone().acknowledge(id, &handset.clock.read()))?;
            }
        }
        self.sync(number)
    }
}
