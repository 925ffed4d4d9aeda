use detailbook_core::money::Cents;
use detailbook_core::pricing::Minutes;
use proptest::prelude::*;

use super::*;

const HEADER: &str = "RowId,Tracking_No,Emp_No,Emp_Rank,Customer_No,Customer_Name,Street_No,Street,xStreet,\
    Start_date,Start_Time,End_date,End_Time,Hours_Worked,Detail_Type,Pay_Hours,Pay_Amount,Pay_Rate";

/// A good record of an invented business, some of its columns replaced.
fn line(number: u32, changes: &[(&str, &str)]) -> String {
    let tracking = (9_000 + number).to_string();
    let (row, employee) = ((700 + number).to_string(), format!("E{number}"));
    let good = [
        ("RowId", row.as_str()),
        ("Tracking_No", &tracking),
        ("Emp_No", &employee),
        ("Emp_Rank", "09"),
        ("Customer_No", "000001"),
        ("Customer_Name", "Harbor Paving"),
        ("Street_No", "12"),
        ("Street", "LONG LA"),
        ("xStreet", ""),
        ("Start_date", "27-Jun-19"),
        ("Start_Time", "0900"),
        ("End_date", "27-Jun-19"),
        ("End_Time", "1700"),
        ("Hours_Worked", "0800"),
        ("Detail_Type", "C"),
        ("Pay_Hours", "8"),
        ("Pay_Amount", "368"),
        ("Pay_Rate", "46"),
    ];
    let value = |(name, value): &(&str, &str)| {
        changes.iter().find(|(changed, _)| changed == name).map_or(*value, |(_, to)| *to).to_owned()
    };
    good.iter().map(value).collect::<Vec<_>>().join(",")
}

fn boston() -> Zone {
    Zone::named("America/New_York").unwrap()
}

fn import(lines: &[String]) -> Import {
    let text = [HEADER.to_owned()].iter().chain(lines).cloned().collect::<Vec<_>>().join("\n");
    read(text.as_bytes(), boston()).unwrap()
}

/// The reason for rejecting line 3 of a file whose lines 2 and 4 are good and must be taken.
fn reason(changes: &[(&str, &str)]) -> String {
    let got = import(&[line(1, &[]), line(2, changes), line(3, &[])]);
    assert_eq!((got.records, got.details.len(), got.rejected.len()), (3, 2, 1), "{changes:?}");
    assert_eq!(got.rejected[0].line, 3);
    got.rejected[0].reason.clone()
}

#[test]
fn a_good_line_is_taken_whole() {
    let got = import(&[line(1, &[("Pay_Hours", "8.5"), ("Pay_Amount", "391.00")])]);
    let detail = &got.details[0];
    assert_eq!((detail.line, detail.row.as_str(), detail.tracking.as_str()), (2, "701", "9001"));
    assert_eq!((detail.employee.as_str(), detail.rank.as_str(), detail.job_type.as_str()), ("E1", "09", "C"));
    assert_eq!((detail.customer_name.as_str(), detail.street.as_str()), ("Harbor Paving", "LONG LA"));
    assert_eq!((detail.worked, detail.pay_time), (Minutes(480), Minutes(510)));
    assert_eq!((detail.pay_amount, detail.pay_rate), (Cents(39_100), Cents(4_600)));
    assert_eq!(detail.shift.start.to_string(), "2019-06-27T13:00:00.000Z");
}

#[test]
fn columns_are_found_by_name_in_any_order_and_others_are_passed_over() {
    let mut header: Vec<&str> = HEADER.split(',').collect();
    let row = line(1, &[]);
    let mut fields: Vec<&str> = row.split(',').collect();
    header.reverse();
    fields.reverse();
    let text = format!("{}, extra \n{},whatever\n", header.join(" , ").to_lowercase(), fields.join(","));
    assert_eq!(read(text.as_bytes(), boston()).unwrap().details, import(&[row]).details);
}

#[test]
fn missing_and_doubled_columns_are_named() {
    let without = HEADER.replace("Emp_No,", "").replace(",Pay_Rate", "");
    let fault = read(without.as_bytes(), boston()).unwrap_err().to_string();
    assert_eq!(fault, "the header lacks Emp_No, Pay_Rate");
    let fault = read(format!("{HEADER},emp_no").as_bytes(), boston()).unwrap_err().to_string();
    assert_eq!(fault, "the header names Emp_No twice");
    assert!(read(line(1, &[]).as_bytes(), boston()).unwrap_err().to_string().starts_with("the header lacks RowId, "));
}

#[test]
fn dates_and_times_that_are_none_are_rejected() {
    assert_eq!(reason(&[("Start_date", "31-Jun-19")]), "Start_date \"31-Jun-19\" is not a date such as 27-Jun-19");
    assert_eq!(reason(&[("End_date", "2019-06-27")]), "End_date \"2019-06-27\" is not a date such as 27-Jun-19");
    assert_eq!(reason(&[("Start_Time", "25:00")]), "Start_Time \"25:00\" is not a time of day such as 0900");
    assert_eq!(reason(&[("End_Time", "2500")]), "End_Time \"2500\" is not a time of day such as 0900");
    assert_eq!(reason(&[("Hours_Worked", "8")]), "Hours_Worked \"8\" is not hours and minutes such as 0830");
}

