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
    use super::super::sample::{NOW, at, day, detail, officer, rule, set, when};
    use super::super::*;
    use super::*;
    use crate::geo::Point;
    use crate::ids::{AssignmentId, CustomerId, DetailId, OfficerId, PositionId, SiteId};
    use crate::pricing::Minutes;
    use crate::time::{Millis, ZoneName};

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

    /// The set as a phone reads it after its bytes, or fields, were changed on the way.
    fn all_unknown(set: &RuleSet) -> Vec<String> {
        let phone: RuleSet = minicbor::decode(&minicbor::to_vec(set).unwrap()).unwrap();
        assert_eq!(&phone, set);
        let proposal = detail("2025-06-12T18:00", "2025-06-12T23:00");
        let found = evaluate(&phone, Stage::Award, &officer(vec![]), &proposal, at("2025-06-09T12:00"));
        assert!(found.iter().all(|finding| finding.outcome == Outcome::Unknown && finding.stands_in_the_way()));
        found.into_iter().map(|finding| finding.sentence).collect()
    }

    #[test]
    fn a_phone_that_does_not_know_the_sets_zone_keeps_the_set_and_answers_unknown() {
        let zone = ZoneName("America/Harbor_Falls".into());
        let set = RuleSet { zone, ..set(vec![rule("[rest]\ncounts = [\"detail\"]")]) };
        let says = "Not known: this version does not know the time zone America/Harbor_Falls.";
        assert_eq!(all_unknown(&set), [says]);
        let staff = serde_json::to_string(&set).unwrap();
        assert!(serde_json::from_str::<RuleSet>(&staff).unwrap_err().to_string().contains("zone: is not a time zone"));
    }

    #[test]
    fn without_the_zone_a_rule_that_may_hold_on_the_day_is_unknown_as_well() {
        let zone = ZoneName("America/Harbor_Falls".into());
        let ask = |from: &str| {
            let Entry::Rule(dated) = rule("[rest]\ncounts = [\"detail\"]") else { panic!("no rule") };
            let dated = Entry::Rule(Box::new(Rule { from: Some(day(from)), ..*dated }));
            let set = RuleSet { zone: zone.clone(), ..set(vec![dated]) };
            let proposal = detail("2025-06-12T18:00", "2025-06-12T23:00");
            evaluate(&set, Stage::Award, &officer(vec![]), &proposal, at("2025-06-09T12:00")).len()
        };
        assert_eq!((ask("2025-06-13"), ask("2025-06-14")), (1, 0));
    }

    #[test]
    fn a_set_of_a_newer_format_is_not_answered_as_if_its_new_fields_were_not_there() {
        let set = RuleSet { format: Some(2), ..set(vec![rule("[rest]\ncounts = [\"detail\"]")]) };
        assert_eq!(all_unknown(&set), ["Not known: this version does not understand all of rule set Harbor Falls v3."]);
        let known = RuleSet { format: Some(1), ..set };
        let proposal = detail("2025-06-12T18:00", "2025-06-12T23:00");
        let found = evaluate(&known, Stage::Award, &officer(vec![]), &proposal, at("2025-06-09T12:00"));
        assert_eq!(found[0].outcome, Outcome::Pass);
    }

    fn travels<T: Encode<()> + for<'b> Decode<'b, ()> + PartialEq + std::fmt::Debug>(what: &T) {
        let bytes = minicbor::to_vec(what).unwrap();
        assert_eq!(&minicbor::decode::<T>(&bytes).unwrap(), what);
        for end in 0..bytes.len() {
            assert!(minicbor::decode::<T>(&bytes[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn all_that_is_known_of_an_officer_survives_the_way_to_a_phone() {
        let (now, known) = (at("2025-06-09T12:00"), Known { since: at("2025-06-01T00:00"), until: Some(at(NOW)) });
        let interval = when("2025-06-08T18:00", "2025-06-08T23:00");
        let full = Stint {
            basis: Basis::Actual,
            paid: Some(Minutes(240)),
            charged: Some(Minutes(300)),
            class: "vacation".into(),
            tags: vec!["hotel".into()],
            place: Some(Point { latitude_e7: 420_000_000, longitude_e7: -710_000_000 }),
            assignment: Some(AssignmentId::from_bytes([4; 16])),
            known,
            ..Stint::of(Stream::OtherAgency, interval)
        };
        let person = OfficerId::from_bytes([7; 16]);
        let context = Context {
            officer: Some(person),
            sources: vec![Source { feed: Feed::Command, read_at: now, covers: Some(interval) }],
            stints: vec![full, Stint::of(Stream::Detail, interval)],
            statuses: vec![Status { code: "sick".into(), from: now, until: Some(now), known }],
            ranks: vec![RankSince { rank: "sergeant".into(), from: now, known }],
            documents: vec![document(known)],
            approvals: vec![approval(known)],
            events: vec![Event {
                kind: "no_show".into(),
                at: now,
                about: Some(interval),
                detail: Some(DetailId::from_bytes([2; 16])),
                class: "traffic".into(),
                excused: true,
                known,
            }],
            relations: vec![Relation { person, standing: Standing::Superior, known }],
        };
        travels(&context);
        assert_eq!(serde_json::from_str::<Context>(&serde_json::to_string(&context).unwrap()).unwrap(), context);
    }

    fn approval(known: Known) -> Approval {
        Approval {
            kind: "outside_work".into(),
            employer: Some(CustomerId::from_bytes([1; 16])),
            detail: Some(DetailId::from_bytes([2; 16])),
            covers: vec!["vehicle".into()],
            statements: vec!["no_disrepute".into()],
            reference: Some("book 4, page 12".into()),
            signatures: vec![Signature { role: "chief".into(), at: at(NOW), approved: true }],
            from: Some(day("2025-06-01")),
            until: Some(day("2025-12-31")),
            oral: true,
            paperwork_at: Some(at(NOW)),
            known,
        }
    }

    fn document(known: Known) -> Document {
        Document { kind: "insurance".into(), from: day("2025-01-01"), until: Some(day("2025-12-31")), known }
    }

    #[test]
    fn a_proposal_survives_the_way_to_a_phone_with_everything_said_and_with_nothing() {
        let (known, officer) = (Known::since(at("2025-06-01T00:00")), OfficerId::from_bytes([7; 16]));
        let bare = detail("2025-06-12T18:00", "2025-06-12T23:00");
        let full = Proposal {
            stream: Stream::Overtime,
            assignment: Some(AssignmentId::from_bytes([1; 16])),
            instead_of: vec![AssignmentId::from_bytes([2; 16])],
            customer: Some(CustomerId::from_bytes([3; 16])),
            site: Some(SiteId::from_bytes([4; 16])),
            place: Some(Point { latitude_e7: 420_000_000, longitude_e7: -710_000_000 }),
            class: Some("traffic".into()),
            tags: Some(vec!["city_unit".into()]),
            alcohol: Some(Alcohol { served: true, income_percent: Some(20) }),
            attendees: Some(300),
            places: Some(vec![Place {
                position: PositionId::from_bytes([5; 16]),
                asks: Some("sergeant".into()),
                holder: Some(Holder { officer, rank: None }),
            }]),
            uses: Some(vec!["weapon".into()]),
            requires: vec!["liquor_training".into()],
            customer_documents: Some(vec![document(known)]),
            scheduled_by: Some(officer),
            overseen_by: vec![officer],
            requested_at: Some(at(NOW)),
            runs_days: Some(3),
            paid: Some(Minutes(240)),
            charged: Some(Minutes(480)),
            conditions: vec![Condition { code: "riot".into(), holds: false, known }],
            giving_up: Some(GivingUp {
                told_at: at(NOW),
                reason: "emergency".into(),
                replacement: Some(officer),
                coordinator_told: true,
            }),
            ..bare.clone()
        };
        for proposal in [bare, full] {
            travels(&proposal);
            assert_eq!(serde_json::from_str::<Proposal>(&serde_json::to_string(&proposal).unwrap()).unwrap(), proposal);
        }
    }

    #[test]
    fn an_override_survives_being_kept() {
        let set = set(vec![rule("[hours]\ncounts = [\"detail\"]\nwindow = \"week\"\nlimit = \"4:00\"")]);
        let evening = detail("2025-06-12T18:00", "2025-06-12T23:00");
        let found = evaluate(&set, Stage::Award, &officer(vec![]), &evening, at(NOW)).remove(0);
        let by = Overrider { name: "the commissioner", rights: &[OVERRIDE_RIGHT] };
        let kept = set.override_finding(&found, by, "riot", "a riot", at(NOW)).unwrap();
        assert_eq!((kept.before, kept.after), (Some(Millis(0)), Some(Millis::from_hours(5))));
        travels(&kept);
    }
}
