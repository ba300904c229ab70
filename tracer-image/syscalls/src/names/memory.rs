//! Memory: mappings, protection, advice.

use crate::types::{Flags, Symbols};

/// `prot` of `mmap(2)`. strace has no names for flags of a single architecture.
pub static PROT: Flags = Flags {
    unknown: "PROT_???",
    field: (0, &[]),
    bits: &[
        (0, "PROT_NONE"),
        (1, "PROT_READ"),
        (2, "PROT_WRITE"),
        (4, "PROT_EXEC"),
        (8, "PROT_SEM"),
        (0x1000000, "PROT_GROWSDOWN"),
        (0x2000000, "PROT_GROWSUP"),
    ],
};

/// How a mapping is shared, under [`MAP_TYPE_MASK`].
pub static MAP_TYPE: Symbols = Symbols {
    unknown: "MAP_???",
    names: &[
        (0, "MAP_FILE"),
        (1, "MAP_SHARED"),
        (2, "MAP_PRIVATE"),
        (3, "MAP_SHARED_VALIDATE"),
        (8, "MAP_DROPPABLE"),
    ],
};

/// The bits of a mapping that say how it is shared.
pub const MAP_TYPE_MASK: u64 = 0xf;

/// The shift of the logarithm of a huge page's size.
pub const MAP_HUGE_SHIFT: u32 = 26;

/// `flags` of `mmap(2)` on x86.
pub static MAP: Flags = Flags {
    unknown: "",
    field: (0, &[]),
    bits: &[
        (0x10, "MAP_FIXED"),
        (0x20, "MAP_ANONYMOUS"),
        (0x40, "MAP_32BIT"),
        (0x80, "MAP_ABOVE4G"),
        (0x4000, "MAP_NORESERVE"),
        (0x8000, "MAP_POPULATE"),
        (0x10000, "MAP_NONBLOCK"),
        (0x100, "MAP_GROWSDOWN"),
        (0x800, "MAP_DENYWRITE"),
        (0x1000, "MAP_EXECUTABLE"),
        (0x2000, "MAP_LOCKED"),
        (0x20000, "MAP_STACK"),
        (0x40000, "MAP_HUGETLB"),
        (0x80000, "MAP_SYNC"),
        (0x100000, "MAP_FIXED_NOREPLACE"),
    ],
};

/// `flags` of `mmap(2)` on Arm.
pub static MAP_ARM: Flags = Flags {
    unknown: "",
    field: (0, &[]),
    bits: &[
        (0x10, "MAP_FIXED"),
        (0x20, "MAP_ANONYMOUS"),
        (0x4000, "MAP_NORESERVE"),
        (0x8000, "MAP_POPULATE"),
        (0x10000, "MAP_NONBLOCK"),
        (0x100, "MAP_GROWSDOWN"),
        (0x800, "MAP_DENYWRITE"),
        (0x1000, "MAP_EXECUTABLE"),
        (0x2000, "MAP_LOCKED"),
        (0x20000, "MAP_STACK"),
        (0x40000, "MAP_HUGETLB"),
        (0x80000, "MAP_SYNC"),
        (0x100000, "MAP_FIXED_NOREPLACE"),
    ],
};

/// `mremap(2)`.
pub static MREMAP: Flags = Flags {
    unknown: "MREMAP_???",
    field: (0, &[]),
    bits: &[(1, "MREMAP_MAYMOVE"), (2, "MREMAP_FIXED"), (4, "MREMAP_DONTUNMAP")],
};

/// `msync(2)`.
pub static MS: Flags = Flags {
    unknown: "MS_???",
    field: (0, &[]),
    bits: &[(4, "MS_SYNC"), (1, "MS_ASYNC"), (2, "MS_INVALIDATE")],
};

/// `mlockall(2)`.
pub static MCL: Flags = Flags {
    unknown: "MCL_???",
    field: (0, &[]),
    bits: &[(1, "MCL_CURRENT"), (2, "MCL_FUTURE"), (4, "MCL_ONFAULT")],
};

/// `mlock2(2)`.
pub static MLOCK2: Flags = Flags { unknown: "MLOCK_???", field: (0, &[]), bits: &[(1, "MLOCK_ONFAULT")] };

/// `madvise(2)`.
pub static MADV: Symbols = Symbols {
    unknown: "MADV_???",
    names: &[
        (0, "MADV_NORMAL"),
        (1, "MADV_RANDOM"),
        (2, "MADV_SEQUENTIAL"),
        (3, "MADV_WILLNEED"),
        (4, "MADV_DONTNEED"),
        (8, "MADV_FREE"),
        (9, "MADV_REMOVE"),
        (10, "MADV_DONTFORK"),
        (11, "MADV_DOFORK"),
        (12, "MADV_MERGEABLE"),
        (13, "MADV_UNMERGEABLE"),
        (14, "MADV_HUGEPAGE"),
        (15, "MADV_NOHUGEPAGE"),
        (16, "MADV_DONTDUMP"),
        (17, "MADV_DODUMP"),
        (18, "MADV_WIPEONFORK"),
        (19, "MADV_KEEPONFORK"),
        (20, "MADV_COLD"),
        (21, "MADV_PAGEOUT"),
        (22, "MADV_POPULATE_READ"),
        (23, "MADV_POPULATE_WRITE"),
        (24, "MADV_DONTNEED_LOCKED"),
        (25, "MADV_COLLAPSE"),
        (100, "MADV_HWPOISON"),
        (101, "MADV_SOFT_OFFLINE"),
        (102, "MADV_GUARD_INSTALL"),
        (103, "MADV_GUARD_REMOVE"),
    ],
};

/// `pkey_alloc(2)`.
pub static PKEY: Flags = Flags {
    unknown: "PKEY_???",
    field: (0, &[]),
    bits: &[
        (0, "PKEY_UNRESTRICTED"),
        (1, "PKEY_DISABLE_ACCESS"),
        (2, "PKEY_DISABLE_WRITE"),
        (4, "PKEY_DISABLE_EXECUTE"),
    ],
};

/// `map_shadow_stack(2)`.
pub static SHADOW: Flags =
    Flags { unknown: "SHADOW_STACK_???", field: (0, &[]), bits: &[(1, "SHADOW_STACK_SET_TOKEN")] };

/// `memfd_secret(2)`.
pub static SECRET: Flags = Flags { unknown: "", field: (0, &[]), bits: &[(0o2000000, "O_CLOEXEC")] };
