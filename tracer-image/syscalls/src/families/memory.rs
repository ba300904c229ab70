//! Memory: mapping, protecting, advising.

use crate::{
    names::{landlock::USERFAULTFD, memory::*},
    records::{file::PAGES, iovec::IOVEC_ADDRESSES, memory::RESIDENT},
    rows,
    types::{Type::*, *},
};

const PROTECTION: Type = Flags(Ulong, &PROT);
const MAPPING: Type = Shifted(
    U32,
    &PerAbi(&[
        Mixed(U32, &MAP_TYPE, MAP_TYPE_MASK, &MAP),
        Mixed(U32, &MAP_TYPE, MAP_TYPE_MASK, &MAP),
        Mixed(U32, &MAP_TYPE, MAP_TYPE_MASK, &MAP_ARM),
        Mixed(U32, &MAP_TYPE, MAP_TYPE_MASK, &MAP_ARM),
    ]),
    MAP_HUGE_SHIFT,
    "MAP_HUGE_SHIFT",
);
/// The flags of `mremap` with which an address follows: `MREMAP_MAYMOVE` with `MREMAP_FIXED` or `MREMAP_DONTUNMAP`.
const WITH_ADDRESS: &[(u64, Type)] = &[(3, Addr), (5, Addr), (7, Addr)];

/// What `mmap` of i386 takes in memory instead of registers (`struct mmap_arg_struct` of `arch/x86/kernel/sys_ia32.c`).
static MMAP_ARGUMENTS: Record = Record {
    name: "mmap_arg_struct",
    fields: &[
        Field::new("addr", Addr),
        Field::new("length", Int(Ulong)),
        Field::new("prot", PROTECTION),
        Field::new("flags", MAPPING),
        Field::new("fd", Fd),
        Field::new("offset", Hex(Ulong)),
    ],
};

rows! {
    /// Memory.
    pub ROWS:
    mmap [9, -, 222, -] DESC|MEMORY (addr: Addr, length: Int(Ulong), prot: PROTECTION, flags: MAPPING, fd: Fd, offset: Hex(Ulong)) -> Hex(Ulong);
    mmap [-, 90, -, 90] DESC|MEMORY (arguments: In(&Spread(&MMAP_ARGUMENTS))) -> Hex(Ulong);
    mmap2 [-, 192, -, 192] DESC|MEMORY (addr: Addr, length: Int(Ulong), prot: PROTECTION, flags: MAPPING, fd: Fd, pgoffset: Custom(&PAGES)) -> Hex(Ulong);
    munmap [11, 91, 215, 91] MEMORY (addr: Addr, length: Int(Ulong)) -> Int(I32);
    mprotect [10, 125, 226, 125] MEMORY (addr: Addr, length: Int(Ulong), prot: PROTECTION) -> Int(I32);
    pkey_mprotect [329, 380, 288, 394] MEMORY (addr: Addr, length: Int(Ulong), prot: PROTECTION, pkey: Int(I32)) -> Int(I32);
    pkey_alloc [330, 381, 289, 395] (flags: Hex(Ulong), access_rights: Flags(Ulong, &PKEY)) -> Int(I32);
    pkey_free [331, 382, 290, 396] (pkey: Int(I32)) -> Int(I32);
    mremap [25, 163, 216, 163] MEMORY (old_address: Addr, old_size: Int(Ulong), new_size: Int(Ulong), flags: Flags(Ulong, &MREMAP), new_address: SwitchBits(flags, 7, WITH_ADDRESS, &Absent)) -> Hex(Ulong);
    madvise [28, 219, 233, 220] MEMORY (addr: Addr, length: Int(Ulong), advice: Symbol(U32, &MADV)) -> Int(I32);
    process_madvise [440, 440, 440, 440] DESC (pidfd: Fd, iovec: In(&Array(&Struct(&IOVEC_ADDRESSES), Len::Arg(n))), n: Int(Ulong), advice: Symbol(U32, &MADV), flags: Hex(U32)) -> Int(Long);
    brk [12, 45, 214, 45] MEMORY (addr: Addr) -> Hex(Ulong);
    msync [26, 144, 227, 144] MEMORY (addr: Addr, length: Int(Ulong), flags: Flags(I32, &MS)) -> Int(I32);
    mlock [149, 150, 228, 150] MEMORY (addr: Addr, length: Int(Ulong)) -> Int(I32);
    mlock2 [325, 376, 284, 390] MEMORY (addr: Addr, length: Int(Ulong), flags: Flags(U32, &MLOCK2)) -> Int(I32);
    munlock [150, 151, 229, 151] MEMORY (addr: Addr, length: Int(Ulong)) -> Int(I32);
    mlockall [151, 152, 230, 152] MEMORY (flags: Flags(I32, &MCL)) -> Int(I32);
    munlockall [152, 153, 231, 153] MEMORY () -> Int(I32);
    mincore [27, 218, 232, 219] MEMORY (addr: Addr, length: Int(Ulong), vec: Custom(&RESIDENT)) -> Int(I32);
    remap_file_pages [216, 257, 234, 253] MEMORY (addr: Addr, size: Int(Ulong), prot: PROTECTION, pgoff: Int(Ulong), flags: MAPPING) -> Int(I32);
    mseal [462, 462, 462, 462] MEMORY (addr: Addr, length: Int(Ulong), flags: Hex(Ulong)) -> Int(I32);
    map_shadow_stack [453, 453, 453, 453] MEMORY (addr: Addr, len: Int(Ulong), flags: Flags(U32, &SHADOW)) -> Int(Long);
    memfd_secret [447, 447, 447, 447] DESC (flags: Flags(U32, &SECRET)) -> Fd;
    userfaultfd [323, 374, 282, 388] DESC (flags: Flags(U32, &USERFAULTFD)) -> Fd;
}
