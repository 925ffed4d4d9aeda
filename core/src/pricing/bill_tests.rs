use proptest::prelude::*;

use super::*;
use crate::money::Rounding;
use crate::pricing::{Pays, TariffDraft};

const TOWN: &str = r#"
    name = "Town"
    version = 3
    effective_from = "2024-01-01"
    source = "a test"
    seconds = "nearest_minute"
    rounding = "half_up"
    [[rate]]
    rank = "officer"
    cents_per_hour = 5000
    [[rate]]
    rank = "sergeant"
    cents_per_hour = 6000
    [[job_type]]
    code = "road"
    name = "Road work"
    [[job_type.band]]
    id = "pay-3"
    over = "0:00"
    up_to = "3:00"
    pays = { block = "3:00" }
    [[job_type.band]]
    id = "pay-hours"
    over = "3:00"
    up_to = "16:00"
    pays = { started = "1:00" }
    [[bill.rate]]
    rank = "officer"
    cents_per_hour = 7001
    [[bill.job_type]]
    code = "road"
    name = "Road work"
    [[bill.job_type.band]]
    id = "bill-2"
    over = "0:00"
    up_to = "2:00"
    pays = { block = "2:00" }
    [[bill.job_type.band]]
    id = "bill-halves"
    over = "2:00"
    up_to = "16:00"
    pays = { started = "0:30" }
    [[bill.fee]]
    id = "admin"
    kind = "admin"
    takes = { basis_points = 1000 }
    most = 4000
    [[bill.fee]]
    id = "city"
    kind = "agency"
    name = "City fee"
    takes = { hour = 600 }
    over = "worked"
    [[bill.fee]]
    id = "first"
    kind = "coordinator"
    takes = { job = 1400 }
    [[bill.fee]]
    id = "radio"
    kind = "equipment"
    takes = { each = 500 }
    [[bill.fee]]
    id = "cruiser"
    kind = "vehicle"
    takes = { hour = 1500 }
    least = 5000
    [[bill.tax]]
    id = "sales"
    name = "Sales tax"
    basis_points = 825
"#;

fn tariff(text: &str) -> Tariff {
    toml::from_str(text).unwrap()
}

fn job<'a>(rank: &'a str, worked: &str, vehicles: Option<u32>) -> BillJob<'a> {
    let on = "2024-06-01".parse().unwrap();
    let job = Job { job_type: "road", rank, on, worked: worked.parse().unwrap() };
    BillJob { job, shared: vehicles.map(|vehicles| Shared { vehicles }) }
}

fn lines(billed: &Billed) -> Vec<(String, i64)> {
    billed.lines.iter().map(|line| (line.rules.join(" "), line.amount.0)).collect()
}

#[test]
fn a_bill_has_time_fees_and_tax_in_order_and_says_how_each_came_about() {
    let billed = bill(&tariff(TOWN), &job("officer", "2:10", Some(2))).unwrap();
    // 2:30 at 70.01 is 175.025: half a cent goes up. 2:10 worked at 6.00 is 13.00. Two vehicles for 2:30 at 15.00 are 75.00.
    let sum = 17_503 + 1_750 + 1_300 + 1_400 + 500 + 7_500;
    let expected = [
        ("bill-halves bill-rate-officer", 17_503),
        ("admin", 1_750),
        ("city", 1_300),
        ("first", 1_400),
        ("radio", 500),
        ("cruiser", 7_500),
        ("sales", 2_471),
    ];
    assert_eq!(lines(&billed), expected.map(|(rules, cents)| (rules.to_owned(), cents)));
    assert_eq!((billed.before_tax, billed.total), (Cents(sum), Cents(sum + 2_471)));
    assert_eq!((billed.worked, billed.billed, billed.rate), (Minutes(130), Minutes(150), Cents(7_001)));
    assert!(billed.lines.iter().all(|line| line.tariff == "Town v3"));
    let said: Vec<_> = billed.lines.iter().map(|line| line.sentence.as_str()).collect();
    assert_eq!(
        said,
        [
            "2:10 worked is over 2:00 up to 16:00 and is billed as 2:30; 2:30 at 70.01 an hour for rank officer is 175.03.",
            "Administration, 10.00 % of 175.03, is 17.50.",
            "City fee, 2:10 worked at 6.00 an hour, is 13.00.",
            "Coordination, once a detail, is 14.00.",
            "Equipment, each officer, is 5.00.",
            "Vehicles, 2 times 2:30 billed at 15.00 an hour, is 75.00.",
            "Sales tax, 8.25 % of 299.53, is 24.71.",
        ]
    );
}

