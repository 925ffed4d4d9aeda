//! A stage for a browser: a real server over HTTP, an invented agency in the middle of a day, and its officers' phones, which do
//! what they are told while somebody looks at the console.
//!
//! What lies behind the agency was lived: phones punched, the server awarded, a coordinator ruled, each at its own time on one
//! clock. Then that clock runs on at the machine's pace, from twenty to six in the afternoon, whatever time of day the machine has.

mod agreed;
mod cast;
mod command;
mod crew;
mod day;
mod fair;
mod papers;
mod people;
mod tour;

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use detailbook_core::ids::{DetailId, DocumentId, RecordId, RequestId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;
use detailbook_server::clock::Clock;
use detailbook_server::demo::DemoError;
use detailbook_server::demo::office::Office;
use detailbook_server::demo::phones::Handset;
use detailbook_server::demo::server::{RunningServer, Setting};
use detailbook_server::jobs::Background;
use detailbook_server::store::StoreConfig;
use serde::Serialize;

use crew::{Member, Work};
use people::Person;

/// How long jobs under way are waited for when the stage is struck.
const PATIENCE: Duration = Duration::from_secs(2);

/// The agency and everybody in it.
pub struct Stage {
    server: RunningServer,
    office: Office,
    now: UnixMillis,
    crew: BTreeMap<&'static str, Member>,
    works: BTreeMap<&'static str, Work>,
    /// What a customer has asked for and nobody has posted yet.
    request: Option<RequestId>,
    people: Vec<Person>,
    /// Phones beside those that the officers work with, by what stories call them.
    spare: BTreeMap<String, Handset>,
    papers: Papers,
}

/// What lies in the office's drawers, for pages that show one such thing.
#[derive(Default)]
struct Papers {
    /// Asked for, and not signed yet.
    approval: Option<RecordId>,
    /// What a phone pushed whose enrolment had ended.
    push: Option<RecordId>,
    /// A shift log that did not pass its check.
    document: Option<DocumentId>,
    /// A run of invoices.
    run: Option<i64>,
    /// A file that waits until somebody has seen what it would do.
    file: Option<RecordId>,
    /// What a customer cancelled late.
    cancelled: Option<DetailId>,
    /// What is to be seen on a photo.
    photo: Option<Sha256>,
}

/// What whoever looks at the console must know of it.
#[derive(Serialize)]
struct Greeting<'a> {
    address: &'a str,
    token: &'a str,
    zone: &'a str,
    now: UnixMillis,
    password: &'static str,
    people: &'a [Person],
    works: &'a BTreeMap<&'static str, Work>,
    officers: BTreeMap<&'static str, String>,
    assignments: Vec<crew::Held>,
    pages: Vec<tour::Stop>,
}

impl Stage {
    /// Sets the stage in an empty folder, with a database of its own there where none is named, and lets its clock run.
    pub fn set(folder: &Path, database: Option<StoreConfig>) -> Result<Self, DemoError> {
        let now = cast::now();
        let server = RunningServer::start(&Setting {
            folder: folder.to_owned(),
            database,
            listen: ([127, 0, 0, 1], 0).into(),
            agency: cast::AGENCY.to_owned(),
            zone: cast::zone(),
            tariff: Arc::new(agreed::tariff()?),
            mail: None,
            begins: now - day::BEHIND,
            host: Some("localhost".to_owned()),
        })?;
        let office = server.office()?;
        let (crew, works) = (BTreeMap::new(), BTreeMap::new());
        let (people, spare, papers) = (Vec::new(), BTreeMap::new(), Papers::default());
        let mut stage = Self { server, office, now, crew, works, request: None, people, spare, papers };
        stage.people = people::let_in(&stage.server)?;
        stage.live()?;
        stage.server.clock.run();
        Ok(stage)
    }

    /// Says what there is, then does what each line of `asked` says and answers it by a line, until there is no more.
    pub fn play(mut self, asked: impl BufRead, mut answers: impl Write) -> Result<(), DemoError> {
        let background = Background::start(self.server.app())?;
        write_line(&mut answers, &self.greeting()?)?;
        for line in asked.lines() {
            let answer = self.answer(&line?);
            write_line(&mut answers, &answer)?;
        }
        background.stop(PATIENCE);
        self.server.stop()
    }

    fn greeting(&self) -> Result<Greeting<'_>, DemoError> {
        Ok(Greeting {
            address: &self.server.address,
            token: &self.server.token,
            zone: self.server.zone.name(),
            now: self.server.clock.now(),
            password: people::PASSWORD,
            people: &self.people,
            works: &self.works,
            officers: self.crew.iter().map(|(number, member)| (*number, member.id.to_string())).collect(),
            assignments: self.places(),
            pages: self.tour()?,
        })
    }
}

fn write_line(out: &mut impl Write, told: &impl Serialize) -> Result<(), DemoError> {
    serde_json::to_writer(&mut *out, told).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(out.flush()?)
}
