//! What leaves the server for one recipient of one event, and when.

use super::{Channel, Contact, PartyKind, Rule, Urgency};
use crate::time::{Millis, UnixMillis, Zone};

/// How long what is not urgent is gathered before it goes out as one message.
const GATHERED_FOR: Millis = Millis::from_mins(15);

/// One message to one recipient by one channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Delivery {
    /// The channel.
    pub channel: Channel,
    /// When it goes out.
    pub at: UnixMillis,
    /// It goes out together with others of its like.
    pub gathered: bool,
}

/// By which channels and when a party of that kind is told by a rule, besides the entry in the app.
///
/// Where none of the rule's channels reaches the party, one that they chose does; where there is none either, nothing leaves the
/// server. `zone` is the agency's, for a contact that has none.
pub fn plan(rule: &Rule, party: PartyKind, contact: &Contact, zone: Zone, now: UnixMillis) -> Vec<Delivery> {
    let gathered = rule.urgency == Urgency::Low;
    let ready = if gathered { now + GATHERED_FOR } else { now };
    let quiet = contact.quiet.filter(|_| rule.urgency != Urgency::Urgent);
    let at = quiet.map_or(ready, |quiet| quiet.over(contact.zone.unwrap_or(zone), ready));
    let by = channels(rule, party, contact);
    by.into_iter().map(|channel| Delivery { channel, at, gathered }).collect()
}

fn channels(rule: &Rule, party: PartyKind, contact: &Contact) -> Vec<Channel> {
    let mut by: Vec<_> = rule.by.iter().copied().filter(|channel| contact.reaches(party, *channel)).collect();
    let unreached = by.is_empty() && !rule.by.is_empty();
    if rule.and_chosen || unreached {
        by.extend(contact.chosen(party));
    }
    by.retain(|channel| *channel != Channel::InApp);
    by.sort_unstable();
    by.dedup();
    by
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notices::{EventKind, QuietHours, Role, rules_of};

    fn rule(event: EventKind, role: Role) -> &'static Rule {
        rules_of(event).find(|rule| rule.to.contains(&role)).unwrap()
    }

    fn contact() -> Contact {
        let quiet = Some(QuietHours { from: 22 * 60, to: 6 * 60 });
        Contact { email: Some("a@example.org".into()), phone: Some("+15550100".into()), quiet, ..Contact::default() }
    }

    /// 23:00 UTC of a day in June 2019.
    fn late() -> UnixMillis {
        UnixMillis::new(1_561_676_400_000)
    }

    fn planned(event: EventKind, role: Role, kind: PartyKind, contact: &Contact) -> Vec<(Channel, i64, bool)> {
        let all = plan(rule(event, role), kind, contact, Zone::UTC, late());
        all.into_iter().map(|one| (one.channel, (one.at - late()).0 / 60_000, one.gathered)).collect()
    }

    #[test]
    fn what_is_not_urgent_waits_for_the_end_of_quiet_hours_and_what_is_does_not() {
        let officer = |event| planned(event, Role::Officer, PartyKind::Officer, &contact());
        assert_eq!(officer(EventKind::DetailPosted), [(Channel::Push, 7 * 60, true)]);
        assert_eq!(officer(EventKind::Awarded), [(Channel::Push, 7 * 60, false), (Channel::Email, 7 * 60, false)]);
        assert_eq!(officer(EventKind::NoClockIn5), [(Channel::Push, 0, false), (Channel::Sms, 0, false)]);
        assert_eq!(officer(EventKind::TimesheetRuled), []);
    }

    #[test]
    fn without_quiet_hours_it_goes_at_once_or_when_enough_was_gathered() {
        let awake = Contact { quiet: None, ..contact() };
        let officer = |event| planned(event, Role::Officer, PartyKind::Officer, &awake);
        assert_eq!(officer(EventKind::DetailPosted), [(Channel::Push, 15, true)]);
        assert_eq!(officer(EventKind::NotSelected)[0], (Channel::Push, 0, false));
    }

    #[test]
    fn a_zone_of_the_contacts_own_counts_before_the_agencys() {
        let away = Contact { zone: Zone::named("America/Los_Angeles"), ..contact() };
        assert_eq!(
            planned(EventKind::DayBefore, Role::Officer, PartyKind::Officer, &away),
            [(Channel::Push, 0, false)]
        );
    }

    #[test]
    fn the_channels_that_were_chosen_are_taken_where_they_reach() {
        let by = |contact: &Contact| {
            let all = planned(EventKind::CalledOff, Role::Coordinator, PartyKind::Staff, contact);
            all.into_iter().map(|(channel, ..)| channel).collect::<Vec<_>>()
        };
        assert_eq!(by(&contact()), [Channel::Email], "by e-mail where nothing was chosen");
        assert_eq!(by(&Contact { channels: vec![Channel::Sms], ..contact() }), [Channel::Sms]);
        let unreachable = Contact { channels: vec![Channel::Sms], phone: None, ..contact() };
        assert_eq!(by(&unreachable), [Channel::Email], "a choice that does not reach is none");
        assert_eq!(by(&Contact::default()), []);
    }

    #[test]
    fn a_rule_whose_channels_do_not_reach_falls_back_on_one_that_does() {
        let by_mail_only = Contact { phone: None, ..contact() };
        assert_eq!(
            planned(EventKind::NoClockIn5, Role::Coordinator, PartyKind::Staff, &by_mail_only),
            [(Channel::Email, 0, false)]
        );
    }
}
