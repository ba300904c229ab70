"""bpf: what each command takes, in every size that it had."""


def calls(c):
    pack = c.pack

    def bpf(command, attr, size=None, abi="x86_64", **options):
        c.call(abi, "bpf", command, attr, len(attr) if size is None else size, **options)

    counted = pack("4" * 44, *range(0x11, 0x3D))
    at = c.buf(counted)
    for command in range(40):
        for size in [0, 1] + list(range(4, 180 if command in (0, 5) else 84 if command in (10, 16, 28) else 48, 4)):
            bpf(command, at, size)
            if size in (8, 12, 16, 24, 60):
                bpf(command, at, size + 1)
        bpf(command, 0, 16)
        bpf(command, 0x5000, 16, err="EFAULT")
        bpf(command, bytes(176))
        bpf(command, bytes(176), v=True)
        if command in (0, 6):
            bpf(command, c.buf(counted + b"x" * 5000), 4096, v=True)
            bpf(command, c.buf(counted + b"x" * 5000), 4097)
        bpf(command, c.buf(counted[:100], at_end=True), 104)
        bpf(command, at, 176, abi="i386")

    def instruction(code, registers, offset, number):
        return pack("1124", code, registers, offset, number)

    program = c.buf(b"".join(instruction(code, code, code - 128, code - 9) for code in range(7, 256, 7)))
    every = c.buf(b"".join(instruction(code, code, code - 128, code - 9) for code in range(256)))
    license_, log, info = c.buf("GPL"), c.buf("hello log" + "x" * 60), c.buf(pack("4" * 8, *range(8)))

    def load(kind=1, count=8, insns=program, text=license_, level=1, size=8, buf=log, version=0x60203, flags=1, name=b"my"):
        return pack("4488448" + "44", kind, count, insns, text, level, size, buf, version, flags) + name.ljust(16, b"\0")

    def loaded(attach=0, btf=3, count=2, signature=0, length=0):
        parts = (0, attach, btf, 8, info, count, 16, info, 1, 5, 6, 2, info, info, 16, 5, -1, 3, signature, length, -2)
        return pack("444484484444" + "884444" + "844", *parts)

    for verbose in (False, True):
        bpf(5, load(), v=verbose, ret=4)
        bpf(5, load() + loaded(), v=verbose, ret=4)
        bpf(5, load() + loaded(27, signature=info, length=8), v=verbose, err="EINVAL")
        for count in (0, 1, 33):
            bpf(5, load(count=count), 24, v=verbose)
        bpf(5, load(insns=0, text=0, buf=0), v=verbose)
        bpf(5, load(insns=c.buf(instruction(0xB7, 0, 0, 0), at_end=True), count=2), 24, v=verbose)
        for size in (0, 1, 9, 31, 32, 33, 60, 70, 100):
            bpf(5, load(size=size), v=verbose)
        for extra in (bytes(8), bytes(7) + b"x", bytes(8) + b"x" * 100):
            bpf(5, load() + loaded() + extra, v=verbose)
        bpf(5, load(name=b"a name of sixteen"[:16], version=0x7FFFFFFF, flags=0xFFFFFFFF), v=verbose)
    bpf(5, load(count=256, insns=every), 24, v=True)
    for kind in range(70):
        bpf(0, pack("4444", kind, 1, 1, 1))
        bpf(5, pack("4488", kind, 1, 0, 0))
        bpf(8, pack("4444", 0x111, 1, kind, 1))
        bpf(9, pack("4444448", 0x111, 1, kind, 0x20, 5, 6, 7))
        bpf(16, pack("444484", 0x111, kind, 1, 2, 0, 3) + bytes(36))
        for flags in (0, 8, 0x24):
            bpf(28, pack("4" * 20, 0x111, 0x112, kind, flags, *range(5, 21)))
    for kind in (0, 4, 24, 28, 37, 41, 42, 45, 46, 48, 54, 59):
        for size in (16, 17, 20, 24, 28, 32, 40, 48, 52, 56, 60, 64, 72):
            bpf(28, pack("4" * 20, 0x111, 0x112, kind, 8, *range(5, 21)), size)
    for flags in [0, 0xFFFFFFFF] + [1 << bit for bit in range(32)]:
        bpf(0, pack("4444" + "444", 1, 4, 8, 10, flags, 0, -1))
        bpf(5, load(flags=flags))
        bpf(6, pack("8444", 0, 3, flags, -100))
        bpf(8, pack("4444448", 3, 4, 0, flags, 5, 6, 7))
        bpf(16, pack("444484", 3, 0, flags, flags, 0, 0) + bytes(36))
        bpf(10, pack("4444884444884444", 3, 0, 5, 6, 0, 0, 1, 0, 3, 4, 0, 0, flags, 0, 0, 0))
        bpf(14, pack("444", 3, 0, flags))
        bpf(18, pack("88444444", 0, 0, 0, 0, 0, 0, flags, 0))
        for command in (1, 2):
            bpf(command, pack("44888", 3, 0, 0, 0, flags))
        for command in (24, 26, 27):
            bpf(command, pack("88884488", 0, 0, 0, 0, 3, 4, flags, flags))
        bpf(29, pack("4444", 3, 4, flags, 5))
        bpf(32, pack("4", flags))
        bpf(33, pack("44", 3, flags))
    name = b"map_name_is_long"
    sizes = "4444444" + "".join("1" for _ in name) + "444448448"
    for number in (0, 1 << 20, -1):
        bpf(0, pack(sizes, 1, 4, 8, 10, 4, 3, number, *name, 0, -1, 0, 0, 0, number, -1, -2, info) + pack("4", 8))
    path = c.buf("/sys/fs/bpf/x")
    for command in (6, 7):
        for dirfd, flags in ((-100, 0x4000), (5, 8)):
            bpf(command, pack("8444", path, 3, flags, dirfd))
    bpf(17, pack("8448", c.buf("sched_switch"), 5, 0, 0))
    bpf(17, pack("84", c.buf("sched_switch"), 5))
    data = c.buf("test data in")
    for size in (0, 5, 40):
        bpf(18, pack("88444444", data, log, size, 9, 1, 0, 0, 0))
    ids = c.buf(pack("444", 7, 8, 9))
    for count in (0, 2, 3):
        bpf(16, pack("4444844888" + "8", 3, 0, 1, 2, ids, count, 0, ids, ids, ids, 5))
    for kind in range(8):
        bpf(20, pack("4444844" + "88", 1, 2, 0, 9, c.buf("kprobe_name"), 3, kind, 4, 5))
    for size in (0, 9, 11, 12, 40):
        bpf(20, pack("4444844" + "88", 1, 2, 0, size, c.buf("kprobe_name"), 3, 2, 4, 5))
        bpf(37, pack("8444", log, size, 1, 3), ret=4)
    symbols = c.buf(pack("888", c.buf("sym_a"), c.buf("sym_b"), 0))
    numbers = c.buf(pack("888", 1, 2, 3))
    for count, flags in ((3, 1), (2, 0), (0, 2), (5, 3)):
        bpf(28, pack("444444888", 3, 0, 42, 0, flags, count, symbols, numbers, numbers))
        bpf(28, pack("4444" + "8888" + "4444", 3, 0, 48, 0, path, numbers, 0, numbers, count, flags, 55, 5))
        bpf(28, pack("4444884", 3, 0, 59, 0, numbers, numbers, count))
        bpf(28, pack("444484", 3, 0, 28, 0, numbers, count))
        bpf(28, pack("44444444", 3, 0, 45, 0, 2, count, -100, flags))
