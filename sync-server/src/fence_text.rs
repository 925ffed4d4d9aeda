//! Fences as people type them: degrees with decimals, a corner a line.

use detailbook_core::geo::{Fence, Point};

/// Digits after the point that a place is kept with.
const DIGITS: usize = 7;

/// Reads degrees such as `42.36` or `-71.0587341`, without ever going through a float.
pub fn degrees_e7(text: &str) -> Option<i32> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || !plain(whole) || !plain(part) {
        return None;
    }
    // What is finer than a centimetre is left out.
    let part: String = part.chars().chain(std::iter::repeat('0')).take(DIGITS).collect();
    let whole: i64 = whole.parse().ok()?;
    let all = whole * 10_000_000 + part.parse::<i64>().ok()?;
    i32::try_from(if negative { -all } else { all }).ok()
}

/// Degrees as [`degrees_e7`] reads them.
pub fn degrees(e7: i32) -> String {
    let (sign, size) = (if e7 < 0 { "-" } else { "" }, e7.unsigned_abs());
    format!("{sign}{}.{:07}", size / 10_000_000, size % 10_000_000)
}

/// Reads a place such as `42.3601, -71.0589`.
pub fn point(text: &str) -> Result<Point, String> {
    let wanted = || format!("{text:?} is not a place such as 42.3601, -71.0589");
    let (north, east) = text.split_once(',').or_else(|| text.trim().split_once(' ')).ok_or_else(wanted)?;
    let latitude_e7 = degrees_e7(north).ok_or_else(wanted)?;
    let longitude_e7 = degrees_e7(east).ok_or_else(wanted)?;
    Ok(Point { latitude_e7, longitude_e7 })
}

/// A place as [`point`] reads it.
pub fn point_text(point: Point) -> String {
    format!("{}, {}", degrees(point.latitude_e7), degrees(point.longitude_e7))
}

/// Reads corners, separated by semicolons or line ends; an empty line, or two semicolons, begins a hole.
pub fn rings(text: &str) -> Result<Vec<Vec<Point>>, String> {
    let text = text.trim().replace('\n', ";");
    let mut rings = vec![Vec::new()];
    for corner in text.split(';').map(str::trim) {
        match rings.last_mut() {
            Some(ring) if !corner.is_empty() => ring.push(point(corner)?),
            Some(ring) if !ring.is_empty() => rings.push(Vec::new()),
            _ => {}
        }
    }
    rings.retain(|ring| !ring.is_empty());
    Ok(rings)
}

/// Corners a line each, with an empty line before each hole.
pub fn rings_text(rings: &[Vec<Point>]) -> String {
    let ring = |ring: &Vec<Point>| ring.iter().map(|corner| point_text(*corner)).collect::<Vec<_>>().join("\n");
    rings.iter().map(ring).collect::<Vec<_>>().join("\n\n")
}

/// A fence in a few words.
pub fn said(fence: &Fence) -> String {
    match fence {
        Fence::Circle { center, radius_m } => format!("{radius_m} m around {}", point_text(*center)),
        Fence::Polygon { rings } => {
            let corners: usize = rings.iter().map(Vec::len).sum();
            let first = rings.iter().flatten().next().map_or_else(String::new, |point| point_text(*point));
            format!("a polygon of {corners} corners from {first}")
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn degrees_survive_their_text(e7 in -1_800_000_000..=1_800_000_000_i32) {
            prop_assert_eq!(degrees_e7(&degrees(e7)), Some(e7));
        }

        #[test]
        fn corners_survive_their_text(rings_of in prop::collection::vec(prop::collection::vec((-900_000_000..900_000_000_i32, -1_800_000_000..1_800_000_000_i32), 1..5), 1..3)) {
            let point = |(latitude_e7, longitude_e7)| Point { latitude_e7, longitude_e7 };
            let given: Vec<Vec<_>> = rings_of.into_iter().map(|ring| ring.into_iter().map(point).collect()).collect();
            prop_assert_eq!(rings(&rings_text(&given)), Ok(given));
        }

        #[test]
        fn no_text_is_too_much_for_it(text in ".*") {
            let _ = (rings(&text), degrees_e7(&text));
        }
    }

    #[test]
    fn degrees_are_read_as_people_write_them() {
        for (text, e7) in [
            ("42.36", 423_600_000),
            (" -71.0587341 ", -710_587_341),
            ("+7", 70_000_000),
            ("-0.5", -5_000_000),
            ("42.36000009", 423_600_000),
        ] {
            assert_eq!(degrees_e7(text), Some(e7), "{text}");
        }
        for text in ["", ".", "-", "42,36", "4 2", "1e2", "214.9", "42.36N", "٤٢", "--1"] {
            assert_eq!(degrees_e7(text), None, "{text}");
        }
        assert!(point("42.36").is_err() && point("42.36 -71.05").is_ok());
    }
}
