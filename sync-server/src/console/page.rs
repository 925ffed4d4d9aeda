//! What the console answers.

use std::fs::File;
use std::sync::Arc;

use askama::Template;
use detailbook_core::wire::Refusal;

use super::live::Ticket;
use crate::problem::Problem;

/// A page, or why there is none.
pub type Answer = Result<Page, Problem>;

/// An answer to a browser.
#[derive(Clone, Debug)]
pub struct Page {
    /// The HTTP status.
    pub status: u16,
    /// The media type.
    pub content_type: &'static str,
    /// Further headers; those of security are on every answer and not among them.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// It never changes: browsers may keep it.
    pub lasting: bool,
    /// A file that is the body, with its length.
    pub file: Option<(Arc<File>, u64)>,
    /// What was done is kept, but the form is shown again with this.
    pub again: Option<Problem>,
    /// The body goes on for as long as somebody listens.
    pub stream: Option<Ticket>,
}

impl Page {
    fn new(status: u16, content_type: &'static str, body: Vec<u8>) -> Self {
        Self { status, content_type, headers: Vec::new(), body, lasting: false, file: None, again: None, stream: None }
    }

    /// A page of a template.
    pub fn html(template: &impl Template) -> Answer {
        let text = template.render().map_err(|error| {
            tracing::error!(%error, "a page could not be written");
            Problem::from(Refusal::Unavailable)
        })?;
        Ok(Self::new(200, "text/html; charset=utf-8", text.into_bytes()))
    }

    /// The way to another page of the console, by GET.
    pub fn to(path: &str) -> Self {
        Self::new(303, "text/plain; charset=utf-8", vec![]).with("location", path.to_owned())
    }

    /// A file to keep.
    pub fn csv(name: &str, text: String) -> Self {
        let page = Self::new(200, "text/csv; charset=utf-8", text.into_bytes());
        page.with("content-disposition", format!("attachment; filename=\"{name}\""))
    }

    /// What somebody sent, as it was sent.
    pub fn file(content_type: &'static str, file: Arc<File>, length: u64) -> Self {
        Self { file: Some((file, length)), ..Self::new(200, content_type, vec![]) }
    }

    /// A JPEG that the server made.
    pub fn picture(jpeg: Vec<u8>) -> Self {
        Self::new(200, "image/jpeg", jpeg)
    }

    /// A PDF to keep.
    pub fn pdf(name: &str, bytes: Vec<u8>) -> Self {
        let page = Self::new(200, "application/pdf", bytes);
        page.with("content-disposition", format!("attachment; filename=\"{name}\""))
    }

    /// A file of the console's own, whose name changes with its content.
    pub fn lasting(content_type: &'static str, body: &'static [u8]) -> Self {
        Self { lasting: true, ..Self::new(200, content_type, body.to_vec()) }
    }

    /// What was done is kept; the form is shown again with what is wrong.
    pub fn again(problem: Problem) -> Self {
        Self { again: Some(problem), ..Self::new(200, "text/plain; charset=utf-8", vec![]) }
    }

    /// What says when the agency's feed moves, for as long as somebody listens. Whoever stands between is asked not to gather it.
    pub fn stream(ticket: Ticket) -> Self {
        let page = Self::new(200, "text/event-stream", vec![]).with("x-accel-buffering", "no".to_owned());
        Self { stream: Some(ticket), ..page }
    }

    /// With a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}
