//! Every call number and every named constant agrees with the kernel's own headers.
//!
//! The headers are Debian unstable's `linux-libc-dev`, which `tests/oracle/headers.sh` downloads and unpacks (but never
//! installs). The C compiler evaluates the constants, with the include path of each ABI.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use syscalls::{
    abi::Abi,
    names::{self, requests},
    records::netlink::{self, Kinds},
    table,
    types::{Attributes, Flags, Record, Symbols, Type},
    x32,
};

/// Where the headers are; the first call downloads them.
fn headers() -> PathBuf {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/oracle/headers.sh");
    let output =
        Command::new(&script).output().unwrap_or_else(|error| panic!("{}: {error}", script.display()));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} failed: {errors}", script.display());
    Path::new(String::from_utf8_lossy(&output.stdout).trim()).join("usr/include")
}

/// The directory of an ABI's own headers, and the file with its numbers.
fn place(abi: Abi) -> (&'static str, &'static str) {
    match abi {
        Abi::X86_64 => ("x86_64-linux-gnu", "asm/unistd_64.h"),
        Abi::I386 => ("i386-linux-gnu", "asm/unistd_32.h"),
        Abi::Aarch64 => ("aarch64-linux-gnu", "asm/unistd_64.h"),
        Abi::Arm => ("arm-linux-gnueabihf", "asm/unistd-eabi.h"),
        Abi::X32 => ("x86_64-linux-gnux32", "asm/unistd_x32.h"),
    }
}

/// The numbers by macro name.
fn numbers(headers: &Path, abi: Abi) -> BTreeMap<String, i32> {
    let (dir, file) = place(abi);
    let mut numbers = BTreeMap::new();
    // arm has a few more outside its generated file.
    for file in [file, "asm/unistd.h"] {
        let path = headers.join(dir).join(file);
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for line in text.lines() {
            let mut words = line.split_whitespace();
            let (Some("#define"), Some(name)) = (words.next(), words.next()) else { continue };
            let value: String = words.collect();
            let value = value.trim_start_matches("(__NR_SYSCALL_BASE+");
            let value = value.trim_start_matches("(__X32_SYSCALL_BIT+").trim_end_matches(')');
            if let (true, Ok(number)) = (name.starts_with("__NR_"), value.parse()) {
                // Two of arm's calls have the names of C functions that take their arguments in another order.
                let name = match name {
                    "__NR_arm_fadvise64_64" => "__NR_fadvise64_64",
                    "__NR_arm_sync_file_range" => "__NR_sync_file_range2",
                    name => name,
                };
                numbers.entry(name.to_owned()).or_insert(number);
            }
            let private = value.strip_prefix("(__ARM_NR_BASE+").and_then(|value| value.parse::<i32>().ok());
            if let (Some(name), Some(number)) = (name.strip_prefix("__ARM_NR_"), private) {
                numbers.insert(format!("__NR_{name}"), 0xf_0000 + number);
            }
        }
    }
    assert!(numbers.len() > 300, "{}: only {} numbers", headers.display(), numbers.len());
    numbers
}

/// The number of a call that arm's EABI does not have: the number in the ABI before it, which is i386's if its headers
/// do not have it either. strace has a name for these.
fn before_eabi(headers: &Path) -> BTreeMap<String, i32> {
    let mut numbers = numbers(headers, Abi::I386);
    numbers.insert("__NR_syscall".into(), 113);
    let path = headers.join(place(Abi::Arm).0).join("asm/unistd-oabi.h");
    let text = std::fs::read_to_string(path).expect("it lies beside the EABI's");
    let number = |name: &str| format!("#define {name} (__NR_SYSCALL_BASE + {})", numbers[name]);
    for name in ["__NR_time", "__NR_select", "__NR_mmap", "__NR_syscall"] {
        assert!(text.contains(&number(name)), "arm's old numbers are not i386's: {name}");
    }
    numbers
}

