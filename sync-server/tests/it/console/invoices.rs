//! Invoices in the console.

use detailbook_core::ids::{AssignmentId, CustomerId, DetailId, RecordId, RulingId, SiteId};
use detailbook_core::money::Cents;
use detailbook_core::records::{Customer, Detail, DetailState, RecordKind, Ruling};
use detailbook_core::shift::Sha256;
use detailbook_core::time::{UnixMillis, Zone};
use detailbook_server::access::permissions::StaffRole;
use detailbook_server::access::staff_session::Stage;
use detailbook_server::billing::document::Head;
use detailbook_server::billing::terms::Letterhead;
use detailbook_server::console::table::Entry;
use detailbook_server::rulings;
use detailbook_server::store::bills::{self, BillRow};
use detailbook_server::store::invoice_runs::{self, RunRow};
use detailbook_server::store::invoices::{self, InvoiceRow, LineRow};
use detailbook_server::store::{params, records};

use super::browser::Browser;
use super::staff::{person, signed_in};
use super::walk::{Sample, Station};
use crate::billing::office::{customer, forget_bill, forget_bills, issued, longer, rule, ruling, work, worked, world};
use crate::staff::world::{Desk, HOUR, NOON, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    finance_previews_runs_and_reads_what_came_of_it,
    a_list_filters_sorts_and_is_exported,
    two_people_never_overwrite_each_others_terms,
    what_is_wrong_is_said_at_the_field_and_nothing_is_done,
    work_from_before_bills_were_kept_is_billed_from_the_day_that_finance_names,
    what_would_be_billed_of_old_work_is_shown_first_and_nothing_else_is_begun,
    a_tariff_added_between_the_page_and_its_form_is_refused_with_the_new_figures,
    what_lacks_a_bill_or_a_price_is_filtered_sorted_and_exported,
    a_line_leads_to_what_its_reader_may_see_of_the_ruling,
    what_is_left_of_an_invoice_is_past_due_like_a_whole_one,
    a_cancellation_is_corrected_on_its_page,
    runs_come_in_parts_and_entries_of_some_days_in_a_file,
    the_list_of_runs_filters_sorts_and_is_exported,
    what_a_run_leaves_out_is_told_by_its_detail_and_its_customer,
);

const DAYS: i64 = 24 * HOUR;

/// What the pages of this area are asked with in the walk over all pages.
pub(super) fn of_invoices(entry: &Entry, station: &Station<'_>) -> Option<Sample> {
    let rest = entry.path.strip_prefix("/console/invoices")?;
    let number = sample_invoice(&station.desk);
    let cancelled = rest.starts_with("/cancellations").then(|| sample_cancellation(&station.desk));
    let id = match &cancelled {
        Some((id, _)) => id.clone(),
        None if rest.starts_with("/customers") => sample_customer(&station.desk),
        None => number.to_string(),
    };
    let path = entry.path.replace("{id}", &id);
    let field = |name, value: &str| (name, value.to_owned());
    let (fields, status) = match (entry.method, rest) {
        ("GET", _) => (vec![], 200),
        // Everything there was billed with its ruling, and has its price.
        (_, "/without-bill") => {
            let days = [field("from", "2019-05-01"), field("until", "2019-05-02")];
            let seen = [field("bills", "0"), field("prices", "0"), field("sum", "0.00"), field("reason", "Old work.")];
            ([days.to_vec(), seen.to_vec()].concat(), 409)
        }
        (_, "/cancellations/{id}") => {
            let bill = cancelled.map(|(_, bill)| bill.to_string()).unwrap_or_default();
            (vec![field("bill", &bill), field("received", ""), field("quoted", "0"), field("reason", "Waived.")], 303)
        }
        (_, "/runs") => (vec![field("through", "2019-05-01")], 303),
        (_, "/letterhead") => {
            let version = version(station);
            (vec![field("version", &version.to_string()), field("name", "The agency")], 303)
        }
        (_, "/customers/{id}") => {
            let version = terms_version(station, &id);
            (vec![field("version", &version.to_string()), field("cycle", "weekly"), field("net_days", "10")], 303)
        }
        _ => return None,
    };
    Some(Sample { path, fields, status })
}

fn version(station: &Station<'_>) -> i64 {
    let agency = station.desk.agency;
    let read = station.world.app.store.read(move |sql| detailbook_server::billing::terms::letterhead(sql, agency));
    read.unwrap().1
}

fn terms_version(station: &Station<'_>, customer: &str) -> i64 {
    let (agency, customer) = (station.desk.agency, customer.parse().unwrap());
    let read = station.world.app.store.read(move |sql| detailbook_server::billing::terms::of(sql, agency, customer));
    read.unwrap().version
}

/// An invoice as no run made it.
fn sample_row(number: i64) -> InvoiceRow {
    let letterhead = Letterhead { name: "Agency".into(), address: String::new(), pay_to: String::new() };
    let head = Head {
        letterhead,
        customer: "Gas company".into(),
        customer_number: String::new(),
        address: String::new(),
        net_days: 30,
        credits: vec![],
    };
    InvoiceRow {
        number,
        kind: "invoice".into(),
        run: number,
        cycle: "2019-05".into(),
        customer: CustomerId::NIL,
        issued_on: 18_000,
        due_on: 18_030,
        total: Cents(100),
        body: serde_json::to_string(&head).unwrap(),
        digest: Sha256([0; 32]),
        standing: Cents(0),
    }
}

