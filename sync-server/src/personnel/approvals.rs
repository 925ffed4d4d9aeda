//! Approvals that officers have to work outside: what they cover, who signed in which order, until when they are good, and where
//! they stand in the public record.
//!
//! Each step is new knowledge; what stood before is kept. An approval given by word of mouth in an emergency is watched: where its
//! paperwork is missing when it is due, that is written down.

use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AgencyId, CustomerId, DetailId, OfficerId, RecordId};
use detailbook_core::notices::EventKind;
use detailbook_core::policy::{
    Approval, Approved, Check, Entry, Feed, Known as KnownSince, Signature, good_between, is_given,
};
use detailbook_core::pricing::Day;
use detailbook_core::records::{Agency, Customer, Detail, Officer};
use detailbook_core::time::{Interval, Millis, UnixMillis, Zone};
use detailbook_core::wire::{self, Refusal};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::kind::{ALWAYS, Kind, feed_code};
use super::local_time::days;
use super::renewals;
use crate::access::roles::Roles;
use crate::audit::By;
use crate::filing;
use crate::jobs::{self, Failed, Next, Run};
use crate::notices::{self, Event, Words};
use crate::policy::{phones, sets};
use crate::problem::Problem;
use crate::scheduling::ahead;
use crate::store::known::{self, Key, Known};
use crate::store::{Sql, StoreError};
use crate::words;

/// Looks whether the paperwork of an approval by word has come.
pub const PAPERWORK: jobs::Kind =
    jobs::Kind::inside("personnel.paperwork", look_for_paperwork).or_tell(jobs::tell_coordinator);

/// The most entries in one list.
const MOST: usize = 50;

/// What one approver said.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize, ToSchema)]
#[cbor(map)]
pub struct Signed {
    /// In which role, such as `chief`.
    #[n(0)]
    pub role: String,
    /// Who, as the agency names them.
    #[n(1)]
    pub by: String,
    /// When the agency's server had it.
    #[n(2)]
    pub at: UnixMillis,
    /// Yes or no.
    #[n(3)]
    pub approved: bool,
    /// Whose token it came by, as the log names them; absent of what was signed before that was kept.
    #[n(4)]
    #[serde(default)]
    pub actor: Option<String>,
    /// It is somebody's word that a token wrote down which does not sign in that role: it suffices in an emergency, and is no signature.
    /// Absent of what was kept before that was told apart.
    #[n(5)]
    #[serde(default)]
    pub noted: Option<bool>,
}

/// An approval that was taken back.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize, ToSchema)]
#[cbor(map)]
pub struct Revoked {
    /// When.
    #[n(0)]
    pub at: UnixMillis,
    /// Why.
    #[n(1)]
    pub reason: String,
}

/// An approval, from being asked for on.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize, ToSchema)]
#[cbor(map)]
pub struct ApprovalRecord {
    /// Its id.
    #[n(0)]
    pub id: RecordId,
    /// Whose it is.
    #[n(1)]
    pub officer: OfficerId,
    /// What kind, such as `outside_work`.
    #[n(2)]
    pub kind: String,
    /// For one employer only, if so.
    #[n(3)]
    pub employer: Option<CustomerId>,
    /// For one detail only, if so.
    #[n(4)]
    pub detail: Option<DetailId>,
    /// What the officer may use, such as `uniform`, `weapon`, `vehicle`.
    #[n(5)]
    pub covers: Vec<String>,
    /// What was found in giving it, such as `no_disrepute`.
    #[n(6)]
    pub statements: Vec<String>,
    /// Where it stands in the public record, such as a minute book and page.
    #[n(7)]
    pub reference: Option<String>,
    /// The agency's names of the papers that support it.
    #[n(8)]
    pub documents: Vec<String>,
    /// Roles that sign, in that order; any one signature where empty.
    #[n(9)]
    pub chain: Vec<String>,
    /// Who has signed.
    #[n(10)]
    pub signatures: Vec<Signed>,
    /// The first day it is good for; from its last signature on where absent.
    #[n(11)]
    pub from: Option<Day>,
    /// The last day, if it says so itself.
    #[n(12)]
    pub until: Option<Day>,
    /// It was given by word of mouth in an emergency.
    #[n(13)]
    pub oral: bool,
    /// By when its paperwork must be handed in.
    #[n(14)]
    pub paperwork_due: Option<UnixMillis>,
    /// When it was.
    #[n(15)]
    pub paperwork_at: Option<UnixMillis>,
    /// When it was asked for.
    #[n(16)]
    pub asked_at: UnixMillis,
    /// It was taken back.
    #[n(17)]
    pub revoked: Option<Revoked>,
}

