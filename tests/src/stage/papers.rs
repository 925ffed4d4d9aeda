//! What lies in the office's drawers: an approval that is asked for, insurances that end, what a phone brought that has ended, a log that did not pass its
//! check, invoices, what a customer cancelled, and a file that waits.

use detailbook_core::device::{Moment, WhichShift};
use detailbook_core::ids::{DocumentId, RecordId};
use detailbook_core::pricing::Day;
use detailbook_core::records::Detail;
use detailbook_core::shift::FactKind;
use detailbook_core::time::Millis;
use detailbook_server::access::roles::Roles;
use detailbook_server::billing::runs;
use detailbook_server::billing::terms::{self, Letterhead};
use detailbook_server::demo::DemoError;
use detailbook_server::demo::phones::Handset;
use detailbook_server::document_check;
use detailbook_server::filing;
use detailbook_server::personnel::approvals::{self, ApprovalDraft};
use detailbook_server::personnel::customers::{self, CustomerDocument};
use detailbook_server::scheduling::cancellation::{self, CustomerCancels};
use detailbook_server::store::detail_terms::DetailTerms;
use detailbook_server::store::import_files::{self, ImportFile};
use detailbook_server::store::{StoreError, held, params};

use super::crew::unknown;
use super::day::Plan;
use super::people::written;
use super::{Stage, cast};

/// What stories call the phone that one of the officers had before.
const OLD: &str = "old phone of 2109";
/// A file of which two lines are good, one names a rank that is none, and one has no name.
const OFFICERS: &str = "employee_number,name,rank\n2120,Officer 2120,officer\n2121,Officer 2121,sergeant\n\
                        2122,,officer\n2120,Officer 2120 again,officer\n";

impl Stage {
    /// Everything of that sort.
    pub(super) fn keep_the_papers(&mut self) -> Result<(), DemoError> {
        self.papers.approval = Some(self.ask_for_approval()?);
        self.enter_insurances()?;
        self.invoice()?;
        self.cancel_for_the_customer()?;
        // What the fair's last officer punched comes only now.
        self.sync("2109")?;
        self.end_the_old_phone()?;
        self.papers.file = Some(self.send_a_file()?);
        Ok(())
    }

    fn ask_for_approval(&self) -> Result<RecordId, DemoError> {
        let officer = self.member("2102")?.id;
        let employer = Some(self.work("lobby")?.customer);
        let mut entropy = self.server.app().entropy.clone();
        written(&self.server, move |sql, by| {
            let draft = ApprovalDraft {
                officer,
                kind: "outside_work".to_owned(),
                employer,
                detail: None,
                covers: vec!["uniform".to_owned(), "radio".to_owned()],
                statements: vec![],
                reference: Some("Letter of the first of the month".to_owned()),
                documents: vec![],
                chain: Some(vec!["supervisor".to_owned(), "administrator".to_owned()]),
                from: None,
                until: None,
                by_word: None,
            };
            approvals::ask(sql, by, &Roles::default(), None, &draft, &mut entropy)
        })
    }

    /// Certificates of two customers that end within two months, too late for anybody to have been told yet.
    fn enter_insurances(&self) -> Result<(), DemoError> {
        let now = self.server.app().now();
        let day = |days: i64| Day(self.server.zone.local(now + Millis::from_hours(24 * days)).date());
        for (work, number, ends) in [("lobby", "GL 4471-02", 41), ("paving", "GL 8810-11", 56)] {
            let customer = self.work(work)?.customer;
            let paper = CustomerDocument {
                kind: "insurance".to_owned(),
                number: number.to_owned(),
                from: day(ends - 365),
                until: Some(day(ends)),
                withdrawn: false,
            };
            written(&self.server, move |sql, by| customers::enter(sql, by, customer, &paper))?;
        }
        Ok(())
    }

    /// Invoices what was ruled on until yesterday: two customers for each detail by itself, the others by the month.
    fn invoice(&mut self) -> Result<(), DemoError> {
        let customers = [self.work("lobby")?.customer, self.work("fair")?.customer];
        let yesterday = self.server.zone.local(self.server.app().now() - Millis::from_hours(24)).date();
        let run = written(&self.server, move |sql, by| {
            let head = Letterhead {
                name: "Harbor Falls Police Department".to_owned(),
                address: "Details desk\n1 Harbor Square\nHarbor Falls".to_owned(),
                pay_to: "By transfer to the town's treasurer, with the number of the invoice.".to_owned(),
            };
            terms::set_letterhead(sql, by, 0, &head, false)?;
            for customer in customers {
                terms::set(sql, by, customer, (0, "detail", "30", "Accounts\nHarbor Falls"))?;
            }
            runs::begin(sql, by, Day(yesterday))
        })?;
        self.server.pass_to(self.server.app().now() + Millis::from_mins(1))?;
        self.papers.run = Some(run);
        Ok(())
    }

