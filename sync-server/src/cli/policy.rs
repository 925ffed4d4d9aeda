//! `detailbook policy`: rule sets.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use detailbook_core::ids::AgencyId;
use detailbook_core::policy::RuleSet;

use super::say::say;
use super::{Failure, open, the_agency, write};
use crate::config::DataArgs;
use crate::policy::check::{check, in_vain};
use crate::policy::sets;

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Check a rule set, TOML or JSON, and name everything that is wrong with it
    Check {
        /// The file
        file: PathBuf,
    },
    /// Check a rule set and put it in force from its first day on
    Set {
        /// The file
        file: PathBuf,
        /// Whose; may be left out where there is one agency
        #[arg(long)]
        agency: Option<AgencyId>,
    },
}

pub(super) fn run(data: &DataArgs, command: &Command) -> Result<(), Failure> {
    match command {
        Command::Check { file } => {
            let set = read(file)?;
            say(format_args!("{}: nothing is wrong with it; rules: {}", set.citation(), set.rules.len()));
            Ok(())
        }
        Command::Set { file, agency } => {
            let set = read(file)?;
            let citation = set.citation();
            let app = open(data, String::new())?;
            let done = the_agency(&app.store, *agency).and_then(|agency| {
                let set = write(&app, agency, move |sql, by| sets::set(sql, by, &set));
                // What does not go with the sets that there are is mended in the file.
                set.map_err(|failure| Failure { message: format!("{}: {failure}", file.display()), ..failure })
            });
            app.store.close();
            done?;
            say(format_args!("{citation} is set"));
            Ok(())
        }
    }
}

fn read(file: &Path) -> Result<RuleSet, Failure> {
    let text = fs::read_to_string(file)
        .map_err(|error| Failure::setup(format!("The file {} cannot be read: {error}.", file.display())))?;
    let set = check(&text).map_err(|faults| {
        for fault in &faults {
            say(format_args!("{}: {fault}", file.display()));
        }
        Failure::refused(match faults.len() {
            1 => "One thing is wrong with it; see above.".to_owned(),
            many => format!("{many} things are wrong with it; see above."),
        })
    })?;
    for warning in in_vain(&set) {
        say(format_args!("{}: {warning}", file.display()));
    }
    Ok(set)
}