#[test]
fn an_end_that_is_not_after_the_start_is_rejected() {
    for end in ["0800", "0900"] {
        assert!(reason(&[("End_Time", end)]).contains("is not after the start 27-Jun-2019 09:00"));
    }
}

#[test]
fn hours_worked_must_agree_with_start_and_end() {
    let says = "Hours_Worked says 7:59, but from start to end is 8:00";
    assert_eq!(reason(&[("Hours_Worked", "0759")]), says);
}

#[test]
fn shifts_over_midnight_and_over_a_change_of_the_clocks_are_taken() {
    let night = |start, end, worked| {
        [
            ("Start_date", start),
            ("Start_Time", "2200"),
            ("End_date", end),
            ("End_Time", "0600"),
            ("Hours_Worked", worked),
        ]
    };
    let got = import(&[
        line(1, &night("27-Jun-19", "28-Jun-19", "0800")),
        line(2, &night("9-Mar-19", "10-Mar-19", "0700")),
        line(3, &night("2-Nov-19", "3-Nov-19", "0900")),
    ]);
    assert_eq!(got.rejected, []);
    let hours: Vec<i64> = got.details.iter().map(|d| (d.shift.end - d.shift.start).0 / 3_600_000).collect();
    assert_eq!(hours, [8, 7, 9]);
}

#[test]
fn a_time_in_the_hour_the_clocks_skip_is_rejected() {
    let reason = reason(&[
        ("Start_date", "10-Mar-19"),
        ("Start_Time", "0230"),
        ("End_date", "10-Mar-19"),
        ("End_Time", "0630"),
        ("Hours_Worked", "0400"),
    ]);
    assert_eq!(reason, "the start 10-Mar-2019 02:30 does not exist: the clocks went forward over it");
}

#[test]
fn money_and_hours_that_are_no_numbers_are_rejected() {
    assert_eq!(reason(&[("Pay_Amount", "$368")]), "Pay_Amount \"$368\" is not a number such as 368");
    assert_eq!(reason(&[("Pay_Rate", "-46")]), "Pay_Rate \"-46\" is not a number such as 368");
    assert_eq!(reason(&[("Pay_Hours", "8.333")]), "Pay_Hours \"8.333\" is not a number such as 8 or 8.5");
    assert_eq!(reason(&[("Pay_Hours", "8.33")]), "Pay_Hours \"8.33\" is not a number such as 8 or 8.5");
    assert!(reason(&[("Pay_Hours", "99999999999999999")]).contains("is not a number"));
}

#[test]
fn what_names_the_work_may_not_be_empty() {
    for column in
        ["RowId", "Tracking_No", "Emp_No", "Customer_No", "Customer_Name", "Street", "Start_date", "Pay_Hours"]
    {
        assert_eq!(reason(&[(column, " ")]), format!("{column} is empty"));
    }
}

#[test]
fn absurdly_long_fields_are_rejected() {
    let long = "y".repeat(5_000);
    let says = "Customer_Name is 5000 characters long; at most 120 are taken";
    assert_eq!(reason(&[("Customer_Name", &long)]), says);
    assert_eq!(reason(&[("Street", &"y".repeat(50_000))]), "longer than 16384 bytes");
}

#[test]
fn a_second_card_of_the_same_number_is_rejected_naming_the_first() {
    assert_eq!(reason(&[("Tracking_No", "9001")]), "Tracking_No 9001 is already on line 2");
    let bad_first = import(&[line(1, &[("End_Time", "0100")]), line(1, &[])]);
    assert_eq!(bad_first.details.len(), 1, "a rejected line does not take the number");
}

#[test]
fn a_second_row_of_the_same_number_is_rejected_naming_the_first() {
    assert_eq!(reason(&[("RowId", "701")]), "RowId 701 is already on line 2");
    let apart =
        import(&[line(1, &[("RowId", "1"), ("Tracking_No", "1")]), line(2, &[("RowId", "01"), ("Tracking_No", "01")])]);
    assert_eq!(apart.rejected, [], "numbers are told apart as they are written");
}

#[test]
fn missing_and_extra_fields_are_counted() {
    let short = import(&[line(1, &[]), "700,9002,E2".into(), line(3, &[])]);
    assert_eq!(short.rejected, [Rejected { line: 3, reason: "3 fields where the header has 18".into() }]);
    assert_eq!(reason(&[("Customer_Name", "Moor, Sons")]), "19 fields where the header has 18");
}

#[test]
fn quoted_commas_and_line_breaks_are_part_of_a_name_and_lines_stay_physical() {
    let got = import(&[
        line(1, &[("Customer_Name", "\"Moor,\n  Sons \"\"and\"\" Co\"")]),
        line(2, &[("Start_Time", "25:00")]),
        line(3, &[]),
    ]);
    assert_eq!(got.details[0].customer_name, "Moor, Sons \"and\" Co");
    assert_eq!((got.rejected[0].line, got.details[1].line), (4, 5));
}

