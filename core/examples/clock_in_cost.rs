//! What a durable clock-in costs beside a raw durable insert: `cargo run -p detailbook-core --features device --example clock_in_cost`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a measurement")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use detailbook_core::device::{Moment, OpenOptions, Phone, WhichShift};
use detailbook_core::entropy::Entropy;
use detailbook_core::evidence::SoftwareSigner;
use detailbook_core::geo::{Fix, Provider};
use detailbook_core::ids::{AgencyId, AssignmentId, DeviceId, OfficerId};
use detailbook_core::shift::{FactKind, PhoneState, Sha256};
use detailbook_core::time::{BootId, ClockReading, UnixMillis, Zone};
use detailbook_core::wire::{EnrolResponse, Invitation, encode};

const ROUNDS: usize = 2_000;

struct Counting(u64);

impl Entropy for Counting {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0 += 1;
        let digest = Sha256::of(&self.0.to_le_bytes()).0;
        bytes.iter_mut().zip(digest.iter().cycle()).for_each(|(byte, from)| *byte = *from);
    }
}

fn reading(n: u64) -> ClockReading {
    let wall = UnixMillis::new(1_760_000_000_000 + n as i64);
    ClockReading { wall, zone: Zone::UTC.into(), monotonic: n, boot: BootId(1), anchor: None }
}

fn enrolled(folder: &Path) -> Phone {
    let signer = SoftwareSigner::generate(&mut Counting(1));
    let options = OpenOptions::new(folder.join("phone.db"), folder.join("blobs"));
    let phone = Phone::open(options, Arc::new(signer), Box::new(Counting(2)), reading(0).wall).unwrap();
    let server = SoftwareSigner::generate(&mut Counting(3));
    let server_key = Sha256::of(&server.public());
    let invitation = Invitation { server: "https://x".into(), server_key, code: [1; 16] }.to_text();
    let enrolling = phone.begin_enrol(&invitation, &reading(0)).unwrap();
    let mut answer = EnrolResponse {
        agency: AgencyId::from_bytes([1; 16]),
        officer: OfficerId::from_bytes([2; 16]),
        device: DeviceId::from_bytes([3; 16]),
        session_key: [4; 32].into(),
        server_time: reading(1).wall,
        server_key: server.public().into(),
        signature: Vec::new().into(),
    };
    answer.signature = server.sign_message(&answer.statement(&enrolling.outgoing.body)).to_vec().into();
    let incoming = detailbook_core::device::Incoming { status: 200, gzip: false, body: encode(&answer) };
    phone.finish_enrol(&enrolling, &incoming, &reading(2)).unwrap();
    phone
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let phone = enrolled(folder.path());
    let raw = rusqlite::Connection::open(folder.path().join("raw.db")).unwrap();
    raw.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (id BLOB PRIMARY KEY, body BLOB)",
    )
    .unwrap();
    let fix = Fix {
        latitude_e7: 423_600_000,
        longitude_e7: -710_600_000,
        accuracy_dm: Some(80),
        age_ms: 900,
        provider: Provider::Gps,
        mock: false,
    };
    let (mut plain, mut punches, mut shifts) = (Vec::new(), Vec::new(), 0_u128);
    for n in 0..ROUNDS {
        let begun = Instant::now();
        raw.prepare_cached("INSERT INTO t VALUES (?1, ?2)").unwrap().execute((n as i64, vec![7_u8; 300])).unwrap();
        plain.push(begun.elapsed());
        if n % 6 == 0 {
            shifts += 1;
        }
        let state = PhoneState { battery: Some(80), saver: false, precise_location: true };
        let moment = Moment { clock: reading(n as u64 + 10), fixes: vec![fix; 5], phone: Some(state) };
        let shift = WhichShift::Assignment(AssignmentId::from_bytes(shifts.to_be_bytes()));
        let begun = Instant::now();
        phone.punch(FactKind::In, shift, &moment).unwrap();
        punches.push(begun.elapsed());
    }
    let (plain, punch) = (median(plain), median(punches));
    println!("raw durable insert {plain:?}, clock-in {punch:?}: {:.2} x", punch.as_secs_f64() / plain.as_secs_f64());
}
