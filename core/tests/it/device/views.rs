//! What the screens show.

use detailbook_core::device::{
    AcknowledgementView, ApplicationView, MessageView, PageMark, Place, SyncState, WhichShift,
};
use detailbook_core::geo::{Fence, FenceState, Point};
use detailbook_core::ids::{
    AssignmentId, CustomerId, DetailId, MessageId, OfficerId, PositionId, RecordId, RulingId, SiteId,
};
use detailbook_core::records::{
    Application, ApplicationState, Assignment, AssignmentOrigin, AssignmentState, Correspondent, Detail, DetailState,
    Interval, Message, Officer, Placement, Position, RecordKind, Ruling, Site,
};
use detailbook_core::shift::{FactKind, ShiftState};
use detailbook_core::time::{ClockReading, Millis, UnixMillis, Zone};
use detailbook_core::wire::Wish;

use super::world::{START, World};

pub(super) fn hours(n: i64) -> UnixMillis {
    UnixMillis::new(START) + Millis::from_hours(n)
}

fn site() -> Site {
    let center = Point { latitude_e7: 423_600_000, longitude_e7: -710_600_000 };
    Site {
        id: SiteId::from_bytes([1; 16]),
        customer: CustomerId::from_bytes([2; 16]),
        name: "Main gate".into(),
        address: "1 Main St".into(),
        fence: Fence::Circle { center, radius_m: 150 },
        placement: Placement::Surveyed,
    }
}

pub(super) fn detail(n: u8, starts: UnixMillis, state: DetailState) -> Detail {
    Detail {
        id: DetailId::from_bytes([n; 16]),
        site: site().id,
        customer_name: "Gas company".into(),
        title: format!("Traffic {n}"),
        job_type: "C".into(),
        starts,
        ends: starts + Millis::from_hours(4),
        zone: Zone::UTC,
        positions: vec![Position {
            id: PositionId::from_bytes([n; 16]),
            name: "Traffic 1".into(),
            rank: None,
            filled: false,
        }],
        post_orders: "Keep the lane open.".into(),
        state,
        reference: String::new(),
        customer: None,
    }
}

pub(super) fn assignment(world: &World, n: u8, of: &Detail) -> Assignment {
    Assignment {
        id: AssignmentId::from_bytes([n; 16]),
        detail: of.id,
        position: of.positions[0].id,
        officer: world.officer,
        origin: AssignmentOrigin::Applied,
        state: AssignmentState::Active,
        shift_log: None,
        acknowledged: None,
    }
}

pub(super) fn put_detail(world: &mut World, detail: &Detail) {
    world.agency.put(RecordKind::Detail, detail.id, detail);
}

#[test]
fn details_on_offer_come_in_pages_with_the_officers_own_application() {
    let mut world = World::enrolled();
    world.agency.put(RecordKind::Site, site().id, &site());
    for n in 1..=5 {
        put_detail(&mut world, &detail(n, hours(i64::from(n)), DetailState::Open));
    }
    put_detail(&mut world, &detail(6, hours(2), DetailState::Filled));
    put_detail(&mut world, &detail(7, hours(-9), DetailState::Open));
    world.sync();
    let first = world.phone().offers(world.now(), None, 3).unwrap();
    let second = world.phone().offers(world.now(), first.next, 3).unwrap();
    let titles = |page: &detailbook_core::device::Page<detailbook_core::device::OfferView>| {
        page.items.iter().map(|offer| offer.detail.title.clone()).collect::<Vec<_>>()
    };
    assert_eq!(titles(&first), ["Traffic 1", "Traffic 2", "Traffic 3"]);
    assert_eq!((titles(&second), second.next), (vec!["Traffic 4".to_owned(), "Traffic 5".to_owned()], None));
    assert_eq!(first.items[0].site, Some(site()));
    assert_eq!(first.items[0].application, None);
}

