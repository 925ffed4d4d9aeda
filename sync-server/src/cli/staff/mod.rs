//! `detailbook staff`: every operation of the staff API as a sub-command, made from the table that the server answers by. It calls a
//! running server over HTTP, as the holder of a token, like any program.

mod answer;
mod desk;
mod operation;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use desk::Desk;
use operation::{Call, OPERATIONS};

use super::Failure;
use super::say::say;

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    desk: Desk,
    #[command(subcommand)]
    call: Option<Call>,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let Some(call) = &args.call else {
        list();
        return Ok(());
    };
    args.desk.send(call, call.body.as_deref().map(read).transpose()?)
}

/// Says which operations there are, by what they are about.
fn list() {
    let mut groups = BTreeMap::<&str, Vec<_>>::new();
    for operation in OPERATIONS.iter() {
        groups.entry(operation.group()).or_default().push(operation);
    }
    let widest = OPERATIONS.iter().map(|operation| operation.name.len()).max().unwrap_or_default();
    for (group, operations) in groups {
        say(group);
        for operation in operations {
            say(format_args!("  {:widest$}  {}", operation.name, operation.route.says));
        }
    }
    say("What an operation takes: detailbook staff OPERATION --help");
}

/// The body, which must be JSON: the server would refuse anything else.
fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::setup(format!("{} cannot be read: {error}.", file.display()));
    let bytes = if file.as_os_str() == "-" {
        let mut bytes = vec![];
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes).map_err(failed)?
    } else {
        std::fs::read(file).map_err(failed)?
    };
    let json = serde_json::from_slice::<serde::de::IgnoredAny>(&bytes);
    json.map(|_| bytes).map_err(|error| Failure::usage(format!("{} is not JSON: {error}.", file.display())))
}
