//! Stretches of time that can be summed over any window at once.

use crate::time::{Interval, Millis, UnixMillis};

/// Stretches of time with running sums. Time covered twice counts twice, unless they were joined first.
#[derive(Clone, Default, Debug)]
pub(super) struct Timeline {
    starts: Vec<i64>,
    ends: Vec<i64>,
    /// Sums of the first 0, 1, 2 … starts (and ends): what has begun less what has ended is what was done so far.
    start_sums: Vec<i128>,
    end_sums: Vec<i128>,
}

impl Timeline {
    /// Of stretches in any order.
    pub(super) fn new(pieces: &[Interval]) -> Self {
        let full = || pieces.iter().filter(|piece| !piece.is_empty());
        let mut starts: Vec<i64> = full().map(|piece| piece.start.as_millis()).collect();
        let mut ends: Vec<i64> = full().map(|piece| piece.end.as_millis()).collect();
        starts.sort_unstable();
        ends.sort_unstable();
        let (start_sums, end_sums) = (running(&starts), running(&ends));
        Self { starts, ends, start_sums, end_sums }
    }

    /// Time done before an instant.
    fn until(&self, at: i64) -> i128 {
        let (begun, ended) = (self.starts.partition_point(|s| *s <= at), self.ends.partition_point(|e| *e <= at));
        let sum = |sums: &[i128], count: usize| i128::from(at) * count as i128 - sums[count];
        sum(&self.start_sums, begun) - sum(&self.end_sums, ended)
    }

    /// Time within a window.
    pub(super) fn within(&self, window: Interval) -> Millis {
        if window.is_empty() || self.starts.is_empty() {
            return Millis(0);
        }
        let sum = self.until(window.end.as_millis()) - self.until(window.start.as_millis());
        Millis(i64::try_from(sum).unwrap_or(i64::MAX))
    }

    /// The window of that length with the most time in it among those that share at least a minute with `touching` (all
    /// of it, where it is shorter); the earliest of equals.
    ///
    /// As a window slides, its sum changes evenly between the points where an edge of it meets an edge of a stretch, and
    /// rises no further only where its start meets a start or its end meets an end. So these positions are enough.
    pub(super) fn fullest(&self, width: Millis, touching: Interval) -> Interval {
        let shared = touching.length().min(Millis::from_mins(1)).min(width);
        let least = touching.start - width + shared;
        let most = touching.end - shared;
        let from_starts = self.starts.iter().map(|start| UnixMillis::new(*start));
        let from_ends = self.ends.iter().map(|end| UnixMillis::new(*end) - width);
        let places = from_starts.chain(from_ends).filter(|at| least < *at && *at < most).chain([least, most]);
        let windows = places.map(|start| Interval { start, end: start + width });
        let best = windows.max_by_key(|window| (self.within(*window), std::cmp::Reverse(window.start)));
        best.unwrap_or(touching)
    }
}

fn running(sorted: &[i64]) -> Vec<i128> {
    let mut sums = Vec::with_capacity(sorted.len() + 1);
    sums.push(0);
    let mut sum = 0i128;
    for value in sorted {
        sum += i128::from(*value);
        sums.push(sum);
    }
    sums
}

/// Time of stretches within a window. For a few windows this is less work than a [`Timeline`].
pub(super) fn within(pieces: &[Interval], window: Interval) -> Millis {
    let parts = pieces.iter().filter_map(|piece| piece.overlap(window));
    parts.fold(Millis(0), |sum, part| sum + part.length())
}

/// Sorted stretches with those at most `gap` apart joined. Empty ones are dropped.
pub(super) fn joined(mut pieces: Vec<Interval>, gap: Millis) -> Vec<Interval> {
    pieces.retain(|piece| !piece.is_empty());
    pieces.sort_unstable_by_key(|piece| (piece.start, piece.end));
    pieces.dedup_by(|piece, last| {
        let joins = piece.start <= last.end + gap;
        if joins {
            last.end = last.end.max(piece.end);
        }
        joins
    });
    pieces
}
