//! The coordinator's side of the demo: a staff caller with a token, over HTTP, like any integration.

mod staffing;

use std::str::FromStr;
use std::sync::Arc;

use data_encoding::BASE64;
use detailbook_core::ids::{
    AssignmentId, CustomerId, DetailId, DeviceId, DocumentId, FactId, OfficerId, RulingId, SiteId,
};
use detailbook_core::records::{Agency, Application};
use detailbook_core::shift::{Fact, LoggedFact};
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;

use super::error::DemoError;
use crate::prices::AssignmentPrice;
use crate::roster::{CustomerDraft, OfficerDraft, SiteDraft};
use crate::routes::staff::answer::{Create, Listing, Made, Reason, Versioned};
use crate::routes::staff::assignments::{Assign, Link};
use crate::routes::staff::devices::{DeviceBody, InvitationBody};
use crate::rulings::RulingDraft;
use crate::scheduling::details::DetailDraft;

pub use staffing::Watched;

/// Facts asked for at a time.
const PAGE: usize = 500;

/// A staff caller.
pub struct Office {
    http: reqwest::Client,
    runtime: Handle,
    address: String,
    token: String,
}

/// A fact as the server gives it back.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Evidence {
    /// Its id.
    pub id: FactId,
    /// The enrolment it was written on.
    pub device: DeviceId,
    /// `unsigned`, `verified` or `broken`.
    pub verification: String,
    /// Its canonical bytes, base64.
    pub bytes: String,
}

impl Evidence {
    /// The fact that its bytes hold, if this version can read them.
    pub fn logged(&self) -> Option<LoggedFact> {
        let bytes = BASE64.decode(self.bytes.as_bytes()).ok()?;
        Some(LoggedFact::new(self.id, self.device, Fact::from_bytes(&bytes).ok()?))
    }
}

/// What a walk of the audit log found.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct AuditCheck {
    /// Entries that fit.
    pub entries: i64,
    /// The first thing that does not fit.
    pub broken: Option<String>,
}

impl Office {
    /// A caller with that token, at the server's address such as `http://127.0.0.1:8080`.
    pub fn new(runtime: Handle, address: &str, token: &str) -> Result<Self, DemoError> {
        let (address, token) = (address.to_owned(), token.to_owned());
        Ok(Self { http: client()?, runtime, address, token })
    }

    /// The agency's settings.
    pub fn agency(&self) -> Result<Agency, DemoError> {
        Ok(self.get::<Versioned<Agency>>("/v1/staff/agency")?.record)
    }

    /// Enters an officer.
    pub fn add_officer(&self, record: OfficerDraft) -> Result<OfficerId, DemoError> {
        self.make("/v1/staff/officers", &Create::<OfficerId, _> { id: None, record })
    }

    /// Enters a customer.
    pub fn add_customer(&self, record: CustomerDraft) -> Result<CustomerId, DemoError> {
        self.make("/v1/staff/customers", &Create::<CustomerId, _> { id: None, record })
    }

    /// Enters a site.
    pub fn add_site(&self, record: SiteDraft) -> Result<SiteId, DemoError> {
        self.make("/v1/staff/sites", &Create::<SiteId, _> { id: None, record })
    }

    /// Posts a detail.
    pub fn post_detail(&self, record: DetailDraft) -> Result<DetailId, DemoError> {
        self.make("/v1/staff/details", &Create::<DetailId, _> { id: None, record })
    }

    /// The latest application of each officer for a detail.
    pub fn applications(&self, detail: DetailId) -> Result<Vec<Versioned<Application>>, DemoError> {
        self.list(&format!("/v1/staff/details/{detail}/applications"))
    }

    /// Gives a position of a detail to an officer.
    pub fn assign(&self, detail: DetailId, assign: &Assign) -> Result<AssignmentId, DemoError> {
        self.make(&format!("/v1/staff/details/{detail}/assignments"), assign)
    }

    /// Puts a shift log that was begun without an assignment to one.
    pub fn link(&self, assignment: AssignmentId, document: DocumentId, reason: &str) -> Result<(), DemoError> {
        let link = Link { document, reason: reason.to_owned() };
        self.post(&format!("/v1/staff/assignments/{assignment}/link"), &link)
    }

    /// The officers' phones.
    pub fn devices(&self) -> Result<Vec<DeviceBody>, DemoError> {
        self.list("/v1/staff/devices")
    }

