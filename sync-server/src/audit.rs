//! The audit log: who did what to what, when and why. Append-only; each entry holds the hash of the one before, and the
//! agency's row holds the last, so that neither a changed nor a missing entry goes unseen.

use std::sync::TryLockError;

use detailbook_core::ids::{AgencyId, OfficerId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::Refusal;
use minicbor::Encoder;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::problem::Problem;
use crate::store::{Sql, Store, StoreError};

/// First element of what is hashed, so that an entry's hash can never pass for anything else.
const CONTEXT: &str = "detailbook-audit-v1";
/// Entries looked at in one read while the chain is walked.
const STRIDE: i64 = 1_000;

/// One entry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    /// 1 for the agency's first entry, then one more each.
    pub number: i64,
    /// When.
    pub at: UnixMillis,
    /// Who.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject: String,
    /// The particulars, as JSON text: before, after, why.
    pub detail: String,
    /// Hash of the entry before; zeros before the first.
    pub previous: Sha256,
    /// Hash of this entry.
    pub hash: Sha256,
}

/// Where the chain stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct AuditHead {
    /// Number of the last entry; 0 where there is none.
    pub number: i64,
    /// Its hash; zeros where there is none.
    pub hash: Sha256,
}

/// What a walk of the chain found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct ChainCheck {
    /// Entries that fit.
    pub entries: i64,
    /// The first thing that does not fit, as a sentence; absent where all is well.
    pub broken: Option<String>,
}

impl AuditEntry {
    /// The entry that follows `head`.
    fn next(
        agency: AgencyId,
        head: AuditHead,
        at: UnixMillis,
        actor: &str,
        action: &str,
        subject: &str,
        detail: String,
    ) -> Self {
        let mut entry = Self {
            number: head.number + 1,
            at,
            actor: actor.to_owned(),
            action: action.to_owned(),
            subject: subject.to_owned(),
            detail,
            previous: head.hash,
            hash: Sha256([0; 32]),
        };
        entry.hash = entry.digest(agency);
        entry
    }

    /// SHA-256 of a CBOR array of the context, the agency and every field but the hash itself.
    pub fn digest(&self, agency: AgencyId) -> Sha256 {
        let mut bytes = Vec::with_capacity(256 + self.detail.len());
        let mut e = Encoder::new(&mut bytes);
        // Writing to a Vec cannot fail.
        let _ = e.array(9).and_then(|e| {
            e.str(CONTEXT)?.bytes(agency.as_bytes())?.i64(self.number)?.i64(self.at.as_millis())?;
            e.str(&self.actor)?.str(&self.action)?.str(&self.subject)?.str(&self.detail)?.bytes(&self.previous.0)
        });
        Sha256::of(&bytes)
    }
}

/// Who does something for an agency, and when.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// The agency.
    pub agency: AgencyId,
    /// When.
    pub now: UnixMillis,
    /// Who, as the log names them.
    pub actor: &'a str,
}

impl By<'_> {
    /// Appends what was done to the agency's log. The caller holds the agency's lock.
    pub fn note(
        &self,
        sql: &mut dyn Sql,
        action: &str,
        subject: impl ToString + Copy,
        detail: &serde_json::Value,
    ) -> Result<(), StoreError> {
        append(sql, self.agency, self.now, self.actor, action, &subject.to_string(), detail)
    }
}

/// How the log names an officer who does something on a phone.
pub fn officer(officer: OfficerId) -> String {
    format!("officer {officer}")
}

/// Appends an entry. The caller holds the agency's lock.
pub fn append(
    sql: &mut dyn Sql,
    agency: AgencyId,
    now: UnixMillis,
    actor: &str,
    action: &str,
    subject: &str,
    detail: &serde_json::Value,
) -> Result<(), StoreError> {
    let head = crate::store::audit::head(sql, agency)?;
    let entry = AuditEntry::next(agency, head, now, actor, action, subject, detail.to_string());
    crate::store::audit::insert(sql, agency, &entry)
}

/// Walks the whole chain of an agency in one state of the store.
pub fn verify(sql: &mut dyn Sql, agency: AgencyId) -> Result<ChainCheck, StoreError> {
    walk(agency, |walk| next_page(sql, walk))
}

/// As [`verify`], but a page a read: a long log holds up no reader for long. Blocks.
pub fn verify_in_steps(store: &Store, agency: AgencyId) -> Result<ChainCheck, StoreError> {
    walk(agency, |walk| store.read(|sql| next_page(sql, walk)))
}

/// As [`verify_in_steps`], one log at a time on this server: a long one is much to read. Blocks.
pub fn verify_alone(app: &App, agency: AgencyId) -> Result<ChainCheck, Problem> {
    let _walking = match app.audit_walk.try_lock() {
        Ok(walking) => walking,
        Err(TryLockError::Poisoned(walking)) => walking.into_inner(),
        Err(TryLockError::WouldBlock) => {
            let reason = "An audit log is being walked already. Try again in a minute.";
            return Err(Problem::new(Refusal::SlowDown, reason));
        }
    };
    Ok(verify_in_steps(&app.store, agency)?)
}

