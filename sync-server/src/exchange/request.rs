//! Reads the body of an exchange, within the limits.

use detailbook_core::wire::{self, Limits, Refusal, SyncRequest};
use minicbor::Decode;

/// The part of a request that every version has.
#[derive(Decode)]
#[cbor(map)]
struct Versioned {
    #[n(0)]
    protocol: u16,
}

/// Decodes a request, or says why not.
pub(super) fn read(body: &[u8], limits: &Limits) -> Result<SyncRequest, Refusal> {
    if body.len() > limits.request_bytes {
        return Err(Refusal::TooLarge);
    }
    let request: SyncRequest = wire::decode(body).map_err(|_| unreadable(body))?;
    check_protocol(request.protocol)?;
    check_counts(&request, limits)?;
    Ok(request)
}

/// A version this server does not know may say things in a way that it cannot read.
pub(super) fn unreadable(body: &[u8]) -> Refusal {
    let versioned: Option<Versioned> = wire::decode(body).ok();
    versioned.and_then(|request| check_protocol(request.protocol).err()).unwrap_or(Refusal::Malformed)
}

/// Every version ever released is taken for ever.
pub(super) fn check_protocol(protocol: u16) -> Result<(), Refusal> {
    if (1..=wire::PROTOCOL).contains(&protocol) { Ok(()) } else { Err(Refusal::UnknownProtocol) }
}

fn check_counts(request: &SyncRequest, limits: &Limits) -> Result<(), Refusal> {
    let changes: usize = request.push.iter().flatten().map(|push| push.changes.len()).sum();
    let pushes = request.push.as_ref().map_or(0, Vec::len);
    let commands = request.commands.as_ref().map_or(0, Vec::len);
    let writers = request.writers.as_ref().map_or(0, Vec::len);
    let fits =
        changes.max(pushes) <= limits.push_changes && commands <= limits.commands && writers <= limits.device_writers;
    if fits { Ok(()) } else { Err(Refusal::TooLarge) }
}
