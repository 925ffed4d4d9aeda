//! The exchange between phone and server: messages, their codec, credentials and limits. `docs/sync.md` specifies it.
//!
//! Messages are CBOR (RFC 8949) maps with small integer keys. Unknown keys are skipped and absent optional fields are left
//! out, so either side may be the newer one. Nothing here decides; see [`crate::authority`] and the server's `exchange`.

mod blob;
mod canonical;
mod codec;
mod command;
mod credential;
mod cursor;
mod enrolment;
mod exchange;
mod limits;
mod refusal;
#[cfg(test)]
mod vectors;

pub use blob::BlobStatus;
pub use canonical::{NotCanonical, check_canonical};
pub use codec::{DecodeError, decode, encode};
pub use command::{Command, CommandOutcome, Decision, Wish, WishError};
pub use credential::{Credential, CredentialError, SessionKey};
pub use cursor::Cursor;
pub use enrolment::{EnrolRequest, EnrolResponse, Invitation, InvitationError, SessionRequest, SessionResponse};
pub use exchange::{
    ChangeVerdict, CompareRequest, CompareResponse, DocumentHeads, Entry, Push, PushVerdict, SyncRequest, SyncResponse,
};
pub use limits::Limits;
pub use refusal::{ProblemBody, Refusal};

/// The protocol version this build speaks. Servers take pushes of every version ever released.
pub const PROTOCOL: u16 = 1;
/// The version of the app's core, as it goes into facts and requests.
pub const APP_VERSION: u32 = 1;
/// Path of the exchange.
pub const SYNC_PATH: &str = "/v1/sync";
/// Path of the comparison of heads after a restore, or as a periodic check.
pub const COMPARE_PATH: &str = "/v1/sync/compare";
/// Path of enrolment.
pub const ENROL_PATH: &str = "/v1/enrol";
/// Path that renews a session key.
pub const SESSION_PATH: &str = "/v1/session";
/// Path under which blobs are uploaded, followed by the hash in hex.
pub const BLOB_PATH: &str = "/v1/blobs/";
