//! Lines for whoever reads the terminal, or for the program that the output goes to.

use std::fmt::Display;
use std::io::{ErrorKind, Write, stderr, stdout};

/// Says a line. Where nobody reads any more the work goes on unheard: the exit code still tells how it ended.
pub(super) fn say(line: impl Display) {
    let said = writeln!(stdout().lock(), "{line}");
    if let Err(error) = said
        && error.kind() != ErrorKind::BrokenPipe
    {
        // There is nowhere left to say that this fails too.
        let _ = writeln!(stderr().lock(), "detailbook: the output cannot be written: {error}");
    }
}
