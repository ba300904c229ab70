"""ioctl's structures of btrfs."""


def calls(c):
    pack, buf = c.pack, c.buf

    def both(request, *data, **options):
        c.both("ioctl", 3, request, *data, **options)

    for number in list(range(5)) + [1 << bit for bit in range(32)]:
        both(0x40049421, number)
    c.device((0x4008941A, 0x80089419, 0x4010942A, 0x40189429, 0x40309410, 0x40309439, 0x8030942B, 0x4040942C))
    c.device((0x80189439, 0x80489439, 0x8040942D, 0xC0109428, 0xC0389423, 0xC0389424))
    for request in (0x50009401, 0x50009404, 0x5000940A, 0x5000940E, 0x5000940F, 0x90009427):
        both(request, pack("8", 5) + b"name".ljust(4088, b"\0"))
    for request in (0x50009403, 0x50009405, 0x5000940B):
        both(request, pack("8", -1) + b"n" * 4088)
        both(request, buf(pack("8", 5) + b"name".ljust(100, b"\0"), at_end=True))
        both(request, 0)
    c.device((0x50009417,), abis=("x86_64",))

    def inherited(flags=1, count=2, at_end=False):
        return buf(pack("8888" + "88888" + "88", flags, count, 3, 4, 0x1F, 1, 2, 3, 4, 7, 8), at_end=at_end)

    for request, flags in ((0x50009417, 0), (0x50009417, 1), (0x50009417, 4), (0x50009418, 6)):
        for verbose in (False, True):
            data = pack("88888", 5, 9, flags, 88, inherited()) + pack("88", 1, 2) + b"snap".ljust(4040, b"\0")
            both(request, data, v=verbose)
            both(request, data, err="EDQUOT", v=verbose)
    for source in (inherited(0, 0), inherited(6, 3, at_end=True), 0, 0x5000):
        data = pack("88888", 5, 9, 4, 88, source) + bytes(16) + b"snap".ljust(4040, b"\0")
        c.call("x86_64", "ioctl", 3, 0x50009417, data, v=True)
    sources = buf(pack("8" * 40, *range(40)))
    for count in (0, 2, 40):
        for verbose in (False, True):
            rest = pack("888888", 5, 0x1F, 2, 0, 0, 0)
            c.call("x86_64", "ioctl", 3, 0x40489426, pack("888", 4, count, sources) + rest, v=verbose)
            c.call("i386", "ioctl", 3, 0x40449426, pack("884", 4, count, sources) + rest, v=verbose)
    for bit in range(64):
        both(0x8008941A - 0x40000000, pack("8", 1 << bit))
        both(0x40309410, pack("8884444444", 1, -1, 1 << bit, 3, bit, 0, 0, 0, 0, 0))
        c.call("x86_64", "ioctl", 3, 0x80189439, pack("888", 1 << bit, 1 << bit, 1 << bit))
        c.call("x86_64", "ioctl", 3, 0x40489426, pack("888888888", 4, 0, 0, bit, 1 << bit, 0, 0, 0, 0))
        c.call("x86_64", "ioctl", 3, 0x8030942B, pack("888888", 1, 1 << bit, 1, 2, 3, 4))
        c.call("x86_64", "ioctl", 3, 0xC0389424, pack("8888888", 1, 2, 0, 0, 0, 1 << bit, 0), err="EINVAL")
        c.call("x86_64", "ioctl", 3, 0xC0109414, pack("88888", 1, 1, 1 << bit, 1, 2), v=True)
        c.call("x86_64", "ioctl", 3, 0xC0109428, pack("88", bit, 0))
    c.device((0x8400941F, 0x84009422, 0xC400941B, 0xC400941D))
    uuid = bytes(range(16))
    for flags in range(9):
        for kind in range(5):
            data = pack("88", 3, 2) + uuid + pack("444", 4096, 4096, 4096) + pack("2288", kind, 4, flags, 99) + uuid
            c.call("x86_64", "ioctl", 3, 0x8400941F, data + bytes(944))
    one = pack("8" * 9, 0x10, 50, 1, 2, 3, 4, 5, 6, 0x7FF) + pack("84444", 7, 8, 9, 10, 11) + bytes(40)
    for flags in range(9):
        both(0x84009422, pack("88", flags, 1) + one * 3 + bytes(600), v=flags == 7)
        both(0xC4009420, pack("88", flags, 0) + one * 3 + bytes(600))
        both(0xC4009420, pack("88", flags, 0) + one * 3 + bytes(600), err="EINPROGRESS")
    space = pack("888" * 3, 1, 2, 3, 4, 5, 6, 0x1000000000001, 7, 8)
    for slots, total in ((0, 0), (0, 3), (1, 0), (2, 2), (2, 3), (3, 40)):
        for verbose in (False, True):
            both(0xC0109414, pack("88", slots, total) + space * 14, v=verbose)
            both(0xC0109414, pack("88", slots, total), err="EINVAL", v=verbose)
    both(0xC0109414, buf(pack("88", 3, 3) + space[:40], at_end=True), v=True)

    def container(count, *values, rest=b""):
        return buf(pack("4444", 8, 5, count, 0) + pack("8" * len(values), *values) + rest)

    paths = container(3, 24, 28, 5000, rest=b"dir/file\0" + b"p" * 40 + b"\0")
    inodes = container(6, *range(10, 16))
    for verbose in (False, True):
        for found in (paths, inodes, container(0), container(40, *range(40)), 0, 0x5000):
            both(0xC0389423, pack("88", 257, 64) + bytes(32) + pack("8", found), v=verbose)
            both(0xC0389424, pack("88", 257, 64) + bytes(32) + pack("8", found), v=verbose)
        both(0xC0389424, pack("88", 257, 64) + bytes(32) + pack("8", inodes), v=verbose, err="ENOENT")

    def key(tree, first, last, low, high, kind, count):
        return pack("8888888444", tree, first, last, low, high, low, high, kind, kind, count) + bytes(36)

    found = b"".join(
        pack("88844", tree, item, tree, kind, size) + b"z" * size
        for tree, item, kind, size in ((1, 256, 1, 8), (2, 257, 12, 0), (3, -1, 84, 16))
    )
    for verbose in (False, True):
        for count in (0, 1, 3, 5, 40):
            start = key(5, 256, -256, 0, -1, 255, count)
            c.call("x86_64", "ioctl", 3, 0xD0009411, (start + found * 13).ljust(4096, b"\0"), v=verbose)
            for size in (0, 60, 120, 4000):
                both(0xC0709411, start + pack("8", size) + found, v=verbose)
        both(0xC0709411, buf(key(5, 0, 1, 2, 3, 4, 5) + pack("8", 400) + found, at_end=True), v=verbose)
        for err in (None, "ENOENT"):
            both(0xC0709411, key(-1, -256, 256, -1, 0, -1, -1) + pack("8", 0), v=verbose, err=err)
            both(0xC0709411, key(1, 0, -1, 5, 6, 1, 0) + pack("8", 0), v=verbose, err=err)
    for number in range(256):
        data = key(number, number, number, 0, 0, number, 0) + pack("8", 0)
        c.call("x86_64", "ioctl", 3, 0xC0709411, data, err="ENOENT", v=True)
    for tree in (0, 1, 5):
        for name in (b"path/to".ljust(4080, b"\0"), b"p" * 4080):
            c.call("x86_64", "ioctl", 3, 0xD0009412, pack("88", tree, 256) + name)
        both(0xD0009412, pack("88", tree, 257) + bytes(4080), err="ENOENT")
    for ours in (uuid, bytes(16)):
        for path in (b"/dev/sda1".ljust(1024, b"\0"), b"/" * 1024):
            both(0xD000941E, pack("8", 1) + ours + pack("88", 5, 6) + bytes(3032) + path)
        both(0xD000941E, pack("8", 1) + ours + bytes(4072), err="ENODEV")
    for count in (0, 1, 5, 6, 200):
        both(0xC4089434, pack("888", 1, count, 1) + pack("8" * 10, *range(10)) + bytes(928))
        both(0xC4089434, pack("888", 1, count, 3) + bytes(1008), err="ENODEV")
    names = b"/dev/a".ljust(1025, b"\0") + b"d" * 1025
    for command in range(4):
        for data in (pack("88", 1, 1) + names, pack("888888", 2, 500, 1600000000, -1, 7, 8)):
            data = pack("88", command, command) + data + bytes(2600)
            for err in (None, "EINVAL"):
                c.call("x86_64", "ioctl", 3, 0xCA289435, data[:2600], err=err)
                c.call("i386", "ioctl", 3, 0xCA249435, data[:2596], err=err)
    for number in (0, 1, 9, 10, 999, 1000, 1001, 12345):
        c.call("x86_64", "ioctl", 3, 0xCA289435, pack("88888888", 1, number, number, number, 0, 1, 7, 8) + bytes(2600))
    for seconds, part in ((0, 0), (1600000000, 999999999), (-1, 5)):
        rest = pack("8", 3) + bytes(128)
        wide, narrow = pack("844", seconds, part, 0), pack("84", seconds, part)
        for err in (None, "EINVAL"):
            c.call("x86_64", "ioctl", 3, 0xC0C89425, uuid + pack("88", 1, 2) + wide * 2 + rest, err=err)
            c.call("i386", "ioctl", 3, 0xC0C09425, uuid + pack("88", 1, 2) + narrow * 2 + rest, err=err)
    for count in (0, 1, 2, 3):
        head = pack("88224", 7, 4096, count, 0, 0)
        for status in (0, 1, -22):
            for verbose in (False, True):
                data = head + b"".join(pack("88844", 5 + at, 4096, 512, status, 0) for at in range(3))
                both(0xC0189436, data, v=verbose)
                both(0xC0189436, data, v=verbose, err="EINVAL")
    both(0xC0189436, buf(pack("88224", 7, 4096, 0, 0, 0), at_end=True))
