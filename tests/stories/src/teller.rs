//! Tells a story: asks the caller for the phone's steps, plays the agency, judges what comes.

use detailbook_core::geo::{Fix, Provider};
use detailbook_core::ids::OfficerId;
use detailbook_core::time::{BootId, ClockReading, Millis, UnixMillis};
use detailbook_server::clock::Clock as _;
use serde_json::{Value, json};

use crate::agency::{Agency, GATE, zone};
use crate::step;

/// How long each step takes.
const STEP: Millis = Millis::from_secs(1);

/// Whoever has the phone: it carries out a step and says what came of it.
pub trait Caller {
    /// Carries the step out. Steps and outcomes are in [`crate::step`].
    fn perform(&mut self, step: &Value) -> Result<Value, Lost>;
}

/// A story that did not go as it is told.
#[derive(Debug, thiserror::Error)]
pub enum Lost {
    /// The caller did something else.
    #[error("{step}\n  expected: {expected}\n  came:     {came}")]
    Otherwise {
        /// The step.
        step: Value,
        /// What should have come of it.
        expected: Value,
        /// What did.
        came: Value,
    },
    /// An outcome without what it must hold.
    #[error("{step}\n  came to {came}, which holds no `{misses}`")]
    Incomplete {
        /// The step.
        step: Value,
        /// What came.
        came: Value,
        /// What it should hold.
        misses: &'static str,
    },
    /// The agency has something else.
    #[error("the agency has {has}, and not {expected}")]
    Agency {
        /// What it should have.
        expected: String,
        /// What it has.
        has: String,
    },
    /// The caller is not there any more.
    #[error("the caller does not answer: {0}")]
    CallerGone(String),
}

/// A fact as its caller wrote it down.
#[derive(Clone, Debug)]
pub struct Wrote {
    /// Its document.
    pub document: String,
    /// Its id.
    pub fact: String,
    /// When.
    pub at: UnixMillis,
}

/// What a step should come to.
type Told<T = ()> = Result<T, Lost>;

/// Tells one story to one caller.
pub struct Teller<'a> {
    /// The agency of the story.
    pub agency: Agency,
    caller: &'a mut dyn Caller,
    /// How often each phone was started, the first one's first; whose it is now, by place.
    boots: Vec<u32>,
    phone: usize,
    fixes: Vec<Fix>,
}

impl<'a> Teller<'a> {
    /// An agency of its own, and a phone that is not enrolled.
    pub fn begin(caller: &'a mut dyn Caller) -> Told<Self> {
        let mut teller = Self { agency: Agency::open(), caller, boots: vec![1], phone: 0, fixes: vec![] };
        teller.done("open", json!({}))?;
        Ok(teller)
    }

    /// What follows is done on another phone: one more, of a colleague's, that is not enrolled.
    pub fn takes_another(&mut self) -> Told {
        self.boots.push(1);
        self.takes(self.boots.len() - 1);
        self.done("open", json!({}))
    }

    /// What follows is done on that phone, counted from 0.
    pub fn takes(&mut self, phone: usize) {
        self.phone = phone;
    }

    /// The story's time.
    pub fn now(&self) -> UnixMillis {
        self.agency.clock.now()
    }

    /// Time passes for everybody.
    pub fn pass(&self, length: Millis) {
        self.agency.clock.pass(length);
    }

    /// The phone knows itself to be so many metres north of the gate, with that accuracy.
    pub fn stand(&mut self, metres_north: i32, accuracy_m: u32) {
        self.fixes = vec![Fix {
            latitude_e7: GATE.latitude_e7 + metres_north * 90,
            longitude_e7: GATE.longitude_e7,
            accuracy_dm: Some(accuracy_m * 10),
            age_ms: 900,
            provider: Provider::Gps,
            mock: false,
        }];
    }

    /// The phone does not know where it is.
    pub fn stand_nowhere(&mut self) {
        self.fixes.clear();
    }

    /// The officer's phone is enrolled.
    pub fn enrol(&mut self, officer: OfficerId) -> Told {
        let invitation = self.agency.invitation(officer);
        let step = self.step("enrol", json!({ "invitation": invitation }));
        self.comes_to(&step, &json!({ "ok": { "officer": officer.to_string() } }))
    }

    /// A step that has to come off; what it came to.
    pub fn does(&mut self, what: &str, takes: Value) -> Told<Value> {
        let step = self.step(what, takes);
        let came = self.caller.perform(&step)?;
        match came.get("ok") {
            Some(outcome) => Ok(outcome.clone()),
            None => Err(Lost::Otherwise { step, expected: json!("it comes off"), came }),
        }
    }

    /// A step that has to come off and comes to nothing more.
    pub fn done(&mut self, what: &str, takes: Value) -> Told {
        let step = self.step(what, takes);
        self.comes_to(&step, &json!({ "ok": null }))
    }

    /// A step that has to fail, with an error of that kind and code.
    pub fn fails(&mut self, what: &str, takes: Value, kind: &str, code: &str) -> Told {
        let step = self.step(what, takes);
        self.comes_to(&step, &json!({ "error": { "kind": kind, "code": code } }))
    }

