"""The kernel's own: its clock, another kernel, security modules, name spaces, segments of memory."""


def calls(c):
    call, pack = c.call, c.pack

    def clock(word, modes, status):
        gap = "xxxx" if word == "8" else ""
        sizes = f"4{gap}{word * 4}4{gap}{word * 8}4{gap}{word * 5}4{'x' * 44}"
        return pack(sizes, modes, *range(1, 5), status, *range(6, 14), 14, *range(15, 20), 20)

    for abi, word in (("x86_64", "8"), ("i386", "4")):
        for ret in range(8):
            call(abi, "adjtimex", clock(word, 0, 0), ret=ret)
            call(abi, "clock_adjtime", ret, clock(word, 3, 1), ret=ret)
        for bit in range(32):
            call(abi, "adjtimex", clock(word, 1 << bit, 1 << bit))
        for modes in (0xFFFFFFFF, 0x8001, 0xA001, 0x8000, 0x2001):
            call(abi, "adjtimex", clock(word, modes, modes), v=True)
        call(abi, "adjtimex", clock(word, 3, 1), err="EPERM")
        call(abi, "adjtimex", c.buf(clock(word, 3, 1)[:-4], at_end=True))
        call(abi, "adjtimex", 0)
        segment = pack(word * 4, 0x1000, 10, 0, 20)
        for count in (0, 1, 2, 16, 17):
            call(abi, "kexec_load", 0x100, count, segment * 20, 3)
        call(abi, "kexec_load", 0x100, 3, c.buf(segment, at_end=True), 0x3E0001)
        call(abi, "kexec_load", 0x100, 3, segment * 3, 0x3E0001, s=2)
        for machine in (0, 2, 3, 4, 5, 8, 15, 20, 21, 22, 36, 40, 42, 50, 62, 183, 243, 258, 0xFFFF):
            for flags in (0, 1, 2, 4, 8, 0xF, 0x5000, 0xFFFF):
                call(abi, "kexec_load", 0x100, 0, 0, machine << 16 | flags)
        for flags in [0, 0x7F, 0xFF, 0xFFFFFFFF] + [1 << bit for bit in range(9)]:
            call(abi, "modify_ldt", 1, pack("4444", 5, 0x1000, 0xFFFFF, flags), 16, ret=16)
        one = pack("4444", -1, 0, 0x12345678, 0x51)
        for function, size in ((0, 16), (2, 16), (17, 16), (1, 15), (1, 17)):
            call(abi, "modify_ldt", function, one, size)
        call(abi, "modify_ldt", 1, one, 16, err="EINVAL")
        for name in ("set_thread_area", "get_thread_area"):
            for err in (None, "EINVAL"):
                call(abi, name, one, err=err)
            call(abi, name, one, v=True)
            call(abi, name, 0)
            call(abi, name, 0x5000, err="EFAULT")
        names = c.buf(pack("44", 1, 2))
        gap = "xxxx" if word == "8" else ""
        old = pack(f"{word}4{gap}{word * 4}{word * 4}", names, 2, 0x5000, 0x6000, 0x7000, 8, 0, 0, 0, 0)
        for verbose in (False, True):
            call(abi, "_sysctl", old, v=verbose)
        call(abi, "_sysctl", 0)

        context = pack("8888", 100, 2, 40, 5) + b"ABCDE\0\0\0"
        text = pack("8888", 104, 0, 40, 8) + b"unconfin"
        for attribute in list(range(98, 108)) + [0, 1]:
            call(abi, "lsm_get_self_attr", attribute, context, pack("4", 40), attribute & 1, ret=1)
            call(abi, "lsm_set_self_attr", attribute, context, 40, attribute)
        for module in range(98, 117):
            call(abi, "lsm_set_self_attr", 100, pack("8888", module, 1, 36, 4) + b"abc\0", 36, 0)
        for size in (0, 31, 32, 33, 36, 40, 100):
            call(abi, "lsm_set_self_attr", 100, text, size, 1)
        call(abi, "lsm_set_self_attr", 100, pack("8888", 100, 0, 20, 8) + b"unconfin", 40, 1)
        for size in (150, 100, 400):
            call(abi, "lsm_set_self_attr", 100, pack("8888", 100, 0, 400, 88) + b"unconfin" * 11, size, 1)
        call(abi, "lsm_set_self_attr", 100, 0, 40, 1)
        ids = pack("888", 100, 105, 999)
        # What strace tells of the size before is not always what it was: only where it does not matter.
        for ret in (0, 1, 2, 3):
            call(abi, "lsm_list_modules", ids, pack("4", 24), 0, ret=ret)
        for kinds in (0, 0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000, 0x7E020080, 1):
            call(abi, "listns", pack("448448", 32, 0, 5, kinds, 0, 7), ids, 3, 0, ret=3)
        for size in (0, 15, 16, 20, 24, 28, 31, 32, 33, 40, 64):
            for rest in (9, 0):
                call(abi, "listns", pack("4484488888", size, 1, 5, 2, 3, 7, rest, 0, 0, rest), ids, 3, 1, ret=2)
        asked = pack("448448", 32, 0, 5, 0x80, 0, 7)
        call(abi, "listns", asked, ids, 3, 0, err="EPERM")
        for verbose in (False, True):
            call(abi, "listns", asked, ids * 14, 40, 0, ret=40, v=verbose)
        call(abi, "listns", asked, 0, 40, 0, ret=40)
        call(abi, "listns", 0, 0, 0, 0)
    wide = clock("8", 3, 1)
    call("i386", "clock_adjtime64", 0, wide)
    call("i386", "clock_adjtime64", 0, wide, err="EINVAL")
    call("x86_64", "uretprobe", 1, 2, 3)
