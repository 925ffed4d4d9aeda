//! Settings: the agency, its identity provider, its rule sets and tariffs, the labour contract and how details are staffed.

mod agency;
mod changes;
mod length;
mod provider;
mod rules;
mod rules_dry_run;
mod staffing;
mod tariff_changes;
mod tariff_dry_run;
mod tariff_sheet;
mod tariffs;
mod terms;
mod terms_versions;
mod versions;

use detailbook_core::policy::RuleSet;
use detailbook_core::pricing::Tariff;

use super::table::{Entry, Gate, plan, post, show};
use crate::access::scope::Scope;
use versions::Versioned;

const READ: Gate = Gate::Scope(Scope::RecordsRead);
const WRITE: Gate = Gate::Scope(Scope::RecordsWrite);
const RULES: Gate = Gate::Scope(RuleSet::NAMES.read);
const RULES_WRITE: Gate = Gate::Scope(RuleSet::NAMES.write);
const TARIFFS: Gate = Gate::Scope(Tariff::NAMES.read);
const TARIFFS_WRITE: Gate = Gate::Scope(Tariff::NAMES.write);

const ACCESS: Gate = Gate::Scope(Scope::RolesWrite);

/// The pages of this area.
pub const PAGES: &[Entry] = &[
    show("/console/settings", READ, agency::show).asks(&["said"]),
    post("/console/settings", WRITE, agency::save).takes(&["name", "zone", "version"]).shown_by(agency::show),
    show("/console/settings/provider", ACCESS, provider::show).asks(&["said"]),
    plan("/console/settings/provider", ACCESS, provider::save)
        .takes(&[
            "name",
            "issuer",
            "client",
            "client_secret",
            "second_step",
            "state",
            "passwords",
            "confirm",
            "version",
        ])
        .shown_by(provider::show),
    plan("/console/settings/provider/test", ACCESS, provider::test).shown_by(provider::show),
    show("/console/settings/rules", RULES, versions::list::<RuleSet>).asks(versions::FILTER),
    show("/console/settings/rules.csv", RULES, versions::export::<RuleSet>).asks(versions::FILTER),
    show("/console/settings/rules/new", RULES_WRITE, versions::edit::<RuleSet>).asks(&["from"]),
    plan("/console/settings/rules/check", RULES_WRITE, versions::check::<RuleSet>)
        .takes(versions::CHECKED)
        .carries("file")
        .shown_by(versions::edit::<RuleSet>),
    plan("/console/settings/rules/dry-run", RULES_WRITE, versions::dry_run_file::<RuleSet>)
        .takes(&["text"])
        .carries("file")
        .shown_by(versions::edit::<RuleSet>),
    post("/console/settings/rules/new", RULES_WRITE, versions::set::<RuleSet>)
        .takes(versions::TAKES)
        .carries("file")
        .shown_by(versions::edit::<RuleSet>),
    show("/console/settings/rules/versions/{set}/{version}", RULES, versions::one::<RuleSet>),
    show("/console/settings/tariffs", TARIFFS, versions::list::<Tariff>).asks(versions::FILTER),
    show("/console/settings/tariffs.csv", TARIFFS, versions::export::<Tariff>).asks(versions::FILTER),
    show("/console/settings/tariffs/new", TARIFFS_WRITE, versions::edit::<Tariff>).asks(&["from"]),
    plan("/console/settings/tariffs/check", TARIFFS_WRITE, versions::check::<Tariff>)
        .takes(versions::CHECKED)
        .carries("file")
        .shown_by(versions::edit::<Tariff>),
    plan("/console/settings/tariffs/dry-run", TARIFFS_WRITE, versions::dry_run_file::<Tariff>)
        .takes(&["text"])
        .carries("file")
        .shown_by(versions::edit::<Tariff>),
    post("/console/settings/tariffs/new", TARIFFS_WRITE, versions::set::<Tariff>)
        .takes(versions::TAKES)
        .carries("file")
        .shown_by(versions::edit::<Tariff>),
    show("/console/settings/tariffs/versions/{set}/{version}", TARIFFS, versions::one::<Tariff>),
    show("/console/settings/contract", READ, terms::contract).asks(&["said"]),
    show("/console/settings/contract.csv", READ, terms_versions::export_contract),
    show("/console/settings/contract/versions/{from}", READ, terms_versions::one_contract),
    post("/console/settings/contract", WRITE, terms::set_contract)
        .takes(&["text", "from", "version"])
        .shown_by(terms::contract),
    show("/console/settings/staffing", READ, staffing::show).asks(&["said"]),
    show("/console/settings/staffing.csv", READ, terms_versions::export_staffing),
    show("/console/settings/staffing/versions/{from}", READ, terms_versions::one_staffing),
    post("/console/settings/staffing", WRITE, staffing::save).takes(staffing::FIELDS).shown_by(staffing::show),
];
