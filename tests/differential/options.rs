//! Every option that changes the content or the format of the output gives the same bytes as in strace.

use super::{
    Difference, EVERY_CALL, Set, all_well,
    normal::{self, Shape},
    run::{Bench, Output, Tracer},
    same,
};

use regex::Regex;

/// Which calls, signals and messages are shown.
const FILTERS: &[&[&str]] = &[
    &["-z"],
    &["-Z"],
    &["--successful-only"],
    &["-e", "status=failed,unfinished"],
    &["--status=!successful"],
    &["-e", "status=none"],
    &["-e", "signal=CHLD"],
    &["-e", "signal=!SIGCHLD,term"],
    &["--signal=none"],
    &["-e", "fd=3"],
    &["-e", "trace-fds=!3,4"],
    &["-P", "file"],
    &["--trace-path=file", "--quiet=path-resolution"],
    &["-P", "file", "-e", "fd=4"],
    &["-q"],
    &["-qq"],
    &["--quiet=all"],
    &["-e", "quiet=exit"],
    &["--silence=exits"],
    &["--silent", "--sil=!exits,attach"],
    &["-e", "q=personality,exit,superseded"],
    &["--trace-p=file", "-e", "quiet=!!path-resolution"],
    &["-e", "trace=/^(open|clo).*"],
    &["-e", "trace=/stat,write@64"],
    &["-e", "trace=read,,write"],
    &["-e", "trace=!/e"],
    &["-e", "trace=?nosuch,?read@x32,close"],
    &["-e", "!close,read"],
    &["-e", "trace=none"],
];

/// Output formats.
const FORMS: &[&[&str]] = &[
    &["-n"],
    &["-N"],
    &["-n", "-i", "-tt", "-r"],
    &["--const-print-style=abbrev"],
    &["-e", "raw=openat,close,write"],
    &["-e", "verbose=none"],
    &["-e", "abbrev=none", "-s", "16"],
    &["-e", "abbrev=!stat", "-s", "16"],
    &["-e", "read=all"],
    &["-e", "write=4"],
    &["--strings-in-hex=non-ascii-chars"],
    &["--strings-in-hex"],
    &["--strings-in-hex=none"],
    &["-yy"],
    &["-e", "decode-fds=eventfd,signalfd"],
    &["--decode-fds=socket,pidfd"],
    &["--always-show-pid"],
    &["--absolute-timestamps=none"],
    &["--timestamps=format:unix,precision:ms"],
    &["-v", "-yy", "-N", "-n"],
];

const PROGRAMS: &[&str] =
    &["files", "descriptors", "pipes", "events", "stat", "fork", "vectors", "signals", "unknown"];

#[test]
fn same_filter_options() {
    options("filter-options", FILTERS, PROGRAMS);
}

#[test]
fn same_form_options() {
    options("form-options", FORMS, PROGRAMS);
}

/// Which calls work on a descriptor or a path does not depend on how much of their arguments is written.
#[test]
fn same_choice_by_subject() {
    let sets: &[&[&str]] = &[
        &["-e", "fd=9"],
        &["-e", "trace-fds=!9"],
        &["-P", "/dev/full"],
        &["-P", "/dev/full", "-e", "fd=0", "-v"],
        &["-P", "/dev/full", "-y", "-s", "1"],
        &["-e", "fd=9", "-s", "0"],
        &["-e", "fd=9", "-e", "verbose=none"],
        &["-P", "/dev/full", "-e", "raw=all"],
        &["-P", "/dev/full", "-c", "-S", "name", "-U", "calls,name"],
        &["-P", "/dev/full", "-e", "inject=!exit_group:error=EDEADLK"],
    ];
    options("by-subject", sets, &["subjects"]);
}

/// Data that passes through descriptors, in many buffers and in none.
#[test]
fn same_dumps() {
    let sets: &[&[&str]] =
        &[&["-e", "write=3"], &["-e", "read=all", "-e", "write=all"], &["-v", "-e", "write=3,5"]];
    options("dumps", sets, &["dumps", "files", "pipes", "unix_sockets", "inet6"]);
}

