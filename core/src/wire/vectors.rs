//! Messages and their bytes as released. A change here is a change of the protocol: old phones must still be understood.

use minicbor::bytes::ByteVec;

use super::{
    BlobStatus, ChangeVerdict, Command, CommandOutcome, Cursor, Decision, Entry, Push, PushVerdict, Refusal,
    SyncRequest, SyncResponse, Wish, decode, encode,
};
use crate::documents::DocumentKind;
use crate::geo::{Fix, Provider};
use crate::ids::{AssignmentId, CommandId, DetailId, DocumentId, NoticeId, OfficerId, RecordId, TradeId, WriterId};
use crate::records::RecordKind;
use crate::shift::{Attachment, ChainLink, Content, Fact, FactKind, PhoneState, Sha256};
use crate::time::{Anchor, BootId, ClockReading, UnixMillis, Zone};

fn hex<T: minicbor::Encode<()>>(message: &T) -> String {
    data_encoding::HEXLOWER.encode(&encode(message))
}

fn survives<T>(message: &T)
where
    T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()> + PartialEq + std::fmt::Debug,
{
    assert_eq!(&decode::<T>(&encode(message)).unwrap(), message);
}

#[test]
fn an_idle_request_is_twelve_bytes() {
    let cursor = Cursor { epoch: 1, seq: 4711, within: None, began: None };
    let idle = SyncRequest { protocol: 1, cursor: Some(encode(&cursor).into()), app: 1, ..SyncRequest::default() };
    survives(&idle);
    assert_eq!(encode(&idle).len(), 12);
    insta::assert_snapshot!(hex(&idle), @"a30001014582011912670301");
}

#[test]
fn a_request_with_everything_in_it() {
    let request = SyncRequest {
        protocol: 1,
        cursor: None,
        limit: Some(50),
        app: 7,
        writers: Some(vec![WriterId::from_bytes([0xa1; 16])]),
        push: Some(vec![Push {
            document: DocumentId::from_bytes([0xd1; 16]),
            kind: DocumentKind::ShiftLog,
            changes: vec![ByteVec::from(vec![1, 2, 3])],
        }]),
        commands: Some(vec![Command::new(
            CommandId::from_bytes([0xc1; 16]),
            &Wish::Apply { detail: DetailId::from_bytes([0xde; 16]), position: None, read: None },
            UnixMillis::new(1_546_300_800_000),
        )]),
    };
    survives(&request);
    insta::assert_snapshot!(hex(&request), @"a600010218320307048150a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a10581a30050d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d101010281430102030681a30050c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1015482018150dededededededededededededededede021b0000016806b5bc00");
}

fn one_entry_of_each_kind() -> Vec<Entry> {
    vec![
        Entry::Record {
            kind: RecordKind::Detail,
            id: RecordId::from_bytes([1; 16]),
            version: 3,
            body: ByteVec::from(vec![0xa0]),
        },
        Entry::Changes {
            document: DocumentId::from_bytes([2; 16]),
            kind: DocumentKind::PassOn,
            changes: vec![ByteVec::from(vec![9])],
        },
        Entry::Snapshot { document: DocumentId::from_bytes([2; 16]), kind: DocumentKind::ShiftLog, changes: vec![] },
        Entry::ForgetRecord { kind: RecordKind::Site, id: RecordId::from_bytes([3; 16]) },
        Entry::ForgetDocument { document: DocumentId::from_bytes([4; 16]) },
    ]
}

#[test]
fn a_response_with_everything_in_it() {
    let response = SyncResponse {
        server_time: UnixMillis::new(1_546_300_800_000),
        cursor: encode(&Cursor { epoch: 1, seq: 4711, within: Some(9), began: None }).into(),
        more: Some(true),
        minimum_app: Some(2),
        receipt: None,
        verdicts: Some(vec![PushVerdict(vec![
            ChangeVerdict::Accepted,
            ChangeVerdict::Refused(Refusal::NotYours),
            ChangeVerdict::Waiting(Sha256([0xee; 32])),
        ])]),
        outcomes: Some(vec![CommandOutcome {
            id: CommandId::from_bytes([0xc1; 16]),
            decision: Decision::Refused,
            reason: "Taken.".into(),
            decided_at: UnixMillis::new(1_546_300_800_000),
        }]),
        entries: Some(one_entry_of_each_kind()),
        compare: Some(true),
    };
    survives(&response);
    insta::assert_snapshot!(hex(&response), @"a8001b0000016806b5bc00014683011912670902f50302058183000a5820eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee0681a40050c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c10101026654616b656e2e031b0000016806b5bc0007858200840450010101010101010101010101010101010341a082018350020202020202020202020202020202020281410982028350020202020202020202020202020202020180820382035003030303030303030303030303030303820481500404040404040404040404040404040408f5");
}

