//! The agency's API tokens.

use detailbook_core::ids::TokenId;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::{Answer, Listing, Reply};
use super::request::Request;
use crate::access::roles::Roles;
use crate::access::scope::Scopes;
use crate::access::tokens::{self, Token, TokenDraft};
use crate::problem::Problem;
use crate::store::Sql;

/// A new token with its secret, which is shown this once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Issued {
    /// The token.
    pub id: TokenId,
    /// What goes after `Authorization: Bearer`.
    pub secret: String,
}

/// A token as lists show it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct TokenBody {
    /// The token.
    pub id: TokenId,
    /// What the agency calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// In which roles its holder signs approvals.
    pub roles: Roles,
    /// When it was made, milliseconds since 1970 UTC.
    pub created_at: UnixMillis,
    /// From when on it is worth nothing.
    pub expires_at: Option<UnixMillis>,
    /// When it was taken back.
    pub revoked_at: Option<UnixMillis>,
}

impl From<Token> for TokenBody {
    fn from(token: Token) -> Self {
        let Token { id, name, scopes, roles, created_at, expires_at, revoked_at, .. } = token;
        Self { id, name, scopes, roles, created_at, expires_at, revoked_at }
    }
}

/// Makes a token. It may do nothing that its maker may not, and lasts no longer.
pub fn create(sql: &mut dyn Sql, request: &Request) -> Answer {
    let draft: TokenDraft = request.body()?;
    if let Some(scope) = draft.scopes.beyond(&request.token.scopes) {
        return Err(Problem::new(Refusal::NotAllowed, format!("Your own token does not have the scope {scope}.")));
    }
    if let Some(role) = draft.roles.beyond(&request.token.roles) {
        return Err(Problem::new(Refusal::NotAllowed, format!("Your own token does not sign as {role}.")));
    }
    let end = |end: Option<UnixMillis>| end.unwrap_or(UnixMillis::MAX);
    if end(draft.expires_at) > end(request.token.expires_at) {
        return Err(Problem::invalid("expires_at", "must not be after the end of your own token"));
    }
    let mut entropy = request.app.entropy.clone();
    let (token, secret) = tokens::issue(sql, &request.by(), &draft, &mut entropy)?;
    Reply::json(201, &Issued { id: token.id, secret: secret.to_text() })
}

/// The tokens, in the order in which they were made.
pub fn list(sql: &mut dyn Sql, request: &Request) -> Answer {
    let page = request.page(TokenId::NIL)?;
    let found = crate::store::tokens::page(sql, request.token.agency, page.after, page.limit + 1)?;
    let items = found.into_iter().map(TokenBody::from).collect();
    Reply::ok(&Listing::cut(items, page.limit, |token: &TokenBody| token.id.to_string()))
}

/// Takes a token back.
pub fn revoke(sql: &mut dyn Sql, request: &Request) -> Answer {
    tokens::revoke(sql, &request.by(), request.id("id")?)?;
    Reply::done()
}