/// Constants as numbers: one for a whole value, or one for each of its parts.
#[test]
fn same_constants() {
    let sets: &[&[&str]] = &[&["-X", "raw"], &["-X", "verbose"]];
    let programs = [
        "constants",
        "futex",
        "identity",
        "ioctl",
        "files",
        "descriptors",
        "clone",
        "directories",
        "epoll",
        "events",
        "fork",
        "inet",
        "inet6",
        "memory",
        "mounts",
        "multiplexed",
        "poll",
        "prctl",
        "resources",
        "signals",
        "sigwait",
        "sockopts",
        "stat",
        "times_of_files",
        "unix_sockets",
        "waits",
    ];
    options("constants", sets, &programs);
}

fn options(name: &str, sets: &[&[&str]], programs: &[&str]) {
    let bench = Bench::new(name);
    let mut wrong = Vec::new();
    for set in sets {
        for program in programs {
            // Without decoding the structure, strace writes where in it the mask would be.
            if *program == "signals" && set.contains(&"verbose=none") {
                continue;
            }
            wrong.extend(same(&bench, program, set, Output::File));
        }
    }
    all_well(wrong);
}

/// Calls that share a number (`socketcall`, `ipc`) are filtered, counted and tampered with as the calls that they are.
#[cfg(target_arch = "x86_64")]
#[test]
fn same_calls_behind_one_number() {
    let sets: &[&[&str]] = &[
        &["-n"],
        &["-N"],
        &["-e", "trace=socket"],
        &["-e", "trace=send@32,?recv@64"],
        &["-e", "trace=socketcall,ipc"],
        &["-e", "trace=!socketcall@32"],
        &["-e", "trace=102"],
        &["-e", "trace=117,msgrcv"],
        &["-e", "trace=/^s.*t"],
        &["-e", "trace=%ipc"],
        &["-e", "trace=%network"],
        &["-e", "trace=%desc"],
        &["-e", "trace=%memory"],
        &["-e", "fd=4"],
        &["-y", "-e", "trace=%network"],
        &["-e", "raw=socket,msgsnd,ipc"],
        &["-e", "read=5", "-e", "write=4"],
        &["-e", "fault=socket", "-e", "inject=msgget:retval=7"],
        &["-e", "fault=socketcall:error=EPERM:when=2"],
        &["-z"],
        &["-c", "-S", "name", "-U", "calls,errors,name"],
        &["-c", "-S", "none", "-U", "calls,errors,name"],
    ];
    options("behind", sets, &["multiplexed"]);
}

/// Ways to tamper with calls, and how the trace shows it.
const INJECTIONS: &[&[&str]] = &[
    &["-e", "inject=getppid:error=EPERM"],
    &["-e", "fault=getppid"],
    &["--fault=getppid:error=13:when=1..3+2"],
    &["--inject=getppid:retval=42"],
    &["-e", "inject=getppid:retval=7:syscall=getpid"],
    &["-T", "-e", "inject=getppid:delay_enter=20ms"],
    &["-T", "-e", "inject=getppid:delay_exit=20000:error=7"],
    &["-e", "inject=getppid:signal=CHLD:error=EINTR"],
    &["-e", "inject=getppid:signal=SIGUSR1"],
    &["-e", "inject=write,lseek:error=ENOSPC:when=2+"],
    // Results are whole registers, except ids of processes.
    &["-e", "inject=getppid,close,write,lseek,umask,chmod,openat:retval=841540765612359407:when=3+"],
    &["-e", "inject=getppid,close,write,lseek,umask,getuid,rename:retval=0xfffffffe", "-y"],
    &["-e", "trace=none", "-e", "inject=openat:error=ENOMEM"],
    &["-P", "file", "-e", "inject=%file:error=ENOENT:when=2"],
    &["-e", "inject=truncate,chmod:poke_enter=@arg1=6162:when=1"],
    &["-e", "trace=readlink", "-e", "inject=readlink:poke_exit=@arg2=2f62:when=2"],
    &["-z", "-e", "inject=close:error=EIO"],
    &["-e", "inject=exit_group:error=EPERM:when=1"],
    &["-e", "raw=all", "-e", "trace=exit,exit_group", "-e", "inject=exit_group:retval=5:when=1"],
];

#[test]
fn same_tampering() {
    options("tampering", INJECTIONS, &["exit_code", "files"]);
}

