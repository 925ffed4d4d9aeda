//! From the bytes of a photo to those of its thumbnail, or why there is none.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage};

use super::jpeg;

/// Twice as large as pages show it, for screens with small pixels.
const WIDTH: u32 = 480;
const HEIGHT: u32 = 360;
const QUALITY: u8 = 78;

/// Bytes of a photo: half as much again as a phone of 50 megapixels makes of a busy street.
pub(super) const MOST_BYTES: u64 = 32 * 1024 * 1024;
/// Pixels of a photo.
const MOST_PIXELS: u64 = 52_000_000;
/// Bytes that decoding may take beside the photo itself.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
/// Pixels times scans: each scan goes over all of them again, some ten nanoseconds a pixel.
const MOST_WORK: u64 = 500_000_000;

/// Why there is no thumbnail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoPicture {
    /// Neither a JPEG nor a PNG, whatever it is called.
    OtherFormat,
    /// It would take too many pixels, too much memory or too much time.
    TooLarge,
    /// It cannot be read to its end.
    Damaged,
}

/// The thumbnail of a photo, as a JPEG.
pub(super) fn small(bytes: &[u8]) -> Result<Vec<u8>, NoPicture> {
    let (picture, orientation) = match format(bytes)? {
        ImageFormat::Jpeg => of_jpeg(bytes)?,
        _ => of_png(bytes)?,
    };
    let mut small = shrunk(picture, orientation);
    small.apply_orientation(orientation);
    let mut out = Vec::with_capacity(32 * 1024);
    let encoder = JpegEncoder::new_with_quality(&mut out, QUALITY);
    on_white(&small).write_with_encoder(encoder).map_err(|_| NoPicture::Damaged)?;
    Ok(out)
}

/// By its first bytes: what it was called when it was sent says nothing.
fn format(bytes: &[u8]) -> Result<ImageFormat, NoPicture> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Ok(ImageFormat::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Ok(ImageFormat::Png),
        _ => Err(NoPicture::OtherFormat),
    }
}

fn of_jpeg(bytes: &[u8]) -> Result<(DynamicImage, Orientation), NoPicture> {
    let frame = jpeg::frame(bytes).ok_or(NoPicture::Damaged)?;
    let pixels = u64::from(frame.width) * u64::from(frame.height);
    // Pixels as they come out, and for a progressive one each colour of each pixel in two bytes until the last scan.
    let held = u64::from(frame.components.max(3)) * if frame.progressive { 3 } else { 1 };
    if pixels > MOST_PIXELS || pixels * held > MOST_MEMORY || pixels * u64::from(frame.scans) > MOST_WORK {
        return Err(NoPicture::TooLarge);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Jpeg);
    reader.limits(limits());
    decoded(reader.into_decoder().map_err(|_| NoPicture::Damaged)?)
}

fn of_png(bytes: &[u8]) -> Result<(DynamicImage, Orientation), NoPicture> {
    decoded(PngDecoder::with_limits(Cursor::new(bytes), limits()).map_err(why)?)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    limits
}

fn decoded(mut decoder: impl ImageDecoder) -> Result<(DynamicImage, Orientation), NoPicture> {
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MOST_MEMORY {
        return Err(NoPicture::TooLarge);
    }
    // What cannot be read says nothing of how the phone was held.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((DynamicImage::from_decoder(decoder).map_err(why)?, orientation))
}

#[allow(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn why(error: image::ImageError) -> NoPicture {
    if matches!(error, image::ImageError::Limits(_)) { NoPicture::TooLarge } else { NoPicture::Damaged }
}

/// As large as a thumbnail will be once it is turned the right way up; what is smaller stays as it is.
fn shrunk(picture: DynamicImage, orientation: Orientation) -> DynamicImage {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    let on_its_side = matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH);
    let (width, height) = if on_its_side { (HEIGHT, WIDTH) } else { (WIDTH, HEIGHT) };
    if picture.width() <= width && picture.height() <= height { picture } else { picture.thumbnail(width, height) }
}

