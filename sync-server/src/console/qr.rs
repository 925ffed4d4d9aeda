//! A QR code as SVG, drawn into the page.

use std::fmt::{self, Write};

use askama::filters::HtmlSafe;
use qrcode::{Color, EcLevel, QrCode};

/// Modules of white around the code: ISO/IEC 18004 asks for four.
const QUIET: usize = 4;

/// A code as one path.
#[derive(Clone, Debug)]
pub struct Qr {
    side: usize,
    path: String,
}

impl HtmlSafe for Qr {}

impl Qr {
    /// The code of a text; nothing where it is too long for one.
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).ok()?;
        let width = code.width();
        let dark = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
        let path = dark.fold(String::new(), |mut path, (place, _)| {
            let (x, y) = (place % width + QUIET, place / width + QUIET);
            // Writing to a String cannot fail.
            let _ = write!(path, "M{x} {y}h1v1h-1z");
            path
        });
        Some(Self { side: width + 2 * QUIET, path })
    }
}

impl fmt::Display for Qr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { side, path } = self;
        write!(
            f,
            "<svg class=\"qr\" role=\"img\" aria-label=\"QR code of the same secret\" viewBox=\"0 0 {side} {side}\" \
             shape-rendering=\"crispEdges\"><rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\
             <path d=\"{path}\" fill=\"#000\"/></svg>"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_square_with_its_corner_in_place() {
        let qr = Qr::of("otpauth://totp/a?secret=b").unwrap();
        assert!(qr.path.starts_with("M4 4h1v1h-1zM5 4h1v1h-1z"));
        assert_eq!(qr.side, 25 + 8, "version 2");
        assert!(qr.to_string().ends_with("</svg>"));
        assert!(Qr::of(&"x".repeat(5_000)).is_none());
    }
}
