//! The header: which column is where.

/// The columns a file must have, in any order.
pub(super) const COLUMNS: [&str; 18] = [
    "RowId",
    "Tracking_No",
    "Emp_No",
    "Emp_Rank",
    "Customer_No",
    "Customer_Name",
    "Street_No",
    "Street",
    "xStreet",
    "Start_date",
    "Start_Time",
    "End_date",
    "End_Time",
    "Hours_Worked",
    "Detail_Type",
    "Pay_Hours",
    "Pay_Amount",
    "Pay_Rate",
];

/// Why a header cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderFault {
    /// Columns that are not there.
    #[error("the header lacks {}", .0.join(", "))]
    Missing(Vec<&'static str>),
    /// A column that is there twice.
    #[error("the header names {0} twice")]
    Twice(&'static str),
}

/// Where each column stands in this file.
pub(super) struct Columns {
    places: [usize; COLUMNS.len()],
}

impl Columns {
    /// Finds the columns by name, in any order and case. Columns with other names are passed over.
    pub(super) fn find(header: &[String]) -> Result<Self, HeaderFault> {
        let places = COLUMNS.map(|name| {
            let mut found = (0..header.len()).filter(|i| header[*i].trim().eq_ignore_ascii_case(name));
            (found.next(), found.next())
        });
        let named = || COLUMNS.into_iter().zip(places);
        let missing: Vec<_> = named().filter(|(_, place)| place.0.is_none()).map(|(name, _)| name).collect();
        if !missing.is_empty() {
            return Err(HeaderFault::Missing(missing));
        }
        if let Some((twice, _)) = named().find(|(_, place)| place.1.is_some()) {
            return Err(HeaderFault::Twice(twice));
        }
        Ok(Self { places: places.map(|place| place.0.unwrap_or_default()) })
    }

    /// The field of a column, without the spaces around it; empty where the record has none.
    pub(super) fn field<'a>(&self, name: &'static str, fields: &'a [String]) -> &'a str {
        let column = COLUMNS.iter().position(|column| *column == name);
        let place = column.map(|column| self.places[column]);
        place.and_then(|place| fields.get(place)).map_or("", |field| field.trim())
    }
}
