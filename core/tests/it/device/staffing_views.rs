//! What the screens show of rules, awards and charges.

use detailbook_core::award::{
    Applicant, Application, Award, AwardRecord, Case, Entry, EntryKind, Happening, Limits, Method, Opening, Secret,
    Standings, Timing, Window, Wish,
};
use detailbook_core::device::{AcknowledgementView, FindingState};
use detailbook_core::ids::{CommandId, NoticeId, PositionId, RecordId, RulingId};
use detailbook_core::notices::{EventKind, Urgency};
use detailbook_core::policy::{Alcohol, Context, Feed, RuleSet, Severity, Source, Stint, Stream, Told};
use detailbook_core::records::{Assignment, DetailState, Interval, Notice, RecordKind};
use detailbook_core::shift::Sha256;
use detailbook_core::staffing::{AwardNotice, OwnOpening, Posting};
use detailbook_core::time::{Millis, UnixMillis, Zone};

use super::views::{assignment, detail, put_detail};
use super::world::{START, World};

fn hours(n: i64) -> UnixMillis {
    UnixMillis::new(START) + Millis::from_hours(n)
}

const RULES: &str = r#"
    name = "Town"
    version = 2
    effective_from = "2015-01-01"
    zone = "UTC"
    week_starts = "sunday"
    day_starts = "0:00"
    ranks = ["officer"]

    [[rule]]
    id = "day"
    title = "At most 16 hours in any 24"
    severity = { apply = "block" }
    [rule.hours]
    counts = ["on_duty", "detail"]
    window = { rolling = "24:00" }
    limit = "16:00"
"#;

fn known(world: &World, duty: Option<i64>) -> Context {
    let stint = |length| Stint::of(Stream::OnDuty, Interval { start: hours(8 - length), end: hours(8) });
    let read_at = world.now();
    let read = |feed| Source { feed, read_at, covers: None };
    Context {
        officer: Some(world.officer),
        sources: [Feed::OnDuty, Feed::Detail].map(read).into(),
        stints: duty.map(stint).into_iter().collect(),
        ..Context::default()
    }
}

#[test]
fn advice_says_what_stands_in_the_way_before_the_officer_applies() {
    let mut world = World::enrolled();
    let wanted = detail(7, hours(10), DetailState::Open);
    world.agency.put(RecordKind::Detail, wanted.id, &wanted);
    world.sync();
    let advice = |world: &World| world.phone().advice(wanted.id, world.now()).unwrap();
    assert_eq!(advice(&world).findings, [], "the agency has no rules");
    let rules: RuleSet = toml::from_str(RULES).unwrap();
    world.agency.put(RecordKind::RuleSet, RecordId::from_bytes([9; 16]), &rules);
    world.sync();
    let unknown = advice(&world);
    assert_eq!((unknown.findings[0].state, unknown.stands_in_the_way), (FindingState::Unknown, true));
    for (duty, state) in [(Some(8), FindingState::Holds), (Some(14), FindingState::Fails), (None, FindingState::Holds)]
    {
        world.agency.put(RecordKind::PolicyContext, world.officer, &known(&world, duty));
        world.sync();
        let advice = advice(&world);
        assert_eq!(
            (advice.findings[0].state, advice.stands_in_the_way),
            (state, state == FindingState::Fails),
            "{duty:?}"
        );
        assert_eq!(advice.findings[0].rule, "Town v2, day");
    }
    world.agency.put(RecordKind::PolicyContext, world.officer, &known(&world, Some(14)));
    world.sync();
    let sentence = advice(&world).findings[0].sentence.clone();
    assert!(sentence.contains("14 h") && sentence.contains("4 h"), "the numbers are in it: {sentence}");
}

#[test]
fn what_a_posting_tells_of_its_detail_is_asked_about_on_the_phone() {
    let mut world = World::enrolled();
    let wanted = detail(7, hours(10), DetailState::Open);
    world.agency.put(RecordKind::Detail, wanted.id, &wanted);
    let sober = with_rule("bars", "when = { alcohol = true }\n[rule.forbidden]");
    let rules: RuleSet = toml::from_str(&sober).unwrap();
    world.agency.put(RecordKind::RuleSet, RecordId::from_bytes([9; 16]), &rules);
    world.agency.put(RecordKind::PolicyContext, world.officer, &known(&world, Some(8)));
    for (served, state) in
        [(None, FindingState::Unknown), (Some(false), FindingState::Holds), (Some(true), FindingState::Fails)]
    {
        let alcohol = served.map(|served| Alcohol { served, income_percent: None });
        let posting =
            Posting { told: Some(Told { alcohol, ..Told::default() }), ..posting(Secret::from_bytes([7; 32])) };
        world.agency.put(RecordKind::Posting, wanted.id, &posting);
        world.sync();
        let advice = world.phone().advice(wanted.id, world.now()).unwrap();
        let bars = advice.findings.iter().find(|finding| finding.rule == "Town v2, bars").unwrap();
        assert_eq!((bars.state, advice.stands_in_the_way), (state, served == Some(true)), "{advice:?}");
    }
}

