//! `detailbook serve`: listen until told to stop, then finish what runs and close the store.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use detailbook_core::wire::Invitation;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::watch;

use super::Failure;
use super::say::say;
use crate::app::{App, Settings};
use crate::blobs;
use crate::config::{DataArgs, ServeArgs};
use crate::jobs::{self, Background};
use crate::prices::Tariffs;
use crate::routes::{self, connections};
use crate::store::agency as agencies;

/// How long requests that run may take to finish after the server was told to stop, and then the database to close.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often what nobody needs any more is put away.
const A_DAY: Duration = Duration::from_hours(24);

pub(super) fn run(data: &DataArgs, args: &ServeArgs) -> Result<(), Failure> {
    let runtime = Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::setup(format!("The server cannot start: {error}.")))?;
    let tariffs = args.tariffs()?;
    let store = data.open_store()?;
    let blobs = data.open_blobs()?.with_officer_quota(args.officer_quota);
    let served = runtime.block_on(async {
        let listener = TcpListener::bind(args.listen).await;
        let listener =
            listener.map_err(|error| Failure::setup(format!("Cannot listen on {}: {error}.", args.listen)))?;
        let address = listener.local_addr().map_err(|error| Failure::setup(format!("Cannot listen: {error}.")))?;
        let settings = settings(data, args, tariffs, address)?;
        let (parts, folder) = (store.clone(), blobs);
        let app = tokio::task::spawn_blocking(move || App::new(parts, folder, settings)).await;
        let app = app.map_err(|error| Failure::setup(format!("The server cannot start: {error}.")))??;
        // It reads the store, which blocks: PostgreSQL's client refuses that on a thread of the runtime.
        let greeted = app.clone();
        let greeting = tokio::task::spawn_blocking(move || greet(&greeted, address)).await;
        greeting.map_err(|error| Failure::setup(format!("The server cannot start: {error}.")))?;
        let tidying = tokio::spawn(tidy(app.clone()));
        let working = Background::start(&app)
            .map_err(|error| Failure::setup(format!("The server cannot start what does waiting work: {error}.")))?;
        serve(app, listener).await;
        tidying.abort();
        Ok(working)
    });
    // What a job does outside the store ends beside the requests.
    let served = served.map(|working| std::thread::spawn(move || working.stop(PATIENCE)));
    // Requests still running past the patience end with the store: unacknowledged, and undone unless they were committed.
    runtime.shutdown_timeout(PATIENCE);
    let served = served.map(|working| {
        if !working.join().unwrap_or(false) {
            tracing::warn!("a job did not finish in time: it is done again");
        }
    });
    if !store.close_within(PATIENCE) {
        tracing::warn!("the database does not answer: left without it");
    }
    served
}

/// What the operator set.
fn settings(data: &DataArgs, args: &ServeArgs, tariffs: Tariffs, address: SocketAddr) -> Result<Settings, Failure> {
    Ok(Settings {
        public_url: data.public_url()?.unwrap_or_else(|| format!("http://{address}")),
        behind_proxy: args.behind_proxy,
        metrics: args.metrics()?,
        tariffs,
        gateways: args.gateways()?,
        tiles: args.tiles()?,
        providers: args.providers()?,
        secrets: Some(args.secrets(data)?),
        ..Settings::default()
    })
}

fn greet(app: &App, address: SocketAddr) {
    let settings = &app.settings;
    if settings.public_url.starts_with("https://") && !settings.behind_proxy {
        tracing::warn!(
            "phones reach this server through a proxy, but --behind-proxy is not given: all of them count as one source"
        );
    }
    say(format_args!("Detailbook listens on http://{address}; invitations say {}.", app.settings.public_url));
    if !Invitation::may_name(&settings.public_url) {
        tracing::warn!("phones cannot be invited: they take https:// addresses only; set --public-url");
    }
    let none = app.store.read(|sql| agencies::list(sql)).is_ok_and(|agencies| agencies.is_empty());
    if none {
        say(format_args!("There is no agency yet. To make one and a token for it:"));
        say(format_args!("  detailbook agency create --name \"...\" --zone America/New_York"));
        say(format_args!("  detailbook token create --name console --scopes all"));
        say(format_args!("And for somebody who signs in at {}/console:", settings.public_url));
        say(format_args!("  detailbook user add --role administrator --name \"...\" name@example.org"));
    }
}

/// Ends uploads that nobody goes on with and forgets jobs done long ago: now, and every day.
async fn tidy(app: App) {
    let mut days = tokio::time::interval(A_DAY);
    loop {
        days.tick().await;
        let (tidied, app) = (app.clone(), app.clone());
        if !matches!(tokio::task::spawn_blocking(move || jobs::forget_done(&tidied)).await, Ok(Ok(_))) {
            tracing::warn!("jobs done long ago could not be forgotten; tried again tomorrow");
        }
        match tokio::task::spawn_blocking(move || blobs::expire(&app)).await {
            Ok(Ok(gone)) if gone > 0 => tracing::info!(gone, "uploads that stood still were ended"),
            Ok(Ok(_)) => {}
            // The reason is in the log already.
            Ok(Err(_)) | Err(_) => tracing::warn!("uploads that stand still could not be ended; tried again tomorrow"),
        }
    }
}

/// Serves until a signal. New connections are then refused, requests that run are finished, at most for a while.
async fn serve(app: App, listener: TcpListener) {
    let live = Arc::clone(&app.live);
    let (stop, mut stopping) = watch::channel(false);
    let mut told = stopping.clone();
    let server = connections::serve(listener, routes::router(app), connections::Bounds::default(), async move {
        // The other end lives as long as the server.
        let _ = told.wait_for(|stopped| *stopped).await;
    });
    let watching = tokio::spawn(async move {
        signal().await;
        tracing::info!("told to stop: finishing what runs");
        // What would go on for as long as somebody listens ends now, or the rest would wait for it.
        live.close();
        stop.send_replace(true);
        // Held until the end, so that nobody takes its loss for a signal.
        stop.closed().await;
    });
    let patience = async {
        let _ = stopping.wait_for(|stopped| *stopped).await;
        tokio::time::sleep(PATIENCE).await;
    };
    tokio::select! {
        () = server => {}
        () = patience => tracing::warn!("some requests did not finish in time"),
    }
    watching.abort();
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return interrupt().await };
    tokio::select! {
        _ = terminate.recv() => {}
        () = interrupt() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    interrupt().await;
}

async fn interrupt() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the system's own stop is all there is.
        std::future::pending::<()>().await;
    }
}
