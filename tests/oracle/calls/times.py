"""Clocks, timers, the times of files, and what a process asks about the machine."""

import struct


def calls(c):
    call = c.call
    for clock in (0, 1, 4, 7, 11, 12, -6):
        call("x86_64", "clock_gettime", clock, struct.pack("<qq", 1700000000, 5))
    for abi, word in (("x86_64", "q"), ("i386", "i")):
        pack = lambda *numbers: struct.pack("<" + word * len(numbers), *numbers)
        time = pack(1700000000, 123456)
        for name in ("clock_gettime", "clock_settime", "clock_getres"):
            call(abi, name, 0, time)
            call(abi, name, 0, time, err="EPERM")
        for name in ("gettimeofday", "settimeofday"):
            call(abi, name, time, struct.pack("<ii", -60, 0))
        for end in ({}, {"err": "EINTR"}, {"err": "512"}, {"err": "514"}, {"err": "516"}):
            call(abi, "nanosleep", time, pack(0, 5), **end)
            call(abi, "clock_nanosleep", 1, 0, time, pack(0, 5), **end)
            call(abi, "clock_nanosleep", 1, 1, time, pack(0, 5), **end)
            call(abi, "clock_nanosleep", 1, 0, time, 0, **end)
        pair = pack(1, 2, 3, 4)
        for which in range(4):
            call(abi, "getitimer", which, pair)
            call(abi, "setitimer", which, pair, pair)
        call(abi, "timer_settime", 1, 1, pair, pair)
        call(abi, "timer_gettime", 1, pair)
        call(abi, "timerfd_settime", 3, 3, pair, 0)
        call(abi, "timerfd_gettime", 3, pair)
        for notify in (0, 1, 3, 4):
            event = pack(5) + struct.pack("<iii", 10, notify, 77) + bytes(40)
            call(abi, "timer_create", 1, event, struct.pack("<i", 3))
        call(abi, "timer_create", 1, pack(0) + struct.pack("<ii", 14, 0) + bytes(40), struct.pack("<i", 0))
        call(abi, "timer_create", 1, 0, struct.pack("<i", 3), err="EAGAIN")
        call(abi, "time", pack(1700000000), ret=1700000000)
        call(abi, "time", 0, ret=0)
        for seconds, fraction in ((1700000000, 123456), (0, 0), (0, 1), (5, 1000000), (-5, 7), (951782400, 999999)):
            call(abi, "utimes", "x", pack(seconds, fraction, 5, 0))
            call(abi, "futimesat", -100, "x", pack(seconds, fraction, 5, 0))
            call(abi, "utime", "x", pack(seconds, 5))
            call(abi, "utimensat", -100, "x", pack(seconds, fraction, 5, 0), 0x100)
        for now, omit in ((0x3FFFFFFF, 0x3FFFFFFE), (0x3FFFFFFE, 5)):
            call(abi, "utimensat", 3, "x", pack(0, now, 7, omit), 0)
        for name in ("utimes", "utime"):
            call(abi, name, "x", 0)
        call(abi, "utimensat", 3, 0, 0, 0, err="EBADF")
        loads = pack(100, 1, 2, 3, 4, 5, 6, 7, 8, 9) + struct.pack("<H", 10) + bytes(6 if word == "q" else 2)
        call(abi, "sysinfo", loads + pack(11, 12) + struct.pack("<I", 1) + bytes(16))
    time = struct.pack("<qq", 1700000000, 123456)
    for name in ("clock_gettime64", "clock_settime64", "clock_getres_time64"):
        call("i386", name, 0, time)
    call("i386", "clock_nanosleep_time64", 1, 0, time, time, err="516")
    call("i386", "utimensat_time64", -100, "x", time + struct.pack("<qq", 0, 0x3FFFFFFF), 0)
    for name in ("timer_settime64", "timerfd_settime64"):
        call("i386", name, 3, 1, time * 2, time * 2)
    for name in ("timer_gettime64", "timerfd_gettime64"):
        call("i386", name, 3, time * 2)
    c.both("alarm", 5, ret=3)
    c.both("timer_getoverrun", 1, ret=2)
    c.both("timer_delete", 1)
    names = b"".join(name.ljust(65, b"\0") for name in (b"Linux", b"host", b"6.18.0", b"#1 SMP", b"x86_64", b"(none)"))
    for v in (False, True):
        c.both("uname", names, v=v)
        c.both("uname", b"n" * 390, v=v)
    c.both("sethostname", b"host", 4)
    c.both("setdomainname", b"a" * 40, 40)
    c.both("getcpu", struct.pack("<I", 3), struct.pack("<I", 1), 0)
    c.both("getcpu", 0, 0, 0x5000)
