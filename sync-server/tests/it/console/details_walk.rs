//! What the pages of details and requests are asked with in the walk over all pages.

use detailbook_core::shift::Sha256;
use detailbook_server::console::table::Entry;
use serde_json::json;

use super::walk::{Sample, Station};
use crate::staff::postings::draft;
use crate::staff::requests::asked;
use crate::staff::world::detail;

type Fields = Vec<(&'static str, String)>;

fn fields(all: &[(&'static str, &str)]) -> Fields {
    all.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

/// What a page of either area is asked with, each with a detail or a request of its own.
pub(super) fn sample(entry: &Entry, station: &Station<'_>) -> Option<Sample> {
    let area = entry.path.split('/').nth(2)?;
    match area {
        "details" | "details.csv" => Some(of_details(entry, station)),
        "requests" | "requests.csv" => Some(of_requests(entry, station)),
        _ => None,
    }
}

fn shown(path: &str) -> Sample {
    Sample { path: path.to_owned(), fields: vec![], status: 200 }
}

/// Nothing of another agency's is named, so that it is the same for all.
fn of_no_detail(entry: &Entry, last: &str) -> Sample {
    match (entry.method, last) {
        ("GET", _) => shown(entry.path),
        (_, "new") => Sample { fields: fields(&[("do", "estimate")]), ..shown(entry.path) },
        _ => Sample { fields: fields(&[("name", "None"), ("kept_at", "0")]), status: 409, ..shown(entry.path) },
    }
}

fn of_details(entry: &Entry, station: &Station<'_>) -> Sample {
    let last = entry.path.rsplit('/').next().unwrap();
    if !entry.path.contains('{') {
        return of_no_detail(entry, last);
    }
    let (desk, site) = (&station.desk, station.desk.site());
    let mut window = draft("manual", &["seniority"], 1);
    window["method"]["fill"] = json!("by_choice");
    let posted = ["choices", "give-up"].contains(&last);
    let made = json!({ "record": detail(&site, 50, 2), "posting": if posted { window } else { json!(null) } });
    let id = desk.make("/v1/staff/details", &made);
    let (mut path, officer) = (entry.path.replace("{id}", &id), desk.officer("Officer"));
    let mut version = desk.version(&format!("/v1/staff/details/{id}")).to_string();
    if last == "{assignment}" {
        let held = desk.order(&id, &officer);
        version = desk.version(&format!("/v1/staff/assignments/{held}")).to_string();
        path = path.replace("{assignment}", &held);
    }
    let version = ("version", version.as_str());
    if entry.method == "GET" {
        return shown(&path);
    }
    let (sent, status) = match last {
        "edit" => (edited(&site), 303),
        "requirements" => (fields(&[("version", "0"), ("requires", "CPR")]), 303),
        "posting" => (fields(&[version, ("method", "seniority")]), 303),
        "customer" => {
            let other = desk.make("/v1/staff/customers", &json!({ "record": { "name": "Water company" } }));
            (fields(&[version, ("customer", &other), ("reason", "They ordered it.")]), 303)
        }
        "choices" => (vec![("made_on", Sha256::of(b"").to_string())], 303),
        "assign" => {
            let sent = [version, ("officer", &officer), ("origin", "ordered"), ("reason", "Nobody else.")];
            (fields(&sent), 303)
        }
        "{assignment}" | "cancel" | "give-up" => (fields(&[version, ("reason", "Rain.")]), 303),
        // There is no tariff here, and so no quote.
        "customer-cancels" => (fields(&[("version", "1"), ("quoted", "0")]), 409),
        _ => panic!("{entry:?} is new: say here what it takes, and think who may open it"),
    };
    Sample { path, fields: sent, status }
}

fn edited(site: &str) -> Fields {
    fields(&[
        ("version", "1"),
        ("site", site),
        ("title", "Road work"),
        ("starts", "2019-05-18T19:00"),
        ("ends", "2019-05-18T23:00"),
        ("place_name", "Traffic 1"),
    ])
}

fn of_requests(entry: &Entry, station: &Station<'_>) -> Sample {
    if !entry.path.contains('{') {
        return match entry.method {
            "GET" => shown(entry.path),
            _ => Sample { fields: fields(&[("do", "estimate")]), ..shown(entry.path) },
        };
    }
    let site = station.desk.site();
    let id = station.desk.make("/v1/staff/requests", &json!({ "record": asked(&site, 50) }));
    let path = entry.path.replace("{id}", &id);
    if entry.method == "GET" {
        return shown(&path);
    }
    let version = ("version", "1");
    let (sent, status) = match entry.path.rsplit('/').next().unwrap() {
        "edit" => ([edited(&site), fields(&[("asked_by", "A customer")])].concat(), 303),
        "close" => (fields(&[version, ("how", "decline"), ("reason", "No officers.")]), 303),
        // There is no tariff here, and so no estimate; nothing is accepted or posted before there is.
        "estimate" => (fields(&[version]), 409),
        "accept" => (fields(&[version, ("total", "0"), ("accepted_by", "A customer")]), 409),
        "drop" => (fields(&[version, ("shift", "0-1"), ("why", "Rain.")]), 409),
        "post" => (fields(&[version, ("offer", "open")]), 409),
        _ => panic!("{entry:?} is new: say here what it takes, and think who may open it"),
    };
    Sample { path, fields: sent, status }
}
