//! Reading the bodies of requests: bounded in size, in time, and in how many large ones are in memory at once.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use axum::body::Body;
use detailbook_core::wire::Refusal;
use http_body::Body as HttpBody;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::access::limiter::Source;

/// How long a body may stand still.
const PAUSE: Duration = Duration::from_secs(20);
/// How long a body may take in all: the largest one, over a slow radio link.
const WHOLE: Duration = Duration::from_mins(5);
/// A body announced as longer than this, or not announced, counts as large.
const LARGE: u64 = 64 * 1024;
/// Large bodies gathered at once: together they bound the memory that callers can tie up.
const LARGE_AT_ONCE: usize = 128;
/// Large bodies of one source among them, so that no single caller keeps all others out.
const LARGE_OF_ONE: usize = 16;

/// Gathers bodies for every route of the server. Clones share the bound.
#[derive(Clone, Debug)]
pub struct Bodies {
    all: Arc<Semaphore>,
    sources: Arc<Mutex<HashMap<Source, Weak<Semaphore>>>>,
}

/// Who sends a body, and how many bytes of it are taken.
#[derive(Clone, Copy, Debug)]
pub struct Sender {
    /// Where it comes from.
    pub source: Source,
    /// The most bytes.
    pub limit: usize,
}

impl Default for Bodies {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(LARGE_AT_ONCE)), sources: Arc::default() }
    }
}

/// May this body turn out large? Its sender is then to be known before any of it is read.
pub fn may_be_large(body: &Body) -> bool {
    body.size_hint().upper().is_none_or(|upper| upper > LARGE)
}

impl Bodies {
    /// Reads a body from a caller who keeps sending.
    pub async fn gather(&self, body: Body, sender: Sender) -> Result<Vec<u8>, Refusal> {
        timeout(WHOLE, self.read(body, sender)).await.unwrap_or(Err(Refusal::Unavailable))
    }

    /// Room for a large body: the source's own first, so that whoever waits for that holds nothing of the others'.
    async fn room(&self, source: Source) -> Result<[OwnedSemaphorePermit; 2], Refusal> {
        let own = self.room_of(source).acquire_owned().await.map_err(|_| Refusal::Unavailable)?;
        let shared = Arc::clone(&self.all).acquire_owned().await.map_err(|_| Refusal::Unavailable)?;
        Ok([own, shared])
    }

    fn room_of(&self, source: Source) -> Arc<Semaphore> {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        sources.retain(|_, room| room.strong_count() > 0);
        let known = sources.get(&source).and_then(Weak::upgrade);
        known.unwrap_or_else(|| {
            let room = Arc::new(Semaphore::new(LARGE_OF_ONE));
            sources.insert(source, Arc::downgrade(&room));
            room
        })
    }

    async fn read(&self, mut body: Body, Sender { source, limit }: Sender) -> Result<Vec<u8>, Refusal> {
        let announced = body.size_hint();
        if announced.lower() > limit as u64 {
            return Err(Refusal::TooLarge);
        }
        let large = limit as u64 > LARGE && may_be_large(&body);
        let _room = if large { Some(self.room(source).await?) } else { None };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_source_leaves_room_for_the_others() {
        let (bodies, held) = (Bodies::default(), Duration::from_millis(50));
        let mut rooms = Vec::new();
        for _ in 0..LARGE_OF_ONE {
            rooms.push(bodies.room(Source::V4(1)).await.unwrap());
        }
        assert!(timeout(held, bodies.room(Source::V4(1))).await.is_err(), "it waits for its own");
        assert!(timeout(held, bodies.room(Source::V4(2))).await.is_ok());
        rooms.pop();
        assert!(timeout(held, bodies.room(Source::V4(1))).await.is_ok());
        rooms.clear();
        drop(bodies.room(Source::V4(2)).await);
        assert!(bodies.sources.lock().unwrap().len() <= 1, "sources that send nothing are forgotten");
    }
}