#[test]
fn control_characters_cannot_reach_a_terminal() {
    let got = import(&[line(1, &[("Customer_Name", "Harbor\u{1b}[2JPaving")])]);
    assert_eq!(got.details[0].customer_name, "Harbor [2JPaving");
}

#[test]
fn a_field_that_the_server_would_refuse_costs_its_own_line() {
    let says = "must be one line without control characters";
    for mark in ['\u{202e}', '\u{2066}'] {
        let marked = format!("12{mark}34");
        for column in ["RowId", "Tracking_No", "Emp_No", "Emp_Rank", "Customer_No", "Customer_Name"] {
            assert_eq!(reason(&[(column, &marked)]), format!("{column}: {says}"));
        }
        for column in ["Street_No", "Street", "xStreet", "Detail_Type"] {
            assert_eq!(reason(&[(column, &marked)]), format!("{column}: {says}"));
        }
    }
}

#[test]
fn encodings_are_told_apart() {
    let text = format!("{HEADER}\r\n{}\r\n", line(1, &[]));
    let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    assert_eq!(read(&marked, boston()).unwrap().details.len(), 1, "a byte-order mark is passed over");
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(&wide, boston()), Err(FileFault::Encoding("UTF-16")));
    assert_eq!(read(&[b"\xFF\xFE", wide.as_slice()].concat(), boston()), Err(FileFault::Encoding("UTF-16")));
    for to_bytes in [u32::to_le_bytes, u32::to_be_bytes] {
        let wider: Vec<u8> = text.chars().flat_map(|c| to_bytes(u32::from(c))).collect();
        let marked = [to_bytes(0xFEFF).as_slice(), &wider].concat();
        assert_eq!(read(&wider, boston()), Err(FileFault::Encoding("UTF-32")));
        assert_eq!(read(&marked, boston()), Err(FileFault::Encoding("UTF-32")));
    }
    let mut latin = text.into_bytes();
    let at = latin.windows(6).position(|w| w == b"Harbor").unwrap();
    latin[at] = 0xC4;
    latin.extend_from_slice(line(2, &[]).as_bytes());
    let got = read(&latin, boston()).unwrap();
    assert_eq!(got.rejected, [Rejected { line: 2, reason: "not UTF-8 text (byte 0xC4 in field 6)".into() }]);
    assert_eq!(got.details.len(), 1);
}

#[test]
fn an_empty_file_and_a_bare_header_are_told_apart() {
    for empty in [&b""[..], b"\n\r\n", b"\xEF\xBB\xBF"] {
        assert_eq!(read(empty, boston()), Err(FileFault::Empty));
    }
    let bare = read(format!("\n\r\n{HEADER}\n\n").as_bytes(), boston()).unwrap_err();
    assert_eq!((bare.line(), bare.to_string().as_str()), (3, "no record follows the header"));
}

#[test]
fn a_faulty_header_is_blamed_on_the_line_it_stands_on() {
    let without = format!("\n\r\n{}\n", HEADER.replace("Emp_No,", ""));
    let unclosed = format!("\n\"{HEADER}\n");
    assert_eq!(read(without.as_bytes(), boston()).unwrap_err().line(), 3);
    assert_eq!(read(unclosed.as_bytes(), boston()).unwrap_err().line(), 2);
}

#[test]
fn an_unclosed_quote_costs_one_line() {
    let got = import(&[line(1, &[]), line(2, &[("Customer_Name", "\"Harbor")]), line(3, &[]), line(4, &[])]);
    assert_eq!(got.rejected, [Rejected { line: 3, reason: "a quote is opened and not closed".into() }]);
    assert_eq!(got.details.len(), 3);
}

#[test]
fn the_citys_own_records_are_all_taken() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/boston-details-2019-sample.csv");
    let Ok(bytes) = std::fs::read(sample) else {
        println!("skipped: no ../shared/data/boston-details-2019-sample.csv beside the repository");
        return;
    };
    let got = read(&bytes, boston()).unwrap();
    assert_eq!((got.records, got.details.len(), got.rejected), (51, 51, vec![]));
}

proptest! {
    #[test]
    fn any_file_is_read_to_its_end_and_every_record_is_accounted_for(
        bytes in prop::collection::vec(any::<u8>(), 0..300), rows in prop::collection::vec((0..4u32, 0..18usize, "\\PC{0,8}"), 0..6),
    ) {
        let mut text = format!("{HEADER}\n").into_bytes();
        for (number, column, to) in rows {
            let name = HEADER.split(',').nth(column).unwrap();
            text.extend(format!("{}\n", line(number, &[(name, &to)])).bytes());
        }
        text.extend(bytes);
        match read(&text, boston()) {
            Ok(got) => prop_assert_eq!(got.records, got.details.len() + got.rejected.len()),
            Err(fault) => {
                prop_assert_eq!(fault, FileFault::NoRecords { line: 1 });
                prop_assert!(text[HEADER.len()..].iter().all(|byte| matches!(byte, b'\r' | b'\n')));
            }
        }
    }
}
