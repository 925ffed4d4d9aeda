//! Signing in by the agency's identity provider (OpenID Connect): who it is, what it is asked, and whose account at it is whose
//! here. It says who somebody is and never lets anybody in who is not there already.

pub mod accounts;
pub mod call;
pub mod check;
pub mod described;
pub mod directory;
pub mod enter;
pub mod flow;
pub mod reach;
pub mod settings;
pub mod token;

use detailbook_core::ids::AgencyId;
use detailbook_core::time::UnixMillis;

/// The identity provider of an agency.
#[derive(Clone, PartialEq, Eq)]
pub struct Provider {
    /// The agency.
    pub agency: AgencyId,
    /// What its button is called.
    pub name: String,
    /// What it calls itself, to the letter.
    pub issuer: String,
    /// What it calls this server.
    pub client: String,
    /// By what it knows this server; encrypted.
    pub client_secret: Option<Vec<u8>>,
    /// The values of `amr` and `acr` that stand for a second step.
    pub second_step: Vec<String>,
    /// People sign in by it.
    pub is_on: bool,
    /// People who are no administrators sign in by password and passkey too.
    pub others: bool,
    /// How often it was set.
    pub version: i64,
    /// When it was set.
    pub changed_at: UnixMillis,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Provider({})", self.issuer)
    }
}

impl Provider {
    /// Where the secret of an agency's provider lies: what is sealed for it opens nowhere else.
    pub(super) fn place(agency: AgencyId) -> Vec<u8> {
        [b"identity provider ".as_slice(), agency.as_bytes()].concat()
    }
}
