//! The driver over real HTTP on the loopback.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use detailbook_core::device::{
    CancelHandle, ClockFailed, Driver, DriverOptions, Enrolled, Moment, OpenOptions, Outgoing, Phone, PhoneClock,
    PhoneError, Place, SyncError, Ticket, WhichShift,
};
use detailbook_core::evidence::SoftwareSigner;
use detailbook_core::ids::OfficerId;
use detailbook_core::shift::FactKind;
use detailbook_core::time::{BootId, ClockReading, UnixMillis, Zone};

use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::agency::Agency;
use super::world::{Dice, START};

/// Clocks that move a little at each look.
struct Ticking(AtomicI64);

impl PhoneClock for Ticking {
    fn read(&self) -> Result<ClockReading, ClockFailed> {
        Ok(Self::read(self))
    }
}

impl Ticking {
    fn read(&self) -> ClockReading {
        let since = self.0.fetch_add(3, Ordering::Relaxed);
        ClockReading {
            wall: UnixMillis::new(START + since),
            zone: Zone::UTC.into(),
            monotonic: since as u64,
            boot: BootId(1),
            anchor: None,
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Manner {
    Answers,
    Silent,
    CutsOff,
    /// Gives a connection up on which nothing is asked for a while.
    GivesUp,
}

/// How long such a server waits for the next request.
const WAITS: Duration = Duration::from_millis(300);

struct Server {
    address: String,
    agency: Arc<Mutex<Agency>>,
    manner: Arc<Mutex<Manner>>,
    bytes: Arc<AtomicUsize>,
}

impl Server {
    fn start() -> Self {
        Self::speaking(None)
    }

    /// Over TLS where a configuration is given.
    fn speaking(tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            address: match &tls {
                Some(_) => format!("https://localhost:{}", listener.local_addr().unwrap().port()),
                None => format!("http://{}", listener.local_addr().unwrap()),
            },
            agency: Arc::new(Mutex::new(Agency::new(UnixMillis::new(START)))),
            manner: Arc::new(Mutex::new(Manner::Answers)),
            bytes: Arc::new(AtomicUsize::new(0)),
        };
        let (agency, manner, bytes) = (server.agency.clone(), server.manner.clone(), server.bytes.clone());
        // Ends with the test process; each connection ends with its client.
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (agency, manner, bytes) = (agency.clone(), manner.clone(), bytes.clone());
                if *manner.lock().unwrap() == Manner::GivesUp {
                    stream.set_read_timeout(Some(WAITS)).unwrap();
                }
                let session = tls.clone().map(|tls| ServerConnection::new(tls).unwrap());
                std::thread::spawn(move || match session {
                    Some(session) => serve(StreamOwned::new(session, stream), &agency, &manner, &bytes),
                    None => serve(stream, &agency, &manner, &bytes),
                });
            }
        });
        server
    }
}

fn serve(stream: impl Read + Write, agency: &Mutex<Agency>, manner: &Mutex<Manner>, bytes: &AtomicUsize) -> Option<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let (outgoing, size) = read_request(&mut reader)?;
        bytes.fetch_add(size, Ordering::Relaxed);
        let manner = *manner.lock().unwrap();
        if manner == Manner::Silent {
            std::thread::sleep(Duration::from_secs(20));
            return None;
        }
        let incoming = agency.lock().unwrap().handle(&outgoing);
        let packed = if incoming.gzip { "content-encoding: gzip\r\n" } else { "" };
        let mut reply = format!(
            "HTTP/1.1 {} OK\r\ncontent-type: application/cbor\r\n{packed}content-length: {}\r\ndate: Sat, 21 Nov 2026 20:00:00 GMT\r\n\r\n",
            incoming.status,
            incoming.body.len()
        )
        .into_bytes();
        reply.extend(&incoming.body);
        if manner == Manner::CutsOff {
            reply.truncate(reply.len() - 5);
        }
        bytes.fetch_add(reply.len(), Ordering::Relaxed);
        reader.get_mut().write_all(&reply).ok()?;
        reader.get_mut().flush().ok()?;
        if manner == Manner::CutsOff {
            return None;
        }
    }
}

