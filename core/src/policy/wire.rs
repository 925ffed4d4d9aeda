//! Rules as phones carry them: each in a byte string of its own, so that one which is not understood costs only itself.
//!
//! A rule is understood when what was read from its bytes writes the very same bytes again. A kind, a field or a value that
//! a newer version added does not survive that, and the rule is carried as it came and answered *unknown*: leaving out a
//! condition one does not know could let something pass.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

use super::{Check, Entry, NewerRule, OverrideTerms, Rule, Severities, Severity, When};
use crate::pricing::Day;

/// A rule on the wire. New fields must be optional, and absent where they say nothing.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Form {
    #[n(0)]
    id: String,
    #[n(1)]
    title: String,
    #[n(2)]
    severity: Severities,
    #[n(3)]
    kind: String,
    #[n(4)]
    source: String,
    #[n(5)]
    from: Option<Day>,
    #[n(6)]
    until: Option<Day>,
    #[n(7)]
    when: When,
    #[n(8)]
    unless: Vec<String>,
    #[n(9)]
    overriding: Option<OverrideTerms>,
    #[n(10)]
    check: Check,
}

/// The part that every version understands.
#[derive(Decode)]
#[cbor(map)]
struct Cover {
    #[n(0)]
    id: String,
    #[n(1)]
    title: String,
    #[n(2)]
    severity: Option<Severities>,
    #[n(3)]
    kind: String,
}

impl From<Form> for Rule {
    fn from(form: Form) -> Self {
        let Form { id, title, severity, kind: _, source, from, until, when, unless, overriding, check } = form;
        Self { id, title, source, from, until, severity, when, unless, overriding, check }
    }
}

fn written(rule: &Rule) -> Vec<u8> {
    let form = Form {
        id: rule.id.clone(),
        title: rule.title.clone(),
        severity: rule.severity,
        kind: rule.check.kind().to_owned(),
        source: rule.source.clone(),
        from: rule.from,
        until: rule.until,
        when: rule.when.clone(),
        unless: rule.unless.clone(),
        overriding: rule.overriding.clone(),
        check: rule.check.clone(),
    };
    // Writing to memory cannot fail; were it to, the rule would be one that nobody understands, never one that passes.
    minicbor::to_vec(form).unwrap_or_default()
}

fn read(bytes: &[u8]) -> Entry {
    if let Ok(form) = minicbor::decode::<Form>(bytes) {
        let rule = Rule::from(form);
        if written(&rule) == bytes {
            return Entry::Rule(Box::new(rule));
        }
    }
    Entry::Newer(newer(bytes))
}

/// Where even the cover is not understood, the rule warns at every stage: somebody must look.
fn newer(bytes: &[u8]) -> NewerRule {
    let cover = minicbor::decode::<Cover>(bytes).unwrap_or_else(|_| Cover {
        id: "?".to_owned(),
        title: String::new(),
        severity: None,
        kind: "?".to_owned(),
    });
    let severity = cover.severity.unwrap_or(Severities::everywhere(Severity::Warn));
    NewerRule { id: cover.id, title: cover.title, severity, kind: cover.kind, bytes: bytes.to_vec() }
}

impl<C> Encode<C> for Entry {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        match self {
            Self::Rule(rule) => e.bytes(&written(rule))?.ok(),
            Self::Newer(newer) => e.bytes(&newer.bytes)?.ok(),
        }
    }
}

impl<'b, C> Decode<'b, C> for Entry {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Ok(read(d.bytes()?))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{at, detail, officer, rule, set};
    use super::super::{Outcome, RuleSet, Stage, evaluate};
    use super::*;

    /// A rule of a kind that no version has yet, or with a field that this one does not know.
    fn from_the_future(kind: bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut e = Encoder::new(&mut bytes);
        let severity = Severities::everywhere(Severity::Block);
        e.map(8).unwrap().u8(0).unwrap().str("moon").unwrap().u8(1).unwrap().str("By the moon").unwrap();
        e.u8(2).unwrap().encode(severity).unwrap().u8(3).unwrap().str("tides").unwrap();
        e.u8(4).unwrap().str("").unwrap().u8(7).unwrap().encode(When::default()).unwrap();
        e.u8(8).unwrap().array(0).unwrap().u8(10).unwrap();
        let number = if kind { 99 } else { 5 };
        e.array(2).unwrap().u32(number).unwrap().array(1).unwrap();
        e.map(3).unwrap().u8(0).unwrap().array(0).unwrap().u8(1).unwrap().u8(3).unwrap().u8(2).unwrap().u8(1).unwrap();
        bytes
    }

    #[test]
    fn a_set_survives_the_way_to_a_phone() {
        let set: RuleSet = toml::from_str(include_str!("../../fixtures/policy/harbor-falls.toml")).unwrap();
        let bytes = minicbor::to_vec(&set).unwrap();
        assert_eq!(minicbor::decode::<RuleSet>(&bytes).unwrap(), set);
    }

    #[test]
    fn a_rule_of_a_newer_version_costs_only_itself_and_is_carried_as_it_came() {
        for kind in [true, false] {
            let newer = read(&from_the_future(kind));
            let set = set(vec![rule("[rest]\ncounts = [\"detail\"]"), newer]);
            let bytes = minicbor::to_vec(&set).unwrap();
            let phone: RuleSet = minicbor::decode(&bytes).unwrap();
            assert_eq!(minicbor::to_vec(&phone).unwrap(), bytes);
            let now = at("2025-06-09T12:00");
            let proposal = detail("2025-06-12T18:00", "2025-06-12T23:00");
            let found = evaluate(&phone, Stage::Award, &officer(vec![]), &proposal, now);
            assert_eq!([found[0].outcome, found[1].outcome], [Outcome::Pass, Outcome::Unknown]);
            assert_eq!(found[1].sentence, "Not known: this version does not understand all of rule moon (tides).");
            assert!(found[1].stands_in_the_way());
        }
    }

    #[test]
    fn bytes_that_are_no_rule_at_all_warn_at_every_stage() {
        let Entry::Newer(newer) = read(b"\xff\x00") else { panic!("a rule") };
        assert_eq!((newer.id.as_str(), newer.severity), ("?", Severities::everywhere(Severity::Warn)));
    }
}