#[test]
fn every_number_is_the_headers() {
    let headers = headers();
    let before_eabi = before_eabi(&headers);
    let mut wrong = Vec::new();
    for abi in Abi::ALL {
        let mut numbers = numbers(&headers, abi);
        if abi == Abi::Arm {
            for row in table::rows().filter(|row| row.numbers[abi.index()] >= 0) {
                if let Some(number) = before_eabi.get(row.constant) {
                    numbers.entry(row.constant.into()).or_insert(*number);
                }
            }
        }
        let mut seen = BTreeSet::new();
        for row in table::rows() {
            let ours = row.numbers[abi.index()];
            if ours >= 0 {
                seen.insert(row.constant);
                if numbers.get(row.constant) != Some(&ours) {
                    wrong.push(format!(
                        "{abi:?} {}: {ours}, headers {:?}",
                        row.constant,
                        numbers.get(row.constant)
                    ));
                }
            }
        }
        // A call with a row has the numbers of all ABIs that know it.
        for row in table::rows() {
            let left_out = UNDESCRIBED.iter().any(|(name, _)| *name == row.constant);
            if !seen.contains(row.constant) && numbers.contains_key(row.constant) && !left_out {
                wrong.push(format!("{abi:?} {}: missing", row.constant));
            }
        }
    }
    assert!(wrong.is_empty(), "{} numbers are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// x32's numbers follow from x86_64's, and the others have the right names.
#[test]
fn every_number_of_x32_is_the_headers() {
    const BIT: u64 = 0x4000_0000;
    let numbers = numbers(&headers(), Abi::X32);
    let numbers: BTreeMap<&str, u64> =
        numbers.iter().map(|(name, number)| (name.as_str(), BIT | *number as u64)).collect();
    let nameless = |number: u64| x32::NAMELESS.contains(&(number - BIT));
    for (name, number) in numbers.iter().filter(|(_, number)| !nameless(**number)) {
        assert_eq!(table::row(Abi::X32, *number).map(|row| row.constant), Some(*name), "{number:#x}");
    }
    for row in table::rows().filter(|row| row.number(Abi::X32).is_some()) {
        assert_eq!(row.number(Abi::X32), numbers.get(row.constant).copied(), "{}", row.name);
    }
    let own: BTreeSet<u64> = numbers.values().copied().collect();
    for number in (BIT..BIT + 600).filter(|number| !own.contains(number)) {
        let name = table::row(Abi::X32, number).map(|row| row.name.trim_end_matches("#64"));
        let native = table::row(Abi::X86_64, number - BIT).map(|row| row.name);
        assert_eq!(name, native, "{number:#x}");
    }
}

/// Calls in the headers without a row, each with the reason. They are written as strace writes an unknown
/// call.
const UNDESCRIBED: &[(&str, &str)] = &[];
/// The most such calls.
const MOST_UNDESCRIBED: usize = 10;

#[test]
fn every_call_of_the_headers_is_described() {
    let headers = headers();
    let (mut missing, mut found) = (Vec::new(), BTreeSet::new());
    for abi in Abi::ALL {
        for (name, number) in numbers(&headers, abi) {
            // Two names with one number are one call.
            if table::row(abi, number as u64).is_some() {
                continue;
            }
            match UNDESCRIBED.iter().find(|(known, _)| *known == name) {
                Some((known, _)) => _ = found.insert(*known),
                None => missing.push(format!("{abi:?} {name} {number}")),
            }
        }
    }
    assert!(missing.is_empty(), "not described: {}", missing.join(", "));
    assert!(UNDESCRIBED.len() <= MOST_UNDESCRIBED, "{UNDESCRIBED:?}");
    let gone: Vec<_> = UNDESCRIBED.iter().filter(|(name, _)| !found.contains(name)).collect();
    assert!(gone.is_empty(), "described by now: {gone:?}");
}

/// The constants that the types of the rows name.
#[derive(Default)]
struct Constants {
    seen: BTreeSet<usize>,
    values: BTreeMap<String, u64>,
}

impl Constants {
    fn put(&mut self, name: &str, value: u64) {
        // Some names are expressions, or two names for one number.
        let identifier = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if identifier && name.starts_with(|first: char| !first.is_ascii_digit()) {
            self.values.insert(name.to_owned(), value);
        }
    }

    fn flags(&mut self, flags: &'static Flags) {
        flags.bits.iter().chain(flags.field.1).for_each(|(value, name)| self.put(name, *value));
    }

    fn symbols(&mut self, symbols: &'static Symbols) {
        symbols.names.iter().for_each(|(value, name)| self.put(name, *value));
    }

    fn record(&mut self, record: &'static Record, abi: Abi) {
        record.fields.iter().for_each(|field| self.visit(&field.ty, abi));
    }

    fn attributes(&mut self, attributes: &'static Attributes, abi: Abi) {
        for (kind, name, ty) in attributes.types {
            if *kind != Attributes::ANY {
                self.put(name, u64::from(*kind));
            }
            self.visit(ty, abi);
        }
    }

    /// The messages of netlink sockets.
    fn netlink(&mut self, abi: Abi) {
        for protocol in netlink::PROTOCOLS {
            match &protocol.kinds {
                Kinds::Names(names) | Kinds::Families(names) => self.symbols(names),
                Kinds::Parts(subsystems, messages, others) => {
                    [subsystems, others].into_iter().for_each(|names| self.symbols(names));
                    messages.iter().for_each(|(_, names)| self.symbols(names));
                }
            }
        }
        for (header, attributes) in netlink::headers() {
            self.record(header, abi);
            attributes.iter().for_each(|attributes| self.attributes(attributes, abi));
        }
        self.attributes(&netlink::ERROR_ATTRIBUTES, abi);
        self.symbols(&names::netlink::NLMSG);
        for flags in names::netlink::OF_MESSAGES {
            self.flags(flags);
        }
    }

    fn visit(&mut self, ty: &'static Type, abi: Abi) {
        if !self.seen.insert(std::ptr::from_ref(ty) as usize) {
            return;
        }
        match ty {
            Type::Flags(_, flags) => self.flags(flags),
            Type::Symbol(_, symbols)
            | Type::NetSymbol(_, symbols)
            | Type::Numbered(_, symbols)
            | Type::Commented(_, _, symbols) => {
                self.symbols(symbols);
            }
            Type::Packet(_) => self.netlink(abi),
            Type::Attributes(attributes) => self.attributes(attributes, abi),
            Type::Mixed(_, symbols, _, flags) => {
                self.symbols(symbols);
                self.flags(flags);
            }
            Type::PerAbi(types) => self.visit(&types[abi.index()], abi),
            Type::In(ty) | Type::Out(ty) | Type::InOut(ty) | Type::Moved(ty) | Type::Array(ty, _) => {
                self.visit(ty, abi);
            }
            Type::Wide(ty) | Type::One(ty) | Type::Packed(ty) | Type::Labeled(_, ty) | Type::If(_, _, ty) => {
                self.visit(ty, abi);
            }
            Type::AtMost(_, _, ty) | Type::Verbose(ty) | Type::Shifted(_, ty, ..) => self.visit(ty, abi),
            Type::Bits(_, _, _, ty)
            | Type::Later(ty)
            | Type::Changing(ty)
            | Type::Retold(_, ty)
            | Type::Over(ty) => self.visit(ty, abi),
            Type::Macro(_, _, parts) => parts.iter().for_each(|part| self.visit(part, abi)),
            Type::Parts(_, parts) => parts.iter().for_each(|(.., part)| self.visit(part, abi)),
            Type::Failing(_, ty) | Type::Called(_, ty) | Type::Remarked(ty, _) => self.visit(ty, abi),
            Type::Explained(_, ty) | Type::Located(ty) => self.visit(ty, abi),
            Type::Told(given, told) => [given, told].into_iter().for_each(|ty| self.visit(ty, abi)),
            Type::ByVerbosity(plain, verbose) => {
                [plain, verbose].into_iter().for_each(|ty| self.visit(ty, abi));
            }
            Type::Leading(_, bit, name, ty) => {
                self.put(name, *bit);
                self.visit(ty, abi);
            }
            Type::Tail(_, head, _, tail) => [head, tail].into_iter().for_each(|ty| self.visit(ty, abi)),
            Type::Struct(record)
            | Type::Extensible(record, ..)
            | Type::Partial(record, _)
            | Type::Ordered(record, _) => {
                self.record(record, abi);
            }
            Type::Spread(record) | Type::Dated(record, _) => self.record(record, abi),
            Type::Switch(_, cases, default)
            | Type::SwitchBits(_, _, cases, default)
            | Type::SwitchAt(_, _, cases, default) => {
                cases.iter().for_each(|(_, ty)| self.visit(ty, abi));
                self.visit(default, abi);
            }
            _ => {}
        }
    }
}

/// The headers that define the names in the tables. A constant that none of them defines is not checked.
const INCLUDES: &[&str] = &[
    "asm/fcntl.h",
    "asm/ioctls.h",
    "asm/mman.h",
    "asm/poll.h",
    "asm/signal.h",
    "asm/socket.h",
    "asm/termbits.h",
    "linux/aio_abi.h",
    "linux/audit.h",
    "linux/bpf.h",
    "linux/capability.h",
    "linux/close_range.h",
    "linux/dcbnl.h",
    "linux/dqblk_xfs.h",
    "linux/eventfd.h",
    "linux/eventpoll.h",
    "linux/fadvise.h",
    "linux/falloc.h",
    "linux/fanotify.h",
    "linux/fcntl.h",
    "linux/fib_rules.h",
    "linux/filter.h",
    "linux/fs.h",
    "linux/futex.h",
    "linux/genetlink.h",
    "linux/hw_breakpoint.h",
    "linux/if_addr.h",
    "linux/if_addrlabel.h",
    "linux/if_bridge.h",
    "linux/if_ether.h",
    "linux/if_link.h",
    "linux/in.h",
    "linux/in6.h",
    "linux/inotify.h",
    "linux/io_uring.h",
    "linux/ioprio.h",
    "linux/ipc.h",
    "linux/kcmp.h",
    "linux/kexec.h",
    "linux/landlock.h",
    "linux/loop.h",
    "linux/lsm.h",
    "linux/lwtunnel.h",
    "linux/magic.h",
    "linux/membarrier.h",
    "linux/memfd.h",
    "linux/mempolicy.h",
    "linux/mman.h",
    "linux/module.h",
    "linux/mount.h",
    "linux/neighbour.h",
    "linux/net_namespace.h",
    "linux/netconf.h",
    "linux/netlink.h",
    "linux/nexthop.h",
    "linux/nsfs.h",
    "linux/openat2.h",
    "linux/perf_event.h",
    "linux/pidfd.h",
    "linux/pkt_sched.h",
    "linux/prctl.h",
    "linux/ptrace.h",
    "linux/quota.h",
    "linux/random.h",
    "linux/resource.h",
    "linux/rseq.h",
    "linux/rtnetlink.h",
    "linux/sched.h",
    "linux/seccomp.h",
    "linux/securebits.h",
    "linux/snmp.h",
    "linux/sockios.h",
    "linux/stat.h",
    "linux/tcp.h",
    "linux/time.h",
    "linux/timerfd.h",
    "linux/timex.h",
    "linux/udp.h",
    "linux/un.h",
    "linux/userfaultfd.h",
    "linux/wait.h",
    "linux/xattr.h",
];

/// The compiler's value for each name that is a macro.
fn evaluate(headers: &Path, abi: Abi, names: &[&String], includes: &[&str]) -> BTreeMap<String, u64> {
    let mut source = String::from("#include <linux/types.h>\ntypedef __kernel_size_t size_t;\n");
    for include in includes {
        let _ = writeln!(source, "#if __has_include(<{include}>)\n#include <{include}>\n#endif");
    }
    for (index, name) in names.iter().enumerate() {
        let _ = writeln!(
            source,
            "#ifdef {name}\nunsigned long long value_{index} = (unsigned long long)({name});\n#endif"
        );
    }
    let mut compiler = Command::new("cc")
        .args(["-w", "-nostdinc", "-S", "-x", "c", "-", "-o", "-"])
        .arg("-I")
        .arg(headers.join(place(abi).0))
        .arg("-I")
        .arg(headers)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("cc: {error}"));
    // The compiler reads all of its input before it writes.
    let mut input = compiler.stdin.take().unwrap_or_else(|| panic!("cc has no input"));
    input.write_all(source.as_bytes()).unwrap_or_else(|error| panic!("cc: {error}"));
    drop(input);
    let output = compiler.wait_with_output().unwrap_or_else(|error| panic!("cc: {error}"));
    assert!(output.status.success(), "cc does not compile the headers of {abi:?}");
    let assembly = String::from_utf8_lossy(&output.stdout);
    let (mut values, mut current) = (BTreeMap::new(), None);
    for line in assembly.lines() {
        if let Some(index) = line.strip_prefix("value_").and_then(|rest| rest.strip_suffix(':')) {
            current = index.parse::<usize>().ok();
            continue;
        }
        let mut words = line.split_whitespace();
        let value = match (words.next(), words.next().map(str::parse::<i128>)) {
            (Some(".quad"), Some(Ok(value))) => value as u64,
            (Some(".zero"), _) => 0,
            _ => continue,
        };
        if let Some(index) = current.take() {
            values.insert(names[index].clone(), value);
        }
    }
    values
}

/// Names that have another number in the headers, each with the reason.
const EXCEPTIONS: &[&str] = &[
    // User space on 64-bit ABIs defines it as 0; a tracee's registers show the kernel's bit.
    "O_LARGEFILE",
    // The number is x86's; arm has a different call of that name.
    "PTRACE_GET_THREAD_AREA",
];

#[test]
fn every_constant_is_the_headers() {
    let headers = headers();
    let mut wrong = Vec::new();
    for abi in Abi::ALL {
        let mut constants = Constants::default();
        for row in table::rows().filter(|row| row.numbers[abi.index()] >= 0) {
            row.params.iter().for_each(|param| constants.visit(&param.ty, abi));
            constants.visit(&row.result, abi);
            if let Some(note) = &row.note {
                constants.visit(note, abi);
            }
        }
        let names: Vec<&String> = constants.values.keys().collect();
        let values = evaluate(&headers, abi, &names, INCLUDES);
        assert!(values.len() > 800, "{abi:?}: only {} constants were found in the headers", values.len());
        for (name, value) in &values {
            let ours = constants.values[name];
            // Tables have 32 bits if their register has.
            let same = ours == *value
                || (ours < 1 << 32 && *value >> 32 == 0xffff_ffff && ours == *value & 0xffff_ffff);
            if !same && !EXCEPTIONS.contains(&name.as_str()) {
                wrong.push(format!("{abi:?} {name}: {ours:#x}, headers {value:#x}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} constants are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Headers that define requests and need nothing from a C library.
const REQUEST_INCLUDES: &[&str] = &[
    "drm/amdgpu_drm.h",
    "drm/drm.h",
    "drm/i915_drm.h",
    "linux/blkpg.h",
    "linux/blkzoned.h",
    "linux/btrfs.h",
    "linux/cdrom.h",
    "linux/dm-ioctl.h",
    "linux/eventpoll.h",
    "linux/fd.h",
    "linux/fs.h",
    "linux/fscrypt.h",
    "linux/fsverity.h",
    "linux/gpio.h",
    "linux/hdreg.h",
    "linux/hidraw.h",
    "linux/if_tun.h",
    "linux/iommufd.h",
    "linux/ipmi.h",
    "linux/kd.h",
    "linux/kvm.h",
    "linux/lirc.h",
    "linux/loop.h",
    "linux/nbd.h",
    "linux/nsfs.h",
    "linux/nvme_ioctl.h",
    "linux/perf_event.h",
    "linux/pidfd.h",
    "linux/pr.h",
    "linux/ptp_clock.h",
    "linux/random.h",
    "linux/rtc.h",
    "linux/seccomp.h",
    "linux/sed-opal.h",
    "linux/sockios.h",
    "linux/tee.h",
    "linux/ublk_cmd.h",
    "linux/usbdevice_fs.h",
    "linux/userfaultfd.h",
    "linux/vfio.h",
    "linux/vhost.h",
    "linux/watchdog.h",
    "mtd/mtd-abi.h",
    "mtd/ubi-user.h",
    "asm/ioctls.h",
    "asm/termbits.h",
];

/// Requests that have another number in these headers, each with the reason.
const OTHER_REQUESTS: &[&str] = &[];

#[test]
fn every_request_is_the_headers() {
    let lines: Vec<_> = requests::REQUESTS.lines().map(|line| (line, requests::entry(line))).collect();
    let odd: Vec<_> = lines.iter().filter(|(_, entry)| entry.is_none()).collect();
    assert!(odd.is_empty(), "not understood: {odd:?}");
    let entries: Vec<_> = lines.iter().filter_map(|(_, entry)| *entry).collect();
    assert!(entries.is_sorted_by_key(|(number, ..)| *number), "not sorted by number");
    let headers = headers();
    let mut wrong = Vec::new();
    for abi in Abi::ALL {
        let mut values = BTreeMap::new();
        for (number, abis, name) in &entries {
            if abis.contains(requests::letter(abi)) {
                assert_eq!(requests::name(abi, *number), Some(*name), "{abi:?} {number:#x}");
                // Macros with arguments are not evaluated here.
                let plain = name.split(" or ").filter(|name| !name.contains('('));
                plain.for_each(|name| values.entry(name.to_owned()).or_insert_with(Vec::new).push(*number));
            }
        }
        assert_eq!(requests::name(abi, 0x1234_5678), None);
        assert_eq!(requests::name(abi, u32::MAX), None);
        assert_eq!(requests::name(abi, 0), None);
        // The compiler is a 64-bit one, for which structures of a 32-bit ABI have other sizes.
        if abi.word() == 4 {
            continue;
        }
        let names: Vec<&String> = values.keys().collect();
        // The KVM requests of x86 name structures that other machines do not have.
        let of_x86 = |include: &&&str| abi == Abi::X86_64 || **include != "linux/kvm.h";
        let includes: Vec<&str> = REQUEST_INCLUDES.iter().filter(of_x86).copied().collect();
        let found = evaluate(&headers, abi, &names, &includes);
        assert!(found.len() > 1000, "{abi:?}: only {} requests were found in the headers", found.len());
        for (name, value) in found {
            if !values[&name].contains(&(value as u32)) && !OTHER_REQUESTS.contains(&name.as_str()) {
                wrong.push(format!("{abi:?} {name}: {:x?}, headers {value:#x}", values[&name]));
            }
        }
    }
    assert!(wrong.is_empty(), "{} requests are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
