//! `detailbook award`: why a detail was awarded as it was, decided again from what was kept.

use std::collections::BTreeMap;

use clap::Subcommand;
use detailbook_core::award::AwardRecord;
use detailbook_core::ids::{AgencyId, DetailId, OfficerId};
use detailbook_core::records::{Detail, Officer, RecordKind};

use super::say::say;
use super::{Failure, open, the_agency};
use crate::config::DataArgs;
use crate::scheduling::explained;
use crate::store::{Sql, Store, StoreError, postings, records};

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Say for every applicant of a detail why they got what they got, and whether it comes out the same when decided again
    Explain {
        /// The detail
        detail: DetailId,
        /// The agency, where there are several
        #[arg(long)]
        agency: Option<AgencyId>,
        /// Everything the award was decided from, as JSON, for somebody who decides it again elsewhere
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(data: &DataArgs, command: &Command) -> Result<(), Failure> {
    let Command::Explain { detail, agency, json } = command;
    let app = open(data, String::new())?;
    let found = the_agency(&app.store, *agency).and_then(|agency| find(&app.store, agency, *detail));
    app.store.close();
    let (awards, names) = found?;
    if *json {
        let text = serde_json::to_string_pretty(&awards);
        say(text.map_err(|_| Failure::setup("The award cannot be written as JSON."))?);
    } else {
        for award in &awards {
            for line in explained::lines(award, &names) {
                say(line);
            }
        }
    }
    match awards.iter().map(|award| award.verify().len()).sum::<usize>() {
        0 => Ok(()),
        _ => Err(Failure::refused("What was kept does not give the award that was made: see the differences.")),
    }
}

type Names = BTreeMap<OfficerId, String>;

/// The awards of a detail, of which there is at least one, with the names of everybody in them.
fn find(store: &Store, agency: AgencyId, detail: DetailId) -> Result<(Vec<AwardRecord>, Names), Failure> {
    let (there, awards, names) = store.read(|sql| {
        let there = records::get::<Detail>(sql, agency, RecordKind::Detail, detail)?.is_some();
        let awards = postings::awards(sql, agency, detail)?;
        let names = names(sql, agency, &awards)?;
        Ok::<_, StoreError>((there, awards, names))
    })?;
    match (there, awards.is_empty()) {
        (false, _) => Err(Failure::refused("The agency has no detail with that id.")),
        (true, true) => {
            Err(Failure::refused("That detail has not been awarded: its window is open, or it never had one."))
        }
        (true, false) => Ok((awards, names)),
    }
}

fn names(sql: &mut dyn Sql, agency: AgencyId, awards: &[AwardRecord]) -> Result<Names, StoreError> {
    let mut names = BTreeMap::new();
    for explanation in awards.iter().flat_map(|award| &award.award.explanations) {
        if let Some(officer) = records::get::<Officer>(sql, agency, RecordKind::Officer, explanation.officer)? {
            names.insert(explanation.officer, officer.record.name);
        }
    }
    Ok(names)
}
