//! `detailbook provider`: an agency's identity provider, for when nobody can come into the console.

use clap::Subcommand;

use super::say::say;
use super::user::Whose;
use super::{Failure, open, the_agency, write};
use crate::access::provider::settings;
use crate::access::users::Hand;
use crate::app::App;
use crate::config::DataArgs;
use crate::store::providers as rows;

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Say what it is, and whether people sign in by it
    Show(Whose),
    /// Turn it off: everybody signs in by password and passkey again
    Off(Whose),
}

pub(super) fn run(data: &DataArgs, command: &Command) -> Result<(), Failure> {
    let app = open(data, data.public_url()?.unwrap_or_default())?;
    let done = match command {
        Command::Show(whose) => show(&app, *whose),
        Command::Off(whose) => off(&app, *whose),
    };
    app.store.close();
    done
}

fn show(app: &App, whose: Whose) -> Result<(), Failure> {
    let agency = the_agency(&app.store, whose.agency)?;
    match app.store.read(|sql| rows::get(sql, agency))? {
        Some(it) => {
            let state = if it.is_on { "on" } else { "off" };
            let passwords = if it.others { "everybody" } else { "administrators" };
            say(format_args!("{state}  {}  {}  passwords: {passwords}", it.issuer, it.client));
        }
        None => say(format_args!("There is none.")),
    }
    Ok(())
}

fn off(app: &App, whose: Whose) -> Result<(), Failure> {
    let agency = the_agency(&app.store, whose.agency)?;
    let was_on = write(app, agency, |sql, by| settings::turn_off(sql, by, Hand::Operator))?;
    say(format_args!("{}", if was_on { "It is off now." } else { "It was off." }));
    Ok(())
}
