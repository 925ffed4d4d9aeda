//! A caller at the other end of two streams: a step a line there, an outcome a line back.

use std::io::{BufRead, Write};

use serde_json::{Value, json};

use crate::{Caller, Lost, STORIES, Story, Teller};

/// A caller that reads steps from one stream and writes outcomes to the other.
pub struct Lines<R, W> {
    outcomes: R,
    steps: W,
}

impl<R: BufRead, W: Write> Lines<R, W> {
    /// Over the caller's two streams.
    pub fn new(outcomes: R, steps: W) -> Self {
        Self { outcomes, steps }
    }

    /// Tells all stories, or those of the names, each to its end. The last line of one is `{"told": name}`, and `{"lost": why}` where
    /// it went otherwise: then nothing follows.
    pub fn tell(&mut self, names: &[String]) -> Result<(), Lost> {
        STORIES.iter().filter(|story| names.is_empty() || names.iter().any(|name| name == story.name)).try_for_each(
            |story| {
                let told = self.tell_one(story);
                let last = told.as_ref().map_or_else(
                    |lost| json!({ "lost": format!("{}: {lost}", story.name) }),
                    |()| json!({ "told": story.name }),
                );
                self.write(&last)?;
                told
            },
        )
    }

    fn tell_one(&mut self, story: &Story) -> Result<(), Lost> {
        self.write(&json!({ "story": story.name }))?;
        (story.tell)(&mut Teller::begin(self)?)
    }

    fn write(&mut self, line: &Value) -> Result<(), Lost> {
        let written = writeln!(self.steps, "{line}").and_then(|()| self.steps.flush());
        written.map_err(|error| Lost::CallerGone(error.to_string()))
    }
}

impl<R: BufRead, W: Write> Caller for Lines<R, W> {
    fn perform(&mut self, step: &Value) -> Result<Value, Lost> {
        self.write(step)?;
        let gone = |reason: String| Lost::CallerGone(reason);
        let mut line = String::new();
        match self.outcomes.read_line(&mut line) {
            Ok(0) => Err(gone("it ended".into())),
            Ok(_) => serde_json::from_str(&line).map_err(|error| gone(format!("{error}: {line}"))),
            Err(error) => Err(gone(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_that_answers_otherwise_or_goes_away_loses_the_story() {
        let mut steps = Vec::new();
        let wrong = b"{\"ok\":null}\n{\"ok\":{\"officer\":\"somebody else\"}}\n".as_slice();
        let lost = Lines::new(wrong, &mut steps).tell(&["dead_zone".into()]).unwrap_err();
        assert!(matches!(lost, Lost::Otherwise { .. }), "{lost}");
        assert!(String::from_utf8(steps).unwrap().lines().last().unwrap().starts_with("{\"lost\":\"dead_zone: "));
        let gone = Lines::new(b"{\"ok\":null}\n".as_slice(), Vec::new()).tell(&["dead_zone".into()]).unwrap_err();
        assert!(matches!(gone, Lost::CallerGone(_)), "{gone}");
        let noise = Lines::new(b"no\n".as_slice(), Vec::new()).tell(&["dead_zone".into()]).unwrap_err();
        assert!(matches!(noise, Lost::CallerGone(_)), "{noise}");
    }
}
