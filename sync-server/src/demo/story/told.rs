//! Who was told what.

use std::collections::BTreeMap;

use detailbook_core::notices::Channel;

use super::Story;
use crate::demo::error::DemoError;
use crate::store::outbox::DeliveryState;

/// Letters shown.
const SHOWN: usize = 4;

impl Story<'_> {
    /// The outbox: how much went out by which way, and the first letters as they lie in the folder.
    pub(super) fn told(&mut self) -> Result<(), DemoError> {
        self.tell.heading("Who was told")?;
        let told = self.office.told()?;
        let mut ways: BTreeMap<(Channel, bool), usize> = BTreeMap::new();
        for one in &told {
            *ways.entry((one.channel, one.state == DeliveryState::Sent)).or_default() += 1;
        }
        let count = |channel, sent| ways.get(&(channel, sent)).copied().unwrap_or_default();
        let letters = self.mailbox.letters();
        self.tell.plain(&format!(
            "The outbox has {} entries for the app and the console, and {} letters went out; {} signs for phones were not \
             sent, since no gateway for them is set up here. The mail server of this demo keeps the {} letters in {}; some of \
             them:",
            count(Channel::InApp, true),
            count(Channel::Email, true),
            count(Channel::Push, false) + count(Channel::Sms, false),
            letters.len(),
            self.mailbox.folder().display()
        ))?;
        let mut shown: Vec<String> = letters.iter().map(|one| format!("- to {}: {}", one.to, one.subject)).collect();
        shown.dedup();
        for line in shown.iter().filter(|line| line.contains("lanternhall")).take(SHOWN) {
            self.tell.plain(line)?;
        }
        Ok(())
    }
}
