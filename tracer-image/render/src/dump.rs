//! Data in hexadecimal and as characters: `-e read=`, `-e write=`.

use std::fmt::Write;

/// Bytes per line.
const LINE: usize = 16;

/// Writes buffers. Those of a vector are numbered, and end with the first empty one.
pub fn write(out: &mut String, buffers: &[Vec<u8>], vector: bool) {
    for (index, bytes) in buffers.iter().enumerate().take_while(|(_, bytes)| !bytes.is_empty()) {
        if vector {
            let _ = writeln!(out, " * {} bytes in buffer {index}", bytes.len());
        }
        lines(out, bytes);
    }
}

fn lines(out: &mut String, bytes: &[u8]) {
    // All offsets of a dump have the same width: five digits, or as many as the last byte's offset needs.
    let width = format!("{:x}", bytes.len().saturating_sub(1)).len().max(5);
    for (index, line) in bytes.chunks(LINE).enumerate() {
        let _ = write!(out, " | {:0width$x} ", index * LINE);
        for at in 0..LINE {
            out.push_str(if at == LINE / 2 { "  " } else { " " });
            match line.get(at) {
                Some(byte) => {
                    let _ = write!(out, "{byte:02x}");
                }
                None => out.push_str("  "),
            }
        }
        out.push_str("  ");
        out.extend(line.iter().map(|byte| if (0x20..0x7f).contains(byte) { *byte as char } else { '.' }));
        out.extend(std::iter::repeat_n(' ', LINE - line.len()));
        out.push_str(" |\n");
    }
}

#[test]
fn dumps_look_as_strace_writes_them() {
    let mut out = String::new();
    write(&mut out, &[b"some datasome2341234".to_vec()], false);
    assert_eq!(
        out,
        " | 00000  73 6f 6d 65 20 64 61 74  61 73 6f 6d 65 32 33 34  some datasome234 |\n \
         | 00010  31 32 33 34                                       1234             |\n"
    );
    out.clear();
    write(&mut out, &[b"first".to_vec(), b"second\n".to_vec()], true);
    assert!(out.starts_with(" * 5 bytes in buffer 0\n | 00000  66 69"), "{out}");
}
