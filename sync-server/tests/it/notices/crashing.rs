//! A node dies after the mail server took a message and before that was written down.

use std::sync::Arc;

use detailbook_core::ids::{AgencyId, OfficerId};
use detailbook_core::notices::{Contact, EventKind, Party};
use detailbook_core::time::UnixMillis;
use detailbook_server::app::{App, Settings};
use detailbook_server::audit::By;
use detailbook_server::blobs::BlobFolder;
use detailbook_server::clock::SetClock;
use detailbook_server::entropy::SharedEntropy;
use detailbook_server::jobs::{CLAIMED_FOR, Failed, run_due};
use detailbook_server::notices::{Event, Gateway, Outgoing, Words, put_contact, tell};
use detailbook_server::problem::Problem;
use detailbook_server::store::{Fault, Store, StoreError, agency as agencies};
use tempfile::TempDir;

use super::mail_server::MailServer;

const NOW: i64 = 1_557_921_600_000;

/// Sends, and then dies.
struct LastWords {
    gateway: Arc<dyn Gateway>,
    store: Store,
    fault: Fault,
}

impl Gateway for LastWords {
    fn send(&self, message: &Outgoing) -> Result<(), Failed> {
        self.gateway.send(message)?;
        self.store.set_fault(self.fault).unwrap();
        Ok(())
    }
}

fn node(folder: &TempDir, now: UnixMillis) -> App {
    let store = Store::open_inline(folder.path().join("detailbook.db")).unwrap();
    let blobs = BlobFolder::open(folder.path().join("blobs")).unwrap();
    let clock = Arc::new(SetClock::new(now));
    App::with(store, blobs, Settings::default(), clock, SharedEntropy::system()).unwrap()
}

fn tell_by_mail(app: &App) {
    let (agency, officer, now) = (AgencyId::from_bytes([1; 16]), OfficerId::from_bytes([2; 16]), app.now());
    app.store.write(move |sql| agencies::create(sql, agency, now)).unwrap();
    let told: Result<usize, Problem> = app.store.write(move |sql| {
        agencies::lock(sql, agency)?;
        let by = By { agency, now, actor: "test" };
        let contact = Contact { email: Some("a@example.org".into()), ..Contact::default() };
        put_contact(sql, &by, Party::officer(officer), 0, &contact)?;
        let words = Words::new("Called off", "Nobody stands there now.");
        Ok(tell(sql, &by, &Event { officers: vec![officer], ..Event::new(EventKind::CalledOff, "a", words) })?)
    });
    assert_eq!(told, Ok(1));
}

#[test]
fn what_is_sent_again_after_a_crash_is_the_same_message_under_the_same_id() {
    for (fault, copies) in [(Fault::BeforeCommit, 2), (Fault::AfterCommit, 1)] {
        let Some(server) = MailServer::start() else { return };
        let folder = tempfile::tempdir().unwrap();
        let mut first = node(&folder, UnixMillis::new(NOW));
        tell_by_mail(&first);
        // Push has no gateway, and mail is sent beside it anyway.
        let gateway = server.gateway();
        first.gateways.mail = Some(Arc::new(LastWords { gateway, store: first.store.clone(), fault }));
        assert_eq!(run_due(&first, first.now()).map(drop), Err(StoreError::Crashed));
        server.kept(1);
        drop(first);
        let mut second = node(&folder, UnixMillis::new(NOW) + CLAIMED_FOR);
        second.gateways.mail = Some(server.gateway());
        let ran = run_due(&second, second.now()).unwrap();
        assert_eq!((ran.failed, ran.parked, ran.next), (0, 0, None), "{fault:?}");
        let kept = server.kept(copies);
        assert!(kept.iter().all(|mail| *mail == kept[0]), "{kept:#?}");
        assert!(kept[0]["id"].as_str().unwrap().ends_with("@agency.example>"));
    }
}
