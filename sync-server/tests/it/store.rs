//! The store's story.

use detailbook_core::ids::AgencyId;
use detailbook_core::time::UnixMillis;
use detailbook_server::store::{Fault, Store, StoreConfig, StoreError, agency, params};

const AGENCY: AgencyId = AgencyId::from_bytes([7; 16]);

fn draw(store: &Store) -> Result<i64, StoreError> {
    store.write(|sql| {
        agency::lock(sql, AGENCY)?;
        agency::next_seq(sql, AGENCY)
    })
}

#[test]
fn numbers_are_drawn_once_each_by_many_writers() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&StoreConfig::Sqlite { path: folder.path().join("book.db") }).unwrap();
    store.write(|sql| agency::create(sql, AGENCY, UnixMillis::new(5))).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..50).for_each(|_| assert!(draw(&store).unwrap() > 0)));
        }
    });
    let head = store.read(|sql| agency::head(sql, AGENCY)).unwrap().unwrap();
    assert_eq!(head.seq, 400);
    let wrote = store.read(|sql| sql.execute("DELETE FROM agencies", &params![]));
    assert!(wrote.is_err());
    store.close();
}

#[test]
fn an_inline_store_crashes_on_either_side_of_a_commit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.db");
    let store = Store::open_inline(&path).unwrap();
    store.write(|sql| agency::create(sql, AGENCY, UnixMillis::new(5))).unwrap();
    for (fault, seq) in [(Fault::BeforeCommit, 0), (Fault::AfterCommit, 1)] {
        let store = Store::open_inline(&path).unwrap();
        store.set_fault(fault).unwrap();
        assert_eq!(draw(&store), Err(StoreError::Crashed));
        assert_eq!(draw(&store), Err(StoreError::Crashed));
        let store = Store::open_inline(&path).unwrap();
        let head = store.read(|sql| agency::head(sql, AGENCY)).unwrap().unwrap();
        assert_eq!(head.seq, seq);
    }
}
