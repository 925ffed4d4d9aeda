//! `detailbook user`: people who sign in to the console. Passwords are read from the input, never from the command line.

use std::io::{BufRead, stdin};

use clap::Subcommand;
use detailbook_core::ids::{AgencyId, UserId};

use super::say::say;
use super::{Failure, open, the_agency, write};
use crate::access::permissions::StaffRole;
use crate::access::provider::accounts;
use crate::access::users::{self, Hand, User, UserDraft};
use crate::access::{one_time_link, password};
use crate::app::App;
use crate::config::DataArgs;
use crate::console::welcome;
use crate::problem::Problem;
use crate::store::{Sql, users as rows};

/// Whose people they are.
#[derive(clap::Args, Clone, Copy, Debug)]
pub(super) struct Whose {
    /// Whose; may be left out where there is one agency
    #[arg(long)]
    pub(super) agency: Option<AgencyId>,
}

/// Which of them.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct Which {
    #[command(flatten)]
    whose: Whose,
    /// Their e-mail address
    login: String,
}

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Add a person and print a link, good once, by which they set their password
    Add {
        #[command(flatten)]
        which: Which,
        /// Their name
        #[arg(long)]
        name: String,
        /// coordinator, supervisor, administrator, finance, dispatcher or auditor
        #[arg(long)]
        role: StaffRole,
        /// Read a temporary password from the input instead, which they change when they sign in
        #[arg(long)]
        password: bool,
    },
    /// List them: id, state, role, e-mail address and name
    List(Whose),
    /// Read a temporary password from the input, which they change when they sign in
    Password(Which),
    /// Give somebody another role
    Role {
        #[command(flatten)]
        which: Which,
        /// coordinator, supervisor, administrator, finance, dispatcher or auditor
        role: StaffRole,
    },
    /// Print a new link, good once, by which they set a password
    Link(Which),
    /// Take somebody's second step away: they set up another when they sign in
    TotpReset(Which),
    /// Forget which account at the agency's identity provider is theirs: the next that shows itself as theirs is taken
    ProviderForget(Which),
    /// Keep somebody out, and end their sessions
    Disable(Which),
    /// Let somebody in again
    Enable(Which),
    /// Let somebody try again who failed five times
    Unlock(Which),
}

pub(super) fn run(data: &DataArgs, command: &Command) -> Result<(), Failure> {
    let app = open(data, data.public_url()?.unwrap_or_default())?;
    let done = carry_out(&app, command);
    app.store.close();
    done
}

fn carry_out(app: &App, command: &Command) -> Result<(), Failure> {
    match command {
        Command::Add { which, name, role, password } => add(app, which, name, *role, *password),
        Command::List(whose) => list(app, *whose),
        Command::Password(which) => give_password(app, which),
        Command::Role { which, role } => {
            let role = *role;
            change(app, which, move |sql, by, id| users::set_role(sql, by, Hand::Operator, id, None, role))
        }
        Command::Link(which) => link(app, which),
        Command::TotpReset(which) => {
            change(app, which, |sql, by, id| users::reset_second_step(sql, by, Hand::Operator, id))
        }
        Command::ProviderForget(which) => {
            change(app, which, |sql, by, id| accounts::forget(sql, by, Hand::Operator, id))
        }
        Command::Disable(which) => {
            change(app, which, |sql, by, id| users::set_disabled(sql, by, Hand::Operator, id, true))
        }
        Command::Enable(which) => {
            change(app, which, |sql, by, id| users::set_disabled(sql, by, Hand::Operator, id, false))
        }
        Command::Unlock(which) => change(app, which, |sql, by, id| users::unlock(sql, by, Hand::Operator, id)),
    }
}

/// The person that is meant.
fn found(sql: &mut dyn Sql, agency: AgencyId, login: &str) -> Result<User, Problem> {
    let user = rows::by_login(sql, agency, &users::login("login", login)?)?;
    user.ok_or_else(|| Problem::conflict("Nobody signs in with that address."))
}

fn change(
    app: &App,
    which: &Which,
    work: impl FnOnce(&mut dyn Sql, &crate::audit::By<'_>, UserId) -> Result<(), Problem> + Send + 'static,
) -> Result<(), Failure> {
    let (agency, login) = (the_agency(&app.store, which.whose.agency)?, which.login.clone());
    write(app, agency, move |sql, by| {
        let user = found(sql, agency, &login)?;
        work(sql, by, user.id)
    })
}

fn add(app: &App, which: &Which, name: &str, role: StaffRole, given: bool) -> Result<(), Failure> {
    let (agency, mut entropy) = (the_agency(&app.store, which.whose.agency)?, app.entropy.clone());
    let draft = UserDraft { login: which.login.clone(), name: name.to_owned(), role };
    let hash = if given { Some(hashed(app, &which.login)?) } else { None };
    let link = write(app, agency, move |sql, by| {
        let user = users::add(sql, by, Hand::Operator, &draft, hash, &mut entropy)?;
        if given {
            return Ok(None);
        }
        one_time_link::issue(sql, by, Hand::Operator, user.id, &mut entropy).map(Some)
    })?;
    if let Some(link) = link {
        say_link(app, &welcome::path(&link));
    }
    Ok(())
}

fn link(app: &App, which: &Which) -> Result<(), Failure> {
    let (agency, login, mut entropy) =
        (the_agency(&app.store, which.whose.agency)?, which.login.clone(), app.entropy.clone());
    let link = write(app, agency, move |sql, by| {
        let user = found(sql, agency, &login)?;
        one_time_link::issue(sql, by, Hand::Operator, user.id, &mut entropy)
    })?;
    say_link(app, &welcome::path(&link));
    Ok(())
}

/// Without a public address it is for the reader to put the server's before it.
fn say_link(app: &App, path: &str) {
    say(format_args!("{}{path}", app.settings.public_url));
}

fn give_password(app: &App, which: &Which) -> Result<(), Failure> {
    let hash = hashed(app, &which.login)?;
    change(app, which, move |sql, by, id| users::give_password(sql, by, Hand::Operator, id, &hash))
}

/// The hash of the password that the input holds.
fn hashed(app: &App, login: &str) -> Result<String, Failure> {
    let mut line = String::new();
    stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Failure::setup(format!("The input cannot be read: {error}.")))?;
    let typed = line.trim_end_matches(['\r', '\n']);
    password::check_new("password", typed, &login.trim().to_lowercase())?;
    Ok(app.hashing.hash(typed, &mut app.entropy.clone())?)
}

fn list(app: &App, whose: Whose) -> Result<(), Failure> {
    let (agency, now) = (the_agency(&app.store, whose.agency)?, app.now());
    for user in app.store.read(|sql| rows::page(sql, agency, UserId::NIL, i64::MAX))? {
        let came = user.password.is_some() || user.signed_in_at.is_some();
        let state = match (user.disabled_at, user.is_locked(now), came) {
            (Some(_), ..) => "disabled",
            (_, true, _) => "locked",
            (_, _, false) => "invited",
            _ => "active",
        };
        say(format_args!("{}  {state}  {}  {}  {}", user.id, user.role, user.login, user.name));
    }
    Ok(())
}
