//! The stories that Kotlin and Swift replay as well, told to the object itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use detailbook_bindings::{CancelSync, CoreError, CoreOptions, DeviceClock, DeviceKey, OfficerCore, ShellError};
use detailbook_core::device::{Moment, Place, Recorded, WhichShift};
use detailbook_core::evidence::SoftwareSigner;
use detailbook_core::geo::{Fix, Provider};
use detailbook_core::ids::CommandId;
use detailbook_core::shift::FactKind;
use detailbook_core::time::{BootId, ClockReading, UnixMillis, Zone, ZoneName};
use detailbook_stories::{Caller, Lost, Teller, story};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::scene::Safe;
use views::{
    advice, award, case, charge, exchange, fact, list, message, notice, offer, relief_ask, running, scheduled, terms,
    trade, unsettled, wish, written,
};

mod contract;
mod views;

fn tell(name: &str) {
    let mut caller = Shells::default();
    let told = Teller::begin(&mut caller).and_then(|mut teller| (story(name).unwrap().tell)(&mut teller));
    if let Err(lost) = told {
        panic!("{name}: {lost}");
    }
}

#[test]
fn an_evening_as_it_should_be() {
    tell("evening");
}

#[test]
fn punches_inside_outside_and_somewhere() {
    tell("fence");
}

#[test]
fn a_shift_without_an_assignment_and_without_a_signal() {
    tell("dead_zone");
}

#[test]
fn what_is_not_carried_out_and_what_makes_no_sense() {
    tell("refusal");
}

#[test]
fn notes_a_photo_shared_text_and_a_correction() {
    tell("words");
}

#[test]
fn the_apps_own_life() {
    tell("life");
}

#[test]
fn from_a_sealed_window_to_who_comes_instead() {
    tell("staffing");
}

#[test]
fn a_shift_offered_to_a_colleague() {
    tell("trading");
}

#[test]
fn an_officer_who_sets_out_is_called_off_and_works_another_shift() {
    tell("on_the_way");
}

/// The phones of a story.
#[derive(Default)]
struct Shells(Vec<Shell>);

impl Caller for Shells {
    fn perform(&mut self, step: &Value) -> Result<Value, Lost> {
        let phone = usize::try_from(step["phone"].as_u64().unwrap()).unwrap();
        if phone == self.0.len() {
            self.0.push(Shell::new(phone));
        }
        Ok(self.0[phone].perform(step))
    }
}

/// A phone that does what the steps say.
struct Shell {
    folder: TempDir,
    key: Arc<Key>,
    clock: Arc<StepClock>,
    storage: Arc<Safe>,
    fixes: Vec<Fix>,
    core: Option<Arc<OfficerCore>>,
}

struct Key {
    signer: SoftwareSigner,
    locked: AtomicBool,
}

impl DeviceKey for Key {
    fn public_key(&self) -> Result<Vec<u8>, ShellError> {
        Ok(self.signer.public().to_vec())
    }

    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, ShellError> {
        if self.locked.load(Ordering::Acquire) {
            return Err(ShellError::Failed { reason: "locked".into() });
        }
        Ok(self.signer.sign_message(&message).to_vec())
    }
}

/// Says what the step says.
struct StepClock(Mutex<ClockReading>);

impl DeviceClock for StepClock {
    fn read(&self) -> Result<ClockReading, ShellError> {
        Ok(self.0.lock().unwrap().clone())
    }
}

type Came = Result<Value, CoreError>;

impl Shell {
    /// A phone with a key that no other phone of the story has.
    fn new(phone: usize) -> Self {
        let signer = SoftwareSigner::from_secret(&[u8::try_from(phone).unwrap() + 7; 32]).unwrap();
        let nothing = ClockReading {
            wall: UnixMillis::new(0),
            zone: Zone::named("UTC").unwrap().into(),
            monotonic: 0,
            boot: BootId(0),
            anchor: None,
        };
        Self {
            folder: tempfile::tempdir().unwrap(),
            key: Arc::new(Key { signer, locked: AtomicBool::new(false) }),
            clock: Arc::new(StepClock(Mutex::new(nothing))),
            storage: Arc::default(),
            fixes: vec![],
            core: None,
        }
    }

    fn perform(&mut self, step: &Value) -> Value {
        *self.clock.0.lock().unwrap() = reading(&step["clock"]);
        self.fixes = step["fixes"].as_array().unwrap().iter().map(fix).collect();
        match self.come_to(step) {
            Ok(outcome) => json!({ "ok": outcome }),
            Err(error) => json!({ "error": { "kind": case(&error), "code": error.code() } }),
        }
    }

    fn core(&self) -> &OfficerCore {
        self.core.as_ref().expect("the first step opens it")
    }

    fn now(&self) -> ClockReading {
        self.clock.read().unwrap()
    }

    fn moment(&self) -> Moment {
        Moment { clock: self.now(), fixes: self.fixes.clone(), phone: None }
    }