#[test]
fn a_colleagues_assignment_is_in_nobody_elses_schedule() {
    let mut world = World::enrolled();
    let (to_come, over) = (detail(1, hours(5), DetailState::Filled), detail(2, hours(-9), DetailState::Filled));
    let mine = assignment(&world, 1, &to_come);
    let colleague = OfficerId::from_bytes([0xc0; 16]);
    let theirs = |n, of: &Detail| Assignment { officer: colleague, ..assignment(&world, n, of) };
    for assigned in [mine.clone(), theirs(2, &to_come), theirs(3, &over)] {
        world.agency.put(RecordKind::Assignment, assigned.id, &assigned);
    }
    // The details come after the assignments on them.
    put_detail(&mut world, &to_come);
    put_detail(&mut world, &over);
    world.sync();
    let schedule = world.phone().schedule(world.now(), None, 9).unwrap();
    assert_eq!(schedule.items.into_iter().map(|shift| shift.assignment).collect::<Vec<_>>(), [mine]);
    assert!(world.phone().past_shifts(world.now(), None, 9).unwrap().items.is_empty());
}

#[test]
fn an_application_carries_the_servers_time_that_the_phone_knew_last() {
    let mut world = World::enrolled();
    let wanted = detail(1, hours(5), DetailState::Open);
    put_detail(&mut world, &wanted);
    world.sync();
    let heard = world.now();
    let reading = ClockReading { anchor: None, ..world.reading() };
    world.phone().apply(wanted.id, None, &reading).unwrap();
    let wish = world.phone().wishes(1).unwrap().remove(0).wish.unwrap();
    let Wish::Apply { read: Some(read), .. } = wish else { panic!("{wish:?}") };
    let anchor = read.anchor.expect("the phone has heard from the server");
    assert!((heard - anchor.server).0.abs() < 60_000, "{anchor:?}");
    assert_eq!(read, ClockReading { anchor: Some(anchor), ..reading });
}

#[test]
fn an_application_is_shown_as_wished_then_as_the_server_says() {
    let mut world = World::enrolled();
    let wanted = detail(1, hours(5), DetailState::Open);
    put_detail(&mut world, &wanted);
    world.sync();
    let shown = |world: &World| world.phone().offers(world.now(), None, 5).unwrap().items[0].application.clone();
    let command = world.phone().apply(wanted.id, None, &world.reading()).unwrap();
    assert_eq!(shown(&world), Some(ApplicationView::Applying { command }));
    world.sync();
    let mut application = Application {
        officer: world.officer,
        detail: wanted.id,
        position: None,
        state: ApplicationState::Received,
        received_at: world.now(),
        made_at: world.now(),
        reason: String::new(),
        made: None,
    };
    world.agency.put(RecordKind::Application, RecordId::from_bytes(*command.as_bytes()), &application);
    world.sync();
    let stands = |state| Some(ApplicationView::Stands { state, reason: String::new() });
    assert_eq!(shown(&world), stands(ApplicationState::Received));
    let command = world.phone().withdraw(wanted.id, &world.reading()).unwrap();
    assert_eq!(shown(&world), Some(ApplicationView::Withdrawing { command }));
    application.state = ApplicationState::Withdrawn;
    world.agency.put(RecordKind::Application, RecordId::from_bytes([7; 16]), &application);
    world.sync();
    assert_eq!(shown(&world), stands(ApplicationState::Withdrawn));
}

