//! What the app shows when it opens: one call, no document, the same however long the officer has worked here.

use serde::Serialize;

use super::running::{self, RunningView};
use super::schedule::ShiftView;
use super::sync_state::{self, SyncView};
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::{Reader, records, shift_logs};
use crate::records::{Assignment, Officer, RecordKind};
use crate::time::UnixMillis;
use crate::wire::decode;

/// Assignments shown at once.
const NEXT: u32 = 5;

/// The first screen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FirstScreen {
    /// Whose book this is; absent until the agency's record of the officer has come.
    pub officer: Option<OfficerName>,
    /// The shift under way.
    pub running: Option<RunningView>,
    /// The next few assignments.
    pub next: Vec<ShiftView>,
    /// How the exchange stands.
    pub sync: SyncView,
}

/// How the agency names the officer whose book this is. On a phone that officers share, the one thing that tells their books apart.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OfficerName {
    /// As the agency writes it.
    pub name: String,
    /// The agency's employee number.
    pub employee_number: String,
}

impl Phone {
    /// The first screen.
    pub fn first_screen(&self, now: UnixMillis) -> Result<FirstScreen, PhoneError> {
        self.store.read(|reader| {
            let running = shift_logs::running(reader, now)?.map(|log| running::view(reader, log, now)).transpose()?;
            let rows = records::ending_after(reader, RecordKind::Assignment, now, 0, NEXT)?;
            let assignments = rows.iter().filter_map(|(_, _, body)| decode::<Assignment>(body).ok());
            let next = assignments.map(|it| super::schedule::shift(reader, it)).collect::<Result<_, _>>()?;
            Ok(FirstScreen { officer: officer(reader)?, running, next, sync: sync_state::view(reader)? })
        })
    }
}

