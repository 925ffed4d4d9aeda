//! The demo as a person runs it: the program itself, its output and its exit code.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use detailbook_core::shift::FactKind;
use detailbook_core::time::Millis;
use detailbook_server::demo::work::Alteration;
use detailbook_server::demo::{import, records, tariffs};
use serde_json::{Value, json};

const HEADER: &str = "RowId,Tracking_No,Emp_No,Emp_Rank,Customer_No,Customer_Name,Street_No,Street,xStreet,\
    Start_date,Start_Time,End_date,End_Time,Hours_Worked,Detail_Type,Pay_Hours,Pay_Amount,Pay_Rate";

/// Invented records: two officers, one of them twice, one shift over midnight and one over the night the clocks go back.
const GOOD: [&str; 4] = [
    "501,9001,T1,09,77,\"Moor, Sons & Co\",12,LONG LA,,27-Jun-19,0900,27-Jun-19,1000,0100,C,4,184,46",
    "502,9002,T1,09,77,MOOR SONS & CO,,LONG LA,SHORT ST,28-Jun-19,2000,29-Jun-19,0030,0430,C,8,368,46",
    "503,9003,T2,04,78,Harbor Hall,1,QUAY RD,,2-Nov-19,2200,3-Nov-19,0530,0830,S,9,495,55",
    "504,9004,T1,09,78,Harbor Hall,1,QUAY RD,,28-Jun-19,2100,29-Jun-19,0100,0400,S,4,184,46",
];

fn sample() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/boston-details-2019-sample.csv");
    if !path.exists() {
        println!("skipped: no ../shared/data/boston-details-2019-sample.csv beside the repository");
        return None;
    }
    Some(path)
}

fn file(lines: &[&str]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "{HEADER}\n{}", lines.join("\n")).unwrap();
    file
}

fn detailbook(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_detailbook"));
    command.args(args).env_remove("DETAILBOOK_DATA").env_remove("DATABASE_URL").output().unwrap()
}

/// Works a file and gives the exit code and the one object that is printed.
fn worked(path: &Path) -> (i32, Value) {
    let done = detailbook(&["demo", "--once", "--json", "--input", path.to_str().unwrap()]);
    let printed = String::from_utf8(done.stdout).unwrap();
    let report = serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error}: {printed:?}"));
    (done.status.code().unwrap(), report)
}

#[test]
fn the_citys_records_come_out_as_they_say() {
    let Some(path) = sample() else { return };
    let (code, report) = worked(&path);
    let (syncs, mut rest) = (report["syncs"].as_u64().unwrap(), report);
    rest.as_object_mut().unwrap().remove("syncs");
    let expected = json!({
        "records": 51, "imported": 51, "rejected": [], "phones": 49, "facts_written": 102, "facts_on_server": 102,
        "matched": 51, "mismatched": [], "unrated": [],
    });
    assert_eq!(rest, expected);
    assert!(syncs >= 102, "each shift is learned of and sent: {syncs}");
    assert_eq!(code, 0);
}

#[test]
fn shifts_that_overlap_or_cross_midnight_or_a_change_of_the_clocks_are_worked_and_paid() {
    let (code, report) = worked(file(&GOOD).path());
    assert_eq!(
        (code, &report["matched"], &report["phones"], &report["facts_on_server"]),
        (0, &json!(4), &json!(2), &json!(8))
    );
}

#[test]
fn bad_lines_are_reported_and_the_others_worked() {
    let bad = "505,9005,T3,09,78,Harbor Hall,1,QUAY RD,,28-Jun-19,25:00,29-Jun-19,0100,0400,S,4,184,46";
    let again = GOOD[0];
    let (code, report) = worked(file(&[GOOD[0], bad, again, GOOD[1]]).path());
    let rejected = json!([
        { "line": 3, "reason": "Start_Time \"25:00\" is not a time of day such as 0900" },
        { "line": 4, "reason": "Tracking_No 9001 is already on line 2" },
    ]);
    assert_eq!((code, &report["records"], &report["matched"]), (2, &json!(4), &json!(2)));
    assert_eq!(report["rejected"], rejected);
}

