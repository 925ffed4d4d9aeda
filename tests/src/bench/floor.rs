//! The floor under the server: the same HTTP stack, one row a request, durable before the answer, commits shared by whatever
//! waits. No checks, no signatures, no feed: nothing that does what the server does can be cheaper.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use detailbook_server::store::StoreConfig;
use tokio::sync::oneshot;

use super::Outcome;

/// Most rows in a commit, as the server's writer has it.
const BATCH: usize = 128;
/// An answer as long as the server's to one punch.
const ANSWER: [u8; 40] = [7; 40];

/// A row and who waits for it.
struct Job {
    row: Bytes,
    done: oneshot::Sender<()>,
}

/// Serves until killed: prints where, then stores what is posted.
pub(super) fn serve(store: &StoreConfig) -> Outcome<()> {
    let (jobs, waiting) = sync_channel(1024);
    let store = store.clone();
    std::thread::spawn(move || {
        if let Err(error) = write(&store, &waiting) {
            eprintln!("the floor's writer ended: {error}");
            std::process::exit(1);
        }
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        println!("listening on http://{};", listener.local_addr()?);
        let router = Router::new().route("/punch", post(take)).with_state(jobs);
        Ok(axum::serve(listener, router).await?)
    })
}

async fn take(State(jobs): State<SyncSender<Job>>, row: Bytes) -> Vec<u8> {
    let (done, stored) = oneshot::channel();
    // There are never more requests at once than the channel holds.
    if jobs.try_send(Job { row, done }).is_err() || stored.await.is_err() {
        return Vec::new();
    }
    ANSWER.to_vec()
}

fn write(store: &StoreConfig, jobs: &Receiver<Job>) -> Outcome<()> {
    match store {
        StoreConfig::Sqlite { path } => into_sqlite(path, jobs),
        StoreConfig::Postgres { url } => into_postgres(url, jobs),
    }
}

/// What waits, up to a commit's worth.
fn batch(jobs: &Receiver<Job>) -> Option<Vec<Job>> {
    let mut batch = vec![jobs.recv().ok()?];
    while let (true, Ok(job)) = (batch.len() < BATCH, jobs.try_recv()) {
        batch.push(job);
    }
    Some(batch)
}

fn acknowledge(batch: Vec<Job>) {
    for job in batch {
        // The caller may have gone.
        let _ = job.done.send(());
    }
}

fn into_sqlite(path: &Path, jobs: &Receiver<Job>) -> Outcome<()> {
    let connection = open_sqlite(path)?;
    while let Some(batch) = batch(jobs) {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let mut insert = connection.prepare_cached("INSERT INTO punches (body) VALUES (?1)")?;
        for job in &batch {
            insert.execute([&job.row[..]])?;
        }
        connection.execute_batch("COMMIT")?;
        acknowledge(batch);
    }
    Ok(())
}

/// A file with one table, durable at every commit.
pub(super) fn open_sqlite(path: &Path) -> Outcome<rusqlite::Connection> {
    let connection = rusqlite::Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE IF NOT EXISTS punches (id INTEGER PRIMARY KEY, body BLOB NOT NULL)",
    )?;
    Ok(connection)
}

fn into_postgres(url: &str, jobs: &Receiver<Job>) -> Outcome<()> {
    let mut client = postgres::Client::connect(url, postgres::NoTls)?;
    client.batch_execute("CREATE TABLE IF NOT EXISTS punches (id BIGSERIAL PRIMARY KEY, body BYTEA NOT NULL)")?;
    let insert = client.prepare("INSERT INTO punches (body) SELECT unnest($1::bytea[])")?;
    while let Some(batch) = batch(jobs) {
        let rows: Vec<&[u8]> = batch.iter().map(|job| &job.row[..]).collect();
        client.execute(&insert, &[&rows])?;
        acknowledge(batch);
    }
    Ok(())
}
