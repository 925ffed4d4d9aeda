//! Values in queries: what is not plain stands as `%` and the two hex digits of each byte (RFC 3986, section 2.1). A plus sign is
//! a plus sign.

use data_encoding::{HEXLOWER_PERMISSIVE, HEXUPPER};

/// The value as it stands in a query.
pub fn encode(value: &str) -> String {
    value.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            text.push('%');
            text.push_str(&HEXUPPER.encode(&[byte]));
        }
        text
    })
}

/// The value that stands there so; nothing where none can.
pub fn decode(text: &str) -> Option<String> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let (digits, plain) = piece.as_bytes().split_at_checked(2)?;
        bytes.extend(HEXLOWER_PERMISSIVE.decode(digits).ok()?);
        bytes.extend(plain);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_value_comes_back_as_it_was_and_parts_no_query(value in ".*") {
            let text = encode(&value);
            prop_assert!(text.is_ascii() && !text.contains(['&', '=', '?', '#', '+', ' ', '/']));
            prop_assert_eq!(decode(&text), Some(value));
        }
    }

    #[test]
    fn what_others_write_is_read_and_what_cannot_be_is_not() {
        assert_eq!(decode("Police%20officer%c3%89+1"), Some("Police officerÉ+1".to_owned()));
        for wrong in ["%", "%2", "100%", "%zz", "%ff", "%2é"] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