/// Its line.
fn sample_line() -> LineRow {
    LineRow {
        line: 1,
        work: RecordId::NIL,
        bill: 1,
        ruling: None,
        detail: DetailId::NIL,
        worked_on: 17_990,
        kind: "cancellation".into(),
        title: "Cancellation".into(),
        rules: "late".into(),
        tariff: "Town v1".into(),
        amount: Cents(100),
        sentence: "2:00 at 50.00 an hour is 100.00.".into(),
    }
}

/// An invoice and an ended run of a number that no other agency has, written past everything that would note it.
fn sample_invoice(desk: &Desk<'_>) -> i64 {
    let (agency, number) = (desk.agency, 1_000 + i64::from(desk.agency.as_bytes()[0]));
    let (row, line) = (sample_row(number), sample_line());
    let run = |number, now| RunRow {
        number,
        cut_off: 0,
        through: 17_990,
        began_at: now,
        began_by: "test".into(),
        ended_at: Some(now),
    };
    let written = desk.world.write(agency, move |sql, by| {
        if invoices::get(sql, agency, number)?.is_none() {
            invoices::insert(sql, agency, &row, &[line])?;
            invoice_runs::insert(sql, agency, &run(number, by.now), &[])?;
        }
        // A form that begins a run is refused while one is under way: what an earlier page began has ended.
        for row in invoice_runs::newest(sql, agency, i64::MAX, 5)? {
            invoice_runs::end(sql, agency, row.number, by.now)?;
        }
        Ok(())
    });
    written.unwrap();
    number
}

/// A customer of the agency, written past everything that would note it.
fn sample_customer(desk: &Desk<'_>) -> String {
    let id = CustomerId::from_bytes([desk.agency.as_bytes()[0] + 50; 16]);
    let record = Customer { id, name: "Sample".into(), number: String::new() };
    let written = desk.world.write(desk.agency, move |sql, by| {
        if !records::exists(sql, by.agency, RecordKind::Customer, id)? {
            records::put(sql, by.agency, by.now, RecordKind::Customer, id, &record, &[])?;
        }
        Ok(())
    });
    written.unwrap();
    id.to_string()
}

/// A detail whose customer cancelled it, with a bill of that which no form has corrected yet, written past everything that would note it.
fn sample_cancellation(desk: &Desk<'_>) -> (String, i64) {
    let (agency, id) = (desk.agency, DetailId::from_bytes([desk.agency.as_bytes()[0] + 70; 16]));
    let detail = Detail {
        id,
        site: SiteId::NIL,
        customer_name: "Sample".into(),
        title: "Sample".into(),
        job_type: String::new(),
        starts: UnixMillis::new(NOON),
        ends: UnixMillis::new(NOON + HOUR),
        zone: Zone::UTC,
        positions: vec![],
        post_orders: String::new(),
        state: DetailState::Cancelled,
        reference: String::new(),
        customer: None,
    };
    let written = desk.world.write(agency, move |sql, by| {
        if !records::exists(sql, agency, RecordKind::Detail, id)? {
            records::put(sql, agency, by.now, RecordKind::Detail, id, &detail, &[])?;
        }
        let number = bills::in_force(sql, agency, id.into(), i64::MAX)?.map_or(0, |bill| bill.number) + 1;
        let row = BillRow {
            work: id.into(),
            number,
            seq: 0,
            made_at: by.now,
            customer: CustomerId::NIL,
            detail: id,
            ruling: None,
            worked_on: 17_990,
            bears: false,
            total: Some(Cents(100)),
            body: "\"nothing\"".into(),
        };
        bills::insert(sql, agency, &row)?;
        Ok(number)
    });
    (id.to_string(), written.unwrap())
}

/// Somebody of that role in their browser.
fn browser<'a>(world: &'a World, desk: &Desk<'_>, login: &str, role: StaffRole) -> Browser<'a> {
    signed_in(world, &person(world, desk.agency, login, role), Stage::Full)
}

fn finance_previews_runs_and_reads_what_came_of_it(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    let (gas, site) = customer(&desk, "Gas & <Water>");
    let (assignment, first) = worked(&desk, &site, &officer, -8, 240);
    let (_, other) = customer(&desk, "Unpriced");
    worked(&desk, &other, &officer, -60, 13 * 60);
    world.wait(20 * DAYS);
    let mut finance = browser(&world, &desk, "finance@example.org", StaffRole::Finance);
    let head = [("version", "0"), ("name", "Harbor Falls"), ("address", "12 Harbor Street"), ("pay_to", "By cheque")];
    let seen = finance.send("/console/invoices/letterhead", "/console/invoices/letterhead", &head);
    assert_eq!(seen.leads(), "/console/invoices/letterhead?said=letterhead");
    begins_a_run(&mut finance);
    work(&world);
    reads_the_invoice(&mut finance, &first);
    rule(&desk, &assignment, &ruling(-8, 60, Some(&first)));
    let preview = finance.show("/console/invoices/runs?through=2019-05-31");
    let seal = preview.seal("/console/invoices/runs");
    finance.post("/console/invoices/runs", &seal, &[("through", "2019-05-31")]).leads();
    work(&world);
    assert_eq!(issued(&world, desk.agency).len(), 3);
    reads_the_books(&mut finance, &gas);
}

