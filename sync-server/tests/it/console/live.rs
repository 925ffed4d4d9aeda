//! Live pages over a real connection: what the stream says, to whom, for how long, and that it keeps nobody signed in.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use detailbook_core::time::{Millis, UnixMillis};
use detailbook_server::access::permissions::StaffRole;
use detailbook_server::clock::{Clock as _, SystemClock};
use detailbook_server::console::live::{Live, Pace};

use super::browser::Browser;
use super::staff::inside;
use crate::served::Served;
use crate::staff::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    who_listens_hears_that_their_agencys_feed_moved_and_nothing_else,
    another_nodes_writes_are_heard_of_too,
    a_stream_ends_with_its_session_and_keeps_none_alive,
    only_who_may_read_listens_and_not_to_too_many,
);

/// So fast that a story need not wait long for what comes, and slow enough to see that nothing does.
const PACE: Pace = Pace {
    beat: Duration::from_millis(100),
    look: Duration::from_millis(50),
    gather: Duration::from_millis(5),
    rest: Duration::from_millis(5),
};
/// What has not come by then does not come.
const PATIENCE: Duration = Duration::from_secs(10);

fn world(home: &Home) -> World {
    let mut world = World::on(home);
    world.app.live = Arc::new(Live::with(PACE));
    world
}

fn after(length: Duration) -> UnixMillis {
    SystemClock.now() + Millis(i64::try_from(length.as_millis()).unwrap())
}

/// A browser that listens.
struct Listening {
    lines: BufReader<TcpStream>,
    head: String,
}

impl Listening {
    fn to(served: &Served, browser: &Browser<'_>, since: &str) -> Self {
        let mut socket = TcpStream::connect(served.address).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let cookie = browser.session().unwrap_or_default();
        let host = served.address;
        write!(socket, "GET /console/live?since={since} HTTP/1.1\r\nHost: {host}\r\nCookie: detailbook={cookie}\r\nConnection: close\r\n\r\n").unwrap();
        let mut listening = Self { lines: BufReader::new(socket), head: String::new() };
        loop {
            let line = listening.line().unwrap();
            if line.is_empty() {
                return listening;
            }
            listening.head += &line;
            listening.head.push('\n');
        }
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        match self.lines.read_line(&mut line) {
            Ok(0) => None,
            Ok(_) => Some(line.trim_end().to_owned()),
            Err(error) => panic!("nothing came: {error}"),
        }
    }

    /// The next event within that time; nothing where there is none, or the stream ended.
    fn event(&mut self, within: Duration) -> Option<String> {
        let until = after(within);
        while SystemClock.now() < until {
            let line = self.line()?;
            assert!(!line.starts_with("data: ") || matches!(&line[6..], "moved" | "ended"), "content: {line}");
            if let Some(event) = line.strip_prefix("event: ") {
                return Some(event.to_owned());
            }
        }
        None
    }

    /// Beats come, but no event.
    fn is_quiet(&mut self) -> bool {
        self.event(PACE.beat * 4).is_none()
    }
}

fn head(world: &World, agency: detailbook_core::ids::AgencyId) -> String {
    world.app.store.read(|sql| detailbook_server::console::live::head(sql, agency)).unwrap()
}

fn who_listens_hears_that_their_agencys_feed_moved_and_nothing_else(home: &Home) {
    let world = world(home);
    let (desk, other) = (world.agency(1), world.agency(2));
    let browser = inside(&world, desk.agency, "a@example.org", StaffRole::Dispatcher);
    let served = Served::of(&world.app);
    let before = head(&world, desk.agency);
    let mut listening = Listening::to(&served, &browser, &before);
    for header in
        ["HTTP/1.1 200", "content-type: text/event-stream", "cache-control: no-store", "x-accel-buffering: no"]
    {
        assert!(listening.head.contains(header), "{}", listening.head);
    }
    other.officer("Reyes");
    assert!(listening.is_quiet(), "another agency's feed moved");
    desk.officer("Moss");
    assert_eq!(listening.event(PATIENCE).as_deref(), Some("moved"));
    assert!(listening.is_quiet(), "once is enough");
    assert_ne!(head(&world, desk.agency), before);
    // A page that was made before something moved hears of it at once.
    let mut late = Listening::to(&served, &browser, &before);
    assert_eq!(late.event(PATIENCE).as_deref(), Some("moved"));
}

