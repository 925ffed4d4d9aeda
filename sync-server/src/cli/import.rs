//! `detailbook import`: what other programs know, from files.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use detailbook_core::ids::AgencyId;
use detailbook_core::policy::Feed;
use detailbook_core::time::{Interval, UnixMillis};

use super::say::say;
use super::{Failure, open, the_agency, write};
use crate::config::DataArgs;
use crate::personnel::batch::{MOST_MIB, too_large};
use crate::personnel::import::{carry_out, import_with};
use crate::personnel::kind::feed_named;
use crate::personnel::{Batch, Imported, Kind};

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Import duty schedules, leave, statuses, ranks, certifications and the chain of command from a CSV file. The same file twice
    /// changes nothing
    Personnel(Personnel),
}

/// A file and what it is.
#[derive(clap::Args, Debug)]
pub(super) struct Personnel {
    /// The file, with a header line
    file: PathBuf,
    /// What it holds: stints, statuses, ranks, documents, relations or events
    #[arg(long)]
    kind: Kind,
    /// Of stints, what the time was spent on: on_duty, overtime, court, training, leave or other_agency
    #[arg(long, value_parser = feed)]
    feed: Option<Feed>,
    /// When it was read from where it comes from, such as 2026-03-01T06:00:00Z. Without it the feed is as fresh as it was
    #[arg(long, value_parser = instant)]
    read_at: Option<UnixMillis>,
    /// It names everything there is of this time, FROM/UNTIL: what it does not name is not so any more
    #[arg(long, value_parser = interval)]
    covers: Option<Interval>,
    /// Say what would be done and which lines would be rejected, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Take the lines that can be taken where others are rejected
    #[arg(long)]
    take_the_rest: bool,
    /// Whose; may be left out where there is one agency
    #[arg(long)]
    agency: Option<AgencyId>,
}

fn feed(text: &str) -> Result<Feed, String> {
    feed_named(text).ok_or_else(|| "not a feed such as on_duty".to_owned())
}

fn instant(text: &str) -> Result<UnixMillis, String> {
    let read = chrono::DateTime::parse_from_rfc3339(text);
    read.map(|at| at.to_utc().into()).map_err(|_| "not a time with its offset such as 2026-03-01T06:00:00Z".to_owned())
}

fn interval(text: &str) -> Result<Interval, String> {
    let (start, end) = text.split_once('/').ok_or("not two times separated by a slash")?;
    Ok(Interval { start: instant(start)?, end: instant(end)? })
}

pub(super) fn run(data: &DataArgs, command: &Command) -> Result<(), Failure> {
    let Command::Personnel(args) = command;
    let unreadable = |error| Failure::setup(format!("The file {} cannot be read: {error}.", args.file.display()));
    if fs::metadata(&args.file).map_err(unreadable)?.len() > (MOST_MIB as u64) << 20 {
        return Err(at_its_place(too_large().into(), &args.file));
    }
    let bytes = fs::read(&args.file).map_err(unreadable)?;
    let csv = String::from_utf8(bytes).map_err(|_| {
        Failure::refused(format!("{}: it is not UTF-8 text; save it as \"CSV UTF-8\".", args.file.display()))
    })?;
    let batch = Batch {
        read_at: args.read_at,
        covers: args.covers,
        preview: args.dry_run,
        take_the_rest: args.take_the_rest,
        ..Batch::of_csv(args.kind, args.feed, csv)
    };
    let app = open(data, String::new())?;
    let done = the_agency(&app.store, args.agency).and_then(|agency| {
        import_with(&app.store, agency, app.now(), &batch, |planned| {
            write(&app, agency, move |sql, by| carry_out(sql, by, &planned))
        })
    });
    app.store.close();
    tell(&args.file, &done.map_err(|failure| at_its_place(failure, &args.file))?, args.dry_run)
}

/// What is wrong, where the person at the terminal finds it: in the file, or in the flag that the API's field goes by here.
fn at_its_place(failure: Failure, file: &Path) -> Failure {
    let message = match failure.message.split_once(": ") {
        Some(("csv", why)) => format!("{}: {why}", file.display()),
        Some((field @ ("kind" | "feed" | "read_at" | "covers"), why)) => {
            format!("--{}: {why}", field.replace('_', "-"))
        }
        _ => failure.message,
    };
    Failure { message, ..failure }
}

fn tell(file: &Path, imported: &Imported, dry_run: bool) -> Result<(), Failure> {
    for rejected in &imported.rejected {
        say(format_args!("{}: line {}: {}", file.display(), rejected.line, rejected.reason));
    }
    let Imported { written, rows, new, changed, unchanged, gone, rejected, released } = imported;
    say(format_args!(
        "{rows} rows: {new} new, {changed} changed, {unchanged} known already, {gone} gone, {} rejected",
        rejected.len()
    ));
    if !released.is_empty() {
        say(format_args!("{} assignments were taken back", released.len()));
    }
    match (written, dry_run) {
        (true, _) => Ok(()),
        (false, true) => {
            say(format_args!("Nothing was written: this was a dry run."));
            Ok(())
        }
        (false, false) => Err(Failure::refused("Nothing was written. Mend the lines above, or add --take-the-rest.")),
    }
}
