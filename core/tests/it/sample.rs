//! Facts, writers and keepers to test with.

use detailbook_core::authority::{Admission, Admitted};
use detailbook_core::documents::FactEntry;
use detailbook_core::geo::{Fix, Provider};
use detailbook_core::ids::{DetailId, FactId, WriterId};
use detailbook_core::shift::{Attachment, ChainLink, Content, Fact, FactKind, PhoneState, Sha256};
use detailbook_core::time::{Anchor, BootId, ClockReading, UnixMillis, ZoneName};
use detailbook_core::wire::Refusal;

/// Three fixes of the last 20 s.
fn fixes() -> Vec<Fix> {
    let fix = |n: i32| Fix {
        latitude_e7: 423_601_234 + n,
        longitude_e7: -710_589_876 - 3 * n,
        accuracy_dm: Some(124),
        age_ms: 1_200 + 6_000 * n.unsigned_abs(),
        provider: Provider::Gps,
        mock: false,
    };
    (0..3).map(fix).collect()
}

/// The `n`th fact of an enrolment, with all the evidence that a punch has.
pub(crate) fn fact(kind: FactKind, n: u64) -> Fact {
    let attachment = Attachment { hash: Sha256::of(b"photo"), size: 2_345_678, media_type: "image/jpeg".to_owned() };
    let words = !kind.is_punch() && kind != FactKind::Attachment;
    let about = matches!(kind, FactKind::Explanation | FactKind::Correction);
    let content = Content {
        text: words.then(|| "the gate at the north end was locked".to_owned()),
        attachment: (kind == FactKind::Attachment).then_some(attachment),
        corrected: (kind == FactKind::Correction).then(|| UnixMillis::new(1_560_000_000_000)),
    };
    Fact {
        kind,
        clock: ClockReading {
            wall: UnixMillis::new(1_561_000_000_000 + 1_000 * n.cast_signed()),
            zone: ZoneName("America/New_York".to_owned()),
            monotonic: 86_400_000 + 1_000 * n,
            boot: BootId(7),
            anchor: Some(Anchor {
                server: UnixMillis::new(1_560_999_000_000),
                monotonic: 85_400_100,
                boot: BootId(7),
                round_trip: 240,
            }),
        },
        link: ChainLink { counter: n, previous: Sha256::of(&n.to_be_bytes()) },
        fixes: kind.is_punch().then(fixes),
        phone: Some(PhoneState { battery: Some(81), saver: false, precise_location: true }),
        app: 1,
        content: (content != Content::default()).then_some(content),
        about: about.then(|| FactId::from_bytes([1; 16])),
        detail: (kind == FactKind::In).then(|| DetailId::from_bytes([0xde; 16])),
    }
}

pub(crate) fn id(n: u64) -> FactId {
    let mut bytes = [0x70; 16];
    bytes[8..].copy_from_slice(&n.to_be_bytes());
    FactId::from_bytes(bytes)
}

/// The `n`th fact, unsigned.
pub(crate) fn entry(kind: FactKind, n: u64) -> FactEntry {
    FactEntry { id: id(n), bytes: fact(kind, n).to_bytes(), signature: None }
}

pub(crate) fn writer(n: u8) -> WriterId {
    WriterId::from_bytes([n; 16])
}

/// What was admitted; anything else fails the test.
pub(crate) fn admitted(admission: Result<Admission, Refusal>) -> Admitted {
    match admission {
        Ok(Admission::Admitted(admitted)) => admitted,
        other => panic!("not admitted: {other:?}"),
    }
}

/// Why it was refused; anything else fails the test.
pub(crate) fn refused(admission: Result<Admission, Refusal>) -> Refusal {
    match admission {
        Err(refusal) | Ok(Admission::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}
