//! Detailbook's core from the outside.

mod admission;
