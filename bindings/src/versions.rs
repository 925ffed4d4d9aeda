//! Which versions this library speaks.

/// Which versions this library speaks: what an app shows under "About" and sends with a report.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct LibraryVersions {
    /// Version of the library.
    pub library: String,
    /// Version of the exchange with the server.
    pub protocol: u16,
    /// Version of the app's core as it goes into facts.
    pub core: u32,
    /// The store is encrypted.
    pub encrypted: bool,
}

/// The versions this library speaks.
#[must_use]
#[uniffi::export]
pub fn library_versions() -> LibraryVersions {
    LibraryVersions {
        library: env!("CARGO_PKG_VERSION").to_owned(),
        protocol: detailbook_core::wire::PROTOCOL,
        core: detailbook_core::wire::APP_VERSION,
        encrypted: cfg!(feature = "encrypted"),
    }
}