/// Where an approval stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It waits for a signature: of that role, or of anybody.
    Waiting(Option<String>),
    /// It was given by word, and waits for its paperwork.
    ByWord,
    /// It is given.
    Granted,
    /// Somebody said no.
    Refused,
    /// It was taken back.
    Revoked,
}

impl ApprovalRecord {
    /// Where it stands.
    pub fn state(&self) -> State {
        if self.revoked.is_some() {
            return State::Revoked;
        }
        if self.signatures.iter().any(|signed| !signed.approved) {
            return State::Refused;
        }
        if self.oral && self.paperwork_at.is_none() {
            return State::ByWord;
        }
        match self.next_role() {
            Some(role) => State::Waiting(Some(role.to_owned())),
            None if !self.signatures.iter().any(|signed| self.counts(signed)) => State::Waiting(None),
            None => State::Granted,
        }
    }

    /// The role whose signature comes next.
    fn next_role(&self) -> Option<&str> {
        let signed = |role: &&String| self.signatures.iter().any(|signed| signed.role == **role && self.counts(signed));
        self.chain.iter().find(|role| !signed(role)).map(String::as_str)
    }

    /// Is it a signature, and not only a word that somebody wrote down? Of what was kept before the two were told apart, a word in a role
    /// of the chain took a token of that role, and no other did.
    fn counts(&self, signed: &Signed) -> bool {
        signed.noted.map_or(!self.oral || self.chain.contains(&signed.role), |noted| !noted)
    }

    /// As the rules read it. A word suffices until its paperwork is in, and then what was signed counts.
    fn to_rules(&self, since: UnixMillis) -> Approval {
        let by_word = self.oral && self.paperwork_at.is_none();
        let read = self.signatures.iter().filter(|signed| by_word || self.counts(signed));
        let signature =
            |signed: &Signed| Signature { role: signed.role.clone(), at: signed.at, approved: signed.approved };
        Approval {
            kind: self.kind.clone(),
            employer: self.employer,
            detail: self.detail,
            covers: self.covers.clone(),
            statements: self.statements.clone(),
            reference: self.reference.clone(),
            signatures: read.map(signature).collect(),
            from: self.from,
            until: self.until,
            oral: self.oral,
            paperwork_at: self.paperwork_at,
            known: KnownSince::since(since),
        }
    }

    fn last_signed(&self) -> Option<UnixMillis> {
        self.signatures.iter().filter(|signed| self.counts(signed)).map(|signed| signed.at).max()
    }

    /// The first and last day on which it is good, once it is given.
    pub fn good(&self, zone: Zone, rule: &Approved) -> Option<(Day, Option<Day>)> {
        let last = self.last_signed()?;
        let signed = Day(zone.local(last).date());
        (self.state() == State::Granted).then(|| good_between(rule, signed, &self.to_rules(last)))
    }
}

/// The approvals of an officer as the rules read them, by what was known at `as_of`.
pub fn known_to_rules(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    as_of: UnixMillis,
) -> Result<Vec<Approval>, StoreError> {
    let all = known::of_subject(sql, agency, officer.into(), Kind::Approvals.code(), ALWAYS, as_of)?;
    let mut approvals = Vec::with_capacity(all.len());
    for known in all {
        let record = decoded(&known)?;
        if record.revoked.is_none() {
            approvals.push(record.to_rules(known.since));
        }
    }
    Ok(approvals)
}

fn decoded(known: &Known) -> Result<ApprovalRecord, StoreError> {
    let unreadable = |_| StoreError::Column { column: 7, wanted: "an encoded approval", found: "other bytes" };
    wire::decode(&known.body).map_err(unreadable)
}

fn key(id: RecordId) -> Key {
    Key { kind: Kind::Approvals.code(), feed: feed_code(Feed::Approvals), name: id.to_hex() }
}

/// An approval of the agency.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, id: RecordId) -> Result<ApprovalRecord, Problem> {
    let known = known::current(sql, agency, &key(id))?.ok_or_else(Problem::not_found)?;
    Ok(decoded(&known)?)
}

