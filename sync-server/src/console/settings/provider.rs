//! The agency's identity provider: what it is, whether people sign in by it, and trying it out.

use askama::Template;

use crate::access::provider::settings::{self, Means, ProviderDraft};
use crate::access::provider::{Provider, check, flow};
use crate::console::account;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::page::{Answer, Page};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::store::{Sql, providers as rows};

const PATH: &str = "/console/settings/provider";

#[derive(Template)]
#[template(path = "console/settings/provider.html")]
struct ProviderPage {
    frame: Frame,
    is: Option<Now>,
    back: String,
    version: i64,
    fields: Vec<Field>,
    state: Choice,
    passwords: Choice,
    confirm: Field,
    found: Vec<String>,
    seal: Seal,
    test: Seal,
}

/// How it stands.
struct Now {
    name: String,
    issuer: String,
    client: String,
    has_secret: bool,
    second_step: String,
    is_on: bool,
    others: bool,
    changed: String,
}

/// The page.
pub(super) fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    page(sql, visit, Vec::new())
}

fn page(sql: &mut dyn Sql, visit: &Visit, found: Vec<String>) -> Answer {
    let is = rows::get(sql, visit.agency()?)?;
    Page::html(&ProviderPage {
        frame: Frame::of(visit, "Identity provider"),
        back: flow::back(&visit.app.settings.public_url, visit.agency()?),
        version: is.as_ref().map_or(0, |it| it.version),
        fields: fields(visit, is.as_ref()),
        state: state(visit, is.as_ref()),
        passwords: passwords(visit, is.as_ref()),
        confirm: Field::password(visit, "confirm", "Your password", "current-password"),
        is: is.map(|it| now(visit, it)),
        found,
        seal: visit.seal(PATH),
        test: visit.seal("/console/settings/provider/test"),
    })
}

fn now(visit: &Visit, it: Provider) -> Now {
    Now {
        has_secret: it.client_secret.is_some(),
        second_step: it.second_step.join(" "),
        is_on: it.is_on,
        others: it.others,
        changed: visit.time(it.changed_at),
        name: it.name,
        issuer: it.issuer,
        client: it.client,
    }
}

fn fields(visit: &Visit, is: Option<&Provider>) -> Vec<Field> {
    let kept = |name, is: Option<&str>| visit.form.find(name).unwrap_or(is.unwrap_or_default()).to_owned();
    let has_secret = is.is_some_and(|it| it.client_secret.is_some());
    let secret = Field::password(visit, "client_secret", "Client secret", "off");
    let second_step = is.map(|it| it.second_step.join(" "));
    vec![
        Field::new(visit, "name", "Name")
            .holding(&kept("name", is.map(|it| it.name.as_str())))
            .hint("As your people know it. The button says: Sign in with this name."),
        Field::new(visit, "issuer", "Issuer")
            .kind("url")
            .holding(&kept("issuer", is.map(|it| it.issuer.as_str())))
            .hint("Its address to the letter, such as https://login.example.org/realms/town."),
        Field::new(visit, "client", "Client id").holding(&kept("client", is.map(|it| it.client.as_str()))),
        if has_secret {
            secret.optional("").hint("Empty: the present one stays. It is never shown.")
        } else {
            secret.optional("").hint("It is kept encrypted and never shown.")
        },
        Field::new(visit, "second_step", "What counts as a second step")
            .optional(&kept("second_step", second_step.as_deref()))
            .hint("Values of amr or acr, such as mfa. Empty: everybody takes a second step here too."),
    ]
}

fn state(visit: &Visit, is: Option<&Provider>) -> Choice {
    let options = [("off", "Off"), ("on", "On: people sign in by it")].map(owned);
    Choice::new(visit, "state", "State", options, if is.is_some_and(|it| it.is_on) { "on" } else { "off" })
}

fn passwords(visit: &Visit, is: Option<&Provider>) -> Choice {
    let options = [("everybody", "Everybody"), ("administrators", "Administrators only")].map(owned);
    let chosen = if is.is_none_or(|it| it.others) { "everybody" } else { "administrators" };
    Choice::new(visit, "passwords", "Who may also sign in by password or passkey", options, chosen)
}

fn owned((value, label): (&str, &str)) -> (String, String) {
    (value.to_owned(), label.to_owned())
}

/// Sets it, for whoever knows their password: who says who is who could come in as anybody.
pub(super) fn save(visit: &Visit) -> Answer {
    let draft = typed(visit)?;
    let version = visit.typed("version").parse();
    let version: i64 = version.map_err(|_| Problem::invalid("version", "must be what the form holds"))?;
    account::confirm(visit, "confirm")?;
    visit.write(move |sql, visit| {
        let (app, mut entropy) = (&visit.app, visit.app.entropy.clone());
        let (reach, key) = (&app.settings.providers, app.settings.secrets.as_ref());
        let mut means = Means { reach, key, entropy: &mut entropy };
        settings::set(sql, &visit.by()?, visit.who()?.hand(), version, &draft, &mut means)?;
        Ok(Page::to("/console/settings/provider?said=provider"))
    })
}

fn typed(visit: &Visit) -> Result<ProviderDraft, Problem> {
    let one_of = |field, yes, no| match visit.typed(field) {
        it if it == yes => Ok(true),
        it if it == no => Ok(false),
        _ => Err(Problem::invalid(field, "must be one of these")),
    };
    let own = |field| visit.typed(field).to_owned();
    Ok(ProviderDraft {
        name: own("name"),
        issuer: own("issuer"),
        client: own("client"),
        client_secret: own("client_secret"),
        second_step: own("second_step"),
        is_on: one_of("state", "on", "off")?,
        others: one_of("passwords", "everybody", "administrators")?,
    })
}

/// Tries out what was saved, and says what was found.
pub(super) fn test(visit: &Visit) -> Answer {
    let agency = visit.agency()?;
    let is = visit.app.store.read(|sql| rows::get(sql, agency))?;
    let is = is.ok_or_else(|| Problem::conflict("There is nothing to try out yet. Save it first."))?;
    let found = check::check(&visit.app, &is)?;
    visit.write(move |sql, visit| page(sql, visit, found))
}
