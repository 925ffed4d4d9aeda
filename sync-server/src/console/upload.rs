//! A form that carries a file: `multipart/form-data` (RFC 7578).

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::body::Body;
use detailbook_core::wire::Refusal;
use multer::{Field, Multipart, parse_boundary};

use super::form::{self, Form};
use crate::problem::Problem;

/// The media type of such forms.
pub const TYPE: &str = "multipart/form-data";
/// Mebibytes of a file at most.
pub const MOST_MIB: usize = 8;
/// Bytes of such a form that are read: more than are taken, so that whoever sends somewhat too much is told so. A browser that is cut off
/// while it sends shows nothing of the answer.
pub const FORM_BYTES: usize = ((2 * MOST_MIB) << 20) + super::FORM_BYTES;

/// A file that came with a form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Upload {
    /// What its sender calls it: words, never a path to write to.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Is that more than is taken?
pub const fn is_too_large(bytes: &[u8]) -> bool {
    bytes.len() > MOST_MIB << 20
}

/// Why a file is not taken.
pub fn too_large() -> Problem {
    let reason = format!(
        "Files of up to {MOST_MIB} MB are taken. Part yours into several, each with the header line, and send one after the other."
    );
    Problem::new(Refusal::TooLarge, reason)
}

/// Reads a form whose names are among `once`, and the file of the field `file`, if one was chosen.
pub fn read(content_type: &str, body: Vec<u8>, once: &[&str], file: &str) -> Result<(Form, Option<Upload>), Problem> {
    let boundary = parse_boundary(content_type).map_err(|_| Refusal::Malformed)?;
    let parts = Multipart::new(Body::from(body).into_data_stream(), boundary);
    at_once(gathered(parts, once, file))
}

async fn gathered(mut parts: Multipart<'_>, once: &[&str], file: &str) -> Result<(Form, Option<Upload>), Problem> {
    let (mut form, mut upload) = (Form::default(), None);
    while let Some(part) = parts.next_field().await.map_err(|_| Refusal::Malformed)? {
        if part.name() != Some(file) {
            let (name, value) = words(part).await?;
            form.take(name, value, once, &[])?;
        } else if upload.is_some() {
            return Err(Problem::new(Refusal::Malformed, "This form holds two files where one is taken."));
        } else {
            upload = Some(of_part(part).await?);
        }
    }
    // A browser sends an empty file without a name where none was chosen.
    Ok((form, upload.filter(|it| !it.name.is_empty() || !it.bytes.is_empty())))
}

async fn words(part: Field<'_>) -> Result<(String, String), Problem> {
    let name = part.name().unwrap_or_default().to_owned();
    let bytes = part.bytes().await.map_err(|_| Refusal::Malformed)?;
    let text = str::from_utf8(&bytes).map_err(|_| Refusal::Malformed)?;
    Ok((name, form::cleaned(text)?))
}

async fn of_part(part: Field<'_>) -> Result<Upload, Problem> {
    let given = part.file_name().unwrap_or_default();
    let name = given.chars().filter(|c| !c.is_control()).take(100).collect();
    let bytes = part.bytes().await.map_err(|_| Refusal::Malformed)?.to_vec();
    if is_too_large(&bytes) {
        return Err(too_large());
    }
    Ok(Upload { name, bytes })
}

/// What is all there already is read without waiting; whatever would wait lacks its end.
fn at_once<T>(work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => Err(Refusal::Malformed.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(head: &str, body: &str) -> String {
        format!("--xx\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n")
    }

    fn sent(body: &str) -> Result<(Form, Option<Upload>), Problem> {
        read("multipart/form-data; boundary=xx", body.as_bytes().to_vec(), &["text", "form"], "file")
    }

    #[test]
    fn fields_and_the_file_come_as_they_were_sent() {
        let file = part("name=\"file\"; filename=\"officers.csv\"\r\nContent-Type: text/csv", "a,b\r\n1,\"x\r\ny\"");
        let body = part("name=\"text\"", "one\r\ntwo") + &file + "--xx--\r\n";
        let (form, upload) = sent(&body).unwrap();
        assert_eq!(form.get("text"), "one\ntwo");
        let upload = upload.unwrap();
        assert_eq!((upload.name.as_str(), upload.bytes.as_slice()), ("officers.csv", &b"a,b\r\n1,\"x\r\ny\""[..]));
        let none = part("name=\"file\"; filename=\"\"", "") + "--xx--\r\n";
        assert_eq!(sent(&none).unwrap().1, None, "no file was chosen");
    }

    #[test]
    fn what_is_cut_off_unknown_doubled_or_no_text_is_refused() {
        let text = part("name=\"text\"", "a");
        let file = part("name=\"file\"; filename=\"a\"", "a");
        for wrong in [
            text.clone(),
            String::new(),
            "a=b".to_owned(),
            text.clone() + &text + "--xx--",
            file.clone() + &file + "--xx--",
            part("name=\"other\"", "a") + "--xx--",
            part("name=\"text\"", "a\0") + "--xx--",
            part("nothing", "a") + "--xx--",
        ] {
            assert!(sent(&wrong).is_err(), "{wrong}");
        }
        assert!(read("multipart/form-data", text.into_bytes(), &["text"], "file").is_err(), "without a boundary");
    }

    #[test]
    fn a_file_beyond_the_limit_is_refused_with_what_to_do() {
        let body = part("name=\"file\"; filename=\"a\"", &"x".repeat((MOST_MIB << 20) + 1)) + "--xx--\r\n";
        assert_eq!(sent(&body).unwrap_err(), too_large());
    }
}
