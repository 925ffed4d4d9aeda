//! Who signs in to the console of a demo: a coordinator and an administrator, with passwords that are drawn anew each time.

use data_encoding::BASE32_NOPAD;
use detailbook_core::entropy::random_bytes;
use detailbook_core::ids::AgencyId;

use super::error::DemoError;
use crate::access::permissions::{self, StaffRole};
use crate::access::users::{self, Hand, UserDraft};
use crate::app::App;
use crate::audit::By;
use crate::problem::Problem;
use crate::store::agency as agencies;

/// Somebody who may sign in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Guest {
    /// Their name at the sign-in page.
    pub login: String,
    /// Their password.
    pub password: String,
}

/// Adds the two. In a demo nobody is asked for a second step, so that it can be looked at without a phone.
pub fn let_in(app: &App, agency: AgencyId, actor: &'static str) -> Result<Vec<Guest>, DemoError> {
    let fault = |problem: Problem| DemoError::Server(problem.reason);
    [StaffRole::Coordinator, StaffRole::Administrator]
        .into_iter()
        .map(|role| guest(app, agency, actor, role).map_err(fault))
        .collect()
}

fn guest(app: &App, agency: AgencyId, actor: &'static str, role: StaffRole) -> Result<Guest, Problem> {
    let mut entropy = app.entropy.clone();
    let login = format!("{role}@example.org");
    let password = BASE32_NOPAD.encode(&random_bytes::<10>(&mut entropy)).to_lowercase();
    let hash = app.hashing.hash(&password, &mut entropy)?;
    let draft = UserDraft { login: login.clone(), name: format!("The {role}"), role };
    let now = app.now();
    app.store.write(move |sql| {
        agencies::lock(sql, agency)?;
        let by = By { agency, now, actor };
        permissions::set(sql, &by, Hand::Operator, role, role.usual(), false)?;
        let user = users::add(sql, &by, Hand::Operator, &draft, None, &mut entropy)?;
        users::choose_password(sql, &by, &user, &hash, None)
    })?;
    Ok(Guest { login, password })
}
