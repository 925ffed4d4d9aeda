//! Where the demo's mail ends: a mail server on this machine's loopback that keeps every letter in a folder and sends none on.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A letter that came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Letter {
    /// The address it was sent to.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
}

/// The mail server. Its thread ends with the process.
pub struct Mailbox {
    port: u16,
    folder: PathBuf,
    letters: Arc<Mutex<Vec<Letter>>>,
}

impl Mailbox {
    /// Begins to listen, on any port that is free.
    pub fn open(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let (port, letters) = (listener.local_addr()?.port(), Arc::<Mutex<Vec<Letter>>>::default());
        let (kept, into) = (Arc::clone(&letters), folder.to_owned());
        std::thread::Builder::new().name("mailbox".to_owned()).spawn(move || {
            for caller in listener.incoming().flatten() {
                // A caller that hangs up in the middle has sent nothing: it will try again.
                let _ = converse(caller, &into, &kept);
            }
        })?;
        Ok(Self { port, folder: folder.to_owned(), letters })
    }

    /// Where it listens, as an operator writes it.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Where the letters lie, one file each.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What came so far.
    pub fn letters(&self) -> Vec<Letter> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// One caller, from greeting to goodbye (RFC 5321). A letter is on the disk before it is acknowledged.
fn converse(caller: TcpStream, folder: &Path, letters: &Mutex<Vec<Letter>>) -> io::Result<()> {
    let mut out = caller.try_clone()?;
    let mut lines = BufReader::new(caller).lines();
    let mut to = String::new();
    write!(out, "220 mailbox\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        let answer = match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
            "RCPT" => {
                line.trim_end_matches('>').rsplit('<').next().unwrap_or_default().clone_into(&mut to);
                "250 well"
            }
            "DATA" => {
                write!(out, "354 go on\r\n")?;
                let lines = lines.by_ref().take_while(|line| line.as_ref().is_ok_and(|line| line != "."));
                keep(&to, &lines.collect::<io::Result<Vec<_>>>()?, folder, letters)?;
                "250 kept"
            }
            "QUIT" => "221 goodbye",
            _ => "250 well",
        };
        write!(out, "{answer}\r\n")?;
    }
    Ok(())
}

fn keep(to: &str, lines: &[String], folder: &Path, letters: &Mutex<Vec<Letter>>) -> io::Result<()> {
    // A line that begins with a dot comes with another before it.
    let lines: Vec<&str> = lines.iter().map(|line| line.strip_prefix('.').unwrap_or(line)).collect();
    let mut letters = letters.lock().unwrap_or_else(PoisonError::into_inner);
    std::fs::write(folder.join(format!("{:03}.eml", letters.len() + 1)), lines.join("\r\n"))?;
    let (head, text) = lines.split_at(lines.iter().position(|line| line.is_empty()).unwrap_or(lines.len()));
    let quoted = head.iter().any(|line| line.eq_ignore_ascii_case("Content-Transfer-Encoding: quoted-printable"));
    let text = if quoted { unquoted(&text.join("\n")) } else { text.join("\n") };
    letters.push(Letter { to: to.to_owned(), subject: subject(head), text: text.trim().to_owned() });
    Ok(())
}

/// Quoted-printable text as it was meant (RFC 2045, section 6.7).
fn unquoted(text: &str) -> String {
    let text = text.replace("=\n", "");
    let mut parts = text.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (hex, rest) = part.split_at_checked(2).unwrap_or(("", part));
        bytes.extend(u8::from_str_radix(hex, 16));
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The subject, which may go on over several lines that begin with a space.
fn subject(head: &[&str]) -> String {
    let mut lines = head.iter().skip_while(|line| !line.starts_with("Subject:"));
    let first = lines.next().map_or("", |line| line.trim_start_matches("Subject:"));
    let more = lines.take_while(|line| line.starts_with(' '));
    std::iter::once(first).chain(more.copied()).map(str::trim).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use detailbook_core::ids::{AgencyId, RecordId};
    use detailbook_core::notices::Channel;
    use detailbook_core::time::UnixMillis;

    use super::*;
    use crate::notices::{Gateway, Mail, MailSettings, Outgoing};

    #[test]
    fn what_the_server_sends_lies_in_the_folder_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let mailbox = Mailbox::open(folder.path()).unwrap();
        let mail = Mail::new(MailSettings::new(&mailbox.url(), "agency@example.org").unwrap());
        let title = "Somebody else comes: Concert at Lantern Hall, Fri 2025-11-14 18:00 to 23:30 (EST)".to_owned();
        let long = format!("Café: {} 1+1=2", "word ".repeat(40));
        for text in ["Who had it does not come.", ".5 h late", &long] {
            let (agency, delivery, to) = (AgencyId::NIL, RecordId::NIL, "desk@example.org".to_owned());
            let (channel, name, text) = (Channel::Email, String::new(), text.to_owned());
            let now = UnixMillis::new(1_763_000_000_000);
            mail.send(&Outgoing { agency, delivery, channel, to, name, title: title.clone(), text, now }).unwrap();
        }
        let letters = mailbox.letters();
        let said: Vec<_> = letters.iter().map(|letter| (letter.to.as_str(), letter.text.as_str())).collect();
        assert_eq!(said, ["Who had it does not come.", ".5 h late", &long].map(|text| ("desk@example.org", text)));
        assert_eq!(letters[0].subject, title);
        let file = std::fs::read_to_string(folder.path().join("001.eml")).unwrap();
        assert!(file.contains("From: agency@example.org") && file.contains("Who had it does not come."), "{file}");
    }
}
