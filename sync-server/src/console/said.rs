//! What a page says about what was just done. The address carries a word, never the sentence.

const SENTENCES: &[(&str, &str)] = &[
    ("added", "The person was added."),
    ("codes", "You have new recovery codes. The old ones are worth nothing."),
    ("disabled", "They can no longer sign in. Their sessions have ended."),
    ("enabled", "They can sign in again."),
    ("ended", "The session has ended."),
    ("left", "You are signed out."),
    ("locked", "You are locked out for 15 minutes after five failures in a row."),
    ("passkey", "Your passkey is kept. You are signed out everywhere else."),
    ("password", "Your password was changed. You are signed out everywhere else."),
    ("ready", "Your password is set. Sign in with it."),
    ("reset", "They set up a second step when they next sign in. Their sessions have ended."),
    ("role", "The role was changed. Everybody who has it signs in anew."),
    ("rolled", "Their role was changed. Their sessions have ended."),
    ("second", "Your second step is set up."),
    ("unlocked", "They can try again at once."),
    ("unpasskey", "The passkey was removed. Remove it from your device too."),
];

/// The sentence of a word, if there is one.
pub fn sentence(word: &str) -> Option<&'static str> {
    SENTENCES.iter().find(|(known, _)| *known == word).map(|(_, sentence)| *sentence)
}
