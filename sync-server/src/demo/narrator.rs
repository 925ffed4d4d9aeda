//! Telling what happens, line by line, in a terminal of 100 columns.

use std::io::{self, Write};

use detailbook_core::time::{UnixMillis, Zone};

/// Columns of the terminal told to.
const WIDTH: usize = 100;
/// Columns of the time and of whom it is about, with the spaces after them.
const TIME: usize = 11;
const WHO: usize = 15;

/// Writes the story. Whoever wants no story gives it a writer that drops everything.
pub struct Narrator<'a> {
    out: &'a mut dyn Write,
    zone: Zone,
}

impl<'a> Narrator<'a> {
    /// Tells to `out`, times in `zone`.
    pub fn new(out: &'a mut dyn Write, zone: Zone) -> Self {
        Self { out, zone }
    }

    /// A moment as it is told: weekday and time of day.
    pub fn clock(&self, at: UnixMillis) -> String {
        at.to_utc().with_timezone(&self.zone.0).format("%a %H:%M").to_string()
    }

    /// A heading with a line under it.
    pub fn heading(&mut self, words: &str) -> io::Result<()> {
        let rule = "-".repeat(words.chars().count().min(WIDTH));
        writeln!(self.out, "\n{words}\n{rule}")
    }

    /// Plain words, wrapped.
    pub fn plain(&mut self, words: &str) -> io::Result<()> {
        wrap(words, WIDTH).iter().try_for_each(|line| writeln!(self.out, "{line}"))
    }

    /// A line as it is, for what must not be broken: addresses and commands.
    pub fn verbatim(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.out, "{line}")
    }

    /// What happened: when, to whom, and the words in a column of their own.
    pub fn event(&mut self, at: UnixMillis, who: &str, words: &str) -> io::Result<()> {
        self.columns(&self.clock(at), who, words)
    }

    /// More about the same: words in the column of the event above.
    pub fn more(&mut self, words: &str) -> io::Result<()> {
        self.columns("", "", words)
    }

    fn columns(&mut self, time: &str, who: &str, words: &str) -> io::Result<()> {
        let (mut time, mut who) = (time, who);
        for line in wrap(words, WIDTH - TIME - WHO) {
            writeln!(self.out, "{}", format!("{time:<TIME$}{who:<WHO$}{line}").trim_end())?;
            (time, who) = ("", "");
        }
        Ok(())
    }
}

/// The words in lines of at most `width` characters; a longer word stands alone and whole.
fn wrap(words: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words.split_whitespace() {
        let length = lines.last().map_or(0, |line| line.chars().count());
        if length > 0 && length + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_stand_in_columns_within_the_width() {
        let mut out = Vec::new();
        let mut narrator = Narrator::new(&mut out, Zone::named("America/New_York").unwrap());
        let at = UnixMillis::new(1_763_160_720_000);
        narrator.event(at, "phone 1107", &"word ".repeat(40)).unwrap();
        narrator.more("and that is all").unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("Fri 17:52  phone 1107     word word"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
        assert!(text.ends_with(&format!("\n{}and that is all\n", " ".repeat(TIME + WHO))), "{text}");
    }

    #[test]
    fn a_word_longer_than_a_line_stays_whole() {
        assert_eq!(wrap("a bbbbbb c", 4), ["a", "bbbbbb", "c"]);
        assert_eq!(wrap("", 4), [""]);
    }
}