/// The approvals of an officer as they stand, the newest first.
pub fn of_officer(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    now: UnixMillis,
) -> Result<Vec<ApprovalRecord>, StoreError> {
    let all = known::of_subject(sql, agency, officer.into(), Kind::Approvals.code(), ALWAYS, now)?;
    let mut records = all.iter().map(decoded).collect::<Result<Vec<_>, _>>()?;
    records.sort_by_key(|record| std::cmp::Reverse((record.asked_at, record.id)));
    Ok(records)
}

/// Approvals after one, in the order in which they were asked for.
pub fn page(
    sql: &mut dyn Sql,
    agency: AgencyId,
    after: RecordId,
    limit: i64,
) -> Result<Vec<ApprovalRecord>, StoreError> {
    let (kind, feed) = (Kind::Approvals.code(), feed_code(Feed::Approvals));
    let after = if after == RecordId::NIL { String::new() } else { after.to_hex() };
    known::page(sql, agency, (kind, feed), &after, limit)?.iter().map(decoded).collect()
}

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalDraft {
    /// For whom.
    pub officer: OfficerId,
    /// What kind.
    pub kind: String,
    /// For one employer only.
    #[serde(default)]
    pub employer: Option<CustomerId>,
    /// For one detail only.
    #[serde(default)]
    pub detail: Option<DetailId>,
    /// What the officer may use.
    #[serde(default)]
    pub covers: Vec<String>,
    /// What is found in giving it.
    #[serde(default)]
    pub statements: Vec<String>,
    /// Where it stands in the public record.
    #[serde(default)]
    pub reference: Option<String>,
    /// The agency's names of papers.
    #[serde(default)]
    pub documents: Vec<String>,
    /// Roles that sign in that order; those of the rule in force where absent.
    #[serde(default)]
    pub chain: Option<Vec<String>>,
    /// The first day.
    #[serde(default)]
    pub from: Option<Day>,
    /// The last day.
    #[serde(default)]
    pub until: Option<Day>,
    /// It is given by word of mouth: by whom, and when its paperwork is due.
    #[serde(default)]
    pub by_word: Option<ByWord>,
}

/// A word given in an emergency.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ByWord {
    /// In which role it was given.
    pub role: String,
    /// By whom, as the agency names them.
    pub by: String,
    /// When the paperwork is due, milliseconds since 1970 UTC.
    pub paperwork_due: UnixMillis,
}

/// Enters what an officer asks for. A word given in a role that signs is that role's signature, so it takes a token of that role; in
/// another role it is what the token's holder writes down.
pub fn ask(
    sql: &mut dyn Sql,
    by: &By<'_>,
    roles: &Roles,
    id: Option<RecordId>,
    draft: &ApprovalDraft,
    entropy: &mut dyn Entropy,
) -> Result<RecordId, Problem> {
    let id = id.unwrap_or_else(|| RecordId::new(by.now, entropy));
    if known::current(sql, by.agency, &key(id))?.is_some() {
        return Err(Problem::conflict("There is already an approval with that id."));
    }
    check(sql, by, draft)?;
    let asked = written(by, roles, id, draft)?;
    let rules = rules(sql, by, &asked.kind, by.now)?;
    let record = ApprovalRecord { chain: chain(&rules, draft.chain.as_ref())?, ..asked };
    if let Some(word) = record.signatures.iter().find(|word| signs(&record, &rules, &word.role)) {
        may_sign(roles, &word.role)?;
    }
    write(sql, by, &record, "approval.ask", &json!({ "after": record }))?;
    if let Some(word) = &draft.by_word {
        let due = warned_at(by.now, word.paperwork_due);
        jobs::enqueue(sql, by.agency, &PAPERWORK, &id.to_string(), due, by.now, &id)?;
    }
    Ok(id)
}

/// Who signs: whoever is named, where those are among them whom a rule asks for; else those whom the first rule asks for.
fn chain(rules: &[Approved], named: Option<&Vec<String>>) -> Result<Vec<String>, Problem> {
    let Some(named) = named else { return Ok(rules.first().map(|rule| rule.chain.clone()).unwrap_or_default()) };
    if let Some(rule) = rules.first().filter(|_| !rules.iter().any(|rule| names(named, rule))) {
        let order = if rule.in_order == Some(true) { ", in that order" } else { "" };
        return Err(Problem::invalid("chain", &format!("must name {}{order}", rule.chain.join(", "))));
    }
    Ok(named.clone())
}

