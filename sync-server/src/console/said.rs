//! What a page says about what was just done. The address carries a word, never the sentence.

const SENTENCES: &[(&str, &str)] = &[
    ("added", "The person was added."),
    ("codes", "You have new recovery codes. The old ones are worth nothing."),
    ("disabled", "They can no longer sign in. Their sessions have ended."),
    ("enabled", "They can sign in again."),
    ("ended", "The session has ended."),
    ("left", "You are signed out."),
    ("letterhead", "The letterhead was changed. Invoices that were issued stay as they are."),
    ("locked", "You are locked out for 15 minutes after five failures in a row."),
    ("password", "Your password was changed. You are signed out everywhere else."),
    ("ready", "Your password is set. Sign in with it."),
    ("reset", "They set up a second step when they next sign in. Their sessions have ended."),
    ("role", "The role was changed. Everybody who has it signs in anew."),
    ("rolled", "Their role was changed. Their sessions have ended."),
    (
        "run",
        "The run has begun. It goes on by itself, a customer after the other: open this page again to see how far it is.",
    ),
    ("second", "Your second step is set up."),
    ("terms", "How the customer is invoiced was changed, from the next run on."),
    ("unlocked", "They can try again at once."),
];

/// The sentence of a word, if there is one.
pub fn sentence(word: &str) -> Option<&'static str> {
    SENTENCES.iter().find(|(known, _)| *known == word).map(|(_, sentence)| *sentence)
}