type Page = (AuditHead, Vec<AuditEntry>);

fn walk(agency: AgencyId, mut next: impl FnMut(&Walk) -> Result<Page, StoreError>) -> Result<ChainCheck, StoreError> {
    let mut walk = Walk::new(agency);
    loop {
        let (head, page) = next(&walk)?;
        if page.is_empty() {
            return Ok(walk.finish(head));
        }
        if let Some(broken) = page.iter().find_map(|entry| walk.step(entry)) {
            return Ok(ChainCheck { entries: walk.head.number, broken: Some(broken) });
        }
    }
}

/// The entries that the walk comes to next, and where the chain ends by now.
fn next_page(sql: &mut dyn Sql, walk: &Walk) -> Result<Page, StoreError> {
    let head = crate::store::audit::head(sql, walk.agency)?;
    Ok((head, crate::store::audit::page(sql, walk.agency, walk.head.number, STRIDE)?))
}

/// A walk along the chain, as far as it fits.
struct Walk {
    agency: AgencyId,
    head: AuditHead,
}

impl Walk {
    fn new(agency: AgencyId) -> Self {
        Self { agency, head: AuditHead { number: 0, hash: Sha256([0; 32]) } }
    }

    /// Takes the next entry, or says why it does not fit.
    fn step(&mut self, entry: &AuditEntry) -> Option<String> {
        let wanted = self.head.number + 1;
        if entry.number != wanted {
            return Some(format!("entry {wanted} is missing"));
        }
        if entry.previous != self.head.hash {
            return Some(format!("entry {wanted} does not follow the entry before it"));
        }
        if entry.digest(self.agency) != entry.hash {
            return Some(format!("entry {wanted} was altered"));
        }
        self.head = AuditHead { number: entry.number, hash: entry.hash };
        None
    }

    fn finish(self, head: AuditHead) -> ChainCheck {
        let broken =
            (self.head != head).then(|| format!("the log ends at entry {}, not at {}", self.head.number, head.number));
        ChainCheck { entries: self.head.number, broken }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGENCY: AgencyId = AgencyId::from_bytes([7; 16]);

    fn chain(length: usize) -> Vec<AuditEntry> {
        let mut head = Walk::new(AGENCY).head;
        (0..length)
            .map(|n| {
                let entry = AuditEntry::next(
                    AGENCY,
                    head,
                    UnixMillis::new(n as i64),
                    "cli",
                    "test",
                    "it",
                    format!("{{\"n\":{n}}}"),
                );
                head = AuditHead { number: entry.number, hash: entry.hash };
                entry
            })
            .collect()
    }

    fn check(entries: &[AuditEntry], head: AuditHead) -> ChainCheck {
        let mut walk = Walk::new(AGENCY);
        match entries.iter().find_map(|entry| walk.step(entry)) {
            Some(broken) => ChainCheck { entries: walk.head.number, broken: Some(broken) },
            None => walk.finish(head),
        }
    }

    fn head_of(entries: &[AuditEntry]) -> AuditHead {
        let last = entries.last().unwrap();
        AuditHead { number: last.number, hash: last.hash }
    }

    #[test]
    fn an_untouched_chain_fits() {
        let entries = chain(5);
        assert_eq!(check(&entries, head_of(&entries)), ChainCheck { entries: 5, broken: None });
    }

    #[test]
    fn any_altered_field_shows() {
        type Alter = fn(&mut AuditEntry);
        let alterations: &[Alter] = &[
            |e| e.at = UnixMillis::new(99),
            |e| e.actor.push('x'),
            |e| e.action.push('x'),
            |e| e.subject.push('x'),
            |e| e.detail.push(' '),
            |e| e.previous.0[0] ^= 1,
            |e| e.hash.0[31] ^= 1,
            |e| e.number += 1,
        ];
        for alter in alterations {
            let mut entries = chain(5);
            let head = head_of(&entries);
            alter(&mut entries[2]);
            assert!(check(&entries, head).broken.is_some());
        }
    }

    #[test]
    fn a_missing_entry_shows_wherever_it_was() {
        for missing in 0..5 {
            let mut entries = chain(5);
            let head = head_of(&entries);
            entries.remove(missing);
            assert!(check(&entries, head).broken.is_some(), "entry {missing}");
        }
    }

    #[test]
    fn a_chain_rewritten_from_the_middle_does_not_reach_the_head() {
        let entries = chain(5);
        let head = head_of(&entries);
        let mut rewritten = chain(2);
        let mut last = head_of(&rewritten);
        for _ in 2..5 {
            let entry = AuditEntry::next(AGENCY, last, UnixMillis::new(1), "cli", "forged", "it", "{}".into());
            last = AuditHead { number: entry.number, hash: entry.hash };
            rewritten.push(entry);
        }
        assert!(check(&rewritten, head).broken.is_some());
    }

    #[test]
    fn an_entry_of_another_agency_does_not_fit() {
        let entry = chain(1).remove(0);
        assert_ne!(entry.digest(AgencyId::from_bytes([8; 16])), entry.hash);
    }
}