fn read_request(reader: &mut BufReader<impl Read>) -> Option<(Outgoing, usize)> {
    let mut line = String::new();
    let mut size = reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split(' ');
    let method = match words.next()? {
        "GET" => "GET",
        "PUT" => "PUT",
        _ => "POST",
    };
    let path = words.next()?.to_owned();
    let mut outgoing =
        Outgoing { ticket: Ticket(0), method, path, authorization: None, accept_gzip: false, body: vec![] };
    let mut length = 0;
    loop {
        let mut header = String::new();
        size += reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        match name {
            "content-length" => length = value.parse().ok()?,
            "authorization" => outgoing.authorization = Some(value.to_owned()),
            "accept-encoding" => outgoing.accept_gzip = value.contains("gzip"),
            _ => {}
        }
    }
    outgoing.body = vec![0; length];
    reader.read_exact(&mut outgoing.body).ok()?;
    Some((outgoing, size + length))
}

struct Scene {
    server: Server,
    phone: Arc<Phone>,
    driver: Driver,
    clock: Ticking,
    cancel: CancelHandle,
    _folder: tempfile::TempDir,
}

fn scene() -> Scene {
    let scene = stranger(Server::start(), DriverOptions::default());
    scene.enrol().unwrap();
    scene
}

/// A phone that is not enrolled yet.
fn stranger(server: Server, options: DriverOptions) -> Scene {
    server.agency.lock().unwrap().gzip = true;
    let driver = Driver::new(DriverOptions { read_timeout: Duration::from_secs(2), ..options }).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let options = OpenOptions::new(folder.path().join("phone.db"), folder.path().join("blobs"));
    let signer = Arc::new(SoftwareSigner::generate(&mut Dice::new(5)));
    let phone = Phone::open(options, signer, Box::new(Dice::new(6)), UnixMillis::new(START)).unwrap();
    Scene {
        server,
        phone: Arc::new(phone),
        driver,
        clock: Ticking(AtomicI64::new(0)),
        cancel: CancelHandle::new(),
        _folder: folder,
    }
}

impl Scene {
    fn enrol(&self) -> Result<Enrolled, SyncError> {
        let officer = OfficerId::from_bytes([3; 16]);
        let invitation = self.server.agency.lock().unwrap().invite(officer, &self.server.address);
        self.driver.enrol_now(&self.phone, &invitation, &self.clock, &self.cancel)
    }

    fn sync(&self) -> Result<detailbook_core::device::SyncSummary, SyncError> {
        self.driver.sync_now(&self.phone, &self.clock, &self.cancel)
    }

    fn moment(&self) -> Moment {
        Moment::at(self.clock.read())
    }
}

#[test]
fn a_shift_with_a_photo_goes_over_http() {
    let scene = scene();
    let shift = WhichShift::Unassigned(None);
    let punched = scene.phone.punch(FactKind::In, shift, &scene.moment()).unwrap();
    let photo = vec![5_u8; 600_000];
    let place = Place::Shift(WhichShift::Running);
    scene.phone.attach(place, &mut &photo[..], "image/jpeg", None, &scene.moment()).unwrap();
    let summary = scene.sync().unwrap();
    assert_eq!((summary.requests, summary.chunks), (1 + 4, 4));
    let agency = scene.server.agency.lock().unwrap();
    assert!(agency.has(punched.document, punched.fact));
    assert_eq!(agency.blob(&detailbook_core::shift::Sha256::of(&photo)), photo);
    drop(agency);
    assert!(scene.phone.sync_state().unwrap().all_synced);
}

