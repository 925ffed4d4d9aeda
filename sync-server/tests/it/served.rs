//! A server that listens.

use std::future::pending;
use std::net::SocketAddr;

use detailbook_server::app::App;
use detailbook_server::routes;
use detailbook_server::routes::connections::{Bounds, serve};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

/// A server on loopback, for as long as it is held.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    _runtime: Runtime,
}

impl Served {
    pub(crate) fn of(app: &App) -> Self {
        Self::within(app, Bounds::default())
    }

    pub(crate) fn within(app: &App, bounds: Bounds) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(serve(listener, routes::router(app.clone()), bounds, pending()));
        Self { address, _runtime: runtime }
    }
}