    fn open(&mut self) -> Result<(), CoreError> {
        let folder = self.folder.path().join("core").to_string_lossy().into_owned();
        let options = CoreOptions { folder, label: "Story's phone".into(), extra_roots: vec![] };
        let (key, storage, clock) = (self.key.clone(), self.storage.clone(), self.clock.clone());
        self.core = Some(OfficerCore::open(options, key, storage, clock, None, None)?);
        Ok(())
    }

    fn come_to(&mut self, step: &Value) -> Came {
        match step["do"].as_str().unwrap() {
            "open" => self.open().map(|()| Value::Null),
            "restart" => {
                self.core().shut_down()?;
                self.open().map(|()| Value::Null)
            }
            "lock_key" => Ok(self.lock(true)),
            "unlock_key" => Ok(self.lock(false)),
            "see" => self.see(step),
            _ => self.do_it(step),
        }
    }

    fn lock(&self, locked: bool) -> Value {
        self.key.locked.store(locked, Ordering::Release);
        Value::Null
    }

    fn do_it(&self, step: &Value) -> Came {
        let (core, moment) = (self.core(), self.moment());
        let text = |name: &str| step[name].as_str().unwrap().to_owned();
        match step["do"].as_str().unwrap() {
            "suspend" => core.suspend().map(|()| Value::Null),
            "resume" => core.resume().map(|()| Value::Null),
            "close" => core.shut_down().map(|()| Value::Null),
            "sync" => core.sync_now(CancelSync::new()).map(|_| Value::Null),
            "enrol" => {
                let enrolled = core.enrol(text("invitation"), CancelSync::new())?;
                Ok(json!({ "officer": enrolled.officer.to_string() }))
            }
            "sign_pending" => core.sign_pending().map(|signed| json!(signed)),
            "edit_pass_on" => {
                core.edit_pass_on(id(&step["detail"])?, text("seen"), text("text"), moment).map(|()| Value::Null)
            }
            what => self.wish(what, step).unwrap_or_else(|| wrote(self.write(what, step))),
        }
    }

    /// A wish of that name, if there is one.
    fn wish(&self, what: &str, step: &Value) -> Option<Came> {
        let command = |wish: &dyn Fn(&OfficerCore, ClockReading) -> Result<CommandId, CoreError>| {
            Some(wish(self.core(), self.now()).map(|command| json!({ "command": command.to_string() })))
        };
        let text = |name: &str| step[name].as_str().unwrap().to_owned();
        let yes = |name: &str| step[name].as_bool().unwrap();
        match what {
            "apply" => command(&|core, at| core.apply(id(&step["detail"])?, None, at)),
            "withdraw" => command(&|core, at| core.withdraw(id(&step["detail"])?, at)),
            "acknowledge" => command(&|core, at| core.acknowledge(id(&step["assignment"])?, at)),
            "acknowledge_notice" => command(&|core, at| core.acknowledge_notice(id(&step["notice"])?, at)),
            "call_off" => command(&|core, at| core.call_off(id(&step["assignment"])?, text("reason"), at)),
            "relieve" => command(&|core, at| core.relieve(id(&step["assignment"])?, yes("comes"), at)),
            "offer_trade_to" => command(&|core, at| core.offer_trade_to(id(&step["assignment"])?, text("number"), at)),
            "answer_trade" => command(&|core, at| core.answer_trade(id(&step["trade"])?, yes("takes"), at)),
            "withdraw_trade" => command(&|core, at| core.withdraw_trade(id(&step["trade"])?, at)),
            "send_message" => command(&|core, at| core.send_message(text("text"), at)),
            _ => None,
        }
    }

    fn write(&self, what: &str, step: &Value) -> Result<Recorded, CoreError> {
        let (core, moment) = (self.core(), self.moment());
        let text = |name: &str| step[name].as_str().unwrap().to_owned();
        match what {
            "punch" => core.punch(fact_kind(&step["kind"]), shift(&step["shift"])?, moment),
            "read_orders" => core.read_orders(shift(&step["shift"])?, moment),
            "submit" => core.submit(shift(&step["shift"])?, moment),
            "explain" => core.explain(shift(&step["shift"])?, id(&step["about"])?, text("text"), moment),
            "correct" => {
                let at = UnixMillis::new(step["at"].as_i64().unwrap());
                core.correct(shift(&step["shift"])?, id(&step["punch"])?, at, text("reason"), moment)
            }
            "note" => core.note(place(&step["place"])?, text("text"), moment),
            "incident" => core.incident(place(&step["place"])?, text("text"), moment),
            "replace_note" => core.replace_note(id(&step["document"])?, id(&step["note"])?, text("text"), moment),
            "attach" => self.attach(step),
            unknown => panic!("no such step: {unknown}"),
        }
    }