#[test]
fn an_idle_exchange_costs_at_most_400_bytes_both_ways_with_headers() {
    let scene = scene();
    scene.sync().unwrap();
    scene.server.bytes.store(0, Ordering::Relaxed);
    assert_eq!(scene.sync().unwrap().requests, 1);
    let bytes = scene.server.bytes.load(Ordering::Relaxed);
    println!("idle: {bytes} bytes");
    assert!(bytes <= 400, "{bytes}");
}

#[test]
fn one_punch_costs_at_most_a_kilobyte_both_ways_with_headers() {
    let scene = scene();
    let record = detailbook_core::ids::RecordId::from_bytes([1; 16]);
    scene.server.agency.lock().unwrap().put_raw(detailbook_core::records::RecordKind::Other(9), record, vec![1]);
    scene.sync().unwrap();
    let mut moment = scene.moment();
    moment.fixes = super::world::World::new().moment().fixes;
    moment.phone = super::world::World::new().moment().phone;
    scene.phone.punch(FactKind::In, WhichShift::Unassigned(None), &moment).unwrap();
    scene.server.bytes.store(0, Ordering::Relaxed);
    assert_eq!(scene.sync().unwrap().requests, 1);
    let bytes = scene.server.bytes.load(Ordering::Relaxed);
    println!("one punch: {bytes} bytes");
    let document = scene.phone.documents().unwrap()[0];
    println!("change: {:?}", scene.server.agency.lock().unwrap().document(document).sizes());
    assert!(bytes <= 1_000, "{bytes}");
}

#[test]
fn a_connection_that_the_server_has_given_up_meanwhile_loses_no_exchange() {
    let server = Server::start();
    *server.manner.lock().unwrap() = Manner::GivesUp;
    let scene = stranger(server, DriverOptions { idle: WAITS / 3, ..DriverOptions::default() });
    scene.enrol().unwrap();
    for _ in 0..3 {
        std::thread::sleep(WAITS * 2);
        scene.sync().unwrap();
    }
}

#[test]
fn a_call_can_be_cancelled_while_the_server_is_silent() {
    let scene = scene();
    *scene.server.manner.lock().unwrap() = Manner::Silent;
    let cancel = scene.cancel.clone();
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(150));
        cancel.cancel();
    });
    assert!(matches!(scene.sync(), Err(SyncError::Cancelled)));
    canceller.join().unwrap();
    assert!(scene.phone.begin_sync(&scene.clock.read()).is_ok());
}

#[test]
fn a_silent_or_broken_server_is_a_network_error_and_nothing_is_lost() {
    let scene = scene();
    let punched = scene.phone.punch(FactKind::In, WhichShift::Unassigned(None), &scene.moment()).unwrap();
    for manner in [Manner::CutsOff, Manner::Silent] {
        *scene.server.manner.lock().unwrap() = manner;
        assert!(matches!(scene.sync(), Err(SyncError::Network(_))));
        assert!(scene.phone.retry_at().unwrap().is_some());
    }
    *scene.server.manner.lock().unwrap() = Manner::Answers;
    scene.sync().unwrap();
    let agency = scene.server.agency.lock().unwrap();
    assert!(agency.has(punched.document, punched.fact));
    assert_eq!(agency.facts(), 1);
}

/// A server at `localhost` whose certificate an authority made that nobody else knows. Both were made with OpenSSL for 100 years;
/// the authority's key was thrown away.
fn tls() -> Arc<ServerConfig> {
    let certificate = CertificateDer::from_slice(include_bytes!("../../../fixtures/tls/server.der"));
    let key = PrivatePkcs8KeyDer::from(include_bytes!("../../../fixtures/tls/server_key.der").as_slice());
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth();
    Arc::new(config.with_single_cert(vec![certificate], key.into()).unwrap())
}

fn trusting() -> DriverOptions {
    let authority = include_bytes!("../../../fixtures/tls/authority.der").to_vec();
    DriverOptions { extra_roots: vec![authority], ..DriverOptions::default() }
}

