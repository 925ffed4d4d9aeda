//! The exchange: a phone says everything it has to say and gets everything it lacks, in one request. `docs/sync.md`
//! specifies it.
//!
//! | step | where | under the agency's lock |
//! |---|---|---|
//! | limits, decoding, whatever a change's bytes alone tell, signatures | `request`, `prepare` | no |
//! | counter, writers, changes, commands: one transaction | `transaction`, `push`, `commands` | yes |
//! | a page of the feed, once that is on disk | `page` | no |
//!
//! An idle exchange takes part in a commit too: its counter must be on disk before it is answered, or a copy of the request
//! would be taken again after a crash. It shares that commit with whatever else waits, and costs two indexed statements.

mod commands;
mod compare;
mod page;
mod prepare;
mod push;
mod request;
mod transaction;

pub use compare::compare;

use detailbook_core::ids::{DocumentId, FactId};
use detailbook_core::shift::Fact;
use detailbook_core::wire::{self, ChangeVerdict, Entry, Limits, PushVerdict, Refusal, SyncRequest, SyncResponse};

use crate::access::device::Caller;
use crate::app::App;
use crate::problem::Problem;
use crate::store::devices::Device;
use crate::store::documents::Signed;
use page::Wanted;
use transaction::{Done, Work};

/// Carries out an exchange, and gives the encoded response.
pub fn sync(app: &App, caller: Caller, body: &[u8]) -> Result<Vec<u8>, Problem> {
    let request = request::read(body, &app.limits)?;
    let wanted = Wanted::of(&request, &app.limits);
    let reader = page::reader(&caller.device);
    let work = Work { cursor: wanted.cursor(), ..work(app, caller, request) };
    let done = app.store.write(move |sql| transaction::carry_out(sql, &work))?;
    count_refusals(app, &done);
    let page = page::read(app, &reader, &wanted, &done)?;
    app.counts.exchange();
    Ok(wire::encode(&response(app, done, page)))
}

/// A fact that a push brings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// Its id.
    pub id: FactId,
    /// What it says.
    pub fact: Fact,
    /// Does the device's signature fit?
    pub signed: Signed,
}

/// What the changes of a request say, without carrying it out: for each the document and the facts that can be read, or why
/// its bytes are not in order.
pub fn look(request: SyncRequest, device: &Device, limits: &Limits) -> Vec<(DocumentId, Result<Vec<Said>, Refusal>)> {
    let pushes = request.push.into_iter().flatten().map(|push| prepare::prepare(push, device, limits));
    let said = |change: prepare::Change| {
        let facts = change.facts.into_iter();
        facts.map(|(id, assessed)| Said { id, fact: assessed.fact, signed: assessed.signed }).collect()
    };
    pushes
        .flat_map(|push| push.changes.into_iter().map(move |change| (push.document, change)))
        .map(|(document, change)| (document, change.map(said)))
        .collect()
}

fn work(app: &App, caller: Caller, request: SyncRequest) -> Work {
    let pushes = request.push.unwrap_or_default();
    let pushes = pushes.into_iter().map(|push| prepare::prepare(push, &caller.device, &app.limits)).collect();
    Work {
        caller,
        app: request.app,
        writers: request.writers.unwrap_or_default(),
        pushes,
        commands: request.commands.unwrap_or_default(),
        cursor: None,
        limits: app.limits,
        now: app.now(),
        entropy: app.entropy.clone(),
    }
}

/// What to forget comes first: should the officer have come back meanwhile, the page has the document again.
fn entries(hidden: Vec<DocumentId>, page: Vec<Entry>) -> Vec<Entry> {
    let forget = hidden.into_iter().map(|document| Entry::ForgetDocument { document });
    let unsaid: Vec<_> = forget.filter(|forget| !page.contains(forget)).collect();
    unsaid.into_iter().chain(page).collect()
}

fn response(app: &App, done: Done, page: page::Found) -> SyncResponse {
    SyncResponse {
        server_time: app.now(),
        cursor: wire::encode(&page.cursor).into(),
        more: page.more.then_some(true),
        minimum_app: app.settings.minimum_app,
        receipt: None,
        verdicts: some(done.verdicts),
        outcomes: some(done.outcomes),
        entries: some(entries(done.hidden, page.entries)),
        compare: page.compare.then_some(true),
    }
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

fn count_refusals(app: &App, done: &Done) {
    for verdict in done.verdicts.iter().flat_map(|PushVerdict(verdicts)| verdicts) {
        if let ChangeVerdict::Refused(refusal) = verdict {
            app.counts.refusal(*refusal);
        }
    }
}
