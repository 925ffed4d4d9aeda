//! The real server in this process: its router on a socket, its store in a folder, the demo's clock.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use detailbook_core::device::{Driver, DriverOptions};
use detailbook_core::ids::AgencyId;
use detailbook_core::pricing::Tariff;
use detailbook_core::time::{UnixMillis, Zone};
use tokio::runtime::{Handle, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::clock::DemoClock;
use super::console::{self, Guest};
use super::error::DemoError;
use super::office::Office;
use crate::access::provider::reach::Reach;
use crate::access::roles::Roles;
use crate::access::scope::Scopes;
use crate::access::secret_box::SecretKey;
use crate::access::tokens::{self, TokenDraft};
use crate::app::{App, Settings};
use crate::audit::By;
use crate::blobs::BlobFolder;
use crate::clock::Clock;
use crate::entropy::SharedEntropy;
use crate::jobs::{self, Background};
use crate::notices::{GatewaySettings, MailSettings};
use crate::prices::Tariffs;
use crate::problem::Problem;
use crate::roster::{self, AgencyDraft};
use crate::routes::{self, connections};
use crate::store::{Sql, Store, StoreConfig, agency};

/// How long the jobs under way are waited for at the end.
const PATIENCE: Duration = Duration::from_secs(5);
/// How the audit log names whoever set the demo up.
const ACTOR: &str = "detailbook demo";

/// Where a demo runs and for which agency.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The folder for database, photos and phones.
    pub folder: PathBuf,
    /// The database, where it is not one of its own in that folder.
    pub database: Option<StoreConfig>,
    /// Where to listen; port 0 for any that is free.
    pub listen: SocketAddr,
    /// The agency's name.
    pub agency: String,
    /// The agency's zone.
    pub zone: Zone,
    /// What ruled time pays.
    pub tariff: Arc<Tariff>,
    /// The mail server, if mail is sent.
    pub mail: Option<MailSettings>,
    /// When the story begins.
    pub begins: UnixMillis,
    /// What this machine is called in addresses, where that is not its number: browsers bind passkeys to names only.
    pub host: Option<String>,
}

/// A server that answers.
pub struct RunningServer {
    /// The time that server and phones share.
    pub clock: DemoClock,
    /// The folder it all lies in.
    pub folder: PathBuf,
    /// Such as `http://127.0.0.1:40123`.
    pub address: String,
    /// An API token with every scope.
    pub token: String,
    /// The agency's zone.
    pub zone: Zone,
    /// Carries every phone's exchange.
    pub driver: Arc<Driver>,
    runtime: Runtime,
    app: App,
    agency: AgencyId,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<()>>,
}

impl RunningServer {
    /// Starts the server and makes the agency and its first token, as an operator would.
    pub fn start(setting: &Setting) -> Result<Self, DemoError> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let socket = TcpListener::bind(setting.listen)?;
        socket.set_nonblocking(true)?;
        let address = match &setting.host {
            Some(host) => format!("http://{host}:{}", socket.local_addr()?.port()),
            None => format!("http://{}", socket.local_addr()?),
        };
        let clock = DemoClock::new(setting.begins);
        let app = app(setting, &address, &clock)?;
        let (agency, token) = found_agency(&app, setting)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = {
            let _inside = runtime.enter();
            let listener = tokio::net::TcpListener::from_std(socket)?;
            let bounds = connections::Bounds::default();
            runtime.spawn(connections::serve(listener, routes::router(app.clone()), bounds, async {
                let _ = stopped.await;
            }))
        };
        let (folder, zone) = (setting.folder.clone(), setting.zone);
        let driver = Driver::new(DriverOptions::default()).map_err(|error| DemoError::Server(error.to_string()))?;
        let (driver, stop, serving) = (Arc::new(driver), Some(stop), Some(serving));
        Ok(Self { clock, folder, address, token, zone, driver, runtime, app, agency, stop, serving })
    }

    /// The coordinator's office, over HTTP.
    pub fn office(&self) -> Result<Office, DemoError> {
        Office::new(self.runtime(), &self.address, &self.token)
    }

    /// Lets people in to the console.
    pub fn let_in(&self) -> Result<Vec<Guest>, DemoError> {
        console::let_in(&self.app, self.agency, ACTOR)
    }

    /// The server itself, for what no caller over HTTP may do.
    pub const fn app(&self) -> &App {
        &self.app
    }

    /// Its one agency.
    pub const fn agency(&self) -> AgencyId {
        self.agency
    }

    /// What to run asynchronous calls on.
    pub fn runtime(&self) -> Handle {
        self.runtime.handle().clone()
    }

    /// Listens from now on for the process being told to stop.
    pub fn stop_request(&self) -> Result<StopRequest, DemoError> {
        let _entered = self.runtime.enter();
        Ok(StopRequest::listen()?)
    }

    /// Moves the clock on to `moment`. What falls due on the way is done at its own time.
    pub fn pass_to(&self, moment: UnixMillis) -> Result<(), DemoError> {
        let fault = |error: &dyn std::fmt::Display| DemoError::Server(error.to_string());
        loop {
            let ran = jobs::run_due(&self.app, self.clock.now()).map_err(|error| fault(&error))?;
            match ran.next.filter(|next| *next <= moment) {
                Some(next) => self.clock.set(next.max(self.clock.now())),
                None => break,
            }
        }
        self.clock.set(moment);
        Ok(())
    }

    /// Answers until the process is told to stop and does its jobs, the clock running on from where the story ended.
    pub fn stay_up(&self, stop: StopRequest) -> Result<(), DemoError> {
        self.clock.run();
        let background = Background::start(&self.app)?;
        let stopped = self.runtime.block_on(stop.come());
        background.stop(PATIENCE);
        Ok(stopped?)
    }

    /// Finishes what is under way and stops.
    pub fn stop(mut self) -> Result<(), DemoError> {
        drop(self.stop.take());
        if let Some(serving) = self.serving.take() {
            self.runtime.block_on(serving).map_err(|error| DemoError::Server(error.to_string()))?;
        }
        self.app.store.clone().close();
        Ok(())
    }
}

