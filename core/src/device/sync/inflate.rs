//! Unpacking an answer, no further than the limit.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::Incoming;
use crate::device::error::PhoneError;

/// The body as it was before compression. More than `limit` bytes are refused without being unpacked.
pub(in crate::device) fn inflate(incoming: &Incoming, limit: usize) -> Result<Cow<'_, [u8]>, PhoneError> {
    const TOO_LARGE: PhoneError = PhoneError::BadAnswer("larger than the limit");
    if incoming.body.len() > limit {
        return Err(TOO_LARGE);
    }
    if !incoming.gzip {
        return Ok(Cow::Borrowed(&incoming.body));
    }
    let mut body = Vec::new();
    let mut decoder = MultiGzDecoder::new(incoming.body.as_slice()).take(limit as u64 + 1);
    decoder.read_to_end(&mut body).map_err(|_| PhoneError::BadAnswer("not gzip"))?;
    if body.len() > limit { Err(TOO_LARGE) } else { Ok(Cow::Owned(body)) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(bytes: &[u8]) -> Incoming {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        Incoming { status: 200, gzip: true, body: encoder.finish().unwrap() }
    }

    #[test]
    fn what_fits_is_unpacked_and_a_bomb_is_not() {
        assert_eq!(&*inflate(&packed(&[7; 1_000]), 1_000).unwrap(), [7; 1_000]);
        let bomb = packed(&vec![0; 10_000_000]);
        assert!(bomb.body.len() < 20_000);
        assert!(matches!(inflate(&bomb, 20_000), Err(PhoneError::BadAnswer(_))));
    }

    #[test]
    fn nonsense_is_refused() {
        let incoming = Incoming { status: 200, gzip: true, body: b"not gzip at all".to_vec() };
        assert!(inflate(&incoming, 1_000).is_err());
    }
}
