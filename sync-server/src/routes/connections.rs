//! Connections: how many there may be at once, how long one may keep silent, and how they end.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long to wait where the system takes no more connections.
const RECOVERY: Duration = Duration::from_secs(1);

/// What callers may hold of the server before they have said who they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// How long the head of a request may take; also how long a connection stays open between requests.
    pub head: Duration,
    /// Connections at once. Further ones wait in the system's queue. With the store's files they stay below the 1,024
    /// descriptors that systems usually allow a process.
    pub at_once: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { head: Duration::from_secs(15), at_once: 768 }
    }
}

/// Serves until `stop`. New connections are then refused, idle ones closed, and requests that run are finished.
pub async fn serve(listener: TcpListener, router: Router, bounds: Bounds, stop: impl Future<Output = ()>) {
    let (room, graceful) = (Arc::new(Semaphore::new(bounds.at_once)), GracefulShutdown::new());
    let service = TowerToHyperService::new(router);
    let mut stop = pin!(stop);
    loop {
        let (stream, peer, place) = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = accept(&listener, &room) => accepted,
        };
        let service = service.clone();
        let named = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            service.call(request)
        });
        let mut protocol = http1::Builder::new();
        protocol.timer(TokioTimer::new()).header_read_timeout(bounds.head);
        let connection = graceful.watch(protocol.serve_connection(TokioIo::new(stream), named));
        tokio::spawn(async move {
            // How a connection ended is its caller's matter.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// The next connection, once there is room for it.
async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    loop {
        // The semaphore is never closed.
        let Ok(place) = Arc::clone(room).acquire_owned().await else { return std::future::pending().await };
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, place),
            Err(error) => {
                tracing::warn!(%error, "a connection was not taken");
                tokio::time::sleep(RECOVERY).await;
            }
        }
    }
}
