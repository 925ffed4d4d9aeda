//! Settings: the agency, its identity provider, its rule sets, the labour contract and how details are staffed.

mod agency;
mod diff;
mod dry_run;
mod provider;
mod rules;
mod terms;

use super::table::{Entry, Gate, plan, post, show};
use crate::access::scope::Scope;

const READ: Gate = Gate::Scope(Scope::RecordsRead);
const WRITE: Gate = Gate::Scope(Scope::RecordsWrite);
const POLICY: Gate = Gate::Scope(Scope::PolicyRead);
const POLICY_WRITE: Gate = Gate::Scope(Scope::PolicyWrite);

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
    show("/console/settings/rules", POLICY, rules::list).asks(&["said"]),
    show("/console/settings/rules/new", POLICY_WRITE, rules::edit).asks(&["from"]),
    plan("/console/settings/rules/check", POLICY_WRITE, rules::check).takes(&["text"]),
    post("/console/settings/rules/new", POLICY_WRITE, rules::set).takes(&["text"]).shown_by(rules::edit),
    show("/console/settings/rules/versions/{set}/{version}", POLICY, rules::one),
    show("/console/settings/contract", READ, terms::contract).asks(&["said"]),
    post("/console/settings/contract", WRITE, terms::set_contract)
        .takes(&["text", "from", "version"])
        .shown_by(terms::contract),
    show("/console/settings/staffing", READ, terms::staffing).asks(&["said"]),
    post("/console/settings/staffing", WRITE, terms::set_staffing)
        .takes(&["text", "version"])
        .shown_by(terms::staffing),
];
