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
    let mut permissions = permissions::of(sql, visit.agency()?, role)?;
    if visit.refused.is_some() {
        permissions.scopes = typed(visit).unwrap_or_default();
        permissions.second_step = is_required(visit);
    }
    let to_tick =
        |scope: &Scope| Tick { name: scope.name(), says: scope.says(), ticked: permissions.scopes.allow(*scope) };
    Page::html(&RolePage {
        frame: Frame::of(visit, role.title()),
        role: line(visit, &permissions),
        boxes: Scope::ALL.iter().map(to_tick).collect(),
        wrong: visit.wrong("scope"),
        own: visit.who()?.user.role == role,
        seal: visit.seal(&format!("/console/roles/{role}")),
    })
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
    permissions::set(sql, &visit.by()?, who.hand(), role, typed(visit)?, is_required(visit))?;
    let page = Page::to("/console/roles?said=role");
    if who.user.role != role {
        return Ok(page);
    }
    let mut entropy = visit.app.entropy.clone();
    let secret = staff_session::renew(sql, &who.session, Stage::Full, visit.now, &mut entropy)?;
    Ok(visit.with_session(page, &secret))
}
