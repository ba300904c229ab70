"""ioctl's structures of lines (GPIO), trusted environments, virtual machines, counters and supervisors."""


def calls(c):
    pack, buf = c.pack, c.buf

    def both(request, *data, **options):
        c.both("ioctl", 3, request, *data, **options)

    c.device((0x8044B401, 0xC004B40C, 0xC010B40E, 0xC010B40F, 0xC030B404, 0xC040B408, 0xC040B409, 0xC048B402))
    c.device((0xC048B40B, 0xC054B40A, 0xC100B405, 0xC110B40D, 0xC16CB403, 0xC250B407))
    for bit in range(32):
        both(0xC054B40A, pack("4", 1 << bit) + bytes(80))
        both(0xC030B404, pack("4444", 1, 1 << bit, 1 << bit, 0) + bytes(32), err="EBUSY")
        both(0xC048B402, pack("44", 1, 1 << bit) + bytes(64))
        both(0xC110B40D, pack("8", 1 << bit) + bytes(264))
    for lines in (0, 1, 33, 64, 65):
        for v in (False, True):
            both(0xC16CB403, pack("4" * 65, *range(65)) + bytes(range(64)) + b"me".ljust(32, b"\0") + pack("44", lines, 5), v=v)
            data = pack("4" * 64, *range(64)) + b"me".ljust(32, b"\0") + bytes(272)
            both(0xC250B407, data + pack("4" * 8, lines, 16, 0, 0, 0, 0, 0, 5), v=v)
    for attributes in (0, 1, 10, 11):
        both(0xC110B40D, pack("84", 2, attributes) + bytes(20) + pack("448844" * 10, *range(60)))
        both(0xC100B406, bytes(64) + pack("448", 1, attributes, 2) + pack("448" * 10, *range(30)) + bytes(16))

    c.device((0x8004A405, 0x8008A404, 0x800CA400, 0xC010A401, 0xC018A408, 0xC018A409))
    for kind in range(6):
        both(0x800CA400, pack("444", kind, 0xFF, 0xFF))
    uuid = bytes(range(16))
    parameters = b"".join(pack("8888", kind, 1, 2, 3) for kind in range(14)) + pack("8888", 0x105, 1, 2, 3)

    def argument(head, count, length=None):
        data = head + pack("4", count) + parameters[: 32 * count]
        return pack("88", buf(data), len(data) if length is None else length)

    for v in (False, True):
        for err in (None, "EINVAL"):
            for count in (0, 1, 15):
                for login in list(range(8)) + [0x80000000] if count == 1 else [0]:
                    head = uuid + bytes(range(16, 32)) + pack("44444", login, 7, 0x11, 0x22, 3)
                    both(0x8010A402, argument(head, count), err=err, v=v)
                both(0x8010A403, argument(pack("44444", 5, 6, 7, 8, 3), count), err=err, v=v)
                both(0x8010A406, argument(pack("4", 5), count), err=err, v=v)
                both(0x8010A407, argument(pack("4", 5), count), err=err, v=v)
    for length in (0, 5, 24, 100, 5000):
        both(0x8010A403, argument(pack("44444", 5, 6, 7, 8, 9), 2, length))
    for request in (0x8010A402, 0x8010A403, 0x8010A406, 0x8010A407):
        both(request, pack("88", 0, 0))
        both(request, pack("88", 0x5000, 24))
        both(request, pack("88", 1 << 40, 24))
        both(request, 0)
    entries = pack("4" * 10, *range(1, 11))
    for count in (0, 1, 2, 40):
        for request in (0x4008AE90, 0xC008AE05, 0xC008AE09):
            for v in (False, True):
                both(request, pack("44", count, 0) + entries * count, v=v)
                both(request, pack("44", count, 0) + entries, err="E2BIG", v=v)
    both(0xC008AE05, buf(pack("44", 2, 0) + entries, at_end=True), v=True)
    c.device((0x4020AE46, 0x4090AE82, 0x8090AE81, 0x4138AE84, 0x8138AE83))
    for number in range(400):
        c.call("x86_64", "ioctl", 3, 0xAE03, number)
    for bit in range(64):
        both(0xAE03, 1 << bit)
        both(0x40082104, 1 << bit)
        both(0x4020AE46, pack("44888", 1, 1 << bit, 0, 0, 0))
        both(0x80046900, pack("4", 1 << bit))
    for number in range(20):
        for request in (0x80046901, 0x80046902, 0x40046911, 0x40046912):
            both(request, pack("4", number))
        both(0x40063E00, pack("111111", number, number, 3, 4, number, 6))
    c.device((0x40063E00, 0x40187542, 0x80046900, 0x40046911, 0x80046901))
    for count in (0, 1, 40):
        for v in (False, True):
            both(0x40087543, pack("44", 1, count) + pack("4488", 3, 0, 4, 5) * count, v=v)
    for arch in (0xC000003E, 0x40000003, 0):
        data = pack("84444", 1, 2, 0, 39, arch) + pack("8" * 7, *range(7))
        both(0xC0502100, data)
        both(0xC0502100, data, err="EINTR")
    both(0xC0502100, bytes(80))
    both(0xC0502100, bytes(80), err="EINTR")
    both(0xC0502100, 0)
