//! Devices over real connections.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use detailbook_core::ids::DeviceId;
use detailbook_core::wire::{self, Credential, Limits, ProblemBody, Refusal, SYNC_PATH, SyncResponse};
use detailbook_server::routes::connections::Bounds;

use super::precinct::Precinct;
use crate::served::Served;
use crate::store::home::Home;

impl Served {
    /// Sends head and body, and gives the answer's head and body.
    fn exchange(&self, head: &str, body: &[u8]) -> (String, Vec<u8>) {
        let mut connection = TcpStream::connect(self.address).unwrap();
        connection.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
        connection.write_all(format!("{head}\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes()).unwrap();
        // A server that has heard enough may hang up before all is said.
        let _ = connection.write_all(body);
        let mut answer = Vec::new();
        let _ = connection.read_to_end(&mut answer);
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("an answer has a head");
        (String::from_utf8(answer[..end].to_vec()).unwrap().to_lowercase(), answer[end + 4..].to_vec())
    }
}

#[test]
fn an_exchange_over_http_has_a_short_head() {
    let home = Home::sqlite();
    let precinct = Precinct::open(&home);
    let served = Served::of(&precinct.app);
    let mut phone = precinct.phone(precinct.officer(1));
    let body = wire::encode(&phone.request());
    let authorization = phone.authorization("POST", SYNC_PATH, &body);
    let head = format!("POST {SYNC_PATH} HTTP/1.1\r\nauthorization: {authorization}\r\ncontent-length: {}", body.len());
    let (head, body) = served.exchange(&head, &body);
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(head.contains("content-type: application/cbor") && head.contains("date: "), "{head}");
    assert!(head.len() < 150, "{} bytes: {head}", head.len());
    assert!(wire::decode::<SyncResponse>(&body).is_ok());
}

#[test]
fn a_body_that_is_too_long_is_refused_before_it_is_read() {
    let home = Home::sqlite();
    let precinct = Precinct::open(&home);
    let served = Served::of(&precinct.app);
    let mut phone = precinct.phone(precinct.officer(1));
    let start = format!("POST {SYNC_PATH} HTTP/1.1\r\nauthorization: {}", phone.authorization("POST", SYNC_PATH, b""));
    let long = Limits::V1.request_bytes + 1;
    let (head, body) = served.exchange(&format!("{start}\r\ncontent-length: {long}"), b"");
    assert!(head.starts_with("http/1.1 413"), "{head}");
    assert!(body.windows(9).any(|window| window == b"too_large"));
    let mut chunks = Vec::new();
    for _ in 0..20 {
        chunks.extend(b"10000\r\n");
        chunks.extend(vec![0; 0x10000]);
        chunks.extend(b"\r\n");
    }
    let (head, _) = served.exchange(&format!("{start}\r\ntransfer-encoding: chunked"), &chunks);
    assert!(head.starts_with("http/1.1 413"), "{head}");
}

#[test]
fn strangers_hold_no_room_that_phones_need() {
    let home = Home::sqlite();
    let precinct = Precinct::open(&home);
    let served = Served::of(&precinct.app);
    let mut phone = precinct.phone(precinct.officer(1));
    let unknown = Credential::sign(&phone.key, DeviceId::from_bytes([9; 16]), 1, "POST", SYNC_PATH, b"").to_header();
    let mut held = Vec::new();
    for n in 0..150 {
        let mut connection = TcpStream::connect(served.address).unwrap();
        let start = match n % 3 {
            0 => "/v1/enrol HTTP/1.1".to_owned(),
            1 => "/v1/staff/messages HTTP/1.1\r\nauthorization: Bearer x".to_owned(),
            _ => format!("{SYNC_PATH} HTTP/1.1\r\nauthorization: {unknown}"),
        };
        let head = format!("POST {start}\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n");
        connection.write_all(head.as_bytes()).unwrap();
        held.push(connection);
    }
    // Until the server has taken them all up, the phone would pass for want of rivals.
    std::thread::sleep(Duration::from_millis(300));
    let body = vec![0; 70_000];
    let authorization = phone.authorization("POST", SYNC_PATH, &body);
    let head = format!("POST {SYNC_PATH} HTTP/1.1\r\nauthorization: {authorization}\r\ncontent-length: {}", body.len());
    let (head, _) = served.exchange(&head, &body);
    assert!(head.starts_with("http/1.1 400"), "it was read and judged: {head}");
}

#[test]
fn whoever_connects_and_says_nothing_is_let_go() {
    let home = Home::sqlite();
    let precinct = Precinct::open(&home);
    let served = Served::within(&precinct.app, Bounds { head: Duration::from_millis(300), at_once: 4 });
    let mut half = TcpStream::connect(served.address).unwrap();
    half.write_all(b"POST /v1/sync HTTP/1.1\r\nhost: x\r\n").unwrap();
    let silent: Vec<_> = (0..20).map(|_| TcpStream::connect(served.address).unwrap()).collect();
    half.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    half.read_to_end(&mut Vec::new()).expect("the server hangs up");
    let (head, _) = served.exchange("GET /health HTTP/1.1", b"");
    assert!(head.starts_with("http/1.1 200"), "{head}");
    drop(silent);
}

#[test]
fn nonsense_over_http_is_answered() {
    let home = Home::sqlite();
    let precinct = Precinct::open(&home);
    let served = Served::of(&precinct.app);
    for (line, status) in [
        ("POST /v1/sync HTTP/1.1\r\ncontent-length: 0", 401),
        ("POST /v1/enrol HTTP/1.1\r\ncontent-length: 0", 400),
        ("POST /v1/session HTTP/1.1\r\ncontent-length: 0", 400),
        ("GET /v1/blobs/zz HTTP/1.1", 401),
        ("GET /v1/nothing HTTP/1.1", 404),
        ("GET /nothing HTTP/1.1", 404),
        ("DELETE /health HTTP/1.1", 404),
    ] {
        let (head, body) = served.exchange(line, b"");
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{line}: {head}");
        let problem: ProblemBody = serde_json::from_slice(&body).expect(line);
        assert_eq!(Refusal::from_code(&problem.code).unwrap().status(), status, "{line}");
    }
}
