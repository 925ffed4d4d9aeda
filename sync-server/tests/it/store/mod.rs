//! The store's stories. Each is told on both engines.

pub(crate) mod counting;
mod damage;
pub(crate) mod home;
mod inline;
mod lines;
mod lost_connection;
mod sharing;
mod statements;

/// Makes each story a test on SQLite and a test on PostgreSQL.
macro_rules! on_both_engines {
    ($($story:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[test]
            fn $story() {
                super::$story(&crate::store::home::Home::sqlite());
            })*
        }
        mod on_postgres {
            $(#[test]
            fn $story() {
                if let Some(home) = crate::store::home::Home::postgres() {
                    super::$story(&home);
                }
            })*
        }
    };
}
pub(crate) use on_both_engines;
