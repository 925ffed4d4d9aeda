//! The kinds of knowledge, the feeds they come by, and their numbers in the store.

use detailbook_core::policy::{Feed, Stream};
use detailbook_core::time::{Interval, UnixMillis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::Problem;

/// A kind of knowledge.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// How an officer's time is spent.
    Stints,
    /// Duty statuses.
    Statuses,
    /// Ranks, with what an hour is paid.
    Ranks,
    /// Certifications and other documents of an officer's.
    Documents,
    /// Who works under whom.
    Relations,
    /// What happened.
    Events,
    /// Approvals that officers have.
    Approvals,
    /// What a detail asks for and is like, beyond its record.
    DetailFacts,
    /// Documents of a customer's.
    CustomerDocuments,
}

impl Kind {
    /// Those that come in batches.
    pub const IMPORTED: [Self; 6] =
        [Self::Stints, Self::Statuses, Self::Ranks, Self::Documents, Self::Relations, Self::Events];

    /// Its number in the store.
    pub const fn code(self) -> i64 {
        match self {
            Self::Stints => 1,
            Self::Statuses => 2,
            Self::Ranks => 3,
            Self::Documents => 4,
            Self::Relations => 5,
            Self::Events => 6,
            Self::Approvals => 7,
            Self::DetailFacts => 8,
            Self::CustomerDocuments => 9,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stints => "stints",
            Self::Statuses => "statuses",
            Self::Ranks => "ranks",
            Self::Documents => "documents",
            Self::Relations => "relations",
            Self::Events => "events",
            Self::Approvals => "approvals",
            Self::DetailFacts => "detail_facts",
            Self::CustomerDocuments => "customer_documents",
        }
    }

    /// The feed it comes by. Stints come by one for each stream, which must be named; details are our own.
    pub fn feed(self, named: Option<Feed>) -> Result<Feed, Problem> {
        let own = match self {
            Self::Stints => {
                let feed = named.ok_or_else(|| Problem::invalid("feed", "must be named for stints"))?;
                return match stream(feed) {
                    Some(stream) if stream != Stream::Detail => Ok(feed),
                    _ => Err(Problem::invalid(
                        "feed",
                        "stints come by on_duty, overtime, court, training, leave or other_agency",
                    )),
                };
            }
            Self::Statuses | Self::Ranks => Feed::Status,
            Self::Documents | Self::CustomerDocuments => Feed::Credentials,
            Self::Relations => Feed::Command,
            Self::Events => Feed::Events,
            Self::Approvals => Feed::Approvals,
            Self::DetailFacts => Feed::Detail,
        };
        match named {
            Some(named) if named != own => Err(Problem::invalid("feed", "is another kind's")),
            _ => Ok(own),
        }
    }

    /// Is what it says so for a while, so that a file which covers a day names all that lasts over it? What merely begins at some
    /// time is named by the file that covers its beginning.
    pub const fn lasts(self) -> bool {
        !matches!(self, Self::Stints | Self::Events)
    }
}

impl std::str::FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::IMPORTED.into_iter().find(|kind| kind.name() == text);
        found.ok_or_else(|| {
            format!("there is no kind {text:?}: stints, statuses, ranks, documents, relations or events")
        })
    }
}

/// The feeds that are imported, with their names.
pub const FEEDS: [(Feed, &str); 12] = [
    (Feed::OnDuty, "on_duty"),
    (Feed::Overtime, "overtime"),
    (Feed::Court, "court"),
    (Feed::Training, "training"),
    (Feed::Leave, "leave"),
    (Feed::Detail, "detail"),
    (Feed::OtherAgency, "other_agency"),
    (Feed::Status, "status"),
    (Feed::Credentials, "credentials"),
    (Feed::Approvals, "approvals"),
    (Feed::Events, "events"),
    (Feed::Command, "command"),
];

/// A feed's number in the store.
pub fn feed_code(feed: Feed) -> i64 {
    FEEDS.iter().position(|(known, _)| *known == feed).map_or(-1, |place| place as i64)
}

/// The feed with that number.
pub fn feed_of(code: i64) -> Option<Feed> {
    usize::try_from(code).ok().and_then(|place| FEEDS.get(place)).map(|(feed, _)| *feed)
}

/// A feed's name.
pub fn feed_name(feed: Feed) -> &'static str {
    FEEDS.iter().find(|(known, _)| *known == feed).map_or("", |(_, name)| name)
}

/// The feed of that name.
pub fn feed_named(name: &str) -> Option<Feed> {
    FEEDS.iter().find(|(_, known)| *known == name).map(|(feed, _)| *feed)
}

/// The stream that a feed is of.
pub const fn stream(feed: Feed) -> Option<Stream> {
    match feed {
        Feed::OnDuty => Some(Stream::OnDuty),
        Feed::Overtime => Some(Stream::Overtime),
        Feed::Court => Some(Stream::Court),
        Feed::Training => Some(Stream::Training),
        Feed::Leave => Some(Stream::Leave),
        Feed::Detail => Some(Stream::Detail),
        Feed::OtherAgency => Some(Stream::OtherAgency),
        _ => None,
    }
}

/// All time.
pub const ALWAYS: Interval = Interval { start: UnixMillis::MIN, end: UnixMillis::MAX };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_survive_their_names_and_numbers() {
        for (feed, name) in FEEDS {
            assert_eq!((feed_named(name), feed_of(feed_code(feed))), (Some(feed), Some(feed)));
            assert_eq!(serde_json::to_value(feed).unwrap(), serde_json::Value::from(name));
        }
    }

    #[test]
    fn stints_need_a_feed_of_their_own_and_no_other_kind_takes_one_that_is_not_its() {
        assert!(Kind::Stints.feed(None).is_err() && Kind::Stints.feed(Some(Feed::Detail)).is_err());
        assert_eq!(Kind::Stints.feed(Some(Feed::Leave)), Ok(Feed::Leave));
        assert_eq!(Kind::Ranks.feed(None), Ok(Feed::Status));
        assert!(Kind::Ranks.feed(Some(Feed::Leave)).is_err());
    }
}
