//! The closed algebra of argument types: a system call is one line of this.
//!
//! Direction is a property of the pointer ([`Type::In`], [`Type::Out`], [`Type::InOut`]: when to look); a length names
//! its sibling ([`Len`]); a [`Type::Switch`] chooses by another argument; [`Type::Custom`] is for the few that resist.

use crate::{decode::Decode, gather::Gather, value::Value};

/// Width and sign of a scalar. In a register the upper bits beyond the width are ignored, as the kernel does.
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
    /// `size_t` in memory, and what holds a pointer there.
    Size,
}

pub use Width::{I8, I16, I32, I64, Long, Size, U8, U16, U32, U64, Ulong};

/// How many elements (or bytes) lie behind a pointer. In a call the index is that of a sibling argument; inside a
/// [`Record`] it is that of a sibling field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Len {
    /// The value of a sibling.
    Arg(u8),
    /// The `u32`/`socklen_t` behind the pointer in a sibling; where the kernel changed it, the smaller one.
    AtArg(u8),
    /// The call's result, if it is not an error, and at most the value of a sibling.
    Ret(u8),
    /// The value of a sibling, but no more than a constant: what the kernel takes at most.
    Most(u8, u32),
    /// The value of a sibling, but no more than there is room for: an array of C of which so many are in use.
    Room(u8, u32),
    /// A constant.
    Fixed(u32),
    /// Until an element that is all zero.
    Zero,
    /// The `u32` at an offset behind the pointer in a sibling: a structure that holds its own length.
    Within(u8, u8),
    /// Words of a set of bits whose number is one less than the value of a sibling (`maxnode` of set_mempolicy(2)).
    Bits(u8),
    /// As many elements of so many bytes as there are in the bytes that a sibling counts.
    Each(u8, u32),
    /// All that is left of the netlink message or attribute that it lies in.
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

