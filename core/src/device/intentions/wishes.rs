//! Wishes: what only the server can decide. The phone shows *applied*, never *won*, until the server says so.

use crate::device::store::{commands, standing};
use crate::device::{Phone, PhoneError};
use crate::ids::{AssignmentId, CommandId, DetailId, PositionId};
use crate::time::ClockReading;
use crate::wire::{Command, Wish};

impl Phone {
    /// Applies for a detail, on a certain position or on any.
    pub fn apply(
        &self,
        detail: DetailId,
        position: Option<PositionId>,
        at: &ClockReading,
    ) -> Result<CommandId, PhoneError> {
        self.wish(&Wish::Apply { detail, position }, at)
    }

    /// Takes an application back.
    pub fn withdraw(&self, detail: DetailId, at: &ClockReading) -> Result<CommandId, PhoneError> {
        self.wish(&Wish::Withdraw { detail }, at)
    }

    /// Says that the award was seen.
    pub fn acknowledge(&self, assignment: AssignmentId, at: &ClockReading) -> Result<CommandId, PhoneError> {
        self.wish(&Wish::Acknowledge { assignment }, at)
    }

    /// Writes to the agency.
    pub fn send_message(&self, text: &str, at: &ClockReading) -> Result<CommandId, PhoneError> {
        self.check_text(text)?;
        self.wish(&Wish::SendMessage { text: text.to_owned() }, at)
    }

    fn wish(&self, wish: &Wish, at: &ClockReading) -> Result<CommandId, PhoneError> {
        let id = CommandId::new(at.wall, &mut **self.entropy());
        self.store.write(|tx| {
            standing::enrolled(tx)?;
            commands::add(tx, &Command::new(id, wish, at.wall), wish)
        })?;
        Ok(id)
    }
}
