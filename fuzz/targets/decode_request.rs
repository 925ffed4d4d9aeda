//! Whatever arrives at the exchange decodes or is refused; what decodes survives being encoded and decoded again.
#![no_main]

use std::fmt::Debug;

use detailbook_core::shift::Fact;
use detailbook_core::wire::{
    BlobStatus, CompareRequest, CompareResponse, Credential, EnrolRequest, EnrolResponse, Invitation, SessionRequest,
    SessionResponse, SyncRequest, SyncResponse, check_canonical, decode, encode,
};

fn twice<T: for<'b> minicbor::Decode<'b, ()> + minicbor::Encode<()> + PartialEq + Debug>(data: &[u8]) {
    let Ok(message) = decode::<T>(data) else { return };
    let again: T = decode(&encode(&message)).expect("what we encode decodes");
    assert_eq!(message, again);
}

/// Facts are hashed as they are, so what we write must be the one canonical form.
fn fact(data: &[u8]) {
    let _ = check_canonical(data);
    let Ok(fact) = Fact::from_bytes(data) else { return };
    let bytes = fact.to_bytes();
    check_canonical(&bytes).expect("our facts are canonical");
    assert_eq!(Fact::from_bytes(&bytes).expect("our facts read"), fact);
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    twice::<SyncRequest>(data);
    twice::<SyncResponse>(data);
    twice::<CompareRequest>(data);
    twice::<CompareResponse>(data);
    twice::<EnrolRequest>(data);
    twice::<EnrolResponse>(data);
    twice::<SessionRequest>(data);
    twice::<SessionResponse>(data);
    twice::<BlobStatus>(data);
    fact(data);
    if let Ok(request) = decode::<SyncRequest>(data) {
        for command in request.commands.iter().flatten() {
            let _ = command.wish();
        }
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = Credential::from_header(text);
        let _ = Invitation::from_text(text);
    }
});
