//! Whom a proxy says it speaks for.

use std::net::{IpAddr, SocketAddr};
use std::sync::Once;

use axum::http::HeaderMap;

/// Where a request comes from: the connection's other end, or, where the operator has a proxy there, whom that speaks for.
pub(super) fn source(peer: Option<IpAddr>, behind_proxy: bool, headers: &HeaderMap) -> Option<IpAddr> {
    if behind_proxy { caller(headers).or(peer) } else { peer }
}

/// The caller's address by the proxy's own entry in `X-Forwarded-For`: the last one, since proxies append and everything before
/// is the caller's word. Without one that can be read, all callers look like the proxy, and the log says so once.
fn caller(headers: &HeaderMap) -> Option<IpAddr> {
    static TOLD: Once = Once::new();
    let list = headers.get_all("x-forwarded-for").iter().next_back()?;
    let caller = list.to_str().ok().and_then(last);
    if caller.is_none() {
        TOLD.call_once(|| {
            tracing::warn!(
                "the proxy's X-Forwarded-For ends in no address: until it does, all phones count as one source"
            );
        });
    }
    caller
}

/// The last entry of a list: an address, or with a port as some proxies write it.
fn last(list: &str) -> Option<IpAddr> {
    let entry = list.rsplit(',').next()?.trim();
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    bare.parse().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|with_port| with_port.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lists: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for list in lists {
            headers.append("x-forwarded-for", list.parse().unwrap());
        }
        headers
    }

    fn from(lists: &[&str]) -> Option<String> {
        caller(&headers(lists)).map(|address| address.to_string())
    }

    #[test]
    fn the_header_counts_only_where_the_operator_has_a_proxy() {
        let (peer, said) = ("192.0.2.1".parse().ok(), "203.0.113.7".parse().ok());
        let forged = headers(&["203.0.113.7"]);
        assert_eq!(source(peer, false, &forged), peer);
        assert_eq!(source(peer, true, &forged), said);
        for silent in [headers(&[]), headers(&["unknown"])] {
            assert_eq!(source(peer, true, &silent), peer);
        }
    }

    #[test]
    fn the_entry_that_the_proxy_appended_counts() {
        assert_eq!(from(&["203.0.113.7"]).as_deref(), Some("203.0.113.7"));
        assert_eq!(from(&["10.0.0.1, 198.51.100.9 ,203.0.113.7"]).as_deref(), Some("203.0.113.7"));
        assert_eq!(from(&["10.0.0.1", "198.51.100.9, 203.0.113.7"]).as_deref(), Some("203.0.113.7"));
    }

    #[test]
    fn what_the_caller_put_before_it_does_not() {
        for forged in ["1.2.3.4, 203.0.113.7", "nonsense, 203.0.113.7", ",,, 203.0.113.7", "1.2.3.4:5, 203.0.113.7"] {
            assert_eq!(from(&[forged]).as_deref(), Some("203.0.113.7"), "{forged}");
        }
    }

    #[test]
    fn an_address_may_have_a_port() {
        for (entry, address) in [
            ("203.0.113.7:49152", "203.0.113.7"),
            ("2001:db8::7", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("1.2.3.4, [2001:db8::7]:49152", "2001:db8::7"),
        ] {
            assert_eq!(from(&[entry]).as_deref(), Some(address), "{entry}");
        }
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_no_address_and_none_before_it_is_taken() {
        for unreadable in ["", "unknown", "203.0.113.7,", "203.0.113.7, unknown", "203.0.113.7:", "203.0.113.7:99999"] {
            assert_eq!(from(&[unreadable]), None, "{unreadable:?}");
        }
        assert_eq!(from(&["203.0.113.7", "unknown"]), None);
        assert_eq!(from(&[]), None);
    }
}
