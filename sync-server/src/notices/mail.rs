//! E-mail by SMTP.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use detailbook_core::time::UnixMillis;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, SmtpTransport, Transport};
use reqwest::Url;

use super::internal::is_loopback_name;
use super::{Gateway, Outgoing};
use crate::jobs::Failed;

/// How long the mail server may take for each step.
const PATIENCE: Duration = Duration::from_secs(30);

/// A mail server, and who writes.
#[derive(Clone, PartialEq, Eq)]
pub struct MailSettings {
    url: String,
    from: String,
}

/// The url may hold a password.
impl std::fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailSettings").field("from", &self.from).finish_non_exhaustive()
    }
}

impl MailSettings {
    /// Checks what an operator set. The url is `smtps://user:password@host`, or `smtp://host:587?tls=required` where the server
    /// changes over to TLS; without TLS only on this very machine. `Err`: what is wrong, without any secret.
    pub fn new(url: &str, from: &str) -> Result<Self, String> {
        let settings = Self { url: url.trim().to_owned(), from: from.trim().to_owned() };
        settings.from.parse::<Mailbox>().map_err(|_| "the sender is not an address".to_owned())?;
        let parsed = Url::parse(&settings.url).map_err(|_| "the mail server is not a url".to_owned())?;
        let secure = parsed.scheme() == "smtps" || parsed.query() == Some("tls=required");
        if !secure && !parsed.host_str().is_some_and(is_loopback_name) {
            return Err("a mail server on another machine must be smtps:// or have ?tls=required".to_owned());
        }
        SmtpTransport::from_url(&settings.url).map_err(|_| "the mail server's url cannot be used".to_owned())?;
        Ok(settings)
    }
}

/// Sends e-mail.
#[derive(Clone, Debug)]
pub struct Mail {
    settings: MailSettings,
}

impl Mail {
    /// By that mail server.
    pub const fn new(settings: MailSettings) -> Self {
        Self { settings }
    }

    fn message(&self, outgoing: &Outgoing) -> Result<(Message, String), Failed> {
        let unfit = |what: &str| Failed::for_good(format!("The {what} cannot be put into a message."));
        // Nothing with a line's end in it is ever put into a header.
        if [&outgoing.name, &outgoing.title].iter().any(|line| line.chars().any(char::is_control)) {
            return Err(unfit("name or the title"));
        }
        let from: Mailbox = self.settings.from.parse().map_err(|_| unfit("sender"))?;
        let to: Address = outgoing.to.parse().map_err(|_| unfit("address"))?;
        let name = Some(outgoing.name.clone()).filter(|name| !name.is_empty());
        let domain = from.email.domain().to_owned();
        let builder = Message::builder()
            .message_id(Some(format!("<{}@{domain}>", outgoing.delivery.to_hex())))
            .date(at(outgoing.now))
            .from(from)
            .to(Mailbox::new(name, to))
            .subject(&outgoing.title)
            .header(ContentType::TEXT_PLAIN);
        let mut message = builder.body(outgoing.text.clone()).map_err(|_| unfit("text"))?;
        // RFC 3834: so that nobody's holiday notice answers it.
        let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        message.headers_mut().insert_raw(automatic);
        Ok((message, domain))
    }
}

fn at(now: UnixMillis) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(now.as_millis()).unwrap_or(0))
}

impl Gateway for Mail {
    fn send(&self, outgoing: &Outgoing) -> Result<(), Failed> {
        let (message, domain) = self.message(outgoing)?;
        let builder = SmtpTransport::from_url(&self.settings.url);
        let builder = builder.map_err(|_| Failed::for_good("The mail server's url cannot be used."))?;
        let transport = builder.timeout(Some(PATIENCE)).hello_name(ClientId::Domain(domain)).build();
        match transport.send(&message) {
            Ok(_) => Ok(()),
            // What the server says may name the recipient: the code is enough.
            Err(error) => match error.status() {
                Some(code) if error.is_permanent() => {
                    Err(Failed::for_good(format!("The mail server refused it for good, with {code}.")))
                }
                Some(code) => Err(Failed::later(format!("The mail server could not take it, with {code}."))),
                None => Err(Failed::later("The mail server cannot be reached.")),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use detailbook_core::ids::{AgencyId, RecordId};
    use detailbook_core::notices::Channel;

    fn outgoing(to: &str, name: &str, title: &str) -> Outgoing {
        Outgoing {
            agency: AgencyId::NIL,
            delivery: RecordId::from_bytes([7; 16]),
            channel: Channel::Email,
            to: to.into(),
            name: name.into(),
            title: title.into(),
            text: "Line one\n.\nLine three".into(),
            now: UnixMillis::new(1_561_676_400_000),
        }
    }

    fn written(outgoing: &Outgoing) -> Result<String, Failed> {
        let settings = MailSettings::new("smtp://127.0.0.1:1", "Agency <details@agency.example>").unwrap();
        let (message, _) = Mail::new(settings).message(outgoing)?;
        Ok(String::from_utf8(message.formatted()).unwrap())
    }

    #[test]
    fn the_same_message_is_the_same_text_whenever_it_is_written() {
        let text = written(&outgoing("a@example.org", "A. Reader", "Hello")).unwrap();
        assert!(text.contains("Message-ID: <07070707070707070707070707070707@agency.example>\r\n"), "{text}");
        assert!(text.contains("Auto-Submitted: auto-generated\r\n"), "{text}");
        assert_eq!(text, written(&outgoing("a@example.org", "A. Reader", "Hello")).unwrap());
    }

    #[test]
    fn no_line_of_a_name_or_a_title_becomes_a_header() {
        let evil = "x\r\nBcc: everybody@example.org\r\n\r\nbody";
        for message in [outgoing("a@example.org", evil, "t"), outgoing("a@example.org", "n", evil)] {
            assert!(matches!(written(&message), Err(Failed::ForGood(_))), "{message:?}");
        }
        for address in [evil, "a@example.org\r\nRCPT TO:<b@example.org>", "a b@example.org", "", "a"] {
            assert!(matches!(written(&outgoing(address, "n", "t")), Err(Failed::ForGood(_))), "{address:?}");
        }
    }

    #[test]
    fn a_mail_server_elsewhere_needs_tls() {
        let ok = |url: &str| MailSettings::new(url, "a@example.org").is_ok();
        assert!(ok("smtps://user:secret@mail.example.org"));
        assert!(ok("smtp://mail.example.org:587?tls=required"));
        assert!(ok("smtp://127.0.0.1:2525") && ok("smtp://localhost") && ok("smtp://[::1]:25"));
        assert!(!ok("smtp://mail.example.org") && !ok("smtp://mail.example.org?tls=opportunistic"));
        assert!(!ok("https://mail.example.org") && !ok("mail.example.org"));
        assert!(MailSettings::new("smtps://mail.example.org", "nobody").is_err());
        let settings = MailSettings::new("smtps://user:secret@mail.example.org", "a@example.org").unwrap();
        assert!(!format!("{settings:?}").contains("secret"));
    }
}
