//! The stories of officers who cannot come, and of those who come instead.

mod calling_off;
mod crew;
