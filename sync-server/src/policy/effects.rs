//! What follows from what the rules say, as far as it can be read off their findings. Carrying it out is the rooms' own work.

use detailbook_core::ids::OfficerId;
use detailbook_core::policy::{Effect, Finding, Outcome, Stage};
use detailbook_core::records::Detail;
use detailbook_core::time::Interval;

use super::judge::{self, Judged};
use super::proposal::About;
use crate::audit::By;
use crate::store::{Sql, StoreError};

/// What a ruling notes of the rules, a sentence each with what says so: what does not hold, and what counts otherwise by them.
pub fn notes(judged: &Judged) -> Vec<String> {
    let told = |finding: &&Finding| finding.outcome != Outcome::Pass || !finding.effects.is_empty();
    judged.findings.iter().filter(told).map(Finding::cited).collect()
}

/// What the rules charge a job at, in minutes, with the rule that says so: the most of several.
pub fn charged(judged: &Judged) -> Option<(i64, String)> {
    let charge = |effect: &Effect| match effect {
        Effect::Charge { charged, .. } => Some(charged.0 / 60_000),
        _ => None,
    };
    let said = judged.findings.iter().flat_map(|finding| finding.effects.iter().map(move |effect| (finding, effect)));
    let charges = said.filter_map(|(finding, effect)| Some((charge(effect)?, finding)));
    charges.max_by_key(|(minutes, _)| *minutes).map(|(minutes, finding)| (minutes, finding.cited()))
}

/// Do the rules take anything back?
pub fn releases(judged: &Judged) -> bool {
    judged.findings.iter().any(|finding| !spans(finding).is_empty())
}

/// Why the rules take a detail back from an officer who has it; `None`: they do not.
pub fn taken_back(
    sql: &mut dyn Sql,
    by: &By<'_>,
    officer: OfficerId,
    detail: &Detail,
) -> Result<Option<String>, StoreError> {
    let time = Interval { start: detail.starts, end: detail.ends };
    let about = About { officer, detail: detail.id, position: None };
    for judged in judge::look_at_holder(sql, by, [Stage::Award, Stage::Apply], about)? {
        let takes = |finding: &&Finding| spans(finding).iter().any(|span| span.overlap(time).is_some());
        let open = judged.findings.iter().filter(|finding| !judged.overridden.contains(&finding.rule));
        if let Some(finding) = open.filter(|finding| finding.outcome == Outcome::Fail).find(takes) {
            return Ok(Some(finding.cited()));
        }
    }
    Ok(None)
}

fn spans(finding: &Finding) -> Vec<Interval> {
    let span = |effect: &Effect| if let Effect::Release(span) = effect { Some(*span) } else { None };
    finding.effects.iter().filter_map(span).collect()
}
