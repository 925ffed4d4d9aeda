//! A TCP proxy that counts what crosses it, headers and all. TLS is not in it: a full TLS 1.3 handshake adds a round trip and
//! some 3 to 5 KB once a connection.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::Outcome;

/// What crossed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Crossed {
    /// Bytes from the phone.
    pub(super) up: u64,
    /// Bytes to the phone.
    pub(super) down: u64,
    /// Times that the phone spoke after having listened: round trips, the TCP handshake not counted.
    pub(super) turns: u64,
}

impl Crossed {
    /// Both ways.
    pub(super) fn both(self) -> u64 {
        self.up + self.down
    }
}

#[derive(Default)]
struct Counts {
    up: AtomicU64,
    down: AtomicU64,
    turns: AtomicU64,
    /// The server spoke last.
    answered: AtomicBool,
}

/// A proxy on a port of its own.
pub(super) struct Proxy {
    /// Where phones connect.
    pub(super) address: SocketAddr,
    upstream: Arc<Mutex<Option<SocketAddr>>>,
    counts: Arc<Counts>,
}

impl Proxy {
    /// Listens. Connections are refused until [`Self::lead_to`].
    pub(super) fn start() -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let (upstream, counts) = (Arc::new(Mutex::new(None)), Arc::new(Counts::default()));
        let (to, counted) = (Arc::clone(&upstream), Arc::clone(&counts));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let to = *to.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(to) = to {
                    drop(join(stream, to, &counted));
                }
            }
        });
        Ok(Self { address, upstream, counts })
    }

    /// Where connections lead from now on.
    pub(super) fn lead_to(&self, server: SocketAddr) {
        *self.upstream.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
    }

    /// What crossed since the last call.
    pub(super) fn take(&self) -> Crossed {
        let take = |count: &AtomicU64| count.swap(0, Ordering::SeqCst);
        let crossed =
            Crossed { up: take(&self.counts.up), down: take(&self.counts.down), turns: take(&self.counts.turns) };
        self.counts.answered.store(true, Ordering::SeqCst);
        crossed
    }
}

/// Joins two connections by a thread each way.
fn join(phone: TcpStream, to: SocketAddr, counts: &Arc<Counts>) -> Outcome<()> {
    let server = TcpStream::connect(to)?;
    phone.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (phone_in, server_in) = (phone.try_clone()?, server.try_clone()?);
    let (up, down) = (Arc::clone(counts), Arc::clone(counts));
    thread::spawn(move || {
        carry(phone_in, server, |bytes| {
            if up.answered.swap(false, Ordering::SeqCst) {
                up.turns.fetch_add(1, Ordering::SeqCst);
            }
            up.up.fetch_add(bytes, Ordering::SeqCst);
        });
    });
    thread::spawn(move || {
        carry(server_in, phone, |bytes| {
            down.answered.store(true, Ordering::SeqCst);
            down.down.fetch_add(bytes, Ordering::SeqCst);
        });
    });
    Ok(())
}

fn carry(mut from: TcpStream, mut to: TcpStream, count: impl Fn(u64)) {
    let mut chunk = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut chunk) {
        // Counted before it is passed on: whoever has it has been counted.
        count(read as u64);
        if to.write_all(&chunk[..read]).is_err() {
            break;
        }
    }
    drop(to.shutdown(Shutdown::Write));
}
