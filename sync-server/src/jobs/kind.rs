//! What a kind of job is: its name, and what is done when a job of that kind is due.

use detailbook_core::ids::AgencyId;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire;
use minicbor::Decode;

use super::{Failed, Patience};
use crate::app::App;
use crate::audit::By;
use crate::store::jobs::Job;
use crate::store::{Sql, StoreError};

/// How the audit log names what the server does by itself.
pub const ACTOR: &str = "server";

/// A kind of job. Each stands in [`super::KINDS`].
#[derive(Clone, Copy)]
pub struct Kind {
    /// Its name in the table, such as `notices.deliver`. Never another's.
    pub name: &'static str,
    /// What is done.
    pub work: Work,
    /// Tells those who must know that one was parked, with its error.
    pub parked: Option<Parked>,
    /// How long it is tried where it fails for now.
    pub patience: Patience,
    /// There may be very many of them at once, and none is pressing: they come after everything else that is due.
    pub bulk: bool,
}

/// What is told of a job whose last attempt failed, in a transaction after the one that parks it.
pub type Parked = fn(&mut dyn Sql, &Run<'_>, &str) -> Result<(), StoreError>;

/// What is done when a job is due.
#[derive(Clone, Copy)]
pub enum Work {
    /// Work in the store: one transaction under the agency's lock, which marks the job done as well. So it happens once.
    Inside(fn(&mut dyn Sql, &Run<'_>) -> Result<Next, Failed>),
    /// Work that leaves the store, such as sending mail: the job is claimed for a while, then done without any transaction. A node
    /// that dies in the middle leaves the claim to run out, and the work is done again: it must bear that.
    Outside(fn(&Run<'_>) -> Result<Next, Failed>),
}

impl Kind {
    /// A kind whose work is in the store.
    pub const fn inside(name: &'static str, run: fn(&mut dyn Sql, &Run<'_>) -> Result<Next, Failed>) -> Self {
        Self::new(name, Work::Inside(run))
    }

    /// A kind whose work leaves the store.
    pub const fn outside(name: &'static str, run: fn(&Run<'_>) -> Result<Next, Failed>) -> Self {
        Self::new(name, Work::Outside(run))
    }

    const fn new(name: &'static str, work: Work) -> Self {
        Self { name, work, parked: None, patience: Patience::Hours, bulk: false }
    }

    /// The same, and somebody is told of each that is parked.
    #[must_use]
    pub const fn or_tell(self, parked: Parked) -> Self {
        Self { parked: Some(parked), ..self }
    }

    /// The same, tried for days where it fails for now.
    #[must_use]
    pub const fn for_days(self) -> Self {
        Self { patience: Patience::Days, ..self }
    }

    /// The same, after everything else that is due.
    #[must_use]
    pub const fn in_bulk(self) -> Self {
        Self { bulk: true, ..self }
    }

    /// Does the work leave the store?
    pub const fn leaves_the_store(&self) -> bool {
        matches!(self.work, Work::Outside(_))
    }
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// A job whose time has come.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// The server.
    pub app: &'a App,
    /// The job.
    pub job: &'a Job,
    /// When it was begun.
    pub now: UnixMillis,
}

impl Run<'_> {
    /// The agency.
    pub const fn agency(&self) -> AgencyId {
        self.job.agency
    }

    /// The server as the one who acts.
    pub const fn by(&self) -> By<'static> {
        By { agency: self.job.agency, now: self.now, actor: ACTOR }
    }

    /// The key of the notice that it was parked now. Tried again and parked again, it is told again.
    pub fn parked_key(&self) -> String {
        format!("{} parked {}", self.job.id, self.now.as_millis())
    }

    /// What the job was given when it was enqueued.
    pub fn payload<T: for<'b> Decode<'b, ()>>(&self) -> Result<T, Failed> {
        wire::decode(&self.job.payload).map_err(|_| Failed::for_good("The job's payload cannot be read."))
    }
}

/// What becomes of a job that succeeded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// It is done.
    Done,
    /// It is due again then: a next step, or the same every day.
    At(UnixMillis),
}
