//! The one object.

use std::path::Path;
use std::sync::Arc;

use detailbook_core::device::{
    Driver, DriverOptions, Enrolled, OpenOptions, Phone, PhoneClock, PhoneError, Report, StoreKey, SyncError, Tidied,
};
use detailbook_core::time::ClockReading;

use crate::CoreError;
use crate::adapters::{ShellClock, ShellKey, ShellSecrets};
use crate::entropy::OsEntropy;
use crate::listeners::Listeners;
use crate::shell::{DeviceClock, DeviceKey, LogLevel, LogListener, ScreensListener, SecureStorage};

/// How the core is opened.
#[derive(Clone, Debug, uniffi::Record)]
pub struct CoreOptions {
    /// The folder for the store and the originals of photos and videos; made where there is none. One for each officer, and where
    /// backups do not go.
    pub folder: String,
    /// What the officer calls this phone.
    pub label: String,
    /// Certificates (DER) of authorities to trust besides the public ones: an agency's own.
    #[uniffi(default = [])]
    pub extra_roots: Vec<Vec<u8>>,
}

impl CoreOptions {
    fn opening(&self, key: Option<StoreKey>) -> OpenOptions {
        let folder = Path::new(&self.folder);
        let usual = OpenOptions::new(self.store(), folder.join("originals"));
        OpenOptions { label: self.label.clone(), key, ..usual }
    }

    fn store(&self) -> std::path::PathBuf {
        Path::new(&self.folder).join("phone.db")
    }

    fn driving(&self) -> DriverOptions {
        DriverOptions { extra_roots: self.extra_roots.clone(), ..DriverOptions::default() }
    }
}

/// An officer's phone. Open one, keep it while the app runs, call it from any thread but the main one.
#[derive(uniffi::Object)]
pub struct OfficerCore {
    pub(crate) phone: Arc<Phone>,
    pub(crate) driver: Driver,
    pub(crate) clock: ShellClock,
    pub(crate) listeners: Listeners,
}

#[uniffi::export]
impl OfficerCore {
    /// Opens the core over a folder. A damaged store is set aside, never deleted, and reported.
    #[uniffi::constructor]
    pub fn open(
        options: CoreOptions,
        key: Arc<dyn DeviceKey>,
        storage: Arc<dyn SecureStorage>,
        clock: Arc<dyn DeviceClock>,
        screens: Option<Arc<dyn ScreensListener>>,
        log: Option<Arc<dyn LogListener>>,
    ) -> Result<Arc<Self>, CoreError> {
        let (clock, listeners) = (ShellClock(clock), Listeners::new(screens, log));
        let opened = open(&options, key, storage, &clock).map_err(CoreError::from);
        let (phone, driver) = opened.inspect_err(|error| listeners.failed("open", error))?;
        listeners.log(LogLevel::Info, "open".to_owned());
        Ok(Arc::new(Self { phone: Arc::new(phone), driver, clock, listeners }))
    }

    /// Closes the file, so that a suspended app holds no lock. Until `resume`, calls that need it fail with `Suspended`.
    pub fn suspend(&self) -> Result<(), CoreError> {
        self.call("suspend", |phone| phone.suspend())
    }

    /// Opens the file again.
    pub fn resume(&self) -> Result<(), CoreError> {
        let resumed = self.call("resume", |phone| Ok::<_, SyncError>(phone.resume(self.reading()?.wall)?));
        resumed.inspect(|()| self.listeners.screens_changed())
    }

    /// Closes the file for good: every later call fails with `Closed`. Shutting down twice is no error.
    pub fn shut_down(&self) -> Result<(), CoreError> {
        self.phone.close().map_err(|error| self.failed("shut_down", error.into()))
    }

    /// Who this phone is, if it is enrolled.
    pub fn enrolled(&self) -> Result<Option<Enrolled>, CoreError> {
        self.call("enrolled", |phone| phone.enrolled())
    }

    /// Removes what the agency has had for long enough: originals and decided wishes. Facts stay.
    pub fn tidy(&self) -> Result<Tidied, CoreError> {
        self.call("tidy", |phone| Ok::<_, SyncError>(phone.tidy(self.reading()?.wall)?))
    }

    /// What went wrong that a person may want to see, newest first.
    pub fn reports(&self, limit: u32) -> Result<Vec<Report>, CoreError> {
        self.call("reports", |phone| phone.reports(limit))
    }
}

impl OfficerCore {
    /// One call: refused once shut down, logged where it fails, told to the screens where it changed something.
    pub(crate) fn call<T, E: From<PhoneError>>(
        &self,
        name: &str,
        work: impl FnOnce(&Arc<Phone>) -> Result<T, E>,
    ) -> Result<T, CoreError>
    where
        CoreError: From<E>,
    {
        let before = self.phone.revision();
        let usable = if self.phone.is_closed() { Err(PhoneError::Closed.into()) } else { Ok(&self.phone) };
        let outcome = usable.and_then(work).map_err(|error| self.failed(name, error.into()));
        if self.phone.revision() != before {
            self.listeners.screens_changed();
        }
        outcome
    }

    pub(crate) fn reading(&self) -> Result<ClockReading, SyncError> {
        Ok(self.clock.read()?)
    }

    fn failed(&self, call: &str, error: CoreError) -> CoreError {
        self.listeners.failed(call, &error);
        error
    }
}

fn open(
    options: &CoreOptions,
    key: Arc<dyn DeviceKey>,
    storage: Arc<dyn SecureStorage>,
    clock: &ShellClock,
) -> Result<(Phone, Driver), SyncError> {
    let now = clock.read()?.wall;
    let opening = options.opening(store_key(options, storage)?);
    let phone = Phone::open(opening, Arc::new(ShellKey(key)), Box::new(OsEntropy), now)?;
    Ok((phone, Driver::new(options.driving())?))
}

/// The key of the store, where this library encrypts it.
fn store_key(options: &CoreOptions, storage: Arc<dyn SecureStorage>) -> Result<Option<StoreKey>, PhoneError> {
    let kept = || StoreKey::kept(&ShellSecrets(storage), &options.store(), &mut OsEntropy);
    cfg!(feature = "encrypted").then(kept).transpose()
}