/// One more rule, with its table in TOML.
fn with_rule(id: &str, body: &str) -> String {
    format!("{RULES}\n[[rule]]\nid = \"{id}\"\ntitle = \"t\"\nseverity = {{ apply = \"block\" }}\n{body}\n")
}

#[test]
fn what_a_phone_is_not_told_is_told_apart_from_what_stands_in_the_way() {
    let mut world = World::enrolled();
    let wanted = detail(7, hours(10), DetailState::Open);
    world.agency.put(RecordKind::Detail, wanted.id, &wanted);
    let ask = |world: &mut World, rules: &str, context: &Context| {
        let rules: RuleSet = toml::from_str(rules).unwrap();
        world.agency.put(RecordKind::RuleSet, RecordId::from_bytes([9; 16]), &rules);
        world.agency.put(RecordKind::PolicyContext, world.officer, context);
        world.sync();
        world.phone().advice(wanted.id, world.now()).unwrap()
    };
    let reach = Interval { start: hours(-24 * 35), end: hours(24 * 98) };
    let on_phone = |context: Context| {
        let own = |feed| Source { feed, read_at: context.sources[0].read_at, covers: None };
        let sources = context.sources.iter().copied().chain([Feed::Events, Feed::Credentials].map(own));
        let sources = sources.map(|source| Source { covers: source.covers.or(Some(reach)), ..source }).collect();
        Context { sources, ..context }
    };
    let fits = on_phone(known(&world, Some(8)));
    let alcohol = with_rule("bars", "when = { alcohol = true }\n[rule.documents]\nneeds = [\"liquor_training\"]");
    let lockout =
        with_rule("no-shows", "[rule.lockout]\nevents = [\"no_show\"]\nstep = [{ times = 1, lasts = { days = 120 } }]");
    let year = with_rule("year", "[rule.hours]\ncounts = [\"detail\"]\nwindow = \"year\"\nlimit = \"900:00\"");
    for rules in [&alcohol, &lockout, &year] {
        let advice = ask(&mut world, rules, &fits);
        assert!(!advice.stands_in_the_way, "{advice:?}");
        let untold = &advice.findings[0];
        assert_eq!((untold.state, untold.severity), (FindingState::Unknown, Severity::Warn), "{untold:?}");
        assert!(untold.sentence.ends_with("This phone is not told that; the server decides."), "{untold:?}");
    }
    // What else stands in the way still does, and what the agency itself does not know.
    let tired = on_phone(known(&world, Some(14)));
    assert!(ask(&mut world, &alcohol, &tired).stands_in_the_way);
    let mut gap = fits.clone();
    gap.sources[1].covers = Some(Interval { end: hours(9), ..reach });
    assert!(ask(&mut world, &alcohol, &gap).stands_in_the_way);
    let unread = Context { sources: vec![], ..fits };
    assert!(ask(&mut world, RULES, &unread).stands_in_the_way);
}

#[test]
fn rules_that_a_phone_cannot_make_out_are_unknown_and_not_silent() {
    let mut world = World::enrolled();
    let wanted = detail(7, hours(10), DetailState::Open);
    world.agency.put(RecordKind::Detail, wanted.id, &wanted);
    world.agency.put(RecordKind::RuleSet, RecordId::from_bytes([8; 16]), &"rules of a time to come".to_owned());
    world.sync();
    let advice = |world: &World| world.phone().advice(wanted.id, world.now()).unwrap();
    let only = |world: &World| {
        let advice = advice(world);
        assert_eq!((advice.findings.len(), advice.findings[0].state), (1, FindingState::Unknown), "{advice:?}");
        assert!(advice.stands_in_the_way);
        advice.findings[0].sentence.clone()
    };
    assert_eq!(only(&world), "Not known: this version cannot read the agency's rules. The server decides.");
    // A set that can be read and is in force then says what holds: no two are in force at once.
    let rules: RuleSet = toml::from_str(RULES).unwrap();
    world.agency.put(RecordKind::RuleSet, RecordId::from_bytes([9; 16]), &rules);
    world.sync();
    assert_eq!(advice(&world).findings[0].rule, "Town v2, day");
    let other = RuleSet { version: 3, ..rules };
    world.agency.put(RecordKind::RuleSet, RecordId::from_bytes([10; 16]), &other);
    world.sync();
    assert!(only(&world).starts_with("Not known: the agency's rule sets contradict each other"));
}

