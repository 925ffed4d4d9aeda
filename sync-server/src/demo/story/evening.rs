//! Friday evening: the work, with and without a signal.

use detailbook_core::device::{Place, RunningView, SyncState, WhichShift};
use detailbook_core::geo::{Point, fence_verdict};
use detailbook_core::ids::{DocumentId, FactId};
use detailbook_core::shift::{FactKind, Weight};
use detailbook_core::time::Millis;

use super::{AWAY, CELLAR, FAST, Story};
use crate::clock::Clock;
use crate::demo::error::DemoError;
use crate::demo::phones::middle;
use crate::demo::photo;

impl Story<'_> {
    /// What the three do until midnight.
    pub(super) fn evening(&mut self) -> Result<(), DemoError> {
        self.tell.heading("Friday evening: three shifts")?;
        self.down_to_the_cellar()?;
        self.with_the_wrong_time()?;
        self.watch_the_concert()?;
        self.away_from_the_site()?;
        self.watch_the_paving()?;
        self.words_and_a_picture()?;
        self.out_again()
    }

    /// In without a signal: written down at once, sent when it can be.
    fn down_to_the_cellar(&mut self) -> Result<(), DemoError> {
        let at = self.at(1, 17, 40)?;
        self.orders_read(CELLAR)?;
        self.phone(
            at,
            CELLAR,
            "reads the post orders and goes down to the stage door. There is no signal from here on.",
        )?;
        let at = self.at(1, 17, 52)?;
        let verdict = self.punch(CELLAR, FactKind::In, 0)?;
        let state = self.last_fact(CELLAR)?;
        self.phone(
            at,
            CELLAR,
            &format!("clocks in. The entry is on its disk before the screen says so. {verdict} It shows: {state}."),
        )
    }

    /// A wall clock that somebody set wrong is no obstacle, and is told.
    fn with_the_wrong_time(&mut self) -> Result<(), DemoError> {
        let at = self.at(1, 17, 58)?;
        self.handset(FAST).clock.ahead = Millis::from_mins(47);
        self.punch(FAST, FactKind::In, 0)?;
        self.handset(FAST).sync()?;
        let wall = self.tell.clock(at + Millis::from_mins(47));
        let state = self.last_fact(FAST)?;
        self.phone(
            at,
            FAST,
            &format!(
                "has its clock 47 minutes fast. It clocks in at what it takes for {wall}, and syncs. It shows: {state}."
            ),
        )
    }

    /// A punch outside the fence is taken like any other, and the officer may say why before anybody asks.
    fn away_from_the_site(&mut self) -> Result<(), DemoError> {
        let at = self.at(1, 18, 55)?;
        self.punch(AWAY, FactKind::In, 64_000)?;
        let shown = self.shift(AWAY)?;
        let flags: Vec<_> = shown.flags.iter().filter(|flag| flag.weight == Weight::Review).collect();
        let sentences: Vec<_> = flags.iter().map(|flag| flag.sentence.as_str()).collect();
        let words = format!(
            "clocks in up the road. Nothing is refused; it shows what a coordinator will see: \"{}\"",
            sentences.join(" ")
        );
        self.phone(at, AWAY, &words)?;
        if let Some(fact) = flags.first().and_then(|flag| flag.facts.first()) {
            self.explain(AWAY, *fact, "The crew starts at the north end and works down to the site.")?;
        }
        self.handset(AWAY).sync().map(drop)
    }

    fn explain(&mut self, who: usize, fact: FactId, words: &str) -> Result<(), DemoError> {
        let moment = self.crew[who].handset.moment_at(middle(&self.work_of(who).fence));
        let shift = self.shift_of(who);
        self.handset(who).write(|phone| phone.explain(shift, fact, words, &moment))?;
        Ok(self.tell.more(&format!("The officer explains: \"{words}\""))?)
    }

    fn words_and_a_picture(&mut self) -> Result<(), DemoError> {
        let at = self.at(1, 20, 10)?;
        let moment = self.crew[CELLAR].handset.moment_at(middle(&self.concert.fence));
        let place = Place::Shift(self.shift_of(CELLAR));
        let words = "Stage door found unlocked at 20:05, locked it again, told the house manager.";
        self.handset(CELLAR).write(|phone| phone.note(place, words, &moment))?;
        let picture = photo::door_at_night()?;
        let size = picture.len() / 1_024;
        self.handset(CELLAR).write(|phone| phone.attach(place, &mut picture.as_slice(), "image/png", None, &moment))?;
        self.phone(at, CELLAR, &format!("still without a signal: a note (\"{words}\") and a photo of {size} KiB, whose hash is taken before anything else touches it."))
    }

    fn out_again(&mut self) -> Result<(), DemoError> {
        let at = self.at(1, 23, 20)?;
        self.punch(AWAY, FactKind::Out, 0)?;
        self.handset(AWAY).sync()?;
        self.phone(at, AWAY, "clocks out at the site and syncs.")?;
        let at = self.at(1, 23, 33)?;
        self.punch(FAST, FactKind::Out, 0)?;
        self.handset(FAST).sync()?;
        self.phone(at, FAST, "clocks out and syncs, its clock still 47 minutes fast.")?;
        let at = self.at(1, 23, 41)?;
        self.punch(CELLAR, FactKind::Out, 0)?;
        let waiting = self.sync_view(CELLAR)?;
        self.phone(at, CELLAR, &format!("clocks out in the cellar. {waiting}"))?;
        let known = self.office.evidence(self.crew[CELLAR].assignment)?.len();
        self.desk(at, &format!("has {known} entries of 1107 so far: nobody knows yet that 1107 was there."))
    }

    /// The signal is back: one sync.
    pub(super) fn signal(&mut self) -> Result<(), DemoError> {
        self.tell.heading("Saturday, past midnight: the signal is back")?;
        let at = self.at(2, 0, 20)?;
        let done = self.handset(CELLAR).sync()?;
        let exchanges = done.requests - done.chunks;
        let (up, down) = (done.body_bytes_up, done.body_bytes_down);
        let times = if exchanges == 1 { "one round trip".to_owned() } else { format!("{exchanges} round trips") };
        self.phone(at, CELLAR, &format!("comes up the stairs and syncs: {times} for the evening, {} requests more for the photo; {up} bytes sent and {down} received in all.", done.chunks))?;
        let state = self.last_fact(CELLAR)?;
        let waiting = self.sync_view(CELLAR)?;
        self.tell.more(&format!("It shows: {state}. {waiting}"))?;
        let known = self.office.evidence(self.crew[CELLAR].assignment)?;
        let verified = known.iter().filter(|fact| fact.verification == "verified").count();
        self.desk(
            at,
            &format!("has {} entries of 1107 now, {verified} of them with a signature that fits.", known.len()),
        )
    }

    fn shift_of(&self, who: usize) -> WhichShift {
        WhichShift::Assignment(self.crew[who].assignment)
    }

    fn orders_read(&mut self, who: usize) -> Result<(), DemoError> {
        let (shift, fence) = (self.shift_of(who), self.work_of(who).fence.clone());
        let moment = self.crew[who].handset.moment_at(middle(&fence));
        self.handset(who).write(|phone| phone.read_orders(shift, &moment)).map(drop)
    }

    /// Punches so far north of the site's middle (in 1e-7 degrees); what the fixes say about it, in words.
    fn punch(&mut self, who: usize, kind: FactKind, north: i32) -> Result<String, DemoError> {
        let (shift, fence) = (self.shift_of(who), self.work_of(who).fence.clone());
        let site = middle(&fence);
        let place = Point { latitude_e7: site.latitude_e7 + north, ..site };
        let moment = self.crew[who].handset.moment_at(place);
        self.handset(who).write(|phone| phone.punch(kind, shift, &moment))?;
        Ok(fence_verdict(&fence, &moment.fixes).sentence)
    }

    /// How far the officer's entries have come, the least of them, as the phone says it.
    fn last_fact(&self, who: usize) -> Result<String, DemoError> {
        Ok(self.shift(who)?.sync.as_ref().map_or_else(|| "no entry yet".to_owned(), in_words))
    }

    /// The officer's shift as the phone shows it now.
    fn shift(&self, who: usize) -> Result<RunningView, DemoError> {
        let member = &self.crew[who];
        let log = DocumentId::from(member.assignment);
        member.handset.phone().shift(log, self.server.clock.now()).map_err(|fault| member.handset.fault(fault))
    }

    /// What waits on the phone.
    fn sync_view(&self, who: usize) -> Result<String, DemoError> {
        let handset = &self.crew[who].handset;
        let sync = handset.phone().sync_state().map_err(|fault| handset.fault(fault))?;
        if sync.all_synced {
            return Ok("Nothing waits.".to_owned());
        }
        let (entries, photos) = (sync.facts_waiting, sync.originals_waiting);
        Ok(format!("What waits on it: {entries} entries, and the original of {photos} of them."))
    }
}

/// A state as the app writes it.
fn in_words(state: &SyncState) -> String {
    match state {
        SyncState::OnThisPhone => "\"on this phone\"".to_owned(),
        SyncState::AgencyHasIt => "\"the agency has it\"".to_owned(),
        SyncState::Ruled => "\"ruled\"".to_owned(),
        SyncState::Held { reason, .. } => format!("held: {reason}"),
        SyncState::Refused { reason, .. } => format!("refused: {reason}"),
    }
}