/// Looks at what a run would do, and begins it, once.
fn begins_a_run(finance: &mut Browser<'_>) {
    let preview = finance.show("/console/invoices/runs?through=2019-05-31");
    let also = "<a href=\"/console/invoices/without-bill\">1 without a price</a>";
    for says in ["Gas &#38; &#60;Water&#62;", "342.13", "no band of job type", "What would be left out", also] {
        assert!(preview.text.contains(says), "{says}: {}", preview.text);
    }
    assert!(preview.text.contains("/console/invoices/runs/preview.csv?through=2019-05-31"));
    let file = finance.show("/console/invoices/runs/preview.csv?through=2019-05-31").text;
    assert_eq!(file.lines().skip(1).collect::<Vec<_>>(), ["Gas & <Water>,2019-05,1,342.13,0,0.00"], "{file}");
    let seal = preview.seal("/console/invoices/runs");
    let seen = finance.post("/console/invoices/runs", &seal, &[("through", "2019-05-31")]);
    assert_eq!(seen.leads(), "/console/invoices/runs/1?said=run");
    let again = finance.post("/console/invoices/runs", &seal, &[("through", "2019-05-31")]);
    assert!(again.status >= 400, "a form is taken once: {}", again.text);
    assert!(finance.show("/console/invoices/runs/1").text.contains("under way"));
}

