"""Waiting for descriptors."""

import struct


def calls(c):
    call = c.call
    fds = lambda *entries: b"".join(struct.pack("<iHH", *entry) for entry in entries)
    mask = struct.pack("<Q", 0x10002)
    sparse = fds((3, 1, 1), (-1, 1, 0), (4, 0x2004, 0), (5, 0xFFFF, 0x19))
    for ret in (0, 1, 2):
        c.both("poll", sparse, 4, 1000, ret=ret)
    c.both("poll", sparse, 4, -1, err="EINTR")
    c.both("poll", sparse, 4, -1, err="514")
    c.both("poll", fds((3, 1, 1)) * 50, 50, -1, ret=50)
    c.both("poll", fds((3, 1, 1)) * 50, 50, -1, ret=50, s=3)
    c.both("poll", 0, 0, 5)
    c.both("poll", sparse, 0, 5)
    c.both("poll", c.buf(fds((3, 1, 1)), at_end=True), 2, 0, ret=1)
    sets = [bytes([0x0F]) + bytes(7), bytes([0x01]) + bytes(7), bytes(8)]
    for abi, select, word in (("x86_64", "select", "q"), ("i386", "_newselect", "i")):
        time = struct.pack(f"<{word}{word}", 1, 5)
        for ret in (0, 1, 2, 4, 5):
            call(abi, select, 4, *sets, time, ret=ret)
            call(abi, "pselect6", 4, *sets, time, 0, ret=ret)
        call(abi, select, 4, *sets, 0, err="EINTR")
        call(abi, select, 4, sets[0], 0, 0, 0, ret=1)
        call(abi, select, 0, 0, 0, 0, time)
        call(abi, select, -1, sets[0], 0, 0, 0, err="EINVAL")
        call(abi, select, 2000, bytes([1]) + bytes(254) + bytes([128]), 0, 0, 0, ret=1)
        pack = struct.pack("<QQ" if abi == "x86_64" else "<II", c.buf(mask), 8)
        call(abi, "pselect6", 4, *sets, time, pack, ret=1)
        if abi == "x86_64":
            pack = struct.pack("<QQ", c.buf(mask), 4)
            call(abi, "pselect6", 4, *sets, time, pack, err="EINVAL")
        for ret in (0, 1):
            call(abi, "ppoll", sparse, 4, time, mask, 8, ret=ret)
        call(abi, "ppoll", sparse, 4, time, mask, 8, err="EINTR")
        call(abi, "ppoll", sparse, 4, 0, 0, 0, ret=1)
    arguments = struct.pack("<IIIII", 2, 0, 0, 0, c.buf(struct.pack("<ii", 1, 2)))
    call("i386", "select", arguments, err="EINTR")
    time = struct.pack("<qq", 1, 5)
    call("i386", "ppoll_time64", sparse, 4, time, mask, 8, ret=1)
    call("i386", "pselect6_time64", 4, *sets, time, 0, ret=1)
    c.both("epoll_create", 5, ret=3)
    c.both("epoll_create1", 0o2000000, ret=3)
    event = struct.pack("<IQ", 0x80000019, 7)
    for op in range(5):
        c.both("epoll_ctl", 3, op, 4, event)
    c.both("epoll_ctl", 3, 2, 4, 0)
    c.both("epoll_ctl", 3, 1, 4, struct.pack("<IQ", 0x800, 0), err="EEXIST")
    two = event + struct.pack("<IQ", 1, 0xFFFFFFFFFFFFFFFF)
    for ret in (0, 1, 2):
        c.both("epoll_wait", 3, two, 2, -1, ret=ret)
        c.both("epoll_pwait", 3, two, 2, 100, mask, 8, ret=ret)
        c.both("epoll_pwait2", 3, two, 2, time, 0, 8, ret=ret)
    c.both("epoll_wait", 3, two, 2, -1, err="EINTR")
    c.both("epoll_wait", 3, event * 40, 40, -1, ret=40)
    c.both("epoll_wait", 3, c.buf(event, at_end=True), 3, 0, ret=2)
    c.both("epoll_wait", 3, 0, 0, 0)
    c.both("epoll_pwait", 3, two, 2, 100, mask, 4, err="EINVAL")