/// Without its transparency, on white: a JPEG has none.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let rgba = picture.to_rgba8();
    let over = |colour: u8, alpha: u8| {
        let (colour, alpha) = (u32::from(colour), u32::from(alpha));
        ((colour * alpha + 255 * (255 - alpha)) / 255) as u8
    };
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [red, green, blue, alpha] = rgba.get_pixel(x, y).0;
        Rgb([over(red, alpha), over(green, alpha), over(blue, alpha)])
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A picture that is red on the left and blue on the right.
    fn halves(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) })
    }

    pub(in super::super) fn png(width: u32, height: u32) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        halves(width, height).write_to(&mut out, ImageFormat::Png).unwrap();
        out.into_inner()
    }

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        halves(width, height).write_to(&mut out, ImageFormat::Jpeg).unwrap();
        out.into_inner()
    }

    /// The same JPEG, held that way, and taken at a place: an Exif segment with the orientation and a latitude (Exif 2.32, 4.6).
    fn held(orientation: u8, jpeg: &[u8]) -> Vec<u8> {
        let mut tiff = b"Exif\0\0MM\0\x2a\0\0\0\x08".to_vec();
        tiff.extend([0, 2]);
        tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
        // A text of 20 bytes where other cameras write their name.
        tiff.extend([0x01, 0x0f, 0, 2, 0, 0, 0, 20, 0, 0, 0, 38, 0, 0, 0, 0]);
        tiff.extend(b"42.3550N 71.0560W ..");
        let length = u16::try_from(tiff.len() + 2).unwrap().to_be_bytes();
        [&jpeg[..2], &[0xff, 0xe1], &length, &tiff, &jpeg[2..]].concat()
    }

    fn size(bytes: &[u8]) -> (u32, u32) {
        let found = image::load_from_memory(bytes).unwrap();
        (found.width(), found.height())
    }

    /// `true`: red at that place, in percent of the sides.
    fn is_red(bytes: &[u8], across: u32, down: u32) -> bool {
        let found = image::load_from_memory(bytes).unwrap().to_rgb8();
        let pixel = found.get_pixel(found.width() * across / 100, found.height() * down / 100).0;
        pixel[0] > 128 && pixel[2] < 128
    }

    /// A PNG chunk with its checksum.
    fn chunk(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
        let named = [&kind[..], body].concat();
        let crc = named.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
        });
        [&u32::try_from(body.len()).unwrap().to_be_bytes()[..], &named, &(!crc).to_be_bytes()].concat()
    }

    /// A PNG of that size whose pixels are so many zeros, packed.
    fn zeros(width: u32, height: u32, count: usize) -> Vec<u8> {
        use std::io::Write;
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(&vec![0; count]).unwrap();
        let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
        let parts = [chunk(*b"IHDR", &head), chunk(*b"IDAT", &packed.finish().unwrap()), chunk(*b"IEND", &[])];
        [&b"\x89PNG\r\n\x1a\n"[..], &parts.concat()].concat()
    }

    #[test]
    fn photos_become_small_and_keep_their_shape() {
        for (photo, wanted) in [
            (jpeg(1600, 1200), (480, 360)),
            (jpeg(1200, 1600), (270, 360)),
            (png(2000, 100), (480, 24)),
            (png(60, 40), (60, 40)),
        ] {
            let small = small(&photo).unwrap();
            assert_eq!(size(&small), wanted);
            assert!(is_red(&small, 20, 50) && !is_red(&small, 80, 50));
        }
    }

    #[test]
    fn a_photo_is_turned_the_right_way_up() {
        let flat = jpeg(800, 600);
        let turned = |orientation| small(&held(orientation, &flat)).unwrap();
        assert!(is_red(&turned(1), 20, 50));
        assert!(is_red(&turned(3), 80, 50) && !is_red(&turned(3), 20, 50));
        // Turned by a quarter to the right, what was left is on top.
        let quarter = turned(6);
        assert_eq!(size(&quarter), (270, 360));
        assert!(is_red(&quarter, 50, 20) && !is_red(&quarter, 50, 80));
        assert!(is_red(&turned(8), 50, 80));
        assert_eq!(size(&turned(99)), (480, 360), "what is no orientation turns nothing");
    }

    #[test]
    fn nothing_of_the_file_but_its_pixels_is_carried_over() {
        let photo = held(6, &jpeg(800, 600));
        let has = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).any(|found| found == text);
        assert!(has(&photo, b"Exif") && has(&photo, b"42.3550N"));
        let small = small(&photo).unwrap();
        assert!(!has(&small, b"Exif") && !has(&small, b"42.3550N"));
    }

    #[test]
    fn a_name_says_nothing_and_other_files_are_refused() {
        for other in
            [&b""[..], b"\xff\xd8", b"GIF89a", b"<svg/>", b"\0\0\0\x18ftypheic", b"RIFF\0\0\0\0WEBP", b"%PDF-1.7"]
        {
            assert_eq!(small(other).unwrap_err(), NoPicture::OtherFormat, "{other:?}");
        }
    }

    #[test]
    fn what_breaks_off_or_was_changed_is_refused() {
        let photo = jpeg(640, 480);
        for cut in [3, 20, photo.len() / 2, photo.len() - 1] {
            assert_eq!(small(&photo[..cut]).unwrap_err(), NoPicture::Damaged, "cut at {cut}");
        }
        let photo = png(640, 480);
        for cut in [8, 30, photo.len() / 2] {
            assert_eq!(small(&photo[..cut]).unwrap_err(), NoPicture::Damaged, "cut at {cut}");
        }
        assert_eq!(small(&zeros(400, 400, 1_000)).unwrap_err(), NoPicture::Damaged, "fewer pixels than it says");
    }

    #[test]
    fn bombs_cost_nothing() {
        // 60,000 x 60,000 pixels in a kilobyte, as either format may claim.
        assert_eq!(small(&zeros(60_000, 60_000, 1_000_000)).unwrap_err(), NoPicture::TooLarge);
        let shell = |kind, sides, scans| super::super::jpeg::shell(kind, sides, scans);
        assert_eq!(small(&shell(0xc0, (60_000, 60_000), 1)).unwrap_err(), NoPicture::TooLarge);
        // A picture that a phone may send, but progressive, and its colours would have to be held.
        assert_eq!(small(&shell(0xc2, (8_000, 6_000), 1)).unwrap_err(), NoPicture::TooLarge);
        // A small one in ten thousand scans.
        assert_eq!(small(&shell(0xc2, (1_000, 1_000), 10_000)).unwrap_err(), NoPicture::TooLarge);
        // Within the bounds, and no picture: the decoder finds no tables.
        assert_eq!(small(&shell(0xc0, (640, 480), 1)).unwrap_err(), NoPicture::Damaged);
    }

    #[test]
    fn text_that_unpacks_for_ever_is_left_packed() {
        use std::io::Write;
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(&vec![b'a'; 64 * 1024 * 1024]).unwrap();
        let text = chunk(*b"zTXt", &[&b"Comment\0\0"[..], &packed.finish().unwrap()].concat());
        let photo = png(320, 240);
        // After the header, which is 8 bytes of signature and 25 of the chunk.
        let photo = [&photo[..33], &text, &photo[33..]].concat();
        assert!(photo.len() < 200_000);
        assert_eq!(size(&small(&photo).unwrap()), (320, 240));
    }

    #[test]
    fn what_is_transparent_stands_on_white() {
        let clear = image::RgbaImage::from_pixel(50, 50, image::Rgba([0, 0, 0, 0]));
        let mut out = Cursor::new(Vec::new());
        clear.write_to(&mut out, ImageFormat::Png).unwrap();
        let found = image::load_from_memory(&small(&out.into_inner()).unwrap()).unwrap().to_rgb8();
        assert!(found.get_pixel(25, 25).0.iter().all(|colour| *colour > 250));
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(64))]

        #[test]
        fn no_damage_to_a_photo_makes_it_panic(at in 2_usize..1_500, byte: u8, as_png: bool) {
            let mut photo = if as_png { png(32, 24) } else { jpeg(32, 24) };
            let place = at % photo.len();
            photo[place] = byte;
            drop(small(&photo));
        }
    }
}
