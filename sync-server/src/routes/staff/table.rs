//! The one table of staff routes. The router is built from it, so a route without a scope cannot exist, and the test that
//! walks all routes walks this.

use detailbook_core::award::Contract;
use detailbook_core::ids::{CustomerId, OfficerId, RecordId, RequestId, SiteId};
use detailbook_core::notices::Contact;
use detailbook_core::policy::Source;
use detailbook_core::pricing::CancellationQuote;
use detailbook_core::records::{Agency, Application, Assignment, Customer, Detail, Message, Officer, Ruling, Site};
use detailbook_core::staffing::{CallingOff, Request as Asked, StaffingRules, Trade};
use utoipa::ToSchema;

use super::answer::{Answer, Counted, Create, Edit, Listing, Made, Reason, Versioned};
use super::assignments::{Assign, Link, Release, Unassigned};
use super::blobs::BlobBody;
use super::contacts::ContactBody;
use super::details::{Cancel, Hires, Post};
use super::devices::{DeviceBody, InvitationBody};
use super::evidence::FactBody;
use super::held::{HeldDocument, HeldPush, OpenedPush};
use super::jobs::JobBody;
use super::ledger::{EntryDraft, LedgerBody, ResetDraft};
use super::notices::DeliveryBody;
use super::path::{Params, fit};
use super::personnel::{ApprovalBody, Ask};
use super::policy::{JudgedBody, OverrideBody, SetBody, SetChecked, SetDraft};
use super::postings::{AwardBody, ChoicesBody, ContractBody, PostingBody, ServiceBody};
use super::query::{self, Query};
use super::relief::{Excuse, Grant, SearchBody};
use super::request::Request;
use super::requests::{Accept, CountAs, DropShifts, PostRequest, ShiftBody};
use super::rulings::{ProposedBody, RulingBody};
use super::shape::{Gives, Shape};
use super::tokens::{Issued, TokenBody};
use super::{
    agency, assignments, audit, blobs, contacts, details, devices, evidence, held, jobs, ledger, messages, notes,
    notices, personnel, policy, postings, prices, records, relief, requests, rulings, tokens,
};
use crate::access::scope::Scope;
use crate::access::tokens::TokenDraft;
use crate::audit::{AuditEntry, ChainCheck};
use crate::messages::MessageDraft;
use crate::notes::NoteDraft;
use crate::personnel::approvals::{PaperworkDraft, SignatureDraft};
use crate::personnel::customers::CustomerDocument;
use crate::personnel::describe::KnownBody;
use crate::personnel::register::Line as RegisterLine;
use crate::personnel::renewals::Renewal;
use crate::personnel::{Batch, Imported};
use crate::policy::detail_facts::DetailFacts;
use crate::policy::evaluations::{AskedAgain, Evaluation};
use crate::policy::overrides::OverrideDraft;
use crate::prices::AssignmentPrice;
use crate::roster::{AgencyDraft, CustomerDraft, OfficerDraft, SiteDraft};
use crate::rulings::RulingDraft;
use crate::scheduling::cancellation::CustomerCancels;
use crate::scheduling::details::DetailEdit;
use crate::scheduling::posting::PostingDraft;
use crate::scheduling::requests::RequestDraft;
use crate::scheduling::today::Line;
use crate::store::Sql;

/// What a route does, and with what.
#[derive(Clone, Copy)]
pub enum Work {
    /// Reads one unchanging state of the store.
    Read(fn(&mut dyn Sql, &Request) -> Answer),
    /// Reads the store in several steps, each of another state.
    Steps(fn(&Request) -> Answer),
    /// Reads first, while others write, and then writes under the agency's lock, all or nothing.
    Planned(fn(&Request) -> Answer),
    /// Writes, under the agency's lock, all or nothing.
    Write(fn(&mut dyn Sql, &Request) -> Answer),
}

/// A route.
#[derive(Clone, Copy)]
pub struct Route {
    /// The HTTP method.
    pub method: &'static str,
    /// The path; `{name}` stands for one id.
    pub path: &'static str,
    /// The scope without which nobody gets in.
    pub scope: Scope,
    /// What it does.
    pub work: Work,
    /// The same in words.
    pub says: &'static str,
    /// What its query may hold.
    pub query: &'static [Query],
    /// What its body is; absent where it takes none.
    pub takes: Option<Shape>,
    /// What it gives.
    pub gives: Gives,
}