    /// A step that writes a fact down.
    pub fn writes(&mut self, what: &str, takes: Value) -> Told<Wrote> {
        let step = self.step(what, takes);
        let came = self.caller.perform(&step)?;
        let text = |misses: &'static str| {
            let found = came["ok"][misses].as_str().map(str::to_owned);
            found.ok_or_else(|| Lost::Incomplete { step: step.clone(), came: came.clone(), misses })
        };
        Ok(Wrote { document: text("document")?, fact: text("fact")?, at: self.now() })
    }

    /// A step that makes a wish: its id.
    pub fn wishes(&mut self, what: &str, takes: Value) -> Told<String> {
        let step = self.step(what, takes);
        let came = self.caller.perform(&step)?;
        let command = came["ok"]["command"].as_str().map(str::to_owned);
        command.ok_or(Lost::Incomplete { step, came, misses: "command" })
    }

    /// What the screen must show.
    pub fn sees(&mut self, view: &str, expect: &Value) -> Told {
        self.sees_about(view, json!({}), expect)
    }

    /// What the screen about something must show.
    pub fn sees_about(&mut self, view: &str, about: Value, expect: &Value) -> Told {
        let step = self.look(view, about, expect);
        self.comes_to(&step, &json!({ "ok": expect }))
    }

    /// Like [`Self::sees`], of the fields that `expect` names; what is shown.
    pub fn sees_of(&mut self, view: &str, expect: &Value) -> Told<Value> {
        self.sees_about_of(view, json!({}), expect)
    }

    /// Like [`Self::sees_about`], of the fields that `expect` names; what is shown.
    pub fn sees_about_of(&mut self, view: &str, about: Value, expect: &Value) -> Told<Value> {
        let step = self.look(view, about, expect);
        let came = self.caller.perform(&step)?;
        match came.get("ok") {
            Some(shown) if holds(shown, expect) => Ok(shown.clone()),
            _ => Err(Lost::Otherwise { step, expected: expect.clone(), came }),
        }
    }

    /// When the next step is.
    pub fn next(&self) -> UnixMillis {
        self.now() + STEP
    }

    /// The phone restarts, and the app with it.
    pub fn reboots(&mut self) -> Told {
        self.boots[self.phone] += 1;
        self.done("restart", json!({}))
    }

    /// What the agency must have.
    pub fn agency_has<T: PartialEq + std::fmt::Debug>(&self, has: &T, expected: &T) -> Told {
        let different = || Lost::Agency { expected: format!("{expected:?}"), has: format!("{has:?}") };
        if has == expected { Ok(()) } else { Err(different()) }
    }

    fn look(&self, view: &str, about: Value, expect: &Value) -> Value {
        let mut takes = about;
        takes["view"] = json!(view);
        takes["expect"] = expect.clone();
        self.step("see", takes)
    }

    fn comes_to(&mut self, step: &Value, expected: &Value) -> Told {
        let came = self.caller.perform(step)?;
        if came == *expected {
            return Ok(());
        }
        Err(Lost::Otherwise { step: step.clone(), expected: expected.clone(), came })
    }

    fn step(&self, does: &str, takes: Value) -> Value {
        self.pass(STEP);
        let wall = self.now();
        let monotonic = wall.as_millis().unsigned_abs() - 1_700_000_000_000;
        let clock =
            ClockReading { wall, zone: zone().into(), monotonic, boot: BootId(self.boots[self.phone]), anchor: None };
        step::step(does, takes, self.phone, &clock, &self.fixes)
    }
}

/// Is it what is expected, in the fields that are named? A list holds as many items as are expected, each as it is.
fn holds(shown: &Value, expect: &Value) -> bool {
    match (shown, expect) {
        (Value::Object(shown), Value::Object(expect)) => {
            expect.iter().all(|(name, value)| shown.get(name).is_some_and(|shown| holds(shown, value)))
        }
        (Value::Array(shown), Value::Array(expect)) => {
            shown.len() == expect.len() && shown.iter().zip(expect).all(|(shown, expect)| holds(shown, expect))
        }
        _ => shown == expect,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_is_not_looked_at_and_all_else_is() {
        let shown = json!([{ "kind": "in", "at": 5, "flags": [{ "kind": "late", "says": "7 min" }] }, null]);
        for expect in [json!([{ "flags": [{ "kind": "late" }] }, null]), shown.clone()] {
            assert!(holds(&shown, &expect), "{expect}");
        }
        let flags = |flags: Value| json!([{ "flags": flags }, null]);
        let missing = [json!([{ "on": true }, null]), json!([{ "on": null }, null]), json!([{ "kind": "in" }])];
        let other =
            [flags(json!([])), flags(json!([{ "kind": "early" }])), json!([{ "kind": "out" }, null]), json!({})];
        for expect in missing.iter().chain(&other) {
            assert!(!holds(&shown, expect), "{expect}");
        }
    }
}
