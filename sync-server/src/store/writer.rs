//! The way to the writer: a queue, and the thread behind it.

use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use tokio::sync::watch;

use super::driver::Driver;
use super::metrics::{Counters, Metrics};
use super::worker::{self, Errand, Job, Order};
use super::{Sql, StoreError, locked};

/// The store's only writer.
pub(super) struct Writer {
    orders: Mutex<Option<Sender<Order>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    counters: Arc<Counters>,
}

impl Writer {
    /// Starts the writer's thread.
    pub(super) fn start(driver: impl Driver + 'static) -> Result<Self, StoreError> {
        let (orders, received): (_, Receiver<Order>) = channel();
        let counters = Arc::new(Counters::default());
        let counted = Arc::clone(&counters);
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || worker::work(driver, &received, &counted))
            .map_err(|error| StoreError::Settings(format!("cannot start the writer: {error}")))?;
        let (orders, thread) = (Mutex::new(Some(orders)), Mutex::new(Some(thread)));
        Ok(Self { orders, thread, counters })
    }

    /// As [`super::Store::write`].
    pub(super) fn write<T, E>(&self, f: impl FnOnce(&mut dyn Sql) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        if worker::in_a_job() {
            return Err(StoreError::Misused("a write inside a write").into());
        }
        let (reply, answer) = sync_channel(1);
        let job = Box::new(Errand { work: Some(f), outcome: None, reply });
        self.send(job)?;
        answer.recv().unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }

    fn send(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        let orders = locked(&self.orders);
        let sender = orders.as_ref().ok_or(StoreError::Closed)?;
        self.counters.waiting.fetch_add(1, Ordering::Relaxed);
        sender.send(Order::Run(job)).map_err(|_| {
            self.counters.waiting.fetch_sub(1, Ordering::Relaxed);
            StoreError::Closed
        })
    }

    /// How busy the writer is.
    pub(super) fn metrics(&self) -> Metrics {
        self.counters.snapshot()
    }

    /// What changes with every commit.
    pub(super) fn commits(&self) -> watch::Receiver<()> {
        self.counters.moved.subscribe()
    }

    /// Finishes the jobs that wait, then closes the connection.
    pub(super) fn close(&self) {
        let sender = locked(&self.orders).take();
        drop(sender.map(|sender| sender.send(Order::Close)));
        let thread = locked(&self.thread).take();
        // A job may hold the last handle; it cannot wait for what waits for it.
        if !worker::in_a_job() {
            drop(thread.map(JoinHandle::join));
        }
    }
}
