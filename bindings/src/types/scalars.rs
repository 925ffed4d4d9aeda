//! Values of one number or one text. Instants and lengths are milliseconds, an instant since 1970-01-01T00:00:00Z.

use detailbook_core::device::{PageMark, Ticket};
use detailbook_core::money::Cents;
use detailbook_core::shift::Sha256;
use detailbook_core::time::{BootId, Millis, UnixMillis, Zone, ZoneName};

use crate::CoreError;

uniffi::custom_type!(Cents, i64, {
    remote,
    lower: |cents| cents.0,
    try_lift: |cents| Ok(Cents(cents)),
});

uniffi::custom_type!(UnixMillis, i64, {
    remote,
    try_lift: |millis| Ok(UnixMillis::new(millis)),
    lower: |at| at.as_millis(),
});

uniffi::custom_type!(Millis, i64, {
    remote,
    try_lift: |millis| Ok(Millis(millis)),
    lower: |length| length.0,
});

uniffi::custom_type!(BootId, u32, {
    remote,
    try_lift: |number| Ok(BootId(number)),
    lower: |boot| boot.0,
});

uniffi::custom_type!(Ticket, u64, {
    remote,
    try_lift: |number| Ok(Ticket(number)),
    lower: |ticket| ticket.0,
});

uniffi::custom_type!(ZoneName, String, {
    remote,
    try_lift: |name| Ok(ZoneName(name)),
    lower: |zone| zone.0,
});

uniffi::custom_type!(Zone, String, {
    remote,
    try_lift: |name| Ok(Zone::named(&name).ok_or_else(|| CoreError::unreadable("not_a_zone", "not a time zone"))?),
    lower: |zone| zone.name().to_owned(),
});

uniffi::custom_type!(Sha256, String, {
    remote,
    try_lift: |hex| Ok(Sha256::from_hex(&hex).ok_or_else(|| CoreError::unreadable("not_a_hash", "not a hash"))?),
    lower: |hash| hash.to_hex(),
});

uniffi::custom_type!(PageMark, String, {
    remote,
    try_lift: |text| Ok(text.parse::<PageMark>().map_err(|error| CoreError::unreadable("not_a_mark", error))?),
    lower: |mark| mark.to_string(),
});
