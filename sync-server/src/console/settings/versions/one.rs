//! One version, and how it differs from the one before.

use askama::Template;

use super::{Inset, Known, State, Versioned};
use crate::access::scope::Scope;
use crate::console::audit;
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::settings::changes::Changes;
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::routes::staff::percent;
use crate::store::Sql;

/// The page of one version.
#[derive(Template)]
#[template(path = "console/settings/version.html")]
pub(in crate::console::settings) struct VersionPage {
    pub(in crate::console::settings) frame: Frame,
    pub(in crate::console::settings) heading: String,
    /// Where the list is, and what it is called.
    pub(in crate::console::settings) back: (&'static str, &'static str),
    pub(in crate::console::settings) state: State,
    pub(in crate::console::settings) facts: Vec<(&'static str, String)>,
    /// Where the audit log tells of it, for whoever may read that.
    pub(in crate::console::settings) logged: Option<String>,
    pub(in crate::console::settings) readable: Option<Inset>,
    pub(in crate::console::settings) differs: Option<Differs>,
    /// It as a text.
    pub(in crate::console::settings) text: String,
    /// Where the next version is written, for whoever may.
    pub(in crate::console::settings) copy: Option<String>,
}

/// How a version differs from another.
pub(in crate::console::settings) struct Differs {
    /// From which.
    pub(in crate::console::settings) before: String,
    /// In words.
    pub(in crate::console::settings) said: Option<Inset>,
    /// Line by line.
    pub(in crate::console::settings) changes: Changes,
}

impl Differs {
    /// From a version there is to another, or to a draft with that text.
    pub(super) fn of<T: Versioned>(before: &Known<T>, after: &T, text: &str) -> Result<Self, Problem> {
        Ok(Self {
            before: before.is.citation(),
            said: after.differs(&before.is)?,
            changes: Changes::between(&before.text()?, text),
        })
    }
}

impl<T: Versioned> Known<T> {
    /// It as a text: as it was set, where that is kept.
    pub(super) fn text(&self) -> Result<String, Problem> {
        self.body.clone().map_or_else(|| self.is.text(), Ok)
    }
}

/// The version of that name and number, and the one before.
pub(super) fn found<T: Versioned>(
    sql: &mut dyn Sql,
    visit: &Visit,
    name: &str,
    version: &str,
) -> Result<(Known<T>, Option<Known<T>>), Problem> {
    let version: i64 = version.parse().map_err(|_| Problem::not_found())?;
    let of_name = T::known(sql, visit)?.into_iter().filter(|it| it.is.name() == name && it.is.version() <= version);
    let mut of_name: Vec<_> = of_name.collect();
    let one = of_name.pop().filter(|it| it.is.version() == version).ok_or_else(Problem::not_found)?;
    Ok((one, of_name.pop()))
}

/// One version.
pub(in crate::console::settings) fn one<T: Versioned>(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let name = percent::decode(visit.param("set")).ok_or_else(Problem::not_found)?;
    let (it, before) = found::<T>(sql, visit, &name, visit.param("version"))?;
    let (citation, text, who) = (it.is.citation(), it.text()?, visit.who()?);
    let copy = percent::encode(&format!("{} {name}", it.is.version()));
    Page::html(&VersionPage {
        frame: Frame::of(visit, &citation),
        back: (T::NAMES.path, T::NAMES.all),
        state: it.state,
        facts: vec![
            ("First day", it.is.first_day().to_string()),
            ("Last day", it.until.map_or_else(|| "none".to_owned(), |day| day.to_string())),
            ("Set", format!("{}, {}", visit.time(it.set_at), audit::short(&it.set_by))),
        ],
        logged: who.may(Scope::AuditRead).then(|| percent::encode(&citation)),
        readable: it.is.readable()?,
        differs: before.map(|before| Differs::of(&before, &it.is, &text)).transpose()?,
        text,
        copy: who.may(T::NAMES.write).then(|| format!("{}/new?from={copy}", T::NAMES.path)),
        heading: citation,
    })
}
