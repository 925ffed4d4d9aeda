//! The one table of limits.

/// Bounds on what the exchange accepts. Both sides use [`Limits::V1`]; a test may tighten them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Bytes of one automerge change.
    pub change_bytes: usize,
    /// Operations in one change.
    pub change_operations: usize,
    /// Bytes of one fact.
    pub fact_bytes: usize,
    /// Changes in one push, over all documents.
    pub push_changes: usize,
    /// Commands in one request.
    pub commands: usize,
    /// Bytes of one wish.
    pub wish_bytes: usize,
    /// Commands of one officer that are decided in 24 hours.
    pub officer_commands: usize,
    /// Bytes of a request's body.
    pub request_bytes: usize,
    /// Bytes of a response's body once decompressed.
    pub response_bytes: usize,
    /// Entries in a page of the feed.
    pub page_entries: usize,
    /// Bytes of entries after which a page is cut (one entry may exceed it).
    pub page_bytes: usize,
    /// Documents that one officer may own.
    pub officer_documents: usize,
    /// Changes that one document may hold.
    pub document_changes: usize,
    /// Bytes of all changes of one document: with a page before it, it must fit a response.
    pub document_bytes: usize,
    /// Bytes of one blob.
    pub blob_bytes: u64,
    /// Bytes of one chunk of a blob.
    pub chunk_bytes: usize,
    /// Writers that one device may register.
    pub device_writers: usize,
    /// Characters in a message's or note's text.
    pub text_chars: usize,
}

impl Limits {
    /// The limits of protocol version 1.
    pub const V1: Self = Self {
        change_bytes: 64 * 1024,
        change_operations: 4_096,
        fact_bytes: 16 * 1024,
        push_changes: 512,
        commands: 128,
        wish_bytes: 48 * 1024,
        officer_commands: 500,
        request_bytes: 1024 * 1024,
        response_bytes: 8 * 1024 * 1024,
        page_entries: 500,
        page_bytes: 1024 * 1024,
        officer_documents: 20_000,
        document_changes: 10_000,
        document_bytes: 6 * 1024 * 1024,
        blob_bytes: 2 * 1024 * 1024 * 1024,
        chunk_bytes: 1024 * 1024,
        device_writers: 64,
        text_chars: 10_000,
    };
}
