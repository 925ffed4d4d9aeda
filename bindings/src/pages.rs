//! Long lists in parts: hand the mark of one page back to get the next.

use detailbook_core::device::{
    ChargeView, MessageView, NoticeView, OfferView, Page, PageMark, RunningView, ShiftView, TradeView, WrittenView,
};

macro_rules! pages {
    ($($(#[$doc:meta])* $name:ident of $item:ty,)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
        pub struct $name {
            /// This part.
            pub items: Vec<$item>,
            /// Where the next part begins; absent at the end.
            pub next: Option<PageMark>,
        }

        impl From<Page<$item>> for $name {
            fn from(page: Page<$item>) -> Self {
                Self { items: page.items, next: page.next }
            }
        }
    )*};
}

pages! {
    /// Part of a list of shifts.
    ShiftPage of ShiftView,
    /// Part of a list of shifts as their facts tell them.
    ShiftLogPage of RunningView,
    /// Part of the list of details on offer.
    OfferPage of OfferView,
    /// Part of the list of messages.
    MessagePage of MessageView,
    /// Part of the list of trades.
    TradePage of TradeView,
    /// Part of the list of what the opportunity ledger holds of the officer.
    ChargePage of ChargeView,
    /// Part of the list of notices.
    NoticePage of NoticeView,
    /// Part of a document's notes, photos, videos and incidents.
    WrittenPage of WrittenView,
}
