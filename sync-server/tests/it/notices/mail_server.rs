//! A real SMTP server for the stories: aiosmtpd, which scripts/setup puts into `target`.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use detailbook_server::notices::{Gateway, Mail, MailSettings};
use serde_json::Value;

/// The server's process; it ends with this.
pub(crate) struct MailServer {
    process: Child,
    _open: ChildStdin,
    port: u16,
    kept: Arc<Mutex<Vec<Value>>>,
}

impl MailServer {
    /// Without aiosmtpd it panics, so that no test is skipped unseen. Whoever sets `ALLOW_NO_MAIL_SERVER=1` gets `None`, but never
    /// on a build machine.
    pub(crate) fn start() -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/aiosmtpd");
        if !folder.join("aiosmtpd").is_dir() {
            let set = |name| std::env::var_os(name).is_some();
            let skip = set("ALLOW_NO_MAIL_SERVER") && !set("CI");
            assert!(skip, "no mail server for the tests: scripts/setup installs it; ALLOW_NO_MAIL_SERVER=1 skips them");
            eprintln!("skipped: there is no mail server for it");
            return None;
        }
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/notices/mail_server.py");
        let mut command = Command::new("python3");
        command.args(["-B", script]).arg(&folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let open = process.stdin.take().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines.next().unwrap().unwrap().parse().unwrap();
        let kept = Arc::<Mutex<Vec<Value>>>::default();
        let keeping = Arc::clone(&kept);
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                keeping.lock().unwrap().push(serde_json::from_str(&line).unwrap());
            }
        });
        Some(Self { process, _open: open, port, kept })
    }

    /// The way to it.
    pub(crate) fn gateway(&self) -> Arc<dyn Gateway> {
        let url = format!("smtp://127.0.0.1:{}", self.port);
        let settings = MailSettings::new(&url, "Details <details@agency.example>").unwrap();
        Arc::new(Mail::new(settings))
    }

    /// What it has kept, which must come to be so many messages.
    pub(crate) fn kept(&self, messages: usize) -> Vec<Value> {
        for _ in 0..1_000 {
            let kept = self.kept.lock().unwrap().clone();
            if kept.len() >= messages {
                assert_eq!(kept.len(), messages, "{kept:#?}");
                return kept;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("no {messages} messages: {:#?}", self.kept.lock().unwrap());
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