#[test]
fn a_second_tap_on_apply_is_the_first_and_its_refusal_hides_no_application_that_stands() {
    let mut world = World::enrolled();
    let wanted = detail(1, hours(5), DetailState::Open);
    put_detail(&mut world, &wanted);
    world.sync();
    let shown = |world: &World| world.phone().offers(world.now(), None, 5).unwrap().items[0].application.clone();
    let first = world.phone().apply(wanted.id, None, &world.reading()).unwrap();
    assert_eq!(world.phone().apply(wanted.id, None, &world.reading()).unwrap(), first);
    let other = world.phone().apply(wanted.id, Some(wanted.positions[0].id), &world.reading()).unwrap();
    assert_ne!(other, first, "another position is another wish");
    let back = world.phone().withdraw(wanted.id, &world.reading()).unwrap();
    assert_eq!(world.phone().withdraw(wanted.id, &world.reading()).unwrap(), back);
    let again = world.phone().apply(wanted.id, None, &world.reading()).unwrap();
    assert!(again != first && world.phone().wishes(9).unwrap().len() == 4);
    let message = |world: &World| world.phone().send_message("Thank you.", &world.reading()).unwrap();
    assert_ne!(message(&world), message(&world), "the same may be said twice");
    world.agency.refuse_commands = true;
    let received_at = world.now();
    world.pass(Millis::from_mins(5));
    world.sync();
    assert!(matches!(shown(&world), Some(ApplicationView::Refused { .. })));
    for (state, stands) in
        [(ApplicationState::Received, true), (ApplicationState::Awarded, true), (ApplicationState::Withdrawn, false)]
    {
        let reason = String::new();
        let application = Application {
            officer: world.officer,
            detail: wanted.id,
            position: None,
            state,
            received_at,
            made_at: received_at,
            reason,
            made: None,
        };
        world.agency.put(RecordKind::Application, RecordId::from_bytes([7; 16]), &application);
        world.sync();
        let view = shown(&world);
        assert_eq!(matches!(view, Some(ApplicationView::Stands { .. })), stands, "{state:?}: {view:?}");
    }
}

#[test]
fn the_running_shift_tells_hours_place_and_what_to_ask() {
    let mut world = World::enrolled();
    let of = detail(1, hours(0), DetailState::Filled);
    let mine = assignment(&world, 3, &of);
    world.agency.put(RecordKind::Site, site().id, &site());
    // The assignment may come before its detail.
    world.agency.put(RecordKind::Assignment, mine.id, &mine);
    put_detail(&mut world, &of);
    world.sync();
    let shift = WhichShift::Assignment(mine.id);
    world.phone().punch(FactKind::In, shift, &world.moment()).unwrap();
    world.pass(Millis::from_mins(90));
    let running = world.phone().first_screen(world.now()).unwrap().running.unwrap();
    assert_eq!((running.state, running.sync.clone()), (ShiftState::On, Some(SyncState::OnThisPhone)));
    assert_eq!(running.worked_so_far.0 / 60_000, 90);
    assert_eq!(running.places[0].verdict.state, FenceState::Inside);
    assert_eq!(running.ask_at, [of.ends + Millis::from_mins(5), of.ends + Millis::from_mins(60)]);
    assert_eq!(running.shift.unwrap().detail, Some(of));
    world.phone().read_orders(WhichShift::Running, &world.moment()).unwrap();
    world.phone().punch(FactKind::Out, WhichShift::Running, &world.moment()).unwrap();
    assert_eq!(world.phone().running(world.now()).unwrap(), None);
    let ended = world.phone().shift(mine.log(), world.now()).unwrap();
    assert!(ended.state != ShiftState::On && ended.orders_read.is_some());
    let json = serde_json::to_string(&ended).unwrap();
    assert!(json.contains("\"worked_so_far\":"), "{json}");
}

#[test]
fn a_shift_has_come_as_far_as_the_fact_that_is_least_far() {
    let mut world = World::enrolled();
    let shift = WhichShift::Assignment(AssignmentId::from_bytes([3; 16]));
    // The wall clock runs ahead while the officer clocks in, so that by time the clock-out comes first.
    let mut ahead = world.moment();
    ahead.clock.wall = ahead.clock.wall + Millis::from_hours(3);
    let log = world.phone().punch(FactKind::In, shift, &ahead).unwrap().document;
    world.sync();
    assert_eq!(world.phone().shift(log, world.now()).unwrap().sync, Some(SyncState::AgencyHasIt));
    world.phone().punch(FactKind::Out, shift, &world.moment()).unwrap();
    assert_eq!(world.phone().shift(log, world.now()).unwrap().sync, Some(SyncState::OnThisPhone));
    let empty = detailbook_core::ids::DocumentId::from_bytes([77; 16]);
    assert_eq!(world.phone().shift(empty, world.now()).unwrap().sync, None);
}