/// A window for one position of a detail that only this officer applied for.
fn decided(world: &World, posting: &Posting, secret: Secret) -> Award {
    let application =
        Application { command: CommandId::from_bytes([5; 16]), received: hours(1), made: None, wish: Wish::any() };
    let one = Applicant { application: Some(application), ..Applicant::new(world.officer) };
    let standings = Standings::none(hours(2));
    let case =
        Case { window: posting.window.clone(), applicants: vec![one], standings, method: posting.method.clone() };
    AwardRecord::decide(case, posting.commitment, secret, hours(2)).unwrap().award
}

fn posting(secret: Secret) -> Posting {
    let wanted = detail(7, hours(10), DetailState::Open);
    let opening = Opening {
        position: PositionId::from_bytes([7; 16]),
        name: "Traffic 1".to_owned(),
        shift: Interval { start: wanted.starts, end: wanted.ends },
        supervisor: false,
    };
    let window = Window {
        posting: wanted.id.into(),
        opens: hours(0),
        closes: hours(2),
        zone: Zone::UTC,
        openings: vec![opening],
        timing: Timing { grace: Millis::from_mins(30), ..Timing::RECEIPT },
        limits: Limits::default(),
        tiers: vec![],
        choices: vec![],
    };
    let commitment = secret.commitment(window.posting);
    Posting {
        detail: wanted.id,
        window,
        method: Method::lottery(),
        unlock_jitter: Millis(0),
        commitment,
        acknowledge_within: Some(Millis::from_hours(2)),
        ladder: None,
        rotation: None,
        told: None,
    }
}

#[test]
fn an_offer_says_when_it_opens_to_this_officer_by_the_posting_that_stands() {
    let mut world = World::enrolled();
    let (wanted, first) = (detail(7, hours(10), DetailState::Open), posting(Secret::from_bytes([7; 32])));
    world.agency.put(RecordKind::Detail, wanted.id, &wanted);
    let opens = |world: &World| world.phone().offers(world.now(), None, 5).unwrap().items[0].opens;
    let own = OwnOpening { detail: wanted.id, officer: world.officer, commitment: first.commitment, opens: hours(1) };
    world.agency.put(RecordKind::OwnOpening, OwnOpening::id_for(wanted.id, world.officer), &own);
    world.sync();
    assert_eq!(opens(&world), None, "the posting has not come");
    world.agency.put(RecordKind::Posting, wanted.id, &first);
    world.sync();
    assert_eq!(opens(&world), Some(hours(1)));
    world.agency.put(RecordKind::Posting, wanted.id, &posting(Secret::from_bytes([8; 32])));
    world.sync();
    assert_eq!(opens(&world), None, "posted anew, and open to this officer from the first");
}

#[test]
fn terms_are_shown_before_the_award_and_the_explanation_after_it() {
    let mut world = World::enrolled();
    let (wanted, secret) = (detail(7, hours(10), DetailState::Open), Secret::from_bytes([3; 32]));
    world.agency.put(RecordKind::Detail, wanted.id, &wanted);
    world.sync();
    assert_eq!(world.phone().terms(wanted.id).unwrap(), None);
    let posting = posting(secret);
    world.agency.put(RecordKind::Posting, wanted.id, &posting);
    world.sync();
    let terms = world.phone().terms(wanted.id).unwrap().unwrap();
    assert_eq!(
        (terms.method.as_str(), terms.closes, terms.decided_at),
        ("lottery v1", hours(2), hours(2) + Millis::from_mins(30))
    );
    assert_eq!(terms.commitment, Sha256::to_string(&posting.commitment));
    assert_eq!(world.phone().award(wanted.id).unwrap(), None);
    let award = decided(&world, &posting, secret);
    let explanation = award.explanation(world.officer).unwrap().clone();
    for (n, decided_at) in [(1, hours(2)), (2, hours(1))] {
        let notice = AwardNotice {
            detail: wanted.id,
            method: award.method.clone(),
            decided_at,
            explanation: explanation.clone(),
        };
        world.agency.put(RecordKind::AwardNotice, RecordId::from(RulingId::from_bytes([n; 16])), &notice);
    }
    world.sync();
    let shown = world.phone().award(wanted.id).unwrap().unwrap();
    assert_eq!((shown.rank, shown.of, shown.decided_at), (Some(1), 1, hours(2)), "the latest of two windows");
    assert_eq!(shown.sentence, explanation.sentence);
}

