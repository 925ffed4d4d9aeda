//! Everything the server's parts share: the store, the clock, randomness, the server's own key, limits and settings.

use std::sync::{Arc, Mutex};

use detailbook_core::evidence::SoftwareSigner;
use detailbook_core::ids::DeviceId;
use detailbook_core::shift::Sha256;
use detailbook_core::time::{Millis, UnixMillis};
use detailbook_core::wire::Limits;

use crate::access::identity;
use crate::access::limiter::{FailureLimiter, Source};
use crate::access::passkey::QUESTIONS_OF_ONE as QUESTIONS;
use crate::access::password::Hashing;
use crate::access::provider::directory::Directory;
use crate::access::provider::reach::Reach;
use crate::access::secret_box::SecretKey;
use crate::blobs::{BlobFolder, Thumbnails};
use crate::clock::{Clock, SystemClock};
use crate::console::live::Live;
use crate::console::tiles::Tiles;
use crate::entropy::SharedEntropy;
use crate::notices::{GatewaySettings, Gateways};
use crate::prices::Tariffs;
use crate::routes::health::LastTry;
use crate::store::{Store, StoreError};
use crate::telemetry::Counts;
use crate::turns::Turns;

/// Files that are planned at once on this server, and people who wait for theirs.
const PLANS: (usize, usize) = (2, 16);

/// What an operator may set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Where phones reach this server, such as `https://details.example.org`: what invitations say.
    pub public_url: String,
    /// How long a session key lasts.
    pub session: Millis,
    /// How long an invitation's code lasts.
    pub invitation: Millis,
    /// Apps older than this are told to update; they are still served.
    pub minimum_app: Option<u32>,
    /// A proxy stands before the server and appends each caller's address to `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// SHA-256 of the operator's secret for the metrics; without one nobody reads them.
    pub metrics: Option<Sha256>,
    /// What ruled time pays; an agency without one is not priced.
    pub tariffs: Tariffs,
    /// How notices leave the server. Without a gateway they stay in the app and the console.
    pub gateways: GatewaySettings,
    /// Where the console's maps get pictures of the ground from. Without it they are drawn on a plain grid.
    pub tiles: Option<Tiles>,
    /// Whom the server calls when an agency names an identity provider.
    pub providers: Reach,
    /// Under what secrets are kept that must be read again; without it no agency has an identity provider.
    pub secrets: Option<SecretKey>,
}

impl Default for Settings {
    fn default() -> Self {
        let (session, invitation) = (Millis::from_hours(30 * 24), Millis::from_mins(15));
        let public_url = "http://127.0.0.1:8470".to_owned();
        Self {
            public_url,
            session,
            invitation,
            minimum_app: None,
            behind_proxy: false,
            metrics: None,
            tariffs: Tariffs::default(),
            gateways: GatewaySettings::default(),
            tiles: None,
            providers: Reach::default(),
            secrets: None,
        }
    }
}

/// What every request handler is given. Clones share everything.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where keys and ids come from.
    pub entropy: SharedEntropy,
    /// The server's key: invitations name its hash, and enrolments and sessions are signed with it.
    pub identity: Arc<SoftwareSigner>,
    /// The folder that photos and videos lie in.
    pub blobs: BlobFolder,
    /// Lets one thumbnail be made at a time.
    pub thumbnails: Arc<Thumbnails>,
    /// What the exchange accepts.
    pub limits: Limits,
    /// What the operator set.
    pub settings: Settings,
    /// The gateways that the settings name.
    pub gateways: Gateways,
    /// Failed enrolments, by source.
    pub failed_enrolments: Arc<FailureLimiter<Source>>,
    /// Failed renewals, by device and source: nobody else's failures keep a phone from renewing.
    pub failed_renewals: Arc<FailureLimiter<(DeviceId, Source)>>,
    /// Failed sign-ins to the console, by source.
    pub failed_sign_ins: Arc<FailureLimiter<Source>>,
    /// What identity providers said of themselves.
    pub providers: Arc<Directory>,
    /// Questions for a passkey that strangers had asked, by source: none asks so many that nobody else may.
    pub passkey_questions: Arc<FailureLimiter<Source>>,
    /// Lets few passwords be hashed at once.
    pub hashing: Arc<Hashing>,
    /// Lets few files be planned at once: each is read whole, and holds a reader of the store meanwhile.
    pub import_plans: Arc<Turns>,
    /// How the store was when somebody last asked.
    pub health: Arc<LastTry>,
    /// Held while an audit log is walked: one at a time.
    pub audit_walk: Arc<Mutex<()>>,
    /// Who listens for the feed to move.
    pub live: Arc<Live>,
    /// What the server did since it started.
    pub counts: Arc<Counts>,
}

impl App {
    /// The server over that store, with the machine's clock and randomness. Makes the server's key if there is none yet.
    pub fn new(store: Store, blobs: BlobFolder, settings: Settings) -> Result<Self, StoreError> {
        Self::with(store, blobs, settings, Arc::new(SystemClock), SharedEntropy::system())
    }

    /// The server with a clock and randomness of the caller's.
    pub fn with(
        store: Store,
        blobs: BlobFolder,
        settings: Settings,
        clock: Arc<dyn Clock>,
        entropy: SharedEntropy,
    ) -> Result<Self, StoreError> {
        let (now, mut draw) = (clock.now(), entropy.clone());
        let identity = store.write(move |sql| identity::load_or_make(sql, now, &mut draw))?;
        let gateways = Gateways::of(&settings.gateways);
        Ok(Self {
            store,
            clock,
            entropy,
            identity: Arc::new(identity),
            blobs,
            thumbnails: Arc::default(),
            limits: Limits::V1,
            settings,
            gateways,
            failed_enrolments: Arc::default(),
            failed_renewals: Arc::default(),
            failed_sign_ins: Arc::default(),
            providers: Arc::default(),
            passkey_questions: Arc::new(FailureLimiter::of(QUESTIONS)),
            hashing: Arc::default(),
            import_plans: Arc::new(Turns::new(PLANS.0, PLANS.1)),
            health: Arc::new(LastTry::default()),
            audit_walk: Arc::default(),
            live: Arc::default(),
            counts: Arc::new(Counts::default()),
        })
    }

    /// Now, by the server's clock.
    pub fn now(&self) -> UnixMillis {
        self.clock.now()
    }

    /// SHA-256 of the server's public key, as invitations carry it.
    pub fn server_key_hash(&self) -> Sha256 {
        Sha256::of(&self.identity.public())
    }
}