fn app(setting: &Setting, address: &str, clock: &DemoClock) -> Result<App, DemoError> {
    let fault = |error: &dyn std::fmt::Display| DemoError::Server(error.to_string());
    let folder = &setting.folder;
    std::fs::create_dir_all(folder)?;
    let database = setting.database.clone().map_or_else(|| own_database(folder), Ok)?;
    let store = Store::open(&database).map_err(|error| fault(&error))?;
    let blobs = BlobFolder::open(folder.join("blobs"))?;
    let secrets = SecretKey::load_or_make(&folder.join("secrets.key"), &mut SharedEntropy::system())?;
    // An identity provider to try out runs on this very machine.
    let this_machine = ["127.0.0.1", "localhost"].map(str::to_owned);
    let settings = Settings {
        providers: Reach::new(&this_machine, Vec::new()).map_err(|why| fault(&why))?,
        secrets: Some(secrets),
        public_url: address.to_owned(),
        tariffs: Tariffs::default().for_all(Arc::clone(&setting.tariff)),
        gateways: GatewaySettings { mail: setting.mail.clone(), ..GatewaySettings::default() },
        ..Settings::default()
    };
    App::with(store, blobs, settings, Arc::new(clock.clone()), SharedEntropy::system()).map_err(|error| fault(&error))
}

/// A file in the folder, where there is none yet.
fn own_database(folder: &Path) -> Result<StoreConfig, DemoError> {
    let path = folder.join("detailbook.sqlite");
    if path.exists() {
        return Err(DemoError::Server(format!("{} holds a database already; name an empty folder", folder.display())));
    }
    Ok(StoreConfig::Sqlite { path })
}

/// Makes the agency and a token for its office.
fn found_agency(app: &App, setting: &Setting) -> Result<(AgencyId, String), DemoError> {
    let (now, mut entropy) = (app.now(), app.entropy.clone());
    let agency = AgencyId::new(now, &mut entropy);
    let draft = AgencyDraft { name: setting.agency.clone(), zone: setting.zone };
    let secret = app.store.write(move |sql: &mut dyn Sql| {
        let by = By { agency, now, actor: ACTOR };
        agency::create(sql, agency, now)?;
        agency::lock(sql, agency)?;
        roster::set_agency(sql, &by, None, &draft)?;
        let token =
            TokenDraft { name: "office".to_owned(), scopes: Scopes::all(), roles: Roles::every(), expires_at: None };
        Ok::<_, Problem>(tokens::issue(sql, &by, &token, &mut entropy)?.1.to_text())
    });
    secret.map(|secret| (agency, secret)).map_err(|problem| DemoError::Server(problem.reason))
}

/// Ctrl-C, or on Unix a request to terminate.
pub struct StopRequest {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl StopRequest {
    #[cfg(unix)]
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    #[cfg(unix)]
    async fn come(mut self) -> std::io::Result<()> {
        tokio::select! {
            _ = self.terminate.recv() => Ok(()),
            _ = self.interrupt.recv() => Ok(()),
        }
    }

    #[cfg(not(unix))]
    fn listen() -> std::io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn come(self) -> std::io::Result<()> {
        tokio::signal::ctrl_c().await
    }
}
