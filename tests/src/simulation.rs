//! One seed's life: a plan, an enrolment, a hundred things that happen, and then peace, in which everything must come together.

use std::cell::Cell;

use detailbook_core::time::Millis;

use crate::broken::{Broken, Checked};
use crate::entropy::Seeded;
use crate::network::Weather;
use crate::tally::Tally;
use crate::world::{Plan, SharedTrace, World, beginning};

/// Whose the phones are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Crew {
    /// Each another officer's, in all agencies.
    Mixed,
    /// All one officer's.
    Twins,
    /// All of the first agency's: officers who come instead of each other.
    Crowd,
}

/// What a seed decides before anything happens.
struct Course {
    plan: Plan,
    phones: u64,
    crew: Crew,
    steps: u64,
    hostile: bool,
    restores: bool,
    mishaps: u64,
}

impl Course {
    fn of(seed: u64) -> Self {
        let mut entropy = Seeded::new(seed, "course");
        let mild = Weather { drop_request: 3, drop_response: 4, repeat: 2, cut: 2, slow: 5 };
        let weather = *entropy.pick(&[Weather::CLEAR, mild, Weather::FOUL, Weather::FOUL]).unwrap_or(&mild);
        let session = Millis::from_hours(*entropy.pick(&[2, 24, 720]).unwrap_or(&720));
        let crowded = entropy.percent(40);
        let officers = if crowded { 4 } else { entropy.between(2, 4) };
        let hostile = entropy.percent(35);
        let plan = Plan { agencies: 2, officers, weather, session, begins: beginning() };
        let phones = entropy.between(2, 5);
        let crew = match crowded {
            true => Crew::Crowd,
            false if entropy.percent(40) => Crew::Twins,
            false => Crew::Mixed,
        };
        Self {
            plan,
            phones,
            crew,
            // An evening of relief counts for one and takes as long as many.
            steps: if crowded { entropy.between(30, 90) } else { entropy.between(50, 160) },
            hostile,
            restores: !hostile && entropy.percent(20),
            mishaps: *entropy.pick(&[0, 6, 12]).unwrap_or(&6),
        }
    }
}

/// Runs a seed from beginning to end.
pub fn run(seed: u64, trace: &SharedTrace, step: &Cell<u32>) -> Result<Tally, Broken> {
    let course = Course::of(seed);
    let mut world = World::new(seed, &Plan { weather: Weather::CLEAR, ..course.plan }, trace.clone());
    let outcome = live(&mut world, &course, step);
    step.set(world.step);
    outcome.map(|()| world.tally)
}

fn live(world: &mut World, course: &Course, step: &Cell<u32>) -> Checked {
    world.settle_in(course)?;
    world.weather = course.plan.weather;
    world.strikes = course.mishaps;
    for _ in 0..course.steps {
        world.step += 1;
        step.set(world.step);
        world.something_happens(course)?;
        let pause = world.pause(course);
        world.pass(pause)?;
        step.set(world.step);
    }
    world.heal()?;
    step.set(world.step);
    world.check_all()?;
    world.count_fills();
    Ok(())
}

impl World {
    /// Phones are given out and enrolled, and the first details posted.
    fn settle_in(&mut self, course: &Course) -> Checked {
        for desk in 0..self.desks.len() {
            self.settle_house(desk)?;
        }
        let desks = if course.crew == Crew::Crowd { 1 } else { self.desks.len() as u64 };
        for number in 0..course.phones {
            let desk = (number % desks) as usize;
            // The last officer of an agency has no phone: the hostile one comes in that officer's name.
            let officers = self.desks[desk].officers.len() as u64 - 1;
            let place = number / desks;
            let officer = if course.crew == Crew::Twins { 0 } else { place % officers };
            let officer = self.desks[desk].officers[officer as usize];
            let handset = self.add_handset(desk, officer);
            self.ask_in(handset)?;
            self.pass(Millis::from_secs(5))?;
        }
        for _ in 0..6 {
            self.coordinator_acts()?;
            self.pass(Millis::from_secs(1))?;
        }
        Ok(())
    }

    fn something_happens(&mut self, course: &Course) -> Checked {
        let handset = self.some_handset();
        let hostile = if course.hostile { 8 } else { 0 };
        let restores = if course.restores { 3 } else { 0 };
        let evenings = if course.crew == Crew::Crowd { 5 } else { 1 };
        match self.entropy.weighted(&[46, 28, 6, 22, course.mishaps, hostile, restores, evenings]) {
            0 => self.officer_acts(handset),
            1 | 2 if self.now < self.handsets[handset].signal_from => self.officer_acts(handset),
            1 => self.sync_or_enrol(handset),
            2 => self.upload(handset),
            3 => self.coordinator_acts(),
            4 => self.mishap(),
            5 => self.attack(),
            6 => self.turn_back_time(),
            _ => self.evening_of_relief(),
        }
    }

    /// A phone that is not enrolled asks to be; any other syncs.
    pub fn sync_or_enrol(&mut self, handset: usize) -> Checked {
        match self.handsets[handset].device {
            Some(_) => self.sync(handset),
            None if self.backed_up => Ok(()),
            None => self.ask_in(handset),
        }
    }

    fn pause(&mut self, course: &Course) -> Millis {
        // A phone sends a restored server what is younger than 35 days: a world in which that happens does not last so long.
        let weeks = u64::from(!course.restores);
        let most = match self.entropy.weighted(&[60, 30, 9, weeks]) {
            0 => 20_000,
            1 => 400_000,
            2 => 7_200_000,
            _ => 14 * 24 * 3_600_000,
        };
        Millis(self.entropy.between(1, most) as i64)
    }
}
