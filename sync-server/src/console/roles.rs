//! What the roles may do.

use askama::Template;

use super::frame::Frame;
use super::page::{Answer, Page};
use super::seal::Seal;
use super::visit::Visit;
use crate::access::permissions::{self, Permissions, StaffRole};
use crate::access::scope::{Scope, Scopes};
use crate::access::staff_session::{self, Stage};
use crate::problem::Problem;
use crate::store::Sql;

#[derive(Template)]
#[template(path = "console/roles.html")]
struct RolesPage {
    frame: Frame,
    roles: Vec<RoleLine>,
    rights: Vec<RightLine>,
    may_write: bool,
}

struct RoleLine {
    name: &'static str,
    title: &'static str,
    says: &'static str,
    second_step: bool,
    changed: Option<String>,
}

struct RightLine {
    name: &'static str,
    says: &'static str,
    of: Vec<bool>,
}

/// All of them, with what each may do.
pub fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let mut all = Vec::new();
    for role in StaffRole::ALL {
        all.push(permissions::of(sql, visit.agency()?, role)?);
    }
    let right = |scope: &Scope| RightLine {
        name: scope.name(),
        says: scope.says(),
        of: all.iter().map(|role| role.scopes.allow(*scope)).collect(),
    };
    Page::html(&RolesPage {
        frame: Frame::of(visit, "Roles"),
        roles: all.iter().map(|permissions| line(visit, permissions)).collect(),
        rights: Scope::ALL.iter().map(right).collect(),
        may_write: visit.who()?.may(Scope::RolesWrite),
    })
}

fn line(visit: &Visit, permissions: &Permissions) -> RoleLine {
    let role = permissions.role;
    RoleLine {
        name: role.name(),
        title: role.title(),
        says: role.says(),
        second_step: permissions.second_step,
        changed: permissions.changed_at.map(|at| visit.time(at)),
    }
}

#[derive(Template)]
#[template(path = "console/role.html")]
struct RolePage {
    frame: Frame,
    role: RoleLine,
    boxes: Vec<Tick>,
    wrong: Option<String>,
    made_on: String,
    /// What is otherwise by now than it is ticked here, where somebody else has set the role since the form was made.
    meanwhile: Vec<String>,
    own: bool,
    seal: Seal,
}

struct Tick {
    name: &'static str,
    says: &'static str,
    ticked: bool,
}

fn role(visit: &Visit) -> Result<StaffRole, Problem> {
    visit.id("role")
}

/// One of them, to be edited.
pub fn one(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let role = role(visit)?;
    let now = permissions::of(sql, visit.agency()?, role)?;
    let mut permissions = now.clone();
    let mut meanwhile = Vec::new();
    if visit.refused.is_some() {
        permissions.scopes = typed(visit).unwrap_or_default();
        permissions.second_step = is_required(visit);
        if is_stale(visit, &now) {
            meanwhile = otherwise(&permissions, &now);
        }
    }
    let to_tick =
        |scope: &Scope| Tick { name: scope.name(), says: scope.says(), ticked: permissions.scopes.allow(*scope) };
    Page::html(&RolePage {
        frame: Frame::of(visit, role.title()),
        role: line(visit, &permissions),
        boxes: Scope::ALL.iter().map(to_tick).collect(),
        wrong: visit.wrong("scope"),
        made_on: now.digest().to_string(),
        meanwhile,
        own: visit.who()?.user.role == role,
        seal: visit.seal(&format!("/console/roles/{role}")),
    })
}

fn is_stale(visit: &Visit, now: &Permissions) -> bool {
    visit.typed("made_on") != now.digest().to_string()
}

/// How it is now, as far as that is not how it was ticked.
fn otherwise(ticked: &Permissions, now: &Permissions) -> Vec<String> {
    let other = |scope: &&Scope| ticked.scopes.allow(**scope) != now.scopes.allow(**scope);
    let told = |scope: &Scope| {
        let is = if now.scopes.allow(*scope) { "allowed" } else { "not allowed" };
        format!("{} is {is}.", scope.name())
    };
    let mut all: Vec<_> = Scope::ALL.iter().filter(other).map(told).collect();
    if ticked.second_step != now.second_step {
        let is = if now.second_step { "with" } else { "without" };
        all.push(format!("They sign in {is} a second step."));
    }
    all
}

fn typed(visit: &Visit) -> Result<Scopes, Problem> {
    let scopes = visit.form.all("scope").map(str::parse);
    scopes.collect::<Result<_, _>>().map_err(|_| Problem::invalid("scope", "must be among these"))
}

fn is_required(visit: &Visit) -> bool {
    visit.typed("second_step") == "yes"
}

/// Sets what it may do. Whoever edits a role of their own goes on with a new session.
pub fn set(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (who, role) = (visit.who()?, role(visit)?);
    if is_stale(visit, &permissions::of(sql, visit.agency()?, role)?) {
        return Err(Problem::conflict("Somebody else set this role since you opened it, so nothing was set."));
    }
    permissions::set(sql, &visit.by()?, who.hand(), role, typed(visit)?, is_required(visit))?;
    let page = Page::to("/console/roles?said=role");
    if who.user.role != role {
        return Ok(page);
    }
    let mut entropy = visit.app.entropy.clone();
    let secret = staff_session::renew(sql, &who.session, Stage::Full, visit.now, &mut entropy)?;
    Ok(visit.with_session(page, &secret))
}
