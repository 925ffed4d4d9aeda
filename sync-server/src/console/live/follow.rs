//! What a stream says, and when it ends.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use detailbook_core::ids::AgencyId;
use http_body::Frame;
use tokio::sync::{mpsc, watch};
use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::Ticket;
use super::listeners::Watch;
use crate::access::scope::Scope;
use crate::access::staff_session::Stage;
use crate::app::App;
use crate::console::signed_in;
use crate::store::agency::HEAD;
use crate::store::{Ahead, StoreError};

/// What a stream begins with: how soon a browser tries again, in milliseconds.
const BEGINS: &[u8] = b"retry: 3000\n\n";
/// It says that it is there. Nobody hears a comment.
const BEAT: &[u8] = b":\n\n";
const MOVED: &[u8] = b"event: moved\ndata: moved\n\n";
const ENDED: &[u8] = b"event: ended\ndata: ended\n\n";

/// The body of an answer that goes on. To be called where things may be begun that wait.
pub fn body(app: &App, ticket: Ticket) -> Body {
    let (sender, receiver) = mpsc::channel(4);
    if let Some(watch) = app.live.take_watch() {
        tokio::spawn(look_after(app.clone(), watch));
    }
    tokio::spawn(follow(app.clone(), ticket, sender));
    Body::new(Events(receiver))
}

struct Events(mpsc::Receiver<&'static [u8]>);

impl http_body::Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = self.get_mut().0.poll_recv(cx);
        next.map(|said| said.map(|said| Ok(Frame::data(Bytes::from_static(said)))))
    }
}

/// Says when the feed moved, until nobody listens, the session ended or the server stops.
async fn follow(app: App, ticket: Ticket, sender: mpsc::Sender<&'static [u8]>) {
    let (Some(mut head), mut closed) = (ticket.place.head(), app.live.closed()) else { return };
    let mut beat = interval(app.live.pace.beat);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut known = ticket.since.clone();
    if sender.send(BEGINS).await.is_err() {
        return;
    }
    loop {
        let stops = tokio::select! {
            () = sender.closed() => true,
            _ = closed.wait_for(|closed| *closed) => true,
            changed = head.changed() => changed.is_err(),
            _ = beat.tick() => false,
        };
        if stops {
            return;
        }
        if !is_open(&app, &ticket).await {
            // Who is gone hears nothing of it.
            let _ = sender.send(ENDED).await;
            return;
        }
        let now = head.borrow_and_update().clone();
        let moved = !now.is_empty() && now != known;
        if sender.send(if moved { MOVED } else { BEAT }).await.is_err() {
            return;
        }
        if moved {
            known = now;
            sleep(app.live.pace.rest).await;
        }
    }
}

/// Is the session live still, and has it the right still? Where the store does not say so, no.
async fn is_open(app: &App, ticket: &Ticket) -> bool {
    let (app, secret) = (app.clone(), ticket.secret);
    let asked = spawn_blocking(move || app.store.read(|sql| signed_in(sql, secret, app.now()))).await;
    let who = asked.ok().and_then(Result::ok).flatten();
    who.is_some_and(|who| who.session.stage == Stage::Full && who.may(Scope::RecordsRead))
}

/// Looks how far the feeds have come that somebody listens to: after each commit of this node, and often for those of others.
async fn look_after(app: App, mut watch: Watch) {
    let (mut commits, pace) = (app.store.commits(), app.live.pace);
    while let Some(agencies) = watch.agencies() {
        let looked = app.clone();
        if let Ok(Ok(heads)) = spawn_blocking(move || heads(&looked, agencies)).await {
            app.live.note(heads);
        }
        moved_or_time(&mut commits, &pace).await;
    }
}

async fn moved_or_time(commits: &mut watch::Receiver<()>, pace: &super::Pace) {
    tokio::select! {
        // A store that is closed commits nothing any more.
        Ok(()) = commits.changed() => sleep(pace.gather).await,
        () = sleep(pace.look) => {}
    }
}

fn heads(app: &App, agencies: Vec<AgencyId>) -> Result<Vec<(AgencyId, String)>, StoreError> {
    app.store.read(|sql| {
        let ahead = &mut Ahead::over(sql);
        ahead.read(HEAD, &[], agencies.iter().copied())?;
        agencies.into_iter().map(|agency| Ok((agency, super::head(ahead, agency)?))).collect()
    })
}
