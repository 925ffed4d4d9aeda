//! The stories.

mod dead_zone;
mod evening;
mod fence;
mod life;
mod on_the_way;
mod refusal;
mod staffing;
mod trading;
mod words;

use detailbook_core::time::UnixMillis;
use serde_json::{Value, json};

use crate::teller::{Lost, Teller};

/// One story.
pub struct Story {
    /// What it is called.
    pub name: &'static str,
    /// Tells it.
    pub tell: fn(&mut Teller<'_>) -> Result<(), Lost>,
}

/// All of them.
pub const STORIES: &[Story] = &[
    Story { name: "evening", tell: evening::tell },
    Story { name: "fence", tell: fence::tell },
    Story { name: "dead_zone", tell: dead_zone::tell },
    Story { name: "refusal", tell: refusal::tell },
    Story { name: "words", tell: words::tell },
    Story { name: "life", tell: life::tell },
    Story { name: "staffing", tell: staffing::tell },
    Story { name: "trading", tell: trading::tell },
    Story { name: "on_the_way", tell: on_the_way::tell },
];

/// The story of that name.
pub fn story(name: &str) -> Option<&'static Story> {
    STORIES.iter().find(|story| story.name == name)
}

/// What counts between two punches: whole minutes, as the agency's rule has it.
fn counted_ms(start: UnixMillis, end: UnixMillis) -> i64 {
    let minute = |at: UnixMillis| at.as_millis().div_euclid(60_000);
    (minute(end) - minute(start)) * 60_000
}

/// The exchange's view: nothing waits and nothing failed, but for what stands in `other`.
fn exchange(all_synced: bool, other: &Value) -> Value {
    let mut view = json!({
        "all_synced": all_synced,
        "facts_waiting": 0,
        "wishes_waiting": 0,
        "originals_waiting": 0,
        "originals_failed": 0,
        "facts_refused": 0,
        "facts_unsigned": 0,
        "revoked": false,
        "update_wanted": false,
    });
    for (name, value) in other.as_object().into_iter().flatten() {
        view[name] = value.clone();
    }
    view
}