/// What the first run made.
fn reads_the_invoice(finance: &mut Browser<'_>, first: &str) {
    let run = finance.show("/console/invoices/runs/1");
    assert!(run.text.contains("1, which come to 342.13") && run.text.contains("2 done, 0 waiting"), "{}", run.text);
    let one = finance.show("/console/invoices/1");
    for says in ["Invoice 1", "28.00", "admin", "Test details v1", first, "4:00 worked is up to 12:00"] {
        assert!(one.text.contains(says), "{says}: {}", one.text);
    }
    let pdf = finance.show("/console/invoices/1/pdf");
    assert_eq!(pdf.header("content-disposition"), Some("attachment; filename=\"invoice-1.pdf\""));
    assert!(pdf.text.starts_with("%PDF-"));
    let csv = finance.show("/console/invoices/1/csv").text;
    assert!(csv.lines().count() == 5 && csv.contains("280.00,,hours bill-rate-PO,Test details v1"), "{csv}");
    assert!(run.text.contains(">Road work</a>") && run.text.contains(">Unpriced</a>"), "{}", run.text);
    let mut customers = |query: &str| {
        let csv = finance.show(&format!("/console/invoices/runs/1/customers.csv?{query}")).text;
        csv.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let (gas, unpriced) = ("Gas & <Water>,done,,1,0", "Unpriced,done,,0,1");
    assert_eq!(
        (customers(""), customers("sort=left-out")),
        (vec![gas.into(), unpriced.into()], vec![unpriced.into(), gas.into()])
    );
    assert_eq!((customers("find=unp"), customers("state=not-done").len()), (vec![unpriced.to_owned()], 0));
    let some = finance.show("/console/invoices/runs/1?state=waiting").text;
    assert!(some.contains("Nothing fits.") && some.contains("customers.csv?state=waiting"), "{some}");
    let left_out = finance.show("/console/invoices/runs/1/left-out.csv").text;
    assert!(left_out.starts_with("customer,day,detail,work,why\r\nUnpriced,2019-05-12,Road work,"), "{left_out}");
}

/// After a credit memo and a second invoice.
fn reads_the_books(finance: &mut Browser<'_>, gas: &str) {
    let memo = finance.show("/console/invoices/2").text;
    assert!(memo.contains("Credit memo 2") && memo.contains("/console/invoices/1\">invoice 1"), "{memo}");
    let books = finance.show("/console/invoices/books").text;
    assert!(
        books.contains("receivable: Gas &#38; &#60;Water&#62;") && books.contains("the books sum to zero"),
        "{books}"
    );
    let account = finance.show(&format!("/console/invoices/books?account=receivable/{gas}")).text;
    assert_eq!(account.matches("invoice 1</a>").count(), 1, "{account}");
    let balances = finance.show("/console/invoices/balances").text;
    assert!(balances.contains("who owe 96.69"), "{balances}");
    let mut trial = |query: &str| {
        let csv = finance.show(&format!("/console/invoices/trial-balance.csv?{query}")).text;
        assert!(csv.starts_with("account,name,debits,credits,balance\r\n"), "{csv}");
        csv.lines().skip(1).map(|line| line.rsplit(',').next().unwrap().replace('-', "")).collect::<Vec<_>>()
    };
    let amounts = |all: &[String]| {
        all.iter().map(|it| it.parse::<f64>().unwrap_or_else(|_| panic!("{all:?}"))).collect::<Vec<_>>()
    };
    let (all, largest, gas) = (trial(""), trial("sort=largest"), trial("find=GAS+%26"));
    assert!(amounts(&largest).is_sorted_by(|before, after| before >= after), "{largest:?}");
    assert!(all.len() == largest.len() && all.len() > 2 && all != largest, "{all:?}");
    assert_eq!(gas, ["96.69"]);
    let one = finance.show("/console/invoices/books?find=gas&order=oldest").text;
    assert!(one.contains("1 found.") && one.contains("the oldest first") && one.contains("sum to zero"), "{one}");
    let postings = |text: &str| {
        let cells = text.lines().filter_map(|line| line.strip_prefix("<tr><td class=\"figures number\">"));
        cells.filter_map(|it| it.split('<').next()?.parse::<i64>().ok()).collect::<Vec<_>>()
    };
    let (oldest, newest) = (postings(&one), postings(&books));
    assert!(oldest.is_sorted() && oldest.first() < oldest.last() && newest.is_sorted_by(|a, b| a >= b), "{oldest:?}");
    let above = postings(&finance.show("/console/invoices/books?order=oldest&above=1").text);
    assert_eq!(above, oldest.into_iter().filter(|it| *it > 1).collect::<Vec<_>>());
    assert_eq!(finance.get("/console/invoices/books?order=oldest&above=x").status, 404);
}

fn a_list_filters_sorts_and_is_exported(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    let mut ids = Vec::new();
    for (at, (name, minutes)) in (0..).zip([("=Gas", 60), ("Water", 240), ("Power", 120)]) {
        let (id, site) = customer(&desk, name);
        ids.push((id, worked(&desk, &site, &officer, -8 - 6 * at, minutes)));
    }
    world.wait(20 * DAYS);
    let mut reader = browser(&world, &desk, "coordinator@example.org", StaffRole::Coordinator);
    crate::billing::office::run(&desk, crate::billing::office::day(5, 31));
    let (assignment, first) = &ids[1].1;
    rule(&desk, assignment, &ruling(-14, 0, Some(first)));
    crate::billing::office::run(&desk, crate::billing::office::day(5, 31));
    let mut rows = |query: &str| {
        let csv = reader.show(&format!("/console/invoices.csv?{query}")).text;
        csv.lines().skip(1).map(|line| line.split(',').nth(2).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(rows("").len(), 4);
    assert_eq!(rows("kind=credit_memo"), ["Water"]);
    assert_eq!(rows("state=credited"), ["Water"]);
    assert_eq!(rows("state=open&sort=largest"), ["Power", "'=Gas"], "no formula");
    assert_eq!(rows(&format!("customer={}", ids[2].0)), ["Power"]);
    assert_eq!(rows("until=2019-06-03"), [""; 0]);
    assert_eq!(rows("from=2019-06-04").len(), 4);
    assert_eq!(rows("state=overdue"), [""; 0]);
    world.wait(40 * DAYS);
    let mut reader = browser(&world, &desk, "later@example.org", StaffRole::Coordinator);
    let overdue = reader.show("/console/invoices?state=overdue").text;
    assert!(overdue.contains("2 found") && overdue.contains("past due"), "{overdue}");
    assert!(!reader.show("/console/invoices/runs").text.contains("Begin the run"), "who only reads is not offered it");
    assert_eq!(reader.get("/console/invoices?from=x").status, 422);
    assert_eq!(reader.get("/console/invoices?customer=x").status, 404);
}

fn two_people_never_overwrite_each_others_terms(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (id, _) = customer(&desk, "Gas company");
    let path = format!("/console/invoices/customers/{id}");
    let mut one = browser(&world, &desk, "one@example.org", StaffRole::Finance);
    let mut other = browser(&world, &desk, "other@example.org", StaffRole::Finance);
    let (seal, theirs) = (one.show(&path).seal(&path), other.show(&path).seal(&path));
    let fields = |cycle| [("version", "0"), ("cycle", cycle), ("net_days", "14"), ("address", "1 Main Street\r\nTown")];
    one.post(&path, &seal, &fields("weekly")).leads();
    let refused = other.post(&path, &theirs, &fields("detail"));
    assert_eq!(refused.status, 409);
    assert!(refused.text.contains("now it is: Every week, Monday to Sunday, due in 14 days"), "{}", refused.text);
    let shown = one.show(&path).text;
    assert!(shown.contains("value=\"weekly\" selected") && shown.contains("value=\"14\""), "{shown}");
    let log = desk.items("/v1/staff/audit?limit=1000");
    assert_eq!(log.iter().filter(|entry| entry["action"] == "billing.terms").count(), 1);
}

fn what_is_wrong_is_said_at_the_field_and_nothing_is_done(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (id, _) = customer(&desk, "Gas company");
    let path = format!("/console/invoices/customers/{id}");
    let mut finance = browser(&world, &desk, "finance@example.org", StaffRole::Finance);
    for (days, cycle) in [("-1", "weekly"), ("366", "weekly"), ("x", "weekly"), ("14", "yearly")] {
        let seen = finance.send(&path, &path, &[("version", "0"), ("cycle", cycle), ("net_days", days)]);
        assert!(seen.status == 422 && seen.text.contains("aria-invalid"), "{days} {cycle}: {}", seen.text);
    }
    for through in ["", "31 May", "2019-05-16", "2019-02-30"] {
        let seen = finance.send("/console/invoices/runs", "/console/invoices/runs", &[("through", through)]);
        assert_eq!(seen.status, 422, "{through}: {}", seen.text);
    }
    let empty = [("version", "0"), ("name", " ")];
    assert_eq!(finance.send("/console/invoices/letterhead", "/console/invoices/letterhead", &empty).status, 422);
    let log = desk.items("/v1/staff/audit?limit=1000");
    let of_billing = |entry: &&serde_json::Value| entry["action"].as_str().unwrap().starts_with("billing");
    assert_eq!(log.iter().filter(of_billing).count(), 0);
    assert_eq!(world.app.now().as_millis(), NOON);
}

/// Rules anew that an assignment's ruling said nothing of what the work counts as, as the first versions did.
fn forget_what_it_counts_as(desk: &Desk<'_>, ruling: &str) {
    let id: RulingId = ruling.parse().unwrap();
    let forgotten = desk.world.write(desk.agency, move |sql, by| {
        let before = rulings::read(sql, by.agency, id)?.unwrap().record;
        let after = Ruling { counts_as: None, pay: None, ..before };
        Ok(records::put(sql, by.agency, by.now, RecordKind::Ruling, id, &after, &[]).map(drop)?)
    });
    forgotten.unwrap();
}

const WITHOUT: &str = "/console/invoices/without-bill";
const SPAN: &str = "from=2019-05-10&until=2019-05-31";

/// Work that was ruled on as before bills were kept, and the bills that it had.
struct Old {
    bills: Vec<(String, Option<i64>)>,
    /// Work of a day on which the agency invoiced elsewhere.
    elsewhere: String,
    /// What the rest comes to.
    sum: String,
}

/// The bills of an agency, by work.
fn totals(desk: &Desk<'_>) -> Vec<(String, Option<i64>)> {
    let text = "SELECT work, total FROM bills WHERE agency = $1 ORDER BY work";
    let agency = desk.agency;
    let rows = desk.world.app.store.read(move |sql| sql.query(text, &params![agency])).unwrap();
    rows.iter().map(|row| (row.id::<AssignmentId>(0).unwrap().to_string(), row.opt_int(1).unwrap())).collect()
}

/// Four hours, thirteen that have no price, an hour of two officers of one detail of whom one bears what is billed once, an hour of which
/// the ruling does not say what it counts as, and one from before the days that are billed.
fn old_work(desk: &Desk<'_>) -> Old {
    let officer = desk.officer("Officer 1");
    let (_, site) = customer(desk, "=Gas & Water");
    let elsewhere = worked(desk, &site, &officer, -24 * 10, 60).0;
    worked(desk, &site, &officer, -30, 240);
    worked(desk, &site, &officer, -60, 13 * 60);
    let (silent, ruled) = worked(desk, &site, &officer, -8, 60);
    let both = desk.detail(&site, -20, 2);
    for name in ["Officer 2", "Officer 3"] {
        rule(desk, &desk.order(&both, &desk.officer(name)), &ruling(-20, 60, None));
    }
    let bills = totals(desk);
    let counts = |work: &str| work != elsewhere && work != silent;
    let sum = bills.iter().filter(|it| counts(&it.0)).filter_map(|it| it.1).sum();
    forget_bills(desk);
    forget_what_it_counts_as(desk, &ruled);
    desk.world.wait(20 * DAYS);
    Old { bills, elsewhere, sum: Cents(sum).to_string() }
}

/// Sends the form for those days.
fn catch_up(finance: &mut Browser<'_>, bills: &str, sum: &str, reason: &str) -> super::browser::Seen {
    let seal = finance.show(&format!("{WITHOUT}?{SPAN}")).seal(WITHOUT);
    let days = [("from", "2019-05-10"), ("until", "2019-05-31")];
    let seen = [("bills", bills), ("prices", "0"), ("sum", sum), ("reason", reason)];
    finance.post(WITHOUT, &seal, &[&days[..], &seen].concat())
}

fn work_from_before_bills_were_kept_is_billed_from_the_day_that_finance_names(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let old = old_work(&desk);
    let mut finance = browser(&world, &desk, "finance@example.org", StaffRole::Finance);
    let all = finance.show(WITHOUT).text;
    assert!(all.contains("choose the first day above") && !all.contains("Make "), "not before a day is named: {all}");
    assert_eq!(catch_up(&mut finance, "4", &old.sum, "Old work.").status, 303);
    let under_way = finance.show(&format!("{WITHOUT}?{SPAN}")).text;
    assert!(under_way.contains("Bills are being made.") && !under_way.contains("Make 4 bills"), "{under_way}");
    work(&world);
    let after = totals(&desk);
    let has = |work: &str| after.iter().any(|it| it.0 == work);
    let left: Vec<_> = old.bills.iter().filter(|it| !has(&it.0)).collect();
    assert!(after.len() == 4 && left.len() == 2 && !has(&old.elsewhere), "{after:?} {left:?}");
    crate::billing::office::run(&desk, crate::billing::office::day(5, 31));
    let issued = issued(&world, desk.agency);
    assert_eq!((issued.len(), issued[0].0.total.to_string()), (1, old.sum));
    let log = desk.items("/v1/staff/audit?limit=1000");
    let done = |action: &str| log.iter().filter(|entry| entry["action"] == action).count();
    assert_eq!((done("billing.catch_up"), done("bill.make")), (1, 4));
    // Another agency's is its own.
    let other = world.agency(2);
    let mut stranger = browser(&world, &other, "other@example.org", StaffRole::Finance);
    assert!(stranger.show(WITHOUT).text.contains("There is none"));
}

fn what_would_be_billed_of_old_work_is_shown_first_and_nothing_else_is_begun(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let old = old_work(&desk);
    let mut finance = browser(&world, &desk, "finance@example.org", StaffRole::Finance);
    let page = finance.show(&format!("{WITHOUT}?{SPAN}")).text;
    for says in ["=Gas &#38; Water", "Make 4 bills", &old.sum, "does not say what the work counts as"] {
        assert!(page.contains(says), "{says}: {page}");
    }
    let csv = finance.show(&format!("{WITHOUT}.csv?{SPAN}")).text;
    assert!(csv.lines().count() == 6 && csv.contains("\r\n'=Gas") && csv.contains("no band of job type"), "{csv}");
    let refused = catch_up(&mut finance, "4", &old.sum, " ");
    assert!(refused.status == 422 && refused.text.contains("This must not be empty."), "{}", refused.text);
    let stale = catch_up(&mut finance, "3", &old.sum, "Old work.");
    let now = format!("now it is 4 bills that come to {}", old.sum);
    assert!(stale.status == 409 && stale.text.contains(&now), "{}", stale.text);
    let seal = stale.seal(WITHOUT);
    let seen = [("bills", "4"), ("prices", "0"), ("sum", old.sum.as_str()), ("reason", "So.")];
    let soon = finance.post(WITHOUT, &seal, &[&[("from", "soon"), ("until", "")], &seen[..]].concat());
    assert_eq!(soon.status, 422);
    let days = [("from", "2019-05-10"), ("until", "2019-05-31")];
    let many = [("bills", "many"), ("prices", "0"), ("sum", old.sum.as_str()), ("reason", "So.")];
    let seal = finance.show(&format!("{WITHOUT}?{SPAN}")).seal(WITHOUT);
    assert_eq!(finance.post(WITHOUT, &seal, &[&days[..], &many].concat()).status, 422);
    assert_eq!(finance.get(&format!("{WITHOUT}?from=soon")).status, 422);
    work(&world);
    assert_eq!(totals(&desk), []);
    let mut auditor = browser(&world, &desk, "auditor@example.org", StaffRole::Auditor);
    assert!(!auditor.show(&format!("{WITHOUT}?{SPAN}")).text.contains("Make 4 bills"));
}

/// Sends the form as the page has it.
fn sent(finance: &mut Browser<'_>, page: &super::browser::Seen) -> super::browser::Seen {
    let form = page.text.split_once(&format!("<form method=\"post\" action=\"{WITHOUT}\">")).unwrap().1;
    let value = |name: &str| {
        let after = form.split_once(&format!("name=\"{name}\" value=\"")).expect(name).1;
        after.split('"').next().unwrap().to_owned()
    };
    let held = ["from", "until", "bills", "prices", "sum"].map(|name| (name, value(name)));
    let held: Vec<_> = held.iter().map(|(name, value)| (*name, value.as_str())).collect();
    finance.post(WITHOUT, &page.seal(WITHOUT), &[&held[..], &[("reason", "The council agreed.")]].concat())
}

fn a_tariff_added_between_the_page_and_its_form_is_refused_with_the_new_figures(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    let (_, site) = customer(&desk, "Gas company");
    let (old, _) = worked(&desk, &site, &officer, -8, 60);
    forget_bill(&desk, &old);
    worked(&desk, &site, &officer, -40, 13 * 60);
    world.wait(20 * DAYS);
    let mut finance = browser(&world, &desk, "finance@example.org", StaffRole::Finance);
    let runs = finance.show("/console/invoices/runs").text;
    let link = "<a href=\"/console/invoices/without-bill\">1 without a bill and 1 without a price</a>";
    assert!(runs.contains(link) && !runs.contains("Price what has no price"), "{runs}");
    let page = finance.show(&format!("{WITHOUT}?{SPAN}"));
    assert!(page.text.contains("Make 1 bill<") && page.text.contains("no band of job type"), "{}", page.text);
    longer(&desk, 1, 7_000);
    let stale = sent(&mut finance, &page);
    let now = "now it is 2 bills, of which 1 in the place of one without a price, that come to";
    assert!(stale.status == 409 && stale.text.contains(now), "{}", stale.text);
    assert!(stale.text.contains("Make 2 bills"), "the page shows what it is now: {}", stale.text);
    assert_eq!(totals(&desk).len(), 1, "nothing was done");
    assert_eq!(sent(&mut finance, &stale).status, 303);
    work(&world);
    assert_eq!(totals(&desk).iter().filter(|it| it.1.is_some()).count(), 2);
    let runs = finance.show("/console/invoices/runs").text;
    assert!(!runs.contains("without a bill"), "{runs}");
    assert!(finance.show(WITHOUT).text.contains("There is none"));
    assert_eq!(finance.post("/console/invoices/runs/price", "", &[("through", "2019-05-31")]).status, 404);
}

fn what_lacks_a_bill_or_a_price_is_filtered_sorted_and_exported(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    let (gas, site) = customer(&desk, "=Gas & <Water>");
    let (old, _) = worked(&desk, &site, &officer, -8, 60);
    forget_bill(&desk, &old);
    let (_, other) = customer(&desk, "Power");
    worked(&desk, &other, &officer, -40, 13 * 60);
    let (second, _) = worked(&desk, &other, &officer, -60, 240);
    forget_bill(&desk, &second);
    world.wait(20 * DAYS);
    let mut finance = browser(&world, &desk, "finance@example.org", StaffRole::Finance);
    let page = finance.show(WITHOUT).text;
    let customer = format!("<a href=\"/console/invoices/customers/{gas}\">=Gas &#38; &#60;Water&#62;</a>");
    assert!(page.contains(&customer), "{customer}: {page}");
    assert!(page.contains("/console/details/") && page.contains(">Road work</a>"), "{page}");
    let mut rows = |query: &str| {
        let csv = finance.show(&format!("{WITHOUT}.csv?{query}")).text;
        assert!(csv.starts_with("customer,day,detail,work,ruling,lacks,comes_to,why_not\r\n"), "{csv}");
        let day = |line: &str| line.split(',').nth(1).unwrap()["2019-05-".len()..].to_owned();
        csv.lines().skip(1).map(day).collect::<Vec<_>>()
    };
    assert_eq!(rows(""), ["12", "13", "15"]);
    assert_eq!(rows("lacks=bill"), ["12", "15"]);
    assert_eq!(rows("lacks=price"), ["13"]);
    assert_eq!(rows("sort=largest"), ["12", "15", "13"]);
    assert_eq!(rows("sort=customer"), ["15", "12", "13"]);
    assert_eq!(rows("from=2019-05-13&until=2019-05-14"), ["13"]);
    // What has a bill without a price was invoiced nowhere: nobody has to name the first day of it.
    assert!(page.contains("choose the first day above"), "{page}");
    longer(&desk, 1, 7_000);
    let (old, second) = (old.parse::<AssignmentId>().unwrap(), second.parse::<AssignmentId>().unwrap());
    let text = "DELETE FROM rulings WHERE agency = $1 AND (assignment = $2 OR assignment = $3)";
    let agency = desk.agency;
    world.app.store.write(move |sql| sql.execute(text, &params![agency, old, second])).unwrap();
    let page = finance.show(WITHOUT);
    assert!(page.text.contains("Bill the work of 2019-05-13 to"), "{}", page.text);
    assert_eq!(sent(&mut finance, &page).status, 303);
    work(&world);
    let mut auditor = browser(&world, &desk, "auditor@example.org", StaffRole::Auditor);
    assert!(auditor.show(WITHOUT).text.contains("There is none"));
}

fn a_line_leads_to_what_its_reader_may_see_of_the_ruling(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (_, site) = customer(&desk, "Gas company");
    let (assignment, ruling) = worked(&desk, &site, &desk.officer("Officer 1"), -8, 60);
    world.wait(20 * DAYS);
    crate::billing::office::run(&desk, crate::billing::office::day(5, 31));
    let mut finance = browser(&world, &desk, "finance@example.org", StaffRole::Finance);
    let page = finance.show("/console/invoices/1").text;
    let path = format!("/console/timesheets/{assignment}");
    assert!(page.contains(&format!("href=\"{path}\"")) && page.contains(&ruling), "{page}");
    assert!(finance.show(&path).text.contains("As worked."), "the ruling's reason stands there");
    // Who may read bills and the log but no evidence is led to the log; who may read bills alone to nothing.
    let admin = person(&world, desk.agency, "chief@example.org", StaffRole::Administrator);
    let mut admin = signed_in(&world, &admin, Stage::Full);
    for (scopes, leads) in [(&["billing:read", "audit:read"][..], true), (&["billing:read"][..], false)] {
        let fields: Vec<_> = scopes.iter().map(|scope| ("scope", *scope)).collect();
        admin.send("/console/roles/finance", "/console/roles/finance", &fields).leads();
        let mut reader = browser(&world, &desk, &format!("{}@example.org", scopes.len()), StaffRole::Finance);
        let page = reader.show("/console/invoices/1").text;
        assert!(!page.contains("/console/timesheets/"), "{page}");
        assert_eq!(page.contains(&format!("/console/audit?subject={ruling}")), leads, "{page}");
    }
}

fn what_is_left_of_an_invoice_is_past_due_like_a_whole_one(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (_, site) = customer(&desk, "Gas company");
    let officer = desk.officer("Officer 1");
    worked(&desk, &site, &officer, -8, 60);
    let (assignment, first) = worked(&desk, &site, &officer, -16, 240);
    world.wait(20 * DAYS);
    crate::billing::office::run(&desk, crate::billing::office::day(5, 31));
    rule(&desk, &assignment, &ruling(-16, 0, Some(&first)));
    crate::billing::office::run(&desk, crate::billing::office::day(5, 31));
    let mut reader = browser(&world, &desk, "finance@example.org", StaffRole::Finance);
    let part = reader.show("/console/invoices?state=part").text;
    assert!(part.contains("1 found, of which 96.69 is owed"), "{part}");
    assert!(reader.show("/console/invoices?state=overdue").text.contains("0 found"));
    world.wait(40 * DAYS);
    let mut reader = browser(&world, &desk, "later@example.org", StaffRole::Finance);
    let overdue = reader.show("/console/invoices?state=overdue").text;
    assert!(overdue.contains("1 found, of which 96.69 is owed"), "{overdue}");
    assert!(overdue.contains("partly credited, past due"), "{overdue}");
    let csv = reader.show("/console/invoices.csv?state=overdue").text;
    assert!(csv.lines().nth(1).is_some_and(|line| line.ends_with(",\"partly credited, past due\",1,96.69")), "{csv}");
    assert!(reader.show("/console/invoices/1").text.contains("past due"));
}

fn a_cancellation_is_corrected_on_its_page(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (id, bill) = sample_cancellation(&desk);
    let path = format!("/console/invoices/cancellations/{id}");
    let mut reader = browser(&world, &desk, "coordinator@example.org", StaffRole::Coordinator);
    assert!(!reader.show(&path).text.contains("Bill it anew"), "who only reads is not offered it");
    let mut finance = browser(&world, &desk, "finance@example.org", StaffRole::Finance);
    let shown = finance.show(&path);
    assert!(shown.text.contains("Bill 0.00 instead of 1.00"), "{}", shown.text);
    let seal = shown.seal(&path);
    let (bill, other) = (bill.to_string(), (bill + 1).to_string());
    let fields = |bill, reason| [("bill", bill), ("received", ""), ("quoted", "0"), ("reason", reason)];
    let seen = finance.post(&path, &seal, &fields(&bill, " "));
    assert!(seen.status == 422 && seen.text.contains("aria-invalid"), "{}", seen.text);
    let stale = seen.seal(&path);
    assert_eq!(finance.post(&path, &stale, &fields(&other, "Waived.")).status, 409);
    let seal = finance.show(&path).seal(&path);
    assert_eq!(finance.post(&path, &seal, &fields(&bill, "Waived.")).leads(), format!("{path}?said=corrected"));
    assert!(finance.post(&path, &seal, &fields(&other, "Waived.")).status >= 400, "a form is taken once");
    assert_eq!(finance.get(&format!("{path}?received=x")).status, 200, "what is typed wrong is said on the page");
    let none = DetailId::from_bytes([9; 16]);
    assert_eq!(finance.get(&format!("/console/invoices/cancellations/{none}")).status, 404);
}

fn runs_come_in_parts_and_entries_of_some_days_in_a_file(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (_, site) = customer(&desk, "Gas company");
    worked(&desk, &site, &desk.officer("Officer 1"), -8, 60);
    world.wait(20 * DAYS);
    crate::billing::office::run(&desk, crate::billing::office::day(5, 31));
    for _ in 0..51 {
        crate::billing::office::run(&desk, crate::billing::office::day(5, 31));
    }
    let mut finance = browser(&world, &desk, "finance@example.org", StaffRole::Finance);
    let first = finance.show("/console/invoices/runs").text;
    assert!(first.contains("/runs/52\"") && first.contains("/runs/3\"") && !first.contains("/runs/2\""), "{first}");
    let second = finance.show("/console/invoices/runs?part=2").text;
    assert!(second.contains("/runs/2\"") && second.contains("/runs/1\"") && !second.contains("/runs/3\""), "{second}");
    let mut lines = |query: &str| finance.show(&format!("/console/invoices/books.csv?{query}")).text.lines().count();
    let all = lines("");
    assert!(all > 3);
    assert_eq!(lines("until=2019-06-03"), 1, "the invoice is of the 4th");
    assert_eq!(lines("from=2019-06-04&until=2019-06-04"), all);
    assert_eq!(finance.get("/console/invoices/books?from=x").status, 422);
}

/// Four runs, written past everything that would note them: the third is under way, and the second did nothing for its customer.
fn four_runs(desk: &Desk<'_>) {
    let (agency, failed) = (desk.agency, CustomerId::from_bytes([9; 16]));
    let written = desk.world.write(agency, move |sql, by| {
        for (number, through) in [(1, 18_000), (2, 18_030), (3, 18_020), (4, 18_010)] {
            let ended_at = (number != 3).then_some(by.now);
            let (began_at, began_by) = (by.now, "=somebody".to_owned());
            let run = RunRow { number, cut_off: 0, through, began_at, began_by, ended_at };
            invoice_runs::insert(sql, agency, &run, &[failed])?;
            let left_out = if number == 2 { "{\"failed\":\"The disk is full.\"}" } else { "[]" };
            let done =
                invoice_runs::Done { customer: failed, done_at: ended_at, invoices: 0, left_out: left_out.to_owned() };
            invoice_runs::done(sql, agency, number, &done)?;
        }
        Ok(())
    });
    written.unwrap();
}

fn the_list_of_runs_filters_sorts_and_is_exported(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    four_runs(&desk);
    let mut reader = browser(&world, &desk, "coordinator@example.org", StaffRole::Coordinator);
    let mut rows = |query: &str| {
        let csv = reader.show(&format!("/console/invoices/runs.csv?{query}")).text;
        assert!(csv.starts_with("number,through,begun,by,ended,not_done_for_some\r\n"), "{csv}");
        assert!(csv.lines().skip(1).all(|line| line.ends_with(",yes") == line.starts_with("2,")), "{csv}");
        assert!(csv.lines().skip(1).all(|line| line.contains(",'=somebody,")), "no formula: {csv}");
        csv.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(rows(""), "4 3 2 1");
    assert_eq!(rows("sort=oldest"), "1 2 3 4");
    assert_eq!(rows("sort=through"), "2 3 4 1");
    assert_eq!((rows("state=under-way").as_str(), rows("state=ended").as_str()), ("3", "4 2 1"));
    assert_eq!(rows("state=not-done"), "2");
    // The 18,010th day since 1970 is the 24th of April 2019, the 18,020th the 4th of May.
    assert_eq!(rows("from=2019-04-24&until=2019-05-04"), "4 3");
    assert_eq!(rows("from=2019-05-05&state=under-way"), "");
    let page = reader.show("/console/invoices/runs?state=not-done&through=2019-05-10").text;
    assert!(page.contains("1 found.") && page.contains("/runs/2\"") && !page.contains("/runs/1\""), "{page}");
    assert!(page.contains(">not done for some</span>"), "{page}");
    let ended = reader.show("/console/invoices/runs?state=under-way&through=2019-05-10").text;
    assert!(ended.contains("/runs/3\"") && !ended.contains(">not done for some</span>"), "{ended}");
    assert!(page.contains("/console/invoices/runs.csv?through=2019-05-10&#38;state=not-done"), "{page}");
    assert_eq!(reader.get("/console/invoices/runs?from=x").status, 422);
    assert_eq!(reader.get("/console/invoices/runs.csv?until=x").status, 422);
    let other = world.agency(2);
    let mut stranger = browser(&world, &other, "other@example.org", StaffRole::Finance);
    assert_eq!(stranger.show("/console/invoices/runs.csv").text.lines().count(), 1);
}

fn what_a_run_leaves_out_is_told_by_its_detail_and_its_customer(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    let (gas, site) = customer(&desk, "=Gas & <Water>");
    worked(&desk, &site, &officer, -40, 13 * 60);
    let unruled = desk.detail(&site, -20, 1);
    desk.order(&unruled, &officer);
    world.wait(20 * DAYS);
    let mut finance = browser(&world, &desk, "finance@example.org", StaffRole::Finance);
    let page = finance.show("/console/invoices/runs?through=2019-05-31").text;
    let leads = [
        format!("<a href=\"/console/details/{unruled}\">Road work</a>"),
        format!("<a href=\"/console/invoices/customers/{gas}\">=Gas &#38; &#60;Water&#62;</a>"),
        "nobody has ruled on its timesheet".to_owned(),
        "no band of job type".to_owned(),
    ];
    for says in leads {
        assert!(page.contains(&says), "{says}: {page}");
    }
    let csv = finance.show("/console/invoices/runs/left-out.csv?through=2019-05-31").text;
    assert!(csv.starts_with("customer,day,detail,work,why\r\n'=Gas & <Water>,2019-05-13,Road work,"), "{csv}");
    assert_eq!(csv.lines().count(), 3, "{csv}");
}
