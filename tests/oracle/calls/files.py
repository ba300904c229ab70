"""Files by name, what they are, and who owns them."""

import struct


def stat(mode, rdev=0x801, sec=1700000000, nsec=123456789):
    times = (sec, nsec, sec, 0, sec, 1)
    return struct.pack("<QQQIIIIQqQQqqqqqq24x", 0xFD01, 1234, 2, mode, 0, 100, 0, rdev, 5, 4096, 8, *times)


def stat32(sec):
    return struct.pack("<IIHHHHIIIIiIIIIIII", 0xFD01, 55, 0o100644, 1, 65535, 7, 0x801, 9, 4096, 8, sec, 5, 1, 2, 3, 4, 0, 0)


def stat64(mode, sec):
    return struct.pack("<Q4xIIIIIQ4xqIQiIiIiIQ", 0xFD01, 5, mode, 1, 7, 8, 0x801, 9, 4096, 8, sec, 5, 1, 2, 3, 4, 99)


def statx(mask, mode=0o100644):
    time = struct.pack("<qIi", 1700000000, 123, 0)
    head = struct.pack("<IIQIIIHHQQQQ", mask, 4096, 0x800, 2, 0, 100, mode, 0, 777, 5, 8, 0x203000)
    return head + 4 * time + struct.pack("<IIIIQIIQIIIII", 8, 1, 9, 2, 55, 11, 12, 77, 13, 14, 15, 16, 17) + bytes(68)


