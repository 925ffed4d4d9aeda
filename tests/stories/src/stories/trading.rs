//! A shift is offered to a colleague by employee number: to nobody, declined, taken back, taken.

use detailbook_core::ids::{AssignmentId, DetailId, NoticeId};
use serde_json::{Value, json};

use crate::step::about;
use crate::teller::{Lost, Teller};

/// The officer's own phone, and the colleague's.
const MINE: usize = 0;
const THEIRS: usize = 1;

pub(super) fn tell(teller: &mut Teller<'_>) -> Result<(), Lost> {
    teller.agency.lets_officers_settle_it();
    let (mine, theirs) = (teller.agency.officer("1001"), teller.agency.officer("1002"));
    let detail = teller.agency.detail();
    teller.enrol(mine)?;
    teller.done("sync", json!({}))?;
    knows_nothing_of(teller, detail)?;
    reads_what_is_nobodys(teller)?;
    let assignment = teller.agency.order(detail, mine);
    teller.done("sync", json!({}))?;
    teller.takes_another()?;
    teller.enrol(theirs)?;
    let mut trading = Trading { assignment, over: vec![] };
    trading.is_nobodys(teller)?;
    trading.is_declined(teller)?;
    trading.is_taken_back(teller)?;
    trading.is_taken(teller)?;
    is_told(teller)
}

/// What a phone does not know of an offer is empty, and no error.
fn knows_nothing_of(teller: &mut Teller<'_>, detail: DetailId) -> Result<(), Lost> {
    for detail in [detail, DetailId::from_bytes([9; 16])] {
        teller.sees_about("advice", about(detail), &json!({ "stands_in_the_way": false, "findings": [] }))?;
        teller.sees_about("terms", about(detail), &json!(null))?;
        teller.sees_about("award", about(detail), &json!(null))?;
    }
    for view in ["charges", "trades", "relief_asks"] {
        teller.sees(view, &json!([]))?;
    }
    Ok(())
}

/// One assignment and the trades of it that are over, newest first.
struct Trading {
    assignment: AssignmentId,
    over: Vec<(String, &'static str, &'static str)>,
}

impl Trading {
    fn is_nobodys(&self, teller: &mut Teller<'_>) -> Result<(), Lost> {
        teller.takes(MINE);
        teller.fails("offer_trade_to", self.to(" "), "invalid", "empty")?;
        teller.wishes("offer_trade_to", self.to("7999"))?;
        self.stands(teller, &json!("waiting"), &json!(null))?;
        teller.done("sync", json!({}))?;
        let nobody = json!("refused:No officer of the agency has that employee number.");
        self.stands(teller, &nobody, &json!(null))
    }

    fn is_declined(&mut self, teller: &mut Teller<'_>) -> Result<(), Lost> {
        let trade = self.is_offered(teller)?;
        self.is_answered(teller, &trade, false)?;
        self.ends(teller, trade, "declined", "The other officer did not want it.")
    }

    fn is_taken_back(&mut self, teller: &mut Teller<'_>) -> Result<(), Lost> {
        let trade = self.is_offered(teller)?;
        teller.takes(MINE);
        teller.wishes("withdraw_trade", json!({ "trade": trade }))?;
        let shown = self.trades(&trade, true, "offered", NO_ANSWER, &json!("waiting"));
        teller.sees_of("trades", &shown)?;
        teller.done("sync", json!({}))?;
        self.ends(teller, trade, "withdrawn", "The officer who offered it took it back.")
    }

    fn is_taken(&mut self, teller: &mut Teller<'_>) -> Result<(), Lost> {
        let trade = self.is_offered(teller)?;
        self.is_answered(teller, &trade, true)?;
        self.ends(teller, trade, "done", "Taken over.")?;
        teller.takes(MINE);
        teller.sees("schedule", &json!([]))?;
        teller.takes(THEIRS);
        teller.sees_of("schedule", &json!([{ "title": "Concert", "state": "active", "leaving": null }])).map(drop)
    }