/// Does a chain name every role that a rule asks for, in the rule's order where it has one? It may name more.
fn names(chain: &[String], rule: &Approved) -> bool {
    let mut left = chain.iter();
    let found = |role: &String| match rule.in_order {
        Some(true) => left.any(|named| named == role),
        _ => chain.contains(role),
    };
    rule.chain.iter().all(found)
}

/// Does that role sign such an approval: by its own chain, or by that of a rule?
fn signs(record: &ApprovalRecord, rules: &[Approved], role: &String) -> bool {
    record.chain.contains(role) || rules.iter().any(|rule| rule.chain.contains(role))
}

fn check(sql: &mut dyn Sql, by: &By<'_>, draft: &ApprovalDraft) -> Result<(), Problem> {
    filing::named::<Officer>(sql, by.agency, "officer", draft.officer)?;
    if let Some(employer) = draft.employer {
        filing::named::<Customer>(sql, by.agency, "employer", employer)?;
    }
    if let Some(detail) = draft.detail {
        filing::named::<Detail>(sql, by.agency, "detail", detail)?;
    }
    if draft.from.zip(draft.until).is_some_and(|(from, until)| until < from) {
        return Err(Problem::invalid("until", "must not be before from"));
    }
    if draft.by_word.as_ref().is_some_and(|word| word.paperwork_due <= by.now) {
        return Err(Problem::invalid("by_word.paperwork_due", "must be in the future"));
    }
    let chain = draft.chain.clone().unwrap_or_default();
    let lists = [
        ("covers", &draft.covers),
        ("statements", &draft.statements),
        ("documents", &draft.documents),
        ("chain", &chain),
    ];
    lists.into_iter().try_for_each(|(field, list)| lines(field, list))
}

fn lines(field: &str, list: &[String]) -> Result<(), Problem> {
    if list.len() > MOST {
        return Err(Problem::invalid(field, "must be at most 50"));
    }
    list.iter().try_for_each(|line| words::line(field, line).map(drop))
}

fn written(by: &By<'_>, roles: &Roles, id: RecordId, draft: &ApprovalDraft) -> Result<ApprovalRecord, Problem> {
    let reference = draft.reference.as_deref().map(|text| words::line("reference", text)).transpose()?;
    let word = draft.by_word.as_ref();
    let said = word.map(|word| signed(by, &word.role, &word.by, true)).transpose()?;
    let noted = |said: Signed| Signed { noted: Some(!roles.allow(&said.role)), ..said };
    let signatures = said.map(noted).into_iter().collect();
    Ok(ApprovalRecord {
        id,
        officer: draft.officer,
        kind: words::line("kind", &draft.kind)?,
        employer: draft.employer,
        detail: draft.detail,
        covers: draft.covers.clone(),
        statements: draft.statements.clone(),
        reference,
        documents: draft.documents.clone(),
        chain: vec![],
        signatures,
        from: draft.from,
        until: draft.until,
        oral: word.is_some(),
        paperwork_due: word.map(|word| word.paperwork_due),
        paperwork_at: None,
        asked_at: by.now,
        revoked: None,
    })
}

fn signed(by: &By<'_>, role: &str, name: &str, approved: bool) -> Result<Signed, Problem> {
    Ok(Signed {
        role: words::line("role", role)?,
        by: words::line("by", name)?,
        at: by.now,
        approved,
        actor: Some(by.actor.to_owned()),
        noted: Some(false),
    })
}

/// A signature as staff write it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignatureDraft {
    /// In which role.
    pub role: String,
    /// Who, as the agency names them.
    pub by: String,
    /// Yes or no.
    pub approved: bool,
    /// What was found besides.
    #[serde(default)]
    pub statements: Vec<String>,
    /// Where it stands in the public record.
    #[serde(default)]
    pub reference: Option<String>,
}

/// When those concerned are told that paperwork is due: a day before, or half way there where it is due sooner.
fn warned_at(now: UnixMillis, due: UnixMillis) -> UnixMillis {
    (due - Millis::from_hours(24)).max(now + Millis((due - now).0 / 2))
}