/// Descriptor details, if only some are wanted: the others are looked up all the same.
#[test]
fn same_details_of_descriptors() {
    let sets: &[&[&str]] = &[
        &["-y"],
        &["-yy"],
        &["-yy", "-Y"],
        &["-e", "decode-fds=socket"],
        &["-e", "decode-fds=dev"],
        &["-e", "decode-fds=pidfd"],
        &["-e", "decode-fds=socket", "-P", "/dev/null"],
    ];
    options("details", sets, &["borrowed", "descriptors", "netlink_sockets"]);
}

/// Ids with names, and with their ids in the tracer's PID namespace, in that namespace and in another one.
#[test]
fn same_ids() {
    let bench = Bench::new("ids");
    let mut wrong = Vec::new();
    for option in ["-Y", "--decode-pids=pidns", "--pidns-translation", "--decode-pids=all"] {
        for program in ["pid_namespace", "pid_namespace here"] {
            let options = &["-f", "-yy", "-e", "signal=USR1", option];
            let set = Set { name: "ids", options, output: Output::File, shape: Shape::ByThread };
            let (lines, found) = super::compared(&bench, program, &set);
            assert!(lines > 60, "{program} wrote {lines} lines");
            wrong.extend(found.into_iter().map(|difference| (format!("{program} {option}"), difference)));
        }
    }
    all_well(wrong);
}

/// Which namespaces were entered.
#[test]
fn same_namespaces() {
    let bench = Bench::new("namespaces");
    let mut wrong = Vec::new();
    for options in [
        &["-f", "-e", "namespace=new", "-e", "trace=unshare,setns,clone,clone3,vfork", "-e", "signal=none"][..],
        &["-f", "--namespace=new", "-e", "trace=unshare,setns,clone3", "-X", "verbose"],
        &["-f", "--namespace", "-e", "trace=setns,unshare", "-e", "raw=all"],
        &["-e", "namespace=new", "-e", "trace=unshare,setns,clone,clone3", "-z"],
    ] {
        let set = Set { name: "namespaces", options, output: Output::File, shape: Shape::ByThread };
        let (lines, found) = super::compared(&bench, "namespaces", &set);
        assert!(lines > 8, "namespaces wrote {lines} lines");
        wrong.extend(found.into_iter().map(|difference| (format!("namespaces {options:?}"), difference)));
    }
    all_well(wrong);
}

/// Options that follow children, on a terminal and in a file.
#[test]
fn same_options_of_many() {
    let bench = Bench::new("options-of-many");
    let mut wrong = Vec::new();
    let ordered = ["-f", "-e", super::ORDERED];
    for set in [&["-z"][..], &["-Y"], &["-i"], &["-n"], &["-qqq"], &["-e", "quiet=thread-execve"], &["-N"]] {
        let set = [&ordered[..], set].concat();
        for program in ["unfinished", "exec_thread", "killed_in_call"] {
            // With `-z`, strace loses the beginning of an execve by a thread other than the leader.
            if program == "exec_thread" && set.contains(&"-z") {
                continue;
            }
            wrong.extend(same(&bench, program, &set, Output::File));
        }
    }
    all_well(wrong);
}

/// The name of every argument of every call, and every argument as a number.
#[test]
fn same_argument_names() {
    let bench = Bench::new("argument-names");
    let program = format!("{EVERY_CALL} 000000 38");
    let mut wrong = Vec::new();
    for options in [&["-N"][..], &["-e", "raw=all"], &["-N", "-e", "raw=all"]] {
        let [theirs, ours] = [Tracer::Strace, Tracer::Ours].map(|tracer| {
            let texts = bench.trace(tracer, &program, "names", options, Output::File);
            normal::normalise(&texts, Shape::Lines, bench.fixed)
        });
        for difference in super::compare::lines(&theirs, &ours) {
            let Difference { ours, theirs } = &difference;
            // Some arguments have a different name for each command.
            // `times` and `get_thread_area` have a name twice. As numbers, process ids cannot be told from other numbers.
            let other = match options {
                ["-N"] => &["prctl(", "keyctl(", "rt_sigreturn(", "times(", "get_thread_area("][..],
                _ => &["set_tid_address("],
            };
            let by_command = other.iter().any(|call| ours.starts_with(call));
            // `same_table` counts calls that are not described.
            let undescribed = ours.starts_with("syscall_0x") && !theirs.starts_with("syscall_0x");
            if !by_command && !undescribed {
                wrong.push((format!("{options:?}"), difference));
            }
        }
    }
    // One register is a timeout or a number.
    wrong.extend(same(&bench, "futex", &["-N"], Output::File));
    all_well(wrong);
}

