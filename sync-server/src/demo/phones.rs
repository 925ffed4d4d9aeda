//! Simulated phones: the real core, its store on disk, a clock of its own, and fixes as a phone at the site would have.

use std::sync::Arc;

use detailbook_core::device::{
    CancelHandle, ClockFailed, Driver, Moment, OpenOptions, Phone, PhoneClock, PhoneError, SyncError, SyncSummary,
    WhichShift,
};
use detailbook_core::evidence::SoftwareSigner;
use detailbook_core::geo::{Fence, Fix, Point, Provider};
use detailbook_core::ids::AssignmentId;
use detailbook_core::shift::{FactKind, PhoneState};
use detailbook_core::time::{BootId, ClockReading, Millis, UnixMillis, Zone, ZoneName};

use super::clock::DemoClock;
use super::error::DemoError;
use super::server::RunningServer;
use crate::clock::Clock;
use crate::entropy::OsEntropy;

/// A phone's own clocks. The wall clock may be wrong; the steady one counts from the start of the phone.
#[derive(Clone)]
pub struct HandsetClock {
    truth: DemoClock,
    started: UnixMillis,
    zone: Zone,
    /// How far somebody has set the wall clock ahead of the truth.
    pub ahead: Millis,
}

impl PhoneClock for HandsetClock {
    fn read(&self) -> Result<ClockReading, ClockFailed> {
        Ok(Self::read(self))
    }
}

impl HandsetClock {
    /// What they say now.
    pub fn read(&self) -> ClockReading {
        let now = self.truth.now();
        let monotonic = u64::try_from((now - self.started).0).unwrap_or_default();
        let zone = ZoneName::from(self.zone);
        ClockReading { wall: now + self.ahead, zone, monotonic, boot: BootId(1), anchor: None }
    }
}

/// An officer's phone.
pub struct Handset {
    employee: String,
    phone: Arc<Phone>,
    /// Its clocks.
    pub clock: HandsetClock,
    driver: Arc<Driver>,
    facts: u64,
    syncs: u64,
}

impl Handset {
    /// A new phone for an officer, enrolled by the text of a QR code.
    pub fn enrol(server: &RunningServer, employee: &str, invitation: &str) -> Result<Self, DemoError> {
        let named = |fault| DemoError::Phone { officer: employee.to_owned(), fault };
        // Employee numbers come from a file: only a hash of one can be trusted to be a file's name.
        let name = detailbook_core::shift::Sha256::of(employee.as_bytes()).to_hex();
        let folder = server.folder.join("phones").join(&name[..16]);
        std::fs::create_dir_all(&folder)?;
        let now = server.clock.now();
        let clock = HandsetClock {
            truth: server.clock.clone(),
            started: now - Millis::from_hours(1),
            zone: server.zone,
            ahead: Millis(0),
        };
        let mut options = OpenOptions::new(folder.join("phone.sqlite"), folder.join("originals"));
        options.label = format!("Phone of {employee}");
        let signer = Arc::new(SoftwareSigner::generate(&mut OsEntropy));
        let phone = Phone::open(options, signer, Box::new(OsEntropy), now).map_err(named)?;
        let driver = Arc::clone(&server.driver);
        let handset = Self { employee: employee.to_owned(), phone: Arc::new(phone), clock, driver, facts: 0, syncs: 0 };
        let cancel = CancelHandle::new();
        let enrolled = handset.driver.enrol_now(&handset.phone, invitation, &handset.clock, &cancel);
        enrolled.map_err(|fault| handset.unsynced(fault))?;
        Ok(handset)
    }

    /// Punches, as one would at the site.
    pub fn punch(&mut self, kind: FactKind, assignment: AssignmentId, fence: &Fence) -> Result<(), DemoError> {
        let moment = self.moment_at(middle(fence));
        self.write(|phone| phone.punch(kind, WhichShift::Assignment(assignment), &moment).map(drop))
    }

    /// Writes one fact down.
    pub fn write<T>(&mut self, fact: impl FnOnce(&Phone) -> Result<T, PhoneError>) -> Result<T, DemoError> {
        let written = fact(&self.phone).map_err(|fault| self.fault(fault))?;
        self.facts += 1;
        Ok(written)
    }

