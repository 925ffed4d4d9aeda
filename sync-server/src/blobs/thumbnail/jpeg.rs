//! What a JPEG says of itself before anything of it is decoded: its size, and in how many scans it comes.

/// What decoding it would take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Frame {
    /// Pixels across.
    pub(super) width: u16,
    /// Pixels down.
    pub(super) height: u16,
    /// Colours a pixel has.
    pub(super) components: u8,
    /// Its colours are refined scan by scan, and all of them are held until the last.
    pub(super) progressive: bool,
    /// How many scans there are.
    pub(super) scans: u32,
}

const START_OF_SCAN: u8 = 0xda;
const END: u8 = 0xd9;

/// Walks from marker to marker (ITU T.81, annex B) to the end of the picture. Nothing: it has no frame, or breaks off.
pub(super) fn frame(bytes: &[u8]) -> Option<Frame> {
    let mut rest = bytes.strip_prefix(&[0xff, 0xd8])?;
    let mut found: Option<Frame> = None;
    loop {
        let (marker, after) = marker(rest)?;
        rest = after;
        match marker {
            END => return found.filter(|frame| frame.scans > 0),
            // Markers that stand alone.
            0x01 | 0xd0..=0xd7 => continue,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?]));
        let segment = rest.get(2..length)?;
        rest = rest.get(length..)?;
        match marker {
            // Frames: all of C0 to CF but the tables of Huffman and arithmetic coding, and the one that is kept free.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                // A second frame would be one that was not measured.
                found = found.is_none().then(|| read(marker, segment)).flatten();
                found?;
            }
            START_OF_SCAN => {
                found.as_mut()?.scans += 1;
                rest = after_scan(rest)?;
            }
            _ => {}
        }
    }
}

/// The next marker and what follows it. Any number of fill bytes may stand before it.
fn marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let rest = bytes.strip_prefix(&[0xff])?;
    let at = rest.iter().position(|byte| *byte != 0xff)?;
    Some((rest[at], &rest[at + 1..]))
}

/// What follows the coded data of a scan: there, a zero or a restart marker follows each `FF`.
fn after_scan(bytes: &[u8]) -> Option<&[u8]> {
    let ends = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff);
    let at = bytes.windows(2).position(ends)?;
    bytes.get(at..)
}

fn read(marker: u8, segment: &[u8]) -> Option<Frame> {
    let two = |at: usize| Some(u16::from_be_bytes([*segment.get(at)?, *segment.get(at + 1)?]));
    let progressive = matches!(marker, 0xc2 | 0xc6 | 0xca | 0xce);
    let (height, width, components) = (two(1)?, two(3)?, *segment.get(5)?);
    (width > 0 && height > 0).then_some(Frame { width, height, components, progressive, scans: 0 })
}

/// A frame of that kind, scans of a byte each, an end.
#[cfg(test)]
pub(super) fn shell(kind: u8, (width, height): (u16, u16), scans: usize) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 0xff, START_OF_SCAN];
    bytes.extend([0xff, kind, 0, 17, 8]);
    bytes.extend(height.to_be_bytes().into_iter().chain(width.to_be_bytes()));
    bytes.extend([3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0]);
    for _ in 0..scans {
        bytes.extend([0xff, START_OF_SCAN, 0, 8, 1, 1, 0, 0, 63, 0, 0x5a, 0xff, 0x00, 0xff, 0xd3, 0x11]);
    }
    bytes.extend([0xff, 0xff, END]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_kind_and_scans_are_read() {
        let found = frame(&shell(0xc2, (4000, 3000), 10)).unwrap();
        assert_eq!(
            found,
            Frame { width: 4000, height: 3000, components: 3, progressive: true, scans: 10 },
            "what looks like a marker within a segment or coded data is none"
        );
        assert!(!frame(&shell(0xc0, (8, 8), 1)).unwrap().progressive);
    }

    #[test]
    fn what_breaks_off_or_has_no_picture_is_none() {
        let whole = shell(0xc0, (8, 8), 2);
        for cut in 0..whole.len() {
            assert_eq!(frame(&whole[..cut]), None, "cut at {cut}");
        }
        assert_eq!(frame(&shell(0xc0, (0, 8), 1)), None);
        assert_eq!(frame(&shell(0xc0, (8, 8), 0)), None);
        let twice = [&shell(0xc0, (8, 8), 1)[..27], &shell(0xc2, (60_000, 60_000), 1)[8..]].concat();
        assert_eq!(frame(&twice), None, "a second frame");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = frame(&[&[0xff, 0xd8], &bytes[..]].concat());
        }
    }
}
