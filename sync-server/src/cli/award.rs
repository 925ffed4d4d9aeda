//! `detailbook award`: why a detail was awarded as it was, decided again from what was kept.

use std::collections::BTreeMap;

use clap::Subcommand;
use detailbook_core::award::AwardRecord;
use detailbook_core::ids::{AgencyId, DetailId, OfficerId};
use detailbook_core::records::{Officer, RecordKind};

use super::{Failure, open, the_agency};
use crate::config::DataArgs;
use crate::scheduling::explained;
use crate::store::{Sql, StoreError, postings, records};

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
    let agency = the_agency(&app.store, *agency)?;
    let (awards, names) = app.store.read(|sql| {
        let awards = postings::awards(sql, agency, *detail)?;
        let names = names(sql, agency, &awards)?;
        Ok::<_, StoreError>((awards, names))
    })?;
    if awards.is_empty() {
        return Err(Failure::refused("There is no award of that detail."));
    }
    if *json {
        let text = serde_json::to_string_pretty(&awards);
        println!("{}", text.map_err(|_| Failure::setup("The award cannot be written as JSON."))?);
    } else {
        for award in &awards {
            for line in explained::lines(award, &names) {
                println!("{line}");
            }
        }
    }
    match awards.iter().map(|award| award.verify().len()).sum::<usize>() {
        0 => Ok(()),
        _ => Err(Failure::refused("What was kept does not give the award that was made: see the differences.")),
    }
}

fn names(
    sql: &mut dyn Sql,
    agency: AgencyId,
    awards: &[AwardRecord],
) -> Result<BTreeMap<OfficerId, String>, StoreError> {
    let mut names = BTreeMap::new();
    for explanation in awards.iter().flat_map(|award| &award.award.explanations) {
        if let Some(officer) = records::get::<Officer>(sql, agency, RecordKind::Officer, explanation.officer)? {
            names.insert(explanation.officer, officer.record.name);
        }
    }
    Ok(names)
}
