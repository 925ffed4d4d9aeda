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

/// An answer.
pub(super) struct Given {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    /// All that was sent, headers included.
    pub(super) bytes: usize,
}

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

    /// Asks for a page as a browser does, and gives its answer whatever it is.
    pub(super) fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> Outcome<Given> {
        let mut head = format!("GET {path} HTTP/1.1\r\nhost: bench\r\n");
        for (name, value) in headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.push_str("\r\n");
        self.exchange(head.as_bytes())
    }

    fn send(&mut self, head: &[u8], body: &[u8]) -> Outcome<Vec<u8>> {
        let given = self.exchange(&[head, body].concat())?;
        match given.status {
            200 => Ok(given.body),
            status => Err(format!("{status}\n{}", String::from_utf8_lossy(&given.body)).into()),
        }
    }

    fn exchange(&mut self, message: &[u8]) -> Outcome<Given> {
        self.stream.write_all(message)?;
        self.buffer.clear();
        loop {
            if let Some(given) = self.answer()? {
                return Ok(given);
            }
            let mut chunk = [0; 16 * 1024];
            match self.stream.read(&mut chunk)? {
                0 => return Err(CLOSED.into()),
                read => self.buffer.extend_from_slice(&chunk[..read]),
            }
        }
    }

    /// The answer, once it is all there.
    fn answer(&self) -> Outcome<Option<Given>> {
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
        let status = head.split(' ').nth(1).ok_or("an answer without a status")?.parse()?;
        Ok(Some(Given { status, bytes: self.buffer.len(), body: body.to_vec() }))
    }
}