#[test]
fn over_tls_an_agencys_own_authority_is_trusted_where_it_is_named() {
    let scene = stranger(Server::speaking(Some(tls())), trusting());
    scene.enrol().unwrap();
    let punched = scene.phone.punch(FactKind::In, WhichShift::Unassigned(None), &scene.moment()).unwrap();
    assert_eq!(scene.sync().unwrap().requests, 1);
    assert!(scene.server.agency.lock().unwrap().has(punched.document, punched.fact));
}

#[test]
fn over_tls_nothing_is_said_to_a_server_that_cannot_prove_its_name() {
    let unknown = stranger(Server::speaking(Some(tls())), DriverOptions::default());
    let mut elsewhere = stranger(Server::speaking(Some(tls())), trusting());
    elsewhere.server.address = elsewhere.server.address.replace("localhost", "127.0.0.1");
    for scene in [unknown, elsewhere] {
        assert!(matches!(scene.enrol(), Err(SyncError::Network(_))));
        assert_eq!(scene.server.bytes.load(Ordering::Relaxed), 0);
        assert_eq!(scene.phone.enrolled().unwrap(), None);
    }
}

#[test]
fn a_certificate_that_is_none_is_told_at_once() {
    let options = DriverOptions { extra_roots: vec![vec![0; 9]], ..DriverOptions::default() };
    assert!(matches!(Driver::new(options), Err(SyncError::Setup(_))));
}

/// Clocks that answer so many times and no more.
struct Stopping(Ticking, AtomicUsize);

impl PhoneClock for Stopping {
    fn read(&self) -> Result<ClockReading, ClockFailed> {
        let left = self.1.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        left.map(|_| self.0.read()).map_err(|_| ClockFailed)
    }
}

#[test]
fn clocks_that_stop_within_a_call_end_it_and_leave_nothing_under_way() {
    let scene = scene();
    let photo = vec![5_u8; 600_000];
    for answers in 0.. {
        scene.phone.punch(FactKind::In, WhichShift::Unassigned(None), &scene.moment()).unwrap();
        let place = Place::Shift(WhichShift::Running);
        let photo = [&photo[..], &[answers as u8]].concat();
        scene.phone.attach(place, &mut &photo[..], "image/jpeg", None, &scene.moment()).unwrap();
        let since = scene.clock.0.load(Ordering::Relaxed);
        let stopping = Stopping(Ticking(AtomicI64::new(since)), AtomicUsize::new(answers));
        let outcome = scene.driver.sync_now(&scene.phone, &stopping, &scene.cancel);
        if outcome.is_ok() {
            assert!(answers > 8, "an exchange and a photo take more looks than {answers}");
            break;
        }
        assert!(matches!(outcome, Err(SyncError::Clock(_))), "{outcome:?}");
        scene.sync().unwrap();
        assert!(scene.phone.sync_state().unwrap().all_synced);
    }
}

/// Clocks that try to exchange while they are read.
struct Meddling<'a>(&'a Scene, &'a Driver);

impl PhoneClock for Meddling<'_> {
    fn read(&self) -> Result<ClockReading, ClockFailed> {
        for driver in [&self.0.driver, self.1] {
            let outcome = driver.sync_now(&self.0.phone, &self.0.clock, &self.0.cancel);
            assert!(matches!(outcome, Err(SyncError::Phone(PhoneError::SyncBusy))), "{outcome:?}");
        }
        Ok(self.0.clock.read())
    }
}

#[test]
fn a_clock_that_exchanges_while_it_is_read_is_told_that_an_exchange_is_under_way() {
    let scene = scene();
    let other = Driver::new(DriverOptions::default()).unwrap();
    scene.driver.sync_now(&scene.phone, &Meddling(&scene, &other), &scene.cancel).unwrap();
    assert!(scene.phone.sync_state().unwrap().all_synced);
}
