//! One keep-alive connection, spoken by hand: what a request costs the caller is two system calls.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::Outcome;
use super::lean::Signed;

/// No answer takes this long unless something is broken.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a connection that ended without an answer says.
pub(super) const CLOSED: &str = "the server closed the connection";

/// A connection.
pub(super) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub(super) fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 * 1024) })
    }

    /// Sends a request and gives the body of its answer, which must be a 200.
    pub(super) fn sync(&mut self, request: &Signed, gzip: bool) -> Outcome<Vec<u8>> {
        let Signed { authorization, body } = request;
        let accept = if gzip { "accept-encoding: gzip\r\n" } else { "" };
        let head = format!(
            "POST /v1/sync HTTP/1.1\r\nhost: bench\r\nauthorization: {authorization}\r\n{accept}content-length: {}\r\n\r\n",
            body.len()
        );
        self.send(head.as_bytes(), body)
    }

    /// Posts a body to a floor server.
    pub(super) fn post(&mut self, body: &[u8]) -> Outcome<Vec<u8>> {
        let head = format!("POST /punch HTTP/1.1\r\nhost: bench\r\ncontent-length: {}\r\n\r\n", body.len());
        self.send(head.as_bytes(), body)
    }

    fn send(&mut self, head: &[u8], body: &[u8]) -> Outcome<Vec<u8>> {
        let message = [head, body].concat();
        self.stream.write_all(&message)?;
        self.buffer.clear();
        loop {
            if let Some(body) = self.answer()? {
                return Ok(body);
            }
            let mut chunk = [0; 16 * 1024];
            match self.stream.read(&mut chunk)? {
                0 => return Err(CLOSED.into()),
                read => self.buffer.extend_from_slice(&chunk[..read]),
            }
        }
    }

    /// The answer's body, once it is all there.
    fn answer(&self) -> Outcome<Option<Vec<u8>>> {
        let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
        let head = std::str::from_utf8(&self.buffer[..end])?;
        let length: usize = head
            .lines()
            .find_map(|line| line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("content-length")))
            .ok_or("an answer without a length")?
            .1
            .parse()?;
        let body = &self.buffer[end + 4..];
        if body.len() < length {
            return Ok(None);
        }
        if !head.starts_with("HTTP/1.1 200") {
            return Err(format!("{head}\n{}", String::from_utf8_lossy(body)).into());
        }
        Ok(Some(body.to_vec()))
    }
}
