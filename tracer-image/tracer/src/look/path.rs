//! What there is at a path of the target, and which of its components refuses. Of a file's contents only the beginning of a
//! program is looked at, for what runs it, and nothing of that but a path leaves the tracer.

use super::{answer::Answer, mounts, processes::Status};
use crate::{descriptors::mounts::asks_others, root::Root};
use nix::{
    errno::Errno,
    fcntl::{OFlag, readlinkat},
    sys::stat::fstat,
};
use std::{
    ffi::OsStr,
    fs,
    os::{
        fd::{AsRawFd, OwnedFd},
        unix::{ffi::OsStrExt, fs::FileExt},
    },
    path::{Path, PathBuf},
};
use wire::look::{Fact, Part, PathFact, Refused};

/// The longest path, and the most links on the way (path_resolution(7)).
const LONGEST: usize = 4096;
const MOST_LINKS: usize = 40;
/// Names that are alike.
const MOST_ALIKE: usize = 3;
/// Most names of a directory that are compared.
const MOST_NAMES: usize = 10_000;
// linux/capability.h
const CAP_DAC_OVERRIDE: u64 = 1 << 1;
const CAP_DAC_READ_SEARCH: u64 = 1 << 2;

/// Who wants to go there.
struct Person {
    user: u32,
    group: u32,
    groups: Vec<u32>,
    capabilities: u64,
}

impl Person {
    fn of(process: i32) -> Option<Person> {
        let status = Status::of(process).ok()?;
        // Real, effective, saved, and the one for files (proc_pid_status(5)).
        let of_files = |field| status.numbers(field).get(3).copied().map(|id| id as u32);
        Some(Person {
            user: of_files("Uid")?,
            group: of_files("Gid")?,
            groups: status.numbers("Groups").into_iter().map(|id| id as u32).take(256).collect(),
            capabilities: status.bits("CapEff").unwrap_or(0),
        })
    }

    /// What it may do: read 4, write 2, execute or search 1 (`generic_permission` of fs/namei.c). Access control lists are
    /// not looked at.
    fn may(&self, mode: u32, user: u32, group: u32) -> u8 {
        let shift = match () {
            () if user == self.user => 6,
            () if group == self.group || self.groups.contains(&group) => 3,
            () => 0,
        };
        let mut may = (mode >> shift & 7) as u8;
        let directory = mode & libc::S_IFMT == libc::S_IFDIR;
        if self.capabilities & CAP_DAC_OVERRIDE != 0 {
            may |= 6 | u8::from(directory || mode & 0o111 != 0);
        }
        if self.capabilities & CAP_DAC_READ_SEARCH != 0 {
            may |= 4 | u8::from(directory);
        }
        may
    }
}

/// Tells of a path, for the first process whose root we may open.
pub fn tell(members: &[i32], path: &[u8], answer: &mut Answer) {
    let found = members.iter().find_map(|process| Some((*process, Root::of(&[*process])?)));
    let Some((process, root)) = found else {
        return answer.refused(Refused {
            what: "files".into(),
            of: 0,
            why: "the root of none of the target's processes can be opened".into(),
            rights: true,
        });
    };
    let Some(person) = Person::of(process) else { return };
    answer.say(Fact::Path(Box::new(walk(process, &root, &person, path))));
}

