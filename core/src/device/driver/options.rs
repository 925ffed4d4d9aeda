//! How the driver behaves.

use std::time::Duration;

/// Time limits and trust.
#[derive(Clone, Debug)]
pub struct DriverOptions {
    /// To reach the server.
    pub connect_timeout: Duration,
    /// Between two bytes of an answer.
    pub read_timeout: Duration,
    /// For one request in all.
    pub request_timeout: Duration,
    /// How long a connection is kept for the next request. Servers give idle ones up after five seconds or more, and nobody notices
    /// between two exchanges: the next request over such a connection would be lost.
    pub idle: Duration,
    /// How long the device's key is waited for before an exchange; then facts go unsigned and signatures follow.
    pub signing_patience: Duration,
    /// Certificates (DER) of authorities to trust besides the public ones: an agency's own.
    pub extra_roots: Vec<Vec<u8>>,
}

impl Default for DriverOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(20),
            request_timeout: Duration::from_secs(90),
            idle: Duration::from_secs(4),
            signing_patience: Duration::from_secs(3),
            extra_roots: Vec::new(),
        }
    }
}