/// The agency sends no officer's record but the phone's own.
fn officer(reader: &Reader<'_>) -> Result<Option<OfficerName>, PhoneError> {
    let body = records::any(reader, RecordKind::Officer)?;
    let record = body.and_then(|body| decode::<Officer>(&body).ok());
    Ok(record.map(|Officer { name, employee_number, .. }| OfficerName { name, employee_number }))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::device::OpenOptions;
    use crate::device::store::facts::take_in;
    use crate::device::store::{Tx, documents, steps, writers};
    use crate::documents::{DocumentKind, FactEntry};
    use crate::entropy::Entropy;
    use crate::evidence::SoftwareSigner;
    use crate::ids::{AgencyId, AssignmentId, DetailId, DeviceId, FactId, OfficerId, PositionId, RecordId, WriterId};
    use crate::records::{AssignmentOrigin, AssignmentState, Detail, DetailState, Message};
    use crate::shift::{ChainLink, Fact, FactKind, Sha256};
    use crate::time::{BootId, ClockReading, Millis, Zone};
    use crate::wire::{EnrolResponse, encode};

    struct Counting(u64);

    impl Entropy for Counting {
        fn fill(&mut self, bytes: &mut [u8]) {
            self.0 += 1;
            bytes.iter_mut().zip(self.0.to_le_bytes().iter().cycle()).for_each(|(byte, from)| *byte = *from);
        }
    }

    const NOW: i64 = 1_760_000_000_000;

    fn phone(folder: &std::path::Path) -> Phone {
        let signer = Arc::new(SoftwareSigner::from_secret(&[7; 32]).unwrap());
        let options = OpenOptions::new(folder.join("phone.db"), folder.join("blobs"));
        let phone = Phone::open(options, signer, Box::new(Counting(0)), UnixMillis::new(NOW)).unwrap();
        let answer = EnrolResponse {
            agency: AgencyId::from_bytes([1; 16]),
            officer: OfficerId::from_bytes([2; 16]),
            device: DeviceId::from_bytes([3; 16]),
            session_key: [4; 32].into(),
            server_time: UnixMillis::new(NOW),
            server_key: [5; 33].into(),
            signature: vec![].into(),
        };
        let writer = WriterId::from_bytes([6; 16]);
        let enrol = |tx: &Tx<'_>| {
            crate::device::store::standing::enrol(tx, "https://x", &[7; 33], &answer, writer)?;
            writers::take_up(tx, writer)
        };
        phone.store.write(enrol).unwrap();
        phone
    }

    fn fact(at: UnixMillis) -> Fact {
        let clock = ClockReading { wall: at, zone: Zone::UTC.into(), monotonic: 0, boot: BootId(1), anchor: None };
        let (content, about, detail, fixes, phone) = (None, None, None, None, None);
        Fact { kind: FactKind::Out, clock, link: ChainLink::FIRST, fixes, phone, app: 1, content, about, detail }
    }

    fn detail(id: DetailId, at: UnixMillis) -> Detail {
        Detail {
            id,
            site: crate::ids::SiteId::NIL,
            customer_name: String::new(),
            title: String::new(),
            job_type: String::new(),
            starts: at - Millis::from_hours(4),
            ends: at,
            zone: Zone::UTC,
            positions: vec![],
            post_orders: String::new(),
            state: DetailState::Filled,
            reference: String::new(),
            customer: None,
        }
    }

    /// One shift of long ago, ruled on and settled, with a message.
    fn past_shift(phone: &Phone, n: u64) {
        let mut entropy = Counting(1_000 + n);
        let at = UnixMillis::new(NOW) - Millis::from_hours(24 * (n as i64 + 1));
        let id = AssignmentId::new(at, &mut entropy);
        // Every other one was given up, and its detail is gone.
        let given_up = n % 2 == 1;
        let detail = detail(DetailId::new(at, &mut entropy), at);
        let assignment = Assignment {
            id,
            detail: detail.id,
            position: PositionId::NIL,
            officer: OfficerId::from_bytes([2; 16]),
            origin: AssignmentOrigin::Applied,
            state: if given_up { AssignmentState::Released } else { AssignmentState::Active },
            shift_log: None,
            acknowledged: None,
        };
        let message = Message {
            id: crate::ids::MessageId::new(at, &mut entropy),
            officer: None,
            from: crate::records::Correspondent::Agency,
            text: "Well done.".into(),
            sent_at: at,
        };
        let fact = fact(at);
        let entry = FactEntry { id: FactId::new(at, &mut entropy), bytes: fact.to_bytes(), signature: None };
        let shift = |tx: &Tx<'_>| {
            if !given_up {
                records::put(tx, RecordKind::Detail, detail.id.into(), 1, &encode(&detail))?;
            }
            records::put(tx, RecordKind::Assignment, id.into(), 1, &encode(&assignment))?;
            records::put(tx, RecordKind::Message, RecordId::from(message.id), 1, &encode(&message))?;
            documents::ensure(tx, id.into(), DocumentKind::ShiftLog, None)?;
            take_in(tx, id.into(), &entry, &fact, Sha256([1; 32]), at)?;
            shift_logs::note_punch(tx, id.into(), FactKind::Out, at)
        };
        phone.store.write(shift).unwrap();
    }

    fn work(phone: &Phone) -> i64 {
        steps::taken();
        phone.first_screen(UnixMillis::new(NOW)).unwrap();
        phone.messages(None, 20).unwrap();
        phone.past_shifts(UnixMillis::new(NOW), None, 20).unwrap();
        steps::taken()
    }

    #[test]
    fn the_first_screen_takes_the_same_work_after_twenty_times_the_history() {
        let folder = tempfile::tempdir().unwrap();
        let phone = phone(folder.path());
        (0..30).for_each(|n| past_shift(&phone, n));
        work(&phone);
        let little = work(&phone);
        (30..600).for_each(|n| past_shift(&phone, n));
        let much = work(&phone);
        assert!(little > 0 && much <= little + little / 10, "{little} steps with 30 shifts, {much} with 600");
    }
}