#[test]
fn an_application_that_came_after_a_refusal_is_shown() {
    let mut world = World::enrolled();
    let wanted = detail(1, hours(5), DetailState::Open);
    put_detail(&mut world, &wanted);
    world.sync();
    let shown = |world: &World| world.phone().offers(world.now(), None, 5).unwrap().items[0].application.clone();
    world.agency.refuse_commands = true;
    world.phone().apply(wanted.id, None, &world.reading()).unwrap();
    world.sync();
    assert!(matches!(shown(&world), Some(ApplicationView::Refused { .. })));
    world.pass(Millis::from_mins(5));
    let application = Application {
        officer: world.officer,
        detail: wanted.id,
        position: None,
        state: ApplicationState::Received,
        received_at: world.now(),
        made_at: world.now(),
        reason: String::new(),
        made: None,
    };
    world.agency.put(RecordKind::Application, RecordId::from_bytes([7; 16]), &application);
    world.sync();
    assert!(matches!(shown(&world), Some(ApplicationView::Stands { state: ApplicationState::Received, .. })));
    // A refusal after it counts again.
    world.phone().withdraw(wanted.id, &world.reading()).unwrap();
    world.sync();
    assert!(matches!(shown(&world), Some(ApplicationView::Refused { .. })));
}

#[test]
fn a_ruling_shows_on_the_shift_and_on_each_of_its_facts() {
    let mut world = World::enrolled();
    let of = detail(1, hours(-8), DetailState::Filled);
    let mine = assignment(&world, 3, &of);
    put_detail(&mut world, &of);
    world.agency.put(RecordKind::Assignment, mine.id, &mine);
    world.sync();
    world.phone().acknowledge(mine.id, &world.reading()).unwrap();
    let punched = world.phone().punch(FactKind::In, WhichShift::Assignment(mine.id), &world.moment()).unwrap();
    let past = world.phone().past_shifts(world.now(), None, 5).unwrap();
    assert_eq!(past.items[0].acknowledgement, AcknowledgementView::Waiting);
    world.sync();
    let ruling = |n: u8, supersedes| Ruling {
        id: RulingId::from_bytes([n; 16]),
        assignment: mine.id,
        accepted: vec![Interval { start: of.starts, end: of.ends }],
        exceptions: vec![],
        reason: "As scheduled.".into(),
        ruled_by: "Coordinator".into(),
        ruled_at: world.now(),
        supersedes,
        counts_as: None,
        pay: None,
    };
    let (older, newer) = (ruling(1, None), ruling(2, Some(RulingId::from_bytes([1; 16]))));
    world.agency.put(RecordKind::Ruling, newer.id, &newer);
    world.agency.put(RecordKind::Ruling, older.id, &older);
    world.sync();
    let past = world.phone().past_shifts(world.now(), None, 5).unwrap();
    assert_eq!(past.items[0].ruling, Some(newer));
    assert!(world.phone().schedule(world.now(), None, 5).unwrap().items.is_empty());
    let facts = world.phone().facts(punched.document, None, 5).unwrap();
    assert_eq!(facts[0].sync, SyncState::Ruled);
}

