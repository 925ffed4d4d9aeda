//! What each officer may read, worked out from who is on which detail: the feed's tables are not looked at.

use std::collections::{BTreeMap, BTreeSet};

use detailbook_core::award::Entry;
use detailbook_core::documents::DocumentKind;
use detailbook_core::ids::{AgencyId, DetailId, DocumentId, OfficerId, RecordId};
use detailbook_core::records::{
    Application, Assignment, AssignmentState, Detail, DetailState, Message, Notice, RecordKind, Ruling,
};
use detailbook_core::shift::Sha256;
use detailbook_core::staffing::{
    AskState, AwardNotice, CallingOff, DetailStage, OwnOpening, Posting, ReliefAsk, Request, Trade, TradeState,
};
use detailbook_core::time::UnixMillis;
use detailbook_core::wire;
use detailbook_server::store::reliefs::{self, Search};
use detailbook_server::store::{Sql, StoreError, params};

/// A record by kind and id.
pub type RecordKey = (RecordKind, RecordId);

/// What one officer may read at one moment.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Readable {
    /// Records, with the version they are at.
    pub records: BTreeMap<RecordKey, i64>,
    /// Documents, with the changes that are in them.
    pub documents: BTreeMap<DocumentId, BTreeSet<Sha256>>,
    /// Details that no tier has opened to the officer, and on which the officer has no place.
    pub closed: BTreeSet<DetailId>,
}

/// A posting, and to whom it was opened.
pub(crate) struct Offered {
    pub(crate) posting: Posting,
    pub(crate) stage: DetailStage,
    /// Groups, or everybody.
    shown: Option<Vec<String>>,
}

/// Everything the agency has on file, decoded once.
#[derive(Default)]
pub struct File {
    versions: BTreeMap<RecordKey, i64>,
    pub(crate) details: BTreeMap<DetailId, (Detail, UnixMillis)>,
    pub(crate) assignments: Vec<(Assignment, UnixMillis)>,
    pub(crate) applications: BTreeMap<RecordId, Application>,
    messages: BTreeMap<RecordId, Option<OfficerId>>,
    notices: BTreeMap<RecordId, OfficerId>,
    pub(crate) rulings: BTreeMap<RecordId, Ruling>,
    pub(crate) requests: Vec<Request>,
    pub(crate) postings: BTreeMap<DetailId, Offered>,
    award_notices: BTreeMap<RecordId, OfficerId>,
    asks: BTreeMap<RecordId, ReliefAsk>,
    pub(crate) searches: Vec<Search>,
    pub(crate) trades: BTreeMap<RecordId, Trade>,
    pub(crate) call_offs: BTreeMap<RecordId, CallingOff>,
    own_openings: BTreeMap<RecordId, OfficerId>,
    entries: BTreeMap<RecordId, Option<OfficerId>>,
    groups: BTreeMap<OfficerId, Vec<String>>,
    pub(crate) shift_logs: Vec<(DocumentId, RecordId)>,
    pass_ons: Vec<DocumentId>,
    changes: BTreeMap<DocumentId, BTreeSet<Sha256>>,
}

impl File {
    /// Reads an agency's file.
    pub fn read(sql: &mut dyn Sql, agency: AgencyId) -> Result<Self, StoreError> {
        let mut file = Self::default();
        let rows = sql.query(
            "SELECT kind, id, version, changed_at, body FROM records WHERE agency = $1 ORDER BY kind, id",
            &params![agency],
        )?;
        for row in rows {
            let kind = RecordKind::from_code(row.int(0)? as u16);
            file.versions.insert((kind, row.id(1)?), row.int(2)?);
            file.take(kind, row.id(1)?, row.time(3)?, row.bytes(4)?);
        }
        file.find_releases(sql, agency)?;
        file.read_postings(sql, agency)?;
        for detail in file.details.keys() {
            file.searches.extend(reliefs::of_detail(sql, agency, *detail)?);
        }
        file.read_documents(sql, agency)?;
        Ok(file)
    }

    fn take(&mut self, kind: RecordKind, id: RecordId, changed: UnixMillis, body: &[u8]) {
        match kind {
            RecordKind::Detail => {
                let detail: Detail = wire::decode(body).expect("a detail");
                self.details.insert(detail.id, (detail, changed));
            }
            RecordKind::Assignment => {
                self.assignments.push((wire::decode(body).expect("an assignment"), UnixMillis::MAX));
            }
            RecordKind::Application => {
                self.applications.insert(id, wire::decode(body).expect("an application"));
            }
            RecordKind::Message => {
                let message: Message = wire::decode(body).expect("a message");
                self.messages.insert(id, message.officer);
            }
            RecordKind::Notice => {
                let notice: Notice = wire::decode(body).expect("a notice");
                self.notices.insert(id, notice.officer);
            }
            RecordKind::Ruling => {
                self.rulings.insert(id, wire::decode(body).expect("a ruling"));
            }
            _ => self.take_staffing(kind, id, body),
        }
    }