fn walk(process: i32, root: &Root, person: &Person, path: &[u8]) -> PathFact {
    let mut fact = PathFact {
        path: path[..path.len().min(LONGEST)].to_vec(),
        user: person.user,
        group: person.group,
        groups: person.groups.clone(),
        ..PathFact::default()
    };
    let start = match path.first() {
        Some(b'/') => PathBuf::from("/"),
        // As the process would: from its current directory.
        _ => fs::read_link(format!("/proc/{process}/cwd")).unwrap_or_else(|_| "/".into()),
    };
    let mut todo: Vec<Vec<u8>> = start
        .join(OsStr::from_bytes(&fact.path))
        .as_os_str()
        .as_bytes()
        .split(|byte| *byte == b'/')
        .rev()
        .filter(|part| !part.is_empty() && *part != b".")
        .map(<[u8]>::to_vec)
        .collect();
    let (mut here, mut links) = (PathBuf::from("/"), 0);
    let mut last: Option<OwnedFd> = None;
    while let Some(name) = todo.pop() {
        if name == b".." {
            here.pop();
            continue;
        }
        let there = here.join(OsStr::from_bytes(&name));
        // A directory that may not be searched, whatever is in it.
        if fact.parts.last().is_some_and(|part| part.may & 1 == 0) {
            fact.error = Errno::EACCES as i32;
            return fact;
        }
        let opened = root.open(&there, OFlag::O_PATH | OFlag::O_NOFOLLOW);
        let file = match opened {
            Ok(file) => file,
            Err(error) => {
                fact.error = error as i32;
                if error == Errno::ENOENT {
                    fact.alike = alike(root, &here, &name);
                }
                return fact;
            }
        };
        let Ok(stat) = fstat(&file) else { return fact };
        let link = (stat.st_mode & libc::S_IFMT == libc::S_IFLNK)
            .then(|| readlinkat(&file, "").ok())
            .flatten()
            .map(|link| link.as_bytes().to_vec());
        fact.parts.push(Part {
            path: there.as_os_str().as_bytes().to_vec(),
            mode: stat.st_mode,
            user: stat.st_uid,
            group: stat.st_gid,
            // A link's own mode is never asked.
            may: if link.is_some() { 7 } else { person.may(stat.st_mode, stat.st_uid, stat.st_gid) },
            link: link.clone(),
            size: u64::try_from(stat.st_size).unwrap_or(0),
        });
        match link {
            Some(link) => {
                links += 1;
                if links > MOST_LINKS {
                    fact.error = Errno::ELOOP as i32;
                    return fact;
                }
                if link.first() == Some(&b'/') {
                    here = PathBuf::from("/");
                }
                todo.extend(
                    link.split(|byte| *byte == b'/')
                        .rev()
                        .filter(|part| !part.is_empty() && *part != b".")
                        .map(<[u8]>::to_vec),
                );
            }
            None => {
                here = there;
                last = Some(file);
            }
        }
    }
    fact.resolved = Some(here.as_os_str().as_bytes().to_vec());
    let mount = mount_of(process, &here);
    if let Some((kind, read_only)) = mount {
        fact.read_only = read_only;
        // What is run has no server that may not answer.
        if last.as_ref().is_some_and(is_file) && !asks_others(&kind) {
            program(root, &here, &mut fact);
        }
        fact.file_system = kind;
    }
    fact
}

fn is_file(file: &OwnedFd) -> bool {
    fstat(file).is_ok_and(|stat| stat.st_mode & libc::S_IFMT == libc::S_IFREG)
}

/// The mount with the longest path in front of this one.
fn mount_of(process: i32, path: &Path) -> Option<(String, bool)> {
    let table = fs::read(format!("/proc/{process}/mountinfo")).ok()?;
    let mounts = table.split(|byte| *byte == b'\n').filter_map(mounts::parse);
    let above = mounts.filter(|mount| path.starts_with(OsStr::from_bytes(&mount.at)));
    // Of two at the same place, the later one covers the other.
    above.max_by_key(|mount| mount.at.len()).map(|mount| (mount.kind, mount.read_only))
}

/// What runs a program: its ELF interpreter, or what its first line names.
fn program(root: &Root, path: &Path, fact: &mut PathFact) {
    let flags = OFlag::O_RDONLY | OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
    let Ok(file) = root.open(path, flags) else { return };
    let file = fs::File::from(file);
    let mut head = [0; 256];
    let Ok(length) = file.read_at(&mut head, 0) else { return };
    let head = &head[..length];
    let interpreter = if head.starts_with(b"\x7fELF") {
        fact.machine =
            u16::from_le_bytes([head.get(18).copied().unwrap_or(0), head.get(19).copied().unwrap_or(0)]);
        elf_interpreter(&file, head)
    } else if let Some(line) = head.strip_prefix(b"#!") {
        let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
        // With a carriage return at its end, if there is one: that is why it is not found.
        let word = line.trim_ascii_start().split(|byte| matches!(byte, b' ' | b'\t')).next();
        word.filter(|word| !word.is_empty()).map(<[u8]>::to_vec)
    } else {
        None
    };
    if let Some(interpreter) = interpreter {
        fact.interpreter_there = root.open(Path::new(OsStr::from_bytes(&interpreter)), OFlag::O_PATH).is_ok();
        fact.interpreter = Some(interpreter);
    }
}

