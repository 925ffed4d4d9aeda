//! Refusals as pages: what happened, and what to do.

use askama::Template;
use detailbook_core::wire::Refusal;

use super::frame::Frame;
use super::page::Page;
use super::visit::{Visit, Who};
use crate::app::App;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "console/refused.html")]
struct RefusedPage {
    frame: Frame,
    heading: &'static str,
    reason: String,
    back: (&'static str, &'static str),
}

/// To whoever visits a page.
pub fn to(visit: &Visit, problem: &Problem) -> Page {
    let mut frame = Frame::of(visit, heading(problem.refusal));
    frame.wrong = None;
    written(frame, problem, visit.who.is_some())
}

/// To somebody signed in who has come to no page.
pub fn to_who(who: &Who, problem: &Problem) -> Page {
    written(Frame::around(Some(who), heading(problem.refusal), ""), problem, true)
}

/// To somebody, or to a stranger. It is counted.
pub(super) fn to_maybe(app: &App, who: Option<&Who>, problem: &Problem) -> Page {
    match who {
        Some(who) => {
            app.counts.refusal(problem.refusal);
            to_who(who, problem)
        }
        None => to_nobody(app, problem),
    }
}

/// To a stranger. It is counted.
pub(super) fn to_nobody(app: &App, problem: &Problem) -> Page {
    app.counts.refusal(problem.refusal);
    written(Frame::around(None, heading(problem.refusal), ""), problem, false)
}

fn written(frame: Frame, problem: &Problem, signed_in: bool) -> Page {
    let back = if signed_in { ("/console", "Go to today") } else { ("/console/sign-in", "Go to the sign-in page") };
    let (heading, reason) = (heading(problem.refusal), sentence(problem));
    let page = RefusedPage { frame, heading, reason, back };
    // A template that cannot be written leaves an empty page with the right status.
    let page = Page::html(&page).unwrap_or_else(|_| Page::to(back.0));
    Page { status: problem.refusal.status(), ..page }
}

const fn heading(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NotFound => "Not found",
        Refusal::NotAllowed => "Not allowed",
        Refusal::NotAuthenticated => "Signed out",
        Refusal::Replayed => "Sent before",
        Refusal::SlowDown => "Not now",
        Refusal::TooLarge => "Too large",
        Refusal::Unavailable => "The server cannot do that now",
        _ => "Not understood",
    }
}

/// The reason, or words for browsers where the usual ones speak of phones.
fn sentence(problem: &Problem) -> String {
    let own = match problem.refusal {
        Refusal::NotFound => {
            "There is no such page, or it is not yours to see. Check the address, or go back to where you came from."
        }
        Refusal::Malformed if problem.reason == Refusal::Malformed.sentence() => {
            "What your browser sent could not be read. Open the page again and send it once more."
        }
        Refusal::TooLarge if problem.reason == Refusal::TooLarge.sentence() => {
            "What you sent is larger than the server takes. Shorten it and send it again."
        }
        Refusal::Unavailable => {
            "Nothing was done. Try again in a minute; if it stays so, tell whoever runs the server."
        }
        _ => return problem.reason.clone(),
    };
    own.to_owned()
}
