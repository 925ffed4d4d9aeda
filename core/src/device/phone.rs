//! The phone itself: opening, suspending, closing.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::attachments::Upload;
use super::error::PhoneError;
use super::fault::KillSwitch;
use super::signing::KeyAtHand;
use super::store::{Store, StoreOptions};
use super::store_key::StoreKey;
use super::sync::Exchange;
use crate::entropy::{Entropy, random_bytes};
use crate::evidence::Signer;
use crate::time::UnixMillis;
use crate::wire::Limits;

/// How a phone's store is opened.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// The SQLite file. Made where there is none.
    pub path: PathBuf,
    /// The folder for originals of photos and videos. Made where there is none.
    pub blobs: PathBuf,
    /// What the officer calls this phone.
    pub label: String,
    /// Encrypts the store (needs the feature `encrypted`).
    pub key: Option<StoreKey>,
    /// How long to wait for someone else who holds the file.
    pub busy_timeout: Duration,
    /// The most 4 KiB pages the store may take; unlimited where absent.
    pub max_pages: Option<u32>,
    /// The limits of the exchange.
    pub limits: Limits,
    /// Kills the phone for tests.
    pub kill_switch: Option<KillSwitch>,
}

impl OpenOptions {
    /// Options with everything usual: a store and a blob folder at those paths.
    pub fn new(path: impl Into<PathBuf>, blobs: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            blobs: blobs.into(),
            label: String::new(),
            key: None,
            busy_timeout: Duration::from_secs(5),
            max_pages: None,
            limits: Limits::V1,
            kill_switch: None,
        }
    }
}

/// An officer's phone. All methods block, none is `async`, and any thread may call them.
pub struct Phone {
    pub(super) store: Store,
    pub(super) blobs: PathBuf,
    pub(super) label: String,
    pub(super) limits: Limits,
    pub(super) signer: Arc<dyn Signer>,
    pub(super) entropy: Mutex<Box<dyn Entropy + Send>>,
    pub(super) signing: AtomicBool,
    pub(super) key_at_hand: KeyAtHand,
    pub(super) tickets: AtomicU64,
    pub(super) exchange: Mutex<Exchange>,
    pub(super) upload: Mutex<Upload>,
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Phone")
    }
}

impl Phone {
    /// Opens the phone. A damaged store is set aside under a dated name, reported in [`Phone::reports`], and never deleted. What still
    /// reads of it is taken over: the enrolment, the shift under way, and what the agency does not have yet.
    pub fn open(
        options: OpenOptions,
        signer: Arc<dyn Signer>,
        mut entropy: Box<dyn Entropy + Send>,
        now: UnixMillis,
    ) -> Result<Self, PhoneError> {
        std::fs::create_dir_all(&options.blobs)?;
        super::attachments::clear_partial(&options.blobs)?;
        let store = StoreOptions {
            path: options.path,
            key: options.key,
            busy_timeout: options.busy_timeout,
            max_pages: options.max_pages,
            kill_switch: options.kill_switch,
        };
        let store = Store::open(store, now, &mut *entropy)?;
        // A late answer to a request of another run of the app, or of another officer's book, is to fit none of this one's.
        let first_ticket = u64::from_le_bytes(random_bytes(&mut *entropy));
        // What cannot be cleared now is at the next opening.
        let _ = super::attachments::clear_unnamed(&store, &options.blobs);
        Ok(Self {
            store,
            blobs: options.blobs,
            label: options.label,
            limits: options.limits,
            signer,
            entropy: Mutex::new(entropy),
            signing: AtomicBool::new(false),
            key_at_hand: KeyAtHand::default(),
            tickets: AtomicU64::new(first_ticket),
            exchange: Mutex::new(Exchange::default()),
            upload: Mutex::new(Upload::default()),
        })
    }

    /// Closes the file, so that a suspended app holds no lock. An exchange under way may finish after [`Self::resume`], or fail.
    pub fn suspend(&self) -> Result<(), PhoneError> {
        self.store.suspend()
    }

    /// Opens the file again.
    pub fn resume(&self, now: UnixMillis) -> Result<(), PhoneError> {
        self.store.resume(now, &mut **self.entropy())
    }

    /// Closes the file for good.
    pub fn close(&self) -> Result<(), PhoneError> {
        self.store.close()
    }

    /// Closed for good?
    pub fn is_closed(&self) -> bool {
        self.store.is_closed()
    }

    /// A number that moves on whenever something that a screen may show has changed on this phone.
    pub fn revision(&self) -> u64 {
        self.store.revision()
    }

    /// Randomness for ids and jitter.
    pub(super) fn entropy(&self) -> MutexGuard<'_, Box<dyn Entropy + Send>> {
        self.entropy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
