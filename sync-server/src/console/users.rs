//! The people who sign in: a list, one of them, and what is done to their access.

use askama::Template;
use data_encoding::BASE32_NOPAD;
use detailbook_core::entropy::random_bytes;
use detailbook_core::ids::UserId;
use detailbook_core::wire::Refusal;

use super::csv::Csv;
use super::field::{Choice, Field};
use super::frame::Frame;
use super::options::{any, labelled, plain};
use super::page::{Answer, Page};
use super::part::Part;
use super::seal::Seal;
use super::visit::Visit;
use super::welcome;
use crate::access::one_time_link;
use crate::access::permissions::StaffRole;
use crate::access::provider::accounts::{self, Account};
use crate::access::scope::Scope;
use crate::access::users::{self, User, UserDraft};
use crate::problem::Problem;
use crate::routes::staff::percent;
use crate::store::{Sql, StoreError, users as rows};

/// What the list's address may hold: words to find, a role, a state, an order, and which part.
pub const FILTER: &[&str] = &["find", "role", "state", "sort", "part", "said"];
/// What of it is the filter.
const KEPT: &[&str] = &["find", "role", "state", "sort"];
/// Orders of the list, with what they are called.
const ORDERS: &[(&str, &str)] = &[("name", "Name"), ("login", "E-mail"), ("role", "Role"), ("seen", "Last sign-in")];

#[derive(Template)]
#[template(path = "console/users.html")]
struct UsersPage {
    frame: Frame,
    lines: Vec<Line>,
    part: Part,
    find: Field,
    role: Choice,
    state: Choice,
    sort: Choice,
    may_add: bool,
}

struct Line {
    id: String,
    name: String,
    login: String,
    role: &'static str,
    state: &'static str,
    second_step: bool,
    signed_in: String,
}

/// The list.
pub fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (lines, part) = Part::of(visit, "/console/users", KEPT, lines(sql, visit)?);
    Page::html(&UsersPage {
        frame: Frame::of(visit, "Users"),
        lines,
        part,
        find: Field::asked(visit, "find", "Name or e-mail"),
        role: Choice::asked(visit, "role", "Role", any(roles())),
        state: Choice::asked(visit, "state", "State", any(states())),
        sort: Choice::asked(visit, "sort", "Order", labelled(ORDERS)),
        may_add: visit.who()?.may(Scope::UsersWrite),
    })
}

/// The same list as CSV.
pub fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let mut csv = Csv::of(&["id", "name", "login", "role", "state", "second_step", "signed_in"]);
    for line in lines(sql, visit)? {
        let second_step = if line.second_step { "yes" } else { "no" };
        let fields = [line.id, line.name, line.login, line.role.to_owned(), line.state.to_owned()];
        csv.line(fields.into_iter().chain([second_step.to_owned(), line.signed_in]));
    }
    Ok(Page::csv("users.csv", csv.finish()))
}

fn roles() -> impl Iterator<Item = (String, String)> {
    StaffRole::ALL.into_iter().map(|role| (role.name().to_owned(), role.title().to_owned()))
}

fn states() -> impl Iterator<Item = (String, String)> {
    plain(["active", "invited", "locked", "disabled"].map(str::to_owned))
}