    /// What tells of postings, awards, relief and charges.
    fn take_staffing(&mut self, kind: RecordKind, id: RecordId, body: &[u8]) {
        match kind {
            RecordKind::AwardNotice => {
                let notice: AwardNotice = wire::decode(body).expect("a notice");
                self.award_notices.insert(id, notice.explanation.officer);
            }
            RecordKind::OwnOpening => {
                let opening: OwnOpening = wire::decode(body).expect("an opening");
                self.own_openings.insert(id, opening.officer);
            }
            RecordKind::LedgerEntry => {
                let entry: Entry = wire::decode(body).expect("an entry");
                self.entries.insert(id, entry.what.officer);
            }
            RecordKind::ReliefAsk => {
                self.asks.insert(id, wire::decode(body).expect("a question"));
            }
            RecordKind::Trade => {
                self.trades.insert(id, wire::decode(body).expect("a trade"));
            }
            RecordKind::CallingOff => {
                self.call_offs.insert(id, wire::decode(body).expect("a call-off"));
            }
            RecordKind::Request => self.requests.push(wire::decode(body).expect("a request")),
            _ => {}
        }
    }

    fn read_postings(&mut self, sql: &mut dyn Sql, agency: AgencyId) -> Result<(), StoreError> {
        let rows = sql.query("SELECT stage, body, shown_to FROM postings WHERE agency = $1", &params![agency])?;
        for row in rows {
            let posting: Posting = wire::decode(row.bytes(1)?).expect("a posting");
            let stage = DetailStage::from_code(row.int(0)? as u8).expect("a stage");
            let shown = row.opt_text(2)?.map(|text| text.lines().map(str::to_owned).collect());
            self.postings.insert(posting.detail, Offered { posting, stage, shown });
        }
        let text =
            "SELECT officer, audience FROM memberships WHERE agency = $1 AND active = 1 AND audience LIKE 'group:%'";
        for row in sql.query(text, &params![agency])? {
            let group = row.text(1)?.trim_start_matches("group:").to_owned();
            self.groups.entry(row.id(0)?).or_default().push(group);
        }
        Ok(())
    }

    /// When each released assignment was released: the first version that says so.
    fn find_releases(&mut self, sql: &mut dyn Sql, agency: AgencyId) -> Result<(), StoreError> {
        for (assignment, released) in &mut self.assignments {
            if assignment.state == AssignmentState::Active {
                continue;
            }
            let rows = sql.query(
                "SELECT changed_at, body FROM record_versions WHERE agency = $1 AND kind = $2 AND id = $3 ORDER BY version",
                &params![agency, i64::from(RecordKind::Assignment.code()), assignment.id],
            )?;
            for row in rows.iter().rev() {
                let version: Assignment = wire::decode(row.bytes(1)?).expect("an assignment");
                if version.state == AssignmentState::Active {
                    break;
                }
                *released = row.time(0)?;
            }
        }
        Ok(())
    }

    fn read_documents(&mut self, sql: &mut dyn Sql, agency: AgencyId) -> Result<(), StoreError> {
        for row in sql.query("SELECT document, kind, owner FROM documents WHERE agency = $1", &params![agency])? {
            match DocumentKind::from_code(row.int(1)?) {
                Some(DocumentKind::ShiftLog) => self.shift_logs.push((row.id(0)?, row.id(2)?)),
                Some(DocumentKind::PassOn) => self.pass_ons.push(row.id(0)?),
                None => {}
            }
        }
        for row in sql.query("SELECT document, hash FROM changes WHERE agency = $1", &params![agency])? {
            self.changes.entry(row.id(0)?).or_default().insert(row.hash(1)?);
        }
        Ok(())
    }

    /// Is the officer among those whom the detail's affairs concern? Those who hold a position; and where it was cancelled, those
    /// who held one until then.
    fn concerns(&self, detail: DetailId, officer: OfficerId) -> bool {
        let cancelled = self.details.get(&detail).filter(|(detail, _)| detail.state == DetailState::Cancelled);
        let mine = self.assignments.iter().filter(|(it, _)| it.detail == detail && it.officer == officer);
        mine.into_iter().any(|(it, released)| {
            it.state == AssignmentState::Active || cancelled.is_some_and(|(_, at)| released == at)
        })
    }

    /// Is the detail shown to the officer so that they can come instead of somebody, or take it over?
    fn is_asked(&self, detail: DetailId, officer: OfficerId) -> bool {
        let active = |id| {
            self.assignments
                .iter()
                .any(|(it, _)| it.id == id && it.detail == detail && it.state == AssignmentState::Active)
        };
        let open = |trade: &Trade| matches!(trade.state, TradeState::Offered | TradeState::Taken);
        // Who was passed over, since something stood against them, stands among the asks and was never asked.
        let asked = |search: &&Search| {
            let question = ReliefAsk::id_for(search.relief.assignment, officer);
            search.relief.asks.iter().any(|ask| ask.officer == officer) && self.asks.contains_key(&question)
        };
        self.trades.values().any(|trade| trade.to == officer && open(trade) && active(trade.assignment))
            || self.searches.iter().filter(|search| search.detail == detail).any(|search| asked(&search))
    }

