//! Who is calling, and what they may do.

pub mod agency_secret;
pub mod device;
pub mod enrolment;
pub mod identity;
pub mod invitation;
pub mod limiter;
pub mod one_time_link;
pub mod passkey;
pub mod passkeys;
pub mod password;
pub mod permissions;
pub mod provider;
pub mod recovery;
pub mod revocation;
pub mod roles;
pub mod scope;
pub mod secret_box;
pub mod session;
pub mod sign_in;
pub mod staff_session;
pub mod tokens;
pub mod totp;
pub mod users;
