//! The types of arguments, fields and results: a system call is one line of them.
//!
//! The direction is a property of the pointer ([`Type::In`], [`Type::Out`], [`Type::InOut`]) and says when to read what it
//! points to. A length names its sibling ([`Len`]). A [`Type::Switch`] chooses by another argument. [`Type::Custom`] is
//! for the few types that fit nothing else.

use crate::{decode::Decode, gather::Gather, value::Value};

pub use crate::symbols::{Flags, Symbols};

/// Width and sign of a scalar. The bits of a register beyond the width are ignored, as in the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// `signed char`
    I8,
    /// `unsigned char`
    U8,
    /// `short`
    I16,
    /// `unsigned short`
    U16,
    /// `int`
    I32,
    /// `unsigned int`
    U32,
    /// `long long`: two registers on a 32-bit ABI.
    I64,
    /// `unsigned long long`: two registers on a 32-bit ABI.
    U64,
    /// `long`: the ABI's word.
    Long,
    /// `unsigned long`, `size_t` in a register: the ABI's word.
    Ulong,
    /// `size_t` in memory, and fields that hold a pointer.
    Size,
}

pub use Width::{I8, I16, I32, I64, Long, Size, U8, U16, U32, U64, Ulong};

/// How many elements (or bytes) a pointer points to. In a call, the index is that of a sibling argument; inside a
/// [`Record`], it is that of a sibling field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Len {
    /// The value of a sibling.
    Arg(u8),
    /// The `u32`/`socklen_t` that a sibling points to. If the kernel changed it, the smaller value.
    AtArg(u8),
    /// The call's result, unless it is an error, but at most the value of a sibling.
    Ret(u8),
    /// The value of a sibling, but at most a constant: the most that the kernel accepts.
    Most(u8, u32),
    /// The value of a sibling, but at most the size of the C array, of which that many elements are in use.
    Room(u8, u32),
    /// A constant.
    Fixed(u32),
    /// Up to an element that is all zero.
    Zero,
    /// The `u32` at an offset in the structure that a sibling points to: a structure that contains its own length.
    Within(u8, u8),
    /// The words of a bit set that has one bit fewer than the value of a sibling (`maxnode` of set_mempolicy(2)).
    Bits(u8),
    /// As many elements of this size as fit into the number of bytes in a sibling.
    Each(u8, u32),
    /// The rest of the surrounding netlink message or attribute.
    Rest,
}

/// Which half of a [`Type::Pair`] comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// The low one, as in `preadv`.
    Low,
    /// The high one, as in `_llseek`.
    High,
}

/// Used in place of a sibling: the call's result, or all ones while it is unknown or if the call failed. What depends on
/// it is written at exit.
pub const RESULT: u8 = u8::MAX;

