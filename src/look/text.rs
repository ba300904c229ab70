//! Facts as text: a table for each topic.

use super::{Facts, Told, words};
use std::{collections::BTreeMap, fmt::Write};
use wire::look::{Doing, Inet, Object, Part, PathFact, Thread};

/// All of them.
pub fn of(told: &[Told]) -> String {
    containers(told, container_text)
}

/// The text of each container that has answered; with their names, if several were asked.
pub fn containers(told: &[Told], of: impl Fn(&Facts) -> String) -> String {
    let mut text = String::new();
    for Told { container, facts } in told {
        let Ok(facts) = facts else { continue };
        if told.len() > 1 {
            let _ = writeln!(text, "{}/{}:", container.pod, container.name);
        }
        text.push_str(&of(facts));
        if told.len() > 1 {
            text.push('\n');
        }
    }
    text
}

/// What could not be looked at, and what was left out.
pub fn not_looked_at(facts: &Facts) -> String {
    let mut text = String::new();
    for refused in &facts.refused {
        let _ = writeln!(text, "could not look at {}: {}", refused.what, refused.why);
    }
    if let Some(why) = &facts.addresses.not_known {
        let _ = writeln!(text, "addresses: {why}");
    }
    for (what, more) in &facts.cut {
        let _ = match more {
            0 => writeln!(text, "not all {what} were looked at"),
            more => writeln!(text, "{more} more {what} were not looked at"),
        };
    }
    text
}

fn container_text(facts: &Facts) -> String {
    let mut text = String::new();
    let parts =
        [threads(facts), descriptors(facts), limits(facts), group(facts), mounts(facts), locks(facts)];
    for part in parts
        .into_iter()
        .chain(facts.paths.iter().map(|fact| path(facts, fact)))
        .filter(|part| !part.is_empty())
    {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&part);
    }
    text + &not_looked_at(facts)
}

/// Columns with a heading, as kubectl writes them.
fn table(heading: &[&str], rows: Vec<Vec<String>>) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let heading: Vec<String> = heading.iter().map(|&word| word.to_owned()).collect();
    let all: Vec<Vec<String>> = std::iter::once(heading).chain(rows).collect();
    let width = |at: usize| all.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..all[0].len()).map(width).collect();
    let mut text = String::new();
    for row in all {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        let _ = writeln!(text, "{}", cells.join("   ").trim_end());
    }
    text
}

/// What a thread does, in strace's notation where it is in a call.
pub fn doing(facts: &Facts, thread: &Thread) -> String {
    match &thread.doing {
        Doing::Runs => "runs".into(),
        Doing::Call { call, args } => facts.call(*call, args),
        Doing::Fault => "blocked outside of any call: a page fault".into(),
        Doing::Stopped => "stopped".into(),
        Doing::Zombie => "has ended; its parent has not waited for it".into(),
        Doing::Blocked => "blocked".into(),
    }
}

fn threads(facts: &Facts) -> String {
    let rows = facts.threads.iter().map(|thread| {
        vec![
            thread.process.to_string(),
            thread.tid.to_string(),
            words(&thread.comm),
            thread.state.to_string(),
            super::since(thread.since),
            format!("{:.1} s", thread.cpu as f64 / 1e9),
            if thread.wchan.is_empty() { "-".into() } else { thread.wchan.clone() },
            doing(facts, thread),
        ]
    });
    let mut text = table(&["PID", "TID", "NAME", "STATE", "SINCE", "CPU", "WCHAN", "DOES"], rows.collect());
    for process in facts.processes.values().filter(|process| process.command_line.is_some()) {
        let line = process.command_line.as_deref().unwrap_or_default();
        let line: Vec<String> =
            line.split(|byte| *byte == 0).filter(|word| !word.is_empty()).map(words).collect();
        let _ = writeln!(text, "command line of {}: {}", process.pid, line.join(" "));
    }
    text
}

/// The state of a TCP connection, as ss writes it.
fn state(inet: &Inet) -> &'static str {
    const STATES: [&str; 13] = [
        "",
        "ESTAB",
        "SYN-SENT",
        "SYN-RECV",
        "FIN-WAIT-1",
        "FIN-WAIT-2",
        "TIME-WAIT",
        "UNCONN",
        "CLOSE-WAIT",
        "LAST-ACK",
        "LISTEN",
        "CLOSING",
        "SYN-RECV",
    ];
    STATES.get(usize::from(inet.state)).copied().unwrap_or("")
}

