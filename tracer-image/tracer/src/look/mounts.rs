//! Facts about the target's mounts (proc_pid_mountinfo(5)).

use super::answer::Answer;
use crate::{descriptors::mounts::asks_others, root::Root};
use nix::{fcntl::OFlag, sys::statvfs::fstatvfs};
use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt, path::Path};
use wire::look::{Fact, Mount, Space};

/// At most this many are told.
const MOST: usize = 1024;

/// Tells of the mounts of the first process.
pub fn tell(members: &[i32], answer: &mut Answer) {
    let Some(process) = members.first().copied() else { return };
    let table = match fs::read(format!("/proc/{process}/mountinfo")) {
        Ok(table) => table,
        Err(error) => return answer.could_not("mounts", process, &error),
    };
    let root = Root::of(&[process]);
    let lines: Vec<&[u8]> = table.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    for line in lines.iter().take(MOST) {
        let Some(mut mount) = parse(line) else { continue };
        // A file system with a server may not answer.
        if !asks_others(&mount.kind) {
            mount.space = root.as_ref().and_then(|root| space(root, &mount.at));
        }
        answer.say(Fact::Mount(mount));
    }
    if lines.len() > MOST {
        answer.say(Fact::Cut { what: "mounts".into(), more: (lines.len() - MOST) as u64 });
    }
}

/// `22 27 0:21 / /sys rw,nosuid shared:7 - sysfs sysfs rw`
pub fn parse(line: &[u8]) -> Option<Mount> {
    let words: Vec<&[u8]> = line.split(|byte| *byte == b' ').collect();
    let dash = words.iter().position(|word| *word == b"-")?;
    let options = words.get(5)?;
    let of_file_system = words.get(dash + 3).copied().unwrap_or_default();
    let read_only = |options: &[u8]| options.split(|byte| *byte == b',').any(|option| option == b"ro");
    Some(Mount {
        at: unescape(words.get(4)?),
        kind: String::from_utf8_lossy(words.get(dash + 1)?).into_owned(),
        source: unescape(words.get(dash + 2)?),
        read_only: read_only(options) || read_only(of_file_system),
        space: None,
    })
}

/// Blanks and backslashes are written as octal numbers.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, tail)) = rest.split_first() {
        let code = tail.get(..3).filter(|_| *byte == b'\\');
        let code = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 8).ok());
        (rest, _) = match code {
            Some(code) => (&tail[3..], out.push(code)),
            None => (tail, out.push(*byte)),
        };
    }
    out
}

fn space(root: &Root, at: &[u8]) -> Option<Space> {
    let file = root.open(Path::new(OsStr::from_bytes(at)), OFlag::O_PATH).ok()?;
    let found = fstatvfs(&file).ok()?;
    let size = found.fragment_size();
    Some(Space {
        bytes: found.blocks().saturating_mul(size),
        free_bytes: found.blocks_available().saturating_mul(size),
        inodes: found.files(),
        free_inodes: found.files_available(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read() {
        let mount =
            parse(b"310 27 0:55 / /mnt/a\\040b rw shared:7 - fuse.sshfs me@host: ro,user_id=0").unwrap();
        assert_eq!((mount.at.as_slice(), mount.kind.as_str()), (&b"/mnt/a b"[..], "fuse.sshfs"));
        assert!(mount.read_only && mount.source == b"me@host:");
        assert!(parse(b"310 27 0:55 / /mnt rw").is_none());
        assert!(!parse(b"22 27 0:21 / /sys rw,nosuid - sysfs sysfs rw").unwrap().read_only);
    }
}
