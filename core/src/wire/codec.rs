//! Encoding and decoding of messages.

use minicbor::{Decode, Decoder, Encode};

/// Bytes that are not the expected message.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Not CBOR of the expected shape.
    #[error("not the expected message: {0}")]
    Shape(#[from] minicbor::decode::Error),
    /// The message ended before the bytes did.
    #[error("{0} bytes follow the message")]
    Trailing(usize),
}

/// Encodes a message.
pub fn encode<T: Encode<()>>(message: &T) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    // Writing to a Vec cannot fail.
    let _ = minicbor::encode(message, &mut bytes);
    bytes
}

/// Decodes exactly one message from all of `bytes`.
pub fn decode<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, DecodeError> {
    let mut decoder = Decoder::new(bytes);
    let message = decoder.decode()?;
    match bytes.len() - decoder.position() {
        0 => Ok(message),
        left => Err(DecodeError::Trailing(left)),
    }
}
