//! Is the server well? Open to everyone: it says yes or no and nothing else.

use detailbook_core::wire::Refusal;

use crate::app::App;
use crate::problem::Problem;
use crate::store::{StoreError, params};

/// Nothing where the store can be written, else why not.
pub fn check(app: &App) -> Result<(), Problem> {
    let now = app.now();
    let touched = app.store.write(move |sql| {
        sql.execute(
            "UPDATE server_identity SET created_at = created_at WHERE id = 1 AND created_at <= $1",
            &params![now],
        )
    });
    touched.map(drop).map_err(|error: StoreError| {
        tracing::error!(%error, "the store cannot be written");
        Refusal::Unavailable.into()
    })
}
