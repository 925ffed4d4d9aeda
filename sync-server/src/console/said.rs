//! What a page says about what was just done. The address carries a word, never the sentence.

const SENTENCES: &[(&str, &str)] = &[
    ("added", "The person was added."),
    ("approval_asked", "The approval was asked for."),
    ("approval_back", "The approval was taken back."),
    ("approval_signed", "You have signed."),
    ("codes", "You have new recovery codes. The old ones are worth nothing."),
    ("disabled", "They can no longer sign in. Their sessions have ended."),
    ("document_let_go", "The document was let go: it takes changes again."),
    ("enabled", "They can sign in again."),
    ("ended", "The session has ended."),
    ("ended_phone", "The enrolment has ended. What the phone still holds is taken once, for a person to look at."),
    ("entered", "It was entered."),
    ("imported", "The file was imported."),
    ("left", "You are signed out."),
    ("left_file", "The file was thrown away. Nothing was written."),
    ("locked", "You are locked out for 15 minutes after five failures in a row."),
    ("paper", "The paper was entered."),
    ("papers", "The papers were handed in."),
    ("password", "Your password was changed. You are signed out everywhere else."),
    ("ready", "Your password is set. Sign in with it."),
    ("reset", "They set up a second step when they next sign in. Their sessions have ended."),
    ("role", "The role was changed. Everybody who has it signs in anew."),
    ("rolled", "Their role was changed. Their sessions have ended."),
    ("rules", "The set is in force from its first day on."),
    ("saved", "It was saved."),
    ("second", "Your second step is set up."),
    ("unlocked", "They can try again at once."),
];

/// The sentence of a word, if there is one.
pub fn sentence(word: &str) -> Option<&'static str> {
    SENTENCES.iter().find(|(known, _)| *known == word).map(|(_, sentence)| *sentence)
}
