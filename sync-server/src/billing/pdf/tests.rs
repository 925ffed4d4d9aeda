use detailbook_core::ids::{CustomerId, DetailId, RecordId, RulingId};
use detailbook_core::shift::Sha256;

use super::layout::{Ink, wrapped};
use super::*;
use crate::billing::terms::Letterhead;

fn head() -> Head {
    Head {
        letterhead: Letterhead {
            name: "Harbor Falls Police Department".to_owned(),
            address: "Paid Details Office\n12 Harbor Street\nHarbor Falls".to_owned(),
            pay_to: "Cheques to the Town of Harbor Falls, at the address above.".to_owned(),
        },
        customer: "Łódź & Søn Gas Company".to_owned(),
        customer_number: "C-17".to_owned(),
        address: "Accounts payable\n1 Main Street".to_owned(),
        net_days: 30,
        credits: vec![],
    }
}

fn row(kind: &str, total: i64) -> InvoiceRow {
    let credits = if kind == INVOICE { vec![] } else { vec![1_203] };
    InvoiceRow {
        number: 1_204,
        kind: kind.to_owned(),
        run: 3,
        cycle: "2025-03".to_owned(),
        customer: CustomerId::NIL,
        issued_on: 20_180,
        due_on: 20_210,
        total: Cents(total),
        body: serde_json::to_string(&Head { credits, ..head() }).unwrap(),
        digest: Sha256([0; 32]),
        standing: Cents(total),
    }
}

fn line(at: i64) -> LineRow {
    LineRow {
        line: at,
        work: RecordId::NIL,
        bill: 1,
        ruling: Some(RulingId::NIL),
        detail: DetailId::NIL,
        worked_on: 20_160,
        kind: if at % 3 == 0 { "tax" } else { "time" }.to_owned(),
        title: if at % 3 == 0 { "Sales tax" } else { "Officer's time" }.to_owned(),
        rules: "road-8 bill-rate-officer".to_owned(),
        tariff: "Harbor Falls details v4".to_owned(),
        amount: Cents(123_456),
        sentence: "5:30 worked is over 4:00 up to 8:00 and is billed as 8:00; 8:00 at 70.00 an hour for rank officer is 560.00."
            .to_owned(),
    }
}

#[test]
fn the_same_invoice_is_the_same_bytes() {
    let lines: Vec<_> = (1..=40).map(line).collect();
    let (one, other) =
        (of(&row(INVOICE, 40 * 123_456), &lines).unwrap(), of(&row(INVOICE, 40 * 123_456), &lines).unwrap());
    assert!(one.starts_with(b"%PDF-"));
    assert_eq!(one, other);
    assert_ne!(one, of(&row(INVOICE, 40 * 123_456), &lines[1..]).unwrap());
}

#[test]
fn amounts_are_set_apart_by_thousands() {
    let said = [(0, "0.00"), (99_999, "999.99"), (100_000, "1,000.00"), (-123_456_789, "-1,234,567.89")];
    for (cents, text) in said {
        assert_eq!(money(Cents(cents)), text);
    }
}

#[test]
fn text_is_broken_between_words_and_a_long_word_within() {
    let ink = Ink::plain(10.0);
    let lines = wrapped("one two three four five six seven", ink, 60.0);
    assert!(lines.len() > 2 && lines.iter().all(|line| super::fonts::width(line, false, 10.0) <= 60.0), "{lines:?}");
    assert_eq!(lines.join(" "), "one two three four five six seven");
    let cut = wrapped(&"W".repeat(40), ink, 60.0);
    assert!(cut.len() > 5 && cut.concat() == "W".repeat(40));
}

/// Written where whoever wants to look at it says.
#[test]
fn samples_are_written_for_whoever_looks() {
    let lines: Vec<_> = (1..=60).map(line).collect();
    let memo: Vec<_> = (1..=3).map(|at| LineRow { amount: Cents(-line(at).amount.0), ..line(at) }).collect();
    let samples =
        [("invoice", of(&row(INVOICE, 60 * 123_456), &lines)), ("memo", of(&row("credit_memo", -370_368), &memo))];
    for (name, pdf) in samples {
        let pdf = pdf.unwrap();
        assert!(pdf.len() > 1_000);
        if let Some(folder) = std::env::var_os("DETAILBOOK_SAMPLES") {
            std::fs::write(std::path::Path::new(&folder).join(format!("{name}.pdf")), pdf).unwrap();
        }
    }
}