def calls(c):
    call = c.call
    for flags in (0, 1, 2, 3, 0o100, 0o2000000 | 0o200000, 0o20200002, 0o4010000, 0o10000, 0o100000, 4, 0x80000000):
        c.both("open", "/etc/hosts", flags, 0o644, ret=3)
        c.both("openat", -100, "x", flags, 0o600, err="ENOENT")
    c.both("openat", 3, "", 0, ret=4)
    call("x86_64", "open", 0x1, 0, err="EFAULT")
    call("x86_64", "open", c.buf(b"abcd", at_end=True), 0, err="EFAULT")
    call("x86_64", "open", "/" + "a" * 300, 0, err="ENOENT")
    call("x86_64", "open", "a\tb\nc\"d\\e\x01\x1f7\x7f\xe9", 0, err="ENOENT")
    how = lambda flags, mode, resolve: struct.pack("<QQQ", flags, mode, resolve)
    c.both("openat2", -100, "x", how(0o102, 0o644, 0x1D), 24, ret=3)
    c.both("openat2", -100, "x", how(0, 0, 0), 24, ret=3)
    c.both("openat2", -100, "x", how(1 << 40, 0, 0x80), 20, err="EINVAL")
    c.both("creat", "x", 0o755, ret=3)
    for mode in (0, 0o7, 0o644, 0o1777, 0o177777):
        c.both("mkdir", "d", mode)
        c.both("mkdirat", -100, "d", mode)
        c.both("chmod", "d", mode)
        c.both("fchmod", 3, mode)
        c.both("fchmodat", -100, "d", mode)
        c.both("fchmodat2", -100, "d", mode, 0x100)
        c.both("umask", mode, ret=0o22)
    for mode in (0o020666, 0o060600, 0o010644, 0o100644, 0o140777, 0o666, 0o104755, 0o6755, 0o137777):
        c.both("mknod", "n", mode, 0x801)
        c.both("mknodat", 3, "n", mode, 0x12345)
    for name in ("rmdir", "unlink", "chdir", "chroot", "swapoff", "acct"):
        c.both(name, "/a/b", err="EPERM")
    c.both("unlinkat", -100, "x", 0x200)
    for name in ("rename", "link", "symlink", "pivot_root"):
        c.both(name, "a", "b")
    c.both("renameat", -100, "a", 3, "b")
    c.both("renameat2", -100, "a", 3, "b", 5)
    c.both("linkat", -100, "a", 3, "b", 0x1400)
    c.both("symlinkat", "a", -100, "b")
    c.both("readlink", "l", b"target and more", 100, ret=6)
    c.both("readlink", "l", b"a" * 100, 4096, ret=60)
    c.both("readlinkat", -100, "l", b"target", 100, err="EINVAL")
    c.both("readlink", "l", 0, 0)
    c.both("getcwd", b"/" + b"a" * 98 + b"\0", 4096, ret=100)
    c.both("getcwd", b"/", 1, err="EINVAL")
    c.both("fchdir", 3)
    for mode in range(9):
        c.both("access", "x", mode, err="ENOENT")
    c.both("faccessat", -100, "x", 4)
    c.both("faccessat2", -100, "x", 6, 0x1300)
    for owner in (0, 1000, 65534, 65535, 70000, 3000000000, -1):
        for name in ("chown", "lchown", "chown32", "lchown32"):
            c.both(name, "x", owner, -1)
        c.both("fchown", 3, owner, 5)
        c.both("fchownat", -100, "x", owner, 5, 0x100)
    c.both("truncate", "x", 5)
    c.both("ftruncate", 3, -1)
    call("i386", "truncate64", "x", 5, 1)
    call("i386", "ftruncate64", 3, 5, 1)
    for v in (False, True):
        for mode in (0o100644, 0o020666, 0o060660, 0o040755, 0o120777, 0o140777, 0o010600, 0, 0o1777, 0o104755):
            call("x86_64", "stat", "x", stat(mode), v=v)
            call("i386", "stat64", "x", stat64(mode, 1700000000), v=v)
        for sec, nsec in ((0, 0), (-5, -1), (-5, 7), (1 << 60, 0), (951782400, 999999999)):
            call("x86_64", "fstat", 3, stat(0o100644, sec=sec, nsec=nsec), v=v)
        call("x86_64", "newfstatat", -100, "x", stat(0o100644), 0x100, v=v)
        call("x86_64", "lstat", "x", stat(0o100644), err="ENOENT", v=v)
        call("i386", "stat", "x", stat32(1700000000), v=v)
        call("i386", "lstat", "x", stat32(-5), v=v)
        call("i386", "fstatat64", -100, "x", stat64(0o100644, -5), 0x100, v=v)
        call("i386", "oldstat", "x", struct.pack("<HHHHHHHxxIIII", 1, 2, 0o100644, 1, 0, 0, 0, 5, 6, 7, 8))
        for mask in (0xFFF, 0x7FF, 0x17FF, 0x3FFFF, 0, 1, 0x1000, 0x2000, 0x4000, 0x8000, 0x20000, 0xFFFFFFFF):
            c.both("statx", -100, "x", 0x1000, mask, statx(mask), v=v)
    for flags in (0, 0x2000, 0x4000, 0x6000, 0x8900):
        c.both("statx", -100, "x", flags, 0x800, bytes(256), err="ENOENT")
    for magic in (0xEF53, 0x9FA0, 0x01021994, 0x794C7630, 0x62656572, 0x1234567):
        for flags in (0, 0x1020, 0x1F, 0x3F):
            full = struct.pack("<QQQQQQQiiQQQ32x", magic, 4096, 10, 9, 8, 7, 6, 5, -4, 255, 4096, flags)
            call("x86_64", "statfs", "/x", full)
            call("x86_64", "fstatfs", 3, full)
            half = struct.pack("<IIIIIIIiiIII16x", magic, 4096, 10, 9, 8, 7, 6, 5, -4, 255, 4096, flags)
            call("i386", "statfs", "/x", half)
            long = struct.pack("<IIQQQQQiiIII16x", magic, 4096, 10, 9, 8, 7, 6, 5, -4, 255, 4096, flags)
            call("i386", "statfs64", "/x", 84, long)
            call("i386", "fstatfs64", 3, 84, long)
    call("i386", "statfs64", "/x", 88, bytes(88))
    c.both("ustat", 0x801, bytes(32))
    for value in (b"value", b"abc\0", b"abc\0\0", b"\0", b"a" * 40, b"a" * 31 + b"\0"):
        for name in ("setxattr", "lsetxattr"):
            c.both(name, "x", "user.a", value, len(value), 1)
        c.both("fsetxattr", 3, "user.a", value, len(value), 7)
        c.both("getxattr", "x", "user.a", value, 100, ret=len(value))
        c.both("fgetxattr", 3, "user.a", value, 100, err="ENODATA")
        c.both("listxattr", "x", value, 100, ret=len(value))
        c.both("flistxattr", 3, value, 100, ret=len(value))
    c.both("getxattr", "x", "user.a", 0, 0, ret=5)
    c.both("removexattr", "x", "u" * 40)
    c.both("fremovexattr", 3, "user.a")
    c.both("removexattrat", -100, "x", 0x1000, "user.a")
    c.both("listxattrat", -100, "x", 0, b"a\0b\0", 10, ret=4)
    for abi in ("x86_64", "i386"):
        given = struct.pack("<QII", c.buf(b"abc"), 3, 1)
        call(abi, "setxattrat", -100, "x", 0, "user.a", given, 16)
    c.both("file_getattr", -100, "x", struct.pack("<QIIII", 0, 1, 2, 3, 4), 24, 0x1000)
    handle = struct.pack("<Ii", 8, 1) + b"\x01\x02abc\xffgh"
    c.both("name_to_handle_at", -100, "x", handle, struct.pack("<Q", 5), 0)
    c.both("name_to_handle_at", -100, "x", handle, struct.pack("<Q", 5), 1)
    c.both("name_to_handle_at", -100, "x", handle, struct.pack("<Q", 5), 0x1000, err="EINVAL")
    c.both("name_to_handle_at", 3, "x", struct.pack("<Ii", 40, 1) + bytes(40), bytes(8), 0)
    c.both("open_by_handle_at", 3, handle, 0o2000000, ret=4)