#[test]
fn what_is_taken_once_a_detail_is_on_the_bill_that_bears_it_alone() {
    let town = tariff(TOWN);
    let rules = |vehicles| lines(&bill(&town, &job("officer", "1:00", vehicles)).unwrap()).into_iter().map(|it| it.0);
    assert!(rules(None).all(|rule| rule != "first" && rule != "cruiser"));
    let without_vehicles: Vec<_> = rules(Some(0)).collect();
    assert!(without_vehicles.contains(&"first".to_owned()) && !without_vehicles.contains(&"cruiser".to_owned()));
}

#[test]
fn a_limit_holds_and_says_so() {
    let billed = bill(&tariff(TOWN), &job("officer", "12:00", Some(1))).unwrap();
    assert_eq!(billed.lines[1].amount, Cents(4_000));
    assert_eq!(billed.lines[1].sentence, "Administration, 10.00 % of 840.12, is 84.01, and at most 40.00.");
    let short = bill(&tariff(TOWN), &job("officer", "0:30", Some(1))).unwrap();
    assert_eq!(
        short.lines[5].sentence,
        "Vehicles, 1 times 2:00 billed at 15.00 an hour, is 30.00, and at least 50.00."
    );
}

#[test]
fn a_rank_or_type_without_a_bill_side_is_billed_as_it_is_paid() {
    let billed = bill(&tariff(TOWN), &job("sergeant", "1:00", None)).unwrap();
    assert_eq!(billed.lines[0].rules, ["bill-2", "rate-sergeant"]);
    assert_eq!(billed.rate, Cents(6_000));
    let paid = TOWN.split("[[bill.rate]]").next().unwrap();
    let billed = bill(&tariff(paid), &job("officer", "1:00", None)).unwrap();
    assert_eq!(lines(&billed), [("pay-3 rate-officer".to_owned(), 15_000)]);
}

#[test]
fn without_a_bill_side_the_fees_are_those_of_cancelling_and_vehicles_without_any_are_unrated() {
    let paid = TOWN.split("[[bill.rate]]").next().unwrap();
    let unrated = bill(&tariff(paid), &job("officer", "1:00", Some(1))).unwrap_err();
    assert_eq!(unrated.to_string(), "Town v3 has no fee for vehicles");
    let terms =
        "[cancellation]\nminimum = \"4:00\"\nvehicle_fee = 2500\nadmin_basis_points = 1000\nrounding = \"half_up\"";
    let billed = bill(&tariff(&format!("{paid}\n{terms}")), &job("officer", "1:00", Some(2))).unwrap();
    let expected = [("pay-3 rate-officer", 15_000), ("fee-vehicle", 5_000), ("fee-admin", 1_500)];
    assert_eq!(lines(&billed), expected.map(|(rules, cents)| (rules.to_owned(), cents)));
}

#[test]
fn a_bill_side_that_says_nothing_of_vehicles_leaves_them_unrated_and_one_that_takes_nothing_makes_them_free() {
    let (before, fee) = TOWN.split_once("    [[bill.fee]]\n    id = \"cruiser\"").unwrap();
    let (_, after) = fee.split_once("least = 5000\n").unwrap();
    let terms =
        "[cancellation]\nminimum = \"4:00\"\nvehicle_fee = 2500\nadmin_basis_points = 1000\nrounding = \"half_up\"";
    for silent in [format!("{before}{after}"), format!("{before}{after}\n{terms}")] {
        let unrated = bill(&tariff(&silent), &job("officer", "1:00", Some(1))).unwrap_err();
        assert_eq!(unrated.to_string(), "Town v3 has no fee for vehicles");
        assert!(bill(&tariff(&silent), &job("officer", "1:00", Some(0))).is_ok());
        assert!(bill(&tariff(&silent), &job("officer", "1:00", None)).is_ok(), "another bill bears them");
    }
    let free = "    [[bill.fee]]\n    id = \"cruiser\"\n    kind = \"vehicle\"\n    takes = { each = 0 }\n";
    let billed = bill(&tariff(&format!("{before}{free}{after}")), &job("officer", "1:00", Some(2))).unwrap();
    assert!(!lines(&billed).iter().any(|line| line.0 == "cruiser"));
}

