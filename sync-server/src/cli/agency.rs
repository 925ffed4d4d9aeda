//! `detailbook agency`: the tenants.

use clap::Subcommand;
use detailbook_core::ids::AgencyId;
use detailbook_core::records::{Agency, RecordKind};
use detailbook_core::time::Zone;

use super::say::say;
use super::{Failure, open};
use crate::audit::By;
use crate::config::DataArgs;
use crate::problem::Problem;
use crate::roster::{self, AgencyDraft};
use crate::store::{Sql, agency as agencies, records};

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Create an agency and print its id
    Create {
        /// Its name
        #[arg(long)]
        name: String,
        /// The time zone its pay days are counted in, such as America/New_York
        #[arg(long, value_parser = zone)]
        zone: Zone,
        /// The id it is to have, where it must be a certain one
        #[arg(long)]
        id: Option<AgencyId>,
    },
    /// List the agencies: id, zone and name
    List,
}

fn zone(text: &str) -> Result<Zone, String> {
    Zone::named(text).ok_or_else(|| "not a time zone such as America/New_York".to_owned())
}

pub(super) fn run(data: &DataArgs, command: &Command) -> Result<(), Failure> {
    let app = open(data, String::new())?;
    let done = match command {
        Command::Create { name, zone, id } => {
            let mut entropy = app.entropy.clone();
            let (now, draft) = (app.now(), AgencyDraft { name: name.clone(), zone: *zone });
            let id = id.unwrap_or_else(|| AgencyId::new(now, &mut entropy));
            let by = By { agency: id, now, actor: "command line" };
            app.store.write(move |sql| roster::create_agency(sql, &by, &draft)).map(|()| say(format_args!("{id}")))
        }
        Command::List => app.store.read(list),
    };
    app.store.close();
    Ok(done?)
}

fn list(sql: &mut dyn Sql) -> Result<(), Problem> {
    for id in agencies::list(sql)? {
        if let Some(agency) = records::get::<Agency>(sql, id, RecordKind::Agency, id)? {
            say(format_args!("{id}  {}  {}", agency.record.zone.name(), agency.record.name));
        }
    }
    Ok(())
}
