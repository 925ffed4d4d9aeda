//! What coordinators do, on what the agency has on file at that moment.

use detailbook_core::ids::{DetailId, DeviceId, OfficerId};
use detailbook_core::records::{
    Application, ApplicationState, Assignment, AssignmentOrigin, AssignmentState, DetailState, Interval, RecordKind,
};
use detailbook_core::time::Millis;
use detailbook_core::wire::{self, Invitation, Refusal};
use detailbook_server::access::invitation::invite;
use detailbook_server::scheduling::Award;

use crate::broken::{Broken, Checked};
use crate::desk::Done;
use crate::readable::File;
use crate::world::World;

impl World {
    /// A coordinator of some agency does something.
    pub fn coordinator_acts(&mut self) -> Checked {
        let desk = self.entropy.below(self.desks.len() as u64) as usize;
        let Some(file) = self.file(self.desks[desk].agency) else { return Ok(()) };
        match self.entropy.weighted(&[20, 5, 12, 10, 10, 8, 10, 6, 26, 8, 10, 5, 12, 6, 5, 12, 10, 6, 2, 4]) {
            0 => self.post(desk),
            1 => self.cancel(desk, &file),
            2 => self.award_applicant(desk, &file),
            3 => self.order_in(desk, &file),
            4 => self.release(desk, &file),
            5 => self.link(desk, &file),
            6 => self.rule(desk, &file),
            7 => self.write_to_officers(desk),
            8 => self.offer_new(desk),
            9 => self.offer_again(desk, &file),
            10 => self.take_request(desk),
            11 => self.post_late(desk, &file),
            12 => self.set_service(desk),
            13 => self.adjust(desk),
            14 => self.edit(desk, &file),
            15 => self.answer_waiting(desk, &file),
            16 => self.fill_in(desk, &file),
            17 => self.rule_on_no_show(desk, &file),
            18 => self.settle_relief(desk),
            _ => self.read_personnel(desk),
        }
    }

    fn post(&mut self, desk: usize) -> Checked {
        let starts = self.now + Millis::from_mins(self.entropy.between(10, 3_000) as i64);
        let length = Millis::from_hours(self.entropy.between(2, 10) as i64);
        let positions = self.entropy.between(1, 2);
        let done = self.desks[desk].post(&mut self.machine, self.now, starts, length, positions);
        self.done("posts a detail", done)
    }

    fn cancel(&mut self, desk: usize, file: &File) -> Checked {
        let Some(detail) = self.some_detail(file, |_| true) else { return Ok(()) };
        let done = self.desks[desk].cancel(&mut self.machine, self.now, detail);
        self.done("cancels a detail", done)
    }

    pub(crate) fn some_detail(&mut self, file: &File, fits: impl Fn(DetailState) -> bool) -> Option<DetailId> {
        let fitting: Vec<_> = file.details.iter().filter(|(_, (it, _))| fits(it.state)).map(|(id, _)| *id).collect();
        self.entropy.pick(&fitting).copied()
    }

    fn award_applicant(&mut self, desk: usize, file: &File) -> Checked {
        let waiting: Vec<_> = file.applications.values().filter(|it| it.state == ApplicationState::Received).collect();
        let Some(application) = self.entropy.pick(&waiting).map(|it| (*it).clone()) else { return Ok(()) };
        let Application { detail, officer, .. } = application;
        let origin = AssignmentOrigin::Applied;
        let done = self.desks[desk].award(&mut self.machine, self.now, detail, officer, None, origin);
        self.done("awards an applicant", done)
    }

    fn order_in(&mut self, desk: usize, file: &File) -> Checked {
        let Some(detail) = self.some_detail(file, |state| state == DetailState::Open) else { return Ok(()) };
        let officer = self.some_officer(desk);
        let (origin, reason) = (AssignmentOrigin::Ordered, "Next in turn.".to_owned());
        // An officer who has another detail then may be ordered where a reason is given.
        let overlap = self.entropy.percent(20).then(|| "Nobody else is left.".to_owned());
        let award = Award { id: None, detail, officer, position: None, origin, reason, overlap };
        let done = self.desks[desk].give(&mut self.machine, self.now, award);
        self.done("orders an officer in", done)
    }

    /// Orders somebody in where somebody else is looked for.
    pub(crate) fn fill_in(&mut self, desk: usize, file: &File) -> Checked {
        let empty: Vec<_> = file.searches.iter().filter(|search| !search.kept).collect();
        let Some((detail, position)) = self.entropy.pick(&empty).map(|search| (search.detail, search.position)) else {
            return Ok(());
        };
        let officer = self.some_officer(desk);
        let origin = AssignmentOrigin::Ordered;
        let done = self.desks[desk].award(&mut self.machine, self.now, detail, officer, Some(position), origin);
        self.done("fills a place that was given up", done)
    }

    /// Says of an officer who has not clocked in on a detail that runs that nobody came, or that somebody did.
    fn rule_on_no_show(&mut self, desk: usize, file: &File) -> Checked {
        let now = self.now;
        let runs = |it: &Assignment| {
            file.details.get(&it.detail).is_some_and(|(detail, _)| detail.starts <= now && now < detail.ends)
        };
        let held = self.some_assignment(file, |it| it.state == AssignmentState::Active && runs(it));
        let Some(assignment) = held else { return Ok(()) };
        let (confirms, excused) = (self.entropy.percent(75), self.entropy.percent(30));
        let done = self.desks[desk].rule_on_no_show(&mut self.machine, now, assignment.id, confirms, excused);
        self.done("rules on a no-show", done)
    }

