//! What the proof of facts, their chain and their signatures, has to say to whoever rules on them.

use super::Flag;
use super::FlagKind::{BrokenChain, BrokenSignature, MissingFacts, Unsigned};
use super::proposal::flag;
use crate::evidence::ChainFinding;
use crate::ids::FactId;

/// What is wrong with one enrolment's chain around the facts of a shift, a flag each.
pub fn chain_flags(findings: &[ChainFinding]) -> Vec<Flag> {
    findings.iter().map(chain_flag).collect()
}

fn chain_flag(finding: &ChainFinding) -> Flag {
    match finding {
        ChainFinding::Missing { first, last } => {
            let number = last.saturating_sub(*first).saturating_add(1);
            let (facts, verb) = if number == 1 { ("fact", "has") } else { ("facts", "have") };
            let sentence =
                format!("The phone wrote {number} {facts} next to these that {verb} not come to the agency.");
            flag(MissingFacts, Vec::new(), sentence)
        }
        ChainFinding::Repeated { facts, .. } => {
            let sentence =
                "One place in the phone's chain is claimed by several facts: its store was copied or turned back.";
            flag(BrokenChain, facts.clone(), sentence.to_owned())
        }
        ChainFinding::Mismatch { fact, .. } => {
            let sentence = "The fact was written after another fact than the one that the agency has.";
            flag(BrokenChain, vec![*fact], sentence.to_owned())
        }
        ChainFinding::ZeroCounter { fact } => {
            flag(BrokenChain, vec![*fact], "The fact claims no place in the phone's chain.".to_owned())
        }
    }
}

/// What is wrong with the signatures: one flag for those that have not come, one for those that do not fit.
pub fn signature_flags(unsigned: Vec<FactId>, broken: Vec<FactId>) -> Vec<Flag> {
    let one = |kind, facts: Vec<FactId>, sentence: &str| {
        let any = !facts.is_empty();
        any.then(|| flag(kind, facts, sentence.to_owned()))
    };
    let unsigned = one(Unsigned, unsigned, "The phone's signature has not come yet.");
    let broken = one(BrokenSignature, broken, "The phone's signature does not fit what is written.");
    unsigned.into_iter().chain(broken).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Phone, clock};
    use super::super::{FactKind, ProposalRules, Sha256, propose};
    use super::*;
    use crate::shift::Weight;
    use crate::time::Zone;

    #[test]
    fn each_finding_of_the_chain_is_a_flag_that_asks_for_a_person() {
        let fact = FactId::NIL;
        let findings = [
            ChainFinding::Missing { first: 3, last: 3 },
            ChainFinding::Missing { first: 5, last: u64::MAX },
            ChainFinding::Repeated { counter: 2, facts: vec![fact, fact] },
            ChainFinding::Mismatch { fact, counter: 4, named: Sha256([1; 32]), present: Sha256([2; 32]) },
            ChainFinding::ZeroCounter { fact },
        ];
        let flags = chain_flags(&findings);
        let kinds: Vec<_> = flags.iter().map(|flag| flag.kind).collect();
        assert_eq!(kinds, [MissingFacts, MissingFacts, BrokenChain, BrokenChain, BrokenChain]);
        assert!(flags.iter().all(|flag| flag.weight == Weight::Review));
        assert_eq!(flags[0].sentence, "The phone wrote 1 fact next to these that has not come to the agency.");
    }

    #[test]
    fn what_is_unsigned_is_told_and_what_is_signed_wrongly_goes_before_a_person() {
        let mut phone = Phone::new(1);
        let (start, out) = (phone.punch(FactKind::In, "18:00"), phone.punch(FactKind::Out, "23:00"));
        let facts = [start.clone(), out.clone()];
        let rules = ProposalRules::in_zone(Zone::UTC);
        let plain = || propose(&facts, None, clock("23:30"), &rules);
        assert_eq!(plain().with(signature_flags(vec![], vec![])), plain());
        let doubtful = plain().with(signature_flags(vec![start.id], vec![out.id]));
        let kinds: Vec<_> = doubtful.flags.iter().map(|flag| (flag.kind, flag.facts.clone())).collect();
        assert_eq!(kinds, [(BrokenSignature, vec![out.id]), (Unsigned, vec![start.id])]);
        assert!(doubtful.needs_review() && !plain().needs_review());
    }
}
