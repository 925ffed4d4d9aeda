//! May this change be written.