#[test]
fn a_field_that_the_server_takes_from_nobody_costs_one_line_and_a_long_title_none() {
    let turned = GOOD[1].replace("MOOR SONS", "MOOR \u{202e}SONS");
    let long = GOOD[3].replace("QUAY RD", &"QUAY ".repeat(23)).replace(",S,", &format!(",{},", "S".repeat(120)));
    let (code, report) = worked(file(&[GOOD[0], &turned, &long, GOOD[2]]).path());
    let rejected = json!([{ "line": 3, "reason": "Customer_Name: must be one line without control characters" }]);
    assert_eq!((code, &report["rejected"], &report["matched"]), (1, &rejected, &json!(2)));
    assert_eq!((&report["unrated"][0]["line"], &report["mismatched"]), (&json!(4), &json!([])));
}

#[test]
fn a_row_that_was_paid_otherwise_is_a_mismatch() {
    let dearer = GOOD[0].replace(",184,", ",212,");
    let (code, report) = worked(file(&[&dearer, GOOD[1]]).path());
    let mismatched = json!([{
        "row": "501",
        "line": 2,
        "expected": { "hours": "4:00", "cents": 21_200 },
        "got": { "hours": "4:00", "cents": 18_400 },
    }]);
    assert_eq!((code, &report["matched"], &report["mismatched"]), (1, &json!(1), &mismatched));
}

#[test]
fn what_the_tariff_does_not_know_is_unrated_and_never_guessed() {
    let rank = GOOD[0].replace(",09,", ",03,");
    let kind = GOOD[1].replace(",C,", ",T,");
    let (code, report) = worked(file(&[&rank, &kind, GOOD[2]]).path());
    let unrated = json!([
        { "row": "501", "line": 2, "reason": "Boston paid details 2019 v1 has no rate for rank \"03\"" },
        { "row": "502", "line": 3, "reason": "Boston paid details 2019 v1 has no job type \"T\"" },
    ]);
    assert_eq!((code, &report["matched"], &report["unrated"]), (1, &json!(1), &unrated));
}

#[test]
fn a_record_without_a_rank_is_unrated_whatever_the_officers_others_say() {
    let blank = GOOD[1].replace(",09,", ",,");
    let (code, report) = worked(file(&[GOOD[0], &blank, GOOD[2], GOOD[3]]).path());
    let reason = "Boston paid details 2019 v1 has no rate for rank \"\"";
    let unrated = json!([{ "row": "502", "line": 3, "reason": reason }]);
    assert_eq!((code, &report["matched"], &report["unrated"]), (1, &json!(3), &unrated));
}

#[test]
fn a_file_that_cannot_be_used_says_why() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "{}", HEADER.replace("Emp_No,", "")).unwrap();
    let (code, report) = worked(file.path());
    assert_eq!((code, &report["records"], &report["rejected"][0]["line"]), (2, &json!(0), &json!(1)));
    assert!(report["rejected"][0]["reason"].as_str().unwrap().ends_with("the header lacks Emp_No"));
    let told = detailbook(&["demo", "--once", "--input", file.path().to_str().unwrap()]);
    assert_eq!(told.status.code(), Some(2));
    assert!(String::from_utf8(told.stderr).unwrap().contains("the header lacks Emp_No"));
}

#[test]
fn a_header_without_records_is_no_success() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "\n{HEADER}\n").unwrap();
    let (code, report) = worked(file.path());
    assert_eq!((code, &report["records"], &report["rejected"][0]["line"]), (2, &json!(0), &json!(2)));
    assert!(report["rejected"][0]["reason"].as_str().unwrap().ends_with("no record follows the header"));
}

