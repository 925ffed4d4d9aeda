//! What may stand in a file.

use detailbook_core::policy::Feed;

use super::{customers, details, officers, sites};
use crate::access::scope::Scope;
use crate::personnel::Kind;
use crate::personnel::batch::Shape;

/// One sort of file.
#[derive(Clone, Copy, Debug)]
pub struct What {
    /// Its name in addresses.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it is for, and how its lines are told apart.
    pub says: &'static str,
    /// Two lines below the header, as an example.
    pub(super) example: &'static str,
    pub(super) of: Of,
}

/// What becomes of the lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Of {
    Officers,
    Customers,
    Sites,
    Details,
    Knowledge(Kind, Option<Feed>),
}

/// A column of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its heading.
    pub name: &'static str,
    /// A file without it is not taken.
    pub needed: bool,
    /// What stands in it.
    pub says: &'static str,
}

/// Every sort there is.
pub const WHATS: [What; 15] = [
    What {
        name: "officers",
        title: "Officers",
        says: "Who works details. An officer is known by the employee number.",
        example: "1001,Jane Doe,PO\r\n1002,John Roe,SGT\r\n",
        of: Of::Officers,
    },
    What {
        name: "customers",
        title: "Customers",
        says: "Who hires. A customer is known by the agency's number for it.",
        example: "C-100,Gas company\r\nC-101,\"Bridge builders, Inc.\"\r\n",
        of: Of::Customers,
    },
    What {
        name: "sites",
        title: "Sites",
        says: "Where details are worked, with their fences. A site is known by its customer's number and its name.",
        example: "C-100,Main Street,1 Main Street,42.3601,-71.0589,150,\r\n\
                  C-101,Bridge,Harbor Road,,,,\"42.3601, -71.0589; 42.3611, -71.0589; 42.3611, -71.0579\"\r\n",
        of: Of::Sites,
    },
    What {
        name: "details",
        title: "Details",
        says: "Details that are still to come. A detail is known by the agency's reference for it. New ones are on offer as soon as they are written.",
        example: "D-100,C-100,Main Street,Road work,2030-03-08 07:00,2030-03-08 15:00,2,C,,Stand where you are seen.,2030-03-06 12:00\r\n\
                  D-101,C-101,Bridge,Lane closure,2030-03-09 22:00,2030-03-10 06:00,1,C,SGT,,\r\n",
        of: Of::Details,
    },
    What {
        name: "on_duty",
        title: "On-duty schedule",
        says: "Regular shifts. A shift is known by its key, or by its officer and start.",
        example: STINTS,
        of: Of::Knowledge(Kind::Stints, Some(Feed::OnDuty)),
    },
    What {
        name: "leave",
        title: "Leave",
        says: "Vacation, sick leave and other absence. An absence is known by its key, or by its officer and start.",
        example: STINTS,
        of: Of::Knowledge(Kind::Stints, Some(Feed::Leave)),
    },
    What {
        name: "overtime",
        title: "Overtime",
        says: "Overtime on duty. It is known by its key, or by its officer and start.",
        example: STINTS,
        of: Of::Knowledge(Kind::Stints, Some(Feed::Overtime)),
    },
    What {
        name: "court",
        title: "Court",
        says: "Time in court. It is known by its key, or by its officer and start.",
        example: STINTS,
        of: Of::Knowledge(Kind::Stints, Some(Feed::Court)),
    },
    What {
        name: "training",
        title: "Training",
        says: "Time in training. It is known by its key, or by its officer and start.",
        example: STINTS,
        of: Of::Knowledge(Kind::Stints, Some(Feed::Training)),
    },
    What {
        name: "other_agency",
        title: "Work for another agency",
        says: "Time worked elsewhere. It is known by its key, or by its officer and start.",
        example: STINTS,
        of: Of::Knowledge(Kind::Stints, Some(Feed::OtherAgency)),
    },
    What {
        name: "statuses",
        title: "Duty statuses",
        says: "Statuses such as suspended or light_duty. Who may not work any more is released from details ahead.",
        example: "1001,,light_duty,2030-03-08,2030-03-20\r\n1002,,suspended,2030-03-08,\r\n",
        of: Of::Knowledge(Kind::Statuses, None),
    },
    What {
        name: "ranks",
        title: "Ranks",
        says: "Ranks with the day from which they hold. The officer's record follows.",
        example: "1001,,SGT,2030-03-08,4550\r\n1002,,LT,2030-07-01,\r\n",
        of: Of::Knowledge(Kind::Ranks, None),
    },
    What {
        name: "certifications",
        title: "Certifications and equipment",
        says: "What an officer holds, with its first and last day.",
        example: "1001,,flagger,2030-01-01,2031-12-31\r\n1002,radio 4,radio,2030-01-01,\r\n",
        of: Of::Knowledge(Kind::Documents, None),
    },
    What {
        name: "relations",
        title: "Chain of command",
        says: "Who works under whom.",
        example: "1001,,1002,superior\r\n1002,,1001,subordinate\r\n",
        of: Of::Knowledge(Kind::Relations, None),
    },
    What {
        name: "events",
        title: "Events",
        says: "What happened that rules look at, such as sick calls and refusals.",
        example: "1001,,sick,2030-03-08 06:00,2030-03-08 07:00,2030-03-08 15:00,,false\r\n1002,,refused,2030-03-09 10:00,,,,\r\n",
        of: Of::Knowledge(Kind::Events, None),
    },
];

