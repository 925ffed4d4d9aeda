//! The server's own turns: work that waits is done when it is due, and a crash may strike between any two of its commits.

use detailbook_server::store::Fault;

use crate::broken::{Checked, demand};
use crate::world::World;

impl World {
    /// The server does what is due.
    pub(crate) fn server_works(&mut self) -> Checked {
        if self.entropy.percent(self.strikes) {
            self.strike();
        }
        let Some(ran) = self.machine.do_jobs(self.now) else {
            self.tally.count("jobs struck");
            self.server_died("it did its jobs");
            return Ok(());
        };
        self.note(format_args!("the server does {} jobs", ran.done));
        (0..ran.done).for_each(|_| self.tally.count("jobs done"));
        demand(ran.failed + ran.parked == 0, "no job fails", || self.machine.complaints().join("; "))?;
        self.check_server()?;
        self.check_awards()
    }

    /// The process will die at one of the next commits, on one side of it or the other.
    fn strike(&mut self) {
        let fault = *self.entropy.pick(&[Fault::BeforeCommit, Fault::AfterCommit]).unwrap_or(&Fault::BeforeCommit);
        let writes = self.entropy.below(3);
        self.machine.crash_after(writes, fault);
        self.note(format_args!("the server is to crash after {writes} writes: {fault:?}"));
    }
}