    fn attach(&self, step: &Value) -> Result<Recorded, CoreError> {
        let path = self.folder.path().join("camera.jpg");
        std::fs::write(&path, vec![7; usize::try_from(step["bytes"].as_u64().unwrap()).unwrap()]).unwrap();
        let (path, caption) = (path.to_string_lossy().into_owned(), step["caption"].as_str().map(str::to_owned));
        self.core().attach(place(&step["place"])?, path, "image/jpeg".into(), caption, self.moment())
    }

    fn see(&self, step: &Value) -> Came {
        let (core, now) = (self.core(), self.now().wall);
        Ok(match step["view"].as_str().unwrap() {
            "running" => core.running(now)?.map_or(Value::Null, |view| running(&view)),
            "shift" => running(&core.shift(id(&step["log"])?, now)?),
            "schedule" => list(&core.schedule(now, None, 50)?.items, scheduled),
            "past_shifts" => list(&core.past_shifts(now, None, 50)?.items, scheduled),
            "unassigned_shifts" => list(&core.unassigned_shifts(now, None, 50)?.items, running),
            "offers" => list(&core.offers(now, None, 50)?.items, offer),
            "terms" => core.terms(id(&step["detail"])?)?.map_or(Value::Null, |view| terms(&view)),
            "advice" => advice(&core.advice(id(&step["detail"])?, now)?),
            "award" => core.award(id(&step["detail"])?)?.map_or(Value::Null, |view| award(&view)),
            "charges" => list(&core.charges(None, 50)?.items, charge),
            "notices" => list(&core.notices(None, 50)?.items, notice),
            "relief_asks" => list(&core.relief_asks(now, 50)?, relief_ask),
            "trades" => list(&core.trades(None, 50)?.items, trade),
            "facts" => list(&core.facts(id(&step["document"])?, None, 50)?, fact),
            "written" => list(&core.written(id(&step["document"])?, None, 50)?.items, written),
            "pass_on_text" => json!(core.pass_on_text(id(&step["detail"])?)?),
            "sync_state" => exchange(&core.sync_state()?),
            "unsettled" => list(&core.unsettled(50)?, unsettled),
            "wishes" => list(&core.wishes(50)?, wish),
            "messages" => list(&core.messages(None, 50)?.items, message),
            unknown => panic!("no such view: {unknown}"),
        })
    }
}

/// What a text that names nothing comes to is the library's affair; over UniFFI the lifting says so.
fn id<T: std::str::FromStr>(text: &Value) -> Result<T, CoreError> {
    let reason = "not an id".to_owned();
    text.as_str().unwrap().parse().map_err(|_| CoreError::Invalid { code: "not_an_id".into(), reason })
}

fn reading(clock: &Value) -> ClockReading {
    ClockReading {
        wall: UnixMillis::new(clock["wall"].as_i64().unwrap()),
        zone: ZoneName(clock["zone"].as_str().unwrap().to_owned()),
        monotonic: clock["monotonic"].as_u64().unwrap(),
        boot: BootId(u32::try_from(clock["boot"].as_u64().unwrap()).unwrap()),
        anchor: None,
    }
}

fn fix(fix: &Value) -> Fix {
    let number = |name: &str| i32::try_from(fix[name].as_i64().unwrap()).unwrap();
    Fix {
        latitude_e7: number("latitude_e7"),
        longitude_e7: number("longitude_e7"),
        accuracy_dm: fix["accuracy_dm"].as_u64().map(|dm| u32::try_from(dm).unwrap()),
        age_ms: u32::try_from(fix["age_ms"].as_u64().unwrap()).unwrap(),
        provider: match fix["provider"].as_str().unwrap() {
            "gps" => Provider::Gps,
            "network" => Provider::Network,
            "fused" => Provider::Fused,
            _ => Provider::Other(0),
        },
        mock: fix["mock"].as_bool().unwrap(),
    }
}

fn fact_kind(name: &Value) -> FactKind {
    *FactKind::KNOWN.iter().find(|kind| json!(case(kind)) == *name).unwrap()
}

fn shift(shift: &Value) -> Result<WhichShift, CoreError> {
    let named = |name: &str| shift.get(name);
    Ok(match (named("assignment"), named("log"), named("unassigned")) {
        (Some(assignment), ..) => WhichShift::Assignment(id(assignment)?),
        (_, Some(log), _) => WhichShift::Log(id(log)?),
        (_, _, Some(Value::Null)) => WhichShift::Unassigned(None),
        (_, _, Some(detail)) => WhichShift::Unassigned(Some(id(detail)?)),
        _ => WhichShift::Running,
    })
}

fn place(place: &Value) -> Result<Place, CoreError> {
    Ok(match place.get("pass_on") {
        Some(detail) => Place::PassOn(id(detail)?),
        None => Place::Shift(shift(&place["shift"])?),
    })
}

fn wrote(recorded: Result<Recorded, CoreError>) -> Came {
    let recorded = recorded?;
    Ok(json!({ "document": recorded.document.to_string(), "fact": recorded.fact.to_string() }))
}