const STINTS: &str =
    "1001,,2030-03-08 07:00,2030-03-08 15:00,,,,,,,\r\n1002,,2030-03-08 23:00,2030-03-09 07:00,,,,,,,\r\n";

/// The sort of that name.
pub fn named(name: &str) -> Option<&'static What> {
    WHATS.iter().find(|what| what.name == name)
}

impl What {
    /// The right that importing it takes.
    pub const fn scope(&self) -> Scope {
        match self.of {
            Of::Knowledge(..) => Scope::PersonnelWrite,
            _ => Scope::RecordsWrite,
        }
    }

    /// May a file say of which time it names everything?
    pub const fn may_cover(&self) -> bool {
        matches!(self.of, Of::Knowledge(..))
    }

    pub(super) const fn shape(&self) -> Shape {
        match self.of {
            Of::Officers => officers::SHAPE,
            Of::Customers => customers::SHAPE,
            Of::Sites => sites::SHAPE,
            Of::Details => details::SHAPE,
            Of::Knowledge(kind, _) => Shape::of(kind),
        }
    }

    /// Lines below the header at most.
    pub const fn most_lines(&self) -> usize {
        self.shape().most
    }

    /// The columns that a file may have, in any order.
    pub fn columns(&self) -> Vec<Column> {
        let shape = self.shape();
        let column =
            |name: &&'static str| Column { name, needed: shape.needed.contains(name), says: says(self.of, name) };
        shape.columns.iter().map(column).collect()
    }

    /// A file to begin with.
    pub fn sample(&self) -> String {
        format!("{}\r\n{}", self.shape().columns.join(","), self.example)
    }
}

/// What stands in a column of records, and in one that means the same everywhere.
fn says(of: Of, column: &str) -> &'static str {
    match (of, column) {
        (Of::Officers, "name") => "Name as the agency writes it.",
        (Of::Officers | Of::Knowledge(..), "rank") => "The agency's rank code.",
        (Of::Customers, "name") => "The customer's name.",
        (Of::Customers, "number") | (_, "customer_number") => "The agency's number for the customer.",
        (Of::Sites, "name") => "What people call the site.",
        (_, "address") => "Street address.",
        (_, "latitude" | "longitude") => "Of the middle of the fence, in degrees such as 42.3601 and -71.0589.",
        (_, "radius_m") => "Of the fence, in meters, 100 or more; 150 where empty.",
        (_, "polygon") => "The corners of the fence instead of a circle: latitude, longitude; and so on.",
        (_, "reference") => "The agency's number for the detail.",
        (_, "site") => "The site's name.",
        (_, "title") => "What the detail is called.",
        (_, "starts") => "Such as 2030-03-08 23:50, in the agency's zone, or with an offset such as -05:00.",
        (_, "ends") => "As starts.",
        (_, "positions") => "How many officers it takes; 1 where empty.",
        (_, "job_type") => "The tariff's name for this type of job.",
        (Of::Details, "rank") => "The rank that its positions ask for.",
        (_, "post_orders") => "What the officer must know, in one line.",
        (_, "applications_close") => {
            "Of a new detail: until when officers may apply, as starts; it is then awarded by least charged hours and seniority. \
             Where empty, it is on offer to every officer at once, until a coordinator has filled it."
        }
        (_, "employee_number") => "Whose it is.",
        (Of::Knowledge(Kind::Events, _), "class") => "A class of the agency's own.",
        _ => says_of_knowledge(column),
    }
}

/// What stands in a column of what is known of officers.
fn says_of_knowledge(column: &str) -> &'static str {
    match column {
        "key" => "What tells this line from others in the program it comes from.",
        "basis" => "scheduled or actual; either where empty.",
        "class" => "The class of the time, as the rules name it.",
        "tags" => "Words of the agency's own, separated by semicolons.",
        "paid" | "charged" => "Hours paid or charged, such as 4:00, where other than worked.",
        "latitude_e7" | "longitude_e7" => "Where it is, in ten-millionths of a degree.",
        "code" => "The status, such as suspended.",
        "from" => "The first day such as 2030-03-08, or a time where the sort has times.",
        "until" => "The last day, or a time; without end where empty.",
        "cents_per_hour" => "What an hour is paid, in cents.",
        "kind" => "What it is, as the rules name it.",
        "person" => "The other officer's employee number.",
        "standing" => "subordinate, superior or apart: what the other is to the officer.",
        "at" => "When, as 2030-03-08 06:00.",
        "about_from" | "about_until" => "The time that it is about.",
        "excused" => "true or false.",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sort_has_a_name_of_its_own_and_says_what_stands_in_each_column() {
        for what in WHATS {
            assert_eq!(named(what.name).map(|found| found.title), Some(what.title));
            for column in what.columns() {
                assert!(!column.says.is_empty(), "{} of {}", column.name, what.name);
            }
        }
        assert!(named("").is_none() && named("nothing").is_none());
    }

    #[test]
    fn every_sample_has_the_shape_that_it_shows() {
        for what in WHATS {
            let rows = what.shape().rows(what.sample().as_bytes()).unwrap();
            assert!(rows.good.len() == 2 && rows.rejected.is_empty(), "{}: {:?}", what.name, rows.rejected);
        }
    }
}