/// The path in the `PT_INTERP` segment of a 64-bit or 32-bit little-endian file (elf(5)).
fn elf_interpreter(file: &fs::File, head: &[u8]) -> Option<Vec<u8>> {
    const PT_INTERP: u32 = 3;
    let number = |bytes: &[u8], at: usize, size: usize| {
        let mut whole = [0; 8];
        whole[..size].copy_from_slice(bytes.get(at..at + size)?);
        Some(u64::from_le_bytes(whole))
    };
    let wide = *head.get(4)? == 2;
    let (table, size, count) = match wide {
        true => (number(head, 32, 8)?, number(head, 54, 2)?, number(head, 56, 2)?),
        false => (number(head, 28, 4)?, number(head, 42, 2)?, number(head, 44, 2)?),
    };
    for index in 0..count.min(64) {
        let mut entry = [0; 56];
        let length = usize::try_from(size).ok()?.min(entry.len());
        file.read_exact_at(&mut entry[..length], table.checked_add(index.checked_mul(size)?)?).ok()?;
        if number(&entry, 0, 4)? as u32 == PT_INTERP {
            let (offset, length) = match wide {
                true => (number(&entry, 8, 8)?, number(&entry, 32, 8)?),
                false => (number(&entry, 4, 4)?, number(&entry, 16, 4)?),
            };
            let mut path = vec![0; usize::try_from(length).ok()?.min(LONGEST)];
            file.read_exact_at(&mut path, offset).ok()?;
            path.truncate(path.iter().position(|byte| *byte == 0).unwrap_or(path.len()));
            return Some(path);
        }
    }
    None
}

/// Names in a directory that are like one that is not there: other letters' case, an ending more or less, one letter off.
fn alike(root: &Root, directory: &Path, name: &[u8]) -> Vec<Vec<u8>> {
    let Ok(opened) = root.open(directory, OFlag::O_RDONLY | OFlag::O_DIRECTORY) else { return Vec::new() };
    let Ok(entries) = fs::read_dir(format!("/proc/self/fd/{}", opened.as_raw_fd())) else {
        return Vec::new();
    };
    let wanted = String::from_utf8_lossy(name).to_lowercase();
    let mut found: Vec<(usize, Vec<u8>)> = entries
        .flatten()
        .take(MOST_NAMES)
        .filter_map(|entry| {
            let name = entry.file_name();
            let there = name.to_string_lossy().to_lowercase();
            let apart = apart(&wanted, &there);
            let near = apart <= 2 && apart < wanted.len()
                || there.starts_with(&wanted)
                || wanted.starts_with(&there);
            near.then(|| (apart, name.as_bytes().to_vec()))
        })
        .collect();
    found.sort();
    found.into_iter().take(MOST_ALIKE).map(|(_, name)| name).collect()
}

/// How many letters two short words are apart (Levenshtein).
fn apart(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(256).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().take(256).enumerate() {
        let mut before = row[0];
        row[0] = at + 1;
        for (column, same) in other.iter().enumerate() {
            let cost = before + usize::from(letter != *same);
            before = row[column + 1];
            row[column + 1] = cost.min(before + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> (i32, Root, Person) {
        let own = std::process::id() as i32;
        (own, Root::of(&[own]).unwrap(), Person::of(own).unwrap())
    }

    #[test]
    fn the_mode_is_judged_as_the_kernel_does() {
        let person = Person { user: 7, group: 8, groups: vec![9], capabilities: 0 };
        assert_eq!(person.may(0o100640, 7, 0), 6, "owner");
        assert_eq!(person.may(0o100047, 7, 0), 0, "the owner's bits count, not the others'");
        assert_eq!(person.may(0o100640, 0, 9), 4, "a further group");
        assert_eq!(person.may(0o100640, 0, 0), 0);
        let root = Person { capabilities: CAP_DAC_OVERRIDE, ..person };
        assert_eq!(root.may(0o100640, 1, 1), 6, "nobody may execute what has no such bit");
        assert_eq!(root.may(0o040000, 1, 1), 7);
    }

    #[test]
    fn a_program_names_what_runs_it_and_a_missing_file_what_is_alike() {
        let (own, root, person) = here();
        let dir = std::env::temp_dir().join(format!("look-path-{own}"));
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join("run.sh"), "#!/bin/nosuch\r\necho\n").unwrap();
        fs::write(dir.join("config.yaml"), "a secret").unwrap();
        std::os::unix::fs::symlink("run.sh", dir.join("link")).unwrap();
        let of = |name: &str| walk(own, &root, &person, dir.join(name).as_os_str().as_bytes());
        let script = of("link");
        let missing = of("config.yml");
        fs::remove_dir_all(&dir).unwrap();
        assert_eq!(script.interpreter.as_deref(), Some(&b"/bin/nosuch\r"[..]));
        assert!(!script.interpreter_there && script.error == 0);
        assert!(script.resolved.unwrap().ends_with(b"/run.sh"));
        assert_eq!(script.parts.iter().filter(|part| part.link.is_some()).count(), 1);
        assert_eq!((missing.error, missing.alike), (Errno::ENOENT as i32, vec![b"config.yaml".to_vec()]));
        let shell = walk(own, &root, &person, b"/bin/sh");
        assert!(shell.machine != 0 && shell.interpreter_there, "{shell:?}");
    }
}
