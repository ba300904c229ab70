"""Descriptors: reading, writing, locking, and those that stand for something else than files."""

import struct


def calls(c):
    call = c.call
    data = bytes(range(200))
    for length in (0, 1, 31, 32, 33, 100):
        c.both("read", 3, data, 200, ret=length)
        c.both("write", 3, data, length, ret=length)
        c.both("getrandom", data, 200, 1, ret=length)
        call("x86_64", "write", 1, data, length, ret=length, s=0)
        call("x86_64", "write", 1, data, length, ret=length, s=200)
    c.both("read", 3, data, 200, err="EAGAIN")
    for error in ("512", "513", "514", "516"):
        call("x86_64", "read", 3, data, 200, err=error)
    for args in ((0, 0), (0, 10), (5, 0), (c.buf(b"abcd", at_end=True), 10), (c.buf(b"a" * 40, at_end=True), 50)):
        call("x86_64", "write", 1, *args, err="EFAULT")
        call("x86_64", "read", 1, *args, ret=args[1])
    call("x86_64", "write", 1, b"\x001\x002\x008\0a\x7f\x80\"\\\n\r\t\v\f\a", 17, ret=17)
    call("x86_64", "pread64", 3, b"abc", 10, -1, ret=3)
    call("x86_64", "pwrite64", 3, b"abc", 3, 1 << 40, ret=3)
    call("i386", "pread64", 3, b"abc", 10, 5, 1, ret=3)
    call("i386", "pwrite64", 3, b"abc", 3, 5, 1, ret=3)
    for abi, form in (("x86_64", "<QQ"), ("i386", "<II")):

        def vector(*parts):
            return b"".join(struct.pack(form, c.buf(part) if isinstance(part, bytes) else part, size) for part, size in parts)

        two = vector((b"hello", 5), (b"world", 5))
        for name in ("readv", "writev"):
            for ret in (0, 3, 5, 7, 10, 11):
                call(abi, name, 3, two, 2, ret=ret)
            call(abi, name, 3, two, 2, err="EINVAL")
            call(abi, name, 3, vector((b"hello", 5)) * 40, 40, ret=12)
            call(abi, name, 3, vector((b"hello", 5)) * 4, 4, ret=12, s=3)
            call(abi, name, 3, vector((b"x" * 40, 40), (0, 5), (0x5000, 0)), 3, ret=40)
            call(abi, name, 3, c.buf(two, at_end=True), 3, ret=5)
            call(abi, name, 3, 0, 0)
            call(abi, name, 3, two, 0)
        for name in ("preadv", "pwritev"):
            call(abi, name, 3, two, 2, 7, 1, ret=7)
        for name in ("preadv2", "pwritev2"):
            call(abi, name, 3, two, 2, 7, 1, 0x81, ret=7)
        call(abi, "vmsplice", 3, two, 2, 5, ret=7)
        offset = struct.pack("<q" if abi == "x86_64" else "<i", 77)
        for ret in (0, 5):
            call(abi, "sendfile", 1, 3, offset, 100, ret=ret)
        call(abi, "sendfile", 1, 3, 0, 100, ret=5)
        call(abi, "sendfile", 1, 3, offset, 100, err="EINVAL")
    call("i386", "sendfile64", 1, 3, struct.pack("<q", 1 << 40), 100, ret=5)
    c.both("splice", 3, 0, 4, struct.pack("<q", 77), 100, 3, ret=5)
    c.both("tee", 3, 4, 100, 2, ret=5)
    c.both("copy_file_range", 3, struct.pack("<q", -1), 4, 0, 100, 0, ret=5)
    for whence in range(6):
        c.both("lseek", 3, -5, whence, ret=7)
    call("i386", "_llseek", 3, 1, 2, struct.pack("<q", 77), 0)
    call("i386", "_llseek", 3, 0xFFFFFFFF, 0xFFFFFFF0, struct.pack("<q", 77), 1, err="EINVAL")
    for name in ("close", "fsync", "fdatasync", "syncfs", "dup"):
        c.both(name, 3)
        c.both(name, -1, err="EBADF")
    c.both("sync")
    c.both("close_range", 3, 0xFFFFFFFF, 6)
    c.both("dup2", 3, 4, ret=4)
    c.both("dup3", 3, 4, 0o2000000, ret=4)
    c.both("pipe", struct.pack("<ii", 3, 4))
    c.both("pipe2", struct.pack("<ii", 3, 4), 0o2004000)
    c.both("pipe2", struct.pack("<ii", 3, 4), 0, err="EMFILE")
    call("x86_64", "pipe", c.buf(struct.pack("<i", 3), at_end=True))
    for name in ("fcntl", "fcntl64"):
        for cmd, arg in ((0, 10), (1030, 10)):
            c.both(name, 3, cmd, arg, ret=10)
        for cmd in (1, 3, 9, 11, 1025, 1032, 1034):
            for ret in (0, 1):
                c.both(name, 3, cmd, ret=ret)
        c.both(name, 3, 3, ret=0o102002)
        for cmd, arg in ((2, 1), (2, 0), (4, 0o4000), (4, 0o22001), (8, -5), (10, 9), (1026, 0x80000003), (1031, 4096), (1033, 63)):
            c.both(name, 3, cmd, arg)
        for kind in range(5):
            c.both(name, 3, 1024, kind)
        c.both(name, 3, 1027, 4, ret=1)
        c.both(name, 3, 0xDEAD, 5, err="EINVAL")
        for cmd in (15, 16):
            c.both(name, 3, cmd, struct.pack("<ii", 1, 5))
        for cmd in (1035, 1036, 1037, 1038):
            c.both(name, 3, cmd, struct.pack("<Q", 3))
        for cmd in (1039, 1040):
            c.both(name, 3, cmd, struct.pack("<IHH", 0, 1, 0))
    for cmd in (5, 6, 7, 36, 37, 38):
        call("x86_64", "fcntl", 3, cmd, struct.pack("<hh4xqqi4x", 1, 2, -3, -4, 5))
        call("x86_64", "fcntl", 3, cmd, struct.pack("<hh4xqqi4x", 9, 9, 3, 4, 5), err="EAGAIN")
    for cmd in (5, 6, 7):
        call("i386", "fcntl64", 3, cmd, struct.pack("<hhiii", 1, 2, -3, -4, 5))
    for cmd in (12, 13, 14, 36, 37, 38):
        call("i386", "fcntl64", 3, cmd, struct.pack("<hhqqi", 1, 2, -3, -4, 5))
        call("i386", "fcntl", 3, cmd, struct.pack("<hhqqi", 1, 2, -3, -4, 5))
    for operation in (0, 1, 2, 6, 8, 0x60, 0xC1):
        c.both("flock", 3, operation)
    call("x86_64", "fallocate", 3, 3, -1, 5)
    call("i386", "fallocate", 3, 3, 5, 1, 6, 1)
    call("x86_64", "fadvise64", 3, 5, 6, 4)
    call("i386", "fadvise64", 3, 5, 1, 6, 4)
    call("i386", "fadvise64_64", 3, 5, 1, 6, 1, 9)
    call("x86_64", "sync_file_range", 3, 5, 6, 7)
    call("i386", "sync_file_range", 3, 5, 1, 6, 1, 7)
    call("x86_64", "readahead", 3, 5, 6)
    call("i386", "readahead", 3, 5, 1, 6)
    c.both("cachestat", 3, struct.pack("<QQ", 4096, 0), struct.pack("<QQQQQ", 1, 2, 3, 4, 5), 0)

    def entry64(number, offset, kind, name):
        size = (19 + len(name) + 1 + 7) // 8 * 8
        return struct.pack("<QqHB", number, offset, size, kind) + name.ljust(size - 19, b"\0")

    def entry(form, number, offset, kind, name):
        header = struct.calcsize(form)
        size = (header + len(name) + 2 + 7) // 8 * 8
        return struct.pack(form, number, offset, size) + name.ljust(size - header - 1, b"\0") + bytes([kind])

    files = ((11, 1, 4, b"."), (12, 2, 8, b"file.txt"), (13, 3, 200, b'a"b\n'))
    for v in (False, True):
        full = b"".join(entry64(*file) for file in files)
        c.both("getdents64", 3, full, 32768, ret=len(full), v=v)
        c.both("getdents64", 3, full, 32768, ret=0, v=v)
        c.both("getdents64", 3, full, 32768, err="ENOTDIR", v=v)
        for abi, form in (("x86_64", "<QQH"), ("i386", "<IIH")):
            full = b"".join(entry(form, *file) for file in files)
            call(abi, "getdents", 3, full, 32768, ret=len(full), v=v)
    c.both("inotify_init", ret=3)
    c.both("inotify_init1", 0o2004000, ret=3)
    c.both("inotify_add_watch", 3, "/etc", 0x1000FFF, ret=1)
    c.both("inotify_rm_watch", 3, 1)
    c.both("fanotify_init", 0xC, 0o2000002, ret=3)
    c.both("fanotify_init", 0x8005, 0, ret=3)
    for directory in (-1, -100, 3):
        call("x86_64", "fanotify_mark", 3, 0x101, 0x20, directory, "x")
        call("i386", "fanotify_mark", 3, 1, 2, 1, directory, "x")
    c.both("eventfd", 5, ret=3)
    c.both("eventfd2", 5, 0o2004001, ret=3)
    c.both("signalfd4", -1, struct.pack("<Q", 0x10002), 8, 0o2004000, ret=3)
    c.both("timerfd_create", 1, 0o2004000, ret=3)
    c.both("memfd_create", "name", 3, ret=3)
    c.both("memfd_create", "n" * 40, 4 | 21 << 26, ret=3)
    c.both("memfd_create", "n", 30 << 26, ret=3)
    params = struct.pack("<IIIIIII12x", 8, 16, 2, 3, 4, 5, 6) + struct.pack("<IIIIIIIIQ", *range(1, 8), 0, 9)
    params += struct.pack("<IIIIIIIIQ", *range(1, 8), 0, 0)
    c.both("io_uring_setup", 8, params, ret=3)
    c.both("io_uring_setup", 8, params, err="EINVAL")
    c.both("io_uring_enter", 3, 1, 1, 0, struct.pack("<Q", 0x10002), 8, ret=1)
    c.both("io_uring_enter", 3, 1, 1, 8, struct.pack("<QIIQ", 1, 8, 5, 6), 24, ret=1)
    c.both("io_uring_enter", 3, 1, 1, 1, 0, 8, ret=1)
    for abi, form in (("x86_64", "<QQ"), ("i386", "<II")):
        call(abi, "io_uring_register", 3, 0, struct.pack(form, 0x1000, 5), 1)
    c.both("io_uring_register", 3, 2, struct.pack("<ii", 3, 4), 2)
    c.both("io_uring_register", 3, 4, struct.pack("<i", 3), 1)
    c.both("io_uring_register", 3, 1, 0, 0)
    c.both("io_uring_register", 3, 0x80000001, 0, 0)
    c.both("userfaultfd", 0o2000001, ret=3)
    c.both("memfd_secret", 0o2000000, ret=3)
    c.both("landlock_create_ruleset", struct.pack("<QQQ", 0x1FFF, 3, 3), 24, 0, ret=3)
    c.both("landlock_create_ruleset", struct.pack("<Q", 5), 8, 0, ret=3)
    c.both("landlock_create_ruleset", 0, 0, 1, ret=5)
    c.both("landlock_add_rule", 3, 1, struct.pack("<Qi", 5, 4), 0)
    c.both("landlock_add_rule", 3, 2, struct.pack("<QQ", 3, 443), 0)
    c.both("landlock_restrict_self", 3, 0)
