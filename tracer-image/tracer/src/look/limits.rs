//! Facts about limits, and what is used of them.

use super::{answer::Answer, descriptors, processes::Status};
use std::fs;
use wire::look::{Fact, Limit};

/// The names of `/proc/PID/limits` and those that programs know (getrlimit(2)).
const NAMES: [(&str, &str); 10] = [
    ("Max open files", "RLIMIT_NOFILE"),
    ("Max processes", "RLIMIT_NPROC"),
    ("Max stack size", "RLIMIT_STACK"),
    ("Max address space", "RLIMIT_AS"),
    ("Max data size", "RLIMIT_DATA"),
    ("Max file size", "RLIMIT_FSIZE"),
    ("Max core file size", "RLIMIT_CORE"),
    ("Max locked memory", "RLIMIT_MEMLOCK"),
    ("Max pending signals", "RLIMIT_SIGPENDING"),
    ("Max msgqueue size", "RLIMIT_MSGQUEUE"),
];

/// Tells of the limits of each process, and of those of the node that all of them share.
pub fn tell(members: &[i32], answer: &mut Answer) {
    let (mut watches, mut instances) = (0, 0);
    for process in members {
        let process = *process;
        match fs::read_to_string(format!("/proc/{process}/limits")) {
            Ok(text) => of_process(process, &text, answer),
            Err(error) => answer.could_not("limits", process, &error),
        }
        // A line for each mapping; proc_pid_maps(5).
        if let Ok(maps) = fs::read(format!("/proc/{process}/maps"))
            && !maps.is_empty()
        {
            let used = maps.iter().filter(|byte| **byte == b'\n').count() as u64;
            let most = number("/proc/sys/vm/max_map_count");
            answer.say(Fact::Limit(Limit {
                process,
                name: "vm.max_map_count".into(),
                most,
                used: Some(used),
            }));
        }
        for fd in descriptors::numbers(process).unwrap_or_default() {
            if crate::descriptors::path(process, fd).as_deref() == Some(b"anon_inode:inotify") {
                let info = fs::read_to_string(format!("/proc/{process}/fdinfo/{fd}")).unwrap_or_default();
                instances += 1;
                watches += info.lines().filter(|line| line.starts_with("inotify wd:")).count() as u64;
            }
        }
    }
    // Per user of the node, so that others' use, which we do not see, counts too (inotify(7)).
    for (name, used) in [("max_user_watches", watches), ("max_user_instances", instances)] {
        let most = number(&format!("/proc/sys/fs/inotify/{name}"));
        let name = format!("fs.inotify.{name}");
        answer.say(Fact::Limit(Limit { process: 0, name, most, used: Some(used) }));
    }
}

fn of_process(process: i32, text: &str, answer: &mut Answer) {
    let status = Status::of(process).ok();
    let kilobytes =
        |field| status.as_ref().and_then(|status| status.number(field)).map(|number| number << 10);
    for (label, name) in NAMES {
        let Some(most) = soft(text, label) else { continue };
        let used = match name {
            "RLIMIT_NOFILE" => match descriptors::numbers(process) {
                Ok(numbers) => Some(numbers.len() as u64),
                Err(error) => {
                    answer.could_not("descriptors", process, &error);
                    None
                }
            },
            "RLIMIT_AS" => kilobytes("VmSize"),
            "RLIMIT_DATA" => kilobytes("VmData"),
            "RLIMIT_MEMLOCK" => kilobytes("VmLck"),
            "RLIMIT_SIGPENDING" => {
                status.as_ref().and_then(|status| status.fraction("SigQ")).map(|(used, _)| used)
            }
            _ => None,
        };
        answer.say(Fact::Limit(Limit { process, name: name.into(), most, used }));
    }
}

/// The soft limit; `Some(None)`: unlimited.
fn soft(text: &str, label: &str) -> Option<Option<u64>> {
    let words = text.lines().find_map(|line| line.strip_prefix(label))?;
    Some(match words.split_whitespace().next()? {
        "unlimited" => None,
        number => Some(number.parse().ok()?),
    })
}

fn number(path: &str) -> Option<u64> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soft_limits_are_read() {
        let text = "Limit                     Soft Limit           Hard Limit           Units     \n\
                    Max core file size        0                    unlimited            bytes     \n\
                    Max processes             unlimited            unlimited            processes \n\
                    Max open files            1024                 524288               files     \n";
        assert_eq!(soft(text, "Max open files"), Some(Some(1024)));
        assert_eq!(soft(text, "Max processes"), Some(None));
        assert_eq!(soft(text, "Max stack size"), None);
    }
}
