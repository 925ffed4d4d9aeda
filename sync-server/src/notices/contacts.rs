//! How people are reached, as staff enter it.

use detailbook_core::notices::{Contact, Party, PartyKind};
use lettre::Address;
use serde_json::json;

use crate::audit::By;
use crate::problem::Problem;
use crate::store::{Sql, contacts};
use crate::words;

/// Writes a contact over the version that was seen, 0 for none.
pub fn put_contact(
    sql: &mut dyn Sql,
    by: &By<'_>,
    party: Party,
    version: i64,
    contact: &Contact,
) -> Result<(), Problem> {
    let (found, _) = contacts::get(sql, by.agency, party)?;
    if found != version {
        return Err(Problem::conflict(format!("This was changed meanwhile: the version is {found}, not {version}.")));
    }
    let contact = checked(party.kind, contact)?;
    contacts::put(sql, by.agency, party, &contact, by.now)?;
    // Addresses are personal: the log says that they were changed, and how the party wants to be told.
    let said = json!({ "party": party, "channels": contact.channels, "quiet": contact.quiet, "roles": contact.roles });
    Ok(by.note(sql, "contact.edit", party.id, &said)?)
}

/// The contact with blanks dropped, or what is wrong with it.
pub fn checked(kind: PartyKind, contact: &Contact) -> Result<Contact, Problem> {
    let staff = kind == PartyKind::Staff;
    if contact.roles.iter().any(|role| !role.is_of_staff()) || (!staff && !contact.roles.is_empty()) {
        return Err(Problem::invalid("roles", "are coordinator, supervisor and finance, and of staff only"));
    }
    if contact.quiet.is_some_and(|quiet| !quiet.is_valid()) {
        return Err(Problem::invalid("quiet", "must be two different minutes of a day, 0 to 1439"));
    }
    let mut channels = contact.channels.clone();
    channels.sort_unstable();
    channels.dedup();
    let mut roles = contact.roles.clone();
    roles.sort_unstable();
    roles.dedup();
    Ok(Contact {
        name: words::optional_line("name", &contact.name)?,
        email: contact.email.as_deref().map(email).transpose()?,
        phone: contact.phone.as_deref().map(phone).transpose()?,
        channels,
        roles,
        ..contact.clone()
    })
}

fn email(text: &str) -> Result<String, Problem> {
    let line = words::line("email", text)?;
    line.parse::<Address>().map_err(|_| Problem::invalid("email", "is not an address"))?;
    Ok(line)
}

/// A number as E.164 writes it: `+` and at most 15 digits. Blanks, dots, hyphens and brackets are dropped.
fn phone(text: &str) -> Result<String, Problem> {
    let line = words::line("phone", text)?;
    let bare: String = line.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')')).collect();
    let digits = bare.strip_prefix('+').unwrap_or_default();
    let fits = (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if fits && !digits.starts_with('0') {
        Ok(bare)
    } else {
        Err(Problem::invalid("phone", "must be + and 7 to 15 digits"))
    }
}

#[cfg(test)]
mod tests {
    use detailbook_core::notices::{Channel, QuietHours, Role};

    use super::*;

    fn reason(kind: PartyKind, contact: &Contact) -> String {
        checked(kind, contact).unwrap_err().reason
    }

    #[test]
    fn addresses_are_addresses() {
        let given = Contact {
            name: " A. Reader ".into(),
            email: Some(" a@example.org ".into()),
            phone: Some("+1 (555) 010-0199".into()),
            channels: vec![Channel::Sms, Channel::Email, Channel::Sms],
            ..Contact::default()
        };
        let kept = checked(PartyKind::Officer, &given).unwrap();
        assert_eq!((kept.name.as_str(), kept.email.as_deref()), ("A. Reader", Some("a@example.org")));
        assert_eq!((kept.phone.as_deref(), kept.channels.len()), (Some("+15550100199"), 2));
        for wrong in ["a", "a@", "a@example.org\r\nBcc: b@example.org", "a b@example.org", "", "a@b@c"] {
            let contact = Contact { email: Some(wrong.into()), ..Contact::default() };
            assert!(reason(PartyKind::Officer, &contact).starts_with("email: "), "{wrong:?}");
        }
        for wrong in ["5550100", "+", "+12345", "+1234567890123456", "+1555x0100", "+05550100"] {
            let contact = Contact { phone: Some(wrong.into()), ..Contact::default() };
            assert!(reason(PartyKind::Officer, &contact).starts_with("phone: "), "{wrong:?}");
        }
        let contact = Contact { name: "x\r\nBcc: y".into(), ..Contact::default() };
        assert!(reason(PartyKind::Officer, &contact).starts_with("name: "));
    }

    #[test]
    fn roles_are_of_staff_and_quiet_hours_of_a_day() {
        let roles = |roles: &[Role]| Contact { roles: roles.to_vec(), ..Contact::default() };
        assert!(checked(PartyKind::Staff, &roles(&[Role::Coordinator, Role::Finance])).is_ok());
        assert!(reason(PartyKind::Officer, &roles(&[Role::Coordinator])).starts_with("roles: "));
        assert!(reason(PartyKind::Staff, &roles(&[Role::Customer])).starts_with("roles: "));
        let quiet = Some(QuietHours { from: 1_440, to: 0 });
        assert!(reason(PartyKind::Staff, &Contact { quiet, ..Contact::default() }).starts_with("quiet: "));
    }
}
