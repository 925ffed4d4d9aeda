//! Rules 1, 2 and 5, on the phones: what a phone believes the agency has, the agency has; and what it holds, its officer may read.

use std::collections::BTreeMap;

use detailbook_core::ids::{AgencyId, DocumentId, FactId};
use detailbook_core::records::RecordKind;
use detailbook_server::store::{Sql, StoreError, params};

use crate::broken::{Checked, demand};
use crate::holdings::Holdings;
use crate::readable::{Readable, RecordKey};
use crate::witness::ChangeKey;

/// What tells of a detail that is on offer.
const DETAILS: [RecordKind; 2] = [RecordKind::Detail, RecordKind::Posting];

/// What the server has of one agency, to hold a phone's beliefs against.
pub struct Truth {
    /// Changes, of all agencies.
    pub changes: BTreeMap<ChangeKey, Vec<u8>>,
    /// Facts of the agency.
    pub facts: BTreeMap<(DocumentId, FactId), Vec<u8>>,
    /// Every version of every record of the agency.
    pub versions: BTreeMap<(RecordKey, i64), Vec<u8>>,
    /// Decided commands.
    pub outcomes: super::promises::Decided,
}

impl Truth {
    /// Reads it.
    pub fn read(sql: &mut dyn Sql, agency: AgencyId) -> Result<Self, StoreError> {
        let facts = sql.query("SELECT document, fact, body FROM facts WHERE agency = $1", &params![agency])?;
        let versions =
            sql.query("SELECT kind, id, version, body FROM record_versions WHERE agency = $1", &params![agency])?;
        let kind = |code: i64| RecordKind::from_code(code as u16);
        Ok(Self {
            changes: super::promises::stored_changes(sql)?,
            facts: facts
                .iter()
                .map(|row| Ok(((row.id(0)?, row.id(1)?), row.bytes(2)?.to_vec())))
                .collect::<Result<_, StoreError>>()?,
            versions: versions
                .iter()
                .map(|row| Ok((((kind(row.int(0)?), row.id(1)?), row.int(2)?), row.bytes(3)?.to_vec())))
                .collect::<Result<_, StoreError>>()?,
            outcomes: super::promises::stored_outcomes(sql)?,
        })
    }
}

/// Rule 1 from the officer's side: nothing is shown as safe that the agency does not have.
pub fn check_beliefs(agency: AgencyId, holdings: &Holdings, truth: &Truth) -> Checked {
    for ((document, hash), change) in holdings.changes.iter().filter(|(_, it)| it.accepted && !it.is_place()) {
        let there = truth.changes.get(&(agency, *document, *hash)) == Some(&change.body);
        demand(there, "what a phone believes accepted is on the server", || format!("change {hash} of {document:?}"))?;
    }
    for (key, fact) in holdings.facts.iter().filter(|(_, fact)| fact.accepted && !fact.refused) {
        let there = truth.facts.get(key) == Some(&fact.bytes);
        demand(there, "what a phone believes accepted is on the server", || format!("fact {key:?}"))?;
    }
    for (id, wish) in &holdings.wishes {
        let Some((decision, reason)) = &wish.decided else { continue };
        let stored = truth.outcomes.get(&(agency, *id)).map(|(decision, reason, _)| {
            (i64::from(*decision == detailbook_core::wire::Decision::Refused), reason.clone())
        });
        demand(
            wish.waiting || stored.as_ref() == Some(&(*decision, reason.clone())),
            "a decision is the server's",
            || format!("{id:?} is shown as {decision} {reason}, is {stored:?}"),
        )?;
    }
    Ok(())
}

/// Rule 5: nothing on the phone is of another agency, and no record says anything that the agency did not write.
pub fn check_origin(agency: AgencyId, holdings: &Holdings, truth: &Truth) -> Checked {
    for (key, (version, body)) in &holdings.records {
        let written = truth.versions.get(&(*key, *version));
        demand(written == Some(body), "a phone's records are its agency's", || format!("{key:?} version {version}"))?;
    }
    for ((document, hash), _) in holdings.changes.iter().filter(|(_, it)| !it.own && !it.is_place()) {
        let known = truth.changes.contains_key(&(agency, *document, *hash));
        demand(known, "a phone's documents are its agency's", || format!("change {hash} of {document:?}"))?;
    }
    Ok(())
}

/// Rules 2 and 5: after a completed exchange a phone holds what its officer may read, all of it, and nothing else.
pub fn check_sight(holdings: &Holdings, readable: &Readable) -> Checked {
    for (kind, id) in holdings.records.keys().filter(|(kind, _)| DETAILS.contains(kind)) {
        demand(!readable.closed.contains(&(*id).into()), "no phone keeps what never opened to it", || {
            format!("{} {id:?}", kind.name())
        })?;
    }
    for (key, version) in &readable.records {
        let held = holdings.records.get(key).map(|(version, _)| version);
        demand(held == Some(version), "every change reaches every phone that may read it", || {
            format!("{key:?} is at version {version}, the phone has {held:?}")
        })?;
    }
    for key in holdings.records.keys() {
        demand(readable.records.contains_key(key), "no phone keeps what it may not read", || format!("{key:?}"))?;
    }
    for (document, changes) in &readable.documents {
        let held = holdings.changes_of(*document);
        let missing = changes.iter().find(|hash| !held.contains(hash));
        demand(missing.is_none(), "every change reaches every phone that may read it", || {
            format!("change {missing:?} of {}", holdings.describe(*document))
        })?;
    }
    for document in holdings.documents.keys() {
        let may =
            readable.documents.contains_key(document) || holdings.waits(*document) || holdings.own_words(*document);
        demand(may, "no phone keeps what it may not read", || holdings.describe(*document))?;
    }
    Ok(())
}

/// Rule 3, at rest: phone and server hold the same facts in every document that the officer may read.
pub fn check_same_facts(holdings: &Holdings, readable: &Readable, truth: &Truth) -> Checked {
    for document in readable.documents.keys() {
        let of = |id: &DocumentId| id == document;
        let held = holdings.facts.iter().filter(|((id, _), fact)| of(id) && !fact.refused);
        let held: BTreeMap<_, _> = held.map(|((_, fact), kept)| (*fact, kept.bytes.as_slice())).collect();
        let there = truth.facts.iter().filter(|((id, _), _)| of(id));
        let there: BTreeMap<_, _> = there.map(|((_, fact), bytes)| (*fact, bytes.as_slice())).collect();
        demand(held == there, "at rest, every store shows the same documents", || holdings.describe(*document))?;
    }
    Ok(())
}