/// Colours on a terminal: the same colour for each character. The colour of a space or of the `|` between two names is
/// invisible, or varies in strace itself.
#[test]
fn same_colors() {
    let bench = Bench::new("colors");
    let mut wrong = Vec::new();
    let sets: &[(&[&str], &[&str])] = &[
        (&["-T", "-y"], &["files", "exit_code", "inet", "execve"]),
        (&["-N", "-tt"], &["files", "exit_code", "signals"]),
        (&["-yy"], &["descriptors", "files"]),
        (&["-N"], &["bad_pointers", "directories"]),
        (&["-xx"], &["bad_pointers", "ioctl", "strings"]),
        (
            &[],
            &["constants", "identity", "waits", "futex", "epoll", "unix_sockets", "pipes", "poll", "sleep"],
        ),
        (
            &[],
            &[
                "interrupted",
                "memory",
                "multiplexed",
                "prctl",
                "resources",
                "vectors",
                "clone",
                "times_of_files",
            ],
        ),
        (&["-f", "-e", super::ORDERED], &["unfinished", "killed_in_call"]),
    ];
    let numbers = Regex::new(r"0x[0-9a-f]{6,}|\b\d{2,}\b").unwrap();
    for (options, programs) in sets {
        for program in *programs {
            let options = [&["--color=always", "-e", "trace=!getrandom"], *options].concat();
            let shown = |tracer| {
                let texts = bench.trace(tracer, program, "colors", &options, Output::File);
                let texts: Vec<String> = texts.iter().map(|text| colored(text)).collect();
                let lines = normal::normalise(&texts, Shape::Lines, bench.fixed);
                // Between colours, the surroundings do not show what is an id or an address.
                lines.iter().map(|line| numbers.replace_all(line, "#").into_owned()).collect::<Vec<_>>()
            };
            let mut found = Vec::new();
            // The scheduler may cause a difference once or twice.
            for _ in 0..3 {
                let (theirs, ours) = (shown(Tracer::Strace), shown(Tracer::Ours));
                assert!(
                    theirs.iter().any(|line| line.contains("{c33}")),
                    "strace has no colours: {theirs:?}"
                );
                found = super::compare::lines(&theirs, &ours);
                if found.is_empty() {
                    break;
                }
            }
            wrong.extend(found.into_iter().map(|difference| (format!("{program} {options:?}"), difference)));
        }
    }
    all_well(wrong);
}

/// Text with the colour of each character before the first character that has it.
fn colored(text: &str) -> String {
    let (mut out, mut color, mut shown) = (String::new(), "0", "0");
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some((code, behind)) = rest.strip_prefix("\u{1b}[").and_then(|rest| rest.split_once('m')) {
            (color, rest) = (code, behind);
            continue;
        }
        if first == '\n' {
            (color, shown) = ("0", "0");
        } else if color != shown && !matches!(first, ' ' | '|') {
            out.push_str(&format!("{{c{color}}}"));
            shown = color;
        }
        out.push(first);
        rest = &rest[first.len_utf8()..];
    }
    out
}

/// The table of `-c`: the counts and the layout. Times vary.
#[test]
fn same_counts() {
    let bench = Bench::new("counts");
    let sets: &[&[&str]] = &[
        &["-c", "-S", "name"],
        &["-c", "-S", "calls"],
        &["-c", "-S", "errors", "-U", "name,calls,errors"],
        &["-c", "-S", "none", "-U", "calls,name"],
        &["-c", "-z", "-S", "name", "-U", "errors,calls"],
        &["-c", "--summary-sort-by=syscall_name", "-U", "calls,time_percent"],
        &[
            "-c",
            "-S",
            "name",
            "-U",
            "wall-total,wall-min,wall-max,wall-avg,min-time,max-time,time,total-time",
        ],
        &["-c", "-w", "-S", "syscall-name"],
        &["-C", "-S", "count"],
        &["-cf", "-S", "name", "-O", "1us"],
    ];
    let mut wrong = Vec::new();
    for set in sets {
        for program in ["files", "fork", "exit_code", "unknown"] {
            for output in [Output::File, Output::Stderr] {
                wrong.extend(same(&bench, program, set, output));
            }
        }
    }
    all_well(wrong);
}

