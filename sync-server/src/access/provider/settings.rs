//! What an agency sets of its identity provider, and who may then sign in how. Whoever sets it could come in as anybody, so it is for
//! those only who may do what everybody may. Administrators keep their passwords: nothing here shuts everybody out.

use detailbook_core::entropy::Entropy;
use detailbook_core::ids::AgencyId;
use serde_json::{Value, json};

use super::Provider;
use super::reach::Reach;
use crate::access::permissions::{self, StaffRole};
use crate::access::secret_box::SecretKey;
use crate::access::users::{self, Hand};
use crate::audit::By;
use crate::problem::Problem;
use crate::store::{Sql, StoreError, providers as rows};
use crate::words;

/// Characters of a button's name.
const NAME_CHARS: usize = 60;
/// Characters of a client's id or secret.
const SECRET_CHARS: usize = 1_000;
/// Values that stand for a second step.
const VALUES: usize = 20;

/// What somebody set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProviderDraft {
    /// What its button is called.
    pub name: String,
    /// What it calls itself.
    pub issuer: String,
    /// What it calls this server.
    pub client: String,
    /// A new secret; empty where the present one stays.
    pub client_secret: String,
    /// The values of `amr` and `acr` that stand for a second step, with blanks or commas between.
    pub second_step: String,
    /// People sign in by it.
    pub is_on: bool,
    /// People who are no administrators sign in by password and passkey too.
    pub others: bool,
}

impl ProviderDraft {
    /// The same in good order: what stands for itself, and the values one by one.
    fn checked(&self, reach: &Reach) -> Result<(Self, Vec<String>), Problem> {
        let name = words::line("name", &self.name)?;
        if name.chars().nth(NAME_CHARS).is_some() {
            return Err(Problem::invalid("name", "must be at most 60 characters"));
        }
        let issuer = words::line("issuer", &self.issuer)?;
        let url = reach.url(&issuer).map_err(|fault| {
            Problem::invalid("issuer", &format!("cannot be used: {}", fault.to_string().trim_end_matches('.')))
        })?;
        if url.query().is_some() {
            return Err(Problem::invalid("issuer", "must not hold a question mark"));
        }
        let client = plain("client", &self.client)?;
        let client_secret = optional_plain("client_secret", &self.client_secret)?;
        let is_apart = |c: char| c.is_whitespace() || c == ',';
        let values: Vec<_> = self.second_step.split(is_apart).filter(|it| !it.is_empty()).map(str::to_owned).collect();
        if values.len() > VALUES || values.iter().any(|value| plain("second_step", value).is_err()) {
            return Err(Problem::invalid("second_step", "must be at most 20 words such as mfa, with blanks between"));
        }
        Ok((Self { name, issuer, client, client_secret, ..self.clone() }, values))
    }
}

fn plain(field: &str, text: &str) -> Result<String, Problem> {
    match optional_plain(field, text)? {
        empty if empty.is_empty() => Err(Problem::invalid(field, "must not be empty")),
        text => Ok(text),
    }
}

fn optional_plain(field: &str, text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.len() > SECRET_CHARS || !text.chars().all(|c| c.is_ascii_graphic()) {
        return Err(Problem::invalid(field, "must be at most 1000 letters, digits and signs without blanks"));
    }
    Ok(text.to_owned())
}

/// Under what a provider is set.
pub struct Means<'a> {
    /// Whom the server may call.
    pub reach: &'a Reach,
    /// The server's key for secrets.
    pub key: Option<&'a SecretKey>,
    /// Where randomness comes from.
    pub entropy: &'a mut dyn Entropy,
}

/// Sets the agency's provider over the version that was seen; 0 where there was none.
pub fn set(
    sql: &mut dyn Sql,
    by: &By<'_>,
    hand: Hand<'_>,
    version: i64,
    draft: &ProviderDraft,
    means: &mut Means<'_>,
) -> Result<(), Problem> {
    reaches_everybody(sql, by.agency, hand)?;
    let before = rows::get(sql, by.agency)?;
    if before.as_ref().map_or(0, |it| it.version) != version {
        return Err(Problem::conflict(
            "This was changed meanwhile. As it stands now is below; send yours again to have it in its place.",
        ));
    }
    let (draft, second_step) = draft.checked(means.reach)?;
    let after = Provider {
        agency: by.agency,
        client_secret: kept_secret(by.agency, before.as_ref(), &draft, means)?,
        name: draft.name,
        issuer: draft.issuer,
        client: draft.client,
        second_step,
        is_on: draft.is_on,
        others: draft.others,
        version: version + 1,
        changed_at: by.now,
    };
    allowed(sql, &after)?;
    write(sql, by, hand, before.as_ref(), &after, !draft.client_secret.is_empty())
}

/// Nobody comes to more than they have by saying who is who.
fn reaches_everybody(sql: &mut dyn Sql, agency: AgencyId, hand: Hand<'_>) -> Result<(), Problem> {
    for role in StaffRole::ALL {
        hand.covers(&permissions::of(sql, agency, role)?.scopes)?;
    }
    Ok(())
}

