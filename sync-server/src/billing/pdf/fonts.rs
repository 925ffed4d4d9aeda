//! The fonts of invoices, inside the binary: Liberation Sans, under the SIL Open Font License (`assets/fonts/OFL.txt`).

use std::sync::LazyLock;

use ttf_parser::Face;

/// The regular weight.
pub(super) static REGULAR: &[u8] = include_bytes!("../../../assets/fonts/LiberationSans-Regular.ttf");
/// The bold weight.
pub(super) static BOLD: &[u8] = include_bytes!("../../../assets/fonts/LiberationSans-Bold.ttf");

static FACES: LazyLock<[Option<Face<'static>>; 2]> =
    LazyLock::new(|| [REGULAR, BOLD].map(|bytes| Face::parse(bytes, 0).ok()));

/// How wide a text is in points.
pub(super) fn width(text: &str, bold: bool, size: f32) -> f32 {
    let Some(face) = &FACES[usize::from(bold)] else { return 0.0 };
    let units: u32 = text.chars().map(|c| advance(face, c)).sum();
    units as f32 * size / f32::from(face.units_per_em())
}

/// How far a character moves; what the font does not have is drawn as its box for that.
fn advance(face: &Face<'_>, c: char) -> u32 {
    let glyph = face.glyph_index(c).unwrap_or_default();
    u32::from(face.glyph_hor_advance(glyph).unwrap_or(0))
}
