//! The coordinator's side of how details find their officers: rules, requests, awards, relief, and who is told.

use std::collections::BTreeMap;

use detailbook_core::award::{AwardRecord, Standing};
use detailbook_core::ids::{AssignmentId, CustomerId, DetailId, OfficerId, RecordId, RequestId};
use detailbook_core::money::Cents;
use detailbook_core::notices::Contact;
use detailbook_core::records::Officer;
use detailbook_core::staffing::{Request, StaffingRules};
use detailbook_core::time::UnixMillis;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Office;
use crate::demo::error::DemoError;
use crate::personnel::Batch;
use crate::routes::staff::answer::{Create, Edit, Listing, Versioned};
use crate::routes::staff::ledger::EntryDraft;
use crate::routes::staff::notices::DeliveryBody;
use crate::routes::staff::relief::{Excuse, SearchBody};
use crate::routes::staff::requests::{Accept, CountAs, PostRequest};
use crate::scheduling::requests::{PostingPlan, RequestDraft};

/// How it looks with somebody who works now, as the server says it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Watched {
    /// Who.
    pub officer: OfficerId,
    /// On which detail.
    pub detail: DetailId,
    /// How it looks, as a sentence.
    pub sentence: String,
}

/// What a detail was awarded on.
#[derive(Deserialize)]
struct Kept {
    award: AwardRecord,
}

/// What an officer stands at.
#[derive(Deserialize)]
struct Ledger {
    standing: Option<Standing>,
}

impl Office {
    /// Puts a rule set in force; gives its name and version.
    pub fn set_rules(&self, text: &str) -> Result<String, DemoError> {
        let set: Value = self.call(&Method::POST, "/v1/staff/rule_sets", Some(&json!({ "text": text })))?;
        Ok(set["set"].as_str().unwrap_or_default().to_owned())
    }

    /// Settles how call-offs are answered and relief is found, in an agency that has not settled it yet.
    pub fn settle_relief(&self, rules: &StaffingRules) -> Result<(), DemoError> {
        self.ask(&Method::PUT, "/v1/staff/staffing_rules?version=0", Some(rules)).map(drop)
    }

    /// Reads knowledge of officers in; gives how many rows were new.
    pub fn import(&self, batch: &Batch) -> Result<u64, DemoError> {
        let imported: Value = self.call(&Method::POST, "/v1/staff/personnel", Some(batch))?;
        Ok(imported["new"].as_u64().unwrap_or_default())
    }

    /// Sets an officer's charge in the opportunity ledger right.
    pub fn adjust(&self, officer: OfficerId, minutes: i32, reason: &str) -> Result<(), DemoError> {
        let adjust = EntryDraft::adjustment(minutes, reason);
        self.post(&format!("/v1/staff/officers/{officer}/ledger"), &adjust)
    }

    /// Minutes that an officer stands at in the opportunity ledger.
    pub fn charged(&self, officer: OfficerId) -> Result<i64, DemoError> {
        let ledger: Ledger = self.get(&format!("/v1/staff/officers/{officer}/ledger"))?;
        Ok(ledger.standing.map_or(0, |standing| standing.charged("")))
    }

    /// Enters a customer's request.
    pub fn take_request(&self, record: RequestDraft) -> Result<RequestId, DemoError> {
        self.make("/v1/staff/requests", &Create::<RequestId, _> { id: None, record })
    }

    /// Says what a request will cost.
    pub fn estimate(&self, request: RequestId, rank: &str) -> Result<Request, DemoError> {
        let path = format!("/v1/staff/requests/{request}/estimate");
        Ok(self.call::<Versioned<Request>>(&Method::POST, &path, Some(&CountAs { rank: rank.to_owned() }))?.record)
    }

    /// Writes down that the customer accepts the estimate.
    pub fn accept(&self, request: RequestId, total: Cents, accepted_by: &str) -> Result<(), DemoError> {
        let accept = Accept { total, accepted_by: accepted_by.to_owned() };
        self.post(&format!("/v1/staff/requests/{request}/accept"), &accept)
    }

    /// Makes details of a request and puts them on offer.
    pub fn post_request(&self, request: RequestId, plan: PostingPlan) -> Result<Vec<DetailId>, DemoError> {
        let path = format!("/v1/staff/requests/{request}/post");
        let posted: Versioned<Request> =
            self.call(&Method::POST, &path, Some(&PostRequest { posting: Some(plan), overriding: None }))?;
        Ok(posted.record.details)
    }

    /// The latest award of a detail, whole.
    pub fn award(&self, detail: DetailId) -> Result<Option<AwardRecord>, DemoError> {
        let awards: Listing<Kept> = self.get(&format!("/v1/staff/details/{detail}/awards"))?;
        Ok(awards.items.into_iter().next().map(|kept| kept.award))
    }

    /// What the agency's officers are called.
    pub fn names(&self) -> Result<BTreeMap<OfficerId, String>, DemoError> {
        let officers: Vec<Versioned<Officer>> = self.list("/v1/staff/officers")?;
        Ok(officers.into_iter().map(|one| (OfficerId::from_bytes(*one.id.as_bytes()), one.record.name)).collect())
    }

    /// The search for who comes instead on an assignment, if there was one.
    pub fn search(&self, assignment: AssignmentId) -> Result<Option<SearchBody>, DemoError> {
        self.get(&format!("/v1/staff/assignments/{assignment}/relief"))
    }

    /// How it looks with those who work between these moments.
    pub fn watch(&self, from: UnixMillis, until: UnixMillis) -> Result<Vec<Watched>, DemoError> {
        let (from, until) = (from.as_millis(), until.as_millis());
        let page: Listing<Watched> = self.get(&format!("/v1/staff/today?from={from}&until={until}&limit=100"))?;
        Ok(page.items)
    }

    /// Says that an officer did not come.
    pub fn confirm_no_show(&self, assignment: AssignmentId, reason: &str) -> Result<(), DemoError> {
        let excuse = Excuse { reason: reason.to_owned(), excused: false };
        self.post(&format!("/v1/staff/assignments/{assignment}/no_show"), &excuse)
    }

    /// Enters how a customer is reached.
    pub fn reach_customer(&self, customer: CustomerId, contact: Contact) -> Result<(), DemoError> {
        self.put(&format!("/v1/staff/customers/{customer}/contact"), contact)
    }

    /// Enters somebody of the staff who is told.
    pub fn add_contact(&self, record: Contact) -> Result<RecordId, DemoError> {
        self.make("/v1/staff/contacts", &Create::<RecordId, _> { id: None, record })
    }

    /// Everything that was told to anybody.
    pub fn told(&self) -> Result<Vec<DeliveryBody>, DemoError> {
        self.list("/v1/staff/notices")
    }

    fn put(&self, path: &str, record: impl Serialize) -> Result<(), DemoError> {
        self.ask(&Method::PUT, path, Some(&Edit { version: 0, record })).map(drop)
    }
}
