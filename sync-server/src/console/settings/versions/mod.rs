//! What an agency keeps in versions with dates, rule sets and tariffs alike: the list of them, one of them beside the one before, and
//! the editor that checks a draft, tries it on the past and puts it in force from its first day on.

mod edit;
mod first_day;
mod inset;
mod known;
mod list;
mod one;
mod table;

pub(super) use edit::{CHECKED, TAKES, check, dry_run_file, edit, set};
pub(super) use inset::Inset;
pub(super) use known::{Known, State};
pub(super) use list::{FILTER, export, list};
pub(super) use one::{Differs, VersionPage, one};
pub(super) use table::{Line, Table};

use detailbook_core::pricing::Day;

use crate::access::scope::Scope;
use crate::console::page::Answer;
use crate::console::visit::Visit;
use crate::draft_text::Fault;
use crate::problem::Problem;
use crate::store::Sql;

/// Today, in the agency's zone.
pub(super) fn today(visit: &Visit) -> Result<Day, Problem> {
    Ok(Day(visit.who()?.zone.local(visit.now).date()))
}

/// What one sort of them is called, and where its pages are.
pub(super) struct Names {
    /// The path of the list.
    pub(super) path: &'static str,
    /// The list's heading.
    pub(super) all: &'static str,
    /// One of them, such as `tariff`.
    pub(super) one: &'static str,
    /// What the list says of itself.
    pub(super) says: &'static str,
    /// What it says where there is none.
    pub(super) none: &'static str,
    /// What is counted in a version.
    pub(super) counted: &'static str,
    /// In what it is written.
    pub(super) written: &'static str,
    /// The word for what was done when one is put in force.
    pub(super) said: &'static str,
    /// Who may read them.
    pub(super) read: Scope,
    /// Who may set one.
    pub(super) write: Scope,
}

/// One sort of what is kept in versions.
pub(super) trait Versioned: Sized {
    /// What it is called, and where its pages are.
    const NAMES: Names;

    /// Every version there is, in order of name and version.
    fn known(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<Known<Self>>, Problem>;

    /// Reads a draft; whatever is wrong with it is named.
    fn read(text: &str) -> Result<Self, Vec<Fault>>;

    /// Its name.
    fn name(&self) -> &str;

    /// Its version.
    fn version(&self) -> i64;

    /// Its first day.
    fn first_day(&self) -> Day;

    /// It as a text.
    fn text(&self) -> Result<String, Problem>;

    /// The text from which the next version is begun.
    fn next(known: Known<Self>) -> Result<String, Problem>;

    /// A text to begin with that is of no version there is, by the name that the address has for it.
    fn sample(_: &Visit, _: &str) -> Result<Option<String>, Problem> {
        Ok(None)
    }

    /// How much is in it, as its column says.
    fn count(&self) -> usize;

    /// What a person should know of a draft that is in order.
    fn warnings(&self, visit: &Visit) -> Result<Vec<String>, Problem>;

    /// Refuses a draft that could not be put in force now.
    fn fits(&self, sql: &mut dyn Sql, visit: &Visit) -> Result<(), Problem>;

    /// It for somebody who reads no TOML.
    fn readable(&self) -> Result<Option<Inset>, Problem>;

    /// What differs from another, for somebody who reads no TOML.
    fn differs(&self, _before: &Self) -> Result<Option<Inset>, Problem> {
        Ok(None)
    }

    /// What it would have made of the past.
    fn dry_run(&self, sql: &mut dyn Sql, visit: &Visit, text: &str) -> Result<Inset, Problem>;

    /// The same as a file.
    fn dry_run_file(&self, sql: &mut dyn Sql, visit: &Visit) -> Answer;

    /// Puts it in force from its first day on, for the reason that was typed. `text`: as it was sent.
    fn put(&self, sql: &mut dyn Sql, visit: &Visit, text: &str) -> Result<(), Problem>;

    /// What stands below the list.
    fn beside(_: &mut dyn Sql, _: &Visit) -> Result<Option<Inset>, Problem> {
        Ok(None)
    }

    /// Name and version, as it is cited.
    fn citation(&self) -> String {
        format!("{} v{}", self.name(), self.version())
    }
}