    /// The phone's core, for what writes no fact.
    pub fn phone(&self) -> &Phone {
        &self.phone
    }

    /// Facts written so far.
    pub const fn facts(&self) -> u64 {
        self.facts
    }

    /// Syncs that came to their end: everything sent, everything fetched.
    pub const fn syncs(&self) -> u64 {
        self.syncs
    }

    /// Exchanges with the server until both have everything.
    pub fn sync(&mut self) -> Result<SyncSummary, DemoError> {
        let done = self.driver.sync_now(&self.phone, &self.clock, &CancelHandle::new());
        let summary = done.map_err(|fault| self.unsynced(fault))?;
        self.syncs += 1;
        Ok(summary)
    }

    /// What the phone knows at this moment, at that place.
    pub fn moment_at(&self, place: Point) -> Moment {
        let phone = PhoneState { battery: Some(71), saver: false, precise_location: true };
        Moment { clock: self.clock.read(), fixes: fixes(place), phone: Some(phone) }
    }

    fn unsynced(&self, fault: SyncError) -> DemoError {
        DemoError::Sync { officer: self.employee.clone(), fault }
    }

    /// An error of this phone's.
    pub fn fault(&self, fault: PhoneError) -> DemoError {
        DemoError::Phone { officer: self.employee.clone(), fault }
    }
}

/// Two fixes of the last seconds, some metres off as they always are.
fn fixes(place: Point) -> Vec<Fix> {
    let off = |north: i32, east: i32, accuracy_dm: u32, age_ms: u32| Fix {
        latitude_e7: place.latitude_e7 + north,
        longitude_e7: place.longitude_e7 + east,
        accuracy_dm: Some(accuracy_dm),
        age_ms,
        provider: Provider::Fused,
        mock: false,
    };
    vec![off(310, -420, 74, 900), off(-560, 780, 132, 6_400)]
}

/// A place within the fence: the middle of a circle, the mean corner of a polygon.
pub fn middle(fence: &Fence) -> Point {
    match fence {
        Fence::Circle { center, .. } => *center,
        Fence::Polygon { rings } => {
            let corners = rings.first().map(Vec::as_slice).unwrap_or_default();
            let count = i64::try_from(corners.len().max(1)).unwrap_or(1);
            let mean = |coordinate: fn(&Point) -> i32| {
                (corners.iter().map(|corner| i64::from(coordinate(corner))).sum::<i64>() / count) as i32
            };
            Point { latitude_e7: mean(|corner| corner.latitude_e7), longitude_e7: mean(|corner| corner.longitude_e7) }
        }
    }
}

#[cfg(test)]
mod tests {
    use detailbook_core::geo::{FenceState, fence_verdict};

    use super::*;

    fn point(latitude_e7: i32, longitude_e7: i32) -> Point {
        Point { latitude_e7, longitude_e7 }
    }

    #[test]
    fn whoever_punches_at_the_site_is_inside_its_fence() {
        let circle = Fence::Circle { center: point(423_500_000, -710_600_000), radius_m: 150 };
        let (south, north, west, east) = (423_500_000, 423_530_000, -710_640_000, -710_600_000);
        let corners = vec![point(south, west), point(south, east), point(north, east), point(north, west)];
        for fence in [circle, Fence::Polygon { rings: vec![corners] }] {
            assert_eq!(fence_verdict(&fence, &fixes(middle(&fence))).state, FenceState::Inside, "{fence:?}");
        }
    }

    #[test]
    fn a_phone_that_was_set_wrong_still_counts_its_steady_time_from_its_start() {
        let truth = DemoClock::new(UnixMillis::new(10_000));
        let ahead = Millis::from_mins(47);
        let clock = HandsetClock { truth: truth.clone(), started: UnixMillis::new(4_000), zone: Zone::UTC, ahead };
        truth.pass(Millis(500));
        let reading = clock.read();
        assert_eq!((reading.wall, reading.monotonic), (UnixMillis::new(10_500) + ahead, 6_500));
    }
}