#[test]
fn where_the_tariff_is_silent_nothing_is_billed() {
    let town = tariff(TOWN);
    let why = |job: &BillJob<'_>| bill(&town, job).unwrap_err().to_string();
    assert_eq!(why(&job("chief", "1:00", None)), "Town v3 has no rate for rank \"chief\"");
    assert_eq!(why(&job("officer", "0:00", Some(1))), "no time was worked");
    assert_eq!(why(&job("officer", "16:01", None)), "Town v3 has no band of job type \"road\" for 16:01 worked");
    let early = Job { on: "2023-12-31".parse().unwrap(), ..job("officer", "1:00", None).job };
    assert_eq!(why(&BillJob { job: early, shared: None }), "Town v3 is not in force on 2023-12-31");
}

#[test]
fn a_bill_side_that_cannot_hold_is_refused_by_entry() {
    for (from, to, says) in [
        ("id = \"city\"", "id = \"admin\"", "fee or tax admin appears twice"),
        ("id = \"sales\"", "id = \"radio\"", "fee or tax radio appears twice"),
        ("id = \"bill-2\"", "id = \"pay-3\"", "band pay-3 appears twice"),
        (
            "cents_per_hour = 7001",
            "cents_per_hour = 0",
            "bill rate of rank officer: 0.00 an hour is not more than zero",
        ),
        ("basis_points = 1000 }", "basis_points = 10001 }", "fee admin: basis_points must be 1 to 10000"),
        ("basis_points = 825", "basis_points = 0", "tax sales: basis_points must be 1 to 10000"),
        ("hour = 600 }", "hour = -600 }", "fee city: takes must be more than zero"),
        ("least = 5000", "least = 5000\nmost = 4999", "fee cruiser: least is above most"),
        ("most = 4000", "most = -1", "fee admin: least and most must be more than zero"),
        ("name = \"Sales tax\"", "name = \" \"", "id or name of a tax is empty"),
        ("name = \"City fee\"", "name = \"\"", "id or name of a fee is empty"),
    ] {
        assert!(TOWN.contains(from), "{from}");
        let fault = toml::from_str::<Tariff>(&TOWN.replacen(from, to, 1)).unwrap_err().message().to_owned();
        assert_eq!(fault, says);
    }
    assert!(toml::from_str::<Tariff>(&TOWN.replacen("kind = \"admin\"", "kind = \"bribe\"", 1)).is_err());
}

#[test]
fn a_tariff_with_a_bill_side_survives_being_written() {
    let town = tariff(TOWN);
    assert_eq!(tariff(&toml::to_string(&town).unwrap()), town);
}

fn any_takes() -> impl Strategy<Value = Takes> {
    let cents = || prop_oneof![1..100_000i64, Just(i64::MAX), any::<i64>()].prop_map(Cents);
    prop_oneof![
        prop_oneof![0..12_000u32, any::<u32>()].prop_map(Takes::BasisPoints),
        cents().prop_map(Takes::Hour),
        cents().prop_map(Takes::Job),
        cents().prop_map(Takes::Each),
    ]
}

fn any_fee() -> impl Strategy<Value = Fee> {
    let kind = prop::sample::select(vec![
        FeeKind::Admin,
        FeeKind::Agency,
        FeeKind::Coordinator,
        FeeKind::Vehicle,
        FeeKind::Equipment,
    ]);
    let limit = || prop::option::weighted(0.3, (1..50_000i64).prop_map(Cents));
    (kind, any_takes(), any::<bool>(), limit(), limit()).prop_map(|(kind, takes, worked, least, most)| Fee {
        id: String::new(),
        kind,
        name: None,
        takes,
        over: if worked { FeeOver::Worked } else { FeeOver::Billed },
        least,
        most,
    })
}