fn lines(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<Line>, Problem> {
    let (find, role, state) =
        (visit.query.get("find").to_lowercase(), visit.query.get("role"), visit.query.get("state"));
    let mut people = everybody(sql, visit)?;
    people.retain(|user| {
        (role.is_empty() || user.role.name() == role)
            && (state.is_empty() || state_of(user, visit) == state)
            && (user.name.to_lowercase().contains(&find) || user.login.contains(&find))
    });
    match visit.query.get("sort") {
        "login" => people.sort_by(|one, other| one.login.cmp(&other.login)),
        "role" => people.sort_by_key(|user| (user.role, user.name.to_lowercase())),
        "seen" => people.sort_by_key(|user| std::cmp::Reverse(user.signed_in_at)),
        _ => people.sort_by_key(|user| (user.name.to_lowercase(), user.id)),
    }
    Ok(people.iter().map(|user| line(visit, user)).collect())
}

fn everybody(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<User>, Problem> {
    Ok(rows::page(sql, visit.agency()?, UserId::NIL, i64::MAX)?)
}

fn line(visit: &Visit, user: &User) -> Line {
    Line {
        id: user.id.to_string(),
        name: user.name.clone(),
        login: user.login.clone(),
        role: user.role.title(),
        state: state_of(user, visit),
        second_step: user.totp.is_some(),
        signed_in: user.signed_in_at.map(|at| visit.time(at)).unwrap_or_default(),
    }
}

fn state_of(user: &User, visit: &Visit) -> &'static str {
    if user.disabled_at.is_some() {
        "disabled"
    } else if user.is_locked(visit.now) {
        "locked"
    } else if user.password.is_none() && user.signed_in_at.is_none() {
        "invited"
    } else {
        "active"
    }
}

#[derive(Template)]
#[template(path = "console/user_new.html")]
struct NewUserPage {
    frame: Frame,
    login: Field,
    name: Field,
    role: Choice,
    temporary: bool,
    seal: Seal,
}

/// The form that adds somebody.
pub fn new(_: &mut dyn Sql, visit: &Visit) -> Answer {
    Page::html(&NewUserPage {
        frame: Frame::of(visit, "Add a user"),
        login: Field::new(visit, "login", "E-mail address").kind("email").hint("They sign in with it."),
        name: Field::new(visit, "name", "Name"),
        role: Choice::new(visit, "role", "Role", roles(), StaffRole::Coordinator.name()),
        temporary: visit.typed("way") == "password",
        seal: visit.seal("/console/users/new"),
    })
}

/// What somebody is let in by, shown this once.
#[derive(Template)]
#[template(path = "console/user_let_in.html")]
struct LetInPage {
    frame: Frame,
    id: String,
    login: String,
    link: Option<String>,
    password: Option<String>,
}

/// Adds somebody, with a link or a password that is shown this once.
pub fn add(visit: &Visit) -> Answer {
    let role = role_typed(visit)?;
    let draft = UserDraft { login: visit.typed("login").to_owned(), name: visit.typed("name").to_owned(), role };
    let given = match visit.typed("way") {
        "link" => None,
        "password" => Some(temporary(visit)),
        _ => return Err(Problem::invalid("way", "must be a link or a password")),
    };
    let mut entropy = visit.app.entropy.clone();
    let hash = given.as_deref().map(|given| visit.app.hashing.hash(given, &mut entropy)).transpose()?;
    visit.write(move |sql, visit| {
        let hand = visit.who()?.hand();
        let user = users::add(sql, &visit.by()?, hand, &draft, hash, &mut entropy)?;
        let link = match given {
            None => Some(one_time_link::issue(sql, &visit.by()?, hand, user.id, &mut entropy)?),
            Some(_) => None,
        };
        let link = link.map(|link| address(visit, &welcome::path(&link)));
        let_in(visit, &user, link, given)
    })
}

fn let_in(visit: &Visit, user: &User, link: Option<String>, password: Option<String>) -> Answer {
    let frame = Frame::of(visit, "Let them in");
    Page::html(&LetInPage { frame, id: user.id.to_string(), login: user.login.clone(), link, password })
}

fn address(visit: &Visit, path: &str) -> String {
    format!("{}{path}", visit.app.settings.public_url)
}

/// A password that nobody chose: 80 bits, in groups.
fn temporary(visit: &Visit) -> String {
    let text = BASE32_NOPAD.encode(&random_bytes::<10>(&mut visit.app.entropy.clone())).to_lowercase();
    let groups: Vec<_> = text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    groups.join("-")
}

fn role_typed(visit: &Visit) -> Result<StaffRole, Problem> {
    visit.typed("role").parse().map_err(|_| Problem::invalid("role", "must be one of these"))
}

#[derive(Template)]
#[template(path = "console/user.html")]
struct UserPage {
    frame: Frame,
    person: Line,
    added: String,
    actor: String,
    account: Option<String>,
    was: &'static str,
    role: Choice,
    own: bool,
    may_write: bool,
    seals: Seals,
}

struct Seals {
    role: Seal,
    disable: Seal,
    enable: Seal,
    unlock: Seal,
    link: Seal,
    second_step: Seal,
    forget: Seal,
}

/// One of them.
pub fn one(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (who, id) = (visit.who()?, visit.id::<UserId>("id")?);
    let user = rows::get(sql, visit.agency()?, id)?.ok_or_else(Problem::not_found)?;
    let sealed = |what: &str| visit.seal(&format!("/console/users/{id}/{what}"));
    Page::html(&UserPage {
        frame: Frame::of(visit, &user.name),
        person: line(visit, &user),
        added: visit.time(user.created_at),
        actor: percent::encode(&user.actor()),
        account: accounts::of(sql, user.agency, id)?.map(|it| bound(visit, &it)),
        was: user.role.name(),
        role: Choice::new(visit, "role", "Role", roles(), user.role.name()),
        own: user.id == who.user.id,
        may_write: who.may(Scope::UsersWrite),
        seals: Seals {
            role: sealed("role"),
            disable: sealed("disable"),
            enable: sealed("enable"),
            unlock: sealed("unlock"),
            link: sealed("link"),
            second_step: sealed("second-step-reset"),
            forget: sealed("provider-forget"),
        },
    })
}

/// Since when an account at the provider is theirs.
fn bound(visit: &Visit, account: &Account) -> String {
    let used = account.used_at.map_or_else(|| "not used yet".to_owned(), |at| format!("last used {}", visit.time(at)));
    format!("{}, since {}, {used}", account.issuer, visit.time(account.bound_at))
}

fn back(visit: &Visit, said: &str) -> Page {
    Page::to(&format!("/console/users/{}?said={said}", visit.param("id")))
}

/// Gives somebody another role.
pub fn set_role(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let was = visit.typed("was").parse().map_err(|_| Problem::from(Refusal::Malformed))?;
    users::set_role(sql, &visit.by()?, visit.who()?.hand(), visit.id("id")?, Some(was), role_typed(visit)?)?;
    Ok(back(visit, "rolled"))
}

/// Keeps somebody out.
pub fn disable(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    users::set_disabled(sql, &visit.by()?, visit.who()?.hand(), visit.id("id")?, true)?;
    Ok(back(visit, "disabled"))
}

/// Lets somebody in again.
pub fn enable(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    users::set_disabled(sql, &visit.by()?, visit.who()?.hand(), visit.id("id")?, false)?;
    Ok(back(visit, "enabled"))
}

/// Lets somebody try again.
pub fn unlock(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    users::unlock(sql, &visit.by()?, visit.who()?.hand(), visit.id("id")?)?;
    Ok(back(visit, "unlocked"))
}

/// Makes a link by which somebody sets a new password.
pub fn link(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (id, mut entropy) = (visit.id("id")?, visit.app.entropy.clone());
    let link = one_time_link::issue(sql, &visit.by()?, visit.who()?.hand(), id, &mut entropy)?;
    let user = found(sql, visit, id)?;
    if user.disabled_at.is_some() {
        return Err(Problem::new(
            Refusal::Conflict,
            "They are disabled, so a link would be worth nothing. Enable them first.",
        ));
    }
    let_in(visit, &user, Some(address(visit, &welcome::path(&link))), None)
}

fn found(sql: &mut dyn Sql, visit: &Visit, id: UserId) -> Result<User, Problem> {
    let user: Result<Option<User>, StoreError> = rows::get(sql, visit.agency()?, id);
    user?.ok_or_else(Problem::not_found)
}

/// Forgets which account at the provider is somebody's.
pub fn forget_account(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    accounts::forget(sql, &visit.by()?, visit.who()?.hand(), visit.id("id")?)?;
    Ok(back(visit, "forgotten"))
}

/// Takes somebody's second step away.
pub fn reset_second_step(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    users::reset_second_step(sql, &visit.by()?, visit.who()?.hand(), visit.id("id")?)?;
    Ok(back(visit, "reset"))
}
