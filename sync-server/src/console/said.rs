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
    ("approval_asked", "The approval was asked for."),
    ("approval_back", "The approval was taken back."),
    ("approval_signed", "You have signed."),
    ("codes", "You have new recovery codes. The old ones are worth nothing."),
    ("confirmed", "The no-show stands. Somebody else is looked for while the detail goes on."),
    ("corrected", "It is billed anew. The next run credits what was invoiced, and invoices what is owed."),
    ("denied", "It counts as no no-show. Nobody else is looked for."),
    ("disabled", "They can no longer sign in. Their sessions have ended."),
    ("dropped", "Those shifts are given up."),
    ("document_let_go", "The document was let go: it takes changes again."),
    ("enabled", "They can sign in again."),
    ("ended", "The session has ended."),
    ("estimated", "The estimate was made anew."),
    (
        "forgotten",
        "Their account at the identity provider is forgotten. The next that shows itself as theirs is taken.",
    ),
    ("given", "The officer has the place, and is told."),
    ("customer", "Another customer hires for this detail now, and owes what it was billed."),
    ("given_up", "No more officers are looked for. It can be put on offer again."),
    ("kept", "The form is kept as a template."),
    (
        "catch_up",
        "The bills are being made. It goes on by itself, some pieces of work at a time: open this page again to see how far it is.",
    ),
    ("ended_phone", "The enrolment has ended. What the phone still holds is taken once, for a person to look at."),
    ("entered", "It was entered."),
    ("imported", "The file was imported."),
    ("left", "You are signed out."),
    ("left_file", "The file was thrown away. Nothing was written."),
    ("let_go", "The officer is released, and everybody whom it concerns is told."),
    ("letterhead", "The letterhead was changed. Invoices that were issued stay as they are."),
    ("locked", "You are locked out for 15 minutes after five failures in a row."),
    ("made", "The detail was made."),
    ("paper", "The paper was entered."),
    ("papers", "The papers were handed in."),
    ("passkey", "Your passkey is kept. You are signed out everywhere else."),
    ("password", "Your password was changed. You are signed out everywhere else."),
    ("provider", "It was saved. Sessions that the change concerns have ended."),
    ("posted", "It is on offer."),
    ("ready", "Your password is set. Sign in with it."),
    ("released", "The officer was released, and is told."),
    ("required", "The requirements are set."),
    ("reset", "They set up a second step when they next sign in. Their sessions have ended."),
    ("role", "The role was changed. Everybody who has it signs in anew."),
    ("rolled", "Their role was changed. Their sessions have ended."),
    ("rules", "The set is in force from its first day on."),
    ("saved", "It was saved."),
    ("second", "Your second step is set up."),
    ("sent", "The officer has the place and is told to acknowledge it."),
    ("shifts_posted", "Every shift has its detail."),
    ("site", "The site was entered. Make a detail there."),
    ("some_posted", "Some shifts have their details. Why the others have none stands beside them."),
    ("sought", "Somebody is looked for. Who has the place keeps it until then."),
    ("stays", "The officer is not released, and is told why."),
    ("taken_away", "The template was taken away."),
    ("sheet-asked", "The officer was asked. This is the next timesheet."),
    ("sheet-asked-last", "The officer was asked. Nothing else waits in this list."),
    ("sheet-linked", "The shift log was linked. Its facts count here now."),
    ("sheet-ruled", "The ruling was made. This is the next timesheet."),
    ("sheet-ruled-last", "The ruling was made. Nothing else waits in this list."),
    (
        "run",
        "The run has begun. It goes on by itself, a customer after the other: open this page again to see how far it is.",
    ),
    ("tariff", "The tariff is in force from its first day on. What was ruled on stays as it was priced."),
    ("terms", "How the customer is invoiced was changed, from the next run on."),
    ("unlocked", "They can try again at once."),
    ("unpasskey", "The passkey was removed. Remove it from your device too."),
];

/// The sentence of a word, if there is one.
pub fn sentence(word: &str) -> Option<&'static str> {
    SENTENCES.iter().find(|(known, _)| *known == word).map(|(_, sentence)| *sentence)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_word_has_one_sentence() {
        let words: BTreeSet<_> = SENTENCES.iter().map(|(word, _)| word).collect();
        assert_eq!(words.len(), SENTENCES.len());
        assert!(SENTENCES.iter().all(|(_, sentence)| sentence.ends_with('.')));
    }
}