/// What a descriptor is open on, in words.
pub fn object(facts: &Facts, path: &[u8], object: &Object) -> String {
    match object {
        Object::Inet(inet) => {
            let arrow = if inet.remote.is_empty() { "" } else { "->" };
            let mut text =
                format!("{}:[{}{arrow}{}] {}", inet.protocol, inet.local, inet.remote, state(inet));
            if inet.unread > 0 {
                let _ = write!(text, ", {} unread", inet.unread);
            }
            if inet.unsent > 0 && inet.state != 10 {
                let _ = write!(text, ", {} unsent", inet.unsent);
            }
            if let Some(name) = facts.addresses.name(&inet.remote) {
                let _ = write!(text, " ({name})");
            }
            text
        }
        Object::Unix { inode, peer, name, listens } => {
            let mut text = format!("UNIX:[{inode}");
            if let Some(peer) = peer {
                let _ = write!(text, "->{peer}");
            }
            text.push(']');
            if let Some(name) = name {
                let abstract_name = name.first() == Some(&0);
                let name = name.split(|byte| *byte == 0).find(|part| !part.is_empty()).unwrap_or_default();
                let _ = write!(text, " {}{}", if abstract_name { "@" } else { "" }, words(name));
            }
            text + if *listens { " LISTEN" } else { "" }
        }
        Object::Epoll(inside) => {
            let inside: Vec<String> = inside.iter().map(ToString::to_string).collect();
            format!("epoll of {}", if inside.is_empty() { "nothing".into() } else { inside.join(",") })
        }
        Object::File => facts.path(path),
        _ => words(path),
    }
}

fn descriptors(facts: &Facts) -> String {
    let rows = facts.descriptors.iter().map(|descriptor| {
        let mode = match descriptor.flags.map(|flags| flags & 3) {
            Some(0) => "r",
            Some(1) => "w",
            Some(2) => "rw",
            _ => "-",
        };
        let offset = descriptor
            .offset
            .filter(|_| descriptor.object == Object::File && descriptor.path.starts_with(b"/"));
        vec![
            descriptor.process.to_string(),
            descriptor.fd.to_string(),
            mode.into(),
            offset.map_or("-".into(), |offset| offset.to_string()),
            object(facts, &descriptor.path, &descriptor.object),
        ]
    });
    table(&["PID", "FD", "MODE", "OFFSET", "OPEN ON"], rows.collect())
}

fn limits(facts: &Facts) -> String {
    // Processes mostly have the same: they are told once, with the process that uses most.
    type Most = (Option<u64>, i32);
    let mut found: BTreeMap<(&str, Option<u64>), Most> = BTreeMap::new();
    for limit in &facts.limits {
        let entry = found.entry((&limit.name, limit.most)).or_insert((limit.used, limit.process));
        if limit.used > entry.0 {
            (entry.0, entry.1) = (limit.used, limit.process);
        }
    }
    let rows = found.into_iter().map(|((name, most), (used, process))| {
        let share = most.zip(used).filter(|(most, _)| *most > 0);
        vec![
            name.to_owned(),
            most.map_or("none".into(), |most| most.to_string()),
            used.map_or("-".into(), |used| used.to_string()),
            share.map_or("-".into(), |(most, used)| format!("{} %", used.saturating_mul(100) / most)),
            if process == 0 { "of this container".into() } else { format!("of pid {process}") },
        ]
    });
    table(&["LIMIT", "MOST", "USED", "SHARE", "WHOSE"], rows.collect())
}

fn group(facts: &Facts) -> String {
    let rows = facts.groups.iter().map(|group| {
        vec![
            group.name.clone(),
            group.value.map_or("none".into(), |value| value.to_string()),
            group.grew.filter(|grew| *grew > 0).map_or(String::new(), |grew| format!("+{grew} in 0.3 s")),
        ]
    });
    table(&["CONTROL GROUP", "VALUE", ""], rows.collect())
}

fn size(bytes: u64) -> String {
    match bytes {
        0..10_240 => format!("{bytes} B"),
        10_240..10_485_760 => format!("{} KiB", bytes >> 10),
        10_485_760..10_737_418_240 => format!("{} MiB", bytes >> 20),
        _ => format!("{} GiB", bytes >> 30),
    }
}

