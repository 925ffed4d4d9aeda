//! How fresh what is known is: when each feed was read, and of which time it spoke.

use detailbook_core::ids::AgencyId;
use detailbook_core::policy::{Feed, Source};
use detailbook_core::time::{Interval, Millis, UnixMillis};

use super::kind::{FEEDS, Kind, feed_code, stream};
use crate::store::feed_reads::{self, FeedRead};
use crate::store::{Sql, StoreError};

/// Readings looked back at, to see how far what was read reaches into the past.
const LOOKED_BACK: i64 = 400;

/// The feeds that are our own: what they hold is there as soon as it is so.
pub const OWN: [Feed; 3] = [Feed::Detail, Feed::Approvals, Feed::Events];

/// What was read until `as_of`, feed by feed.
pub fn sources(sql: &mut dyn Sql, agency: AgencyId, as_of: UnixMillis) -> Result<Vec<Source>, StoreError> {
    let mut sources = Vec::with_capacity(FEEDS.len());
    for (feed, _) in FEEDS {
        if OWN.contains(&feed) {
            // By the minute: what is asked again of the same is then the same.
            let read_at = as_of - Millis(as_of.as_millis().rem_euclid(60_000));
            sources.push(Source { feed, read_at, covers: None });
        } else if let Some(source) = source(sql, agency, feed, as_of)? {
            sources.push(source);
        }
    }
    Ok(sources)
}

fn source(sql: &mut dyn Sql, agency: AgencyId, feed: Feed, as_of: UnixMillis) -> Result<Option<Source>, StoreError> {
    let kind = match feed {
        Feed::Status => Kind::Statuses,
        Feed::Credentials => Kind::Documents,
        Feed::Command => Kind::Relations,
        _ if stream(feed).is_some() => Kind::Stints,
        _ => return Ok(None),
    };
    let reads = feed_reads::latest(sql, agency, (kind.code(), feed_code(feed)), as_of, LOOKED_BACK)?;
    Ok(together(feed, &reads))
}

/// The newest reading, reaching as far back as earlier ones join it: what had passed when it was read needs no fresher reading.
fn together(feed: Feed, reads: &[FeedRead]) -> Option<Source> {
    let newest = reads.iter().max_by_key(|read| (read.read_at, read.since))?;
    let mut covers = newest.covers;
    let mut earlier: Vec<&FeedRead> = reads.iter().filter(|read| read.read_at <= newest.read_at).collect();
    earlier.sort_by_key(|read| std::cmp::Reverse((read.read_at, read.since)));
    for read in earlier {
        covers = covers.map(|covers| joined(covers, read));
    }
    Some(Source { feed, read_at: newest.read_at, covers })
}

/// What a newer reading covers, reaching back over an earlier one that touches it. An earlier reading of all time settles only what had
/// passed when it was read.
fn joined(covers: Interval, earlier: &FeedRead) -> Interval {
    let past = earlier.covers.unwrap_or(Interval { start: UnixMillis::MIN, end: UnixMillis::MAX });
    let settled = past.end.min(earlier.read_at);
    if settled >= covers.start && past.start < covers.start {
        return Interval { start: past.start, ..covers };
    }
    covers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> UnixMillis {
        UnixMillis::new(1_700_000_000_000 + day * 86_400_000)
    }

    fn read(read_at: i64, covers: Option<(i64, i64)>) -> FeedRead {
        let covers = covers.map(|(start, end)| Interval { start: at(start), end: at(end) });
        FeedRead { kind: 1, feed: 0, read_at: at(read_at), since: at(read_at), covers }
    }

    fn covered(reads: &[FeedRead]) -> Option<(i64, i64)> {
        let day = |time: UnixMillis| (time - at(0)).0 / 86_400_000;
        together(Feed::OnDuty, reads).unwrap().covers.map(|covers| (day(covers.start), day(covers.end)))
    }

    #[test]
    fn nightly_files_reach_back_together_over_what_had_passed() {
        let reads = [read(3, Some((2, 30))), read(2, Some((1, 29))), read(1, Some((0, 28)))];
        assert_eq!(covered(&reads), Some((0, 30)));
    }

    #[test]
    fn what_was_read_before_it_had_passed_does_not_stand_in_for_a_fresh_reading() {
        let reads = [read(20, Some((20, 50))), read(1, Some((0, 30)))];
        assert_eq!(covered(&reads), Some((20, 50)), "days 1 to 20 were read before they came");
    }

    #[test]
    fn a_reading_of_all_time_covers_all_time() {
        assert_eq!(covered(&[read(3, None)]), None);
        assert_eq!(together(Feed::OnDuty, &[]), None);
    }
}