#[test]
fn what_cannot_be_run_at_all_is_told_apart_from_bad_lines() {
    let (good, folder) = (file(&GOOD), tempfile::tempdir().unwrap());
    let (good, folder) = (good.path().to_str().unwrap(), folder.path().to_str().unwrap());
    for args in [
        &["--input", "no such file"][..],
        &["--input", folder],
        &["--input", good, "--tariff", "no such tariff"],
        &["--input", good, "--tariff", folder],
        &["--input", good, "--tariff", good],
        &["--database-url", "postgres://127.0.0.1:1/none"],
        &["--public-url", "https://details.example.org"],
    ] {
        let done = detailbook(&[&["demo", "--once", "--json"], args].concat());
        assert_eq!(done.status.code(), Some(3), "{args:?}");
        assert!(done.stdout.is_empty() && !done.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn the_help_of_the_demo_claims_only_what_holds() {
    let help = String::from_utf8(detailbook(&["demo", "--help"]).stdout).unwrap();
    for absent in ["--database-url", "--public-url", "DETAILBOOK_DATA", "default: detailbook-data"] {
        assert!(!help.contains(absent), "{absent} in:\n{help}");
    }
    assert!(help.contains("--data <FOLDER>") && help.contains("ignores the environment"), "{help}");
}

#[test]
fn a_row_that_repeats_a_number_is_rejected() {
    let again = GOOD[1].replace("502,", "501,");
    let (code, report) = worked(file(&[GOOD[0], &again]).path());
    let rejected = json!([{ "line": 3, "reason": "RowId 501 is already on line 2" }]);
    assert_eq!((code, &report["rejected"], &report["matched"]), (2, &rejected, &json!(1)));
}

#[test]
fn an_officer_is_paid_at_the_rank_of_each_record() {
    let promoted = GOOD[1].replace(",09,", ",07,").replace(",368,46", ",424,53");
    let (code, report) = worked(file(&[GOOD[0], &promoted]).path());
    assert_eq!((code, &report["matched"], &report["phones"]), (0, &json!(2), &json!(1)));
}

#[test]
fn a_mismatch_on_a_night_the_clocks_changed_says_how_its_hours_were_read() {
    let by_the_wall = GOOD[2].replace(",0830,S,9,495,", ",0730,S,8,440,");
    let (code, report) = worked(file(&[&by_the_wall, GOOD[0]]).path());
    let reason = "Hours_Worked says 7:30 by the clocks, which changed that night; 8:30 passed and is priced";
    assert_eq!((code, &report["mismatched"][0]["reason"]), (1, &json!(reason)));
}

#[test]
fn one_altered_punch_makes_exactly_its_row_mismatch() {
    let text = format!("{HEADER}\n{}", GOOD.join("\n"));
    let import = import::read(text.as_bytes(), records::zone()).unwrap();
    let tariff = tariffs::read(tariffs::BOSTON_2019).unwrap();
    let worked = |kind, minutes| {
        let folder = tempfile::tempdir().unwrap();
        let later = Millis::from_mins(minutes);
        let alteration = Alteration { tracking: "9001".to_owned(), kind, later };
        records::work(&import, tariff.clone(), &folder.path().join("demo"), Some(alteration)).unwrap()
    };
    for report in [worked(FactKind::Out, 181), worked(FactKind::In, -181)] {
        assert_eq!((report.matched, report.unrated.len(), report.mismatched.len()), (3, 0, 1));
        let row = &report.mismatched[0];
        assert_eq!((row.row.as_str(), row.got.hours.to_string(), row.got.cents.0), ("501", "8:00".to_owned(), 36_800));
    }
    let same_block = worked(FactKind::Out, 180);
    assert_eq!((same_block.matched, same_block.mismatched.len()), (4, 0), "4:00 worked is still the first block");
}

#[test]
fn a_folder_that_holds_a_database_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("detailbook.sqlite"), b"somebody's").unwrap();
    let data = folder.path().to_str().unwrap();
    let done = detailbook(&["demo", "--once", "--data", data, "--input", file(&GOOD).path().to_str().unwrap()]);
    assert_eq!(done.status.code(), Some(3));
    assert!(String::from_utf8(done.stderr).unwrap().contains("holds a database already"));
    assert_eq!(std::fs::read(folder.path().join("detailbook.sqlite")).unwrap(), b"somebody's");
}

/// What the demo tells, line breaks aside.
const TOLD: &[&str] = &[
    "applies for the concert all the same. It shows: \"applying\", waiting on this phone.",
    "Its application now says: \"applied\". The agency has your application.",
    "puts \"Harbor Falls rules v1\" in force, reads 5 shifts from the duty schedule",
    "estimates 643.50 for 2 officers.",
    "accepts 643.50.",
    "It closes Thu 17:00 and is decided Thu 18:00, by \"least charged hours v1\".",
    "\"50 h of 55 h this week; this detail adds 5 h 30 m, 30 m too much.\"",
    "It shows: refused. 50 h of 55 h this week; this detail adds 5 h 30 m, 30 m too much. (Harbor Falls rules v1, \
     all-hours-a-week)",
    "That it was written before can be shown, so it counts.",
    "awarded Officer 1107: You have Stage door",
    "backup Officer 1212: You are backup 1. You ranked 3 of 4 by least charged hours v1, with 9 h 00 m charged.",
    "Decided again from what was kept: the same.",
    "\"You are released from this detail. Your notice of 9 h is short, which is noted.\"",
    "is asked, until Fri 09:30, says yes, and shows: \"You have this detail now: Concert at Lantern Hall",
    "gets a mail: \"Officer 1212 comes instead of an officer who does not: Concert at Lantern Hall",
    "1107: No contact: nothing was heard of the phone since, so a clock-in may lie on it. 1212: Clocked in.",
    "1526: The phone was heard of since and holds no clock-in.",
    "confirms a no-show, which charges 1526 4:30 more. Everybody who may work it is asked to come instead.",
    "1107 9:49, 1212 14:35",
    "1526 24:00.",
    "15:00 (usual charges v1: adjustment), 4:30 (usual charges v1: awarded), 4:30 (usual charges v1: no-show).",
    "to nights@lanternhall.example: Filled again: Concert at Lantern Hall",
    "It shows: \"on this phone\".",
    "has 0 entries of 1107 so far",
    "one round trip for the evening",
    "has 5 entries of 1107 now, 5 of them with a signature that fits.",
    "Noted: The phone's clock was 47 min fast at in; server time counts.",
    "1318 says: \"The crew starts at the north end",
    "6:00 at 58.50 an hour for rank officer is 351.00.",
    "8:00 at 67.25 an hour for rank sergeant is 538.00.",
    "5 phones wrote 10 entries",
    "the server has 10.",
    "the chain of its hashes is whole",
];

#[test]
fn the_invented_evening_is_told_to_its_end() {
    let done = detailbook(&["demo", "--once"]);
    let told = String::from_utf8(done.stdout).unwrap();
    assert_eq!(done.status.code(), Some(0), "{told}");
    assert_eq!(String::from_utf8(done.stderr).unwrap(), "");
    let wide: Vec<_> = told.lines().filter(|line| line.chars().count() > 100 && !line.contains("http://")).collect();
    assert!(wide.is_empty(), "wider than a terminal: {wide:#?}");
    let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
    for expected in TOLD {
        assert!(words.contains(expected), "no {expected:?} in:\n{told}");
    }
}

#[cfg(unix)]
#[test]
fn without_once_the_server_stays_up_until_it_is_told_to_stop() {
    use std::io::{BufRead, BufReader, Read};
    use std::net::TcpStream;
    use std::process::Stdio;

    let mut command = Command::new(env!("CARGO_BIN_EXE_detailbook"));
    let mut child = command.arg("demo").stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let guests: Vec<String> = lines.by_ref().skip_while(|line| !line.contains("/console. Sign in")).take(4).collect();
    assert!(
        guests[2].starts_with("  coordinator@example.org ") && guests[3].starts_with("  administrator@example.org ")
    );
    let token = lines.find_map(|line| Some(line.trim().strip_prefix("TOKEN=")?.to_owned())).unwrap();
    let curl = lines.next().unwrap();
    let (_, url) = curl.split_once("http://").unwrap();
    let (host, path) = url.split_once('/').unwrap();
    let mut socket = TcpStream::connect(host).unwrap();
    let headers = format!("Host: {host}\r\nAuthorization: Bearer {token}\r\nConnection: close");
    write!(socket, "GET /{path} HTTP/1.1\r\n{headers}\r\n\r\n").unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("Concert at Lantern Hall"), "{answer}");
    let folder = lines.find_map(|line| Some(line.strip_prefix("Its data lies in ")?.trim_end_matches('.').to_owned()));
    let folder = folder.unwrap();
    assert!(Path::new(&folder).exists());
    let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(told.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(!Path::new(&folder).exists(), "the temporary folder is removed");
}

#[cfg(unix)]
#[test]
fn with_json_the_way_to_the_server_is_told_on_standard_error() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;

    let mut command = Command::new(env!("CARGO_BIN_EXE_detailbook"));
    let mut child = command.args(["demo", "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(told.any(|line| line.trim().starts_with("TOKEN=detailbook_")));
    let stopped = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(stopped.success());
    drop(told);
    let done = child.wait_with_output().unwrap();
    let report: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!((done.status.code(), &report["phones"]), (Some(0), &json!(5)));
}
