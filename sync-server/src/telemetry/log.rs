//! The log: on standard error, filtered by `DETAILBOOK_LOG`.

use tracing_subscriber::EnvFilter;

/// Starts the log with a filter such as `info` or `detailbook_server=debug`. A second start changes nothing.
pub fn start_log(filter: &str) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| format!("not a log filter: {error}"))?;
    // Only a log that was started before can be in the way.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
    Ok(())
}