    /// Is everybody who may work the detail asked to come instead of somebody?
    fn pool_is_asked(&self, detail: DetailId) -> bool {
        self.searches.iter().any(|search| search.detail == detail && search.relief.pool_asked_at.is_some())
    }

    fn groups_of(&self, officer: OfficerId) -> &[String] {
        self.groups.get(&officer).map_or(&[], Vec::as_slice)
    }

    /// Has the detail's posting, if it has one, been opened to the officer?
    fn is_shown(&self, detail: DetailId, officer: OfficerId) -> bool {
        let groups = self.groups_of(officer);
        self.postings.get(&detail).is_none_or(|offered| {
            offered.shown.as_ref().is_none_or(|shown| shown.iter().any(|group| groups.contains(group)))
        })
    }

    /// Does the posting say that it opens to the officer by `now`, whatever the server has made of that?
    fn opened_to(&self, detail: DetailId, officer: OfficerId, now: UnixMillis) -> bool {
        let window = |offered: &Offered| {
            let window = &offered.posting.window;
            let open =
                |number: &usize| window.tiers.get(*number).is_none_or(|tier| tier.holds(self.groups_of(officer)));
            (0..window.tiers.len().max(1)).filter(open).any(|number| window.opens_to(number) <= now)
        };
        self.postings.get(&detail).is_none_or(window)
    }

    fn may_read(&self, officer: OfficerId, kind: RecordKind, id: RecordId) -> bool {
        match kind {
            // Rule sets of an agency are never taken back here: none ends.
            RecordKind::Agency | RecordKind::Site | RecordKind::RuleSet => true,
            RecordKind::Officer | RecordKind::PolicyContext => id == officer.into(),
            RecordKind::Detail => {
                let open = self.details.get(&id.into()).is_some_and(|(detail, _)| detail.state == DetailState::Open);
                let offered = (open || self.pool_is_asked(id.into())) && self.is_shown(id.into(), officer);
                offered || self.is_asked(id.into(), officer) || self.concerns(id.into(), officer)
            }
            RecordKind::Posting => {
                let taken = self.postings.get(&id.into()).is_some_and(|it| it.stage.takes_applications());
                (taken && self.is_shown(id.into(), officer)) || self.concerns(id.into(), officer)
            }
            RecordKind::OwnOpening => self.own_openings.get(&id) == Some(&officer),
            RecordKind::ReliefAsk => self.asks.get(&id).is_some_and(|ask| match ask.officer {
                Some(asked) => asked == officer,
                None => ask.state == AskState::Open && self.is_shown(ask.detail, officer),
            }),
            RecordKind::Trade => self.trades.get(&id).is_some_and(|trade| [trade.from, trade.to].contains(&officer)),
            RecordKind::CallingOff => self.call_offs.get(&id).is_some_and(|it| it.officer == officer),
            RecordKind::AwardNotice => self.award_notices.get(&id) == Some(&officer),
            RecordKind::LedgerEntry => self.entries.get(&id).is_some_and(|of| of.is_none_or(|of| of == officer)),
            RecordKind::Assignment => self.assignments.iter().any(|(it, _)| {
                let held = it.state == AssignmentState::Active && self.concerns(it.detail, officer);
                RecordId::from(it.id) == id && (it.officer == officer || held)
            }),
            RecordKind::Application => self.applications.get(&id).is_some_and(|it| it.officer == officer),
            RecordKind::Notice => self.notices.get(&id) == Some(&officer),
            RecordKind::Message => self.messages.get(&id).is_some_and(|to| to.is_none_or(|to| to == officer)),
            RecordKind::Ruling => self.rulings.get(&id).is_some_and(|ruling| {
                self.assignments.iter().any(|(it, _)| it.id == ruling.assignment && it.officer == officer)
            }),
            _ => false,
        }
    }

    /// What the officer may read now.
    pub fn readable(&self, officer: OfficerId, now: UnixMillis) -> Readable {
        let records = self.versions.iter().filter(|((kind, id), _)| self.may_read(officer, *kind, *id));
        let logs = self.shift_logs.iter().filter(|(_, owner)| *owner == officer.into()).map(|(document, _)| *document);
        let pass_ons = self.pass_ons.iter().filter(|id| self.concerns(RecordId::from(**id).into(), officer)).copied();
        let with_changes = |id| (id, self.changes.get(&id).cloned().unwrap_or_default());
        Readable {
            records: records.map(|(key, version)| (*key, *version)).collect(),
            documents: logs.chain(pass_ons).map(with_changes).collect(),
            closed: self.closed_to(officer, now),
        }
    }

    fn closed_to(&self, officer: OfficerId, now: UnixMillis) -> BTreeSet<DetailId> {
        let closed = |detail: &&DetailId| {
            let id = **detail;
            !self.opened_to(id, officer, now) && !self.concerns(id, officer) && !self.is_asked(id, officer)
        };
        self.details.keys().filter(closed).copied().collect()
    }
}
