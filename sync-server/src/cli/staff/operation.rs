//! Operations of the staff API as sub-commands: a route's name in OpenAPI, and a flag for each of its parameters.

use std::path::PathBuf;
use std::sync::LazyLock;

use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Command, FromArgMatches, Subcommand, value_parser};

use crate::routes::openapi::operation_id;
use crate::routes::staff::path::{self, Named};
use crate::routes::staff::percent;
use crate::routes::staff::query::Query;
use crate::routes::staff::table::{ROUTES, Route};

const BODY: &str = "body";

/// Every operation, in the order of the table.
pub(super) static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| ROUTES.iter().map(Operation::of).collect());

/// A route under its name.
pub(super) struct Operation {
    pub(super) name: String,
    pub(super) route: &'static Route,
}

impl Operation {
    fn of(route: &'static Route) -> Self {
        Self { name: operation_id(route.method, route.path), route }
    }

    /// What it is about, as its path says it.
    pub(super) fn group(&self) -> &'static str {
        self.route.path.split(['/', '.']).nth(3).unwrap_or_default()
    }

    fn command(&'static self) -> Command {
        let scope = format!("{} Needs the scope {}.", self.route.says, self.route.scope);
        Command::new(self.name.as_str())
            .about(self.route.says)
            .long_about(scope)
            .args(path::parameters(self.route.path).map(|(name, named)| in_path(name, named)))
            .args(self.route.query.iter().map(in_query))
            .args(self.route.takes.map(|_| body()))
    }

    fn call(&self, matches: &ArgMatches) -> Call {
        let value = |name: &str| matches.try_get_one::<String>(name).ok().flatten();
        let mut path = self.route.path.to_owned();
        for (name, _) in path::parameters(self.route.path) {
            path = path.replace(&format!("{{{name}}}"), value(name).map_or("", String::as_str));
        }
        let pairs = self.route.query.iter().filter_map(|query| Some((query.name, value(query.name)?)));
        let pairs: Vec<_> = pairs.map(|(name, value)| format!("{name}={}", percent::encode(value))).collect();
        if !pairs.is_empty() {
            path = format!("{path}?{}", pairs.join("&"));
        }
        let body = matches.try_get_one::<PathBuf>(BODY).ok().flatten().cloned();
        Call { route: self.route, path, body }
    }
}

fn in_path(name: &'static str, named: Named) -> Arg {
    let (what, wrong) = match named {
        Named::Id => ("UUID", "is not an id"),
        Named::Hash => ("SHA256", "is not a hash of 64 hex digits in small letters"),
        Named::Number => ("NUMBER", "is not a number"),
    };
    let parser = move |text: &str| if named.fits(text) { Ok(text.to_owned()) } else { Err(wrong) };
    Arg::new(name).long(name).value_name(what).required(true).value_parser(parser).help("Which one")
}

fn in_query(query: &'static Query) -> Arg {
    Arg::new(query.name).long(query.name).value_name("VALUE").required(query.needed).help(query.says)
}

fn body() -> Arg {
    let help = "JSON to send, of the form that `detailbook openapi` tells; - is what comes on standard input";
    Arg::new(BODY).long(BODY).value_name("FILE").required(true).value_parser(value_parser!(PathBuf)).help(help)
}

/// An operation with what it was given.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) route: &'static Route,
    /// The path with its query.
    pub(super) path: String,
    /// The file of the body.
    pub(super) body: Option<PathBuf>,
}

impl FromArgMatches for Call {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let named = matches.subcommand();
        let found = named.and_then(|(name, more)| {
            let operation = OPERATIONS.iter().find(|operation| operation.name == name)?;
            Some(operation.call(more))
        });
        found.ok_or_else(|| clap::Error::new(ErrorKind::InvalidSubcommand))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Subcommand for Call {
    fn augment_subcommands(command: Command) -> Command {
        let command = command.subcommand_value_name("OPERATION").subcommand_help_heading("Operations");
        command.subcommands(OPERATIONS.iter().map(Operation::command)).disable_help_subcommand(true)
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        OPERATIONS.iter().any(|operation| operation.name == name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_is_an_operation_with_exactly_its_parameters() {
        let all = Call::augment_subcommands(Command::new("staff"));
        let names: BTreeSet<_> = all.get_subcommands().map(Command::get_name).collect();
        assert_eq!(names.len(), ROUTES.len(), "each has a name of its own");
        for route in ROUTES {
            let command = all.find_subcommand(operation_id(route.method, route.path)).unwrap();
            let flags: BTreeSet<_> =
                command.get_arguments().map(|arg| (arg.get_long().unwrap(), arg.is_required_set())).collect();
            let mut wanted: BTreeSet<_> = route.query.iter().map(|query| (query.name, query.needed)).collect();
            wanted.extend(route.path.split(['{', '}']).skip(1).step_by(2).map(|name| (name, true)));
            wanted.extend(route.takes.map(|_| ("body", true)));
            assert_eq!(flags, wanted, "{route:?}");
        }
    }

    #[test]
    fn what_is_given_stands_in_the_path_and_the_query() {
        let id = "00000000-0000-0000-0000-000000000007";
        let line = [
            "staff",
            "get_details_id_cancellation_quote",
            "--id",
            id,
            "--rank",
            "Police officer & chief",
            "--vehicles",
            "2",
        ];
        let matches = Call::augment_subcommands(Command::new("staff")).get_matches_from(line);
        let call = Call::from_arg_matches(&matches).unwrap();
        let path = format!("/v1/staff/details/{id}/cancellation_quote?rank=Police%20officer%20%26%20chief&vehicles=2");
        assert_eq!((call.path, call.route.method, call.body), (path, "GET", None));
    }
}
