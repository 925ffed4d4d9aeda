//! One evening of an invented agency, told as it happens. Every figure and state in it is asked of the phones and the server.

mod aftermath;
mod award;
mod cast;
mod evening;
mod house;
mod offer;
mod relief;
mod told;
mod watch;

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use detailbook_core::pricing::Tariff;
use detailbook_core::time::UnixMillis;

use super::error::DemoError;
use super::mailbox::Mailbox;
use super::narrator::Narrator;
use super::office::Office;
use super::phones::Handset;
use super::records::Ran;
use super::report::Report;
use super::server::{RunningServer, Setting};
use super::tariffs;
use crate::notices::MailSettings;
use cast::{Member, Work};

/// The officer whose post has no signal.
const CELLAR: usize = 0;
/// The officer whose phone has the wrong time.
const FAST: usize = 1;
/// The officer who stands away from the site.
const AWAY: usize = 2;
/// The officer who is awarded the concert and cannot come.
const ILL: usize = 3;
/// The officer whom a rule keeps from the concert, and who does not come to the paving.
const MISSING: usize = 4;
/// Those who work.
const AT_WORK: [usize; 3] = [CELLAR, FAST, AWAY];
/// Everybody.
const ALL: [usize; 5] = [CELLAR, FAST, AWAY, ILL, MISSING];

/// The story under way.
struct Story<'a> {
    server: &'a RunningServer,
    office: Office,
    tariff: Arc<Tariff>,
    tell: Narrator<'a>,
    mailbox: &'a Mailbox,
    crew: Vec<Member>,
    concert: Work,
    paving: Work,
    facts_on_server: u64,
}

/// Tells the story on a server that is still up afterwards.
pub(super) fn run(listen: SocketAddr, folder: &Path, out: &mut dyn Write) -> Result<Ran, DemoError> {
    let begins = cast::moment(0, 9, 0);
    let (folder, agency, zone) = (folder.to_owned(), cast::AGENCY.to_owned(), cast::zone());
    let tariff = tariffs::read(tariffs::TOWN)
        .map_err(|fault| DemoError::Tariff { path: "the town's tariff".to_owned(), fault: fault.to_string() })?;
    let tariff = Arc::new(tariff);
    let mailbox = Mailbox::open(&folder.join("mail"))?;
    let mail = MailSettings::new(&mailbox.url(), cast::SENDER).map_err(DemoError::Server)?;
    let (tariff_of, mail) = (Arc::clone(&tariff), Some(mail));
    let (database, host) = (None, None);
    let setting = Setting { folder, database, listen, agency, zone, tariff: tariff_of, mail, begins, host };
    let server = RunningServer::start(&setting)?;
    let report = tell(&server, &mailbox, tariff, out)?;
    Ok(Ran { report, server: Some(server) })
}

fn tell(
    server: &RunningServer,
    mailbox: &Mailbox,
    tariff: Arc<Tariff>,
    out: &mut dyn Write,
) -> Result<Report, DemoError> {
    let tell = Narrator::new(out, server.zone);
    let office = server.office()?;
    let crew = cast::OFFICERS.iter().map(|(number, rank)| cast::join(server, &office, number, rank));
    let crew = crew.collect::<Result<Vec<_>, _>>()?;
    let (concert, paving) = (cast::concert().prepare(&office)?, cast::paving().prepare(&office)?);
    let mut story = Story { server, office, tariff, tell, mailbox, crew, concert, paving, facts_on_server: 0 };
    story.introduce()?;
    story.settle()?;
    story.request()?;
    story.offers()?;
    story.award()?;
    story.call_off()?;
    story.evening()?;
    story.signal()?;
    story.rulings()?;
    story.seen_by_officers()?;
    story.charges()?;
    story.told()?;
    story.conclude()
}

impl Story<'_> {
    /// Moves on to a moment of the story; the server does meanwhile what falls due.
    fn at(&self, day: i64, hour: i64, minute: i64) -> Result<UnixMillis, DemoError> {
        let moment = cast::moment(day, hour, minute);
        self.server.pass_to(moment)?;
        Ok(moment)
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
        if matches!(who, AWAY | MISSING) { &self.paving } else { &self.concert }
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
