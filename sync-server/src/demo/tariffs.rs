//! The tariffs that come with the program.

use detailbook_core::pricing::Tariff;

/// What paid details paid in Boston in 2019, as far as released records show it.
pub const BOSTON_2019: &str = include_str!("../../tariffs/boston-2019.toml");
/// The tariff of the invented agency.
pub const TOWN: &str = include_str!("../../tariffs/town.toml");

/// Reads a tariff; what is wrong with it names the entry.
pub fn read(text: &str) -> Result<Tariff, toml::de::Error> {
    toml::from_str(text)
}

#[cfg(test)]
mod tests {
    use detailbook_core::money::Cents;
    use detailbook_core::pricing::{Job, Priced, Unrated, price};

    use super::*;
    use crate::demo::import;

    fn boston(job_type: &str, rank: &str, worked: &str) -> Result<Priced, Unrated> {
        let on = "2019-06-27".parse().unwrap();
        price(&read(BOSTON_2019).unwrap(), &Job { job_type, rank, on, worked: worked.parse().unwrap() })
    }

    fn paid(job_type: &str, worked: &str) -> Option<String> {
        boston(job_type, "09", worked).ok().map(|priced| priced.paid.to_string())
    }

    #[test]
    fn both_tariffs_pass_their_check() {
        assert!(read(BOSTON_2019).is_ok());
        assert!(read(TOWN).is_ok());
    }

    #[test]
    fn construction_turns_at_four_and_eight_hours() {
        for (worked, pays) in [
            ("0:01", "4:00"),
            ("3:59", "4:00"),
            ("4:00", "4:00"),
            ("4:01", "8:00"),
            ("7:59", "8:00"),
            ("8:00", "8:00"),
            ("8:01", "9:00"),
            ("9:00", "9:00"),
            ("9:01", "10:00"),
            ("16:00", "16:00"),
        ] {
            assert_eq!(paid("C", worked).as_deref(), Some(pays), "{worked}");
        }
        for job_type in ["C", "S"] {
            assert_eq!(paid(job_type, "16:00").as_deref(), Some("16:00"), "{job_type}");
            assert_eq!(paid(job_type, "16:01"), None, "{job_type}: no record is near that long");
        }
    }

    #[test]
    fn security_has_a_fifth_hour_and_a_silence_after_it() {
        for (worked, pays) in [
            ("3:59", Some("4:00")),
            ("4:00", Some("4:00")),
            ("4:01", Some("5:00")),
            ("5:00", Some("5:00")),
            ("5:01", None),
            ("6:14", None),
            ("6:15", Some("8:00")),
            ("7:59", Some("8:00")),
            ("8:00", Some("8:00")),
            ("8:01", Some("9:00")),
        ] {
            assert_eq!(paid("S", worked).as_deref(), pays, "{worked}");
        }
        let reason = boston("S", "09", "5:30").unwrap_err().to_string();
        assert!(reason.ends_with("the records show 5:00 paid as 5 hours and 6:15 paid as 8, and nothing in between"));
    }

    #[test]
    fn ranks_and_job_types_that_no_record_shows_are_unrated() {
        for (rank, dollars) in [("09", 46), ("08", 46), ("07", 53), ("06", 53), ("05", 55), ("04", 55)] {
            assert_eq!(boston("C", rank, "1:00").unwrap().amount, Cents(dollars * 400), "{rank}");
        }
        for rank in ["03", "9", "", "99"] {
            assert!(boston("C", rank, "1:00").unwrap_err().to_string().contains("has no rate for rank"), "{rank}");
        }
        for job_type in ["T", "c", "", "CS"] {
            assert!(boston(job_type, "09", "1:00").unwrap_err().to_string().contains("has no job type"), "{job_type}");
        }
    }

    #[test]
    fn every_record_that_was_released_is_priced_as_the_city_paid_it() {
        let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/boston-details-2019-sample.csv");
        let Ok(bytes) = std::fs::read(sample) else {
            println!("skipped: no ../shared/data/boston-details-2019-sample.csv beside the repository");
            return;
        };
        let details =
            import::read(&bytes, detailbook_core::time::Zone::named("America/New_York").unwrap()).unwrap().details;
        assert_eq!(details.len(), 51);
        for detail in details {
            let got = boston(&detail.job_type, &detail.rank, &detail.worked.to_string()).unwrap();
            let paid = (got.paid, got.amount, got.rate);
            assert_eq!(paid, (detail.pay_time, detail.pay_amount, detail.pay_rate), "{}", detail.tracking);
        }
    }
}