#[test]
fn charges_are_listed_the_newest_first_in_pages() {
    let mut world = World::enrolled();
    for n in 1..=3_u8 {
        let id = RecordId::from_bytes([n; 16]);
        let what = Happening::new(id, world.officer, hours(i64::from(n)), EntryKind::Awarded);
        let entry = Entry { what, charged: 60 * i64::from(n), points: 0, rule: "Town v1: awarded".to_owned() };
        world.agency.put(RecordKind::LedgerEntry, id, &entry);
    }
    world.sync();
    let first = world.phone().charges(None, 2).unwrap();
    assert_eq!(first.items.iter().map(|charge| charge.minutes).collect::<Vec<_>>(), [180, 120]);
    let rest = world.phone().charges(first.next, 2).unwrap();
    assert_eq!((rest.items[0].minutes, rest.items[0].kind, rest.next), (60, EntryKind::Awarded, None));
}

#[test]
fn notices_say_whether_they_are_to_be_acknowledged_and_how_far_that_is() {
    let mut world = World::enrolled();
    let notice = |n: u8, asked: bool| Notice {
        id: NoticeId::from_bytes([n; 16]),
        officer: world.officer,
        event: EventKind::OrdersChanged,
        urgency: Urgency::Urgent,
        title: format!("Notice {n}"),
        text: String::new(),
        at: hours(i64::from(n)),
        detail: None,
        assignment: None,
        acknowledge_by: asked.then_some(hours(9)),
        acknowledged: None,
    };
    let (plain, asked) = (notice(1, false), notice(2, true));
    for notice in [&plain, &asked] {
        world.agency.put(RecordKind::Notice, notice.id, notice);
    }
    world.sync();
    let stands = |world: &World| {
        let page = world.phone().notices(None, 9).unwrap();
        page.items.into_iter().map(|view| view.acknowledgement).collect::<Vec<_>>()
    };
    assert_eq!(stands(&world), [Some(AcknowledgementView::Open), None], "newest first");
    world.phone().acknowledge_notice(asked.id, &world.reading()).unwrap();
    assert_eq!(stands(&world)[0], Some(AcknowledgementView::Waiting));
    world.agency.put(RecordKind::Notice, asked.id, &Notice { acknowledged: Some(hours(3)), ..asked });
    world.sync();
    assert_eq!(stands(&world), [Some(AcknowledgementView::Given), None]);
}

#[test]
fn an_award_that_was_acknowledged_has_been_read_of() {
    let mut world = World::enrolled();
    let of = detail(7, hours(10), DetailState::Filled);
    let mine = assignment(&world, 3, &of);
    let notice = Notice {
        id: NoticeId::from_bytes([4; 16]),
        officer: world.officer,
        event: EventKind::Awarded,
        urgency: Urgency::Normal,
        title: "It is yours".to_owned(),
        text: String::new(),
        at: hours(1),
        detail: Some(of.id),
        assignment: Some(mine.id),
        acknowledge_by: Some(hours(3)),
        acknowledged: None,
    };
    put_detail(&mut world, &of);
    world.agency.put(RecordKind::Assignment, mine.id, &mine);
    world.agency.put(RecordKind::Notice, notice.id, &notice);
    world.sync();
    let stands = |world: &World| world.phone().notices(None, 9).unwrap().items[0].acknowledgement;
    assert_eq!(stands(&world), Some(AcknowledgementView::Open));
    world.phone().acknowledge(mine.id, &world.reading()).unwrap();
    assert_eq!(stands(&world), Some(AcknowledgementView::Waiting));
    world.agency.put(RecordKind::Assignment, mine.id, &Assignment { acknowledged: Some(hours(2)), ..mine });
    world.sync();
    assert_eq!(stands(&world), Some(AcknowledgementView::Given));
}
