//! API tokens of staff callers: a 256-bit random secret, of which only the SHA-256 is kept.

use data_encoding::BASE64URL_NOPAD;
use detailbook_core::entropy::{Entropy, random_bytes};
use detailbook_core::ids::{AgencyId, TokenId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::roles::Roles;
use super::scope::{Scope, Scopes};
use crate::audit::By;
use crate::problem::Problem;
use crate::store::{Sql, StoreError};
use crate::words;

/// Marks a text as one of our secrets, so that a leaked one is found by those who look for such.
const PREFIX: &str = "detailbook_";
const SCHEME: &str = "Bearer ";

/// The secret that a caller shows. Shown once, when the token is made.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenSecret([u8; 32]);

impl std::fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenSecret(..)")
    }
}

impl TokenSecret {
    /// Draws a new secret.
    pub fn generate(entropy: &mut dyn Entropy) -> Self {
        Self(random_bytes(entropy))
    }

    /// What is stored of it. The secret is as long as the hash, so neither salt nor a slow hash would add anything.
    pub fn hash(&self) -> Sha256 {
        Sha256::of(&self.0)
    }

    /// The text that the caller keeps.
    pub fn to_text(&self) -> String {
        format!("{PREFIX}{}", BASE64URL_NOPAD.encode(&self.0))
    }

    /// Reads what [`Self::to_text`] writes.
    pub fn from_text(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.strip_prefix(PREFIX)?.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The secret in an `Authorization: Bearer ...` header.
    pub fn from_header(header: &str) -> Option<Self> {
        Self::from_text(header.strip_prefix(SCHEME)?.trim())
    }
}

/// A token as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Token {
    /// Whose data it opens: this agency's and no other's.
    pub agency: AgencyId,
    /// The token.
    pub id: TokenId,
    /// What the agency calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// In which roles its holder signs approvals.
    pub roles: Roles,
    /// When it was made.
    pub created_at: UnixMillis,
    /// From when on it is worth nothing.
    pub expires_at: Option<UnixMillis>,
    /// When it was taken back.
    pub revoked_at: Option<UnixMillis>,
}

impl Token {
    /// Neither expired nor revoked?
    pub fn is_live(&self, now: UnixMillis) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    /// Does it carry the scope?
    pub fn allows(&self, scope: Scope) -> bool {
        self.scopes.allow(scope)
    }

    /// How the audit log names its holder.
    pub fn actor(&self) -> String {
        format!("token {} {}", self.id, self.name)
    }
}

/// A token as its maker writes it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenDraft {
    /// What the agency calls it: what or who will hold it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// In which roles its holder signs approvals; `*` stands for every role.
    #[serde(default)]
    pub roles: Roles,
    /// From when on it is worth nothing, milliseconds since 1970 UTC; absent: it does not expire.
    #[serde(default)]
    pub expires_at: Option<UnixMillis>,
}

/// Makes a token. The secret is given this once and not kept.
pub fn issue(
    sql: &mut dyn Sql,
    by: &By<'_>,
    draft: &TokenDraft,
    entropy: &mut dyn Entropy,
) -> Result<(Token, TokenSecret), Problem> {
    if draft.scopes.is_empty() {
        return Err(Problem::invalid("scopes", "must not be empty"));
    }
    if draft.expires_at.is_some_and(|end| end <= by.now) {
        return Err(Problem::invalid("expires_at", "must be in the future"));
    }
    let token = Token {
        agency: by.agency,
        id: TokenId::new(by.now, entropy),
        name: words::line("name", &draft.name)?,
        scopes: draft.scopes.clone(),
        roles: draft.roles.checked()?,
        created_at: by.now,
        expires_at: draft.expires_at,
        revoked_at: None,
    };
    let secret = TokenSecret::generate(entropy);
    crate::store::tokens::insert(sql, &token, secret.hash())?;
    let detail =
        json!({ "name": token.name, "scopes": token.scopes, "roles": token.roles, "expires_at": token.expires_at });
    by.note(sql, "token.create", token.id, &detail)?;
    Ok((token, secret))
}

/// Takes a token back. One that was taken back before stays so.
pub fn revoke(sql: &mut dyn Sql, by: &By<'_>, id: TokenId) -> Result<(), Problem> {
    let before = crate::store::tokens::get(sql, by.agency, id)?.ok_or_else(Problem::not_found)?;
    if crate::store::tokens::revoke(sql, by.agency, id, by.now)? {
        let (was, is) = (json!({ "revoked_at": before.revoked_at }), json!({ "revoked_at": by.now }));
        by.note(sql, "token.revoke", id, &json!({ "name": before.name, "before": was, "after": is }))?;
    }
    Ok(())
}

/// The live token that a header shows, if it shows one.
pub fn authenticate(sql: &mut dyn Sql, header: Option<&str>, now: UnixMillis) -> Result<Option<Token>, StoreError> {
    let Some(secret) = header.and_then(TokenSecret::from_header) else { return Ok(None) };
    let token = crate::store::tokens::by_secret(sql, secret.hash())?;
    Ok(token.filter(|token| token.is_live(now)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Same;

    fn token() -> Token {
        Token {
            agency: AgencyId::from_bytes([1; 16]),
            id: TokenId::from_bytes([2; 16]),
            name: "console".into(),
            scopes: "assign".parse().unwrap(),
            roles: Roles::default(),
            created_at: UnixMillis::new(0),
            expires_at: Some(UnixMillis::new(100)),
            revoked_at: None,
        }
    }

    #[test]
    fn a_secret_survives_its_header() {
        let secret = TokenSecret::generate(&mut Same(7));
        let header = format!("Bearer {}", secret.to_text());
        assert_eq!(TokenSecret::from_header(&header), Some(secret));
    }

    #[test]
    fn other_headers_hold_no_secret() {
        let text = TokenSecret::generate(&mut Same(7)).to_text();
        let short = format!("Bearer {}", &text[..text.len() - 4]);
        for header in
            ["", "Bearer ", "Bearer abc", "Detailbook AAAA", text.as_str(), short.as_str(), "Bearer detailbook_ä"]
        {
            assert_eq!(TokenSecret::from_header(header), None, "{header}");
        }
    }

    #[test]
    fn a_token_lives_until_it_expires_or_is_revoked() {
        let token = token();
        assert!(token.is_live(UnixMillis::new(99)));
        assert!(!token.is_live(UnixMillis::new(100)));
        assert!(!Token { revoked_at: Some(UnixMillis::new(5)), ..token.clone() }.is_live(UnixMillis::new(6)));
        assert!(Token { expires_at: None, ..token }.is_live(UnixMillis::MAX));
    }

    #[test]
    fn a_secret_is_not_printed() {
        assert_eq!(format!("{:?}", TokenSecret::generate(&mut Same(7))), "TokenSecret(..)");
    }
}
