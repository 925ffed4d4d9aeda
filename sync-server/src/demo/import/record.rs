//! One paid-detail record.

use chrono::NaiveDateTime;
use detailbook_core::money::Cents;
use detailbook_core::pricing::Minutes;
use detailbook_core::records::Interval;
use detailbook_core::time::Zone;

use super::columns::Columns;
use super::local_time::{self, Reading, TimeFault};
use crate::words;

/// The longest field taken, in characters.
const LONGEST_FIELD: usize = 120;

/// One line of the file: who worked where, from when to when, and what the city paid for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaidDetail {
    /// The physical line it starts on.
    pub line: u64,
    /// The record's number.
    pub row: String,
    /// The detail card's number, one of a kind.
    pub tracking: String,
    /// The officer's employee number.
    pub employee: String,
    /// The officer's rank code.
    pub rank: String,
    /// The customer's number.
    pub customer_number: String,
    /// The customer's name as this record spells it.
    pub customer_name: String,
    /// House number; may be empty.
    pub street_number: String,
    /// Street.
    pub street: String,
    /// Cross street; may be empty.
    pub cross_street: String,
    /// From start to end.
    pub shift: Interval,
    /// How the hours worked were read.
    pub reading: Reading,
    /// Hours worked by the record.
    pub worked: Minutes,
    /// The tariff's code for the type of job.
    pub job_type: String,
    /// Hours paid by the record.
    pub pay_time: Minutes,
    /// Paid by the record.
    pub pay_amount: Cents,
    /// The rate by the record, an hour.
    pub pay_rate: Cents,
}

/// Why a line was rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordFault {
    /// A field that must say something is empty.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// A field is absurdly long.
    #[error("{column} is {length} characters long; at most {LONGEST_FIELD} are taken")]
    TooLong {
        /// The column.
        column: &'static str,
        /// Its length.
        length: usize,
    },
    /// A field holds characters that the server takes from nobody; the column and why.
    #[error("{0}")]
    Characters(String),
    /// Dates and times.
    #[error(transparent)]
    Time(#[from] TimeFault),
    /// Not a sum of money or a number of hours.
    #[error("{column} \"{text}\" is not a number such as {example}")]
    Number {
        /// The column.
        column: &'static str,
        /// What it says.
        text: String,
        /// What it could say.
        example: &'static str,
    },
    /// A number that is one of a kind was read before.
    #[error("{column} {value} is already on line {first}")]
    Duplicate {
        /// The column.
        column: &'static str,
        /// The number.
        value: String,
        /// Where it stood first.
        first: u64,
    },
}

/// Reads a record's fields.
pub(super) fn read(columns: &Columns, fields: &[String], line: u64, zone: Zone) -> Result<PaidDetail, RecordFault> {
    let row = Row { columns, fields };
    let worked = row.length("Hours_Worked")?;
    let (start, end) = (row.moment("Start_date", "Start_Time")?, row.moment("End_date", "End_Time")?);
    let taken = local_time::taken(zone, start, end, worked)?;
    Ok(PaidDetail {
        line,
        row: row.filled("RowId")?,
        tracking: row.filled("Tracking_No")?,
        employee: row.filled("Emp_No")?,
        rank: row.text("Emp_Rank")?,
        customer_number: row.filled("Customer_No")?,
        customer_name: row.filled("Customer_Name")?,
        street_number: row.text("Street_No")?,
        street: row.filled("Street")?,
        cross_street: row.text("xStreet")?,
        shift: taken.shift,
        reading: taken.reading,
        worked,
        job_type: row.text("Detail_Type")?,
        pay_time: row.hours("Pay_Hours")?,
        pay_amount: row.money("Pay_Amount")?,
        pay_rate: row.money("Pay_Rate")?,
    })
}

struct Row<'a> {
    columns: &'a Columns,
    fields: &'a [String],
}

impl Row<'_> {
    /// The field's words: line breaks and other control characters become spaces, so that a name can be printed. What the
    /// server would refuse costs this line; refused later, it would cost the whole file.
    fn text(&self, column: &'static str) -> Result<String, RecordFault> {
        let field = self.columns.field(column, self.fields);
        let length = field.chars().count();
        if length > LONGEST_FIELD {
            return Err(RecordFault::TooLong { column, length });
        }
        let printable: String = field.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let words = printable.split_whitespace().collect::<Vec<_>>().join(" ");
        words::optional_line(column, &words).map_err(|problem| RecordFault::Characters(problem.reason))
    }

    fn filled(&self, column: &'static str) -> Result<String, RecordFault> {
        Some(self.text(column)?).filter(|text| !text.is_empty()).ok_or(RecordFault::Empty(column))
    }

    fn moment(&self, date: &'static str, time: &'static str) -> Result<NaiveDateTime, RecordFault> {
        let day = local_time::date(date, &self.filled(date)?)?;
        Ok(day.and_time(local_time::time_of_day(time, &self.filled(time)?)?))
    }

    fn length(&self, column: &'static str) -> Result<Minutes, RecordFault> {
        Ok(local_time::length(column, &self.filled(column)?)?)
    }

    fn money(&self, column: &'static str) -> Result<Cents, RecordFault> {
        let text = self.filled(column)?;
        text.parse().map_err(|_| RecordFault::Number { column, text, example: "368" })
    }

    /// Hours with up to two decimals that come to whole minutes.
    fn hours(&self, column: &'static str) -> Result<Minutes, RecordFault> {
        let text = self.filled(column)?;
        // The same notation as money: hundredths of an hour.
        let hundredths = text.parse::<Cents>().ok().and_then(|parts| u64::try_from(parts.0).ok());
        let minutes = hundredths.and_then(|parts| parts.checked_mul(60)).filter(|parts| parts % 100 == 0);
        let minutes = minutes.and_then(|parts| u32::try_from(parts / 100).ok());
        minutes.map(Minutes).ok_or(RecordFault::Number { column, text, example: "8 or 8.5" })
    }
}