/// Errors in the command line, and the exit status.
#[test]
fn same_errors() {
    let bench = Bench::new("errors");
    let lines: &[&[&str]] = &[
        &[],
        &["-f"],
        &["-E"],
        &["--foo"],
        &["-Q"],
        &["-e", "trace=nosuchcall", "true"],
        &["-e", "trace=%nosuch", "true"],
        &["-e", "trace=/[", "true"],
        &["-e", "trace=/zzz", "true"],
        &["-e", "trace=", "true"],
        &["-e", "trace=9999", "true"],
        &["-e", "trace=read@65", "true"],
        &["-e", "trace=recv@64", "true"],
        &["-e", "foo=x", "true"],
        &["-e", "signal=SIGFOO,INT", "true"],
        &["-e", "status=foo", "true"],
        &["-e", "quiet=foo", "true"],
        &["-e", "quiet=exit,all", "true"],
        &["-e", "quiet=!,", "true"],
        &["-e", "quiet=path-resolve", "true"],
        &["-e", "decode-fds=,,", "true"],
        &["-e", "status=!!", "true"],
        &["-e", "fd=,", "true"],
        &["-e", "signal=!", "true"],
        &["-e", "trace=!,", "true"],
        &["-e", "inject=,:error=1", "true"],
        &["-qq", "-e", "trace=!!none", "true"],
        &["--quiet", "-e", "trace=none", "true"],
        &["--silent=exits", "--silence", "-e", "trace=none", "true"],
        &["-q", "--quiet", "true"],
        &["-e", "silence=none", "-z", "-Z", "-q", "nosuchprogram"],
        &["--tr=none", "true"],
        &["--a", "true"],
        &["--de", "true"],
        &["--s=3", "true"],
        &["--o"],
        &["--fa"],
        &["--path=x", "true"],
        &["--w"],
        &["--const=foo", "true"],
        &["--string-limit=x", "true"],
        &["--columns=-1", "true"],
        &["--summary-syscall-overhead=x", "true"],
        &["--interr=9", "true"],
        &["--timestamps=foo", "true"],
        &["--daemonized=x", "true"],
        &["--version=1"],
        &["--kill=1", "true"],
        &["-f=3", "true"],
        &["-e", "read=foo", "true"],
        &["-e", "fd=-1", "true"],
        &["--decode-fds=foo", "true"],
        &["--decode-pids=foo", "true"],
        &["--namespace=foo", "true"],
        &["--secontext=full", "true"],
        &["-e", "secontext", "true"],
        &["-e", "secontext=full", "true"],
        &["-e", "namespace=", "true"],
        &["-S", "foo", "true"],
        &["-c", "-U", "foo", "true"],
        &["-c", "-U", "calls,calls", "true"],
        &["-c", "-U", "calls,", "true"],
        &["-c", "-U", "", "true"],
        &["-c", "-S", "total_time", "-U", "time_min,syscall_name", "-e", "trace=none", "true"],
        &["-c", "-S", "_nothing", "true"],
        &["-U", "name", "true"],
        &["-w", "true"],
        &["-O", "x", "true"],
        &["-a", "x", "true"],
        &["-a", "-1", "true"],
        &["-s", "-1", "true"],
        &["-X", "foo", "true"],
        &["-I", "9", "true"],
        &["-b", "foo", "true"],
        &["-p", "0"],
        &["-p", "1,x"],
        &["-c", "-C", "true"],
        &["-c", "-ff", "true"],
        &["-o", "|cat", "-ff", "true"],
        &["-P"],
        &["-D", "-p", "1"],
        &["-u", "nosuchuser", "true"],
        &["nosuchprogram"],
        &["./nosuch"],
        &["--color=foo", "true"],
        &["--strings-in-hex=foo", "true"],
        &["--absolute-timestamps=foo", "true"],
        &["--relative-timestamps=foo", "true"],
        &["--syscall-times=foo", "true"],
        &["--syscall-limit=0", "true"],
        &["--daemonize=foo", "true"],
        &["--kill-on-exit", "-p", "1"],
        &["-o", "/nonexistent/x", "true"],
        &["--tips=foo", "true"],
        &["--tips=id:", "true"],
        &["--tips=id:full", "true"],
        &["--tips=format:3", "true"],
        &["--tips=id:-1", "true"],
        &["--tips=2147483648", "true"],
        &["--tips=full:3", "true"],
        &["--tips=none"],
        &["--tips=full,none", "-qq", "-e", "trace=none", "false"],
        &["-e", "inject=foo", "true"],
        &["-e", "inject=read", "true"],
        &["-e", "inject=read:error=FOO", "true"],
        &["-e", "fault=read:error=5000", "true"],
        &["-e", "inject=read:when=0:error=1", "true"],
        &["-e", "inject=getppid:error=1:retval=2", "true"],
        &["-e", "inject=getppid:syscall=read:retval=1", "true"],
        &["-e", "inject=getppid:delay_enter=x", "true"],
        &["-e", "fault=getppid:retval=1", "true"],
        &["-e", "status=none", "-qq", "-z", "-Z", "-e", "trace=none", "true"],
        &["-A", "-qq", "-e", "trace=none", "false"],
        &["-F", "-qq", "-e", "trace=none", "true"],
        &["--seccomp-bpf", "-qq", "-e", "trace=none", "true"],
        &["-e", "trace=520@64", "true"],
        &["-e", "trace=548", "true"],
        &["-e", "trace=500", "true"],
        &["-qq", "-e", "trace=547@x32,writev#64,open@x32", "true"],
        &["-c", "-i", "-n", "-y", "-N", "-t", "-r", "-T", "-e", "trace=none", "true"],
    ];
    for line in lines {
        let [theirs, ours] = [Tracer::Strace, Tracer::Ours].map(|tracer| {
            let (text, status) = bench.say(tracer, line);
            // Only we hint at what may have been meant.
            let text: Vec<String> =
                text.lines().filter(|line| !line.starts_with('(')).map(own_name).collect();
            (text, status)
        });
        assert_eq!(theirs, ours, "strace and ours, said of {line:?}");
    }
}

