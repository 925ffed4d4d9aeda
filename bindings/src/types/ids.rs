//! Ids cross as text in the usual hyphenated form. A text that is none is a typed error of the call, never a crash.

use detailbook_core::ids::{
    AgencyId, AssignmentId, CommandId, CustomerId, DetailId, DeviceId, DocumentId, FactId, MessageId, NoticeId,
    OfficerId, PositionId, RecordId, RulingId, SiteId, TradeId,
};

use crate::CoreError;

macro_rules! ids {
    ($($name:ident)*) => {$(
        uniffi::custom_type!($name, String, {
            remote,
            try_lift: |text| Ok(text.parse::<$name>().map_err(|error| CoreError::unreadable("not_an_id", error))?),
            lower: |id| id.to_string(),
        });
    )*};
}

ids! {
    AgencyId AssignmentId CommandId CustomerId DetailId DeviceId DocumentId FactId MessageId NoticeId OfficerId PositionId
    RecordId RulingId SiteId TradeId
}