/// The secret, encrypted: the new one, or the present one where it goes to nobody else.
fn kept_secret(
    agency: AgencyId,
    before: Option<&Provider>,
    draft: &ProviderDraft,
    means: &mut Means<'_>,
) -> Result<Option<Vec<u8>>, Problem> {
    if !draft.client_secret.is_empty() {
        let sealed = means.key.and_then(|key| key.seal(&Provider::place(agency), &draft.client_secret, means.entropy));
        return sealed.map(Some).ok_or_else(|| {
            Problem::conflict("This server has no key to keep secrets under. Whoever runs it must give it one.")
        });
    }
    let same = before.filter(|it| it.issuer == draft.issuer && it.client == draft.client);
    match same.and_then(|it| it.client_secret.clone()) {
        Some(kept) => Ok(Some(kept)),
        None if before.is_some_and(|it| it.client_secret.is_some()) => {
            Err(Problem::invalid("client_secret", "must be given anew where the issuer or the client id is another"))
        }
        None => Ok(None),
    }
}

fn allowed(sql: &mut dyn Sql, after: &Provider) -> Result<(), Problem> {
    if after.is_on && after.client_secret.is_none() {
        return Err(Problem::invalid("client_secret", "must be given before it is turned on"));
    }
    if after.is_on && !after.others && !permissions::has_administrator(sql, after.agency)? {
        let reason = "Nobody has a password who could let people in when the provider does not answer. Give an administrator one.";
        return Err(Problem::conflict(reason));
    }
    Ok(())
}

fn write(
    sql: &mut dyn Sql,
    by: &By<'_>,
    hand: Hand<'_>,
    before: Option<&Provider>,
    after: &Provider,
    new_secret: bool,
) -> Result<(), Problem> {
    rows::put(sql, after)?;
    // What another issuer said of people counts no more.
    if let Some(before) = before.filter(|it| it.is_on && (!after.is_on || it.issuer != after.issuer)) {
        for person in rows::accounts(sql, by.agency, &before.issuer)?.into_keys() {
            users::end_sessions(sql, by.agency, person, hand.session())?;
        }
    }
    let told = json!({ "before": before.map(told), "after": told(after), "new_secret": new_secret });
    by.note(sql, "provider.set", by.agency, &told)?;
    Ok(())
}

fn told(it: &Provider) -> Value {
    json!({
        "name": it.name,
        "issuer": it.issuer,
        "client": it.client,
        "second_step": it.second_step,
        "on": it.is_on,
        "passwords": if it.others { "everybody" } else { "administrators" },
    })
}

/// Turns it off, so that everybody signs in by password again. `false`: it was off.
pub fn turn_off(sql: &mut dyn Sql, by: &By<'_>, hand: Hand<'_>) -> Result<bool, Problem> {
    let Some(before) = rows::get(sql, by.agency)?.filter(|it| it.is_on) else { return Ok(false) };
    let after = Provider { is_on: false, version: before.version + 1, changed_at: by.now, ..before.clone() };
    write(sql, by, hand, Some(&before), &after, false)?;
    Ok(true)
}

/// Does somebody of that role sign in by the provider only, neither by password nor by passkey? Administrators never do.
pub fn is_only_way(sql: &mut dyn Sql, agency: AgencyId, role: StaffRole) -> Result<bool, StoreError> {
    let shut = rows::get(sql, agency)?.is_some_and(|it| it.is_on && !it.others);
    Ok(shut && !permissions::of(sql, agency, role)?.lets_people_in())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> ProviderDraft {
        ProviderDraft {
            name: "Town login".into(),
            issuer: "https://login.example.org/town".into(),
            client: "detailbook".into(),
            client_secret: String::new(),
            second_step: "mfa,  hwk".into(),
            is_on: true,
            others: true,
        }
    }

    #[test]
    fn what_is_set_is_in_good_order() {
        let (kept, values) = draft().checked(&Reach::default()).unwrap();
        assert_eq!(
            (kept.issuer.as_str(), values),
            ("https://login.example.org/town", vec!["mfa".into(), "hwk".into()])
        );
        let wrong: [fn(&mut ProviderDraft); 8] = [
            |it| it.name = " ".into(),
            |it| it.name = "x".repeat(61),
            |it| it.issuer = "http://login.example.org".into(),
            |it| it.issuer = "https://login.example.org/?a=b".into(),
            |it| it.client = "a b".into(),
            |it| it.client = String::new(),
            |it| it.client_secret = "x".repeat(1_001),
            |it| it.second_step = "x ".repeat(21),
        ];
        for (number, change) in wrong.into_iter().enumerate() {
            let mut draft = draft();
            change(&mut draft);
            assert!(draft.checked(&Reach::default()).is_err(), "{number}");
        }
    }
}