impl Route {
    const fn new(method: &'static str, path: &'static str, scope: Scope, work: Work) -> Self {
        Self { method, path, scope, work, says: "", query: &[], takes: None, gives: Gives::Done }
    }

    const fn says(self, says: &'static str) -> Self {
        Self { says, ..self }
    }

    const fn asks(self, query: &'static [Query]) -> Self {
        Self { query, ..self }
    }

    const fn takes<T: ToSchema + 'static>(self) -> Self {
        Self { takes: Some(Shape::of::<T>()), ..self }
    }

    const fn gives<T: ToSchema + 'static>(self) -> Self {
        self.gives_under::<T>(&[200])
    }

    const fn gives_new<T: ToSchema + 'static>(self) -> Self {
        self.gives_under::<T>(&[201])
    }

    const fn makes(self) -> Self {
        self.gives_new::<Made>()
    }

    const fn gives_under<T: ToSchema + 'static>(self, statuses: &'static [u16]) -> Self {
        Self { gives: Gives::Json(statuses, Shape::of::<T>()), ..self }
    }

    const fn gives_file(self, media_type: &'static str) -> Self {
        Self { gives: Gives::File(media_type), ..self }
    }
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({})", self.method, self.path, self.scope)
    }
}

const fn read(path: &'static str, scope: Scope, run: fn(&mut dyn Sql, &Request) -> Answer) -> Route {
    Route::new("GET", path, scope, Work::Read(run))
}

const fn steps(path: &'static str, scope: Scope, run: fn(&Request) -> Answer) -> Route {
    Route::new("GET", path, scope, Work::Steps(run))
}

const fn post(path: &'static str, scope: Scope, run: fn(&mut dyn Sql, &Request) -> Answer) -> Route {
    Route::new("POST", path, scope, Work::Write(run))
}

const fn put(path: &'static str, scope: Scope, run: fn(&mut dyn Sql, &Request) -> Answer) -> Route {
    Route::new("PUT", path, scope, Work::Write(run))
}