fn may_sign(roles: &Roles, role: &str) -> Result<(), Problem> {
    if roles.allow(role) {
        return Ok(());
    }
    Err(Problem::new(Refusal::NotAllowed, format!("Your token does not sign as {role}.")))
}

/// Signs an approval: the roles of its chain in their order, each by a token of that role, and no two by the same token unless the
/// rule in force lets one person sign for several.
pub fn sign(
    sql: &mut dyn Sql,
    by: &By<'_>,
    roles: &Roles,
    id: RecordId,
    draft: &SignatureDraft,
) -> Result<(), Problem> {
    let before = open(sql, by, id)?;
    lines("statements", &draft.statements)?;
    let signature = signed(by, &draft.role, &draft.by, draft.approved)?;
    may_sign(roles, &signature.role)?;
    let rules = rules(sql, by, &before.kind, by.now)?;
    let twice = |other: &Signed| other.actor == signature.actor && signs(&before, &rules, &other.role);
    let one_signer = !rules.is_empty() && rules.iter().all(|rule| rule.one_signer == Some(true));
    if !one_signer && before.signatures.iter().any(twice) {
        return Err(Problem::conflict("You have signed this in another role: somebody else signs in this one."));
    }
    match before.next_role() {
        Some(next) if next != signature.role => {
            return Err(Problem::conflict(format!("This waits for the {}, not for the {}.", next, signature.role)));
        }
        None if before.last_signed().is_some() => {
            return Err(Problem::conflict("Everybody who was to sign has signed."));
        }
        _ => {}
    }
    let mut after = before.clone();
    after.signatures.push(signature);
    after.statements.extend(draft.statements.iter().filter(|found| !before.statements.contains(found)).cloned());
    if let Some(reference) = &draft.reference {
        after.reference = Some(words::line("reference", reference)?);
    }
    write(sql, by, &after, "approval.sign", &json!({ "before": before, "after": after }))
}

/// Paperwork as staff hand it in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperworkDraft {
    /// The agency's names of the papers.
    pub documents: Vec<String>,
    /// Where it stands in the public record.
    #[serde(default)]
    pub reference: Option<String>,
}

/// Hands in papers: of an approval by word, those that it waits for.
pub fn hand_in(sql: &mut dyn Sql, by: &By<'_>, id: RecordId, draft: &PaperworkDraft) -> Result<(), Problem> {
    let before = open(sql, by, id)?;
    lines("documents", &draft.documents)?;
    if draft.documents.is_empty() {
        return Err(Problem::invalid("documents", "must not be empty"));
    }
    let mut after = before.clone();
    after.documents.extend(draft.documents.iter().cloned());
    after.paperwork_at = after.paperwork_at.or(Some(by.now).filter(|_| after.oral));
    if let Some(reference) = &draft.reference {
        after.reference = Some(words::line("reference", reference)?);
    }
    write(sql, by, &after, "approval.paperwork", &json!({ "before": before, "after": after }))
}

/// Takes an approval back.
pub fn revoke(sql: &mut dyn Sql, by: &By<'_>, id: RecordId, reason: &str) -> Result<(), Problem> {
    let reason = words::text("reason", reason)?;
    let before = open(sql, by, id)?;
    let after = ApprovalRecord { revoked: Some(Revoked { at: by.now, reason: reason.clone() }), ..before.clone() };
    write(sql, by, &after, "approval.revoke", &json!({ "before": before, "after": after, "reason": reason }))
}

/// An approval that something can still be done with.
fn open(sql: &mut dyn Sql, by: &By<'_>, id: RecordId) -> Result<ApprovalRecord, Problem> {
    let record = get(sql, by.agency, id)?;
    match record.state() {
        State::Revoked => Err(Problem::conflict("This approval was taken back.")),
        State::Refused => Err(Problem::conflict("This approval was refused.")),
        _ => Ok(record),
    }
}

