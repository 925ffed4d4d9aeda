//! A small agency, with the server's own clock in hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use detailbook_core::documents::DocumentKind;
use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AgencyId, DetailId, DocumentId, OfficerId};
use detailbook_core::time::{Millis, UnixMillis};
use detailbook_core::wire::Limits;
use detailbook_server::access::invitation;
use detailbook_server::app::{App, Settings};
use detailbook_server::blobs::BlobFolder;
use detailbook_server::clock::SetClock;
use detailbook_server::entropy::SharedEntropy;
use detailbook_server::store::audience::{self, Audience};
use detailbook_server::store::{Sql, Store, StoreError, Value, agency, documents};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use tempfile::TempDir;

use super::handset::Handset;
use crate::store::home::Home;

pub(crate) const NOON: UnixMillis = UnixMillis::MIN;

/// Randomness from a seed.
pub(crate) struct Seeded(pub(crate) ChaCha8Rng);

impl Seeded {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }
}

impl Entropy for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }
}

/// An agency of a server, and the means to arrange it.
pub(crate) struct Precinct {
    pub(crate) app: App,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) agency: AgencyId,
    folder: Arc<TempDir>,
    phones: AtomicU64,
}

impl Precinct {
    pub(crate) fn open(home: &Home) -> Self {
        Self::over(home.open())
    }

    pub(crate) fn over(store: Store) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let clock = Arc::new(SetClock::new(UnixMillis::new(1_750_000_000_000)));
        let blobs = BlobFolder::open(folder.path()).unwrap();
        let entropy = SharedEntropy::new(Seeded::new(1));
        let app = App::with(store, blobs, Settings::default(), clock.clone(), entropy).unwrap();
        Self { app, clock, agency: AgencyId::NIL, folder, phones: AtomicU64::new(0) }.branch(1)
    }

    /// Another agency of the same server.
    pub(crate) fn branch(&self, number: u8) -> Self {
        let agency = AgencyId::from_bytes([number; 16]);
        self.write(move |sql| agency::create(sql, agency, NOON));
        let (app, clock, folder) = (self.app.clone(), self.clock.clone(), self.folder.clone());
        Self { app, clock, agency, folder, phones: AtomicU64::new(u64::from(number) * 1_000) }
    }

    /// The same agency under other limits.
    pub(crate) fn with_limits(mut self, limits: Limits) -> Self {
        self.app.limits = limits;
        self
    }

    pub(crate) fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Sql) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.app.store.write(work).unwrap()
    }

    /// Arranges something under the agency's lock.
    pub(crate) fn arrange<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Sql, AgencyId) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        let agency = self.agency;
        self.write(move |sql| {
            agency::lock(sql, agency)?;
            work(sql, agency)
        })
    }

    /// The single number that a query gives.
    pub(crate) fn number(&self, query: &'static str) -> i64 {
        let agency = Value::from(self.agency);
        self.app.store.read::<_, StoreError>(|sql| sql.query_one(query, &[agency])?.unwrap().int(0)).unwrap()
    }

    pub(crate) fn pass_time(&self, by: Millis) {
        self.clock.set(self.app.now() + by);
    }

    pub(crate) fn officer(&self, number: u8) -> OfficerId {
        let officer = OfficerId::from_bytes([number; 16]);
        self.arrange(move |sql, agency| {
            audience::join(sql, agency, officer, &Audience::Agency)?;
            audience::join(sql, agency, officer, &Audience::Officer(officer))
        });
        officer
    }

    pub(crate) fn invite(&self, officer: OfficerId) -> [u8; 16] {
        let (now, lasts, mut entropy) = (self.app.now(), self.app.settings.invitation, self.app.entropy.clone());
        self.arrange(move |sql, agency| invitation::invite(sql, agency, officer, now, lasts, &mut entropy))
    }

    /// A new phone of the officer's.
    pub(crate) fn phone(&self, officer: OfficerId) -> Handset {
        let seed = self.phones.fetch_add(1, Ordering::Relaxed);
        Handset::enrol(&self.app, self.invite(officer), seed)
    }

    /// A shift log of the officer's, as an award makes it.
    pub(crate) fn shift_log(&self, officer: OfficerId, number: u8) -> DocumentId {
        let document = DocumentId::from_bytes([number; 16]);
        self.arrange(move |sql, agency| {
            documents::create(sql, agency, NOON, DocumentKind::ShiftLog, document, officer)?;
            documents::show(sql, agency, DocumentKind::ShiftLog, document, &[Audience::Officer(officer)])
        });
        document
    }

    /// The pass-on of a detail that these officers are on.
    pub(crate) fn pass_on(&self, officers: &[OfficerId], number: u8) -> DocumentId {
        let (detail, officers) = (DetailId::from_bytes([number; 16]), officers.to_vec());
        self.arrange(move |sql, agency| {
            let audience = Audience::Detail(detail);
            documents::create(sql, agency, NOON, DocumentKind::PassOn, detail.into(), detail)?;
            documents::show(sql, agency, DocumentKind::PassOn, detail.into(), std::slice::from_ref(&audience))?;
            officers.iter().try_for_each(|officer| audience::join(sql, agency, *officer, &audience))
        });
        detail.into()
    }

    pub(crate) fn leave(&self, officer: OfficerId, pass_on: DocumentId) {
        let audience = Audience::Detail(DetailId::from_bytes(*pass_on.as_bytes()));
        self.arrange(move |sql, agency| audience::leave(sql, agency, officer, &audience));
    }
}
