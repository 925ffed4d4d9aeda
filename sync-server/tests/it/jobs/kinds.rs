//! Kinds of job for the stories: what each job does stands in its payload.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use detailbook_core::ids::{AgencyId, JobId};
use detailbook_core::time::{Millis, UnixMillis};
use detailbook_server::jobs::{self, Failed, Kind, Next, Ran, Run, Runner};
use detailbook_server::store::{Sql, StoreError, params};
use serde_json::json;

use crate::staff::world::{Desk, World};

pub(crate) const INSIDE: Kind = Kind::inside("test.inside", inside);
pub(crate) const OUTSIDE: Kind = Kind::outside("test.outside", outside);
/// Known to no runner.
pub(crate) const NEWER: Kind = Kind::inside("test.newer", inside);
pub(crate) const BULK: Kind = Kind::inside("test.bulk", inside).in_bulk();
/// Of one that is parked nobody can be told.
pub(crate) const UNTOLD: Kind = Kind::inside("test.untold", inside).or_tell(cannot_tell);
pub(crate) const KINDS: &[Kind] = &[INSIDE, OUTSIDE, BULK, UNTOLD];

/// How often each job was done outside of the store, by its id, which no two agencies share.
static DONE_OUTSIDE: Mutex<BTreeMap<JobId, u64>> = Mutex::new(BTreeMap::new());

fn inside(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    run.by().note(sql, "test.ran", run.job.id, &json!({ "key": run.job.key }))?;
    obey(run, Some(sql))
}

fn cannot_tell(sql: &mut dyn Sql, _: &Run<'_>, _: &str) -> Result<(), StoreError> {
    sql.execute("SELECT nonsense FROM nowhere", &params![]).map(drop)
}

fn outside(run: &Run<'_>) -> Result<Next, Failed> {
    *DONE_OUTSIDE.lock().unwrap_or_else(PoisonError::into_inner).entry(run.job.id).or_default() += 1;
    obey(run, None)
}

fn obey(run: &Run<'_>, sql: Option<&mut dyn Sql>) -> Result<Next, Failed> {
    match run.payload::<String>()?.as_str() {
        "fail" => Err(Failed::later("It failed.")),
        "fail for good" => Err(Failed::for_good("It cannot be done.")),
        "panic" => panic!("the job's own fault"),
        "wrong statement" => Err(sql.unwrap().execute("SELECT nonsense FROM nowhere", &params![]).unwrap_err().into()),
        "every hour" => Ok(Next::At(run.now + Millis::from_hours(1))),
        "at once again" => Ok(Next::At(run.now)),
        "meanwhile moved" => {
            let (agency, key, due) = (run.agency(), run.job.key.clone(), run.now + Millis::from_hours(2));
            let moved = run.app.store.write(move |sql| {
                detailbook_server::store::agency::lock(sql, agency)?;
                jobs::reschedule(sql, agency, &OUTSIDE, &key, due)
            });
            assert_eq!(moved, Ok(true));
            Ok(Next::Done)
        }
        _ => Ok(Next::Done),
    }
}

/// How often the job was done.
pub(crate) fn times(desk: &Desk<'_>, kind: &Kind, key: &str) -> u64 {
    let id = jobs::id_of(desk.agency, kind.name, key);
    if kind.leaves_the_store() {
        return DONE_OUTSIDE.lock().unwrap_or_else(PoisonError::into_inner).get(&id).copied().unwrap_or(0);
    }
    times_in_store(&desk.world.app.store, desk.agency, id)
}

/// How often the store says that the job was done.
pub(crate) fn times_in_store(store: &detailbook_server::store::Store, agency: AgencyId, id: JobId) -> u64 {
    let rows = store.read::<_, StoreError>(|sql| {
        let text = "SELECT number FROM audit WHERE agency = $1 AND action = 'test.ran' AND subject = $2";
        sql.query(text, &params![agency, id.to_string()])
    });
    rows.unwrap().len() as u64
}

pub(crate) fn enqueue(desk: &Desk<'_>, kind: &'static Kind, key: &str, due: UnixMillis, does: &str) -> bool {
    let (key, does) = (key.to_owned(), does.to_owned());
    let new = desk
        .world
        .write(desk.agency, move |sql, by| Ok(jobs::enqueue(sql, by.agency, kind, &key, due, by.now, &does)?));
    new.unwrap()
}

pub(crate) fn run(world: &World) -> Ran {
    Runner::new(world.app.clone(), KINDS).run_due(world.app.now()).unwrap()
}

/// An agency whose id no other story has, on whatever engine.
pub(crate) fn agency(world: &World) -> Desk<'_> {
    static NUMBERS: Mutex<u8> = Mutex::new(0);
    let mut number = NUMBERS.lock().unwrap_or_else(PoisonError::into_inner);
    *number += 1;
    world.agency(*number)
}