/// Writes an approval as it now stands. Once it is given, the days on which it is good say when it must be renewed; and what its officer
/// holds ahead is judged anew by it.
fn write(
    sql: &mut dyn Sql,
    by: &By<'_>,
    record: &ApprovalRecord,
    action: &str,
    noted: &serde_json::Value,
) -> Result<(), Problem> {
    let zone = filing::get::<Agency>(sql, by.agency, by.agency)?.record.zone;
    let rule = rule(sql, by, &record.kind)?.unwrap_or_default();
    let valid = record.good(zone, &rule).map_or(ALWAYS, |(from, until)| days(zone, from, until));
    let valid = if valid.is_empty() { Interval { start: valid.start, end: UnixMillis::MAX } } else { valid };
    known::close(sql, by.agency, &key(record.id), by.now)?;
    let body = wire::encode(record);
    known::open(
        sql,
        by.agency,
        &Known { key: key(record.id), subject: record.officer.into(), valid, since: by.now, body },
    )?;
    by.note(sql, action, record.id, noted)?;
    renewals::watch(sql, by)?;
    ahead::expect(sql, by, record.officer)?;
    Ok(phones::refresh(sql, by, record.officer)?)
}

/// What the rules in force now ask of an approval of that kind: the first rule that asks for one.
fn rule(sql: &mut dyn Sql, by: &By<'_>, kind: &str) -> Result<Option<Approved>, StoreError> {
    Ok(rules(sql, by, kind, by.now)?.into_iter().next())
}

/// Every rule in force at an instant that asks for an approval of that kind, as it asks.
fn rules(sql: &mut dyn Sql, by: &By<'_>, kind: &str, at: UnixMillis) -> Result<Vec<Approved>, StoreError> {
    let Some(set) = sets::in_force(sql, by.agency, at, by.now)? else { return Ok(vec![]) };
    let asked = |entry| match entry {
        Entry::Rule(rule) => match rule.check {
            Check::Approved(approved) if approved.kind == kind => Some(approved),
            _ => None,
        },
        Entry::Newer(_) => None,
    };
    Ok(set.rules.into_iter().filter_map(asked).collect())
}

/// The rule that an approval satisfies which was given, of those that were in force on its last signature or paper; where none asks for
/// that kind, one that asks for nothing.
pub fn satisfied(sql: &mut dyn Sql, by: &By<'_>, given: &ApprovalRecord) -> Result<Option<Approved>, StoreError> {
    let Some(last) = given.last_signed().max(given.paperwork_at).filter(|_| given.state() == State::Granted) else {
        return Ok(None);
    };
    let rules = rules(sql, by, &given.kind, last)?;
    if rules.is_empty() {
        return Ok(Some(Approved::default()));
    }
    let read = given.to_rules(last);
    Ok(rules.into_iter().find(|rule| is_given(rule, &read, by.now)))
}

/// Tells officer and coordinator that paperwork is due, and once it is that it is missing.
fn look_for_paperwork(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, id) = (run.by(), run.payload::<RecordId>()?);
    let record = get(sql, by.agency, id)?;
    let Some(due) = record.paperwork_due.filter(|_| record.state() == State::ByWord) else { return Ok(Next::Done) };
    let (plain, zone) = (record.kind.replace('_', " "), filing::get::<Agency>(sql, by.agency, by.agency)?.record.zone);
    let at = zone.clock_text(due);
    if by.now < due {
        let text =
            format!("{plain} was approved by word. Its paperwork is due by {at}; without it the word is good no more.");
        tell(sql, &by, &record, "due", &Words::new(&format!("Paperwork is due: {plain}"), &text))?;
        return Ok(Next::At(due));
    }
    let why = "The paperwork of an approval by word was due and is missing.";
    by.note(sql, "approval.paperwork_missing", id, &json!({ "due": record.paperwork_due, "reason": why }))?;
    let text = format!("{plain} was approved by word. Its paperwork was due by {at} and is missing.");
    tell(sql, &by, &record, "missing", &Words::new(&format!("Paperwork is missing: {plain}"), &text))?;
    // At the very moment the word still suffices.
    let over = By { now: by.now.max(due + Millis(1)), ..by };
    ahead::expect(sql, &over, record.officer)?;
    phones::refresh(sql, &by, record.officer)?;
    Ok(Next::Done)
}

fn tell(sql: &mut dyn Sql, by: &By<'_>, record: &ApprovalRecord, step: &str, words: &Words) -> Result<(), StoreError> {
    let key = format!("{} {step}", record.id);
    let event =
        Event { officers: vec![record.officer], ..Event::new(EventKind::CredentialExpires, key, words.clone()) };
    notices::tell(sql, by, &event).map(drop)
}