fn any_pays() -> impl Strategy<Value = Pays> {
    prop_oneof![
        (0..1_500u32).prop_map(|length| Pays::Block(Minutes(length))),
        (1..200u32).prop_map(|step| Pays::Started(Minutes(step))),
    ]
}

/// Tariffs in every state, some of them faulty.
fn any_draft() -> impl Strategy<Value = TariffDraft> {
    let rate = prop_oneof![1..50_000i64, Just(i64::MAX), any::<i64>()];
    let taxes = prop::collection::vec(0..11_000u32, 0..3);
    let rounding = prop::sample::select(vec![Rounding::HalfUp, Rounding::Up, Rounding::Down]);
    (prop::collection::vec(any_fee(), 0..5), rate, taxes, any_pays(), rounding).prop_map(
        |(fees, rate, taxes, pays, rounding)| {
            let mut draft = TariffDraft::from(tariff(TOWN));
            draft.rounding = rounding;
            let terms = draft.bill.as_mut().unwrap();
            terms.rates[0].cents_per_hour = Cents(rate);
            terms.job_types[0].bands[1].pays = pays;
            terms.fees = fees.into_iter().enumerate().map(|(at, fee)| Fee { id: at.to_string(), ..fee }).collect();
            let tax = |(at, basis_points)| Tax { id: format!("tax-{at}"), name: "Tax".into(), basis_points };
            terms.taxes = taxes.into_iter().enumerate().map(tax).collect();
            draft
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn a_bill_is_the_sum_of_its_lines_none_is_negative_and_more_work_never_costs_less(
        draft in any_draft(), shorter in 0..1_000u32, more in 0..400u32, vehicles in prop::option::of(any::<u8>()),
    ) {
        let Ok(tariff) = Tariff::try_from(draft) else { return Ok(()) };
        let on = "2024-06-01".parse().unwrap();
        let shared = vehicles.map(|vehicles| Shared { vehicles: vehicles.into() });
        let at = |worked| {
            let job = Job { job_type: "road", rank: "officer", on, worked: Minutes(worked) };
            bill(&tariff, &BillJob { job, shared })
        };
        let (one, two) = (at(shorter), at(shorter + more));
        for billed in [&one, &two].into_iter().flatten() {
            let parts = |tax: bool| {
                Cents::checked_sum(billed.lines.iter().filter(|line| tax || line.kind != BillKind::Tax).map(|it| it.amount))
            };
            prop_assert_eq!(parts(true), Some(billed.total));
            prop_assert_eq!(parts(false), Some(billed.before_tax));
            prop_assert!(billed.lines[1..].iter().all(|line| line.amount > Cents::ZERO));
            prop_assert!(billed.lines[0].amount >= Cents::ZERO && billed.billed >= billed.worked);
            prop_assert!(billed.lines.iter().all(|line| !line.rules.is_empty() && !line.sentence.is_empty()));
        }
        if let (Ok(one), Ok(two)) = (&one, &two) {
            prop_assert!(one.total <= two.total && one.billed <= two.billed);
        }
    }

    #[test]
    fn hostile_codes_and_figures_never_panic(job_type: String, rank: String, worked: u32, vehicles: u32) {
        let on = "2024-06-01".parse().unwrap();
        let job = Job { job_type: &job_type, rank: &rank, on, worked: Minutes(worked) };
        let got = bill(&tariff(TOWN), &BillJob { job, shared: Some(Shared { vehicles }) });
        prop_assert!(got.is_err());
        let known = Job { job_type: "road", rank: "officer", ..job };
        if let Ok(billed) = bill(&tariff(TOWN), &BillJob { job: known, shared: Some(Shared { vehicles }) }) {
            prop_assert!(billed.total > Cents::ZERO);
        }
    }
}
