//! Tariffs and the lines they produce.
