//! `detailbook register`: the public register of approvals, as CSV.

use std::io::Write as _;

use clap::Args as ClapArgs;
use detailbook_core::ids::AgencyId;

use super::{Failure, open, the_agency};
use crate::audit::By;
use crate::config::DataArgs;
use crate::personnel::register::{csv, register};
use crate::problem::Problem;

/// Whose register.
#[derive(ClapArgs, Debug)]
pub(super) struct Args {
    /// Whose; may be left out where there is one agency
    #[arg(long)]
    agency: Option<AgencyId>,
}

pub(super) fn run(data: &DataArgs, args: &Args) -> Result<(), Failure> {
    let app = open(data, String::new())?;
    let done = the_agency(&app.store, args.agency).and_then(|agency| {
        let by = By { agency, now: app.now(), actor: "command line" };
        Ok(app.store.read::<_, Problem>(|sql| register(sql, &by))?)
    });
    app.store.close();
    // Who stopped reading has what they wanted.
    let _ = std::io::stdout().write_all(csv(&done?).as_bytes());
    Ok(())
}