    /// Reads in that an officer is sick or suspended for a while.
    fn read_personnel(&mut self, desk: usize) -> Checked {
        let officer = self.some_officer(desk);
        let status = if self.entropy.percent(50) { "sick" } else { "suspended" };
        let until = self.now + Millis::from_hours(self.entropy.between(6, 72) as i64);
        let done = self.desks[desk].import_status(&mut self.machine, self.now, officer, status, until);
        self.done("reads in a status", done)
    }

    pub(crate) fn some_officer(&mut self, desk: usize) -> OfficerId {
        *self.entropy.pick(&self.desks[desk].officers).expect("every agency has officers")
    }

    fn some_assignment(&mut self, file: &File, fits: impl Fn(&Assignment) -> bool) -> Option<Assignment> {
        let fitting: Vec<_> = file.assignments.iter().map(|(it, _)| it).filter(|it| fits(it)).collect();
        self.entropy.pick(&fitting).map(|it| (*it).clone())
    }

    fn release(&mut self, desk: usize, file: &File) -> Checked {
        let held = self.some_assignment(file, |it| it.state == AssignmentState::Active);
        let Some(assignment) = held else { return Ok(()) };
        let done = self.desks[desk].release(&mut self.machine, self.now, assignment.id);
        self.done("releases an officer", done)
    }

    /// Links a log begun without an assignment to one of its officer's.
    fn link(&mut self, desk: usize, file: &File) -> Checked {
        let linked = |log| file.assignments.iter().any(|(it, _)| it.log() == log);
        let loose: Vec<_> = file.shift_logs.iter().filter(|(log, _)| !linked(*log)).copied().collect();
        let Some((log, owner)) = self.entropy.pick(&loose).copied() else { return Ok(()) };
        let Some(assignment) = self.some_assignment(file, |it| it.officer == owner.into()) else { return Ok(()) };
        let done = self.desks[desk].link(&mut self.machine, self.now, assignment.id, log);
        self.done("links a log", done)
    }

    fn rule(&mut self, desk: usize, file: &File) -> Checked {
        let Some(assignment) = self.some_assignment(file, |_| true) else { return Ok(()) };
        let starts = file.details.get(&assignment.detail).map_or(self.now, |(detail, _)| detail.starts);
        let accepted = Interval { start: starts, end: starts + Millis::from_hours(1) };
        let accepted = if accepted.end <= self.now { vec![accepted] } else { vec![] };
        let done = self.desks[desk].rule(&mut self.machine, self.now, assignment.id, accepted);
        self.done("rules on an assignment", done)
    }

    fn write_to_officers(&mut self, desk: usize) -> Checked {
        let officer = self.some_officer(desk);
        let to = Some(officer).filter(|_| self.entropy.percent(60));
        let done = self.desks[desk].write(&mut self.machine, self.now, to);
        self.done("writes a message", done)
    }

    /// What came of something a coordinator did: done, turned down with a reason, or the server died.
    pub fn done<T>(&mut self, what: &'static str, done: Done<T>) -> Checked {
        match done {
            None => {
                self.server_died(&format!("a coordinator {what}"));
                Ok(())
            }
            Some(Err(problem)) if problem.refusal == Refusal::Unavailable => {
                Err(Broken { rule: "the server never fails", seen: format!("a coordinator {what}: {problem}") })
            }
            Some(Err(problem)) => {
                self.note(format_args!("a coordinator {what}: {problem}"));
                self.check_server()
            }
            Some(Ok(_)) => {
                self.event(what, format_args!("done"));
                self.check_server()
            }
        }
    }

    /// An invitation for one phone of an officer's, if the server runs.
    pub fn invite(&mut self, desk: usize, officer: OfficerId) -> Option<Invitation> {
        let (agency, now) = (self.desks[desk].agency, self.now);
        let app = self.machine.app()?;
        let (mut entropy, lasts, server_key) = (app.entropy.clone(), app.settings.invitation, app.server_key_hash());
        let code = self.machine.staff(agency, move |sql| invite(sql, agency, officer, now, lasts, &mut entropy));
        let Some(Ok(code)) = code else {
            self.server_died("a coordinator invites");
            return None;
        };
        Some(Invitation { server: "https://details.example.org".into(), server_key, code })
    }

    /// Ends a phone's enrolment.
    pub fn revoke(&mut self, desk: usize, device: DeviceId) -> Checked {
        let done = self.desks[desk].revoke(&mut self.machine, self.now, device);
        self.done("revokes a phone", done)
    }
}

/// The bodies of one kind, decoded. A helper of stories that look at what an officer sees.
pub fn bodies<R: for<'b> minicbor::Decode<'b, ()>>(holdings: &crate::holdings::Holdings, kind: RecordKind) -> Vec<R> {
    let of_kind = holdings.records.iter().filter(|((of, _), _)| *of == kind);
    of_kind.filter_map(|(_, (_, body))| wire::decode(body).ok()).collect()
}
