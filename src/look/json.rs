//! Facts as JSON. What the target has chosen itself (names, paths, arguments) stands below `untrusted`.

use super::{Facts, Told, text, words};
use serde_json::{Value, json};
use wire::look::{Object, Since, Thread};

/// What a container's tracer answered.
pub fn of(Told { container, facts }: &Told) -> Value {
    let mut value = json!({"pod": container.pod, "container": container.name});
    match facts {
        Err(refusal) => value["error"] = refusal.in_short().into(),
        Ok(facts) => {
            if let (Value::Object(all), Value::Object(found)) = (&mut value, container_value(facts)) {
                all.extend(found);
            }
        }
    }
    value
}

/// A thread.
pub fn thread(facts: &Facts, thread: &Thread) -> Value {
    let (since, exact) = match thread.since {
        Since::Ran(since) => (Some(since), true),
        Since::AtLeast(since) => (Some(since), false),
        Since::Unknown => (None, false),
    };
    json!({
        "pid": thread.process,
        "tid": thread.tid,
        "state": thread.state.to_string(),
        "call": if let wire::look::Doing::Call { call, .. } = &thread.doing { Some(facts.name(*call)) } else { None },
        "sinceNanoseconds": since,
        "sinceIsExact": exact,
        "cpuNanoseconds": thread.cpu,
        "usedNanoseconds": thread.used,
        "runDelayNanoseconds": thread.delayed,
        "wchan": thread.wchan,
        "untrusted": {"name": words(&thread.comm), "does": text::doing(facts, thread)},
    })
}

fn container_value(facts: &Facts) -> Value {
    let descriptors = facts.descriptors.iter().map(|descriptor| {
        json!({
            "pid": descriptor.process,
            "fd": descriptor.fd,
            "flags": descriptor.flags,
            "offset": descriptor.offset,
            "kind": match descriptor.object {
                Object::File => "file",
                Object::Pipe(_) => "pipe",
                Object::Unix { .. } => "unix",
                Object::Inet(_) => "inet",
                Object::Epoll(_) => "epoll",
                Object::Other => "other",
            },
            "untrusted": {"openOn": text::object(facts, &descriptor.path, &descriptor.object)},
        })
    });
    let mut processes: Vec<_> = facts.processes.values().collect();
    processes.sort_by_key(|process| process.pid);
    let processes = processes.into_iter().map(|process| {
        json!({
            "pid": process.pid,
            "parent": process.parent,
            "state": process.state.to_string(),
            "threads": process.threads,
            "user": process.user.0,
            "group": process.user.1,
            "ageNanoseconds": process.age,
            "tracer": process.tracer,
            "seccomp": process.seccomp,
            "untrusted": {
                "name": words(&process.comm),
                "program": process.exe.as_deref().map(words),
                "commandLine": process.command_line.as_deref().map(words),
            },
        })
    });
    let limits = facts.limits.iter().map(
        |limit| json!({"pid": (limit.process != 0).then_some(limit.process), "name": limit.name, "most": limit.most, "used": limit.used}),
    );
    let groups = facts
        .groups
        .iter()
        .map(|group| json!({"name": group.name, "value": group.value, "grew": group.grew}));
    let mounts = facts.mounts.iter().map(|mount| {
        json!({
            "type": mount.kind,
            "readOnly": mount.read_only,
            "bytes": mount.space.map(|space| space.bytes),
            "freeBytes": mount.space.map(|space| space.free_bytes),
            "freeInodes": mount.space.map(|space| space.free_inodes),
            "untrusted": {"at": words(&mount.at), "source": words(&mount.source)},
        })
    });
    let locks = facts.locks.iter().map(|lock| {
        json!({
            "id": lock.id, "kind": lock.kind, "mode": lock.mode, "waits": lock.waits, "file": lock.file, "range": lock.range,
            "pid": (lock.process != 0).then_some(lock.process),
        })
    });
    let paths = facts.paths.iter().map(|path| {
        let parts = path.parts.iter().map(|part| {
            json!({"mode": part.mode, "user": part.user, "group": part.group, "may": part.may, "size": part.size,
                "untrusted": {"path": words(&part.path), "link": part.link.as_deref().map(words)}})
        });
        json!({
            "errno": path.error, "user": path.user, "group": path.group, "groups": path.groups,
            "fileSystem": path.file_system, "readOnly": path.read_only, "parts": parts.collect::<Vec<_>>(),
            "machine": path.machine, "interpreterIsThere": path.interpreter.as_ref().map(|_| path.interpreter_there),
            "untrusted": {
                "path": words(&path.path),
                "resolved": path.resolved.as_deref().map(words),
                "interpreter": path.interpreter.as_deref().map(words),
                "alike": path.alike.iter().map(|name| words(name)).collect::<Vec<_>>(),
            },
        })
    });
    json!({
        "processes": processes.collect::<Vec<_>>(),
        "threads": facts.threads.iter().map(|one| thread(facts, one)).collect::<Vec<_>>(),
        "descriptors": descriptors.collect::<Vec<_>>(),
        "limits": limits.collect::<Vec<_>>(),
        "cgroup": groups.collect::<Vec<_>>(),
        "mounts": mounts.collect::<Vec<_>>(),
        "locks": locks.collect::<Vec<_>>(),
        "paths": paths.collect::<Vec<_>>(),
        "notLookedAt": not_looked_at(facts),
    })
}

/// What could not be looked at, and what was left out.
pub fn not_looked_at(facts: &Facts) -> Value {
    let refused = facts.refused.iter().map(|refused| json!({"what": refused.what, "why": refused.why}));
    let cut =
        facts.cut.iter().map(|(what, more)| json!({"what": what, "why": "there are too many", "more": more}));
    refused.chain(cut).collect()
}