/// A tip comes last, in a frame, whenever strace shows one; the text is each tracer's own.
#[test]
fn same_places_of_tips() {
    let bench = Bench::new("tips");
    let lines: &[&[&str]] = &[
        &["--tips"],
        &["--tips=full"],
        &["--tips", "-f"],
        &["--tips", "-qq", "-e", "trace=none", "false"],
        &["--tips=3,Full", "-qq", "-e", "trace=getpid", "true"],
        &["--tips=random", "-e", "trace=none", "sh", "-c", "kill -9 $$"],
        &["--tips=,compact", "-p", "999999999"],
        &["-p", "999999999", "-p", "999999998"],
        &["--tips", "nosuchprogram"],
        &["--tips", "-X", "foo", "true"],
    ];
    for line in lines {
        let [(theirs, their_status), (ours, our_status)] = [Tracer::Strace, Tracer::Ours].map(|tracer| {
            let (text, status) = bench.say(tracer, line);
            // The other messages, whether a frame follows, and whether it has a picture.
            let own = |line: &&str| !line.starts_with(' ');
            let frame = text.lines().skip_while(own).count();
            let before: Vec<String> = text.lines().take_while(own).map(own_name).collect();
            ((before, frame > 0, frame > 20), status)
        });
        assert_eq!(their_status, our_status, "{line:?}");
        assert_eq!((theirs.0, theirs.1), (ours.0, ours.1), "{line:?}");
    }
    let [compact, full] = ["--tips=7", "--tips=7,full"].map(|option| bench.say(Tracer::Ours, &[option]).0);
    assert!(full.starts_with(&compact) && full.len() > compact.len(), "{compact}{full}");
}

/// Debug output goes to stderr, mentions each stop, and does not change the trace.
#[test]
fn same_text_while_debugging() {
    let bench = Bench::new("debug");
    let mut wrong = Vec::new();
    for program in ["fork", "group_stop", "exec_thread"] {
        let set = Set { name: "debug", options: &["-d", "-f"], output: Output::File, shape: Shape::ByThread };
        let (lines, found) = super::compared(&bench, program, &set);
        println!("{program} with -d: {lines} lines compared, {} different", found.len());
        wrong.extend(found.into_iter().map(|difference| (program.into(), difference)));
    }
    all_well(wrong);
    let calls = |options: &[&str]| {
        let line = [options, &["-o", "/dev/null", "sh", "-c", "exit 3"]].concat();
        let (text, status) = bench.say(Tracer::Ours, &line);
        assert_eq!(status, Some(3));
        (
            text.matches(" stood still at a call; ").count(),
            text.contains(" ended with 3; 0 are traced\n"),
            text,
        )
    };
    let (count, ended, text) = calls(&["--debug"]);
    // Each call stops twice.
    assert!(count > 40 && ended, "{text}");
    assert_eq!(calls(&[]).2, "");
}