#[test]
fn wishes() {
    let wishes = [
        Wish::Apply { detail: DetailId::from_bytes([1; 16]), position: None, read: None },
        Wish::Withdraw { detail: DetailId::from_bytes([1; 16]) },
        Wish::Acknowledge { assignment: AssignmentId::from_bytes([1; 16]) },
        Wish::SendMessage { text: "Running late".into() },
        Wish::CallOff { assignment: AssignmentId::from_bytes([1; 16]), reason: "Sick".into() },
        Wish::Relieve { assignment: AssignmentId::from_bytes([1; 16]), comes: true },
        Wish::OfferTrade { assignment: AssignmentId::from_bytes([1; 16]), to: OfficerId::from_bytes([2; 16]) },
        Wish::AnswerTrade { trade: TradeId::from_bytes([1; 16]), takes: false },
        Wish::WithdrawTrade { trade: TradeId::from_bytes([1; 16]) },
        Wish::AcknowledgeNotice { notice: NoticeId::from_bytes([1; 16]) },
        Wish::OfferTradeTo { assignment: AssignmentId::from_bytes([1; 16]), number: "1002".into() },
    ];
    wishes.iter().for_each(survives);
    insta::assert_snapshot!(wishes.iter().map(hex).collect::<Vec<_>>().join("\n"), @"
8201815001010101010101010101010101010101
8202815001010101010101010101010101010101
8203815001010101010101010101010101010101
8204816c52756e6e696e67206c617465
8205825001010101010101010101010101010101645369636b
8206825001010101010101010101010101010101f5
82078250010101010101010101010101010101015002020202020202020202020202020202
8208825001010101010101010101010101010101f4
8209815001010101010101010101010101010101
820a815001010101010101010101010101010101
820b8250010101010101010101010101010101016431303032
");
}

#[test]
fn how_much_of_a_blob_has_arrived() {
    let status = BlobStatus { received: 1_048_576, size: 3_000_000, complete: false };
    survives(&status);
    insta::assert_snapshot!(hex(&status), @"a3001a00100000011a002dc6c002f4");
}

/// A fact with every field there is.
fn whole_fact() -> Fact {
    Fact {
        kind: FactKind::In,
        clock: ClockReading {
            wall: UnixMillis::new(1_561_640_400_000),
            zone: Zone::named("America/New_York").unwrap().into(),
            monotonic: 86_400_000,
            boot: BootId(7),
            anchor: Some(Anchor {
                server: UnixMillis::new(1_561_600_000_000),
                monotonic: 46_000_000,
                boot: BootId(7),
                round_trip: 180,
            }),
        },
        link: ChainLink { counter: 2, previous: Sha256([0xab; 32]) },
        fixes: Some(vec![Fix {
            latitude_e7: 423_601_000,
            longitude_e7: -710_589_000,
            accuracy_dm: Some(120),
            age_ms: 1_500,
            provider: Provider::Gps,
            mock: false,
        }]),
        phone: Some(PhoneState { battery: Some(64), saver: false, precise_location: true }),
        app: 1,
        content: Some(Content {
            text: Some("At the gate".into()),
            attachment: Some(Attachment { hash: Sha256([0xcd; 32]), size: 2_048, media_type: "image/jpeg".into() }),
            corrected: Some(UnixMillis::new(1_561_640_300_000)),
        }),
        about: None,
        detail: Some(DetailId::from_bytes([5; 16])),
    }
}

#[test]
fn a_fact_with_everything_in_it() {
    survives(&whole_fact());
    insta::assert_snapshot!(hex(&whole_fact()), @"a8000201851b0000016b9905748070416d65726963612f4e65775f596f726b1a05265c0007841b0000016b969d00001a02bde7800718b40282025820abababababababababababababababababababababababababababababababab0381861a193fa3683a2a5aba4718781905dc01f404831840f4f5050106a3006b417420746865206761746501835820cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd1908006a696d6167652f6a706567021b0000016b9903ede0085005050505050505050505050505050505");
}

#[test]
fn a_newer_message_is_read_by_an_older_reader() {
    // {0: 5, 1: 10, 2: true, 9: "something newer"}
    let newer = data_encoding::HEXLOWER.decode(b"a40005010a02f5096f736f6d657468696e67206e65776572");
    let status: BlobStatus = decode(&newer.unwrap()).unwrap();
    assert_eq!(status, BlobStatus { received: 5, size: 10, complete: true });
}
