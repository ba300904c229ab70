"""Calls that only old programs of i386 make."""


def calls(c):
    pack = c.pack

    def call(name, *args, **options):
        c.call("i386", name, *args, **options)

    for name in ("break", "stty", "gtty", "ftime", "prof", "lock", "mpx", "ulimit", "profil", "idle", "bdflush", "vm86"):
        for args in ((0,) * 6, (1, 2, 3, 4, 5, 6), (-1,) * 6):
            call(name, *args)
        call(name, 0x5000, err="ENOSYS")
    for name in ("oldolduname", "olduname", "vm86old"):
        for arg in (0, 1, bytes(400)):
            call(name, arg)
    for handler in (0, 1, 2, 0x5000, -1):
        call("signal", 2, handler, ret=handler & 0x7FFFFFFF)
        call("signal", 2, handler, err="EINVAL")
    mask = pack("4", 0x10002)
    for handler, flags in ((0x1000, 0x14000000), (0, 0), (1, 4), (-1, 0x10000000), (2, 0x4000000)):
        for set_ in (0, 0x10002, 0xFFFFFFF, -1):
            action = pack("4444", handler, set_, flags, 0x5000)
            call("sigaction", 2, action, action)
    call("sigaction", 2, action, action, err="EINVAL", v=True)
    call("sigaction", 2, c.buf(action[:12], at_end=True), c.buf(action[:12], at_end=True))
    call("sigaction", 2, 0, 0)
    for set_ in (0, 0x10002, 0x1FFFFF, 0xFFFFFFF, 0x7FFFFFFF, -1):
        call("ssetmask", set_, ret=set_ & 0x7FFFFFFF)
        call("sgetmask", ret=set_ & 0x7FFFFFFF)
        call("sigsuspend", 1, 2, set_, err="EINTR")
        bits = pack("4", set_)
        call("sigpending", bits)
        for how in range(4):
            call("sigprocmask", how, bits, bits)
    for name, before in (("ssetmask", (5,)), ("sgetmask", ()), ("sigpending", (mask,)), ("sigprocmask", (0, mask, mask))):
        call(name, *before, err="EINVAL")
    call("sigprocmask", 0, c.buf(mask[:3], at_end=True), c.buf(mask[:3], at_end=True))
    for seconds in (0, 1000, 0x7FFFFFFF):
        call("stime", pack("4", seconds))
    call("stime", 0)
    call("stime", pack("4", 1000), err="EPERM")
    # Calls without `32` in their name: ids of 16 bits.
    for id_ in (0, 0x12345, 0x10000, 0xFFFF, 0x1FFFF, -1):
        for name in ("setuid", "setgid", "setfsuid", "setfsgid"):
            call(name, id_)
        for name in ("setreuid", "setregid"):
            call(name, id_, 5)
        for name in ("setresuid", "setresgid"):
            call(name, 1, id_, 5)
    for name in ("getresuid", "getresgid"):
        call(name, pack("2", 1), pack("2", 0x234), pack("2", -1))
    ids = pack("2222", 1, 2, 0xFFFF, 4)
    for count in (0, 1, 2, 4):
        call("getgroups", count, ids, ret=count)
        call("setgroups", count, ids)
    call("select", pack("44444", 5, 0, 0, 0, 0))