/// A line without the name of the program that wrote it.
pub fn own_name(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let is_program = |word: &str| word.ends_with("strace:") || word.ends_with("tracer:");
    match words.as_slice() {
        [first, rest @ ..] if is_program(first) => format!("strace: {}", rest.join(" ")),
        ["Try", _, rest @ ..] => format!("Try 'strace {}", rest.join(" ")),
        _ => line.into(),
    }
}

/// Output through a command, and appended to a file.
#[test]
fn same_places() {
    let bench = Bench::new("places");
    let program = "exit_code";
    for options in [
        &["-qq", "-e", "trace=getppid", "-o", "|cat >piped"][..],
        &["-e", "trace=getppid", "-o", "!cat >piped"],
    ] {
        let [theirs, ours] =
            [Tracer::Strace, Tracer::Ours].map(|tracer| bench.file(tracer, program, options, "piped", 1));
        assert!(theirs.to_lowercase().contains("getppid"), "{theirs}");
        assert_eq!(lines_of(&bench, &theirs), lines_of(&bench, &ours), "{options:?}");
    }
    let options = &["-A", "-e", "trace=getppid", "-o", "appended"];
    let [theirs, ours] =
        [Tracer::Strace, Tracer::Ours].map(|tracer| bench.file(tracer, program, options, "appended", 2));
    assert_eq!(theirs.matches("getppid").count(), 2, "{theirs}");
    assert_eq!(lines_of(&bench, &theirs), lines_of(&bench, &ours));
}

/// Output that cannot be written: each lost line is reported, and the trace continues, unless a signal may end it.
#[test]
fn same_words_of_lost_lines() {
    let bench = Bench::new("lost-lines");
    // The reader has gone when the first line is written.
    let later = "sleep 0.3; exit 3";
    let numbered = Regex::new(r"/x\.\d+").unwrap();
    for (options, command, least, status) in [
        (&["-o", "|exec true", "-e", "trace=exit_group"][..], later, 3, Some(3)),
        (&["-f", "-o", "!exec true", "-e", "trace=exit_group"], later, 5, Some(3)),
        (&["-I2", "-o", "|exec true", "-e", "trace=exit_group", "-e", "signal=none"], later, 0, None),
        (&["-I1", "-o", "|exec true", "-e", "trace=exit_group"], later, 0, None),
        (&["-c", "-o", "|exec true"], later, 0, Some(3)),
        (&["-f", "-o", "|cat >/dev/null"], later, 0, Some(3)),
        (&["-o", "/dev/full"], "exit 4", 20, Some(4)),
        (&["-o", "/dev/full", "-I1"], "exit 4", 20, Some(4)),
        (&["-o", "/dev/full", "-C", "-e", "trace=exit_group"], "exit 4", 2, Some(4)),
        (&["-o", "/dev/full", "-c"], "exit 4", 0, Some(4)),
        (&["-ff", "-o", "/dev/full/x"], "exit 4", 1, Some(1)),
    ] {
        let line = [options, &["sh", "-c", command]].concat();
        let [theirs, ours] = [Tracer::Strace, Tracer::Ours].map(|tracer| {
            let (text, status) = bench.say(tracer, &line);
            // Whose file it would have been: its number.
            let said = text.lines().map(|line| numbered.replace(&own_name(line), "/x.TID").into_owned());
            (said.collect::<Vec<_>>(), status)
        });
        assert!(theirs.0.len() >= least && theirs.1 == status, "strace said {theirs:?} for {line:?}");
        assert_eq!(theirs, ours, "strace and ours {line:?}");
    }
}

fn lines_of(bench: &Bench, text: &str) -> Vec<String> {
    normal::normalise(&[text.to_string()], Shape::Lines, bench.fixed)
}
