//! Wishes: what only the server can decide. The phone shows *applied*, never *won*, until the server says so.

use crate::device::store::{Tx, commands, standing};
use crate::device::{Phone, PhoneError};
use crate::ids::{AssignmentId, CommandId, DetailId, NoticeId, OfficerId, PositionId, TradeId};
use crate::time::ClockReading;
use crate::wire::{Command, Wish};

impl Phone {
    /// Applies for a detail, on a certain position or on any. The clocks go along with the server's time that this phone knew last:
    /// without it nobody could say that it was made before a window closed.
    pub fn apply(
        &self,
        detail: DetailId,
        position: Option<PositionId>,
        at: &ClockReading,
    ) -> Result<CommandId, PhoneError> {
        self.decide_on(at, |tx| {
            let read = ClockReading { anchor: standing::anchor(tx)?, ..at.clone() };
            Ok(Wish::Apply { detail, position, read: Some(read) })
        })
    }

    /// Takes an application back.
    pub fn withdraw(&self, detail: DetailId, at: &ClockReading) -> Result<CommandId, PhoneError> {
        self.wish(&Wish::Withdraw { detail }, at)
    }

    /// Says that the award was seen.
    pub fn acknowledge(&self, assignment: AssignmentId, at: &ClockReading) -> Result<CommandId, PhoneError> {
        self.wish(&Wish::Acknowledge { assignment }, at)
    }

    /// Asks to be relieved of an assignment.
    pub fn call_off(&self, assignment: AssignmentId, reason: &str, at: &ClockReading) -> Result<CommandId, PhoneError> {
        self.check_text(reason)?;
        self.wish(&Wish::CallOff { assignment, reason: reason.to_owned() }, at)
    }

    /// Says whether the officer comes instead of somebody who gave an assignment up.
    pub fn relieve(&self, assignment: AssignmentId, comes: bool, at: &ClockReading) -> Result<CommandId, PhoneError> {
        self.wish(&Wish::Relieve { assignment, comes }, at)
    }

    /// Offers an assignment to another officer.
    pub fn offer_trade(
        &self,
        assignment: AssignmentId,
        to: OfficerId,
        at: &ClockReading,
    ) -> Result<CommandId, PhoneError> {
        self.wish(&Wish::OfferTrade { assignment, to }, at)
    }

    /// Offers an assignment to another officer, named by the agency's employee number.
    pub fn offer_trade_to(
        &self,
        assignment: AssignmentId,
        number: &str,
        at: &ClockReading,
    ) -> Result<CommandId, PhoneError> {
        self.check_text(number)?;
        self.wish(&Wish::OfferTradeTo { assignment, number: number.trim().to_owned() }, at)
    }

    /// Takes an assignment that another officer offered, or does not.
    pub fn answer_trade(&self, trade: TradeId, takes: bool, at: &ClockReading) -> Result<CommandId, PhoneError> {
        self.wish(&Wish::AnswerTrade { trade, takes }, at)
    }

    /// Takes the offer of an assignment back.
    pub fn withdraw_trade(&self, trade: TradeId, at: &ClockReading) -> Result<CommandId, PhoneError> {
        self.wish(&Wish::WithdrawTrade { trade }, at)
    }

    /// Says that a notice was read.
    pub fn acknowledge_notice(&self, notice: NoticeId, at: &ClockReading) -> Result<CommandId, PhoneError> {
        self.wish(&Wish::AcknowledgeNotice { notice }, at)
    }

    /// Writes to the agency.
    pub fn send_message(&self, text: &str, at: &ClockReading) -> Result<CommandId, PhoneError> {
        self.check_text(text)?;
        self.wish(&Wish::SendMessage { text: text.to_owned() }, at)
    }

    fn wish(&self, wish: &Wish, at: &ClockReading) -> Result<CommandId, PhoneError> {
        self.decide_on(at, |_| Ok(wish.clone()))
    }

    /// Writes down what the server is to decide. A wish that still waits is not made twice: a second tap is the first.
    fn decide_on(
        &self,
        at: &ClockReading,
        wish: impl FnOnce(&Tx<'_>) -> Result<Wish, PhoneError>,
    ) -> Result<CommandId, PhoneError> {
        let id = CommandId::new(at.wall, &mut **self.entropy());
        self.store.write(|tx| {
            standing::enrolled(tx)?;
            let wish = wish(tx)?;
            if let Some(first) = commands::waiting_like(tx, &wish)? {
                return Ok(first);
            }
            commands::add(tx, &Command::new(id, &wish, at.wall), &wish)?;
            Ok(id)
        })
    }
}