#[test]
fn a_shift_begun_without_an_assignment_is_found_under_the_one_it_is_linked_to() {
    let mut world = World::enrolled();
    let of = detail(1, hours(0), DetailState::Filled);
    let punched = world.phone().punch(FactKind::In, WhichShift::Unassigned(Some(of.id)), &world.moment()).unwrap();
    world.sync();
    assert_eq!(world.phone().running(world.now()).unwrap().unwrap().detail, Some(of.id));
    put_detail(&mut world, &of);
    let linked = Assignment { shift_log: Some(punched.document), ..assignment(&world, 3, &of) };
    world.agency.put(RecordKind::Assignment, linked.id, &linked);
    world.sync();
    let out = world.phone().punch(FactKind::Out, WhichShift::Assignment(linked.id), &world.moment()).unwrap();
    assert_eq!(out.document, punched.document);
    let shift = world.phone().shift(punched.document, world.now()).unwrap().shift.unwrap();
    assert_eq!(shift.assignment.id, linked.id);
}

#[test]
fn messages_wait_on_this_phone_and_then_come_as_the_agency_has_them() {
    let mut world = World::enrolled();
    for n in 1..=4 {
        let message = Message {
            id: MessageId::from_bytes([n; 16]),
            officer: Some(world.officer),
            from: Correspondent::Agency,
            text: format!("Message {n}"),
            sent_at: hours(i64::from(n)),
        };
        world.agency.put(RecordKind::Message, message.id, &message);
    }
    world.sync();
    world.phone().send_message("On my way.", &world.reading()).unwrap();
    let first = world.phone().messages(None, 2).unwrap();
    let texts: Vec<_> = first
        .items
        .iter()
        .map(|it| match it {
            MessageView::OnThisPhone { text, refused: None, .. } => format!("({text})"),
            MessageView::Sent { message } => message.text.clone(),
            other @ MessageView::OnThisPhone { .. } => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(texts, ["(On my way.)", "Message 4", "Message 3"]);
    let mark: Option<PageMark> = first.next;
    assert_eq!(world.phone().messages(mark, 2).unwrap().items.len(), 2);
    world.sync();
    assert_eq!(world.phone().messages(None, 9).unwrap().items.len(), 4);
}

#[test]
fn a_replaced_note_is_shown_once_with_its_newest_words() {
    let mut world = World::enrolled();
    let shift = WhichShift::Assignment(AssignmentId::from_bytes([3; 16]));
    let note = world.phone().note(Place::Shift(shift), "Quiet.", &world.moment()).unwrap();
    world.phone().replace_note(note.document, note.fact, "Loud.", &world.moment()).unwrap();
    let incident = "A car hit the barrier.";
    world.phone().incident(Place::Shift(shift), incident, &world.moment()).unwrap();
    world.sync();
    let page = world.phone().written(note.document, None, 1).unwrap();
    assert_eq!((page.items.len(), page.items[0].written.text.as_str()), (1, "Loud."));
    assert_eq!(page.items[0].written.replaces, [note.fact]);
    let page = world.phone().written(note.document, page.next, 1).unwrap();
    assert_eq!((page.items[0].written.text.as_str(), page.next), (incident, None));
}

#[test]
fn a_punch_tells_what_it_was_last_corrected_to_also_where_the_correction_is_on_a_later_page() {
    let mut world = World::enrolled();
    let began = world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    let shift = WhichShift::Log(began.document);
    let ended = world.phone().punch(FactKind::Out, shift, &world.moment()).unwrap();
    let (first, last) = (hours(-1), hours(-3));
    world.phone().correct(shift, began.fact, first, "Forgot.", &world.moment()).unwrap();
    let told = |world: &World| world.phone().facts(began.document, None, 2).unwrap();
    assert_eq!(told(&world).iter().map(|fact| fact.corrected).collect::<Vec<_>>(), [Some(first), None]);
    world.phone().correct(shift, began.fact, last, "Even earlier.", &world.moment()).unwrap();
    world.sync();
    assert_eq!(told(&world).iter().map(|fact| fact.corrected).collect::<Vec<_>>(), [Some(last), None]);
    assert!(told(&world)[0].at > first, "the punch stays as it was made");
    let corrections = world.phone().facts(began.document, Some(ended.fact), 9).unwrap();
    assert_eq!(
        corrections.iter().map(|fact| (fact.kind, fact.corrected)).collect::<Vec<_>>(),
        [(FactKind::Correction, None), (FactKind::Correction, None)]
    );
}

#[test]
fn a_shift_begun_before_its_record_came_stays_in_one_log_until_it_is_handed_in() {
    let mut world = World::enrolled();
    let of = detail(1, hours(0), DetailState::Filled);
    put_detail(&mut world, &of);
    let other = world.phone().punch(FactKind::EnRoute, WhichShift::Unassigned(None), &world.moment()).unwrap();
    let linked = Assignment { shift_log: Some(other.document), ..assignment(&world, 3, &of) };
    let punched = world.phone().punch(FactKind::In, WhichShift::Assignment(linked.id), &world.moment()).unwrap();
    world.agency.put(RecordKind::Assignment, linked.id, &linked);
    world.sync();
    let out = world.phone().punch(FactKind::Out, WhichShift::Assignment(linked.id), &world.moment()).unwrap();
    assert_eq!(out.document, punched.document);
    let shift = WhichShift::Assignment(linked.id);
    let corrected = world.phone().correct(shift, out.fact, world.now(), "Ten minutes late.", &world.moment()).unwrap();
    let submitted = world.phone().submit(shift, &world.moment()).unwrap();
    assert_eq!((corrected.document, submitted.document), (punched.document, punched.document));
    let next = world.phone().punch(FactKind::In, WhichShift::Assignment(linked.id), &world.moment()).unwrap();
    assert_eq!(next.document, other.document);
}

#[test]
fn a_fact_written_after_the_ruling_is_not_shown_as_ruled_on() {
    let mut world = World::enrolled();
    let of = detail(1, hours(-1), DetailState::Filled);
    put_detail(&mut world, &of);
    let assigned = assignment(&world, 3, &of);
    world.agency.put(RecordKind::Assignment, assigned.id, &assigned);
    let punched = world.phone().punch(FactKind::In, WhichShift::Assignment(assigned.id), &world.moment()).unwrap();
    world.sync();
    world.pass(Millis::from_hours(1));
    let ruling = Ruling {
        id: RulingId::from_bytes([4; 16]),
        assignment: assigned.id,
        accepted: vec![],
        exceptions: vec![],
        reason: String::new(),
        ruled_by: "Coordinator".into(),
        ruled_at: world.now(),
        supersedes: None,
        counts_as: None,
        pay: None,
    };
    world.agency.put(RecordKind::Ruling, ruling.id, &ruling);
    world.pass(Millis::from_hours(1));
    let late = world.phone().note(Place::Shift(WhichShift::Log(punched.document)), "Late.", &world.moment()).unwrap();
    world.sync();
    let facts = world.phone().facts(punched.document, None, 10).unwrap();
    let states: Vec<_> = facts.iter().map(|fact| (fact.fact, fact.sync.clone())).collect();
    assert_eq!(states, [(punched.fact, SyncState::Ruled), (late.fact, SyncState::AgencyHasIt)]);
    assert_eq!(world.phone().shift(punched.document, world.now()).unwrap().sync, Some(SyncState::AgencyHasIt));
}

#[test]
fn the_first_screen_says_whose_book_it_is_once_the_agency_has_said_so() {
    let mut world = World::enrolled();
    assert_eq!(world.phone().first_screen(world.now()).unwrap().officer, None);
    let id = world.phone().enrolled().unwrap().unwrap().officer;
    let record = Officer { id, name: "P. One".into(), employee_number: "0017".into(), rank: "PO".into() };
    world.agency.put(RecordKind::Officer, id, &record);
    world.sync();
    let shown = world.phone().first_screen(world.now()).unwrap().officer.unwrap();
    assert_eq!((shown.name.as_str(), shown.employee_number.as_str()), ("P. One", "0017"));
}
