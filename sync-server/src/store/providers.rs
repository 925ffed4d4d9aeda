//! The rows of identity providers, of accounts at them, and of sign-ins that are under way.

use std::collections::BTreeMap;

use detailbook_core::ids::{AgencyId, UserId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;

use super::{Row, Sql, StoreError, params};
use crate::access::provider::Provider;
use crate::access::provider::accounts::Account;
use crate::access::provider::flow::Begun;

const COLUMNS: &str = "agency, name, issuer, client, client_secret, second_step, is_on, others, version, changed_at";
const ACCOUNT: &str = "person, issuer, subject, bound_at, used_at";

/// The provider of an agency, on or off.
pub fn get(sql: &mut dyn Sql, agency: AgencyId) -> Result<Option<Provider>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM identity_providers WHERE agency = $1");
    sql.query_one(&text, &params![agency])?.as_ref().map(provider).transpose()
}

/// The providers that are on.
pub fn on(sql: &mut dyn Sql) -> Result<Vec<Provider>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM identity_providers WHERE is_on = 1 ORDER BY agency");
    sql.query(&text, &params![])?.iter().map(provider).collect()
}

/// Writes an agency's provider.
pub fn put(sql: &mut dyn Sql, it: &Provider) -> Result<(), StoreError> {
    let text = format!(
        "INSERT INTO identity_providers ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (agency) DO UPDATE SET name = excluded.name, issuer = excluded.issuer, client = excluded.client,
         client_secret = excluded.client_secret, second_step = excluded.second_step, is_on = excluded.is_on,
         others = excluded.others, version = excluded.version, changed_at = excluded.changed_at"
    );
    sql.execute(
        &text,
        &params![
            it.agency,
            it.name.as_str(),
            it.issuer.as_str(),
            it.client.as_str(),
            it.client_secret.clone(),
            it.second_step.join("\n"),
            it.is_on,
            it.others,
            it.version,
            it.changed_at
        ],
    )
    .map(drop)
}

/// The account that a provider calls so.
pub fn account(
    sql: &mut dyn Sql,
    agency: AgencyId,
    issuer: &str,
    subject: &str,
) -> Result<Option<Account>, StoreError> {
    let text = format!("SELECT {ACCOUNT} FROM provider_accounts WHERE agency = $1 AND issuer = $2 AND subject = $3");
    sql.query_one(&text, &params![agency, issuer, subject])?.as_ref().map(of_row).transpose()
}

/// A person's account at a provider.
pub fn account_of(
    sql: &mut dyn Sql,
    agency: AgencyId,
    issuer: &str,
    person: UserId,
) -> Result<Option<Account>, StoreError> {
    let text = format!("SELECT {ACCOUNT} FROM provider_accounts WHERE agency = $1 AND issuer = $2 AND person = $3");
    sql.query_one(&text, &params![agency, issuer, person])?.as_ref().map(of_row).transpose()
}

/// Every account at a provider, by whose it is.
pub fn accounts(sql: &mut dyn Sql, agency: AgencyId, issuer: &str) -> Result<BTreeMap<UserId, Account>, StoreError> {
    let text = format!("SELECT {ACCOUNT} FROM provider_accounts WHERE agency = $1 AND issuer = $2");
    let rows = sql.query(&text, &params![agency, issuer])?;
    rows.iter().map(|row| of_row(row).map(|it| (it.person, it))).collect()
}

/// Enters an account. `false`: it is somebody's already, or they have another.
pub fn bind(sql: &mut dyn Sql, agency: AgencyId, it: &Account) -> Result<bool, StoreError> {
    let text = "INSERT INTO provider_accounts (agency, issuer, subject, person, bound_at, used_at)
                VALUES ($1, $2, $3, $4, $5, NULL) ON CONFLICT DO NOTHING";
    let row = params![agency, it.issuer.as_str(), it.subject.as_str(), it.person, it.bound_at];
    Ok(sql.execute(text, &row)? > 0)
}

/// Notes that somebody signed in by it.
pub fn used(
    sql: &mut dyn Sql,
    agency: AgencyId,
    issuer: &str,
    subject: &str,
    now: UnixMillis,
) -> Result<(), StoreError> {
    let text = "UPDATE provider_accounts SET used_at = $4 WHERE agency = $1 AND issuer = $2 AND subject = $3";
    sql.execute(text, &params![agency, issuer, subject, now]).map(drop)
}

/// Forgets a person's accounts, at whatever provider. Gives how many it were.
pub fn unbind(sql: &mut dyn Sql, agency: AgencyId, person: UserId) -> Result<u64, StoreError> {
    sql.execute("DELETE FROM provider_accounts WHERE agency = $1 AND person = $2", &params![agency, person])
}

/// Writes that a browser was sent away, and forgets those that were sent before `since`.
pub fn begin(sql: &mut dyn Sql, begun: &Begun, since: UnixMillis) -> Result<(), StoreError> {
    sql.execute("DELETE FROM provider_sign_ins WHERE began_at < $1", &params![since])?;
    let text = "INSERT INTO provider_sign_ins (agency, flow, began_at, version, next, link)
                VALUES ($1, $2, $3, $4, $5, $6)";
    let row = params![begun.agency, begun.flow, begun.began_at, begun.version, begun.next.as_str(), begun.link];
    sql.execute(text, &row).map(drop)
}

/// How many are waited for.
pub fn waiting(sql: &mut dyn Sql) -> Result<i64, StoreError> {
    sql.query_one("SELECT COUNT(*) FROM provider_sign_ins", &params![])?.map_or(Ok(0), |row| row.int(0))
}

/// What a browser was sent away for, once.
pub fn take(sql: &mut dyn Sql, agency: AgencyId, flow: Sha256) -> Result<Option<Begun>, StoreError> {
    let text = "DELETE FROM provider_sign_ins WHERE agency = $1 AND flow = $2
                RETURNING agency, flow, began_at, version, next, link";
    let row = sql.query_one(text, &params![agency, flow])?;
    row.map(|row| {
        Ok(Begun {
            agency: row.id(0)?,
            flow: row.hash(1)?,
            began_at: row.time(2)?,
            version: row.int(3)?,
            next: row.text(4)?.to_owned(),
            link: row.opt_hash(5)?,
        })
    })
    .transpose()
}

fn of_row(row: &Row) -> Result<Account, StoreError> {
    Ok(Account {
        person: row.id(0)?,
        issuer: row.text(1)?.to_owned(),
        subject: row.text(2)?.to_owned(),
        bound_at: row.time(3)?,
        used_at: row.opt_time(4)?,
    })
}

fn provider(row: &Row) -> Result<Provider, StoreError> {
    Ok(Provider {
        agency: row.id(0)?,
        name: row.text(1)?.to_owned(),
        issuer: row.text(2)?.to_owned(),
        client: row.text(3)?.to_owned(),
        client_secret: row.opt_bytes(4)?.map(<[u8]>::to_vec),
        second_step: row.text(5)?.lines().map(str::to_owned).collect(),
        is_on: row.flag(6)?,
        others: row.flag(7)?,
        version: row.int(8)?,
        changed_at: row.time(9)?,
    })
}
