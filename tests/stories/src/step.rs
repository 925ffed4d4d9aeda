//! Steps and outcomes, as the lines hold them.
//!
//! A step is an object. `do` names what the officer or the app does; the other fields are what it takes:
//!
//! | `do` | takes | comes to |
//! |---|---|---|
//! | `open` | | a phone over a new folder, with a key of its own |
//! | `restart` | | the same folder, the app started anew |
//! | `suspend`, `resume`, `close`, `sync`, `lock_key`, `unlock_key` | | |
//! | `enrol` | `invitation` | `{officer}` |
//! | `apply`, `withdraw` | `detail` | `{command}` |
//! | `acknowledge` | `assignment` | `{command}` |
//! | `acknowledge_notice` | `notice` | `{command}` |
//! | `call_off` | `assignment`, `reason` | `{command}` |
//! | `relieve` | `assignment`, `comes` | `{command}` |
//! | `offer_trade_to` | `assignment`, `number` | `{command}`, which is the trade's id as well |
//! | `answer_trade` | `trade`, `takes` | `{command}` |
//! | `withdraw_trade` | `trade` | `{command}` |
//! | `send_message` | `text` | `{command}` |
//! | `punch` | `kind`, `shift` | `{document, fact}` |
//! | `note`, `incident` | `place`, `text` | `{document, fact}` |
//! | `replace_note` | `document`, `note`, `text` | `{document, fact}` |
//! | `attach` | `place`, `bytes` (a JPEG's size), `caption` | `{document, fact}` |
//! | `correct` | `shift`, `punch`, `at`, `reason` | `{document, fact}` |
//! | `explain` | `shift`, `about`, `text` | `{document, fact}` |
//! | `read_orders`, `submit` | `shift` | `{document, fact}` |
//! | `edit_pass_on` | `detail`, `seen`, `text` | |
//! | `sign_pending` | | a number |
//! | `see` | `view`, what it is about, `expect` | the view |
//!
//! `shift` is `"running"` or an object of one of `assignment`, `log`, `unassigned` (a detail or null); `place` is an object of `shift`
//! or `pass_on` (a detail).
//!
//! Every step has `phone` (whose it is: 0, or 1 for a colleague's), `clock` (`wall`, `zone`, `monotonic`, `boot`: what that phone's
//! clocks say throughout it) and `fixes` (what it knows of its place). The outcome is `{"ok": ...}`, null where there is nothing to say, or `{"error": {"kind", "code"}}`:
//! the name of the error's case and its code.
//!
//! `expect` is what the view must be; of an object, only the fields it names. Callers need not look at it.
//!
//! Views are said in few words. Names of cases are written `likeThis`; a case that carries a code or a reason is `likeThis:code`.
//!
//! | `view` | about | is |
//! |---|---|---|
//! | `running`, `shift` | `log` for `shift` | null, or `assignment`, `detail`, `state`, `worked_ms`, `flags` (`kind`, `explanations`), `places` (state of each), `ask_at`, `review_at`, `orders_read`, `submitted`, `sync` |
//! | `unassigned_shifts` | | a list of what `shift` is: `assignment`, `detail`, `state`, `worked_ms`, `flags` (`kind`, `explanations`), `places`, `ask_at`, `review_at`, `orders_read`, `submitted`, `sync` |
//! | `schedule`, `past_shifts` | | a list of `assignment`, `title`, `site`, `starts`, `ends`, `state`, `acknowledgement`, `paid_ms`, `leaving` (null, or `call_off` and `offer`: null, `waiting` or `refused:reason`; `called_off`: null, or `state`, `late`, `why`, `reason`; `offered`: null, or `state`, `to`) |
//! | `offers` | | a list of `detail`, `title`, `opens` (null, or when it opens to the officer), `application` (null, `applying`, `withdrawing`, `refused:reason`, or the state) |
//! | `terms` | `detail` | null, or `method`, `closes`, `decided_at`, `acknowledge_ms`, `committed` (the agency has bound itself to a secret) |
//! | `advice` | `detail` | `stands_in_the_way`, `findings` (`rule`, `state`, `severity`, `sentence`) |
//! | `award` | `detail` | null, or `outcome`, `rank`, `of`, `method`, `decided_at`, `sentence` |
//! | `charges` | | a list of `kind`, `minutes`, `rule`, `note`, `at` |
//! | `notices` | | a list of `notice`, `event`, `title`, `text`, `detail`, `assignment`, `acknowledge_by`, `acknowledgement` |
//! | `relief_asks` | | a list of `assignment`, `title`, `site`, `answer_by`, `answer` (`open`, `waiting`, `declined` or `refused:reason`), `comes` (what waits: null, true or false) |
//! | `trades` | | a list of `trade`, `assignment`, `title`, `site`, `mine`, `state`, `from`, `to`, `reason`, `wish` (null, `waiting` or `refused:reason`) |
//! | `facts` | `document` | a list of `fact`, `kind`, `at`, `text`, `about`, `corrected` (the time it should have had), `own`, `signed`, `sync` |
//! | `written` | `document` | a list of `kind`, `text`, `own`, `sync`, `original` (null, or `size`, `complete`, `here`) |
//! | `pass_on_text` | `detail` | a text |
//! | `sync_state` | | `all_synced`, `facts_waiting`, `wishes_waiting`, `originals_waiting`, `originals_failed`, `facts_refused`, `facts_unsigned`, `revoked`, `update_wanted` |
//! | `unsettled` | | a list of `item` (`fact`, `wish`, `original`), `sync` |
//! | `wishes` | | a list of `command`, `wish`, `waiting`, `decision`, `reason` |
//! | `messages` | | a list of `from` (`phone`, `officer`, `agency`), `text` |