fn another_nodes_writes_are_heard_of_too(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let browser = inside(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let served = Served::of(&world.app);
    let mut listening = Listening::to(&served, &browser, &head(&world, desk.agency));
    assert!(listening.is_quiet());
    // The same database, opened by a process of its own as far as the store can tell.
    let (node, agency, now) = (home.open(), desk.agency, world.app.now());
    let moved = node.write(move |sql| {
        detailbook_server::store::agency::lock(sql, agency)?;
        detailbook_server::store::agency::next_seq(sql, agency)
    });
    assert!(moved.is_ok() && now == world.app.now());
    assert_eq!(listening.event(PATIENCE).as_deref(), Some("moved"));
}

fn a_stream_ends_with_its_session_and_keeps_none_alive(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let served = Served::of(&world.app);
    let mut listening = Listening::to(&served, &browser, "");
    assert_eq!(listening.event(PATIENCE).as_deref(), Some("moved"));
    // Neither listening nor what a page asks for by itself is a use of the session.
    world.wait(Millis::from_mins(20).0);
    let _again = Listening::to(&served, &browser, &head(&world, desk.agency));
    let mut by_itself = browser.call("GET", "/console", "");
    by_itself.unattended = true;
    assert_eq!(browser.make(&by_itself).status, 200);
    assert!(listening.is_quiet(), "the session is live still");
    world.wait(Millis::from_mins(11).0);
    assert_eq!(listening.event(PATIENCE).as_deref(), Some("ended"));
    assert_eq!(listening.event(PATIENCE), None, "and nothing comes after");
    assert_eq!(browser.get("/console").leads(), "/console/sign-in");
    // Signing out ends it at once.
    let mut other = inside(&world, desk.agency, "b@example.org", StaffRole::Coordinator);
    let mut listening = Listening::to(&served, &other, &head(&world, desk.agency));
    assert!(listening.is_quiet());
    other.send("/console/account", "/console/sign-out", &[]).leads();
    assert_eq!(listening.event(PATIENCE).as_deref(), Some("ended"));
}

fn only_who_may_read_listens_and_not_to_too_many(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let served = Served::of(&world.app);
    let stranger = Browser::new(&world);
    assert!(Listening::to(&served, &stranger, "").head.starts_with("HTTP/1.1 303"));
    let mut admin = inside(&world, desk.agency, "admin@example.org", StaffRole::Administrator);
    admin.send("/console/roles/finance", "/console/roles/finance", &[("scope", "audit:read")]).leads();
    let auditor = inside(&world, desk.agency, "c@example.org", StaffRole::Finance);
    assert!(Listening::to(&served, &auditor, "").head.starts_with("HTTP/1.1 403"));
    let browser = inside(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    assert!(Listening::to(&served, &browser, &"9".repeat(60)).head.starts_with("HTTP/1.1 4"));
    let mut all: Vec<_> = (0..4).map(|_| Listening::to(&served, &browser, "")).collect();
    assert!(all.iter().all(|one| one.head.starts_with("HTTP/1.1 200")));
    assert!(Listening::to(&served, &browser, "").head.starts_with("HTTP/1.1 429"), "a fifth");
    all.pop();
    // Whoever has gone is missed at the next beat.
    let until = after(PATIENCE);
    while world.app.live.count() > 3 && SystemClock.now() < until {
        std::thread::sleep(PACE.beat);
    }
    assert!(Listening::to(&served, &browser, "").head.starts_with("HTTP/1.1 200"));
    world.app.live.close();
    let mut rest = all.remove(0);
    while rest.event(PATIENCE).is_some() {}
    assert!(rest.line().is_none(), "the server stops, and nobody waits for who listens");
}
