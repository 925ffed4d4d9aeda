//! One evening of an invented agency, told as it happens. Every figure and state in it is asked of the phones and the server.

mod aftermath;
mod cast;
mod evening;
mod offer;
mod photo;

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use detailbook_core::pricing::Tariff;
use detailbook_core::time::UnixMillis;

use super::error::DemoError;
use super::narrator::Narrator;
use super::office::Office;
use super::phones::Handset;
use super::records::Ran;
use super::report::Report;
use super::server::{RunningServer, Setting};
use super::tariffs;
use cast::{Member, Work};

/// The officer whose post has no signal.
const CELLAR: usize = 0;
/// The officer whose phone has the wrong time.
const FAST: usize = 1;
/// The officer who stands away from the site.
const AWAY: usize = 2;

/// The story under way.
struct Story<'a> {
    server: &'a RunningServer,
    office: Office,
    tariff: Arc<Tariff>,
    tell: Narrator<'a>,
    crew: Vec<Member>,
    concert: Work,
    paving: Work,
    facts_on_server: u64,
}

/// Tells the story on a server that is still up afterwards.
pub(super) fn run(listen: SocketAddr, folder: &Path, out: &mut dyn Write) -> Result<Ran, DemoError> {
    let begins = cast::moment(0, 15, 0);
    let (folder, agency, zone) = (folder.to_owned(), cast::AGENCY.to_owned(), cast::zone());
    let tariff = tariffs::read(tariffs::TOWN)
        .map_err(|fault| DemoError::Tariff { path: "the town's tariff".to_owned(), fault: fault.to_string() })?;
    let tariff = Arc::new(tariff);
    let setting = Setting { folder, listen, agency, zone, tariff: Arc::clone(&tariff), begins };
    let server = RunningServer::start(&setting)?;
    let report = tell(&server, tariff, out)?;
    Ok(Ran { report, server: Some(server) })
}

fn tell(server: &RunningServer, tariff: Arc<Tariff>, out: &mut dyn Write) -> Result<Report, DemoError> {
    let mut tell = Narrator::new(out, server.zone);
    let office = server.office()?;
    offer::introduce(server, &mut tell)?;
    let (concert, paving) = (cast::concert().post(&office)?, cast::paving().post(&office)?);
    let crew = [("1107", "officer"), ("1212", "officer"), ("1318", "sergeant")];
    let crew = crew.iter().map(|(number, rank)| cast::join(server, &office, number, rank));
    let crew = crew.collect::<Result<Vec<_>, _>>()?;
    let mut story = Story { server, office, tariff, tell, crew, concert, paving, facts_on_server: 0 };
    story.offers()?;
    story.award()?;
    story.evening()?;
    story.signal()?;
    story.rulings()?;
    story.seen_by_officers()?;
    story.conclude()
}

impl Story<'_> {
    /// Moves on to a moment of the story.
    fn at(&self, day: i64, hour: i64, minute: i64) -> UnixMillis {
        let moment = cast::moment(day, hour, minute);
        self.server.clock.set(moment);
        moment
    }

    fn handset(&mut self, who: usize) -> &mut Handset {
        &mut self.crew[who].handset
    }

    /// Tells what a phone shows or does.
    fn phone(&mut self, at: UnixMillis, who: usize, words: &str) -> Result<(), DemoError> {
        Ok(self.tell.event(at, &self.crew[who].phone(), words)?)
    }

    /// Tells what the office does.
    fn desk(&mut self, at: UnixMillis, words: &str) -> Result<(), DemoError> {
        Ok(self.tell.event(at, "office", words)?)
    }

    /// The detail that an officer works.
    fn work_of(&self, who: usize) -> &Work {
        if who == AWAY { &self.paving } else { &self.concert }
    }

    fn report(&self) -> Report {
        Report {
            phones: self.crew.len(),
            syncs: self.crew.iter().map(|member| member.handset.syncs()).sum(),
            facts_written: self.crew.iter().map(|member| member.handset.facts()).sum(),
            facts_on_server: self.facts_on_server,
            ..Report::default()
        }
    }
}
