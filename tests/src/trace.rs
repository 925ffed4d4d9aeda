//! What happened, line by line. Two runs of one seed must write the same bytes.

use std::fmt;

use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;

/// The account of one run. Holds simulated time only: no wall time, no paths, nothing from a hash map's order.
#[derive(Default)]
pub struct Trace {
    text: String,
    lines: usize,
    echo: bool,
}

impl Trace {
    /// A trace that is also printed as it grows.
    pub fn echoing() -> Self {
        Self { echo: true, ..Self::default() }
    }

    /// Adds a line.
    pub fn note(&mut self, step: u32, now: UnixMillis, what: fmt::Arguments<'_>) {
        let line = format!("{step:>4} {now} {what}\n");
        if self.echo {
            print!("{line}");
        }
        self.text.push_str(&line);
        self.lines += 1;
    }

    /// All of it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many lines.
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// The last `count` lines.
    pub fn tail(&self, count: usize) -> String {
        let skip = self.lines.saturating_sub(count);
        self.text.lines().skip(skip).flat_map(|line| [line, "\n"]).collect()
    }

    /// SHA-256 of all of it: what two runs of a seed are compared by.
    pub fn digest(&self) -> Sha256 {
        Sha256::of(self.text.as_bytes())
    }
}

/// The last eight hex digits of an id or hash: the part of a UUIDv7 that differs, short enough to read in a trace.
pub fn short(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().skip(bytes.len().saturating_sub(4)).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
