//! Data in hexadecimal and as characters: `-e read=`, `-e write=`.

use std::fmt::Write;

/// Bytes per line.
const LINE: usize = 16;

/// Writes buffers. Those of a vector are numbered, and end with the first empty one. `messages` says how many of them each of
/// several messages has; its buffers are a vector of their own.
pub fn write(out: &mut String, buffers: &[Vec<u8>], vector: bool, messages: &[u32]) {
    if messages.is_empty() {
        return one(out, buffers, vector);
    }
    let mut rest = buffers;
    for (index, count) in messages.iter().enumerate() {
        let _ = writeln!(out, " = {count} buffers in vector {index}");
        let (own, behind) = rest.split_at(rest.len().min(*count as usize));
        one(out, own, true);
        rest = behind;
    }
}

fn one(out: &mut String, buffers: &[Vec<u8>], vector: bool) {
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
    write(&mut out, &[b"some datasome2341234".to_vec()], false, &[]);
    assert_eq!(
        out,
        " | 00000  73 6f 6d 65 20 64 61 74  61 73 6f 6d 65 32 33 34  some datasome234 |\n \
         | 00010  31 32 33 34                                       1234             |\n"
    );
    out.clear();
    write(&mut out, &[b"first".to_vec(), b"second\n".to_vec()], true, &[]);
    assert!(out.starts_with(" * 5 bytes in buffer 0\n | 00000  66 69"), "{out}");
    // A count that a hostile tracer made up takes what there is.
    out.clear();
    let buffers = [b"ab".to_vec(), Vec::new(), b"c".to_vec()];
    write(&mut out, &buffers, true, &[2, 0, u32::MAX]);
    let begins: Vec<&str> = out.lines().map(|line| line.split("  ").next().unwrap_or_default()).collect();
    assert_eq!(
        begins,
        [
            " = 2 buffers in vector 0",
            " * 2 bytes in buffer 0",
            " | 00000",
            " = 0 buffers in vector 1",
            " = 4294967295 buffers in vector 2",
            " * 1 bytes in buffer 0",
            " | 00000",
        ]
    );
}
