//! An award in words: for every applicant why, and whether it comes out the same when decided again.

use std::collections::BTreeMap;

use detailbook_core::award::{AwardRecord, Explanation, Outcome};
use detailbook_core::ids::OfficerId;

/// What there is to read of an award, line by line. `names`: what officers are called; who is not in it is called by the id.
pub fn lines(record: &AwardRecord, names: &BTreeMap<OfficerId, String>) -> Vec<String> {
    let zone = record.case.window.zone;
    let mut lines = vec![
        format!("Awarded {} by {}", zone.clock_text(record.decided_at), record.award.method),
        format!("  bound before to {}, seed {}", record.sealing.commitment, record.sealing.seed.to_hex()),
    ];
    for one in &record.award.explanations {
        let name = names.get(&one.officer).map_or_else(|| one.officer.to_string(), Clone::clone);
        lines.push(format!("  {:<11} {name}: {}", outcome(one), one.sentence));
    }
    lines.extend(record.award.unfilled.iter().map(|empty| format!("  {}", empty.sentence)));
    let differences = record.verify();
    if differences.is_empty() {
        lines.push("  Decided again from what was kept: the same.".to_owned());
    }
    let differs = |it: &detailbook_core::award::Difference| {
        format!("  Differs in {}: kept {}, now {}", it.what, it.stored, it.again)
    };
    lines.extend(differences.iter().map(differs));
    lines
}

const fn outcome(explanation: &Explanation) -> &'static str {
    match explanation.outcome {
        Outcome::Awarded => "awarded",
        Outcome::Backup => "backup",
        Outcome::Excluded => "not ranked",
    }
}
