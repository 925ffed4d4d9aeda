//! `detailbook enrol`: an invitation for an officer's phone.

use detailbook_core::ids::{AgencyId, OfficerId, RecordId};
use detailbook_core::records::Officer;

use super::say::say;
use super::{Failure, open, the_agency, write};
use crate::app::App;
use crate::config::DataArgs;
use crate::routes::staff::devices::invitation_for;
use crate::store::{StoreError, listing};

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Whose officer; may be left out where there is one agency
    #[arg(long)]
    agency: Option<AgencyId>,
    /// The officer's id, or the agency's employee number
    officer: String,
}

pub(super) fn run(data: &DataArgs, args: &Args) -> Result<(), Failure> {
    let Some(url) = data.public_url()? else {
        return Err(Failure::usage("Say where phones reach the server: --public-url https://..."));
    };
    let app = open(data, url)?;
    let done = invite(&app, args);
    app.store.close();
    done
}

fn invite(app: &App, args: &Args) -> Result<(), Failure> {
    let agency = the_agency(&app.store, args.agency)?;
    let officer = find(app, agency, &args.officer)?;
    let (parts, mut entropy) = (app.clone(), app.entropy.clone());
    let invitation = write(app, agency, move |sql, by| invitation_for(sql, &parts, by, officer, &mut entropy))?;
    say(format_args!("{}", invitation.text));
    eprintln!("Good for one phone until {}.", invitation.expires_at);
    Ok(())
}

/// The officer with that id, else the only one with that employee number.
fn find(app: &App, agency: AgencyId, named: &str) -> Result<OfficerId, Failure> {
    if let Ok(id) = named.parse() {
        return Ok(id);
    }
    let all =
        app.store.read::<_, StoreError>(|sql| listing::of_kind::<Officer>(sql, agency, RecordId::NIL, i64::MAX))?;
    let mut fitting =
        all.into_iter().map(|(_, stored)| stored.record).filter(|officer| officer.employee_number == named);
    match (fitting.next(), fitting.next()) {
        (Some(officer), None) => Ok(officer.id),
        (Some(_), Some(_)) => Err(Failure::refused("Several officers have that employee number: use the id.")),
        (None, _) => Err(Failure::refused("There is no officer with that id or employee number.")),
    }
}
