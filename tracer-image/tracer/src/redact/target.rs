//! Learns secrets from the target's own environment and volumes. They stay in the tracer.

use super::{
    Rules,
    known::{Known, MOST},
    patterns,
};
use crate::root::{self, Root};
use nix::{
    fcntl::OFlag,
    sys::{
        stat::fstat,
        uio::{RemoteIoVec, process_vm_readv},
    },
    unistd::Pid,
};
use std::{
    ffi::{OsStr, OsString},
    fs::{self, File},
    io::{IoSliceMut, Read},
    os::{
        fd::AsRawFd,
        unix::ffi::{OsStrExt, OsStringExt},
    },
    path::Path,
};
use wire::message::Redact;

/// At most this many bytes of an environment are read.
const LONGEST_ENVIRONMENT: usize = 128 << 10;
/// At most this many processes' environments are read; they are mostly the same.
const MOST_PROCESSES: usize = 64;
/// At most this many files per volume, and the deepest nesting of directories.
const MOST_FILES: usize = 1000;
const DEEPEST: usize = 8;

/// What to hide for a target, and messages about what could not be found out.
pub fn learn(redact: &Redact, members: &[i32], show_paths: bool) -> (Rules, Vec<String>) {
    let mut rules = Rules { show_paths, ..Rules::default() };
    let mut warnings = Vec::new();
    let mut whole = true;
    for process in members.iter().take(MOST_PROCESSES) {
        for variable in environment(*process).split(|byte| *byte == 0) {
            let Some(at) = variable.iter().position(|byte| *byte == b'=') else { continue };
            let (name, value) = (&variable[..at], &variable[at + 1..]);
            let told = redact.variables.iter().any(|variable| variable.as_bytes() == name);
            if told || patterns::is_secret_name(name) && may_be_secret(name, value) {
                whole &= rules.known.add(value);
            }
        }
    }
    let root = Root::of(members);
    for path in &redact.paths {
        let found = root.as_ref().and_then(|root| root.open(Path::new(path), OFlag::O_PATH).ok());
        // The name under which the volume is known in any case, and the kernel's name for it, after symbolic links.
        rules.paths.push(path.as_bytes().to_vec());
        match (found, &root) {
            (Some(found), Some(root)) => {
                rules.paths.extend(root::name(&found).map(|name| OsString::from(name).into_vec()));
                whole &= content(root, Path::new(path), &mut rules.known, &mut 0, 0);
            }
            _ => warnings.push(format!(
                "--redact: {path} of the container cannot be looked at; what is read from there is hidden all the same, \
                 but not where it is written to"
            )),
        }
    }
    if !whole {
        warnings.push(format!(
            "--redact: the secrets of the container have more than {} KiB; what is read from their files is hidden, but \
             not all of them are known where they are written to",
            MOST >> 10
        ));
    }
    rules.paths.sort();
    rules.paths.dedup();
    (rules, warnings)
}

/// Some variables with telling names only say where a secret is, or how it is used.
fn may_be_secret(name: &[u8], value: &[u8]) -> bool {
    let region = name.starts_with(b"AWS_") && !patterns::is_secret_name(&name[4..]);
    let small =
        value.len() < 6 && value.iter().all(u8::is_ascii_digit) || [&b"true"[..], b"false"].contains(&value);
    !(region || small || value.starts_with(b"/"))
}

/// A process's initial environment; empty if it cannot be read. `/proc/PID/environ` needs more rights than tracing: root
/// without capabilities may not open it for another user's process.
fn environment(process: i32) -> Vec<u8> {
    let bounds = || {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // Fields 50 and 51 (proc_pid_stat(5)); the state, after the name in parentheses, is the third.
        let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(47);
        let (start, end) =
            (fields.next()?.parse::<usize>().ok()?, fields.next()?.trim().parse::<usize>().ok()?);
        (start > 0 && end > start).then_some((start, end - start))
    };
    let Some((base, length)) = bounds() else { return Vec::new() };
    let mut bytes = vec![0; length.min(LONGEST_ENVIRONMENT)];
    let remote = [RemoteIoVec { base, len: bytes.len() }];
    let read = process_vm_readv(Pid::from_raw(process), &mut [IoSliceMut::new(&mut bytes)], &remote);
    bytes.truncate(read.unwrap_or(0));
    bytes
}