    /// Offers it to the colleague; both phones say who the other is.
    fn is_offered(&self, teller: &mut Teller<'_>) -> Result<String, Lost> {
        teller.takes(MINE);
        let trade = teller.wishes("offer_trade_to", self.to(" 1002 "))?;
        teller.done("sync", json!({}))?;
        self.stands(teller, &json!(null), &json!({ "state": "offered", "to": "Officer 1002" }))?;
        self.both_see(teller, &trade, "offered", NO_ANSWER)?;
        Ok(trade)
    }

    fn is_answered(&self, teller: &mut Teller<'_>, trade: &str, takes: bool) -> Result<(), Lost> {
        teller.takes(THEIRS);
        teller.wishes("answer_trade", json!({ "trade": trade, "takes": takes }))?;
        let shown = self.trades(trade, false, "offered", NO_ANSWER, &json!("waiting"));
        teller.sees_of("trades", &shown)?;
        teller.done("sync", json!({}))
    }

    fn ends(
        &mut self,
        teller: &mut Teller<'_>,
        trade: String,
        state: &'static str,
        why: &'static str,
    ) -> Result<(), Lost> {
        self.both_see(teller, &trade, state, why)?;
        self.over.insert(0, (trade, state, why));
        Ok(())
    }

    fn both_see(&self, teller: &mut Teller<'_>, trade: &str, state: &str, why: &str) -> Result<(), Lost> {
        for (phone, mine) in [(MINE, true), (THEIRS, false)] {
            teller.takes(phone);
            teller.done("sync", json!({}))?;
            teller.sees_of("trades", &self.trades(trade, mine, state, why, &json!(null)))?;
        }
        Ok(())
    }

    /// All of them, that one first.
    fn trades(&self, trade: &str, mine: bool, state: &str, why: &str, wish: &Value) -> Value {
        let one = |trade: &str, state: &str, why: &str, wish: &Value| {
            json!({
                "trade": trade,
                "assignment": self.assignment.to_string(),
                "mine": mine,
                "state": state,
                "from": "Officer 1001",
                "to": "Officer 1002",
                "reason": why,
                "wish": wish,
            })
        };
        let mut latest = one(trade, state, why, wish);
        if state == "offered" {
            // Afterwards a phone need not know the detail any more.
            (latest["title"], latest["site"]) = (json!("Concert"), json!("Lantern Hall"));
        }
        let over = self.over.iter().map(|(trade, state, why)| one(trade, state, why, &json!(null)));
        std::iter::once(latest).chain(over).collect()
    }

    fn stands(&self, teller: &mut Teller<'_>, offer: &Value, offered: &Value) -> Result<(), Lost> {
        let leaving = json!({ "call_off": null, "called_off": null, "offer": offer, "offered": offered });
        let shown = json!([{ "assignment": self.assignment.to_string(), "leaving": leaving }]);
        teller.sees_of("schedule", &shown).map(drop)
    }

    fn to(&self, number: &str) -> Value {
        json!({ "assignment": self.assignment.to_string(), "number": number })
    }
}

/// What is said of an offer until it is answered.
const NO_ANSWER: &str = "Offered; the other officer has not answered.";

/// What the officer was told of it all.
fn is_told(teller: &mut Teller<'_>) -> Result<(), Lost> {
    teller.takes(MINE);
    let moved = |how: &str| {
        let text = format!("From Officer 1001 to Officer 1002: Concert, 2025-11-12 22:13. {how}");
        json!({ "event": "tradeMoved", "text": text, "acknowledge_by": null, "acknowledgement": null })
    };
    let ordered = json!({ "event": "awarded", "acknowledgement": "open" });
    let told = json!([moved("Taken over."), moved("The other officer did not want it."), ordered]);
    teller.sees_of("notices", &told).map(drop)
}

/// A notice of nobody's is not acknowledged, and the agency says so in words.
fn reads_what_is_nobodys(teller: &mut Teller<'_>) -> Result<(), Lost> {
    let notice = NoticeId::from_bytes([9; 16]).to_string();
    let command = teller.wishes("acknowledge_notice", json!({ "notice": notice }))?;
    teller.done("sync", json!({}))?;
    let refused = json!([{
        "command": command,
        "wish": "acknowledgeNotice",
        "waiting": false,
        "decision": "refused",
        "reason": "You have no such notice.",
    }]);
    teller.sees("wishes", &refused)
}