/// What an argument, a field or an element is.
#[derive(Debug)]
pub enum Type {
    /// A decimal number.
    Int(Width),
    /// A hexadecimal number.
    Hex(Width),
    /// An octal number without padding beyond its leading zero (`umask`, `mode_t` as strace writes it: `0644`).
    Octal(Width),
    /// `st_mode`: `S_IFREG|0644`.
    Mode(Width),
    /// A resource limit: `8192*1024`, `RLIM64_INFINITY`.
    Limit(Width),
    /// `dev_t`: `makedev(0x8, 0x1)`.
    Dev(Width),
    /// An address whose target is not shown.
    Addr,
    /// A file descriptor.
    Fd,
    /// A file descriptor of a directory, or `AT_FDCWD`.
    Dirfd,
    /// A process or thread id.
    Pid,
    /// The id of a process group or session, which has no process name.
    Group,
    /// A signal number.
    Signal,
    /// A set of named bits.
    Flags(Width, &'static Flags),
    /// One of a list of named numbers.
    Symbol(Width, &'static Symbols),
    /// A symbol in the masked bits, or-ed with flags: `SOCK_STREAM|SOCK_NONBLOCK`.
    Mixed(Width, &'static Symbols, u64, &'static Flags),
    /// A pointer that the kernel reads: its target is read at entry.
    In(&'static Type),
    /// A pointer that the kernel writes: its target is read at exit, unless the call failed.
    Out(&'static Type),
    /// A pointer that the kernel reads and writes: its target is read at both stops, and shown `before => after` if changed.
    InOut(&'static Type),
    /// A pointer from which the kernel reads the first type and to which it writes the second:
    /// `{offset=3} => {name="led"}`. If the call failed, only the first is shown, unless the second is a [`Type::Out`].
    Told(&'static Type, &'static Type),
    /// What a call fills in although it fails with one of these errors, or with any if none is listed: the exit part of a
    /// [`Type::Told`], or the [`Type::Out`] inside it.
    Failing(&'static [u16], &'static Type),
    /// Behind a pointer: a path, never cut below `PATH_MAX`.
    Path,
    /// Behind a pointer: a NUL-terminated string, cut at `-s`.
    Str,
    /// Behind a pointer: bytes, cut at `-s`.
    Bytes(Len),
    /// As [`Type::Bytes`], without a NUL at the end: values that are often text.
    Text(Len),
    /// Behind a pointer: elements.
    Array(&'static Type, Len),
    /// Behind a pointer or inside another record: a structure.
    Struct(&'static Record),
    /// The masked bits as the last type; if other bits are set, they come first, as the first type: `IPC_CREAT|0600`.
    Tail(Width, &'static Type, u64, &'static Type),
    /// A bit whose name precedes the rest, whether or not the rest is known: `IPC_64|IPC_STAT`.
    Leading(Width, u64, &'static str, &'static Type),
    /// A number with its name as a comment: `3 /* SYSLOG_ACTION_READ_ALL */`.
    Numbered(Width, &'static Symbols),
    /// An address whose target is shown only with `-v`.
    Verbose(&'static Type),
    /// The first type without `-v`, the second one with it.
    ByVerbosity(&'static Type, &'static Type),
    /// An address whose target is shown only while a sibling is at most this large, because the kernel refuses more.
    AtMost(u8, u64, &'static Type),
    /// A pointer in a 64-bit field, as in structures that all ABIs share.
    Wide(&'static Type),
    /// A pointer behind another pointer. If its target is not shown, it is written in brackets: `[0x1000]`.
    Indirect(&'static Type),
    /// A single scalar behind a pointer, in brackets: `[16]`.
    One(&'static Type),
    /// Selects by the value of a sibling (masked to 32 bits): the first case that contains it, else the last type.
    Switch(u8, &'static [(u64, Type)], &'static Type),
    /// As [`Type::Switch`], by the sibling's masked bits: a command or-ed with flags, or a pointer (all bits).
    SwitchBits(u8, u64, &'static [(u64, Type)], &'static Type),
    /// Behind a pointer: a structure whose kind and size are known only at run time. The function decodes at most as many
    /// bytes as the length says ([`crate::gather::Scope::extent`]), and never more than its own size.
    Sized(&'static Custom, Len),
    /// Behind a pointer: a structure that grew with kernel versions. The length says how much of it the caller knows; the
    /// rest reads as zero. Fewer bytes than the minimum are not a structure, unless it begins with its own length
    /// ([`Len::AtArg`] of the pointer itself).
    Extensible(&'static Record, Len, u32),
    /// Behind a pointer: a structure of which there may be less. A field that is not whole is written as bytes, and what is
    /// behind it not at all: `{pid=7, uid="\x00\x00"}`.
    Partial(&'static Record, Len),
    /// One type per ABI, in the order of [`crate::abi::Abi::ALL`].
    PerAbi(&'static [Type; 4]),
    /// A number in the bits from `.2` on, written after the rest: `MAP_HUGETLB|21<<MAP_HUGE_SHIFT`.
    Shifted(Width, &'static Type, u32, &'static str),
    /// A 64-bit number that the kernel takes as two longs on every ABI, unaligned; only 32-bit ABIs need both.
    Pair(First),
    /// A `char` array inside a record, ended by a NUL or its size; written in full, whatever `-s` says.
    Chars(u32),
    /// As [`Type::Bytes`], always in hexadecimal: handles, random numbers. Cut at this many bytes; 0: at `-s`.
    Binary(Len, u32),
    /// A type inside a record that is not aligned (`__attribute__((packed))`).
    Packed(&'static Type),
    /// A record whose fields are written in another order than in memory; fields that are not listed are left out.
    Ordered(&'static Record, &'static [&'static str]),
    /// Behind a pointer: a record whose fields are written as arguments, as old calls of i386 pass them.
    Spread(&'static Record),
    /// A word before a value: `flags O_RDWR`, `left {tv_sec=1, tv_nsec=0}`.
    Labeled(&'static str, &'static Type),
    /// An argument with its own name, whatever its parameter is called: a register that may be a pointer or a number.
    Called(&'static str, &'static Type),
    /// Seconds since 1970, with the date as a comment; a sibling may hold the nanoseconds.
    Date(Width, Option<u8>),
    /// Nanoseconds since boot, with the date as a comment.
    SinceBoot,
    /// A record of seconds and a fraction with this many digits, followed by the date as a comment.
    Dated(&'static Record, u8),
    /// As [`Type::InOut`], written `before => after` even if nothing changed, unless the result is 0.
    Moved(&'static Type),
    /// Present only if the sibling has one of these bits: `open`'s mode.
    If(u8, u64, &'static Type),
    /// A hexadecimal number with as many characters as its width takes, including the `0x`: `0x001000`.
    Padded(Width),
    /// A C bit-field: some bits, from a given bit on, of the scalar after it, which the record has as padding.
    Bits(Width, u8, u8, &'static Type),
    /// A fixed word, whatever is in memory.
    Literal(&'static str),
    /// At the end of an extensible record: the rest of a longer structure, if it is not all zero:
    /// `/* bytes 32..39 */ "\x01\x00..."`; with a name, `extra_data="\x01..." /* bytes 32..39 */`, and only with `-v`.
    Beyond,
    /// Behind a pointer: a string that ends at a NUL or at its length, cut at `-s`.
    Terminated(Len),
    /// Behind a pointer: selects by the masked bits of the 32-bit number at an offset of the target.
    SwitchAt(u32, u64, &'static [(u64, Type)], &'static Type),
    /// In a record: overlays the fields after it, which are its padding, like a member of a union.
    Over(&'static Type),
    /// A C macro: `KERNEL_VERSION(6, 2, 3)`. The types make its arguments from the number.
    Macro(Width, &'static str, &'static [Type]),
    /// A number that consists of parts, written from the highest. For each: first bit, number of bits, whether it is written
    /// if it is zero, and its type: `0x5<<32|PERF_COUNT_HW_CACHE_MISSES`.
    Parts(Width, &'static [(u8, u8, bool, Type)]),
    /// A value followed by a comment: `0x5 /* Bits 63..38 */`.
    Remarked(&'static Type, &'static str),
    /// A number in hexadecimal with what the type makes of it as a comment, however constants are written:
    /// `0x2 /* XFEATURE_YMM */`.
    Explained(Width, &'static Type),
    /// A pointer followed by its address as a comment, if its target could be read: `{version=0} /* 0x7f0000 */`.
    Located(&'static Type),
    /// A value with the name of its number as a comment, if it has one: `v4l2_fourcc('Y', ...) /* V4L2_PIX_FMT_YUYV */`.
    Commented(&'static Type, Width, &'static Symbols),
    /// In a record that the kernel reads: a field that it writes all the same, and that is therefore read at exit.
    Later(&'static Type),
    /// As [`Type::Later`], written `before => after` if it changed.
    Changing(&'static Type),
    /// As [`Type::Changing`], with a name before the new value: `features=0 => features=UFFD_FEATURE_SIGBUS`.
    Retold(&'static str, &'static Type),
    /// Not written at all.
    Absent,
    /// Behind a pointer: bytes that pass through the socket in the call's first argument. On a netlink socket they are
    /// messages.
    Packet(Len),
    /// The rest of a netlink message or attribute: attributes, one after another.
    Attributes(&'static Attributes),
    /// As many elements as fit, each with the name of its position: `[[DEVCONF_FORWARDING]=1, ...]`.
    Indexed(&'static Type, &'static Symbols),
    /// A number in network byte order: `htons(80)`.
    Net(Width),
    /// As [`Type::Net`], written in hexadecimal.
    NetHex(Width),
    /// A symbol in network byte order: `htons(ETH_P_IP)`.
    NetSymbol(Width, &'static Symbols),
    /// A network interface by number, written by name: `if_nametoindex("lo")`.
    Interface,
    /// A function that declares what it reads and how it reads it.
    Custom(&'static Custom),
}

/// The attributes that can occur at one place of a netlink message (`struct nlattr` of linux/netlink.h).
#[derive(Debug)]
pub struct Attributes {
    /// Comment of an unknown type: `IFLA_???`.
    pub unknown: &'static str,
    /// Type, name and value of each. [`Attributes::ANY`] stands for every type; the type is then an index without a name.
    /// A value that is too short for its type is written as bytes.
    pub types: &'static [(u16, &'static str, Type)],
}

/// A type that nothing else fits. `gather` asks for the bytes; `decode` sees only what was asked for.
pub struct Custom {
    /// What it decodes, for the list of custom types.
    pub name: &'static str,
    /// Size in bytes inside a record or array; 0 if it is only used for arguments.
    pub size: usize,
    /// When it is written.
    pub when: When,
    /// Asks for bytes. Called at both stops, several times while it asks for more.
    pub gather: fn(&mut Gather<'_>, crate::snapshot::Place),
    /// Makes the value.
    pub decode: fn(&mut Decode<'_>, crate::snapshot::Place) -> Value,
}

impl Custom {
    /// A type inside something whose bytes are all copied anyway: it asks for none.
    pub const fn inside(
        name: &'static str,
        size: usize,
        decode: fn(&mut Decode<'_>, crate::snapshot::Place) -> Value,
    ) -> Custom {
        Custom { name, size, when: When::Entry, gather: |_, _| {}, decode }
    }
}

/// When the argument of a [`Custom`] type is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At entry.
    Entry,
    /// At exit, together with everything after it.
    Exit,
    /// At entry. If it is the last argument written there, `decode` may add a [`Value::After`] at exit.
    Both,
}

impl core::fmt::Debug for Custom {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name)
    }
}

impl Attributes {
    /// In place of an attribute's type: any type.
    pub const ANY: u16 = u16::MAX;
}

/// A C structure: its layout follows from its fields and the ABI.
#[derive(Debug)]
pub struct Record {
    /// The C name, for the coverage table.
    pub name: &'static str,
    /// The fields in memory order.
    pub fields: &'static [Field],
}

/// A field of a [`Record`].
#[derive(Debug)]
pub struct Field {
    /// The name as strace writes it; empty for padding and fields that are not written.
    pub name: &'static str,
    /// What it is.
    pub ty: Type,
    /// When it is written.
    pub shown: Shown,
}

/// When a field is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Always.
    Always,
    /// Only with `-v`; without it the structure ends in `...`.
    Verbose,
    /// Only if it is not zero (reserved fields).
    NonZero,
    /// With `-v`, or if it is not zero.
    Notable,
    /// With `-v`, if the structure is at least this long.
    VerboseSince(u32),
    /// Only if the surrounding extensible structure is at least this long.
    Since(u32),
    /// Never: padding.
    Never,
    /// Not a field: it says that the rest of a longer structure is written as `...`.
    More,
}

impl Field {
    /// A field that is always written.
    pub const fn new(name: &'static str, ty: Type) -> Field {
        Field { name, ty, shown: Shown::Always }
    }
    /// A field that is written only with `-v`.
    pub const fn verbose(name: &'static str, ty: Type) -> Field {
        Field { name, ty, shown: Shown::Verbose }
    }
    /// A field that is written if it is not zero.
    pub const fn nonzero(name: &'static str, ty: Type) -> Field {
        Field { name, ty, shown: Shown::NonZero }
    }
    /// A field of a later version of its structure, which has this size.
    pub const fn since(size: u32, name: &'static str, ty: Type) -> Field {
        Field { name, ty, shown: Shown::Since(size) }
    }
    /// The rest of a longer structure is written as `...`.
    pub const MORE: Field = Field { name: "", ty: Type::Absent, shown: Shown::More };
    /// Padding.
    pub const fn padding(ty: Type) -> Field {
        Field { name: "", ty, shown: Shown::Never }
    }
}