    /// Ends a phone's enrolment.
    pub fn revoke(&self, device: DeviceId, reason: &str) -> Result<(), DemoError> {
        self.post(&format!("/v1/staff/devices/{device}/revoke"), &Reason { reason: reason.to_owned() })
    }

    /// The facts of an assignment, as the server holds them.
    pub fn evidence(&self, assignment: AssignmentId) -> Result<Vec<Evidence>, DemoError> {
        self.list(&format!("/v1/staff/assignments/{assignment}/facts"))
    }

    /// Rules on an assignment.
    pub fn rule(&self, assignment: AssignmentId, ruling: &RulingDraft) -> Result<RulingId, DemoError> {
        self.make(&format!("/v1/staff/assignments/{assignment}/rulings"), ruling)
    }

    /// What the ruling in force on an assignment pays.
    pub fn price(&self, assignment: AssignmentId) -> Result<AssignmentPrice, DemoError> {
        self.get(&format!("/v1/staff/assignments/{assignment}/price"))
    }

    /// The text of a QR code that enrols a phone for the officer.
    pub fn invite(&self, officer: OfficerId) -> Result<String, DemoError> {
        let path = format!("/v1/staff/officers/{officer}/invitations");
        Ok(self.call::<InvitationBody>(&Method::POST, &path, None::<&()>)?.text)
    }

    /// Walks the audit log.
    pub fn check_audit(&self) -> Result<AuditCheck, DemoError> {
        self.get("/v1/staff/audit/check")
    }

    /// Asks for something whose answer tells nothing that is needed here.
    fn post(&self, path: &str, body: &impl Serialize) -> Result<(), DemoError> {
        self.ask(&Method::POST, path, Some(body)).map(|_| ())
    }

    fn make<I: FromStr>(&self, path: &str, body: &impl Serialize) -> Result<I, DemoError> {
        let made: Made = self.call(&Method::POST, path, Some(body))?;
        made.id.parse().map_err(|_| unanswered(&Method::POST, path, "the id is none"))
    }

    /// Every item of a list, page by page.
    fn list<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, DemoError> {
        let mut items = Vec::new();
        let mut after = String::new();
        loop {
            let page: Listing<T> = self.get(&format!("{path}?limit={PAGE}{after}"))?;
            items.extend(page.items);
            match page.next {
                Some(next) => after = format!("&after={next}"),
                None => return Ok(items),
            }
        }
    }

    fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, DemoError> {
        self.call(&Method::GET, path, None::<&()>)
    }

    fn call<T: DeserializeOwned>(
        &self,
        method: &Method,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<T, DemoError> {
        let answer = self.ask(method, path, body)?;
        serde_json::from_slice(&answer).map_err(|error| unanswered(method, path, &error.to_string()))
    }

    fn ask(&self, method: &Method, path: &str, body: Option<&impl Serialize>) -> Result<Vec<u8>, DemoError> {
        let fault = |reason: &dyn std::fmt::Display| unanswered(method, path, &reason.to_string());
        let body = body.map(serde_json::to_vec).transpose().map_err(|error| fault(&error))?;
        let (status, answer) =
            self.runtime.block_on(self.exchange(method, path, body)).map_err(|error| fault(&error))?;
        if !(200..300).contains(&status) {
            let reason = String::from_utf8_lossy(&answer).into_owned();
            return Err(DemoError::Refused { request: format!("{method} {path}"), status, reason });
        }
        Ok(answer)
    }

    async fn exchange(
        &self,
        method: &Method,
        path: &str,
        body: Option<Vec<u8>>,
    ) -> Result<(u16, Vec<u8>), reqwest::Error> {
        let url = format!("{}{path}", self.address);
        let mut request = self.http.request(method.clone(), url).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        Ok((status, answer.bytes().await?.to_vec()))
    }
}

fn unanswered(method: &Method, path: &str, reason: &str) -> DemoError {
    DemoError::NoAnswer { request: format!("{method} {path}"), reason: reason.to_owned() }
}

/// A client for the loopback: no certificate is trusted, so it speaks to nothing else.
fn client() -> Result<reqwest::Client, DemoError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| DemoError::Server(error.to_string()))?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let client = reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().build();
    client.map_err(|error| DemoError::Server(error.to_string()))
}
