//! UniFFI surface of the officer core for Kotlin and Swift. No decisions are made here: everything is in
//! `detailbook_core::device`, and what stands here only carries calls across.
//!
//! [`OfficerCore`] is the one object. The shell opens it with its own parts, keeps it for as long as the app runs, and calls it
//! from any thread; everything else that crosses is a value. All calls block and none is `async`: call them off the main thread.
//!
//! | file | what crosses there |
//! |---|---|
//! | `officer_core` | the object: open, suspend, resume, shut down |
//! | `intentions` | what the officer does |
//! | `views` | what a screen shows, long lists in pages |
//! | `exchange`, `uploads` | the exchange as one blocking call, or as requests for a transport of the shell's own |
//! | `shell` | what the shell implements: key, secure storage, clocks, two listeners |
//! | `errors` | [`CoreError`], the one error of every call |
//! | `types` | the core's own values, as remote types: the compiler holds them against the core's definitions |
//!
//! # Threads, locks and callbacks
//!
//! No lock of ours is held while a foreign method runs, so it may call back in. A foreign method that throws is taken for one that
//! did not answer: a key leaves facts unsigned, clocks end the exchange with an error, a listener is ignored.

#![allow(clippy::needless_pass_by_value, reason = "what crosses the border is passed by value")]

mod adapters;
mod entropy;
mod errors;
mod exchange;
mod intentions;
mod listeners;
mod officer_core;
mod pages;
mod shell;
mod types;
mod uploads;
mod versions;
mod views;

pub use errors::{CoreError, ShellError};
pub use exchange::{CancelSync, HttpRequest};
pub use officer_core::{CoreOptions, OfficerCore};
pub use pages::{ChargePage, MessagePage, NoticePage, OfferPage, ShiftLogPage, ShiftPage, TradePage, WrittenPage};
pub use shell::{DeviceClock, DeviceKey, LogLevel, LogLine, LogListener, ScreensListener, SecureStorage};
pub use versions::{LibraryVersions, library_versions};

uniffi::setup_scaffolding!();
