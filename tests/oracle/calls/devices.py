"""ioctl's structures: interfaces, userfaultfd, seccomp, pidfd, name spaces, loop devices, perf."""


def calls(c):
    pack = c.pack

    def each(requests, data, **options):
        for request in requests:
            for err in (None, "EINVAL"):
                c.call("x86_64", "ioctl", 3, request, data, err=err, **options)
            c.call("x86_64", "ioctl", 3, request, 0)

    counted = c.buf(pack("4" * 120, *range(0x11, 0x89)))
    ones = c.buf(b"\xff" * 480)
    name = b"eth0".ljust(16, b"\0")
    inet = pack("2", 2) + b"\0\x50\x7f\0\0\1" + bytes(8)
    addresses = range(0x8915, 0x891D)
    each(addresses, name + inet + bytes(8))
    each(addresses, name + bytes(24))
    for request in addresses:
        c.call("i386", "ioctl", 3, request, name + inet)
    each((0x8910,), bytes(16) + pack("4", 7) + bytes(20))
    each((0x8910,), name + pack("4", 7) + bytes(20))
    each((0x8929, 0x8930), name + b"eth1".ljust(24, b"\0"))
    each((0x89A0, 0x89A1), "br0")
    each((0x89A2, 0x89A3), name + pack("4", 5) + bytes(20))
    userfaults = (0xC018AA3F, 0xC020AA00, 0xC020AA04, 0xC028AA03, 0xC018AA06, 0xC020AA07, 0xC020AA08, 0x8010AA01)
    others = (0xC0182101, 0x40182103, 0xC058FF0B, 0x8010B70A, 0x8010B70B, 0x81009431, 0x41009432, 0x40082406)
    each(userfaults + others, counted)
    each(userfaults + others, c.buf(bytes(480)))
    # An exit code of all ones is nobody's; what a short structure would have, strace reads by parts.
    some = tuple(request for request in others if request != 0xC058FF0B)
    each(userfaults + some, ones)
    each(userfaults + some, c.buf(bytes(12), at_end=True))
    for request in userfaults:
        for bit in range(64):
            c.call("x86_64", "ioctl", 3, request, pack("88888", 0, 0, 1 << bit, 1 << bit, 0))
    for bit in range(64):
        c.call("x86_64", "ioctl", 3, 0xC018AA3F, pack("888", 0xAA, 1 << bit, 1 << bit))
        c.call("x86_64", "ioctl", 3, 0xC058FF0B, pack("8", 1 << bit) + pack("4" * 20, *range(0x11, 0x25)))
    for bit in range(32):
        c.call("x86_64", "ioctl", 3, 0xC0182101, pack("8844", 1, 2, -3, 1 << bit))
        c.call("x86_64", "ioctl", 3, 0x40182103, pack("84444", 1, 1 << bit, 3, 4, 1 << bit))
        c.call("x86_64", "ioctl", 3, 0x4C04, bytes(52) + pack("4", 1 << bit) + bytes(180))
        for request in (0x2400, 0x2401, 0x2403):
            c.call("x86_64", "ioctl", 3, request, 1 << bit)
    c.call("x86_64", "ioctl", 3, 0xC058FF0B, pack("8", 0xFF) + pack("4" * 20, *range(0x11, 0x25)))
    for verbose in (False, True):
        for kind in range(20):
            info = bytes(40) + pack("4444", 7, kind, 3, 5) + b"file".ljust(64, b"\0") + b"crypt".ljust(64, b"\0")
            each((0x4C04, 0x4C05), info + b"key".ljust(32, b"\0") + pack("88", 9, 10), v=verbose)
        each((0x4C04, 0x4C05, 0x4C0A), counted, v=verbose)
        each((0x4C04, 0x4C05, 0x4C0A), ones, v=verbose)