fn mounts(facts: &Facts) -> String {
    let rows = facts.mounts.iter().map(|mount| {
        let space = mount.space.filter(|space| space.bytes > 0);
        vec![
            facts.path(&mount.at),
            mount.kind.clone(),
            if mount.read_only { "ro" } else { "rw" }.into(),
            space.map_or("-".into(), |space| size(space.bytes)),
            space.map_or("-".into(), |space| size(space.free_bytes)),
            space.filter(|space| space.inodes > 0).map_or("-".into(), |space| space.free_inodes.to_string()),
        ]
    });
    table(&["MOUNT", "TYPE", "MODE", "SIZE", "FREE", "FREE INODES"], rows.collect())
}

fn locks(facts: &Facts) -> String {
    let rows = facts.locks.iter().map(|lock| {
        vec![
            lock.id.to_string(),
            lock.kind.clone(),
            lock.mode.clone(),
            if lock.process == 0 { "outside of this container".into() } else { lock.process.to_string() },
            if lock.waits { "waits" } else { "holds" }.into(),
            lock.file.clone(),
            lock.range.clone(),
        ]
    });
    table(&["LOCK", "KIND", "MODE", "PID", "DOES", "FILE", "RANGE"], rows.collect())
}

fn mode(part: &Part) -> String {
    let kind = match part.mode & 0o170_000 {
        0o040_000 => 'd',
        0o120_000 => 'l',
        0o010_000 => 'p',
        0o140_000 => 's',
        0o020_000 => 'c',
        0o060_000 => 'b',
        _ => '-',
    };
    let mut text = String::from(kind);
    for (bit, letter) in (0..9).rev().zip("rwxrwxrwx".chars()) {
        text.push(if part.mode >> bit & 1 == 1 { letter } else { '-' });
    }
    text
}

/// Which component refuses, or that none does.
fn path(facts: &Facts, fact: &PathFact) -> String {
    let rows = fact.parts.iter().map(|part| {
        let may: String = "rwx"
            .chars()
            .enumerate()
            .map(|(at, letter)| if part.may >> (2 - at) & 1 == 1 { letter } else { '-' })
            .collect();
        let link = part.link.as_ref().map(|link| format!(" -> {}", words(link))).unwrap_or_default();
        vec![mode(part), format!("{}:{}", part.user, part.group), may, format!("{}{link}", words(&part.path))]
    });
    let mut text = table(&["MODE", "OWNER", "MAY", "PATH"], rows.collect());
    let ids = format!("user {}, group {}", fact.user, fact.group);
    let _ = match fact.error {
        0 => writeln!(
            text,
            "{} is there, on {}{}",
            facts.path(fact.resolved.as_deref().unwrap_or(&fact.path)),
            fact.file_system,
            if fact.read_only { ", mounted read-only" } else { "" }
        ),
        error => {
            let name = syscalls::names::errno::describe(u16::try_from(error).unwrap_or(0))
                .map_or("an error", |(name, _)| name);
            let last = fact.parts.last().map_or("/".into(), |part| words(&part.path));
            match name {
                "EACCES" => writeln!(text, "{last} may not be searched by {ids} (EACCES)"),
                "ENOENT" => {
                    let behind =
                        std::str::from_utf8(&fact.path).ok().and_then(|path| facts.volumes.name(path));
                    let wanted = behind.map(|name| format!("; it would be of {name}")).unwrap_or_default();
                    writeln!(text, "{last} has nothing of the next name (ENOENT){wanted}")
                }
                name => writeln!(text, "behind {last}: {name}"),
            }
        }
    };
    if !fact.alike.is_empty() {
        let alike: Vec<String> = fact.alike.iter().map(|name| words(name)).collect();
        let _ = writeln!(text, "there is: {}", alike.join(", "));
    }
    if let Some(interpreter) = &fact.interpreter {
        let there = if fact.interpreter_there { "is there" } else { "is NOT there" };
        let _ = writeln!(text, "it is run by {}, which {there}", words(interpreter));
    }
    let _ = writeln!(text, "judged for {ids}; access control lists and security modules are not looked at");
    text
}
