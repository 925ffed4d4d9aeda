//! What a page says about what was just done. The address carries a word, never the sentence.

const SENTENCES: &[(&str, &str)] = &[
    ("accepted", "The customer has accepted the estimate. Its details can be made."),
    ("added", "The person was added."),
    ("asked", "The request was entered."),
    ("asked_anew", "The request was changed, and its estimate made anew."),
    ("cancelled", "The detail was cancelled. Whoever was on it or applied is told."),
    ("changed", "The detail was changed."),
    ("chosen", "Your choices are kept. The award carries them out when the window closes."),
    ("closed", "The request is closed."),
    ("codes", "You have new recovery codes. The old ones are worth nothing."),
    ("disabled", "They can no longer sign in. Their sessions have ended."),
    ("dropped", "Those shifts are given up."),
    ("enabled", "They can sign in again."),
    ("ended", "The session has ended."),
    ("estimated", "The estimate was made anew."),
    ("given", "The officer has the place, and is told."),
    ("given_up", "No more officers are looked for. It can be put on offer again."),
    ("kept", "The form is kept as a template."),
    ("left", "You are signed out."),
    ("locked", "You are locked out for 15 minutes after five failures in a row."),
    ("made", "The detail was made."),
    ("password", "Your password was changed. You are signed out everywhere else."),
    ("posted", "It is on offer."),
    ("ready", "Your password is set. Sign in with it."),
    ("released", "The officer was released, and is told."),
    ("required", "The requirements are set."),
    ("reset", "They set up a second step when they next sign in. Their sessions have ended."),
    ("role", "The role was changed. Everybody who has it signs in anew."),
    ("rolled", "Their role was changed. Their sessions have ended."),
    ("second", "Your second step is set up."),
    ("shifts_posted", "Every shift has its detail."),
    ("site", "The site was entered. Make a detail there."),
    ("site_changed", "The site was changed."),
    ("some_posted", "Some shifts have their details. Why the others have none stands beside them."),
    ("taken_away", "The template was taken away."),
    ("unlocked", "They can try again at once."),
];

/// The sentence of a word, if there is one.
pub fn sentence(word: &str) -> Option<&'static str> {
    SENTENCES.iter().find(|(known, _)| *known == word).map(|(_, sentence)| *sentence)
}
