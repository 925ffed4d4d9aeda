//! Reading the bodies of requests: bounded in size, in time, and in how many large ones are in memory at once.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use detailbook_core::wire::Refusal;
use http_body::Body as HttpBody;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// How long a body may stand still.
const PAUSE: Duration = Duration::from_secs(20);
/// How long a body may take in all: the largest one, over a slow radio link.
const WHOLE: Duration = Duration::from_mins(5);
/// A body announced as longer than this, or not announced, counts as large.
const LARGE: u64 = 64 * 1024;
/// Large bodies gathered at once: together they bound the memory that callers can tie up.
const LARGE_AT_ONCE: usize = 128;

/// Gathers bodies for every route of the server. Clones share the bound.
#[derive(Clone, Debug)]
pub struct Bodies(Arc<Semaphore>);

impl Default for Bodies {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(LARGE_AT_ONCE)))
    }
}

impl Bodies {
    /// Reads a body of at most `limit` bytes from a caller who keeps sending.
    pub async fn gather(&self, body: Body, limit: usize) -> Result<Vec<u8>, Refusal> {
        timeout(WHOLE, self.read(body, limit)).await.unwrap_or(Err(Refusal::Unavailable))
    }

    async fn read(&self, mut body: Body, limit: usize) -> Result<Vec<u8>, Refusal> {
        let announced = body.size_hint();
        if announced.lower() > limit as u64 {
            return Err(Refusal::TooLarge);
        }
        let large = announced.upper().is_none_or(|upper| upper > LARGE);
        let _permit = if large { Some(self.0.acquire().await.map_err(|_| Refusal::Unavailable)?) } else { None };
        let mut gathered = Vec::with_capacity(usize::try_from(announced.lower()).unwrap_or(limit));
        loop {
            let frame = timeout(PAUSE, poll_fn(|context| Pin::new(&mut body).poll_frame(context))).await;
            let Some(frame) = frame.map_err(|_| Refusal::Unavailable)? else { return Ok(gathered) };
            if let Ok(data) = frame.map_err(|_| Refusal::Malformed)?.into_data() {
                if gathered.len() + data.len() > limit {
                    return Err(Refusal::TooLarge);
                }
                gathered.extend_from_slice(&data);
            }
        }
    }
}