/// Every staff route there is.
pub const ROUTES: &[Route] = &[
    read("/v1/staff/agency", Scope::RecordsRead, agency::read)
        .says("The agency's settings.")
        .gives::<Versioned<Agency>>(),
    put("/v1/staff/agency", Scope::RecordsWrite, agency::edit)
        .says("Changes the agency's settings.")
        .takes::<Edit<AgencyDraft>>()
        .gives::<Versioned<Agency>>(),
    read("/v1/staff/officers", Scope::RecordsRead, records::list::<Officer>)
        .says("Officers.")
        .asks(query::PAGE)
        .gives::<Listing<Versioned<Officer>>>(),
    post("/v1/staff/officers", Scope::RecordsWrite, records::create::<OfficerDraft>)
        .says("Enters an officer.")
        .takes::<Create<OfficerId, OfficerDraft>>()
        .makes(),
    read("/v1/staff/officers/{id}", Scope::RecordsRead, records::read::<Officer>)
        .says("One officer.")
        .gives::<Versioned<Officer>>(),
    put("/v1/staff/officers/{id}", Scope::RecordsWrite, records::edit::<OfficerDraft>)
        .says("Changes an officer.")
        .takes::<Edit<OfficerDraft>>()
        .gives::<Versioned<Officer>>(),
    read("/v1/staff/officers/{id}/service", Scope::RecordsRead, postings::read_service)
        .says("What awards compare of an officer besides the ledger.")
        .gives::<ServiceBody>(),
    put("/v1/staff/officers/{id}/service", Scope::RecordsWrite, postings::write_service)
        .says("Writes what awards compare of an officer; the groups become exactly these.")
        .asks(query::EDIT)
        .takes::<ServiceBody>()
        .gives::<ServiceBody>(),
    read("/v1/staff/officers/{id}/ledger", Scope::RecordsRead, ledger::read)
        .says("What the officer stands at in the opportunity ledger, and the latest thousand entries.")
        .gives::<LedgerBody>(),
    post("/v1/staff/officers/{id}/ledger", Scope::Assign, ledger::enter)
        .says("Makes an entry of an officer's by hand, charged as the contract says.")
        .takes::<EntryDraft>()
        .makes(),
    post("/v1/staff/ledger/reset", Scope::Assign, ledger::reset)
        .says("Begins a list anew for everybody.")
        .takes::<ResetDraft>()
        .makes(),
    read("/v1/staff/contract", Scope::RecordsRead, postings::read_contract)
        .says("The labour contract in force: what is charged for what.")
        .gives::<Contract>(),
    put("/v1/staff/contract", Scope::RecordsWrite, postings::write_contract)
        .says("Puts a labour contract in force. What was charged stays.")
        .asks(query::EDIT)
        .takes::<ContractBody>()
        .gives::<ContractBody>(),
    read("/v1/staff/customers", Scope::RecordsRead, records::list::<Customer>)
        .says("Customers.")
        .asks(query::PAGE)
        .gives::<Listing<Versioned<Customer>>>(),
    post("/v1/staff/customers", Scope::RecordsWrite, records::create::<CustomerDraft>)
        .says("Enters a customer.")
        .takes::<Create<CustomerId, CustomerDraft>>()
        .makes(),
    read("/v1/staff/customers/{id}", Scope::RecordsRead, records::read::<Customer>)
        .says("One customer.")
        .gives::<Versioned<Customer>>(),
    put("/v1/staff/customers/{id}", Scope::RecordsWrite, records::edit::<CustomerDraft>)
        .says("Changes a customer.")
        .takes::<Edit<CustomerDraft>>()
        .gives::<Versioned<Customer>>(),
    read("/v1/staff/sites", Scope::RecordsRead, records::list::<Site>)
        .says("Sites.")
        .asks(query::PAGE)
        .gives::<Listing<Versioned<Site>>>(),
    post("/v1/staff/sites", Scope::RecordsWrite, records::create::<SiteDraft>)
        .says("Enters a site.")
        .takes::<Create<SiteId, SiteDraft>>()
        .makes(),
    read("/v1/staff/sites/{id}", Scope::RecordsRead, records::read::<Site>)
        .says("One site.")
        .gives::<Versioned<Site>>(),
    put("/v1/staff/sites/{id}", Scope::RecordsWrite, records::edit::<SiteDraft>)
        .says("Changes a site.")
        .takes::<Edit<SiteDraft>>()
        .gives::<Versioned<Site>>(),
    read("/v1/staff/requests", Scope::RecordsRead, records::list::<Asked>)
        .says("Customers' requests.")
        .asks(query::PAGE)
        .gives::<Listing<Versioned<Asked>>>(),
    post("/v1/staff/requests", Scope::RecordsWrite, requests::ask)
        .says("Enters a request.")
        .takes::<Create<RequestId, RequestDraft>>()
        .makes(),
    read("/v1/staff/requests/{id}", Scope::RecordsRead, records::read::<Asked>)
        .says("One request.")
        .gives::<Versioned<Asked>>(),
    put("/v1/staff/requests/{id}", Scope::RecordsWrite, requests::change)
        .says("Changes a request. Its estimate holds no more.")
        .takes::<Edit<RequestDraft>>()
        .gives::<Versioned<Asked>>(),
    post("/v1/staff/requests/{id}/estimate", Scope::RecordsWrite, requests::estimate)
        .says("Says what a request will cost by the server's tariff.")
        .takes::<CountAs>()
        .gives::<Versioned<Asked>>(),
    post("/v1/staff/requests/{id}/accept", Scope::RecordsWrite, requests::accept)
        .says("The customer accepts the estimate; refused with `conflict` where it is another by now.")
        .takes::<Accept>()
        .gives::<Versioned<Asked>>(),
    post("/v1/staff/requests/{id}/decline", Scope::RecordsWrite, requests::decline)
        .says("Agency or customer says no to a request.")
        .takes::<Reason>()
        .gives::<Versioned<Asked>>(),
    post("/v1/staff/requests/{id}/cancel", Scope::RecordsWrite, requests::cancel)
        .says("The customer takes a request back before it is posted.")
        .takes::<Reason>()
        .gives::<Versioned<Asked>>(),
    Route::new("POST", "/v1/staff/requests/{id}/post", Scope::RecordsWrite, Work::Planned(requests::post))
        .says("Makes a detail of each shift of a request and puts it on offer; of shifts that cannot be it says why.")
        .takes::<PostRequest>()
        .gives::<Versioned<Asked>>(),
    read("/v1/staff/requests/{id}/shifts", Scope::RecordsRead, requests::shifts)
        .says("The shifts of a request: where the detail of each stands, or why there is none.")
        .gives::<Listing<ShiftBody>>(),
    post("/v1/staff/requests/{id}/drop_shifts", Scope::RecordsWrite, requests::drop_shifts)
        .says("Gives up shifts of a posted request that could not be posted.")
        .takes::<DropShifts>()
        .gives::<Versioned<Asked>>(),
    read("/v1/staff/details", Scope::RecordsRead, records::list::<Detail>)
        .says("Details.")
        .asks(query::PAGE)
        .gives::<Listing<Versioned<Detail>>>(),
    post("/v1/staff/details", Scope::RecordsWrite, details::post)
        .says("Posts a detail.")
        .takes::<Post>()
        .makes(),
    read("/v1/staff/details/{id}", Scope::RecordsRead, records::read::<Detail>)
        .says("One detail.")
        .gives::<Versioned<Detail>>(),
    put("/v1/staff/details/{id}", Scope::RecordsWrite, details::edit)
        .says("Changes a detail; positions keep their ids.")
        .takes::<DetailEdit>()
        .gives::<Versioned<Detail>>(),
    post("/v1/staff/details/{id}/cancel", Scope::RecordsWrite, details::cancel)
        .says("Cancels a detail. Everybody on it is released.")
        .takes::<Cancel>()
        .gives::<Versioned<Detail>>(),
    post("/v1/staff/details/{id}/customer", Scope::RecordsWrite, details::customer)
        .says("Has another customer hire for a detail, and owe what it was billed.")
        .takes::<Hires>()
        .gives::<Versioned<Detail>>(),
    read("/v1/staff/details/{id}/cancellation_quote", Scope::RecordsRead, requests::quote)
        .says("What it costs the customer to cancel a detail now.")
        .asks(query::QUOTE)
        .gives::<CancellationQuote>(),
    post("/v1/staff/details/{id}/customer_cancels", Scope::RecordsWrite, requests::customer_cancels)
        .says("Cancels a detail for the customer at the sum that was quoted.")
        .takes::<CustomerCancels>()
        .gives::<Versioned<Detail>>(),
    post("/v1/staff/details/{id}/notes", Scope::NotesWrite, notes::write)
        .says("Writes in the pass-on of a detail.")
        .takes::<NoteDraft>()
        .makes(),
    read("/v1/staff/details/{id}/posting", Scope::RecordsRead, postings::read)
        .says("How a detail is on offer.")
        .gives::<PostingBody>(),
    post("/v1/staff/details/{id}/posting", Scope::RecordsWrite, postings::open)
        .says("Puts a detail on offer with a window, or again while places are empty.")
        .takes::<PostingDraft>()
        .gives::<PostingBody>(),
    put("/v1/staff/details/{id}/choices", Scope::Assign, postings::choose)
        .says("Chooses who gets which place of a window by choice, before it closes.")
        .takes::<ChoicesBody>()
        .gives::<PostingBody>(),
    post("/v1/staff/details/{id}/give_up", Scope::Assign, postings::give_up)
        .says("Looks for officers no more for a detail that has empty places.")
        .takes::<Reason>()
        .gives::<PostingBody>(),
    read("/v1/staff/details/{id}/awards", Scope::RecordsRead, postings::awards)
        .says("The awards of a detail, the latest first, each with all it was decided from.")
        .gives::<Listing<AwardBody>>(),
    read("/v1/staff/details/{id}/applications", Scope::RecordsRead, details::applications)
        .says("Each officer's latest application for a detail.")
        .asks(query::PAGE)
        .gives::<Listing<Versioned<Application>>>(),
    read("/v1/staff/details/{id}/assignments", Scope::RecordsRead, assignments::of_detail)
        .says("The assignments of a detail, released ones too.")
        .asks(query::PAGE)
        .gives::<Listing<Versioned<Assignment>>>(),
    post("/v1/staff/details/{id}/assignments", Scope::Assign, assignments::assign)
        .says("Gives a position of a detail to an officer.")
        .takes::<Assign>()
        .makes(),
    read("/v1/staff/applications/{id}", Scope::RecordsRead, records::read::<Application>)
        .says("One application.")
        .gives::<Versioned<Application>>(),
    read("/v1/staff/assignments", Scope::RecordsRead, records::list::<Assignment>)
        .says("Assignments.")
        .asks(query::PAGE)
        .gives::<Listing<Versioned<Assignment>>>(),
    read("/v1/staff/assignments/{id}", Scope::RecordsRead, records::read::<Assignment>)
        .says("One assignment.")
        .gives::<Versioned<Assignment>>(),
    post("/v1/staff/assignments/{id}/release", Scope::Assign, assignments::release)
        .says("Takes an assignment back. The shift log stays.")
        .takes::<Release>()
        .gives::<Versioned<Assignment>>(),
    post("/v1/staff/assignments/{id}/link", Scope::Assign, assignments::link)
        .says("Links a shift log that was begun without an assignment.")
        .takes::<Link>()
        .gives::<Versioned<Assignment>>(),
    read("/v1/staff/assignments/{id}/facts", Scope::EvidenceRead, evidence::of_assignment)
        .says("The facts of an assignment, as they were stored and what they say.")
        .asks(query::PAGE)
        .gives::<Listing<FactBody>>(),
    read("/v1/staff/assignments/{id}/rulings", Scope::RecordsRead, rulings::history)
        .says("The rulings on an assignment, the one in force first.")
        .asks(query::PAGE)
        .gives::<Listing<Versioned<Ruling>>>(),
    post("/v1/staff/assignments/{id}/rulings", Scope::RulingsWrite, rulings::rule)
        .says("Rules on an assignment.")
        .takes::<RulingDraft>()
        .makes(),
    read("/v1/staff/assignments/{id}/proposed_ruling", Scope::EvidenceRead, rulings::proposed)
        .says("The ruling that the facts alone would have, and what the rules say.")
        .gives::<ProposedBody>(),
    read("/v1/staff/assignments/{id}/price", Scope::RecordsRead, prices::of_assignment)
        .says("What the ruling in force pays by the server's tariff, or why nothing can be said.")
        .gives::<AssignmentPrice>(),
    read("/v1/staff/rulings/{id}", Scope::RecordsRead, rulings::read)
        .says("One ruling, and the evaluation that was kept with it.")
        .gives::<RulingBody>(),
    read("/v1/staff/unassigned_logs", Scope::RecordsRead, assignments::unassigned)
        .says("Shift logs that no assignment has.")
        .asks(query::PAGE)
        .gives::<Listing<Unassigned>>(),
    read("/v1/staff/documents/{id}/facts", Scope::EvidenceRead, evidence::of_document)
        .says("The facts of a document.")
        .asks(query::PAGE)
        .gives::<Listing<FactBody>>(),
    read("/v1/staff/blobs/{hash}", Scope::EvidenceRead, blobs::status)
        .says("How much of a photo or video has arrived.")
        .gives::<BlobBody>(),
    read("/v1/staff/blobs/{hash}/original", Scope::EvidenceRead, blobs::download)
        .says("The bytes of a photo or video, as an attachment that no browser runs.")
        .gives_file("*/*"),
    read("/v1/staff/quarantine", Scope::EvidenceRead, held::pushes)
        .says("What revoked phones still pushed.")
        .asks(query::PAGE)
        .gives::<Listing<HeldPush>>(),
    read("/v1/staff/quarantine/documents", Scope::EvidenceRead, held::documents)
        .says("Documents that are held.")
        .asks(query::PAGE)
        .gives::<Listing<HeldDocument>>(),
    read("/v1/staff/quarantine/{id}", Scope::EvidenceRead, held::push)
        .says("One push of a revoked phone, opened.")
        .gives::<OpenedPush>(),
    post("/v1/staff/quarantine/documents/{id}/release", Scope::EvidenceRelease, held::release)
        .says("Lets a held document go.")
        .takes::<Reason>(),
    read("/v1/staff/messages", Scope::MessagesRead, messages::list)
        .says("Messages between the agency and its officers.")
        .asks(query::MESSAGES)
        .gives::<Listing<Versioned<Message>>>(),
    post("/v1/staff/messages", Scope::MessagesWrite, messages::send)
        .says("Writes to one officer, or to all.")
        .takes::<MessageDraft>()
        .makes(),
    read("/v1/staff/notices", Scope::NoticesRead, notices::list)
        .says("What was told to whom, and how it went.")
        .asks(query::PAGE)
        .gives::<Listing<DeliveryBody>>(),
    post("/v1/staff/notices/{id}/acknowledge", Scope::NoticesWrite, notices::acknowledge)
        .says("Note that a notice was acknowledged, such as on the telephone."),
    post("/v1/staff/notices/resend", Scope::NoticesWrite, notices::resend)
        .says("Sends what was told when no gateway was set up that reached the recipient; at most a thousand messages at once.")
        .asks(query::RESEND)
        .gives::<Counted>(),
    read("/v1/staff/officers/{id}/contact", Scope::ContactsRead, contacts::of_officer)
        .says("How an officer is reached; version 0 where nothing was entered.")
        .gives::<ContactBody>(),
    put("/v1/staff/officers/{id}/contact", Scope::ContactsWrite, contacts::edit_officers)
        .says("Changes how an officer is reached.")
        .takes::<Edit<Contact>>()
        .gives::<ContactBody>(),
    read("/v1/staff/customers/{id}/contact", Scope::ContactsRead, contacts::of_customer)
        .says("How a customer is reached; version 0 where nothing was entered.")
        .gives::<ContactBody>(),
    put("/v1/staff/customers/{id}/contact", Scope::ContactsWrite, contacts::edit_customers)
        .says("Changes how a customer is reached.")
        .takes::<Edit<Contact>>()
        .gives::<ContactBody>(),
    read("/v1/staff/contacts", Scope::ContactsRead, contacts::list)
        .says("Contacts of staff: people or desks that are told of events.")
        .asks(query::PAGE)
        .gives::<Listing<ContactBody>>(),
    post("/v1/staff/contacts", Scope::ContactsWrite, contacts::create)
        .says("Enters a contact of staff.")
        .takes::<Create<RecordId, Contact>>()
        .makes(),
    put("/v1/staff/contacts/{id}", Scope::ContactsWrite, contacts::edit_staffs)
        .says("Changes a contact of staff.")
        .takes::<Edit<Contact>>()
        .gives::<ContactBody>(),
    read("/v1/staff/devices", Scope::Enrol, devices::list)
        .says("Phones.")
        .asks(query::PAGE)
        .gives::<Listing<DeviceBody>>(),
    post("/v1/staff/officers/{id}/invitations", Scope::Enrol, devices::invite)
        .says("Invites a phone: the answer holds the text of the QR code.")
        .gives_new::<InvitationBody>(),
    post("/v1/staff/devices/{id}/revoke", Scope::Enrol, devices::revoke)
        .says("Ends an enrolment.")
        .takes::<Reason>(),
    read("/v1/staff/jobs", Scope::JobsRead, jobs::list)
        .says("Work that waits, the next due first, or what failed too often to be tried again.")
        .asks(query::JOBS)
        .gives::<Listing<JobBody>>(),
    post("/v1/staff/jobs/{id}/retry", Scope::JobsWrite, jobs::retry)
        .says("Has parked work tried again, now."),
    post("/v1/staff/jobs/retry", Scope::JobsWrite, jobs::retry_all)
        .says("Has all parked work of a kind tried again, now.")
        .asks(query::PARKED)
        .gives::<Counted>(),
    Route::new("POST", "/v1/staff/personnel", Scope::PersonnelWrite, Work::Planned(personnel::import))
        .says("Imports what is known of officers.")
        .takes::<Batch>()
        .gives_under::<Imported>(&[200, 422]),
    read("/v1/staff/personnel/feeds", Scope::PersonnelRead, personnel::feeds)
        .says("When each feed was read, and of which time it spoke.")
        .gives::<Listing<Source>>(),
    read("/v1/staff/officers/{id}/known", Scope::PersonnelRead, personnel::known)
        .says("What is known of an officer, or was known at a time.")
        .asks(query::KNOWN)
        .gives::<Listing<KnownBody>>(),
    read("/v1/staff/renewals", Scope::PersonnelRead, personnel::renewals)
        .says("Approvals, certifications, equipment and customers' documents that end soon.")
        .asks(query::RENEWALS)
        .gives::<Listing<Renewal>>(),
    read("/v1/staff/customers/{id}/documents", Scope::RecordsRead, personnel::customer_documents)
        .says("Insurance certificates, indemnities and other documents of a customer.")
        .gives::<Listing<CustomerDocument>>(),
    post("/v1/staff/customers/{id}/documents", Scope::RecordsWrite, personnel::enter_customer_document)
        .says("Enters a document of a customer's.")
        .takes::<CustomerDocument>()
        .gives::<Listing<CustomerDocument>>(),
    read("/v1/staff/approvals", Scope::ApprovalsRead, personnel::approvals)
        .says("Approvals, in the order in which they were asked for.")
        .asks(query::PAGE)
        .gives::<Listing<ApprovalBody>>(),
    post("/v1/staff/approvals", Scope::ApprovalsWrite, personnel::ask)
        .says("Enters what an officer asks for.")
        .takes::<Ask>()
        .makes(),
    read("/v1/staff/approvals/{id}", Scope::ApprovalsRead, personnel::approval)
        .says("One approval.")
        .gives::<ApprovalBody>(),
    post("/v1/staff/approvals/{id}/signatures", Scope::ApprovalsWrite, personnel::sign)
        .says("Signs an approval, or refuses to.")
        .takes::<SignatureDraft>()
        .gives::<ApprovalBody>(),
    post("/v1/staff/approvals/{id}/paperwork", Scope::ApprovalsWrite, personnel::hand_in)
        .says("Hands in papers of an approval.")
        .takes::<PaperworkDraft>()
        .gives::<ApprovalBody>(),
    post("/v1/staff/approvals/{id}/revoke", Scope::ApprovalsWrite, personnel::revoke)
        .says("Takes an approval back.")
        .takes::<Reason>()
        .gives::<ApprovalBody>(),
    read("/v1/staff/register", Scope::RegisterRead, personnel::register)
        .says("The public register of approvals.")
        .gives::<Listing<RegisterLine>>(),
    read("/v1/staff/register.csv", Scope::RegisterRead, personnel::register_csv)
        .says("The public register of approvals, as CSV.")
        .gives_file("text/csv; charset=utf-8"),
    read("/v1/staff/rule_sets", Scope::PolicyRead, policy::sets)
        .says("Every version of every rule set.")
        .gives::<Listing<SetBody>>(),
    post("/v1/staff/rule_sets", Scope::PolicyWrite, policy::set)
        .says("Checks a rule set, and adds it.")
        .takes::<SetDraft>()
        .gives_under::<SetChecked>(&[200, 201, 422]),
    read("/v1/staff/details/{id}/facts", Scope::RecordsRead, policy::facts)
        .says("What is said of a detail beyond its record.")
        .gives::<DetailFacts>(),
    put("/v1/staff/details/{id}/facts", Scope::RecordsWrite, policy::set_facts)
        .says("Says what a detail is like. What is left out is not known.")
        .asks(query::EDIT)
        .takes::<DetailFacts>()
        .gives::<DetailFacts>(),
    read("/v1/staff/details/{id}/judgement", Scope::PolicyRead, policy::judgement)
        .says("What the rules say of a detail, and of an officer on it. Nothing is kept.")
        .asks(query::JUDGEMENT)
        .gives::<JudgedBody>(),
    read("/v1/staff/details/{id}/evaluations", Scope::PolicyRead, policy::of_detail)
        .says("What the rules said when something was decided about a detail.")
        .asks(query::PAGE)
        .gives::<Listing<Evaluation>>(),
    read("/v1/staff/officers/{id}/evaluations", Scope::PolicyRead, policy::of_officer)
        .says("What the rules said when something was decided about an officer.")
        .asks(query::PAGE)
        .gives::<Listing<Evaluation>>(),
    read("/v1/staff/evaluations/{id}", Scope::PolicyRead, policy::evaluation)
        .says("One evaluation by its number, asked again of what was kept.")
        .gives::<AskedAgain>(),
    read("/v1/staff/details/{id}/overrides", Scope::PolicyRead, policy::overrides)
        .says("Who let which rules pass on a detail.")
        .gives::<Listing<OverrideBody>>(),
    post("/v1/staff/details/{id}/overrides", Scope::PolicyOverride, policy::make_override)
        .says("Lets rules pass for an officer on a detail.")
        .takes::<OverrideDraft>()
        .gives_new::<Listing<OverrideBody>>(),
    read("/v1/staff/today", Scope::RecordsRead, relief::today)
        .says("The assignments of a stretch of time, and how it looks with each.")
        .asks(query::TODAY)
        .gives::<Listing<Line>>(),
    read("/v1/staff/staffing_rules", Scope::RecordsRead, relief::read_rules)
        .says("What is settled about call-offs, relief, trades and no-shows, as in force now.")
        .gives::<StaffingRules>(),
    put("/v1/staff/staffing_rules", Scope::RecordsWrite, relief::write_rules)
        .says("Settles call-offs, relief, trades and no-shows anew from now on; parts that are left out become the usual ones.")
        .asks(query::EDIT)
        .takes::<StaffingRules>()
        .gives::<StaffingRules>(),
    read("/v1/staff/call_offs", Scope::RecordsRead, relief::call_offs)
        .says("Call-offs that wait for a coordinator, or for somebody else to come.")
        .asks(query::PAGE)
        .gives::<Listing<Versioned<CallingOff>>>(),
    post("/v1/staff/assignments/{id}/call_off/grant", Scope::Assign, relief::grant)
        .says("Releases an officer whose call-off waits, and looks for somebody else.")
        .takes::<Grant>(),
    post("/v1/staff/assignments/{id}/call_off/refuse", Scope::Assign, relief::refuse)
        .says("Does not release an officer whose call-off waits.")
        .takes::<Reason>(),
    read("/v1/staff/assignments/{id}/relief", Scope::RecordsRead, relief::search)
        .says("The search for who comes instead; null where there was none.")
        .gives::<Option<SearchBody>>(),
    read("/v1/staff/details/{id}/reliefs", Scope::RecordsRead, relief::searches)
        .says("The searches of a detail for who comes instead that go on.")
        .gives::<Listing<SearchBody>>(),
    read("/v1/staff/trades", Scope::RecordsRead, relief::trades)
        .says("Trades that wait for the other officer or for the agency.")
        .asks(query::PAGE)
        .gives::<Listing<Versioned<Trade>>>(),
    post("/v1/staff/trades/{id}/agree", Scope::Assign, relief::agree)
        .says("Agrees to a trade that was taken: the place passes on."),
    post("/v1/staff/trades/{id}/refuse", Scope::Assign, relief::refuse_trade)
        .says("Does not agree to a trade.")
        .takes::<Reason>(),
    post("/v1/staff/assignments/{id}/no_show", Scope::Assign, relief::confirm_no_show)
        .says("Says that the officer did not come.")
        .takes::<Excuse>(),
    post("/v1/staff/assignments/{id}/no_show/deny", Scope::Assign, relief::deny_no_show)
        .says("Says that it only looked like a no-show.")
        .takes::<Reason>(),
    read("/v1/staff/audit", Scope::AuditRead, audit::list)
        .says("The audit log.")
        .asks(query::PAGE)
        .gives::<Listing<AuditEntry>>(),
    steps("/v1/staff/audit/check", Scope::AuditRead, audit::check)
        .says("Walks the audit log's chain and says whether it fits.")
        .gives::<ChainCheck>(),
    read("/v1/staff/tokens", Scope::TokensWrite, tokens::list)
        .says("Tokens.")
        .asks(query::PAGE)
        .gives::<Listing<TokenBody>>(),
    post("/v1/staff/tokens", Scope::TokensWrite, tokens::create)
        .says("Makes a token. The answer holds the secret, this once.")
        .takes::<TokenDraft>()
        .gives_new::<Issued>(),
    post("/v1/staff/tokens/{id}/revoke", Scope::TokensWrite, tokens::revoke)
        .says("Takes a token back."),
];

/// The route for a method and a path without its query.
pub fn find(method: &str, path: &str) -> Option<(&'static Route, Params)> {
    ROUTES.iter().filter(|route| route.method == method).find_map(|route| Some((route, fit(route.path, path)?)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::console::table::{Gate, pages};

    #[test]
    fn no_two_routes_answer_the_same_call() {
        let blank = |path: &str| {
            path.split('/').map(|s| if s.starts_with('{') { "{}" } else { s }).collect::<Vec<_>>().join("/")
        };
        let calls: BTreeSet<_> = ROUTES.iter().map(|route| (route.method, blank(route.path))).collect();
        assert_eq!(calls.len(), ROUTES.len());
    }

    #[test]
    fn every_scope_opens_something_and_nothing_that_writes_is_open_to_readers() {
        let opens = |scope: Scope| {
            let page = pages().any(|page| page.gate == Gate::Scope(scope));
            page || ROUTES.iter().any(|route| route.scope == scope)
        };
        for scope in Scope::ALL {
            assert!(opens(*scope), "{scope}");
        }
        for route in ROUTES.iter().filter(|route| matches!(route.work, Work::Write(_))) {
            assert!(!route.scope.name().ends_with(":read"), "{route:?}");
        }
    }
}
