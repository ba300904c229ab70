"""perf_event_open."""


def calls(c):
    pack = c.pack
    sizes = "44" + "88888" + "44" + "888" + "8" + "44" + "8" + "422" + "44" + "8" + "88"

    def attribute(*fields):
        return pack(sizes, *fields, *[0] * (len(sizes) - len(fields)))

    def opened(attr, abi="x86_64", **options):
        c.call(abi, "perf_event_open", attr, 1, 2, 3, 8, **options)

    counted = (3, 4, 5, 0x5A5A5A5A, 6, 7, 8, 9, 1 << 3 | 1, 11, 12, 1, 14, 15, 16, 0, 18, 3, 20, 21, 22)
    configs = list(range(14)) + [0x100, 0x10000, 0x20206, 0x30307, 1 << 24, 1 << 32, 5 << 32 | 3, 1 << 40 | 0x10102, 0x4030201]
    for verbose in (False, True):
        for size in [0, 1] + list(range(56, 170, 8)) + list(range(68, 148, 8)):
            for kind in (1, 5):
                opened(attribute(kind, size, 2, *counted) + b"x" * 30, v=verbose)
        for bits in [0, (1 << 38) - 1, (1 << 64) - 1] + [1 << bit for bit in range(64)]:
            opened(attribute(1, 144, 2, 3, 4, 5, bits, 6, 7), v=verbose)
        for precise in range(4):
            opened(attribute(1, 144, 2, 3, 4, 5, precise << 15), v=verbose)
        for bit in range(64):
            opened(attribute(5, 144, 2, 3, 1 << bit, 1 << bit, 0, 6, 1, 8, 9, 1 << bit), v=verbose)
        for kind in range(8):
            for config in configs if not verbose else (0, 3):
                opened(attribute(kind, 144, config), v=verbose)
        for kind in range(5):
            opened(attribute(5, 144, 0, 0, 0, 0, 0, 0, kind, 0x5000, kind), v=verbose)
        for bit in range(20):
            opened(attribute(0, 144, 0, 0, 1 << 11 | 1 << 13, 0, 1 << 25, 0, 0, 0, 0, 1 << bit, 0, 1, bit), v=verbose)
        opened(attribute(0, 144)[:100], v=verbose)
        opened(c.buf(attribute(0, 64)[:64], at_end=True), v=verbose)
        opened(c.buf(attribute(0, 0)[:64], at_end=True), v=verbose)
        opened(0, v=verbose)
        opened(0x5000, v=verbose, err="EFAULT")
        opened(attribute(2, 112, 300, 1, 7), "i386", v=verbose)
    for size, room in ((144, 100), (0, 60)):
        opened(c.buf(attribute(0, size)[:room], at_end=True), v=True)
    c.both("perf_event_open", 0, -1, -1, -1, 15, err="EINVAL")
