//! What may stand for the parameters of paths.

use detailbook_core::ids::RecordId;

/// The names and values of a path's parameters.
pub type Params = Vec<(&'static str, String)>;

/// The parameters of a path, if it fits the pattern.
pub fn fit(pattern: &'static str, path: &str) -> Option<Params> {
    let (mut wanted, mut given, mut params) = (pattern.split('/'), path.split('/'), vec![]);
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(params),
            (Some(want), Some(have)) => match want.strip_prefix('{').and_then(|want| want.strip_suffix('}')) {
                Some(name) if !have.is_empty() => params.push((name, have.to_owned())),
                None if want == have => {}
                _ => return None,
            },
            _ => return None,
        }
    }
}

/// By what something is named in a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Named {
    /// By its id, a UUID.
    Id,
    /// By the SHA-256 of its bytes, in hex.
    Hash,
    /// By its number.
    Number,
}

impl Named {
    /// Could that be a name of this kind?
    pub fn fits(self, text: &str) -> bool {
        match self {
            Self::Id => text.parse::<RecordId>().is_ok(),
            Self::Hash => text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')),
            Self::Number => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
        }
    }
}

/// The parameters of a path such as `/v1/staff/details/{id}`, in order: ids, but for blobs, which their hash names, and
/// evaluations, which have numbers.
pub fn parameters(path: &str) -> impl Iterator<Item = (&str, Named)> {
    let numbered = path.contains("/evaluations/{");
    let names = path.split('/').filter_map(|word| word.strip_prefix('{')?.strip_suffix('}'));
    names.map(move |name| {
        let named = match name {
            "hash" => Named::Hash,
            _ if numbered => Named::Number,
            _ => Named::Id,
        };
        (name, named)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_fits_its_pattern_only() {
        assert_eq!(fit("/v1/a/{id}/b", "/v1/a/7/b"), Some(vec![("id", "7".to_owned())]));
        for other in ["/v1/a//b", "/v1/a/7", "/v1/a/7/b/", "/v1/a/7/b/c", "/v2/a/7/b", ""] {
            assert_eq!(fit("/v1/a/{id}/b", other), None, "{other}");
        }
    }

    #[test]
    fn the_parameters_of_a_path_are_found_with_what_they_are() {
        let of = |path| parameters(path).collect::<Vec<_>>();
        assert_eq!(of("/v1/staff/details/{id}/cancel"), [("id", Named::Id)]);
        assert_eq!(of("/v1/staff/blobs/{hash}"), [("hash", Named::Hash)]);
        assert_eq!(of("/v1/staff/evaluations/{id}"), [("id", Named::Number)]);
        assert_eq!(of("/v1/staff/details/{id}/evaluations"), [("id", Named::Id)]);
        assert_eq!(of("/v1/staff/audit"), []);
    }

    #[test]
    fn what_is_no_name_of_its_kind_does_not_fit() {
        let hash = "0a".repeat(32);
        let id = RecordId::from_bytes([7; 16]).to_string();
        for (named, good) in [(Named::Id, id.as_str()), (Named::Hash, &hash), (Named::Number, "12")] {
            assert!(named.fits(good), "{good}");
            for bad in ["", "..", "a/b", "7?x", "7%2f", "twelve", "-1", &hash.to_uppercase()] {
                assert!(!named.fits(bad), "{named:?}: {bad}");
            }
        }
    }
}
