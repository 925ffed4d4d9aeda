//! A picture to photograph: a small PNG, grainy as pictures taken at night are.

use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

const WIDTH: u32 = 240;
const HEIGHT: u32 = 160;

/// The picture's bytes (PNG, RFC 2083): the same each time.
pub fn door_at_night() -> std::io::Result<Vec<u8>> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = [WIDTH.to_be_bytes(), HEIGHT.to_be_bytes()].concat();
    // Eight bits a channel, red-green-blue, no interlacing.
    header.extend([8, 2, 0, 0, 0]);
    chunk(&mut png, *b"IHDR", &header);
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&pixels())?;
    chunk(&mut png, *b"IDAT", &packed.finish()?);
    chunk(&mut png, *b"IEND", &[]);
    Ok(png)
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], body: &[u8]) {
    let mut crc = Crc::new();
    crc.update(&kind);
    crc.update(body);
    png.extend(u32::try_from(body.len()).unwrap_or_default().to_be_bytes());
    png.extend(kind);
    png.extend(body);
    png.extend(crc.sum().to_be_bytes());
}

/// A lit door in a dark wall, with noise over it. Each row begins with its filter, none.
fn pixels() -> Vec<u8> {
    let mut grain = 0x2545_F491_u32;
    let mut rows = Vec::new();
    for y in 0..HEIGHT {
        rows.push(0);
        for x in 0..WIDTH {
            let lit = (90..150).contains(&x) && (30..150).contains(&y);
            let light: [u8; 3] = if lit { [190, 160, 90] } else { [22, 24, 34] };
            for channel in light {
                grain ^= grain << 13;
                grain ^= grain >> 17;
                grain ^= grain << 5;
                rows.push(channel.saturating_add((grain & 0x1F) as u8));
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn the_picture_is_a_png_of_its_size() {
        let png = door_at_night().unwrap();
        assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
        let length = u32::from_be_bytes(png[33..37].try_into().unwrap()) as usize;
        assert_eq!(png[37..41], *b"IDAT");
        let mut crc = Crc::new();
        crc.update(&png[37..41 + length]);
        assert_eq!(png[41 + length..45 + length], crc.sum().to_be_bytes());
        let mut pixels = Vec::new();
        flate2::read::ZlibDecoder::new(&png[41..41 + length]).read_to_end(&mut pixels).unwrap();
        assert_eq!(pixels.len() as u32, HEIGHT * (1 + 3 * WIDTH));
    }
}