use detailbook_core::geo::{Fix, Provider};
use detailbook_core::ids::{AssignmentId, DetailId, DocumentId};
use detailbook_core::time::ClockReading;
use serde_json::{Value, json};

/// What stands above, for whoever holds callers to it.
pub const CONTRACT: &str = include_str!("step.rs");

/// A step of that name on that phone, with what it takes.
pub(crate) fn step(does: &str, takes: Value, phone: usize, clock: &ClockReading, fixes: &[Fix]) -> Value {
    let mut step = takes;
    step["do"] = json!(does);
    step["phone"] = json!(phone);
    step["clock"] = json!({
        "wall": clock.wall.as_millis(),
        "zone": clock.zone.0,
        "monotonic": clock.monotonic,
        "boot": clock.boot.0,
    });
    step["fixes"] = fixes.iter().map(fix).collect();
    step
}

fn fix(fix: &Fix) -> Value {
    let provider = match fix.provider {
        Provider::Gps => "gps",
        Provider::Network => "network",
        Provider::Fused => "fused",
        Provider::Other(_) => "other",
    };
    json!({
        "latitude_e7": fix.latitude_e7,
        "longitude_e7": fix.longitude_e7,
        "accuracy_dm": fix.accuracy_dm,
        "age_ms": fix.age_ms,
        "provider": provider,
        "mock": fix.mock,
    })
}

/// The shift of an assignment.
pub(crate) fn on(assignment: AssignmentId) -> Value {
    json!({ "assignment": assignment.to_string() })
}

/// A shift by its document.
pub(crate) fn log(document: DocumentId) -> Value {
    json!({ "log": document.to_string() })
}

/// Into that shift.
pub(crate) fn into_shift(shift: &Value) -> Value {
    json!({ "shift": shift })
}

/// Into the detail's pass-on.
pub(crate) fn into_pass_on(detail: DetailId) -> Value {
    json!({ "pass_on": detail.to_string() })
}

/// About that detail.
pub(crate) fn about(detail: DetailId) -> Value {
    json!({ "detail": detail.to_string() })
}
