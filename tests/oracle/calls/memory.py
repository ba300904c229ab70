"""Memory, and what is loaded into the kernel."""

import struct


def calls(c):
    call = c.call
    for prot in (0, 1, 3, 7, 8, 0x1000000, 0x80):
        call("x86_64", "mmap", 0, 4096, prot, 0x22, -1, 0, ret=0x7F0000001000)
        c.both("mprotect", 0x5000, 4096, prot)
    for flags in (0, 1, 2, 3, 8, 0xF, 0x10, 0x22, 0x20022, 0x202, 0x40022 | 21 << 26, 0x32 | 1 << 26, 0x10F, 0x80000000):
        call("x86_64", "mmap", 0x10000, 8192, 3, flags, 3, 0x2000, ret=0x10000)
        call("i386", "mmap2", 0x10000, 8192, 3, flags, 3, 2, ret=0x10000)
    call("x86_64", "mmap", 0, 0, 0, 0, 0, 0, err="EINVAL")
    call("i386", "mmap", struct.pack("<IIIIiI", 0, 4096, 3, 0x22, -1, 0x1000), ret=0x1000)
    c.both("munmap", 0x10000, 8192)
    c.both("pkey_mprotect", 0x10000, 8192, 3, -1)
    c.both("pkey_alloc", 0, 3, ret=1)
    c.both("pkey_free", 1)
    for flags in range(8):
        c.both("mremap", 0x10000, 4096, 8192, flags, 0x50000, ret=0x50000)
    for advice in (0, 4, 8, 14, 22, 99):
        c.both("madvise", 0x10000, 8192, advice)
    for abi, form in (("x86_64", "<QQ"), ("i386", "<II")):
        call(abi, "process_madvise", 3, struct.pack(form, 0x1000, 0x2000), 1, 21, 0, ret=0x2000)
    c.both("brk", 0, ret=0x5550000)
    c.both("brk", 0x5560000, ret=0x5560000)
    for flags in range(8):
        c.both("msync", 0x10000, 8192, flags)
    for name in ("mlock", "munlock"):
        c.both(name, 0x10000, 8192)
    c.both("mlock2", 0x10000, 8192, 1)
    c.both("mlockall", 7)
    c.both("munlockall")
    for length in (0, 1, 4097, 4096 * 40):
        c.both("mincore", 0x10000, length, bytes(range(40)))
    c.both("mincore", 0x10000, 4096, bytes(8), err="ENOMEM")
    c.both("remap_file_pages", 0x10000, 4096, 0, 3, 0x10000)
    c.both("mseal", 0x10000, 4096, 0)
    c.both("map_shadow_stack", 0x10000, 4096, 1, ret=0x10000)
    c.both("finit_module", 3, "a=1", 3)
