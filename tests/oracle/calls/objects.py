"""bpf: what BPF_OBJ_GET_INFO_BY_FD tells of maps and programs."""


def calls(c):
    pack = c.pack
    counted = pack("4" * 64, *range(0x11, 0x51))
    there = c.buf(b"\x55\x48\x89\xe5\x31\xc0\xc9\xc3" * 10)

    def ask(kind, told, size=None, abi="x86_64", **options):
        descriptor = c.object(kind)
        told = c.buf(told) if isinstance(told, bytes) else told
        size = len(counted) if size is None else size
        c.call(abi, "bpf", 15, pack("448", descriptor, size, told), 16, opens=descriptor, **{"v": True, **options})

    def program(jited, translated, maps=0, instructions=there, code=there):
        return pack("44484488", 1, 2, 3, jited, translated, instructions, code, 0) + pack("44", 0, maps) + bytes(176)

    full, ones = c.buf(counted), c.buf(b"\xff" * 256)
    for kind, most in (("map", 256), ("prog", 240), ("btf", 40), ("link", 40)):
        for size in range(most):
            ask(kind, full, size)
        for size in (8, 24, 40):
            ask(kind, full, size, abi="i386")
            ask(kind, full, size, v=False)
            ask(kind, full, size, err="EINVAL")
            ask(kind, ones, size)
            ask(kind, c.buf(counted[:size], at_end=True), size)
            ask(kind, c.buf(counted[:size], at_end=True), size + 1)
        for told in (0, 0x5000, 1 << 40):
            for size in (0, 16):
                ask(kind, told, size)
                ask(kind, told, size, err="EFAULT")
                ask(kind, told, size, abi="i386")
    for nanos in (0, 1, 999999999, 10**9, 1 << 62, 1 << 63, (1 << 64) - 1):
        for v in (False, True):
            ask("prog", program(0, 0)[:40] + pack("8", nanos) + bytes(40), 88, v=v)
    for size in (64, 88, 100):
        ask("map", full, size, abi="i386")
        ask("map", ones, size)
        ask("map", bytes(256), size)
        ask("map", full, size, err="ENOENT")
    ask("map", b"x" * 5000, 4096)
    for kind in range(40):
        ask("map", pack("4", kind) + bytes(100), 40)
        ask("prog", pack("4", kind) + bytes(100), 40)
    for lengths in ((0, 0), (1, 7), (8, 8), (40, 80), (80, 87), (80, 800), (1 << 31, 1 << 31)):
        for s in (0, 3, 32):
            ask("prog", program(*lengths), 40, s=s)
        ask("prog", program(*lengths), 40, err="EFAULT")
        ask("prog", program(*lengths), 40, abi="i386")
        ask("prog", program(*lengths, instructions=0, code=0x5000), 40)
        ask("prog", program(*lengths, instructions=0x5000, code=0), 40)
        ask("prog", program(*lengths, instructions=1 << 40, code=1 << 40), 40, abi="i386")
