//! The network between a phone and the server: it can fall silent, and it can be away.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

const CARRIES: u8 = 0;
const SILENT: u8 = 1;
const AWAY: u8 = 2;

/// Passes bytes on for as long as it carries. Ends with the test's process; each connection ends with its client.
pub(crate) struct Relay {
    pub(crate) address: String,
    manner: Arc<AtomicU8>,
}

impl Relay {
    pub(crate) fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (server, manner) = (server.trim_start_matches("http://").to_owned(), Arc::new(AtomicU8::new(CARRIES)));
        let relay = Self { address, manner: manner.clone() };
        std::thread::spawn(move || {
            for phone in listener.incoming().map_while(Result::ok) {
                if manner.load(Ordering::Acquire) != AWAY {
                    carry(&phone, &TcpStream::connect(&server).unwrap(), &manner);
                }
            }
        });
        relay
    }

    pub(crate) fn carry(&self) {
        self.manner.store(CARRIES, Ordering::Release);
    }

    /// Takes what comes and answers nothing.
    pub(crate) fn fall_silent(&self) {
        self.manner.store(SILENT, Ordering::Release);
    }

    /// No signal.
    pub(crate) fn go_away(&self) {
        self.manner.store(AWAY, Ordering::Release);
    }
}

fn carry(phone: &TcpStream, server: &TcpStream, manner: &Arc<AtomicU8>) {
    for (from, to) in [(phone, server), (server, phone)] {
        let (mut from, mut to, manner) = (from.try_clone().unwrap(), to.try_clone().unwrap(), manner.clone());
        std::thread::spawn(move || {
            let mut buffer = [0; 16 * 1024];
            while let Ok(read @ 1..) = from.read(&mut buffer) {
                match manner.load(Ordering::Acquire) {
                    CARRIES if to.write_all(&buffer[..read]).is_ok() => {}
                    SILENT => {}
                    _ => break,
                }
            }
            let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
        });
    }
}