    /// A crane is to come tomorrow morning, and the customer says this morning that it does not.
    fn cancel_for_the_customer(&mut self) -> Result<(), DemoError> {
        let crane = Plan {
            name: "crane",
            title: "Crane, Mill Street",
            job_type: "road",
            hours: self.hours(15 * 60, 19 * 60),
            positions: &["Barrier"],
            orders: "Nobody walks under the jib.",
        };
        let [_, road, _] = cast::venues();
        self.enter(&crane, &road)?;
        let detail = self.work("crane")?.detail;
        let given = self.server.app().settings.tariffs.of(self.server.agency()).cloned();
        let asked = DetailTerms { counts_as: "officer".to_owned(), vehicles: 0 };
        written(&self.server, move |sql, by| {
            let given = given.as_ref();
            let quote = cancellation::quoted(sql, by, given, detail, &asked, None)?;
            let cancels = CustomerCancels {
                version: filing::get::<Detail>(sql, by.agency, detail)?.version,
                quoted: quote.total,
                rank: asked.counts_as,
                vehicles: asked.vehicles,
                notice: None,
                cancelled_by: "The foreman".to_owned(),
                reason: "The crane is held up at the last site.".to_owned(),
            };
            cancellation::cancel(sql, by, given, detail, &cancels)
        })?;
        self.papers.cancelled = Some(detail);
        Ok(())
    }

    /// A phone that an officer had before. A log of it did not pass its check, and it pushed once more after its enrolment had ended.
    fn end_the_old_phone(&mut self) -> Result<(), DemoError> {
        let mut old = Handset::enrol(&self.server, OLD, &self.office.invite(self.member("2109")?.id)?)?;
        let log = self.wander(&mut old)?;
        old.sync()?;
        self.papers.document = Some(log);
        self.fail_its_check(log)?;
        let label = format!("Phone of {OLD}");
        let device = self.office.devices()?.into_iter().find(|it| it.label == label).ok_or_else(|| unknown(OLD))?;
        self.office.revoke(device.id, "Handed in for a new one.")?;
        self.wander(&mut old)?;
        // What it still held is taken once, and it hears that it has ended.
        if old.sync().is_ok() {
            return Err(unknown("end of that phone's enrolment"));
        }
        let agency = self.server.agency();
        let read = self.server.app().store.read(|sql| held::pushes(sql, agency, RecordId::NIL, i64::MAX));
        let of_it = read.map_err(|error| unread(&error))?.into_iter().find(|push| push.device == device.id);
        self.papers.push = Some(of_it.ok_or_else(|| unknown("push of a phone that has ended"))?.id);
        Ok(())
    }

    /// Begins a shift that was given to nobody and ends it soon. Gives its log.
    fn wander(&self, phone: &mut Handset) -> Result<DocumentId, DemoError> {
        let moment = Moment::at(phone.clock.read());
        let begun = phone.write(|it| it.punch(FactKind::In, WhichShift::Unassigned(None), &moment))?;
        self.server.pass_to(self.server.app().now() + Millis::from_mins(3))?;
        let moment = Moment::at(phone.clock.read());
        phone.write(|it| it.punch(FactKind::Out, WhichShift::Running, &moment))?;
        Ok(begun.document)
    }

    /// The number of the log's last operation is lost, and the full check of documents finds it.
    fn fail_its_check(&self, log: DocumentId) -> Result<(), DemoError> {
        written(&self.server, move |sql, by| {
            let spoil = "UPDATE documents SET max_op = max_op + 1 WHERE agency = $1 AND document = $2";
            Ok(sql.execute(spoil, &params![by.agency, log]).map(drop)?)
        })?;
        let (app, agency) = (self.server.app(), self.server.agency());
        let found = document_check::check(&app.store, agency, app.now(), &mut app.entropy.clone())
            .map_err(|error| unread(&error))?;
        let [(failed, _)] = found.failed[..] else { return Err(unknown("single document that fails its check")) };
        if failed == log { Ok(()) } else { Err(unknown("failure of that log")) }
    }

    fn send_a_file(&self) -> Result<RecordId, DemoError> {
        let app = self.server.app();
        let id = RecordId::new(app.now(), &mut app.entropy.clone());
        let sender = self.people.first().ok_or_else(|| unknown("person"))?;
        let sent_by = format!("user {} {}", sender.id, sender.login);
        written(&self.server, move |sql, by| {
            let (what, name) = ("officers".to_owned(), "new officers.csv".to_owned());
            let body = OFFICERS.as_bytes().to_vec();
            let file = ImportFile { id, what, name, sent_by, sent_at: by.now, covers: None, body };
            Ok(import_files::insert(sql, by.agency, &file)?)
        })?;
        Ok(id)
    }
}

fn unread(error: &StoreError) -> DemoError {
    DemoError::Server(error.to_string())
}