/// Adds the contents of a volume's files; false if it is too much.
fn content(root: &Root, path: &Path, known: &mut Known, files: &mut usize, depth: usize) -> bool {
    // Otherwise, somebody could put a pipe there, and we would wait for its other end.
    let flags = OFlag::O_RDONLY | OFlag::O_NONBLOCK;
    let Ok(opened) = root.open(path, flags) else { return false };
    let Ok(stat) = fstat(&opened) else { return false };
    match stat.st_mode & libc::S_IFMT {
        libc::S_IFDIR if depth < DEEPEST => {
            let Ok(entries) = fs::read_dir(format!("/proc/self/fd/{}", opened.as_raw_fd())) else {
                return false;
            };
            let mut whole = true;
            for entry in entries.flatten() {
                let name = entry.file_name();
                *files += 1;
                // The kubelet keeps the files in a directory with this prefix, and links to them.
                if *files <= MOST_FILES && !name.as_bytes().starts_with(b"..") && !is_public(&name) {
                    whole &= content(root, &path.join(name), known, files, depth + 1);
                }
            }
            whole && *files <= MOST_FILES
        }
        libc::S_IFREG => {
            let mut bytes = Vec::new();
            let read = File::from(opened).take(MOST as u64 + 1).read_to_end(&mut bytes);
            read.is_ok() && known.add(&bytes)
        }
        _ => false,
    }
}

/// Files in a service account's volume that are no secret.
fn is_public(name: &OsStr) -> bool {
    ["ca.crt", "namespace"].iter().any(|public| name == *public)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn a_targets_environment_and_volumes_are_learnt() {
        let dir = std::env::temp_dir().join(format!("redact-{}", std::process::id()));
        fs::create_dir_all(dir.join("..data")).unwrap();
        fs::write(dir.join("..data/key"), "volume-value\n").unwrap();
        let _ = fs::remove_file(dir.join("key"));
        std::os::unix::fs::symlink("..data/key", dir.join("key")).unwrap();
        let mut child = Command::new("sleep")
            .arg("60")
            .env_clear()
            .envs([
                ("DB_PASSWORD", "hunter2"),
                ("PLAIN", "ordinary"),
                ("NAMED", "chosen-one"),
                ("TOKEN_PATH", "/x/y"),
            ])
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let process = child.id() as i32;
        // Until it has exec'd its program, its environment is ours; then for a moment it has none.
        while fs::read(format!("/proc/{process}/comm")).unwrap() != b"sleep\n"
            || fs::read(format!("/proc/{process}/environ")).unwrap().is_empty()
        {}
        let path = dir.to_str().unwrap().to_owned();
        let redact = Redact { paths: vec![path.clone(), "/no/such".into()], variables: vec!["NAMED".into()] };
        let (rules, warnings) = learn(&redact, &[child.id() as i32], false);
        child.kill().unwrap();
        child.wait().unwrap();
        fs::remove_dir_all(&dir).unwrap();
        for secret in ["hunter2", "chosen-one", "volume-value"] {
            assert_eq!(rules.known.find(format!("- {secret}").as_bytes(), false), Some(2), "{secret}");
        }
        for plain in ["ordinary", "/x/y"] {
            assert_eq!(rules.known.find(plain.as_bytes(), false), None, "{plain}");
        }
        assert!(rules.paths.contains(&path.into_bytes()), "{:?}", rules.paths);
        assert!(matches!(&warnings[..], [one] if one.contains("/no/such")), "{warnings:?}");
    }
}
