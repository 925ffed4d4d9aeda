//! The stories of work that waits.

mod background;
mod crashing;
mod failing;
mod kinds;
mod nodes;
mod passing;
mod queue;
