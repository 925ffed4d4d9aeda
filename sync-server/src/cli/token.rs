//! `detailbook token`: API tokens of staff callers.

use clap::Subcommand;
use detailbook_core::ids::{AgencyId, TokenId};
use detailbook_core::time::Millis;

use super::say::say;
use super::{Failure, open, the_agency, write};
use crate::access::scope::Scopes;
use crate::access::tokens::{self, TokenDraft};
use crate::app::App;
use crate::config::DataArgs;
use crate::store::tokens as rows;

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Create a token and print its secret, which is shown this once
    Create {
        /// Whose data it opens; may be left out where there is one agency
        #[arg(long)]
        agency: Option<AgencyId>,
        /// What or who will hold it
        #[arg(long)]
        name: String,
        /// What it may do: scopes separated by commas, or "all"
        #[arg(long)]
        scopes: Scopes,
        /// In which roles its holder signs approvals, separated by commas; "*" for every role. None where it is left out
        #[arg(long, value_delimiter = ',')]
        roles: Vec<String>,
        /// After so many days it is worth nothing
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
        days: Option<u16>,
    },
    /// List the tokens: id, whether it is live, scopes and name
    List {
        /// Whose; may be left out where there is one agency
        #[arg(long)]
        agency: Option<AgencyId>,
    },
    /// Take a token back
    Revoke {
        /// Whose; may be left out where there is one agency
        #[arg(long)]
        agency: Option<AgencyId>,
        /// The token's id
        token: TokenId,
    },
}

pub(super) fn run(data: &DataArgs, command: &Command) -> Result<(), Failure> {
    let app = open(data, String::new())?;
    let done = carry_out(&app, command);
    app.store.close();
    done
}

fn carry_out(app: &App, command: &Command) -> Result<(), Failure> {
    match command {
        Command::Create { agency, name, scopes, roles, days } => {
            let expires_at = days.map(|days| app.now() + Millis::from_hours(24 * i64::from(days)));
            let roles = roles.iter().map(String::as_str).collect();
            create(app, *agency, TokenDraft { name: name.clone(), scopes: scopes.clone(), roles, expires_at })
        }
        Command::List { agency } => list(app, *agency),
        Command::Revoke { agency, token } => {
            let (agency, token) = (the_agency(&app.store, *agency)?, *token);
            write(app, agency, move |sql, by| tokens::revoke(sql, by, token))
        }
    }
}

fn create(app: &App, agency: Option<AgencyId>, draft: TokenDraft) -> Result<(), Failure> {
    let (agency, mut entropy) = (the_agency(&app.store, agency)?, app.entropy.clone());
    let (_, secret) = write(app, agency, move |sql, by| tokens::issue(sql, by, &draft, &mut entropy))?;
    say(format_args!("{}", secret.to_text()));
    Ok(())
}

fn list(app: &App, agency: Option<AgencyId>) -> Result<(), Failure> {
    let agency = the_agency(&app.store, agency)?;
    for token in app.store.read(|sql| rows::page(sql, agency, TokenId::NIL, i64::MAX))? {
        let state = if token.is_live(app.now()) { "live" } else { "dead" };
        say(format_args!("{}  {state}  {}  {}", token.id, token.scopes, token.name));
    }
    Ok(())
}
