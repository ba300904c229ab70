"""ioctl's structures of mapped devices."""

REQUESTS = [0xC138FD00 + number for number in range(0x11)]


def calls(c):
    pack, buf = c.pack, c.buf

    def header(size=312, start=312, targets=0, flags=0, dev=0xFD00, name=b"vg-lv", uuid=b"LVM-x", version=4):
        numbers = pack("4444444448xxxx"[:-4], version, 48, 0, size, start, targets, 3, flags, 5, 0)[:40]
        return numbers + pack("8", dev) + name.ljust(128, b"\0") + uuid.ljust(129, b"\0") + bytes(7)

    def both(request, *data, **options):
        c.both("ioctl", 3, REQUESTS[request], *data, **options)

    for request in range(0x11):
        for verbose in (False, True):
            for flags in (0, 1, 2, 0x4010):
                both(request, header(targets=1, flags=flags), v=verbose)
            both(request, header(), err="ENXIO", v=verbose)
            both(request, header(dev=0, name=b"", uuid=b""), v=verbose)
        both(request, header(version=3))
        both(request, header(size=305))
        for size in (0, 11, 12, 304):
            both(request, header(size=size))
        both(request, header(name=b"n" * 128, uuid=b"u" * 129))
        both(request, buf(header()[:305], at_end=True))
        both(request, buf(header()[:304], at_end=True))
        both(request, 0)
    for bit in range(32):
        both(0, header(flags=1 << bit))

    def target(begin, following, parameters, status=0):
        data = pack("8844", begin, 2048, status, following) + b"linear".ljust(16, b"\0") + parameters
        return data.ljust(48, b"\0")

    def listed(dev, following, name):
        return pack("84", dev, following) + name.ljust(12, b"\0") + pack("44", 7, 8)

    def known(following, name):
        return pack("4444", following, 1, 6, 0) + name.ljust(16, b"\0")

    tables = [
        target(0, 48, b"8:1 0") + target(2048, step, b"8:2 0", 5) + target(4096, last, b"8:3 0")
        for step, last in ((48, 0), (96, 144), (0, 0), (500, 0))
    ]
    tables.append(target(0, 48, b"8:1 0" * 20))
    for verbose in (False, True):
        for table in tables:
            for request in (9, 12, 8):
                for count in (0, 1, 2, 3, 4):
                    both(request, header(size=512, targets=count) + table.ljust(200, b"\0"), v=verbose)
                for size, start in ((352, 312), (354, 312), (512, 100), (400, 500), (312, 313)):
                    both(request, header(size=size, start=start, targets=2) + table.ljust(200, b"\0"), v=verbose)
        both(9, buf(header(size=4000, targets=2) + tables[0][:48], at_end=True), v=verbose)
        both(12, buf(header(size=4000, targets=2) + tables[0][:48], at_end=True), v=verbose)
        names = listed(0xFD00, 32, b"vg-root") + listed(0xFD01, 0, b"vg-swap")
        versions = known(32, b"linear") + known(0, b"striped")
        devices = pack("4488", 2, 0, 0xFD01, 0x801)
        for step in (1, 11, 12, 16, 20, 24, 27, 28, 31):
            for name in (b"", b"vg", b"vg-root"):
                data = listed(0xFD00, step, name) + listed(0xFD01, step, b"vg-swap") + bytes(160)
                both(2, header(size=512) + data[:200], v=verbose)
            both(13, header(size=512) + (known(step, b"linear") + bytes(200))[:200], v=verbose)
        others = (
            (2, names, names[:32] + listed(0xFD01, 500, b"x" * 12), bytes(8)),
            (13, versions, versions[:32] + known(500, b"x" * 16), bytes(8)),
            (11, devices, pack("44", 40, 0) + pack("8" * 20, *range(20)), bytes(8)),
            (14, pack("8", 7) + b"message one", pack("8", 8) + b"m" * 50, bytes(8)),
            (5, b"newname", b"n" * 50, b""),
            (15, b"10 20 30 0", b"1" * 50, b""),
        )
        for request, *given in others:
            for data in given:
                for size, start in ((512, 312), (312, 312), (313, 312), (320, 312), (328, 312), (330, 0), (312, 313)):
                    if request != 2 or size not in (320, 328):
                        both(request, header(size=size, start=start) + data.ljust(200, b"\0"), v=verbose)
            both(request, header(size=512) + given[0].ljust(200, b"\0"), err="ENXIO", v=verbose)
            both(request, buf(header(size=4000), at_end=True), v=verbose)