/// In a sibling's place: the call's result, all ones while it is not known or where the call failed. What depends on it
/// is written at exit.
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
    /// An address that is not looked behind.
    Addr,
    /// A file descriptor.
    Fd,
    /// A file descriptor of a directory, or `AT_FDCWD`.
    Dirfd,
    /// A process or thread id.
    Pid,
    /// The id of a process group or a session, which has no name.
    Group,
    /// A signal number.
    Signal,
    /// A set of named bits.
    Flags(Width, &'static Flags),
    /// One of a list of named numbers.
    Symbol(Width, &'static Symbols),
    /// A symbol under a mask, or-ed with flags: `SOCK_STREAM|SOCK_NONBLOCK`.
    Mixed(Width, &'static Symbols, u64, &'static Flags),
    /// A pointer that the kernel reads: looked behind at entry.
    In(&'static Type),
    /// A pointer that the kernel writes: looked behind at exit, unless the call failed.
    Out(&'static Type),
    /// A pointer that the kernel reads and writes: looked behind at both, written `before => after` where it changed.
    InOut(&'static Type),
    /// A pointer behind which the kernel reads the first type and writes the second: `{offset=3} => {name="led"}`. Of a
    /// call that failed only the first is written, unless the second is a [`Type::Out`].
    Told(&'static Type, &'static Type),
    /// What a call fills in although it fails with one of these errors, or any where none is named: what [`Type::Told`]
    /// writes at exit, or the [`Type::Out`] inside of that.
    Failing(&'static [u16], &'static Type),
    /// Behind a pointer: a path, never cut below `PATH_MAX`.
    Path,
    /// Behind a pointer: a NUL-terminated string, cut at `-s`.
    Str,
    /// Behind a pointer: bytes, cut at `-s`.
    Bytes(Len),
    /// As [`Type::Bytes`], without the NUL at their end, if there is one: values that are often text.
    Text(Len),
    /// Behind a pointer: elements.
    Array(&'static Type, Len),
    /// Behind a pointer or inside another record.
    Struct(&'static Record),
    /// The bits under a mask as the last type, behind the others, if any is set, as the first one: `IPC_CREAT|0600`.
    Tail(Width, &'static Type, u64, &'static Type),
    /// A bit whose name stands before the rest, known or not: `IPC_64|IPC_STAT`.
    Leading(Width, u64, &'static str, &'static Type),
    /// A number with its name as a comment: `3 /* SYSLOG_ACTION_READ_ALL */`.
    Numbered(Width, &'static Symbols),
    /// An address that is looked behind only with `-v`.
    Verbose(&'static Type),
    /// The first type without `-v`, the second one with it.
    ByVerbosity(&'static Type, &'static Type),
    /// An address that is looked behind only while a sibling is at most so large: what the kernel itself refuses.
    AtMost(u8, u64, &'static Type),
    /// A pointer in a field of 64 bits, as structures that all ABIs share have it.
    Wide(&'static Type),
    /// A pointer that lay behind another pointer: where nothing is seen behind it, it stands in brackets: `[0x1000]`.
    Indirect(&'static Type),
    /// A single scalar behind a pointer, in brackets: `[16]`.
    One(&'static Type),
    /// By the value of a sibling (masked to 32 bits): the first case that has it, else the last type.
    Switch(u8, &'static [(u64, Type)], &'static Type),
    /// As [`Type::Switch`], by the sibling's bits under a mask: a command or-ed with flags, a pointer (all bits).
    SwitchBits(u8, u64, &'static [(u64, Type)], &'static Type),
    /// Behind a pointer: a structure whose kind and extent are known only at run time. The function decodes at most as
    /// many bytes as the length says ([`crate::gather::Scope::extent`]), and never more than its own size.
    Sized(&'static Custom, Len),
    /// Behind a pointer: a structure that grew with the kernel's versions. The length says how much of it the caller
    /// knows; what lies beyond reads as zero, and fewer bytes than the given least are no structure, unless it begins
    /// with its own length ([`Len::AtArg`] of the pointer itself).
    Extensible(&'static Record, Len, u32),
    /// One type for each ABI, in the order of [`crate::abi::Abi::ALL`].
    PerAbi(&'static [Type; 4]),
    /// A number in the bits from `.2` on, written behind the rest: `MAP_HUGETLB|21<<MAP_HUGE_SHIFT`.
    Shifted(Width, &'static Type, u32, &'static str),
    /// A 64-bit number that the kernel takes as two longs on every ABI, never aligned; only 32-bit ABIs need both.
    Pair(First),
    /// An array of `char` inside of a record, ended by a NUL or its size; written whole, whatever `-s` says.
    Chars(u32),
    /// As [`Type::Bytes`], always written in hexadecimal: handles, random numbers. Cut at so many bytes; 0: at `-s`.
    Binary(Len, u32),
    /// A type inside of a record that is not aligned (`__attribute__((packed))`).
    Packed(&'static Type),
    /// A record whose fields are written in another order than they lie in memory; those not named are left out.
    Ordered(&'static Record, &'static [&'static str]),
    /// Behind a pointer: a record whose fields are written as arguments, as old calls of i386 pass them.
    Spread(&'static Record),
    /// A word before a value: `flags O_RDWR`, `left {tv_sec=1, tv_nsec=0}`.
    Labeled(&'static str, &'static Type),
    /// An argument with a name of its own, whatever its parameter is called: a register that is now a pointer, now a number.
    Called(&'static str, &'static Type),
    /// Seconds since 1970, with their date as a comment; the nanoseconds are a sibling's, if there are any.
    Date(Width, Option<u8>),
    /// Nanoseconds since the machine started, with their date as a comment.
    SinceBoot,
    /// A record of seconds and a fraction of so many digits, with its date as a comment behind it.
    Dated(&'static Record, u8),
    /// As [`Type::InOut`], written `before => after` even where nothing changed, unless the result is 0.
    Moved(&'static Type),
    /// Present only if the sibling has one of these bits: `open`'s mode.
    If(u8, u64, &'static Type),
    /// A hexadecimal number with as many digits as its width takes, the `0x` counted: `0x001000`.
    Padded(Width),
    /// So many bits from a bit on of the scalar behind it, which the record must have as padding: a bit-field of C.
    Bits(Width, u8, u8, &'static Type),
    /// A word that stands there whatever the memory says.
    Literal(&'static str),
    /// At the end of a record that is extensible: what a longer structure has beyond, if any of it is not zero:
    /// `/* bytes 32..39 */ "\x01\x00..."`; under a name `extra_data="\x01..." /* bytes 32..39 */`, and that only with `-v`.
    Beyond,
    /// Behind a pointer: a string that ends at a NUL or with its length, cut at `-s`.
    Terminated(Len),
    /// Behind a pointer: by the bits under a mask of the 32-bit number at an offset of what lies there.
    SwitchAt(u32, u64, &'static [(u64, Type)], &'static Type),
    /// In a record: lies over the fields behind it, which are its padding: a member of a union.
    Over(&'static Type),
    /// A macro of C: `KERNEL_VERSION(6, 2, 3)`. Its arguments are what the types make of the number.
    Macro(Width, &'static str, &'static [Type]),
    /// A number made of parts, written from the highest: first bit, how many bits, whether it is written where it is zero,
    /// and what it is: `0x5<<32|PERF_COUNT_HW_CACHE_MISSES`.
    Parts(Width, &'static [(u8, u8, bool, Type)]),
    /// A value with a comment behind it: `0x5 /* Bits 63..38 */`.
    Remarked(&'static Type, &'static str),
    /// A value with the name of its number as a comment, if it has one: `v4l2_fourcc('Y', ...) /* V4L2_PIX_FMT_YUYV */`.
    Commented(&'static Type, Width, &'static Symbols),
    /// In a record that the kernel reads: a field that it writes nevertheless, so that it is looked at at exit.
    Later(&'static Type),
    /// As [`Type::Later`], written `before => after` where it changed.
    Changing(&'static Type),
    /// As [`Type::Changing`], with a name before what it changed to: `features=0 => features=UFFD_FEATURE_SIGBUS`.
    Retold(&'static str, &'static Type),
    /// Not written at all.
    Absent,
    /// Behind a pointer: bytes that go through the socket that is the call's first argument. Where it is a netlink
    /// socket they are messages.
    Packet(Len),
    /// All that is left of a netlink message or attribute: attributes, one behind another.
    Attributes(&'static Attributes),
    /// As many elements as there is room for, each with the name of its place: `[[DEVCONF_FORWARDING]=1, ...]`.
    Indexed(&'static Type, &'static Symbols),
    /// A number in network byte order: `htons(80)`.
    Net(Width),
    /// As [`Type::Net`], written in hexadecimal.
    NetHex(Width),
    /// A symbol in network byte order: `htons(ETH_P_IP)`.
    NetSymbol(Width, &'static Symbols),
    /// The number of a network interface, written by its name: `if_nametoindex("lo")`.
    Interface,
    /// A function that declares what it reads and how it reads it.
    Custom(&'static Custom),
}

/// The attributes that may lie at one place of a netlink message (`struct nlattr` of linux/netlink.h).
#[derive(Debug)]
pub struct Attributes {
    /// Comment of an unknown type: `IFLA_???`.
    pub unknown: &'static str,
    /// Type, name and value of each; [`Attributes::ANY`] stands for every type, which then is an index without a name.
    /// What is too short for its type is written as bytes.
    pub types: &'static [(u16, &'static str, Type)],
}

/// A type that the algebra does not carry. `gather` asks for the bytes, `decode` sees only what was asked for.
pub struct Custom {
    /// What it decodes, for the census of customs.
    pub name: &'static str,
    /// Size in bytes when it lies inside a record or array; 0 where it only stands for arguments.
    pub size: usize,
    /// When the argument is written.
    pub when: When,
    /// Asks for bytes; called at both phases, several times while it asks for more.
    pub gather: fn(&mut Gather<'_>, crate::snapshot::Place),
    /// Makes the value.
    pub decode: fn(&mut Decode<'_>, crate::snapshot::Place) -> Value,
}

impl Custom {
    /// One that stands inside of something whose bytes are all asked for: it asks for none.
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
    /// At exit, with everything that follows it.
    Exit,
    /// At entry; if it is the last one written there, `decode` at exit may give a [`Value::After`] behind it.
    Both,
}

impl core::fmt::Debug for Custom {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name)
    }
}

impl Attributes {
    /// In the place of an attribute's type: any.
    pub const ANY: u16 = u16::MAX;
}

/// Named bits.
#[derive(Debug)]
pub struct Flags {
    /// Comment of an unknown value: `O_???`.
    pub unknown: &'static str,
    /// Value and name in the order in which strace writes them. A value of several bits is found if all are set, and
    /// takes them away; zero is found only if no bit is set at all, or if `zero_first`.
    pub bits: &'static [(u64, &'static str)],
    /// A sub-field that is a symbol, written first: mask and values (`O_ACCMODE`: `O_RDONLY`...). Mask 0: none.
    pub field: (u64, &'static [(u64, &'static str)]),
}

/// Named numbers.
#[derive(Debug)]
pub struct Symbols {
    /// Comment of an unknown value: `AF_???`. Empty: the number alone; `#`: the number in hexadecimal;
    /// `=` before the rest: the number in decimal with the rest as its comment.
    pub unknown: &'static str,
    /// Value and name.
    pub names: &'static [(u64, &'static str)],
}

/// A structure of C: its layout follows from its fields and the ABI.
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
    /// The name as strace writes it; empty: padding or a field that is not written.
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
    /// Only where it is not zero (reserved fields).
    NonZero,
    /// With `-v`, or where it is not zero.
    Notable,
    /// With `-v`, where the length of the structure reaches so far.
    VerboseSince(u32),
    /// Only where the length of the extensible structure that it lies in reaches so far.
    Since(u32),
    /// Never: padding.
    Never,
    /// It is no field: it says that what a longer structure has beyond its last field is written as `...`.
    More,
}

impl Field {
    /// A field that is always written.
    pub const fn new(name: &'static str, ty: Type) -> Field {
        Field { name, ty, shown: Shown::Always }
    }
    /// A field that is written with `-v` only.
    pub const fn verbose(name: &'static str, ty: Type) -> Field {
        Field { name, ty, shown: Shown::Verbose }
    }
    /// A field that is written where it is not zero.
    pub const fn nonzero(name: &'static str, ty: Type) -> Field {
        Field { name, ty, shown: Shown::NonZero }
    }
    /// A field that came with a later version of its structure, of so many bytes.
    pub const fn since(size: u32, name: &'static str, ty: Type) -> Field {
        Field { name, ty, shown: Shown::Since(size) }
    }
    /// What a longer structure has beyond is written as `...`.
    pub const MORE: Field = Field { name: "", ty: Type::Absent, shown: Shown::More };
    /// Padding.
    pub const fn padding(ty: Type) -> Field {
        Field { name: "", ty, shown: Shown::Never }
    }
}
